"""The two ways to take the steps of one rule.

A rule is elementwise in its gradient, so the same code object runs in both. Many walkers go through
NumPy arrays. A few go one coordinate at a time through Python floats, with ``np`` standing for
`float_np`: the same bits wherever only + - * / and square roots are used, several times sooner.
"""

from __future__ import annotations

import functools
import inspect
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from optimizers.float_np import float_np
from optimizers.oracle import Oracle, Seen

Array = NDArray[np.float64]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Job:
    """What all walkers have in common; ``oracle`` is None where nothing stands before ``f``.

    They begin after ``first`` steps, and the rule's t counts from step ``begun``.
    """

    f: Any
    oracle: Oracle | None
    rule: Function
    schedule: Function
    steps: int
    y_rate: float
    first: int = 0
    begun: int = 0


class Walker(Protocol):
    def walk(self, first: int, last: int) -> tuple[Array, Array]:
        """Take steps first..last: (steps, walkers, 1 + memory, 2) and the rates (steps, walkers).

        The rows hold the point and the rule's memory after each step.
        """


class Floats:
    """One walker, one coordinate at a time."""

    def __init__(self, job: Job, row: Array, knobs: dict[str, Any]) -> None:
        f = job.oracle or job.f
        self.timed = job.oracle is not None
        self.slope, self.value = on_floats(f.slope), on_floats(f.value)
        self.rate = Rate(on_floats(job.schedule), knobs.pop("lr"), job.steps, job.first)
        rule = self.rate.cycling(on_floats(job.rule, knobs))
        self.step = _packed(rule, len(row) - 1)
        self.y_rate, self.begun = job.y_rate, job.begun
        # The coordinate and its memory, for x and for y.
        self.state = list(zip(*row.tolist(), strict=True))
        self.over = False

    def walk(self, first: int, last: int) -> tuple[Array, Array]:
        width, count = len(self.state[0]), last - first + 1
        rows: list[tuple[float, ...]] = []
        rates: list[float] = []
        try:
            if not self.over:
                self._walk(first, last, rows, rates)
        except (OverflowError, ValueError, ZeroDivisionError):
            # Where floats raise, arrays go to inf or nan: the walk is over either way.
            self.over = True
        path = np.full((count, 1, width, 2), np.nan)
        if rows:
            path[: len(rows), 0] = np.array(rows).reshape(-1, 2, width).transpose(0, 2, 1)
        used = np.full((count, 1), np.nan)
        used[: len(rows), 0] = rates[: len(rows)]
        return path, used

    def _walk(self, first: int, last: int, rows: list[Any], rates: list[float]) -> None:
        slope, step, timed, y_rate = self.slope, self.step, self.timed, self.y_rate
        begun = self.begun
        keep, rate, ahead = rows.append, self.rate, self.rate.known
        at_x, at_y = self.state
        if ahead:
            rates += [rate(t - 1, 0.0) for t in range(first, last + 1)]
        for i, t in enumerate(range(first, last + 1)):
            x, y = at_x[0], at_y[0]
            if not ahead:
                rates.append(rate(t - 1, self._loss(x, y, t) if rate.reacts else 0.0))
            lr = rates[i]
            gx, gy = slope(x, y, t) if timed else slope(x, y)
            own = t - begun
            at_x, at_y = step(at_x, gx, own, lr), step(at_y, gy, own, lr * y_rate)
            keep(at_x + at_y)
        self.state = [at_x, at_y]

    def _loss(self, x: float, y: float, t: int) -> Any:
        return self.value(x, y, t) if self.timed else self.value(x, y)


def _packed(rule: Function, memories: int) -> Function:
    """The rule for a coordinate and its memory in a tuple; to index one is quicker than a star."""
    if memories == 0:
        return lambda s, g, t, lr: (rule(s[0], g, t, lr=lr),)
    if memories == 1:
        return lambda s, g, t, lr: rule(s[0], g, t, s[1], lr=lr)
    if memories == 2:
        return lambda s, g, t, lr: rule(s[0], g, t, s[1], s[2], lr=lr)
    if memories == 3:
        return lambda s, g, t, lr: rule(s[0], g, t, s[1], s[2], s[3], lr=lr)
    return lambda s, g, t, lr: rule(s[0], g, t, *s[1:], lr=lr)


class Arrays:
    """All walkers at once: x is (2, walkers) for a rule that takes g, (walkers, 2) if it asks f."""

    def __init__(self, job: Job, rows: Array, knobs: Mapping[str, Array]) -> None:
        self.job, self.asks = job, asks_f(job.rule)
        self.seen = Seen(job.oracle, job.f) if job.oracle else job.f
        self.elementwise = hasattr(job.f, "slope")
        self.x, *self.memory = (
            rows[:, j].copy() if self.asks else rows[:, j].T.copy() for j in range(rows.shape[1])
        )
        self.count = len(rows)
        lr = np.broadcast_to(knobs["lr"], self.count) if knobs["lr"].ndim else knobs["lr"].item()
        self.rate = Rate(job.schedule, lr, job.steps, job.first)
        self.rule = self.rate.cycling(
            functools.partial(
                job.rule, **{n: self._spread(v) for n, v in knobs.items() if n != "lr"}
            )
        )

    def _spread(self, knob: Array) -> Any:
        if not knob.ndim:
            return knob.item()
        return knob[:, None] if self.asks else knob

    @property
    def points(self) -> Array:
        """Where the walkers are: (walkers, 2)."""
        return self.x if self.asks else self.x.T

    @points.setter
    def points(self, points: Array) -> None:
        self.x = points if self.asks else points.T

    @property
    def rows(self) -> Array:
        """The points and their memory: (walkers, 1 + memory, 2)."""
        parts = np.broadcast_arrays(self.x, *self.memory)
        return np.stack(parts if self.asks else [part.T for part in parts], axis=1)

    def walk(self, first: int, last: int) -> tuple[Array, Array]:
        rows = np.empty((last - first + 1, 1 + len(self.memory), *self.x.shape))
        rates = np.empty((last - first + 1, self.count))
        for i, t in enumerate(range(first, last + 1)):
            rates[i] = self.step(t)
            for j, part in enumerate((self.x, *self.memory)):
                rows[i, j] = part
        return rows.transpose(0, 2, 1, 3) if self.asks else rows.transpose(0, 3, 1, 2), rates

    def step(self, t: int) -> Any:
        """Take step t; its rate."""
        if isinstance(self.seen, Seen):
            self.seen.t = t
        points = self.points
        rate = self.rate(t - 1, self.seen(points) if self.rate.reacts else 0.0)
        told, own = self._told(points, t), t - self.job.begun
        after = self.rule(self.x, told, own, *self.memory, lr=self._along(rate))
        self.x, *self.memory = after if isinstance(after, tuple) else (after,)
        return rate

    def _told(self, points: Array, t: int) -> Any:
        """What the rule is given: the landscape, or the gradient (2, walkers)."""
        if self.asks:
            return self.seen
        if not self.elementwise:
            return self.seen.grad(points).T
        g = np.empty_like(self.x)
        if self.job.oracle:
            g[0], g[1] = self.job.oracle.slope(*self.x, t)
        else:
            g[0], g[1] = self.job.f.slope(*self.x)
        return g

    def _along(self, rate: Any) -> Any:
        """The rate of each walker, and where they differ that of each coordinate."""
        both = self.job.y_rate != 1
        if both:
            rate = np.stack(np.broadcast_arrays(rate, rate * self.job.y_rate))
        if not self.asks:
            return rate[:, None] if both and rate.ndim == 1 else rate
        if np.ndim(rate) == 0:
            return rate
        return np.atleast_2d(rate.T) if both else rate[:, None]


class Rate:
    """The rate of step k, with what a reactive schedule remembers kept between the steps.

    ``momentum`` is what the schedule cycles the momentum to, or None; ``known`` whether nothing but
    the rate depends on the step, so that it may be asked for ahead. A reactive schedule counts the
    steps from ``first``, where it begins.
    """

    def __init__(self, schedule: Function, lr: Any, steps: int, first: int = 0) -> None:
        self.schedule, self.lr, self.steps = schedule, lr, max(steps, 1)
        self.first = first
        self.reacts = "loss" in inspect.signature(schedule).parameters
        self.memory: list[Any] = []
        self.told: Any = math.nan
        self.momentum: Any = None
        self.known = not self.reacts

    def __call__(self, k: int, loss: Any) -> Any:
        if not self.reacts:
            rate = self.schedule(self.lr, k, self.steps)
            if isinstance(rate, tuple):
                rate, self.momentum = rate
            return rate
        # A schedule hears of a loss when the step that began there is over.
        told, self.told = self.told, loss
        rate, *self.memory = self.schedule(self.lr, k - self.first, self.steps, told, *self.memory)
        return rate

    def cycling(self, rule: Function) -> Function:
        """The rule, with its momentum cycled if the schedule does that and the rule has one."""
        knobs = inspect.signature(rule).parameters
        name = next((n for n in ("momentum", "beta1") if n in knobs), None)
        ends = (0, self.steps - 1)
        cycles = not self.reacts and any(
            isinstance(self.schedule(self.lr, k, self.steps), tuple) for k in ends
        )
        if name is None or not cycles:
            return rule
        self.known = False

        def cycled(*given: Any, lr: Any) -> Any:
            if self.momentum is None:
                return rule(*given, lr=lr)
            return rule(*given, lr=lr, **{name: self.momentum})

        return cycled


def asks_f(rule: Function) -> bool:
    """Whether a rule wants the landscape itself and not only the gradient at x."""
    return list(inspect.signature(rule).parameters)[1] == "f"


def on_floats(function: Any, knobs: Mapping[str, Any] | None = None) -> Any:
    """The same code with ``np`` standing for `float_np`, and ``knobs`` as its defaults."""
    if isinstance(function, functools.partial):
        return on_floats(function.func, {**function.keywords, **(knobs or {})})
    if isinstance(function, types.MethodType):
        return types.MethodType(on_floats(function.__func__), function.__self__)
    knobs = knobs or {}
    if not isinstance(function, types.FunctionType):
        return functools.partial(function, **knobs) if knobs else function
    cells = tuple(types.CellType(on_floats(c.cell_contents)) for c in function.__closure__ or ())
    copy = types.FunctionType(
        function.__code__,
        {**function.__globals__, "np": float_np},
        function.__name__,
        function.__defaults__,
        cells,
    )
    code = function.__code__
    own = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    bound = {name: value for name, value in knobs.items() if name in own}
    copy.__kwdefaults__ = {**(function.__kwdefaults__ or {}), **bound}
    if hasattr(function, "__wrapped__"):
        copy.__wrapped__ = function.__wrapped__  # type: ignore[attr-defined]
    # A wrapper takes the knobs of what it wraps as **knobs, which have no defaults.
    passed = {name: value for name, value in knobs.items() if name not in own}
    return functools.partial(copy, **passed) if passed else copy
