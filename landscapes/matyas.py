from dataclasses import dataclass
from typing import Any

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Matyas(Landscape):
    r"""Matyas: a long slanted valley, 25 times as steep across as along.

    $$ f(x, y) = 0.26\,(x^2 + y^2) - 0.48\, x y $$

    The curvatures are 1 across the diagonal and 1/25 along it. Everything falls into the valley
    soon and then creeps along its floor.
    Jamil and Yang, "A literature survey of benchmark functions for global optimisation problems",
    International Journal of Mathematical Modelling and Numerical Optimisation 4 (2013).
    """

    ORDER = 13
    FAMILY = "one minimum"

    domain = ((-10.0, 10.0), (-10.0, 10.0))
    start = (-9.0, -3.0)

    def value(self, x: Any, y: Any) -> Any:
        return 0.26 * (x * x + y * y) - 0.48 * x * y

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return 0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 0.52, -0.48, 0.52

    @property
    def minima(self) -> Points:
        return points((0, 0))

    @property
    def saddles(self) -> Points:
        return points()
