from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from landscapes.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class Griewank(Landscape):
    r"""Griewank: a wide bowl under waves that are not alike in x and y.

    $$ f(x, y) = 1 + \frac{x^2 + y^2}{d} - \cos x\,\cos\frac{y}{\sqrt{2}} $$

    d: how wide the bowl is; the classic surface has 4000

    Near the middle there are only the waves, and all minima seem alike: with d = 4000 those next to
    the lowest are 0.0074 higher. Over the usual ±600 the waves are too fine to be seen.
    Griewank, "Generalized descent for global optimization", Journal of Optimization Theory and
    Applications 34 (1981).
    """

    ORDER = 42
    FAMILY = "many minima"
    d: Annotated[float, (40.0, 4000.0, "log")] = 4000.0

    domain = ((-10.0, 10.0), (-10.0, 10.0))
    start = (-6.9, 5.9)
    grid = 64

    def value(self, x: Any, y: Any) -> Any:
        v = y / np.sqrt(2)
        return 1 + (x * x + y * y) / self.d - np.cos(x) * np.cos(v)

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        v = y / np.sqrt(2)
        return (
            2 * x / self.d + np.sin(x) * np.cos(v),
            2 * y / self.d + np.cos(x) * np.sin(v) / np.sqrt(2),
        )

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        v = y / np.sqrt(2)
        both = np.cos(x) * np.cos(v)
        return 2 / self.d + both, -np.sin(x) * np.sin(v) / np.sqrt(2), 2 / self.d + 0.5 * both
