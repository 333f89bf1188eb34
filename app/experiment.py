"""The whole state of the page, as one frozen value whose text is the link.

    landscape=rosenbrock,a=1,b=100&start=-1.2,1&steps=500&run=adam,lr=0.05,.../constant/name=Mine

A thing from a catalogue is written ``name,knob=value,...``; every landscape also has the knobs in
`TRANSFORMS`. A run is an optimizer and, each behind a slash, its schedule, what stands between it
and the landscape (``clip_norm,limit=1``), ``warmup=steps``, ``y_rate=number``, ``name=text`` and
``look=number``. `write` says everything but what is off, so that a link keeps its meaning when
defaults change; `parse` fills in what is left out, so that one can be typed.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import numpy as np

from app.knobs import Knob, Value, describe, knobs, read_number, shown, write_value
from landscapes import LANDSCAPES, Landscape, regularised, rotated
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS

USUAL_STEPS = 500
STEPS = Knob(
    "steps", USUAL_STEPS, 1, 10_000, "log", whole=True, help="how many steps each run takes"
)
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
MOST_RUNS = 32
LONGEST_LINK = 16_000
LONGEST_NAME = 60

Catalogue = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Pick:
    """A thing from a catalogue, by its key, with a value for each of its knobs."""

    key: str
    knobs: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        told = [(name, v) for name, v in self.knobs if v or not (v == () or name in TRANSFORMS)]
        return ",".join([self.key, *(f"{name}={write_value(v)}" for name, v in told)])


@dataclass(frozen=True)
class Run:
    optimizer: Pick
    schedule: Pick = Pick("constant")
    wrappers: tuple[Pick, ...] = ()  # in the order of WRAPPERS
    warmup: int = 0
    y_rate: float = 1.0
    name: str = ""
    look: int = 0  # which colour, dash and marker it has; no two runs share one

    def __str__(self) -> str:
        parts = [str(self.optimizer), str(self.schedule), *map(str, self.wrappers)]
        if self.warmup:
            parts.append(f"warmup={self.warmup}")
        if self.y_rate != 1:
            parts.append(f"y_rate={write_value(self.y_rate)}")
        if self.name:
            parts.append(f"name={quote(self.name, safe='')}")
        parts.append(f"look={self.look}")
        return "/".join(parts)


@dataclass(frozen=True)
class Experiment:
    landscape: Pick
    start: tuple[float, float]  # before the landscape is rotated
    steps: int
    runs: tuple[Run, ...]

    def __str__(self) -> str:
        return write(self)

    @property
    def surface(self) -> Landscape:
        return surface(self.landscape)


@dataclass(frozen=True)
class Problem:
    """What could not be read: where (as in ``runs.0.optimizer.lr``) and a sentence about it."""

    where: str
    sentence: str


def write(experiment: Experiment) -> str:
    """The experiment as a query string, without the question mark."""
    x, y = experiment.start
    pairs = [
        ("landscape", str(experiment.landscape)),
        ("start", f"{write_value(x)},{write_value(y)}"),
        ("steps", str(experiment.steps)),
        *(("run", str(run)) for run in experiment.runs or ("",)),
    ]
    return "&".join(f"{key}={quote(value, safe='/,=:;')}" for key, value in pairs)


def parse(text: str) -> tuple[Experiment, list[Problem]]:
    """The experiment in a query string, and what could not be read of it, left at its default."""
    problems: list[Problem] = []
    text = text.removeprefix("?")
    if len(text) > LONGEST_LINK:
        sentence = f"The link is {len(text)} characters long; {LONGEST_LINK} are the most."
        return default(), [Problem("link", sentence)]
    given: dict[str, list[str]] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
        given.setdefault(key, []).append(value)
    for key, values in given.items():
        if key not in ("landscape", "start", "steps", "run"):
            problems.append(Problem("link", f"Nothing here is called {shown(key)}."))
        elif len(values) > 1 and key != "run":
            problems.append(Problem(key, f"There is more than one {key}; the first one counts."))

    landscape = _read_landscape(given.get("landscape", ["rosenbrock"])[0], problems)
    experiment = default(landscape)
    if "start" in given:
        experiment = _read_start(given["start"][0], experiment, problems)
    if "steps" in given:
        steps = _read(STEPS, unquote(given["steps"][0]), "steps", problems)
        experiment = replace(experiment, steps=steps if steps is not None else experiment.steps)
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
    degrees, l2 = values.get("rotation", 0.0), values.get("l2", 0.0)
    return rotated(regularised(plain(landscape), l2), degrees)


def plain(landscape: Pick) -> Landscape:
    """The landscape that is picked, as it is by itself."""
    own = {name: v for name, v in landscape.knobs if name not in TRANSFORMS}
    return LANDSCAPES[landscape.key](**own)


def knobs_of(catalogue: Catalogue, key: str) -> Mapping[str, Knob]:
    """All that can be set of a thing from a catalogue."""
    own = knobs(catalogue[key])
    return {**own, **TRANSFORMS} if catalogue is LANDSCAPES else own


def pick(catalogue: Catalogue, key: str, **values: Value) -> Pick:
    """A thing from a catalogue with its defaults, but for these values."""
    declared = knobs_of(catalogue, key)
    return Pick(key, tuple((name, values.get(name, k.default)) for name, k in declared.items()))


def suited(optimizer: str, landscape: Pick) -> Pick:
    """An optimizer with a rate that is sensible on this landscape, and its other defaults."""
    return pick(OPTIMIZERS, optimizer, lr=suited_rate(optimizer, landscape))


def suited_rate(optimizer: str, landscape: Pick) -> Value:
    """The rate that a rule's own hint gives on this landscape.

    ("curvature", c): c over the largest curvature at the start and the minima, since what plain
    descent can bear is 2 over the curvature. ("width", c): c times the width of the picture, for
    rules whose steps are about as long as their rate.
    """
    knob = knobs(OPTIMIZERS[optimizer])["lr"]
    if knob.hint is None:
        return knob.default
    # Turned, a surface is as wide and as sharp as it was.
    unturned = tuple((name, v) for name, v in landscape.knobs if name != "rotation")
    rate = _suited(knob.hint, replace(landscape, knobs=unturned))
    return min(max(rate, knob.low), knob.high)


@functools.lru_cache(4096)
def _suited(hint: tuple[str, float], landscape: Pick) -> float:
    """As a round number."""
    f = surface(landscape)
    kind, share = hint
    if kind == "width":
        rate = share * max(high - low for low, high in f.domain)
    else:
        hessians = f.hessian(np.vstack([[f.start], f.minima]))
        finite = hessians[np.isfinite(hessians).all((-2, -1))]
        sharp = np.abs(np.linalg.eigvalsh(finite)).max(initial=0.0)
        rate = share / max(sharp, 1e-100)  # where nothing is bent, any rate will do
    exponent = np.floor(np.log10(rate))
    mantissa = min((1, 2, 5, 10), key=lambda m: abs(np.log(m) - np.log(rate / 10**exponent)))
    return float(f"{mantissa}e{int(exponent)}")


def titles(runs: Sequence[Run]) -> list[str]:
    """What the runs are called: the names they were given, or their optimizers', told apart."""
    found: list[str] = []
    for run in runs:
        base = run.name or describe(OPTIMIZERS[run.optimizer.key]).title
        name, count = base, 1
        while name in found and not run.name:
            count += 1
            name = f"{base} {count}"
        found.append(name)
    return found


def free_look(runs: Sequence[Run]) -> int:
    """The first look that none of these runs has."""
    return min(set(range(len(runs) + 1)) - {run.look for run in runs})


def _read_landscape(text: str, problems: list[Problem]) -> Pick:
    usual = functools.partial(pick, LANDSCAPES)
    found = _read_pick(LANDSCAPES, "landscape", text, "landscape", problems, usual)
    return found or pick(LANDSCAPES, "rosenbrock")


def _read_start(text: str, experiment: Experiment, problems: list[Problem]) -> Experiment:
    parts = text.split(",")
    if len(parts) != 2:
        sentence = f"The start must be two numbers x,y, not {shown(text)}."
        problems.append(Problem("start", sentence))
        return experiment
    start = []
    for axis, part, usual in zip("xy", parts, experiment.start, strict=True):
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
        _read_run(text, f"runs.{i}", experiment.landscape, problems)
        for i, text in enumerate(texts[:MOST_RUNS])
    ]
    runs: tuple[Run, ...] = ()
    for run in read:
        if run:
            taken = run.look in {other.look for other in runs}
            runs += (replace(run, look=free_look(runs)) if taken else run,)
    return replace(experiment, runs=runs if runs or not texts else experiment.runs)


def _read_run(text: str, where: str, landscape: Pick, problems: list[Problem]) -> Run | None:
    head, *parts = text.split("/")
    at = f"{where}.optimizer"
    optimizer = _read_pick(
        OPTIMIZERS, "optimizer", head, at, problems, lambda key: suited(key, landscape)
    )
    if optimizer is None:
        return None
    run = Run(optimizer, look=int(where.removeprefix("runs.")))
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
            look = _read(LOOK, value, f"{where}.look", problems)
            run = replace(run, look=run.look if look is None else look)
        elif key == "name" and equals:
            name = " ".join(unquote(value).split())
            if len(name) > LONGEST_NAME:
                sentence = f"A name has {LONGEST_NAME} characters at the most, not {len(name)}."
                problems.append(Problem(f"{where}.name", sentence))
            run = replace(run, name=name[:LONGEST_NAME])
        else:
            _read_part(part, where, picks, problems)
    schedule = next((one for key, one in picks.items() if key in SCHEDULES), run.schedule)
    return replace(
        run, schedule=schedule, wrappers=tuple(picks[key] for key in WRAPPERS if key in picks)
    )


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
        number = _read(declared[name], unquote(value), f"{where}.{name}", problems)
        if number is not None:
            values[name] = number
    return Pick(key, tuple((name, values.get(name, v)) for name, v in usual(key).knobs))


def _read(knob: Knob, text: str, where: str, problems: list[Problem]) -> Any:
    try:
        return knob.read(text)
    except ValueError as error:
        problems.append(Problem(where, str(error)))
        return None
