from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.landscape import Landscape, Points, over, roots


@dataclass(frozen=True, kw_only=True)
class Easom(Landscape):
    r"""Easom: a hole in a plain; a little further out there is no slope to follow.

    $$ f(x, y) = -\cos x\,\cos y\,\exp\!\left(-(x - \pi)^2 - (y - \pi)^2\right) $$

    The hole at (π, π) is 1 deep. Two units away the slope is a thousandth of what it is on the
    wall, four units away a ten-millionth, and the four dents round the hole, less than 1/10,000
    deep, are enough to keep a run that was set down there.
    Easom, "A survey of global optimization techniques", thesis, University of Louisville (1990).
    """

    ORDER = 24
    FAMILY = "saddles and plateaus"

    domain = ((-1.0, 7.0), (-1.0, 7.0))
    start = (4.3, 1.9)

    def value(self, x: Any, y: Any) -> Any:
        u, v = x - np.pi, y - np.pi
        return -np.cos(x) * np.cos(y) * np.exp(-(u * u + v * v))

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v = x - np.pi, y - np.pi
        e = np.exp(-(u * u + v * v))
        along_x, along_y = np.sin(x) + 2 * u * np.cos(x), np.sin(y) + 2 * v * np.cos(y)
        return e * np.cos(y) * along_x, e * np.cos(x) * along_y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        u, v = x - np.pi, y - np.pi
        e = np.exp(-(u * u + v * v))
        along_x, along_y = np.sin(x) + 2 * u * np.cos(x), np.sin(y) + 2 * v * np.cos(y)
        bend_x = 3 * np.cos(x) - 2 * u * (np.sin(x) + along_x)
        bend_y = 3 * np.cos(y) - 2 * v * (np.sin(y) + along_y)
        return e * np.cos(y) * bend_x, -e * along_x * along_y, e * np.cos(x) * bend_y

    def stationary(self) -> Points:
        """Both slopes vanish where sin t + 2 (t - π) cos t does along x and y, or cos t does."""
        ends = self.domain[0]
        level = roots(lambda t: np.sin(t) + 2 * (t - np.pi) * np.cos(t), *ends, cells=256)
        nodes = roots(np.cos, *ends, cells=256)
        return np.vstack([over(level, level), over(nodes, nodes)])
