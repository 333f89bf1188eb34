"""The whole state of the page, as one frozen value whose text is the link.

    landscape=rosenbrock,a=1,b=100&start=-1.2,1&steps=500&run=adam,lr=0.05,.../constant/name=Mine

The start is a point, or is drawn, ``start=normal,sigma=1,seed=0,each=0``; ``stop=0.001`` is the
tolerance of the test of convergence, and ``seeds=100`` how often each run is repeated.
A thing from a catalogue is written ``name,knob=value,...``; every landscape also has the knobs in
`TRANSFORMS`. A run is an optimizer and, each behind a slash, its schedule, what stands between it
and the landscape (``clip_norm,limit=1``), ``as=keras`` where it is not PyTorch's, ``warmup=steps``,
``y_rate=number``, ``name=text`` and ``look=number``. Behind ``fork=step`` stands the run that it
was up to that step. `write` says everything but what is off, so that a link keeps its meaning when
defaults change; `parse` fills in what is left out, so that one can be typed. Own examples that are
too many for a link stand beside it; see app/beside.py.
"""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import numpy as np

from app.beside import read_beside
from app.knobs import Knob, Value, describe, knobs, read_number, shown, write_value
from landscapes import LANDSCAPES, Landscape, regularised, rotated
from landscapes.landscape import remembered
from optimizers import CONVENTIONS, OPTIMIZERS, SCHEDULES, STARTS, WRAPPERS

USUAL_STEPS = 500
STEPS = Knob(
    "steps", USUAL_STEPS, 1, 10_000, "log", whole=True, help="how many steps each run takes"
)
STOP = Knob(
    "stop",
    0.0,
    0.0,
    1.0,
    "log",
    help="ε of the convergence test: a run stops after a step that changes f by less; 0 is off."
    " It cannot tell a minimum from a plateau or a slow valley",
)
SEEDS = Knob(
    "seeds",
    1,
    1,
    200,
    "log",
    whole=True,
    help="how often each run is repeated, with 1, 2, … added to its seeds",
)
# What is left to chance in a start that is drawn.
DRAWN = {
    "seed": Knob("seed", 0, 0, 9999, whole=True, help="which numbers are drawn"),
    "each": Knob("each", 0, 0, 1, whole=True, help="0: one start for all runs; 1: one each"),
}
LOOK = Knob("look", 0, 0, 31, whole=True)
WARMUP = Knob("warmup", 0, 0, 10_000, "log", whole=True, help="steps of linear warm-up before it")
Y_RATE = Knob(
    "y_rate", 1.0, 1e-3, 1e3, "log", help="the rate along y, as a multiple of the one along x"
)
# What every landscape has besides its own knobs; at 0 they are off.
TRANSFORMS = {
    "rotation": Knob(
        "rotation", 0.0, 0.0, 360.0, help="degrees by which the surface and the start are turned"
    ),
    "l2": Knob(
        "l2", 0.0, 0.0, 10.0, "log", help="λ of the cost λ/2 (x² + y²) added to the surface"
    ),
}
FORK = Knob("fork", 0, 0, 10_000, whole=True, help="the step from which a run goes on")
# The rules that are a heavy ball.
HEAVY = ("heavy_ball", "momentum")
MOST_RUNS = 32
MOST_FORKS = 8
TOO_DEEP = f"A run goes on from another, and that from another, {MOST_FORKS} times at most."
LONGEST_LINK = 16_000
LONGEST_NAME = 60
# The convention that all rules here follow unless told.
USUAL = "pytorch"

Catalogue = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Pick:
    """A thing from a catalogue, by its key, with a value for each of its knobs.

    That of a landscape makes it once, ``plain`` as it is by itself and ``unturned`` regularised as
    its knobs say: for a landscape that is private, nobody else remembers what was found of it.
    """

    key: str
    knobs: tuple[tuple[str, Value], ...] = ()

    @functools.cached_property
    def plain(self) -> Landscape:
        own = {name: v for name, v in self.knobs if name not in TRANSFORMS}
        return LANDSCAPES[self.key](**own)

    @functools.cached_property
    def unturned(self) -> Landscape:
        values: dict[str, Any] = dict(self.knobs)
        return regularised(self.plain, values.get("l2", 0.0))

    def __str__(self) -> str:
        told = [(name, v) for name, v in self.knobs if v or not (v == () or name in TRANSFORMS)]
        return ",".join([self.key, *(f"{name}={write_value(v)}" for name, v in told)])


@dataclass(frozen=True)
class Past:
    """What a run was, exactly, up to a step; `forked` makes one."""

    step: int
    run: Run


@dataclass(frozen=True)
class Run:
    optimizer: Pick
    schedule: Pick = Pick("constant")
    wrappers: tuple[Pick, ...] = ()  # in the order of WRAPPERS
    convention: str = USUAL  # who defines the optimizer so, a key of CONVENTIONS
    warmup: int = 0
    y_rate: float = 1.0
    name: str = ""
    look: int = 0  # which colour, dash and marker it has; no two runs share one
    past: Past | None = None  # what it goes on from, in place of the start

    @property
    def rule(self) -> Callable[..., Any]:
        """The optimizer as its convention defines it."""
        return rules(self.convention)[self.optimizer.key]

    def at(self, step: int) -> Run:
        """Who makes its step, from 1 on: itself, or one that it goes on from; 0 is the start."""
        return self.past.run.at(step) if self.past and step <= self.past.step else self

    @property
    def forks(self) -> int:
        """How often it went on from another."""
        return self.past.run.forks + 1 if self.past else 0

    def __str__(self) -> str:
        parts = [str(self.optimizer), str(self.schedule), *map(str, self.wrappers)]
        if self.convention != USUAL:
            parts.append(f"as={self.convention}")
        if self.warmup:
            parts.append(f"warmup={self.warmup}")
        if self.y_rate != 1:
            parts.append(f"y_rate={write_value(self.y_rate)}")
        if self.name:
            parts.append(f"name={quote(self.name, safe='')}")
        parts.append(f"look={self.look}")
        if self.past:
            parts += [f"fork={self.past.step}", str(self.past.run)]
        return "/".join(parts)


@dataclass(frozen=True)
class Experiment:
    landscape: Pick
    start: tuple[float, float] | Pick  # before the landscape is rotated; or how it is drawn
    steps: int
    runs: tuple[Run, ...]
    stop: float = 0.0  # 0 for never
    seeds: int = 1

    def __str__(self) -> str:
        return write(self)

    @property
    def surface(self) -> Landscape:
        return surface(self.landscape)

    def start_of(self, run: Run, repeat: int = 0) -> tuple[float, float]:
        """Where a run starts, before the landscape is rotated."""
        if not isinstance(self.start, Pick):
            return self.start
        values: dict[str, Any] = dict(self.start.knobs)
        chance = []
        if self.drawn:
            which = [values.pop("seed") + repeat, run.at(0).look * values.pop("each")]
            chance.append(np.random.RandomState(which))
        x, y = STARTS[self.start.key](plain(self.landscape), *chance, **values)
        return x, y

    @property
    def drawn(self) -> bool:
        """Whether the start is left to chance."""
        return isinstance(self.start, Pick) and "seed" in dict(self.start.knobs)


@dataclass(frozen=True)
class Problem:
    """What could not be read: where (as in ``runs.0.optimizer.lr``) and a sentence about it."""

    where: str
    sentence: str


def write(experiment: Experiment) -> str:
    """The experiment as a query string, without the question mark."""
    start = experiment.start
    pairs = [
        ("landscape", str(experiment.landscape)),
        ("start", str(start) if isinstance(start, Pick) else ",".join(map(write_value, start))),
        ("steps", str(experiment.steps)),
        *([("stop", write_value(experiment.stop))] if experiment.stop else []),
        *([("seeds", str(experiment.seeds))] if experiment.seeds > 1 else []),
        *(("run", str(run)) for run in experiment.runs or ("",)),
    ]
    return "&".join(f"{key}={quote(value, safe='/,=:;@')}" for key, value in pairs)


def parse(text: str, beside: str = "") -> tuple[Experiment, list[Problem]]:
    """The experiment in a query string, and what could not be read of it, left at its default.

    ``beside`` is the text beside the link, where that holds but the name of own examples.
    """
    problems: list[Problem] = []
    text = text.removeprefix("?")
    if len(text) > LONGEST_LINK:
        sentence = f"The link is {len(text)} characters long; {LONGEST_LINK} are the most."
        return default(), [Problem("link", sentence)]
    given: dict[str, list[str]] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
        given.setdefault(key, []).append(value)
    for key, values in given.items():
        if key not in ("landscape", "start", "steps", "stop", "seeds", "run"):
            problems.append(Problem("link", f"Nothing here is called {shown(key)}."))
        elif len(values) > 1 and key != "run":
            problems.append(Problem(key, f"There is more than one {key}; the first one counts."))

    landscape = _read_landscape(given.get("landscape", ["rosenbrock"])[0], beside, problems)
    experiment = default(landscape)
    if "start" in given:
        experiment = _read_start(given["start"][0], experiment, problems)
    for knob in (STEPS, STOP, SEEDS):
        if knob.name in given:
            number = _read(knob, unquote(given[knob.name][0]), knob.name, problems)
            told: dict[str, Any] = {knob.name: knob.default if number is None else number}
            experiment = replace(experiment, **told)
    if "run" in given:
        experiment = _read_runs(given["run"], experiment, problems)
    return experiment, problems


def default(landscape: Pick | None = None) -> Experiment:
    """What the page opens with: three runs, each with a rate that suits it."""
    landscape = landscape or pick(LANDSCAPES, "rosenbrock")
    names = ("adam", "momentum", "gradient_descent")
    runs = tuple(Run(suited(name, landscape), look=look) for look, name in enumerate(names))
    return Experiment(landscape, plain(landscape).start, USUAL_STEPS, runs)


def surface(landscape: Pick) -> Landscape:
    """The landscape that is picked, regularised and rotated as its knobs say."""
    values: dict[str, Any] = dict(landscape.knobs)
    return rotated(landscape.unturned, values.get("rotation", 0.0))


def plain(landscape: Pick) -> Landscape:
    """The landscape that is picked, as it is by itself."""
    return landscape.plain


def knobs_of(catalogue: Catalogue, key: str) -> Mapping[str, Knob]:
    """All that can be set of a thing from a catalogue."""
    own = knobs(catalogue[key])
    if catalogue is STARTS and "random" in inspect.signature(catalogue[key]).parameters:
        return {**own, **DRAWN}
    return {**own, **TRANSFORMS} if catalogue is LANDSCAPES else own


def pick(catalogue: Catalogue, key: str, **values: Value) -> Pick:
    """A thing from a catalogue with its defaults, but for these values."""
    declared = knobs_of(catalogue, key)
    return Pick(key, tuple((name, values.get(name, k.default)) for name, k in declared.items()))


@functools.cache
def rules(convention: str) -> Catalogue:
    """All optimizers, those that this convention defines in a way of its own as it does."""
    return {key: CONVENTIONS.get(key, {}).get(convention, rule) for key, rule in OPTIMIZERS.items()}


def redefined(run: Run, convention: str) -> Run:
    """The same run as another convention defines it; knobs that both have keep their values."""
    key = run.optimizer.key
    if convention not in (USUAL, *CONVENTIONS.get(key, ())):
        return run
    same = pick(rules(convention), key, **dict(run.optimizer.knobs))
    return replace(run, optimizer=same, convention=convention)


def suited(optimizer: str, landscape: Pick, convention: str = USUAL) -> Pick:
    """An optimizer with a rate that is sensible on this landscape, and its other defaults."""
    return pick(rules(convention), optimizer, lr=suited_rate(optimizer, landscape))


def suited_rate(optimizer: str, landscape: Pick) -> Value:
    """The rate that a rule's own hint gives on this landscape.

    ("curvature", c): c over the largest curvature at the start and the minima, since what plain
    descent can bear is 2 over the curvature. ("width", c): c times the width of the picture, for
    rules whose steps are about as long as their rate. It is a round number.
    """
    knob = knobs(OPTIMIZERS[optimizer])["lr"]
    if knob.hint is None:
        return knob.default
    f = landscape.unturned  # turned, a surface is as wide and as sharp as it was
    kind, share = knob.hint
    if kind == "width":
        rate = share * max(high - low for low, high in f.domain)
    else:
        rate = share / max(_sharpest(f), 1e-100)  # where nothing is bent, any rate will do
    exponent = np.floor(np.log10(rate))
    mantissa = min((1, 2, 5, 10), key=lambda m: abs(np.log(m) - np.log(rate / 10**exponent)))
    return min(max(float(f"{mantissa}e{int(exponent)}"), knob.low), knob.high)


def edge(run: Run) -> float:
    """What rate times curvature must stay below: 2, or 2 + 2μ for a heavy ball that nothing dampens
    and whose momentum μ is not cycled; for other rules it is what plain descent can bear.
    """
    values: dict[str, Any] = dict(run.optimizer.knobs)
    return 2 + 2 * float(values["momentum"]) if _heavy(run) else 2.0


def _heavy(run: Run) -> bool:
    cycled = dict(run.schedule.knobs).get("cycle_momentum")
    dampened = dict(run.optimizer.knobs).get("dampening")
    return run.optimizer.key in HEAVY and not cycled and not dampened


def bearable_rate(run: Run, landscape: Pick) -> float | None:
    """The rate at which a run begins to diverge where the landscape bends most, at its start and
    its minima; None for rules that are not bound by the curvature so, and for rates out of range.
    """
    sharp = _sharpest(landscape.unturned)
    bound = run.optimizer.key == "gradient_descent" or _heavy(run)
    if not bound or run.y_rate != 1 or not sharp:
        return None
    knob, rate = knobs(OPTIMIZERS[run.optimizer.key])["lr"], edge(run) / sharp
    return rate if knob.low <= rate <= knob.high else None


@remembered
def _sharpest(f: Landscape) -> float:
    """The largest curvature at the start and the minima."""
    hessians = f.hessian(np.vstack([[f.start], f.minima]))
    finite = hessians[np.isfinite(hessians).all((-2, -1))]
    return float(np.abs(np.linalg.eigvalsh(finite)).max(initial=0.0))


def titles(runs: Sequence[Run]) -> list[str]:
    """What the runs are called: the names they were given, or their optimizers', told apart."""
    found: list[str] = []
    for run in runs:
        base = run.name or describe(run.rule).title
        name, count = base, 1
        while name in found and not run.name:
            count += 1
            name = f"{base} {count}"
        found.append(name)
    return found


def forked(run: Run, step: int) -> Past:
    """What a run is up to a step, as the past of another; a past of its own may reach as far."""
    while run.past and run.past.step >= step:
        run = run.past.run
    return Past(step, replace(run, name=""))


def parent(run: Run, runs: Sequence[Run]) -> str:
    """What a run goes on from is called: as the one of these runs that it still is, if any."""
    if run.past is None:
        return ""
    for other, title in zip(runs, titles(runs), strict=True):
        if replace(other, name="") == run.past.run:
            return title
    return describe(run.past.run.rule).title


def free_look(runs: Sequence[Run]) -> int:
    """The first look that none of these runs has."""
    return min(set(range(len(runs) + 1)) - {run.look for run in runs})


def _read_landscape(text: str, beside: str, problems: list[Problem]) -> Pick:
    usual = functools.partial(pick, LANDSCAPES)
    found = _read_pick(LANDSCAPES, "landscape", text, "landscape", problems, usual, beside)
    return found or pick(LANDSCAPES, "rosenbrock")


def _read_start(text: str, experiment: Experiment, problems: list[Problem]) -> Experiment:
    parts = text.split(",")
    if parts[0] in STARTS:
        drawn = _read_pick(
            STARTS, "start", text, "start", problems, functools.partial(pick, STARTS)
        )
        return replace(experiment, start=drawn or experiment.start)
    if len(parts) != 2:
        others = ", ".join(STARTS)
        sentence = f"The start must be two numbers x,y, or one of {others}; not {shown(text)}."
        problems.append(Problem("start", sentence))
        return experiment
    start = []
    for axis, part, usual in zip("xy", parts, plain(experiment.landscape).start, strict=True):
        try:
            start.append(read_number(f"start {axis}", unquote(part)))
        except ValueError as error:
            problems.append(Problem(f"start.{axis}", str(error)))
            start.append(usual)
    return replace(experiment, start=(start[0], start[1]))


def _read_runs(texts: Sequence[str], experiment: Experiment, problems: list[Problem]) -> Experiment:
    texts = [text for text in texts if text]
    if len(texts) > MOST_RUNS:
        sentence = f"There are {len(texts)} runs; {MOST_RUNS} are the most."
        problems.append(Problem("runs", sentence))
    read = [
        _read_run(text, f"runs.{i}", i, experiment, problems)
        for i, text in enumerate(texts[:MOST_RUNS])
    ]
    runs: tuple[Run, ...] = ()
    for run in read:
        if run:
            taken = run.look in {other.look for other in runs}
            runs += (replace(run, look=free_look(runs)) if taken else run,)
    return replace(experiment, runs=runs if runs or not texts else experiment.runs)


def _read_run(
    text: str, where: str, look: int, experiment: Experiment, problems: list[Problem]
) -> Run | None:
    text, fork, past = text.partition("/fork=")
    head, *parts = text.split("/")
    at = f"{where}.optimizer"
    said = next((part[3:] for part in parts if part.startswith("as=")), USUAL)
    convention = _read_convention(said, head.split(",")[0], f"{where}.as", problems)
    optimizer = _read_pick(
        rules(convention),
        "optimizer",
        head,
        at,
        problems,
        lambda key: suited(key, experiment.landscape, convention),
    )
    if optimizer is None:
        return None
    run = Run(optimizer, convention=convention, look=look)
    picks: dict[str, Pick] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if key == "warmup" and equals:
            steps = _read(WARMUP, unquote(value), f"{where}.warmup", problems)
            run = replace(run, warmup=steps or 0)
        elif key == "y_rate" and equals:
            factor = _read(Y_RATE, unquote(value), f"{where}.y_rate", problems)
            run = replace(run, y_rate=factor or 1.0)
        elif key == "look" and equals:
            number = _read(LOOK, value, f"{where}.look", problems)
            run = replace(run, look=run.look if number is None else number)
        elif key == "name" and equals:
            name = " ".join(unquote(value).split())
            if len(name) > LONGEST_NAME:
                sentence = f"A name has {LONGEST_NAME} characters at the most, not {len(name)}."
                problems.append(Problem(f"{where}.name", sentence))
            run = replace(run, name=name[:LONGEST_NAME])
        elif key != "as":
            _read_part(part, where, picks, problems)
    schedule = next((one for key, one in picks.items() if key in SCHEDULES), run.schedule)
    return replace(
        run,
        schedule=schedule,
        wrappers=tuple(picks[key] for key in WRAPPERS if key in picks),
        past=_read_past(past, f"{where}.fork", run.look, experiment, problems) if fork else None,
    )


def _read_convention(text: str, optimizer: str, where: str, problems: list[Problem]) -> str:
    """A key of CONVENTIONS for this optimizer, or the usual one."""
    others = CONVENTIONS.get(optimizer, {})
    if text in (USUAL, *others) or optimizer not in OPTIMIZERS:
        return text if text in others else USUAL
    title = describe(OPTIMIZERS[optimizer]).title
    choice = f"as {' or '.join([USUAL, *others])}" if others else "in one way only here"
    problems.append(Problem(where, f"{title} is defined {choice}, not as {shown(text)}."))
    return USUAL


def _read_past(
    text: str, where: str, look: int, experiment: Experiment, problems: list[Problem]
) -> Past | None:
    """``step/run``; without a look it is that of who goes on."""
    if where.count(".fork") > MOST_FORKS:
        problems.append(Problem(where, TOO_DEEP))
        return None
    number, _, rest = text.partition("/")
    step = _read(FORK, number, where, problems)
    run = _read_run(rest, where, look, experiment, problems)
    if step is None or run is None:
        return None
    if step > experiment.steps:
        sentence = f"A run goes on from step {step}, but there are only {experiment.steps} steps."
        problems.append(Problem(where, sentence))
    return forked(run, min(step, experiment.steps))


def _read_part(text: str, where: str, picks: dict[str, Pick], problems: list[Problem]) -> None:
    """A schedule, or something that stands between the rule and the landscape."""
    key = text.split(",")[0]
    at = f"{where}.{key if key in WRAPPERS else 'schedule'}"
    catalogue = WRAPPERS if key in WRAPPERS else {**SCHEDULES, **WRAPPERS}
    usual = functools.partial(pick, catalogue)
    found = _read_pick(catalogue, "schedule or other part", text, at, problems, usual)
    if found is None:
        return
    if key in picks or (key in SCHEDULES and picks.keys() & SCHEDULES.keys()):
        sentence = f"A run has one schedule, and each of the others once; {shown(key)} is too much."
        problems.append(Problem(at, sentence))
        return
    picks[key] = found


def _read_pick(
    catalogue: Catalogue,
    kind: str,
    text: str,
    where: str,
    problems: list[Problem],
    usual: Callable[[str], Pick],
    beside: str = "",
) -> Pick | None:
    """``name,knob=value,...``, or None if nothing is called that."""
    key, *settings = text.split(",")
    if key not in catalogue:
        near = difflib.get_close_matches(key, catalogue, 1)
        some = ", ".join(list(catalogue)[:8]) + (", …" if len(catalogue) > 8 else "")
        hint = f"did you mean {near[0]}?" if near else f"there are {some}."
        problems.append(Problem(where, f"No {kind} is called {shown(key)}; {hint}"))
        return None
    declared = knobs_of(catalogue, key)
    values: dict[str, Value] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in declared:
            has = f"its knobs are {', '.join(declared)}" if declared else "it has no knobs"
            problems.append(Problem(where, f"{key} has no knob {shown(name)}; {has}."))
            continue
        number = _read(declared[name], unquote(value), f"{where}.{name}", problems, beside)
        if number is not None:
            values[name] = number
    return Pick(key, tuple((name, values.get(name, v)) for name, v in usual(key).knobs))


def _read(knob: Knob, text: str, where: str, problems: list[Problem], beside: str = "") -> Any:
    try:
        if knob.default == () and text.startswith("@"):
            return read_beside(knob, text, beside)
        return knob.read(text)
    except ValueError as error:
        problems.append(Problem(where, str(error)))
        return None
