from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from landscapes.landscape import Landscape, Points


@dataclass(frozen=True, kw_only=True)
class Ackley(Landscape):
    r"""Ackley: a funnel with a pointed tip, under waves.

    $$ f(x, y) = a\left(1 - \exp\!\left(-b\sqrt{\tfrac{1}{2}(x^2 + y^2)}\right)\right)
       + e - \exp\!\left(\tfrac{1}{2}(\cos 2\pi x + \cos 2\pi y)\right) $$

    a: the depth of the funnel; the classic surface has 20
    b: how narrow the funnel is; the classic surface has 0.2

    From afar hardly more than the waves is felt, for the funnel is steep at the middle only. Its
    tip (0, 0) is a cusp, where the slope does not fade but jumps from one side to the other, so
    runs with a fixed rate hop about it. At the tip itself the slope is taken to be 0.
    Ackley, A Connectionist Machine for Genetic Hillclimbing (1987).
    """

    ORDER = 41
    FAMILY = "many minima"
    a: Annotated[float, (1.0, 40.0)] = 20.0
    b: Annotated[float, (0.05, 0.5)] = 0.2

    domain = ((-5.0, 5.0), (-5.0, 5.0))
    start = (-4.2, 2.8)
    grid = 96

    def value(self, x: Any, y: Any) -> Any:
        r = np.sqrt(0.5 * (x * x + y * y))
        waves = np.exp(0.5 * (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)))
        return self.a * (1 - np.exp(-self.b * r)) + (np.e - waves)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        r = np.sqrt(0.5 * (x * x + y * y))
        waves = np.pi * np.exp(0.5 * (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)))
        funnel = 0.5 * self.a * self.b * np.exp(-self.b * r) / (r + (r == 0))
        return (
            funnel * x + waves * np.sin(2 * np.pi * x),
            funnel * y + waves * np.sin(2 * np.pi * y),
        )

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        r = np.sqrt(0.5 * (x * x + y * y))
        some = r + (r == 0)
        rx, ry = 0.5 * x / some, 0.5 * y / some
        cx, sx = np.cos(2 * np.pi * x), np.sin(2 * np.pi * x)
        cy, sy = np.cos(2 * np.pi * y), np.sin(2 * np.pi * y)
        waves = np.pi * np.pi * np.exp(0.5 * (cx + cy))
        funnel = self.a * self.b * np.exp(-self.b * r)
        return (
            np.where(r == 0, np.inf, funnel * ((0.5 - rx * rx) / some - self.b * rx * rx))
            + waves * (2 * cx - sx * sx),
            -funnel * rx * ry * (1 / some + self.b) - waves * sx * sy,
            np.where(r == 0, np.inf, funnel * ((0.5 - ry * ry) / some - self.b * ry * ry))
            + waves * (2 * cy - sy * sy),
        )

    def stationary(self) -> Points:
        """What Newton's method finds, and the tip, which it cannot."""
        return np.vstack([super().stationary(), [(0.0, 0.0)]])
