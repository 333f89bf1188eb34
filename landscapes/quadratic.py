from dataclasses import dataclass
from typing import Annotated, Any

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Quadratic(Landscape):
    r"""Quadratic bowl: one minimum, and a valley as narrow as its condition number.

    $$ f(x, y) = \tfrac{1}{2}\,(x^2 + \kappa\, y^2) $$

    condition: the ratio κ of the two curvatures; at 1 the bowl is round

    Gradient descent holds below lr = 2/κ and is slow along x when κ is large. Rotate the surface
    to see which rules need the valley to lie along an axis.
    """

    ORDER = 11
    FAMILY = "one minimum"
    condition: Annotated[float, (1.0, 1000.0, "log")] = 10.0

    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (-1.7, 1.2)

    def value(self, x: Any, y: Any) -> Any:
        return 0.5 * (x * x + self.condition * y * y)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return x, self.condition * y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 1.0, 0.0, self.condition

    @property
    def minima(self) -> Points:
        return points((0, 0))

    @property
    def saddles(self) -> Points:
        return points()
