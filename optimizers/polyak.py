from typing import Annotated, Any

import numpy as np

YEAR = 1969
FAMILY = "curvature and search"


def polyak(
    x: Any,
    f: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log")] = 1.0,
) -> Any:
    r"""Polyak's step: gradient descent that is told how low the lowest point lies.

    $$ x_t = x_{t-1} - \min\!\left(\frac{f(x_{t-1}) - f_{min}}{|g_t|^2},\ \eta\right) g_t $$

    lr: the highest rate η that may be used

    It is the step that would reach the lowest value f can have, if the surface were a plane. On a
    surface with no floor that is infinite, and η is used; under weight decay it aims too low, at
    the floor without the decay. As in optax the point stays where |g|² is
    below 2.2e-16. It is not in PyTorch; optax: polyak_sgd, in its variant sps+. Polyak,
    "Minimization of unsmooth functionals" (1969); the limit η: Loizou et al., arXiv:2002.10542
    (2020).
    """
    g = f.grad(x)
    steep = np.vecdot(g, g)[:, None]
    gap = np.maximum(f(x)[:, None] - f.lowest, 0.0)
    return x - np.where(steep > 2.2e-16, np.minimum(gap / steep, lr), 0.0) * g
