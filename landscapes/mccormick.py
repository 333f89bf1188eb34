from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class Mccormick(Landscape):
    r"""McCormick: a staircase of minima down a long diagonal channel.

    $$ f(x, y) = \sin(x + y) + (x - y)^2 - 1.5\,x + 2.5\,y + 1 $$

    A step of π in both x and y leads to the same shape, π higher: the lowest minimum in the usual
    picture, f(-0.5472, -1.5472) = -1.9132, is only the lowest in the picture, and the surface has
    no floor.
    Jamil and Yang, "A literature survey of benchmark functions for global optimisation problems",
    International Journal of Mathematical Modelling and Numerical Optimisation 4 (2013).
    """

    ORDER = 34
    FAMILY = "several minima"

    domain = ((-1.5, 4.0), (-3.0, 4.0))
    start = (0.6, 3.5)
    bounded = False

    def value(self, x: Any, y: Any) -> Any:
        u = x - y
        return np.sin(x + y) + u * u - 1.5 * x + 2.5 * y + 1

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        c, u = np.cos(x + y), 2 * (x - y)
        return c + u - 1.5, c - u + 2.5

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        s = np.sin(x + y)
        return 2 - s, -2 - s, 2 - s

    @property
    def fall(self) -> float:
        """It falls as a straight line does, so any bowl on top wins."""
        return 0.0
