from dataclasses import replace
from typing import Annotated, Any

import numpy as np

ORDER = 2


def clip_value(f: Any, *, limit: Annotated[float, (1e-6, 1e6, "log")] = 1.0) -> Any:
    r"""Clip by value: each coordinate of the gradient is cut off at a limit.

    $$ g_i \leftarrow \max(-c,\ \min(c,\ g_i)) $$

    limit: the limit c

    The direction changes with it, towards a diagonal. PyTorch: clip_grad_value_.
    """
    slope = f.slope

    def clipped(x: Any, y: Any, t: int) -> Any:
        gx, gy = slope(x, y, t)
        return (
            np.maximum(-limit, np.minimum(limit, gx)),
            np.maximum(-limit, np.minimum(limit, gy)),
        )

    return replace(f, slope=clipped)
