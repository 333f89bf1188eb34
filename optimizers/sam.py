from typing import Annotated, Any

import numpy as np

YEAR = 2020
FAMILY = "momentum"


def sam(
    x: Any,
    f: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.5)] = 1e-3,
    rho: Annotated[float, (1e-4, 10.0, "log")] = 0.05,
) -> Any:
    r"""SAM: gradient descent with the slope of the worst place nearby, to end in wide minima.

    $$ e_t = \rho\,\frac{\nabla f(x_{t-1})}{|\nabla f(x_{t-1})|} $$
    $$ x_t = x_{t-1} - \eta\, \nabla f(x_{t-1} + e_t) $$

    lr: the learning rate η
    rho: the radius ρ of what is nearby, in the units of x and y

    It does not come to rest: around a minimum it goes to and fro. It is not in PyTorch; optax:
    contrib.sam(sgd(...)). Foret et al., "Sharpness-aware minimization for efficiently improving
    generalization", arXiv:2010.01412 (2020).
    """
    g = f.grad(x)
    norm = np.sqrt(np.vecdot(g, g))[:, None]
    e = np.where(norm > 0, rho * g / norm, 0.0)
    return x - lr * f.grad(x + e)
