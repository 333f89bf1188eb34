from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from landscapes.landscape import Landscape, Points, sealed


def rotated(f: Landscape, degrees: float) -> Landscape:
    r"""Rotated: the same surface, turned counter-clockwise about the centre of its picture.

    $$ f_\theta(p) = f\left(m + R^{\mathsf T}(p - m)\right),\quad
       R = \begin{pmatrix} \cos\theta & -\sin\theta \\ \sin\theta & \cos\theta \end{pmatrix} $$

    degrees: the angle θ; at 0 it is ``f`` itself

    Plain descent and momentum do not notice; a rule with a rate for each coordinate does. The start
    and the landmarks turn along, and the picture grows to hold the turned one. `Landscape.turn`
    takes points of ``f`` to where they lie now, and `Landscape.unturn` takes them back.
    """
    return Rotated(f, degrees) if degrees else f


@dataclass(frozen=True, repr=False)
class Rotated(Landscape):
    inner: Landscape
    degrees: float

    def __post_init__(self) -> None:
        f = self.inner
        (c, s), (mx, my) = self._axes, self._centre
        (x0, x1), (y0, y1) = f.domain
        wide, high = (x1 - x0) / 2, (y1 - y0) / 2
        wide, high = abs(c) * wide + abs(s) * high, abs(s) * wide + abs(c) * high
        # The engine runs these three on plain floats by way of their closures.
        inner_value, inner_slope, inner_curvature = f.value, f.slope, f.curvature

        def value(x: Any, y: Any) -> Any:
            dx, dy = x - mx, y - my
            return inner_value(mx + (c * dx + s * dy), my + (c * dy - s * dx))

        def slope(x: Any, y: Any) -> tuple[Any, Any]:
            dx, dy = x - mx, y - my
            fx, fy = inner_slope(mx + (c * dx + s * dy), my + (c * dy - s * dx))
            return c * fx - s * fy, s * fx + c * fy

        def curvature(x: Any, y: Any) -> tuple[Any, Any, Any]:
            dx, dy = x - mx, y - my
            xx, xy, yy = inner_curvature(mx + (c * dx + s * dy), my + (c * dy - s * dx))
            return (
                c * c * xx - 2 * c * s * xy + s * s * yy,
                c * s * (xx - yy) + (c * c - s * s) * xy,
                s * s * xx + 2 * c * s * xy + c * c * yy,
            )

        start = self.turn(f.start).tolist()
        vars(self).update(
            value=value,
            slope=slope,
            curvature=curvature,
            domain=((mx - wide, mx + wide), (my - high, my + high)),
            start=(start[0], start[1]),
            bounded=f.bounded,
            grid=f.grid,
            smooth=f.smooth,
            floats=f.floats,
        )

    def __repr__(self) -> str:
        return f"rotated({self.inner!r}, {self.degrees!r})"

    @cached_property
    def _axes(self) -> tuple[float, float]:
        """The cosine and the sine of the angle, exact for quarters of a turn."""
        quarters, rest = divmod(self.degrees % 360, 90)
        c, s = math.cos(math.radians(rest)), math.sin(math.radians(rest))
        return ((c, s), (-s, c), (-c, -s), (s, -c))[int(quarters) % 4]

    @cached_property
    def _centre(self) -> tuple[float, float]:
        (x0, x1), (y0, y1) = self.inner.domain
        return (x0 + x1) / 2, (y0 + y1) / 2

    def turn(self, points: ArrayLike) -> Points:
        return self._around(np.asarray(points, float), *self._axes)

    def unturn(self, points: ArrayLike) -> Points:
        c, s = self._axes
        return self._around(np.asarray(points, float), c, -s)

    def _around(self, p: Points, c: float, s: float) -> Points:
        mx, my = self._centre
        dx, dy = p[..., 0] - mx, p[..., 1] - my
        return np.stack([mx + (c * dx - s * dy), my + (s * dx + c * dy)], axis=-1)

    @property
    def examples(self) -> Any:
        return self.inner.examples  # type: ignore[attr-defined]  # only of what is made of data

    def batches(self, indices: Any, starts: Any) -> list[Landscape]:
        parts = self.inner.batches(indices, starts)  # type: ignore[attr-defined]
        return [Rotated(part, self.degrees) for part in parts]

    @property
    def private(self) -> bool:
        return self.inner.private

    @property
    def fall(self) -> float:
        return self.inner.fall

    @property
    def critical_points(self) -> Points:
        return sealed(self.turn(self.inner.critical_points))

    @property
    def minima(self) -> Points:
        return sealed(self.turn(self.inner.minima))

    @property
    def cusps(self) -> Points:
        return sealed(self.turn(self.inner.cusps))

    @property
    def saddles(self) -> Points:
        return sealed(self.turn(self.inner.saddles))

    @property
    def lowest(self) -> float:
        return self.inner.lowest
