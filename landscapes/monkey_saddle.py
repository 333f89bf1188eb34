from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class MonkeySaddle(Landscape):
    r"""Monkey saddle: three ways down and three ridges, for two legs and a tail.

    $$ f(x, y) = x^3 - 3 x y^2 $$

    At (0, 0) the Hessian vanishes altogether: near it the slope is quadratic in the distance, and a
    run that comes down the ridge along y = 0 stays there long before it finds a way off. No floor.
    """

    ORDER = 21
    FAMILY = "saddles and plateaus"

    domain = ((-1.5, 1.5), (-1.5, 1.5))
    start = (1.3, 0.01)
    bounded = False

    def value(self, x: Any, y: Any) -> Any:
        # As a product, so that far out nothing infinite is taken from something infinite.
        return x * (x - np.sqrt(3) * y) * (x + np.sqrt(3) * y)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return 3 * (x - y) * (x + y), -6 * x * y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 6 * x, -6 * y, -6 * x

    @property
    def minima(self) -> Points:
        return points()

    @property
    def saddles(self) -> Points:
        """(0, 0): on a small circle round it the surface rises and falls three times."""
        return points((0, 0))
