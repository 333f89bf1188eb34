from dataclasses import dataclass
from typing import Any

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Sphere(Landscape):
    r"""Sphere: the plainest bowl; every slope points away from the minimum.

    $$ f(x, y) = x^2 + y^2 $$

    The curvature is 2 in all directions, so gradient descent with lr = 1/2 is there in one step.
    """

    ORDER = 10
    FAMILY = "one minimum"

    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (-1.6, 0.9)

    def value(self, x: Any, y: Any) -> Any:
        return x * x + y * y

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return 2 * x, 2 * y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 2.0, 0.0, 2.0

    @property
    def minima(self) -> Points:
        return points((0, 0))

    @property
    def saddles(self) -> Points:
        return points()
