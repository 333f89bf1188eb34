"""What a rule can ask at a step, and what stands between it and the landscape."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Oracle:
    """The landscape as a rule sees it at step t, elementwise in x and y.

    ``value(x, y, t)``, ``slope(x, y, t)`` and ``curvature(x, y, t)`` give what a landscape's
    methods of these names give. Whoever asks twice in one step meets the same surface twice.
    ``source`` is the landscape itself.
    """

    value: Function
    slope: Function
    curvature: Function
    source: Any = None


def seen_through(f: Any, wrappers: Iterable[Function]) -> Oracle:
    """The landscape ``f`` behind ``wrappers``, the first of them next to it."""
    value, slope, curvature = f.value, f.slope, f.curvature
    oracle = Oracle(
        lambda x, y, t: value(x, y),
        lambda x, y, t: slope(x, y),
        lambda x, y, t: curvature(x, y),
        f,
    )
    for wrapper in wrappers:
        oracle = wrapper(oracle)
    return oracle


def oracle_of(f: Any, wrappers: Iterable[Function]) -> Oracle | None:
    """What stands between ``f`` and the rule, of all wrappers; None if nothing does."""
    round_f = [wrapper for wrapper in wrappers if not wraps_rule(wrapper)]
    return seen_through(f, round_f) if round_f else None


def wraps_rule(wrapper: Function) -> bool:
    """Whether a wrapper stands round the rule, not round the oracle."""
    return next(iter(inspect.signature(wrapper).parameters)) == "rule"


class Seen:
    """An oracle at one step, for a rule that asks the landscape itself: points are
    (walkers, ..., 2).
    """

    def __init__(self, oracle: Oracle, f: Any) -> None:
        self.oracle, self.lowest = oracle, getattr(f, "lowest", -np.inf)
        self.t = 0

    def __call__(self, p: Array) -> Array:
        return np.transpose(self.oracle.value(*self._there(p)))

    def grad(self, p: Array) -> Array:
        return side_by_side(p, self.oracle.slope(*self._there(p)))

    def hessian(self, p: Array) -> Array:
        xx, xy, yy = self.oracle.curvature(*self._there(p))
        return side_by_side(p, (xx, xy, xy, yy)).reshape(*p.shape, 2)

    def _there(self, p: Array) -> tuple[Array, Array, int]:
        """With the walkers last, so that what each has of its own meets its own points."""
        return p[..., 0].T, p[..., 1].T, self.t


def side_by_side(p: Array, parts: tuple[Any, ...]) -> Array:
    """Components, with the walkers last, on a new last axis; constants spread over every point."""
    out = np.empty((*p.shape[:-1], len(parts)))
    for i, part in enumerate(parts):
        out[..., i] = np.transpose(part)
    return out
