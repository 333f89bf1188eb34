from typing import Annotated, Any

import numpy as np

YEAR = 2012
FAMILY = "adaptive"


def adadelta(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    u: Any = 0.0,
    *,
    lr: Annotated[float, (1e-4, 100.0, "log")] = 1.0,
    rho: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-6,
) -> Any:
    r"""AdaDelta: no rate to choose; the size of past steps sets the size of the next.

    $$ v_t = \rho\, v_{t-1} + (1 - \rho)\, g_t^2 $$
    $$ d_t = \frac{\sqrt{u_{t-1} + \epsilon}}{\sqrt{v_t + \epsilon}}\, g_t, \quad
       u_t = \rho\, u_{t-1} + (1 - \rho)\, d_t^2 $$
    $$ x_t = x_{t-1} - \eta\, d_t $$

    lr: a factor η on every step; the paper has none, which is 1
    rho: the share ρ of both running means that is kept
    eps: ε sets how small the first steps are; inside both roots

    PyTorch: Adadelta. Keras has the same lines, with ρ = 0.95 and a rate of 0.001 unless told.
    Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701 (2012).
    """
    v = rho * v + (1 - rho) * g * g
    d = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = rho * u + (1 - rho) * d * d
    return x - lr * d, v, u
