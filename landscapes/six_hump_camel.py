from dataclasses import dataclass
from typing import Any

from landscapes.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class SixHumpCamel(Landscape):
    r"""Six-hump camel: six minima in three pairs, and the same view from both ends.

    $$ f(x, y) = \left(4 - 2.1\,x^2 + \tfrac{1}{3}\,x^4\right) x^2 + xy + (4y^2 - 4)\, y^2 $$

    Turned by half a turn the surface is itself, so every minimum has a twin. The lowest two, f =
    -1.0316, are at (0.0898, -0.7127) and opposite.
    Dixon and Szegő, "The global optimisation problem: an introduction", Towards Global Optimisation
    2 (1978).
    """

    ORDER = 31
    FAMILY = "several minima"

    domain = ((-2.2, 2.2), (-1.3, 1.3))
    start = (-1.95, -0.2)

    def value(self, x: Any, y: Any) -> Any:
        q, r = x * x, y * y
        return q * (4 - 2.1 * q + q * q / 3) + x * y + r * (4 * r - 4)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        q, r = x * x, y * y
        return x * (8 - 8.4 * q + 2 * q * q) + y, x + y * (16 * r - 8)

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        q, r = x * x, y * y
        return 8 - 25.2 * q + 10 * q * q, 1.0, 48 * r - 8
