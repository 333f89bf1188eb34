from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from landscapes.landscape import Landscape

# (depth, x, y, width) of each hollow; the first is the deepest.
_HOLLOWS = (
    (3.0, 1.6, -1.2, 0.8),
    (2.0, -1.5, -1.4, 0.7),
    (1.8, -1.3, 1.5, 0.8),
    (1.6, 1.5, 1.6, 0.6),
    (1.0, 0.1, 0.2, 0.5),
)


@dataclass(frozen=True, kw_only=True)
class Hills(Landscape):
    r"""Hill country: several local minima and one global one.

    $$ f(x, y) = \tfrac{1}{10}\,(x^2 + y^2)
       - d \sum_i h_i \exp\!\left(-\frac{(x - x_i)^2 + (y - y_i)^2}{2 w_i^2}\right) $$

    depth: the factor d on the depth of all hollows

    Five hollows in a shallow bowl, the deepest near (1.5, -1.1). Which one a run ends in depends on
    where it starts, on its rate and on its memory.
    """

    ORDER = 37
    FAMILY = "several minima"
    depth: Annotated[float, (0.5, 3.0)] = 1.0

    domain = ((-3.0, 3.0), (-3.0, 3.0))
    start = (-0.6, 2.6)

    def value(self, x: Any, y: Any) -> Any:
        f = 0.1 * (x * x + y * y)
        for h, cx, cy, w in _HOLLOWS:
            u, v = (x - cx) / w, (y - cy) / w
            f = f - self.depth * h * np.exp(-0.5 * (u * u + v * v))
        return f

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        fx, fy = 0.2 * x, 0.2 * y
        for h, cx, cy, w in _HOLLOWS:
            u, v = (x - cx) / w, (y - cy) / w
            e = self.depth * h / w * np.exp(-0.5 * (u * u + v * v))
            fx, fy = fx + e * u, fy + e * v
        return fx, fy

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        fxx, fxy, fyy = 0.2, 0.0, 0.2
        for h, cx, cy, w in _HOLLOWS:
            u, v = (x - cx) / w, (y - cy) / w
            e = self.depth * h / (w * w) * np.exp(-0.5 * (u * u + v * v))
            fxx, fxy, fyy = fxx + e * (1 - u * u), fxy - e * u * v, fyy + e * (1 - v * v)
        return fxx, fxy, fyy
