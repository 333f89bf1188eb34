from dataclasses import dataclass
from typing import Any

from landscapes.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class ThreeHumpCamel(Landscape):
    r"""Three-hump camel: the lowest of three minima lies in the middle.

    $$ f(x, y) = 2x^2 - 1.05\,x^4 + \tfrac{1}{6}\,x^6 + xy + y^2 $$

    f is 0 at (0, 0) and 0.2986 in the two others, each behind a saddle: from outside a run has to
    come with some speed to get to the middle.
    Dixon and Szegő, "The global optimisation problem: an introduction", Towards Global Optimisation
    2 (1978).
    """

    ORDER = 30
    FAMILY = "several minima"

    domain = ((-2.5, 2.5), (-2.5, 2.5))
    start = (-2.1, -1.8)

    def value(self, x: Any, y: Any) -> Any:
        q = x * x
        return q * (2 - 1.05 * q + q * q / 6) + x * y + y * y

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        q = x * x
        return x * (4 - 4.2 * q + q * q) + y, x + 2 * y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        q = x * x
        return 4 - 12.6 * q + 5 * q * q, 1.0, 2.0
