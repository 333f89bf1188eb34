from dataclasses import dataclass
from typing import Any

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Booth(Landscape):
    r"""Booth: a slanted bowl; the minimum is where two lines cross.

    $$ f(x, y) = (x + 2y - 7)^2 + (2x + y - 5)^2 $$

    The curvatures are 18 along the diagonal and 2 across it, and no axis is the valley's: a rate
    for each coordinate helps less than it does where the valley lies along one.
    Jamil and Yang, "A literature survey of benchmark functions for global optimisation problems",
    International Journal of Mathematical Modelling and Numerical Optimisation 4 (2013).
    """

    ORDER = 12
    FAMILY = "one minimum"

    domain = ((-10.0, 10.0), (-10.0, 10.0))
    start = (-8.0, 1.0)

    def value(self, x: Any, y: Any) -> Any:
        u, v = x + 2 * y - 7, 2 * x + y - 5
        return u * u + v * v

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v = x + 2 * y - 7, 2 * x + y - 5
        return 2 * u + 4 * v, 4 * u + 2 * v

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 10.0, 8.0, 10.0

    @property
    def minima(self) -> Points:
        return points((1, 3))

    @property
    def saddles(self) -> Points:
        return points()
