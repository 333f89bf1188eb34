from dataclasses import dataclass
from typing import Annotated, Any

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Cubic(Landscape):
    r"""Cubic x³: the gradient vanishes at 0, where there is no minimum.

    $$ f(x, y) = x^3 + b\, y^2 $$

    b: curvature of the valley floor across x

    The slope along x is 3x², never negative: every run moves left, slower and slower as it nears
    x = 0, and what gets past falls for ever, because the surface has no floor.
    """

    ORDER = 22
    FAMILY = "saddles and plateaus"
    b: Annotated[float, (0.1, 10.0, "log")] = 1.0

    domain = ((-1.5, 1.5), (-1.5, 1.5))
    start = (1.2, 1.0)
    bounded = False

    def value(self, x: Any, y: Any) -> Any:
        return x * x * x + self.b * y * y

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return 3 * x * x, 2 * self.b * y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 6 * x, 0.0, 2 * self.b

    @property
    def minima(self) -> Points:
        return points()

    @property
    def saddles(self) -> Points:
        """(0, 0): the Hessian is singular there, and f falls on one side and rises on the other."""
        return points((0, 0))
