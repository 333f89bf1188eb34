from dataclasses import dataclass
from typing import Annotated, Any

from landscapes.landscape import Landscape, Points, points


@dataclass(frozen=True, kw_only=True)
class Saddle(Landscape):
    r"""Saddle: a minimum seen along x, a maximum seen along y.

    $$ f(x, y) = x^2 - a\, y^2 $$

    a: how steeply the surface falls away along y

    The gradient vanishes at the saddle (0, 0), and steps crowd there. The surface has no floor: a
    run that gets off the ridge goes down for ever and leaves the picture.
    """

    ORDER = 20
    FAMILY = "saddles and plateaus"
    a: Annotated[float, (0.01, 10.0, "log")] = 1.0

    domain = ((-2.0, 2.0), (-2.0, 2.0))
    start = (-1.6, 0.001)
    bounded = False

    def value(self, x: Any, y: Any) -> Any:
        return x * x - self.a * y * y

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        return 2 * x, -2 * self.a * y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        return 2.0, 0.0, -2 * self.a

    @property
    def fall(self) -> float:
        return 2 * self.a

    @property
    def minima(self) -> Points:
        return points()

    @property
    def saddles(self) -> Points:
        return points((0, 0))
