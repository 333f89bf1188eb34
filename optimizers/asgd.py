from typing import Annotated, Any

import numpy as np

YEAR = 1992
FAMILY = "momentum"


def asgd(
    x: Any,
    g: Any,
    t: int,
    ax: Any = 0.0,
    eta: Any = 0.0,
    mu: Any = 1.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.5)] = 1e-2,
    lambd: Annotated[float, (0.0, 1.0, "log")] = 1e-4,
    alpha: Annotated[float, (0.0, 1.0)] = 0.75,
    t0: Annotated[float, (0.0, 1e6, "log")] = 1e6,
) -> Any:
    r"""Averaged descent: descent whose mean over its late steps is the answer.

    $$ x_t = (1 - \lambda\eta_t)\, x_{t-1} - \eta_t\, g_t, \quad \eta_1 = \eta $$
    $$ \bar x_t = (1 - \mu_t)\,\bar x_{t-1} + \mu_t\, x_t, \quad \mu_1 = 1 $$
    $$ \eta_{t+1} = \frac{\eta}{(1 + \lambda\eta t)^\alpha}, \quad
       \mu_{t+1} = \frac{1}{\max(1,\ t - t_0)} $$

    lr: the learning rate η
    lambd: the pull λ towards (0, 0), which also makes the rate decay
    alpha: the power α of that decay
    t0: the step t₀ after which the mean begins; before it the mean is the point itself

    The trail is that of x; the mean is x̄, which is `ax` among the memories. The rate of a step is
    made at the step before, so a schedule acts one step late. PyTorch: ASGD, whose mean begins at
    step 1,000,000 unless set. Polyak and Juditsky, "Acceleration of stochastic approximation by
    averaging" (1992); this rate: Xu, "Towards optimal one pass large scale learning with averaged
    stochastic gradient descent", arXiv:1107.2490 (2011).
    """
    eta = lr if t == 1 else eta
    x = (1 - lambd * eta) * x - eta * g
    ax = (1 - mu) * ax + mu * x
    eta = lr / (1 + lambd * lr * t) ** alpha
    mu = 1 / np.maximum(1.0, t - t0)
    return x, ax, eta, mu
