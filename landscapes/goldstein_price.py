from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.landscape import Landscape, Points, over


@dataclass(frozen=True, kw_only=True)
class GoldsteinPrice(Landscape):
    r"""Goldstein-Price: four minima whose heights are 3, 30, 84 and 840.

    $$ f(x, y) = A(x + y)\,B(2x - 3y) $$
    $$ A(u) = 1 + (u + 1)^2\,(3u^2 - 14u + 19),\quad B(v) = 30 + v^2\,(3v^2 - 16v + 18) $$

    The walls are a million high, the lowest minimum, f(0, -1) = 3, is narrow: a rate that a wall
    can bear is small at the bottom. Both factors are positive, so f is at rest where both A and B
    are, at u in {-1, 1, 2} and v in {0, 1, 3}.
    Goldstein and Price, "On descent from local minima", Mathematics of Computation 25 (1971).
    """

    ORDER = 35
    FAMILY = "several minima"

    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (-1.0, -1.2)

    def value(self, x: Any, y: Any) -> Any:
        u, v = x + y, 2 * x - 3 * y
        a = 1 + (u + 1) * (u + 1) * (3 * u * u - 14 * u + 19)
        b = 30 + v * v * (3 * v * v - 16 * v + 18)
        return a * b

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v = x + y, 2 * x - 3 * y
        a = 1 + (u + 1) * (u + 1) * (3 * u * u - 14 * u + 19)
        b = 30 + v * v * (3 * v * v - 16 * v + 18)
        along_u, along_v = 12 * (u + 1) * (u - 1) * (u - 2) * b, 12 * v * (v - 1) * (v - 3) * a
        return along_u + 2 * along_v, along_u - 3 * along_v

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        u, v = x + y, 2 * x - 3 * y
        a = 1 + (u + 1) * (u + 1) * (3 * u * u - 14 * u + 19)
        b = 30 + v * v * (3 * v * v - 16 * v + 18)
        uu, vv = 12 * (3 * u * u - 4 * u - 1) * b, 12 * (3 * v * v - 8 * v + 3) * a
        uv = 144 * (u + 1) * (u - 1) * (u - 2) * v * (v - 1) * (v - 3)
        return uu + 4 * uv + 4 * vv, uu - uv - 6 * vv, uu - 6 * uv + 9 * vv

    def stationary(self) -> Points:
        """The nine points at which neither factor slopes."""
        u, v = over(np.array([-1.0, 1.0, 2.0]), np.array([0.0, 1.0, 3.0])).T
        return np.stack([3 * u + v, 2 * u - v], axis=-1) / 5
