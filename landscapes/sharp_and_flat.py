from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from landscapes.landscape import Landscape, Points, roots


@dataclass(frozen=True, kw_only=True)
class SharpAndFlat(Landscape):
    r"""Sharp and flat: two minima side by side; the rate decides which of them can hold a run.

    $$ f(x, y) = -\log\left(e^{-p} + e^{-q}\right) $$
    $$ p = \tfrac{k}{2}\left((x + 1.5)^2 + y^2\right) - d,\quad
       q = \tfrac{1}{2}\left((x - 1.5)^2 + y^2\right) $$

    sharpness: the curvature k of the sharp minimum; that of the flat one is 1
    depth: how much lower d the sharp minimum is than the flat one

    A smooth version of the lower of two bowls. Gradient descent with lr above 2/k cannot stay in
    the sharp one and is thrown out into the flat one, which holds up to lr = 2; noise does the
    same.
    Hochreiter and Schmidhuber, "Flat minima", Neural Computation 9 (1997).
    """

    ORDER = 36
    FAMILY = "several minima"
    sharpness: Annotated[float, (1.0, 200.0, "log")] = 25.0
    depth: Annotated[float, (-1.0, 1.0)] = 0.5

    domain = ((-4.0, 4.0), (-4.0, 4.0))
    start = (-3.2, 0.6)
    grid = 96

    def value(self, x: Any, y: Any) -> Any:
        u, v, k = x + 1.5, x - 1.5, self.sharpness
        p, q = 0.5 * k * (u * u + y * y) - self.depth, 0.5 * (v * v + y * y)
        return np.minimum(p, q) - np.log(1 + np.exp(-np.abs(p - q)))

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        u, v, k = x + 1.5, x - 1.5, self.sharpness
        p, q = 0.5 * k * (u * u + y * y) - self.depth, 0.5 * (v * v + y * y)
        # The share e^-p has in the sum; written like this, nothing overflows.
        s = 0.5 + 0.5 * np.tanh(0.5 * (q - p))
        return s * k * u + (1 - s) * v, s * k * y + (1 - s) * y

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        u, v, k = x + 1.5, x - 1.5, self.sharpness
        p, q = 0.5 * k * (u * u + y * y) - self.depth, 0.5 * (v * v + y * y)
        s = 0.5 + 0.5 * np.tanh(0.5 * (q - p))
        mean, apart_x, apart_y = s * k + (1 - s), k * u - v, (k - 1) * y
        w = s * (1 - s)
        return mean - w * apart_x * apart_x, -w * apart_x * apart_y, mean - w * apart_y * apart_y

    def stationary(self) -> Points:
        """All of it is on the line through both minima: off it, the slope along y has y's sign."""
        x = roots(lambda x: self.slope(x, 0.0)[0], *self.domain[0], cells=1024)
        return np.stack([x, np.zeros_like(x)], axis=-1)
