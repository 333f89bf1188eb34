from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landscapes.data import Neuron
from landscapes.landscape import Points, search

Indices = NDArray[np.intp]
# What is less, by what it was summed from, is 0 but for rounding.
ROUNDED = 1e-12


@dataclass(frozen=True, kw_only=True)
class Rectifier(Neuron):
    """A neuron whose activation is z above 0, and ``leak`` times z below.

    For which examples z is above 0 depends on the sign of w and on the input at which z is 0. So
    the surface consists of pieces, two for each cut through the sorted inputs, and on each of them
    it is a parabola. They meet in creases, one for each example: ridges where its target is above
    0, and V-shaped valleys where it is below. All minima are written down.
    """

    open = True
    smooth = False
    leak = 0.0
    truth = (1.5, 0.5)
    reach = (0.8, 0.7)
    begin = (-0.55, 0.075)

    def activation_curvature(self, z: Any, a: Any) -> Any:
        return 0.0

    def loss_curvature(self, w: Any, b: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
        # On a crease the slope jumps, by as much as the target is above or below 0.
        _, deviation, unit = self.spread
        size = np.abs(w) * (np.abs(x) + deviation) + np.abs(b) + unit
        on = np.abs(w * x + b) <= ROUNDED * size
        crease = np.where(on & (y != 0), np.where(y > 0, -np.inf, np.inf), 0.0)
        return tuple(q + crease for q in super().loss_curvature(w, b, x, y))

    @np.errstate(all="ignore")
    def stationary(self) -> Points:
        """The bottoms of those parabolas that lie in their pieces."""
        _, u, _ = self._sorted
        ends = np.concatenate([[-np.inf], u, [np.inf]])
        cuts = np.arange(len(u) + 1)
        found = []
        for rising, (uu, u1, n, uy, y1) in self._sums(cuts, cuts):
            w = (n * uy - u1 * y1) / (n * uu - u1 * u1)
            b = (y1 - u1 * w) / n
            # A level line is above 0 for all inputs or for none.
            turn = np.where(w == 0, np.where((b > 0) == rising, -np.inf, np.inf), -b / w)
            # One on the edge of its piece may be rounded out of it.
            away = np.where(np.isinf(turn), 0, ROUNDED * (1 + np.abs(turn)))
            own = (ends[:-1] <= turn + away) & (turn - away <= ends[1:])
            own &= w >= 0 if rising else w <= 0
            found.append(np.stack(self._raw(w, b), axis=-1)[own])
        return search(self, np.vstack(found))

    @np.errstate(all="ignore")
    def tips(self, l2: float = 0.0) -> Points:
        """The lowest points along the valleys' creases, where the surface rises to both sides;
        also of the surface `regularised` with ``l2``, which is a parabola along a crease as well.
        """
        x, u, y = self._sorted
        _, deviation, _ = self.spread
        cost = 0.5 * l2 * len(x)
        first, last = np.searchsorted(u, u), np.searchsorted(u, u, "right")
        heights = np.concatenate([[0], y.cumsum()])
        target = heights[last] - heights[first]
        found = []
        # With a cost also the origin, where all creases meet, if f rises along all of them and b.
        edge = ROUNDED * np.abs(y).sum()
        origin = l2 > 0 and heights[-1] <= edge and self.leak * heights[-1] >= -edge
        for rising, (uu, u1, n, uy, y1) in self._sums(first, last):
            origin = origin and bool((((u * y1 - uy) if rising else (uy - u * y1)) >= -edge).all())
            bent = uu - 2 * u * u1 + u * u * n + cost * (1 + x * x) / deviation**2
            w = (uy - u * y1) / bent
            across = w * (u1 - u * n) - y1 - cost * w * x / deviation
            tip = (target < across + edge) & (across - edge < self.leak * target) & (target < 0)
            tip &= (w if rising else -w) > edge  # at 0 all creases meet
            w, _ = self._raw(w[tip], 0.0)
            found.append(np.stack([w, -(w * x[tip])], axis=-1))
        p = np.unique(np.vstack([*found, np.zeros((int(origin), 2))]), axis=0)
        low, high = np.array(self.domain).T
        return np.compress(((low <= p) & (p <= high)).all(-1), p, axis=0)

    @cached_property
    def _sorted(self) -> tuple[Points, Points, Points]:
        """Inputs in rising order, the same with mean 0 and standard deviation 1, and targets."""
        inputs, targets = self.examples
        order = np.argsort(inputs, kind="stable")
        middle, deviation, _ = self.spread
        return inputs[order], (inputs[order] - middle) / deviation, targets[order]

    def _raw(self, w: Points, b: Points | float) -> tuple[Points, Points]:
        """The same neuron for inputs as they came."""
        middle, deviation, _ = self.spread
        return w / deviation, b - w * middle / deviation

    def _sums(self, first: Indices, last: Indices) -> Iterator[tuple[bool, Points]]:
        """The sums of u², u, 1, u y and y that matter to a neuron that rises, or that falls, with
        the examples before ``first`` on one side of 0, and those from ``last`` on on the other.
        """
        _, u, y = self._sorted
        terms = np.stack([u * u, u, np.ones_like(u), u * y, y])
        up_to = np.concatenate([np.zeros((5, 1)), terms.cumsum(1)], axis=1)
        below, beyond = up_to[:, first], up_to[:, -1:] - up_to[:, last]
        heard = np.array([[self.leak * self.leak]] * 3 + [[self.leak]] * 2)
        yield True, beyond + heard * below
        yield False, below + heard * beyond
