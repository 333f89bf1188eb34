from dataclasses import dataclass
from typing import Annotated, Any

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Rosenbrock(Landscape):
    r"""Rosenbrock: into the curved valley at once, along it for ever.

    $$ f(x, y) = (a - x)^2 + b\,(y - x^2)^2 $$

    a: where the minimum (a, a²) lies
    b: how steep the walls of the valley are

    Rosenbrock, "An automatic method for finding the greatest or least value of a function",
    The Computer Journal 3 (1960).
    """

    ORDER = 14
    FAMILY = "one minimum"
    a: Annotated[float, (0.5, 1.5)] = 1.0
    b: Annotated[float, (1.0, 1000.0, "log")] = 100.0

    domain = ((-2.0, 2.0), (-1.0, 3.0))
    start = (-1.2, 1.0)

    def value(self, x: Any, y: Any) -> Any:
        u, v = self.a - x, y - x * x
        return u * u + self.b * v * v

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        v = 2 * self.b * (y - x * x)
        return 2 * (x - self.a) - 2 * x * v, v

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 2 - 4 * self.b * (y - 3 * x * x), -4 * self.b * x, 2 * self.b

    @property
    def minima(self) -> Points:
        return points((self.a, self.a**2))

    @property
    def saddles(self) -> Points:
        return points()
