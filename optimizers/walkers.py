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
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from optimizers.float_np import float_np

Array = NDArray[np.float64]
Function = Callable[..., Any]


class Walker(Protocol):
    def walk(self, first: int, last: int) -> tuple[Array, Array]:
        """Take steps first..last: (steps, walkers, 1 + memory, 2) and the rates (steps, walkers).

        The rows hold the point and the rule's memory after each step.
        """


class Floats:
    """One walker, one coordinate at a time."""

    def __init__(
        self,
        f: Any,
        rule: Function,
        schedule: Function,
        steps: int,
        memory: Mapping[str, float],
        start: tuple[float, float],
        knobs: dict[str, Any],
    ) -> None:
        self.slope = types.MethodType(on_floats(type(f).slope), f)
        self.value = types.MethodType(on_floats(type(f).value), f)
        self.rate = _Rate(on_floats(schedule), knobs.pop("lr"), steps)
        self.rule = on_floats(rule, knobs)
        self.x, self.y = start
        self.mx = self.my = list(memory.values())
        self.over = False

    def walk(self, first: int, last: int) -> tuple[Array, Array]:
        width, count = 1 + len(self.mx), last - first + 1
        rows: list[tuple[float, ...]] = []
        rates: list[float] = []
        try:
            if not self.over:
                self._walk(first, last, rows.append, rates.append)
        except (OverflowError, ValueError, ZeroDivisionError):
            # Where floats raise, arrays go to inf or nan: the walk is over either way.
            self.over = True
        path = np.full((count, 1, width, 2), np.nan)
        if rows:
            path[: len(rows), 0] = np.array(rows).reshape(-1, 2, width).transpose(0, 2, 1)
        used = np.full((count, 1), np.nan)
        used[: len(rates), 0] = rates
        return path, used

    def _walk(self, first: int, last: int, keep: Function, note: Function) -> None:
        x, y, mx, my = self.x, self.y, self.mx, self.my
        slope, rule, rate, value = self.slope, self.rule, self.rate, self.value
        for t in range(first, last + 1):
            lr = rate(t - 1, value(x, y) if rate.reacts else 0.0)
            gx, gy = slope(x, y)
            if mx:
                at_x = rule(x, gx, t, *mx, lr=lr)
                at_y = rule(y, gy, t, *my, lr=lr)
                x, *mx = at_x
                y, *my = at_y
                keep(at_x + at_y)
            else:
                x = rule(x, gx, t, lr=lr)
                y = rule(y, gy, t, lr=lr)
                keep((x, y))
            note(lr)
        self.x, self.y, self.mx, self.my = x, y, mx, my


class Arrays:
    """All walkers at once: x is (2, walkers) for a rule that takes g, (walkers, 2) if it asks f."""

    def __init__(
        self,
        f: Any,
        rule: Function,
        schedule: Function,
        steps: int,
        memory: Mapping[str, float],
        start: Array,
        knobs: Mapping[str, Array],
    ) -> None:
        self.f, self.rule, self.asks = f, rule, asks_f(rule)
        self.x = start if self.asks else start.T.copy()
        self.count = len(start)
        self.memory = [np.full_like(self.x, value) for value in memory.values()]
        self.rate = _Rate(schedule, np.broadcast_to(knobs["lr"], self.count), steps)
        self.knobs = {n: self._spread(v) for n, v in knobs.items() if n != "lr"}

    def _spread(self, knob: Array) -> Any:
        if not knob.ndim:
            return knob.item()
        return knob[:, None] if self.asks else knob

    def walk(self, first: int, last: int) -> tuple[Array, Array]:
        rows = np.empty((last - first + 1, 1 + len(self.memory), *self.x.shape))
        rates = np.empty((last - first + 1, self.count))
        for i, t in enumerate(range(first, last + 1)):
            points = self.x if self.asks else self.x.T
            rates[i] = self.rate(t - 1, self.f(points) if self.rate.reacts else 0.0)
            oracle = self.f if self.asks else self.f.grad(points).T
            knobs = {**self.knobs, "lr": self._spread(rates[i])}
            after = self.rule(self.x, oracle, t, *self.memory, **knobs)
            self.x, *self.memory = after if isinstance(after, tuple) else (after,)
            for j, part in enumerate((self.x, *self.memory)):
                rows[i, j] = part
        return rows.transpose(0, 2, 1, 3) if self.asks else rows.transpose(0, 3, 1, 2), rates


class _Rate:
    """The rate of step k, with what a reactive schedule remembers kept between the steps."""

    def __init__(self, schedule: Function, lr: Any, steps: int) -> None:
        self.schedule, self.lr, self.steps = schedule, lr, steps
        self.reacts = "loss" in inspect.signature(schedule).parameters
        self.memory: list[Any] = []
        self.told: Any = math.nan

    def __call__(self, k: int, loss: Any) -> Any:
        if not self.reacts:
            return self.schedule(self.lr, k, self.steps)
        # A schedule hears of a loss when the step that began there is over.
        told, self.told = self.told, loss
        rate, *self.memory = self.schedule(self.lr, k, self.steps, told, *self.memory)
        return rate


def asks_f(rule: Function) -> bool:
    """Whether a rule wants the landscape itself and not only the gradient at x."""
    return list(inspect.signature(rule).parameters)[1] == "f"


def on_floats(function: Any, knobs: Mapping[str, Any] | None = None) -> Any:
    """The same code with ``np`` standing for `float_np`, and ``knobs`` as its defaults."""
    if isinstance(function, functools.partial):
        return on_floats(function.func, {**function.keywords, **(knobs or {})})
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
