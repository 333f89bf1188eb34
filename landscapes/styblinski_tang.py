from dataclasses import dataclass
from typing import Any

from landscapes.landscape import Landscape, Points, over, roots


@dataclass(frozen=True, kw_only=True)
class StyblinskiTang(Landscape):
    r"""Styblinski-Tang: four basins, one in each corner, and only one of them the lowest.

    $$ f(x, y) = \tfrac{1}{2}\left(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y\right) $$

    The same function of x and of y, so the two coordinates never hear of each other. The lowest
    minimum, f = -78.332, is at x = y = -2.9035.
    Styblinski and Tang, "Experiments in nonconvex optimization: stochastic approximation with
    function smoothing and simulated annealing", Neural Networks 3 (1990).
    """

    ORDER = 33
    FAMILY = "several minima"

    domain = ((-5.0, 5.0), (-5.0, 5.0))
    start = (0.6, 4.2)

    def value(self, x: Any, y: Any) -> Any:
        q, r = x * x, y * y
        return 0.5 * (q * (q - 16) + 5 * x + r * (r - 16) + 5 * y)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return x * (2 * x * x - 16) + 2.5, y * (2 * y * y - 16) + 2.5

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 6 * x * x - 16, 0.0, 6 * y * y - 16

    def stationary(self) -> Points:
        """The slope along x depends on x only, and it is the same along y."""
        x = roots(lambda x: self.slope(x, x)[0], *self.domain[0], cells=64)
        return over(x, x)
