from dataclasses import dataclass
from typing import Any

from landscapes.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class Beale(Landscape):
    r"""Beale: a flat floor between steep corners.

    $$ f(x, y) = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2 $$

    The minimum, f(3, 0.5) = 0, ends a curved valley. The saddle (0, 1) holds up what comes from the
    left, and in the corners the slope is a hundred thousand times what it is on the floor: a rate
    that is safe there hardly moves here.
    Beale, "On an iterative method for finding a local minimum of a function of more than one
    variable", Statistical Techniques Research Group, Princeton University (1958).
    """

    ORDER = 15
    FAMILY = "one minimum"

    domain = ((-4.5, 4.5), (-4.5, 4.5))
    start = (1.0, -1.2)

    def value(self, x: Any, y: Any) -> Any:
        u, v, w = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
        return u * u + v * v + w * w

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v, w = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
        along_x = (y - 1) * u + (y * y - 1) * v + (y * y * y - 1) * w
        return 2 * along_x, 2 * x * (u + 2 * y * v + 3 * y * y * w)

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        u, v, w = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y
        ux, vx, wx = y - 1, y * y - 1, y * y * y - 1
        uy, vy, wy = 1.0, 2 * y, 3 * y * y
        return (
            2 * (ux * ux + vx * vx + wx * wx),
            2 * (uy * u + vy * v + wy * w + x * (uy * ux + vy * vx + wy * wx)),
            2 * x * (2 * v + 6 * y * w + x * (uy * uy + vy * vy + wy * wy)),
        )
