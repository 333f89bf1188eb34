"""The whole state of the page, as one frozen value whose text is the link.

    landscape=rosenbrock,a=1,b=100&start=-1.2,1&steps=500&run=adam,lr=0.05,.../constant/name=Mine

A thing from a catalogue is written ``name,knob=value,...``. A run is an optimizer and, each behind
a slash, its schedule, ``warmup=steps``, ``name=text`` and ``look=number``. `write` says everything,
so that a link keeps its meaning when defaults change; `parse` fills in what is left out, so that
one can be typed.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import numpy as np

from app.knobs import Knob, Number, describe, knobs, read_number, shown, write_number
from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, SCHEDULES

STEPS = Knob("steps", 500, 1, 10_000, "log", whole=True, help="how many steps each run takes")
LOOK = Knob("look", 0, 0, 31, whole=True)
WARMUP = Knob("warmup", 0, 0, 10_000, "log", whole=True, help="steps of linear warm-up before it")
MOST_RUNS = 32
LONGEST_LINK = 16_000
LONGEST_NAME = 60

Catalogue = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Pick:
    """A thing from a catalogue, by its key, with a value for each of its knobs."""

    key: str
    knobs: tuple[tuple[str, Number], ...] = ()

    def __str__(self) -> str:
        return ",".join([self.key, *(f"{name}={write_number(v)}" for name, v in self.knobs)])


@dataclass(frozen=True)
class Run:
    optimizer: Pick
    schedule: Pick = Pick("constant")
    warmup: int = 0
    name: str = ""
    look: int = 0  # which colour, dash and marker it has; no two runs share one

    def __str__(self) -> str:
        parts = [str(self.optimizer), str(self.schedule)]
        if self.warmup:
            parts.append(f"warmup={self.warmup}")
        if self.name:
            parts.append(f"name={quote(self.name, safe='')}")
        parts.append(f"look={self.look}")
        return "/".join(parts)


@dataclass(frozen=True)
class Experiment:
    landscape: Pick
    start: tuple[float, float]
    steps: int
    runs: tuple[Run, ...]

    def __str__(self) -> str:
        return write(self)

    @property
    def surface(self) -> Landscape:
        return LANDSCAPES[self.landscape.key](**dict(self.landscape.knobs))


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
        ("start", f"{write_number(x)},{write_number(y)}"),
        ("steps", str(experiment.steps)),
        *(("run", str(run)) for run in experiment.runs or ("",)),
    ]
    return "&".join(f"{key}={quote(value, safe='/,=')}" for key, value in pairs)


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
    surface = LANDSCAPES[landscape.key](**dict(landscape.knobs))
    names = ("adam", "momentum", "gradient_descent")
    runs = tuple(Run(suited(name, landscape), look=look) for look, name in enumerate(names))
    return Experiment(landscape, surface.start, int(STEPS.default), runs)


def pick(catalogue: Catalogue, key: str, **values: Number) -> Pick:
    """A thing from a catalogue with its defaults, but for these values."""
    declared = knobs(catalogue[key])
    return Pick(key, tuple((name, values.get(name, k.default)) for name, k in declared.items()))


def suited(optimizer: str, landscape: Pick) -> Pick:
    """An optimizer with a rate that is sensible on this landscape, and its other defaults."""
    return pick(OPTIMIZERS, optimizer, lr=suited_rate(optimizer, landscape))


@functools.lru_cache(1024)
def suited_rate(optimizer: str, landscape: Pick) -> Number:
    """The rate that a rule's own hint gives on this landscape, as a round number.

    ("curvature", c): c over the largest curvature at the start and the minima, since what plain
    descent can bear is 2 over the curvature. ("width", c): c times the width of the picture, for
    rules whose steps are about as long as their rate.
    """
    knob = knobs(OPTIMIZERS[optimizer])["lr"]
    if knob.hint is None:
        return knob.default
    surface = LANDSCAPES[landscape.key](**dict(landscape.knobs))
    kind, share = knob.hint
    if kind == "width":
        rate = share * max(high - low for low, high in surface.domain)
    else:
        points = np.vstack([[surface.start], surface.minima])
        rate = share / np.abs(np.linalg.eigvalsh(surface.hessian(points))).max()
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
    base = pick(LANDSCAPES, "rosenbrock")
    found = _read_pick(LANDSCAPES, "landscape", text, "landscape", problems, lambda key: base)
    return found or base


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
    for part in parts:
        key, equals, value = part.partition("=")
        if key == "warmup" and equals:
            steps = _read(WARMUP, unquote(value), f"{where}.warmup", problems)
            run = replace(run, warmup=steps or 0)
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
            at = f"{where}.schedule"
            schedule = _read_pick(
                SCHEDULES, "schedule", part, at, problems, lambda key: pick(SCHEDULES, key)
            )
            run = replace(run, schedule=schedule or run.schedule)
    return run


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
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(catalogue)}."
        problems.append(Problem(where, f"No {kind} is called {shown(key)}; {hint}"))
        return None
    declared = knobs(catalogue[key])
    values: dict[str, Number] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in declared:
            has = f"its knobs are {', '.join(declared)}" if declared else "it has no knobs"
            problems.append(Problem(where, f"{key} has no knob {shown(name)}; {has}."))
            continue
        number = _read(declared[name], unquote(value), f"{where}.{name}", problems)
        if number is not None:
            values[name] = number
    standard = usual(key)
    if standard.key != key:
        standard = pick(catalogue, key)
    return Pick(key, tuple((name, values.get(name, v)) for name, v in standard.knobs))


def _read(knob: Knob, text: str, where: str, problems: list[Problem]) -> Any:
    try:
        return knob.read(text)
    except ValueError as error:
        problems.append(Problem(where, str(error)))
        return None
