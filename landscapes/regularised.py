from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.landscape import Landscape, Points, over, search
from landscapes.rectifier import Rectifier


def regularised(f: Landscape, l2: float) -> Landscape:
    r"""Regularised: the same surface, with a cost on being far from the origin.

    $$ f_\lambda(x, y) = f(x, y) + \frac{\lambda}{2}\,(x^2 + y^2) $$

    l2: the weight λ of the cost; at 0 it is ``f`` itself

    Its landmarks are its own, searched for in the picture of ``f``: all minima move towards the
    origin, and some vanish. A surface without a floor may get one: it has one for certain where
    λ is larger than the `Landscape.fall` that ``f`` declares, and is said to have none otherwise.
    Its floor may lie outside the picture.
    """
    return Regularised(f, l2) if l2 else f


@dataclass(frozen=True, repr=False)
class Regularised(Landscape):
    inner: Landscape
    l2: float

    def __post_init__(self) -> None:
        f, l2 = self.inner, self.l2
        # The engine runs these three on plain floats by way of their closures.
        inner_value, inner_slope, inner_curvature = f.value, f.slope, f.curvature

        def value(x: Any, y: Any) -> Any:
            return inner_value(x, y) + 0.5 * l2 * (x * x + y * y)

        def slope(x: Any, y: Any) -> tuple[Any, Any]:
            fx, fy = inner_slope(x, y)
            return fx + l2 * x, fy + l2 * y

        def curvature(x: Any, y: Any) -> tuple[Any, Any, Any]:
            xx, xy, yy = inner_curvature(x, y)
            return xx + l2, xy, yy + l2

        vars(self).update(
            axes=f.axes,
            value=value,
            slope=slope,
            curvature=curvature,
            domain=f.domain,
            start=f.start,
            bounded=f.bounded or l2 > f.fall,
            grid=f.grid,
            smooth=f.smooth,
            floats=f.floats,
            creases=f.creases,
        )

    def __repr__(self) -> str:
        return f"regularised({self.inner!r}, {self.l2!r})"

    @property
    def examples(self) -> Any:
        return self.inner.examples  # type: ignore[attr-defined]  # only of what is made of data

    def batches(self, indices: Any, starts: Any) -> list[Landscape]:
        parts = self.inner.batches(indices, starts)  # type: ignore[attr-defined]
        return [Regularised(part, self.l2) for part in parts]

    @property
    def private(self) -> bool:
        return self.inner.private

    @property
    def fall(self) -> float:
        return max(0.0, self.inner.fall - self.l2)

    def tips(self) -> Points:
        return self.inner.tips(self.l2) if isinstance(self.inner, Rectifier) else super().tips()

    def stationary(self) -> Points:
        """As of any landscape, with the landmarks of the inner one among the starts."""
        starts = over(*(np.linspace(*ends, self.grid) for ends in self.domain))
        return search(self, np.vstack([starts, self.inner.critical_points]))
