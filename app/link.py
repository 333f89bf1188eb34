"""Experiment <-> text: what stands in the address bar, and in a link that somebody types.

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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from app.beside import read_beside
from app.experiment import (
    FORK,
    LONGEST_NAME,
    LOOK,
    MOST_FORKS,
    MOST_RUNS,
    SEEDS,
    STEPS,
    STOP,
    TOO_DEEP,
    TRANSFORMS,
    USUAL,
    USUAL_STEPS,
    WARMUP,
    Y_RATE,
    Catalogue,
    Experiment,
    Past,
    Pick,
    Run,
    forked,
    free_look,
    knobs_of,
    pick,
    rules,
)
from app.knobs import Knob, Value, describe, read_number, shown, write_value
from app.rates import suited
from landscapes import LANDSCAPES
from optimizers import CONVENTIONS, OPTIMIZERS, SCHEDULES, STARTS, WRAPPERS

LONGEST_LINK = 16_000


@dataclass(frozen=True)
class Problem:
    """What could not be read: where (as in ``runs.0.optimizer.lr``) and a sentence about it."""

    where: str
    sentence: str


def write(experiment: Experiment) -> str:
    """The experiment as a query string, without the question mark."""
    start = experiment.start
    begins = write_pick(start) if isinstance(start, Pick) else ",".join(map(write_value, start))
    pairs = [
        ("landscape", write_pick(experiment.landscape)),
        ("start", begins),
        ("steps", str(experiment.steps)),
        *([("stop", write_value(experiment.stop))] if experiment.stop else []),
        *([("seeds", str(experiment.seeds))] if experiment.seeds > 1 else []),
        *(("run", text) for text in [*map(write_run, experiment.runs)] or [""]),
    ]
    return "&".join(f"{key}={quote(value, safe='/,=:;@')}" for key, value in pairs)


def write_pick(thing: Pick) -> str:
    """``name,knob=value,...``, without what is off."""
    told = [(name, v) for name, v in thing.knobs if v or not (v == () or name in TRANSFORMS)]
    return ",".join([thing.key, *(f"{name}={write_value(v)}" for name, v in told)])


def write_run(run: Run) -> str:
    """``optimizer/schedule/...`` as it stands behind ``run=``, before it is quoted."""
    parts = [*map(write_pick, (run.optimizer, run.schedule, *run.wrappers))]
    if run.convention != USUAL:
        parts.append(f"as={run.convention}")
    if run.warmup:
        parts.append(f"warmup={run.warmup}")
    if run.y_rate != 1:
        parts.append(f"y_rate={write_value(run.y_rate)}")
    if run.name:
        parts.append(f"name={quote(run.name, safe='')}")
    parts.append(f"look={run.look}")
    if run.past:
        parts += [f"fork={run.past.step}", write_run(run.past.run)]
    return "/".join(parts)


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
    return Experiment(landscape, landscape.plain.start, USUAL_STEPS, runs)


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
    for axis, part, usual in zip("xy", parts, experiment.landscape.plain.start, strict=True):
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
