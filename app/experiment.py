"""What is computed: the whole state of the page, as one frozen value.

A landscape, a start and the runs, each thing by its key in its catalogue and with a value for each
of its knobs. Its text is the link, which app/link.py reads and writes; the rates that suit its runs
are those of app/rates.py.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.knobs import Knob, Value, describe, knobs
from landscapes import LANDSCAPES, Landscape, regularised, rotated
from optimizers import CONVENTIONS, OPTIMIZERS, STARTS

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
    "each": Knob("each", 0, 0, 1, whole=True, help="off: one start for all runs; on: one each"),
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
MOST_RUNS = 32
MOST_FORKS = 8
TOO_DEEP = f"A run goes on from another, and that from another, {MOST_FORKS} times at most."
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


@dataclass(frozen=True)
class Experiment:
    landscape: Pick
    start: tuple[float, float] | Pick  # before the landscape is rotated; or how it is drawn
    steps: int
    runs: tuple[Run, ...]
    stop: float = 0.0  # 0 for never
    seeds: int = 1

    @property
    def surface(self) -> Landscape:
        """The landscape that is picked, regularised and rotated as its knobs say."""
        values: dict[str, Any] = dict(self.landscape.knobs)
        return rotated(self.landscape.unturned, values.get("rotation", 0.0))

    def start_of(self, run: Run, repeat: int = 0) -> tuple[float, float]:
        """Where a run starts, before the landscape is rotated."""
        if not isinstance(self.start, Pick):
            return self.start
        values: dict[str, Any] = dict(self.start.knobs)
        chance = []
        if self.drawn:
            which = [values.pop("seed") + repeat, run.at(0).look * values.pop("each")]
            chance.append(np.random.RandomState(which))
        x, y = STARTS[self.start.key](self.landscape.plain, *chance, **values)
        return x, y

    @property
    def drawn(self) -> bool:
        """Whether the start is left to chance."""
        return isinstance(self.start, Pick) and "seed" in dict(self.start.knobs)


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
