from dataclasses import dataclass
from typing import Annotated, Any

from landscapes.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class Himmelblau(Landscape):
    r"""Himmelblau: four equal minima; the start and the optimizer decide which.

    $$ f(x, y) = (x^2 + y - a)^2 + (x + y^2 - b)^2 $$

    a: shifts the first parabola; the classic surface has 11
    b: shifts the second parabola; the classic surface has 7

    The minima are where the parabolas x² + y = a and x + y² = b meet, and f is 0 in all of them.
    Himmelblau, Applied Nonlinear Programming (1972).
    """

    ORDER = 32
    FAMILY = "several minima"
    a: Annotated[float, (8.0, 14.0)] = 11.0
    b: Annotated[float, (5.0, 10.0)] = 7.0

    domain = ((-5.0, 5.0), (-5.0, 5.0))
    start = (-0.5, -1.0)

    def value(self, x: Any, y: Any) -> Any:
        u, v = x * x + y - self.a, x + y * y - self.b
        return u * u + v * v

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v = x * x + y - self.a, x + y * y - self.b
        return 4 * x * u + 2 * v, 2 * u + 4 * y * v

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        u, v = x * x + y - self.a, x + y * y - self.b
        return 8 * x * x + 4 * u + 2, 4 * (x + y), 8 * y * y + 4 * v + 2
