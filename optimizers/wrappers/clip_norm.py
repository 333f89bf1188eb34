from dataclasses import replace
from typing import Annotated, Any

import numpy as np

ORDER = 3


def clip_norm(f: Any, *, limit: Annotated[float, (1e-6, 1e6, "log")] = 1.0) -> Any:
    r"""Clip by norm: a gradient longer than a limit is shortened, in its own direction.

    $$ g \leftarrow g\,\min\left(1,\ \frac{c}{\lVert g \rVert + 10^{-6}}\right) $$

    limit: the limit c on the length of the gradient

    PyTorch: clip_grad_norm_. Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent
    neural networks", arXiv:1211.5063 (2012).
    """
    slope = f.slope

    def clipped(x: Any, y: Any, t: int) -> Any:
        gx, gy = slope(x, y, t)
        share = np.minimum(1.0, limit / (np.sqrt(gx * gx + gy * gy) + 1e-6))
        return share * gx, share * gy

    return replace(f, slope=clipped)
