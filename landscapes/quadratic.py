from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Quadratic(Landscape):
    r"""Quadratic bowl: one minimum, and a valley as narrow as its condition number.

    $$ f(x, y) = \tfrac{1}{2}\,(u^2 + \kappa\, v^2),\quad
       u = x\cos\theta + y\sin\theta,\quad v = y\cos\theta - x\sin\theta $$

    condition: the ratio κ of the two curvatures; at 1 the bowl is round
    rotation: the angle θ of the valley, in degrees

    Gradient descent holds below lr = 2/κ and is slow along u when κ is large.
    """

    ORDER = 1
    condition: Annotated[float, (1.0, 1000.0, "log")] = 10.0
    rotation: Annotated[float, (0.0, 180.0)] = 0.0

    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (-1.7, 1.2)

    @cached_property
    def _axes(self) -> tuple[float, float]:
        angle = np.deg2rad(self.rotation)
        return float(np.cos(angle)), float(np.sin(angle))

    def value(self, x: Any, y: Any) -> Any:
        c, s = self._axes
        u, v = c * x + s * y, c * y - s * x
        return 0.5 * (u * u + self.condition * v * v)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        c, s = self._axes
        u, v = c * x + s * y, self.condition * (c * y - s * x)
        return c * u - s * v, s * u + c * v

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        c, s = self._axes
        k = self.condition
        return c * c + k * s * s, (1 - k) * c * s, s * s + k * c * c

    @property
    def minima(self) -> Points:
        return points((0, 0))

    @property
    def saddles(self) -> Points:
        return points()
