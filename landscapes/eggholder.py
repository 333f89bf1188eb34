from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.landscape import Landscape


@dataclass(frozen=True, kw_only=True)
class Eggholder(Landscape):
    r"""Eggholder: dozens of hollows, longer and deeper the further out they are.

    $$ f(x, y) = -(y + 47)\sin\sqrt{\left|\tfrac{x}{2} + y + 47\right|}
       - x\,\sin\sqrt{\left|x - y - 47\right|} $$

    Nothing leads to the lowest of them but luck. The best point of the usual square, f(512, 404.23)
    = -959.64, is at its edge and no minimum: beyond it the surface goes on falling, and has no
    floor. Along x/2 + y + 47 = 0 and x - y - 47 = 0 it is creased, as the root of |t| is at 0: the
    slope across a crease grows beyond all bounds on both sides. On the crease itself only the rest
    of the slope is counted.
    Whitley, Rana, Dzubera and Mathias, "Evaluating evolutionary algorithms", Artificial
    Intelligence 85 (1996).
    """

    ORDER = 43
    FAMILY = "many minima"

    domain = ((-512.0, 512.0), (-512.0, 512.0))
    start = (-150.0, 260.0)
    bounded = False
    grid = 320
    creases = (((-512.0, 209.0), (512.0, -303.0)), ((-465.0, -512.0), (512.0, 465.0)))

    def value(self, x: Any, y: Any) -> Any:
        w = y + 47
        return -w * np.sin(np.sqrt(np.abs(0.5 * x + w))) - x * np.sin(np.sqrt(np.abs(x - w)))

    def slope(self, x: Any, y: Any) -> tuple[Any, Any]:
        w = y + 47
        u, v = 0.5 * x + w, x - w
        p, q = np.sqrt(np.abs(u)), np.sqrt(np.abs(v))
        # The slopes of sin p along u and of sin q along v.
        a = 0.5 * np.sign(u) * np.cos(p) / (p + (p == 0))
        b = 0.5 * np.sign(v) * np.cos(q) / (q + (q == 0))
        return -0.5 * w * a - np.sin(q) - x * b, -np.sin(p) - w * a + x * b

    def curvature(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        w = y + 47
        u, v = 0.5 * x + w, x - w
        p, q = np.sqrt(np.abs(u)), np.sqrt(np.abs(v))
        some_p, some_q = p + (p == 0), q + (q == 0)
        a = 0.5 * np.sign(u) * np.cos(p) / some_p
        b = 0.5 * np.sign(v) * np.cos(q) / some_q
        aa = -0.25 * (np.sin(p) + np.cos(p) / some_p) / (some_p * some_p)
        bb = -0.25 * (np.sin(q) + np.cos(q) / some_q) / (some_q * some_q)
        aa, bb = np.where(p == 0, -np.inf, aa), np.where(q == 0, -np.inf, bb)
        return (
            -0.25 * w * aa - 2 * b - x * bb,
            -0.5 * a - 0.5 * w * aa + b + x * bb,
            -2 * a - w * aa - x * bb,
        )

    @property
    def fall(self) -> float:
        """It falls no faster than a straight line, so any bowl on top wins."""
        return 0.0
