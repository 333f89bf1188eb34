from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from landscapes.landscape import Landscape, Points, over, roots


@dataclass(frozen=True, kw_only=True)
class Rastrigin(Landscape):
    r"""Rastrigin: a bowl under a regular pattern of waves, with a minimum in each.

    $$ f(x, y) = 2A + x^2 + y^2 - A\,(\cos 2\pi x + \cos 2\pi y) $$

    A: the height of the waves; the classic surface has 10, and at 0 it is the plain bowl

    121 minima in the picture, and only the one in the middle is the lowest. Plain descent ends in
    the nearest one; speed, noise or a large rate carry a run across some of them.
    Rastrigin, Systems of Extremal Control (1974).
    """

    ORDER = 40
    FAMILY = "many minima"
    A: Annotated[float, (0.0, 20.0)] = 10.0

    domain = ((-5.12, 5.12), (-5.12, 5.12))
    start = (-4.35, 2.6)
    grid = 96

    def value(self, x: Any, y: Any) -> Any:
        waves = np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)
        return 2 * self.A + x * x + y * y - self.A * waves

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        w = 2 * np.pi * self.A
        return 2 * x + w * np.sin(2 * np.pi * x), 2 * y + w * np.sin(2 * np.pi * y)

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        w = 4 * np.pi * np.pi * self.A
        return 2 + w * np.cos(2 * np.pi * x), 0.0, 2 + w * np.cos(2 * np.pi * y)

    def stationary(self) -> Points:
        """The slope along x depends on x only, and it is the same along y."""
        x = roots(lambda x: self.slope(x, x)[0], *self.domain[0], cells=1024)
        return over(x, x)
