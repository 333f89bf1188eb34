from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Plateau(Landscape):
    r"""Plateau: a wide shelf that hardly slopes, and a hollow beyond its edge.

    $$ f(x, y) = \tfrac{1}{2}\left(R^2 \tanh\frac{r^2}{R^2} + \epsilon\, r^2\right),\quad
       r^2 = (x - 1.5)^2 + (y + 1)^2 $$

    reach: how far R the hollow reaches; the shelf lies at the height R²/2
    flat: the slope ε of the shelf, as a share of what a plain bowl has there

    Inside the hollow this is the bowl r²/2; outside only ε of its slope is left. Plain descent
    creeps there, a large momentum gathers speed, and rules that scale the slope away do not notice
    the shelf.
    """

    ORDER = 23
    FAMILY = "saddles and plateaus"
    reach: Annotated[float, (0.5, 3.0)] = 2.0
    flat: Annotated[float, (1e-6, 0.1, "log")] = 1e-3

    domain = ((-4.0, 4.0), (-4.0, 4.0))
    start = (-2.8, 2.2)

    def value(self, x: Any, y: Any) -> Any:
        u, v, s = x - 1.5, y + 1.0, self.reach * self.reach
        q = u * u + v * v
        return 0.5 * (s * np.tanh(q / s) + self.flat * q)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v, s = x - 1.5, y + 1.0, self.reach * self.reach
        level = np.tanh((u * u + v * v) / s)
        share = 1 - level * level + self.flat
        return share * u, share * v

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        u, v, s = x - 1.5, y + 1.0, self.reach * self.reach
        level = np.tanh((u * u + v * v) / s)
        left = 1 - level * level
        share, bend = left + self.flat, 4 * level * left / s
        return share - bend * u * u, -bend * u * v, share - bend * v * v

    @property
    def minima(self) -> Points:
        return points((1.5, -1.0))

    @property
    def saddles(self) -> Points:
        return points()
