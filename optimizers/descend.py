"""A rule, a landscape, a start and a number of steps make a path, whole or in chunks."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizers.oracle import Oracle, oracle_of, wraps_rule
from optimizers.schedules.constant import constant
from optimizers.status import Status, judge
from optimizers.walkers import Arrays, Floats, Job, Walker, asks_f

Array = NDArray[np.float64]
Rule = Callable[..., Any]

# Where arrays overtake floats (tests/benchmarks measures it).
FEW = 6
# How many walkers' numbers fit the processor's cache, for a rule with a few memories.
GROUP = 8192


@dataclass(frozen=True)
class Checkpoint:
    """Where walkers are after ``step`` steps and what their rule remembers: they can go on from it.

    ``points`` is (walkers, 2), ``memory`` {name: (walkers, 2)}; what is missing in it is fresh. The
    rule's t counts from step ``begun``. Walkers that are ``held``, (walkers,), were stopped before.
    """

    step: int
    points: Array
    memory: Mapping[str, Array] = field(default_factory=dict)
    begun: int = 0
    held: NDArray[np.bool_] | bool = False


@dataclass(frozen=True)
class Chunk:
    """Consecutive points of all walkers, from point number ``first`` on; point 0 is the start.

    ``path`` and ``grad`` are (points, walkers, 2), ``loss`` and ``lr`` (points, walkers); the rate
    is the one of the step that led to the point, nan at the start. ``state`` holds the rule's
    memory by name, (points, walkers, 2). From the step at which a walker overflowed on, all is nan.
    """

    first: int
    path: Array
    loss: Array
    grad: Array
    lr: Array
    state: Mapping[str, Array]


@dataclass(frozen=True)
class Trajectory:
    """Whole paths: ``path`` and ``grad`` (steps + 1, walkers, 2), ``loss`` (steps + 1, walkers),
    ``lr`` (steps, walkers) and ``state`` {name: (steps + 1, walkers, 2)}; see `Chunk`. From a
    checkpoint on it is the rest of them.
    """

    path: Array
    loss: Array
    grad: Array
    lr: Array
    state: Mapping[str, Array]
    landscape: Any = field(repr=False)
    oracle: Oracle | None = field(repr=False, default=None)
    y_rate: float = 1.0
    tolerance: float = 0.0
    begun: int = 0

    @functools.cached_property
    def status(self) -> list[Status]:
        """What became of each walker, and at which step it was decided."""
        judged = functools.partial(
            judge,
            self.landscape,
            oracle=self.oracle,
            y_rate=self.y_rate,
            tolerance=self.tolerance,
        )
        walkers = range(self.path.shape[1])
        return [judged(self.path[:, i], self.loss[:, i], self.lr[:, i]) for i in walkers]


def descend(
    f: Any, start: ArrayLike | Checkpoint, rule: Rule, *, steps: int, **settings: Any
) -> Trajectory:
    """Walk ``steps`` steps down ``f`` from ``start``, (2,) or (walkers, 2), by ``rule``.

    Takes what `stream` takes, and returns all of it at once.
    """
    chunks = list(stream(f, start, rule, steps=steps, **settings))
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(chunk, name) for chunk in chunks])
        for name in ("path", "loss", "grad", "lr")
    }
    joined["lr"] = joined["lr"][1:]
    state = {
        name: np.concatenate([chunk.state[name] for chunk in chunks]) for name in chunks[0].state
    }
    oracle = oracle_of(f, settings.get("wrappers", ()))
    told = {name: settings[name] for name in ("y_rate", "tolerance") if name in settings}
    begun = start.begun if isinstance(start, Checkpoint) else 0
    return Trajectory(**joined, state=state, landscape=f, oracle=oracle, begun=begun, **told)


def stream(
    f: Any,
    start: ArrayLike | Checkpoint,
    rule: Rule,
    *,
    steps: int,
    schedule: Callable[..., Any] = constant,
    wrappers: Sequence[Callable[..., Any]] = (),
    y_rate: float = 1.0,
    tolerance: float = 0.0,
    **knobs: Any,
) -> Iterator[Chunk]:
    """The same walk in chunks, each computed when it is asked for; the first is a short one.

    ``f`` answers ``f(points)`` and ``f.grad(points)`` for points (..., 2). If it also has
    elementwise ``value(x, y)`` and ``slope(x, y)``, as every landscape does, a few walkers go the
    quick way (unless its ``floats`` is false), and it may be seen through ``wrappers``, which
    change what the rule is told and not what is recorded. The rate along y is ``y_rate`` times the
    one along x. A walker stays where it is after the first step that changes f by less than
    ``tolerance``. Each knob, ``lr`` among them, is a number or has one value per walker.

    From a `Checkpoint` it goes on to the same last step, and all that depends on the step counts as
    if it had never stopped; only a schedule that reacts to the loss begins anew. Its own point is
    the first. A walk that goes on by the same rule and settings has the bits of one that never
    stopped.

    Raises TypeError for a knob that the rule does not have and ValueError for a start of another
    shape, fewer than 0 steps or than were taken, or another number of values than of walkers.
    """
    at, rows, job, each = _job(f, start, rule, steps, schedule, wrappers, y_rate, knobs)
    walkers: list[Walker]
    elementwise = hasattr(f, "value") and hasattr(f, "slope") and getattr(f, "floats", True)
    if len(rows) <= FEW and elementwise and not asks_f(job.rule) and not _differ(wrappers):
        walkers = [
            Floats(job, row, {n: (v[i] if v.ndim else v).item() for n, v in each.items()})
            for i, row in enumerate(rows)
        ]
    else:
        walkers = [Arrays(job, rows, each)]
    stop = Stop(tolerance, rows, f(at.points), at.held) if tolerance else None
    return _chunks(f, rows, walkers, at.step, steps, list(at.memory), stop)


def _differ(wrappers: Sequence[Callable[..., Any]]) -> bool:
    """Whether something in them, as a seed, has a value for each walker."""
    values = [value for wrapper in wrappers for value in getattr(wrapper, "keywords", {}).values()]
    return any(np.ndim(value) for value in values)


def visits(
    f: Any,
    start: ArrayLike | Checkpoint,
    rule: Rule,
    *,
    steps: int,
    at: Sequence[int],
    schedule: Callable[..., Any] = constant,
    wrappers: Sequence[Callable[..., Any]] = (),
    y_rate: float = 1.0,
    tolerance: float = 0.0,
    **knobs: Any,
) -> Iterator[Checkpoint]:
    """Where many walkers are after each of the steps ``at``, which rise, and what they remember.

    Takes what `stream` takes; nothing else is kept. After an overflow a walker is inf or nan.
    """
    begin, rows, job, each = _job(f, start, rule, steps, schedule, wrappers, y_rate, knobs)
    walkers = Arrays(job, rows, each)
    stop = Stop(tolerance, begin.points, f(begin.points), begin.held) if tolerance else None
    done = begin.step
    for mark in at:
        with np.errstate(all="ignore"):
            for t in range(done + 1, mark + 1):
                walkers.step(t)
                if stop:
                    here = walkers.points
                    walkers.points = stop(here[None], f(here)[None])[0]
        done = mark
        parts = dict(zip(("points", *begin.memory), np.moveaxis(walkers.rows, 1, 0), strict=True))
        held = stop.over if stop else begin.held
        yield Checkpoint(mark, parts.pop("points"), parts, begin.begun, held)


def ends(
    f: Any,
    start: ArrayLike | Checkpoint,
    rule: Rule,
    *,
    steps: int,
    schedule: Callable[..., Any] = constant,
    wrappers: Sequence[Callable[..., Any]] = (),
    y_rate: float = 1.0,
    **knobs: Any,
) -> Array:
    """Where many walkers are after ``steps`` steps: (walkers, 2); takes what `stream` takes.

    Nothing else is kept, and the walkers go in groups that fit the processor's cache, so a million
    of them cost no more each than a thousand do. After an overflow a walker is inf or nan.
    """
    at, rows, job, each = _job(f, start, rule, steps, schedule, wrappers, y_rate, knobs)
    out = np.empty_like(at.points)
    for first in range(0, len(rows), GROUP):
        group = slice(first, first + GROUP)
        walkers = Arrays(job, rows[group], {n: v[group] if v.ndim else v for n, v in each.items()})
        with np.errstate(all="ignore"):
            for t in range(at.step + 1, steps + 1):
                walkers.step(t)
        out[group] = walkers.points
    return out


def _job(
    f: Any,
    start: ArrayLike | Checkpoint,
    rule: Rule,
    steps: int,
    schedule: Callable[..., Any],
    wrappers: Sequence[Callable[..., Any]],
    y_rate: float,
    knobs: Mapping[str, Any],
) -> tuple[Checkpoint, Array, Job, dict[str, NDArray[Any]]]:
    """Where the walkers start, the same as rows (walkers, 1 + memory, 2), what all of them share,
    and the knobs of each.
    """
    at = start if isinstance(start, Checkpoint) else Checkpoint(0, np.array(start, float))
    points = at.points
    if points.ndim > 2 or points.shape[-1:] != (2,):
        raise ValueError(f"a start is (x, y) or (walkers, 2), not of shape {points.shape}")
    if steps < at.step:
        raise ValueError(f"steps must be {at.step} or more, not {steps}")
    points = points.reshape(-1, 2)
    parameters = inspect.signature(rule).parameters
    known = {n: p.default for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY}
    if unknown := knobs.keys() - known.keys():
        name = getattr(rule, "__name__", "the rule")
        raise TypeError(f"{name} has no knob {', '.join(sorted(unknown))}")
    memory = {
        name: np.array(np.broadcast_to(at.memory.get(name, float(p.default)), points.shape))
        for name, p in parameters.items()
        if p.kind is not p.KEYWORD_ONLY and p.default is not p.empty
    }
    each = {name: np.asarray(value) for name, value in {**known, **knobs}.items()}
    for name, value in each.items():
        if value.shape not in ((), (len(points),)):
            raise ValueError(f"{name} needs one value, or one for each of {len(points)} walkers")
    oracle = oracle_of(f, wrappers)
    for wrapper in wrappers:
        rule = wrapper(rule) if wraps_rule(wrapper) else rule
    job = Job(f, oracle, rule, schedule, steps, y_rate, at.step, at.begun)
    rows = np.stack([points, *memory.values()], axis=1)
    return replace(at, points=points, memory=memory), rows, job, each


def _chunks(
    f: Any,
    start: Array,
    walkers: list[Walker],
    first: int,
    steps: int,
    memory: Sequence[str],
    stop: Stop | None,
) -> Iterator[Chunk]:
    """Ask the walkers for ever longer stretches; loss and slope come afterwards, at one stroke."""
    count = len(start)
    alive = np.ones(count, bool)
    done = first
    for i, length in enumerate(_lengths(first, steps)):
        with np.errstate(all="ignore"):
            parts = [walker.walk(done + 1, done + length) for walker in walkers]
            rows = np.concatenate([part[0] for part in parts], axis=1)
            rates = np.concatenate([part[1] for part in parts], axis=1)
            if stop and length:
                rows = stop(rows, f(rows[:, :, 0]))
                rates[stop.held] = np.nan
            if i == 0:
                rows = np.concatenate([start[None], rows])
                rates = np.concatenate([np.full((1, count), np.nan), rates])
            finite = np.logical_and.accumulate(np.isfinite(rows[:, :, 0]).all(-1) & alive)
            alive = finite[-1]
            rows[~finite] = np.nan
            rates[~finite] = np.nan
            path = rows[:, :, 0]
            state = {name: rows[:, :, 1 + i] for i, name in enumerate(memory)}
            at = done + 1 if i else first
            chunk = Chunk(at, path, f(path), f.grad(path), rates, state)
        yield chunk
        done += length


class Stop:
    """The usual test of convergence: a walker is held once a step changed f by so little."""

    def __init__(
        self, tolerance: float, at: Array, loss: Array, held: NDArray[np.bool_] | bool = False
    ) -> None:
        self.tolerance, self.at, self.loss = tolerance, at, loss
        self.over = np.broadcast_to(held, len(at))

    def __call__(self, rows: Array, loss: Array) -> Array:
        """Consecutive rows (points, walkers, ...) with their f, as they are when walkers stop.

        ``held`` tells then which of them are repeated (points, walkers).
        """
        small = np.abs(np.diff(loss, axis=0, prepend=self.loss[None])) < self.tolerance
        over = np.logical_or.accumulate(np.concatenate([self.over[None], small]))
        self.held, self.over = over[:-1], over[-1]
        last = np.where(self.held, 0, np.arange(1, len(rows) + 1)[:, None])
        last = np.maximum.accumulate(last)
        rows = np.concatenate([self.at[None], rows])[last, np.arange(rows.shape[1])]
        self.at, self.loss = rows[-1], loss[-1]
        return rows


def _lengths(first: int, steps: int) -> Iterator[int]:
    """50, 100, 200, ... up to 800 steps, until all are taken; at least one stretch.

    After ``first`` steps the stretches end where they would have ended anyway.
    """
    end = length = 50
    while end < first:
        length = min(2 * length, 800)
        end += length
    done = first
    while True:
        yield min(end, steps) - done
        if end >= steps:
            return
        done, length = end, min(2 * length, 800)
        end += length
