from typing import Annotated, Any

import numpy as np

YEAR = 2022
FAMILY = "adaptive"


def adan(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    n: Any = 0.0,
    last: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0125)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.98,
    beta2: Annotated[float, (0.0, 0.9999, "near one")] = 0.92,
    beta3: Annotated[float, (0.0, 0.99999, "near one")] = 0.99,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
) -> Any:
    r"""Adan: Adam with Nesterov's look ahead, made from the change of the slope.

    $$ d_t = g_t - g_{t-1}, \quad d_1 = 0 $$
    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, d_t $$
    $$ n_t = \beta_3 n_{t-1} + (1 - \beta_3)\,(g_t + (1 - \beta_2)\, d_t)^2 $$
    $$ x_t = x_{t-1} - \eta\,
       \frac{\hat m_t + (1 - \beta_2)\,\hat v_t}{\sqrt{\hat n_t} + \epsilon} $$

    lr: the learning rate η, about the length of a step in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean change of the slope that is kept
    beta3: the share β₃ of the mean square that is kept
    eps: ε keeps the division safe; outside the root, after the bias correction

    The hats are Adam's bias corrections. As in the authors' code and in optax, a β is the share
    that is kept; the paper calls what is new so. It is not in PyTorch; optax: adan, which has
    another 1e-8 inside the root unless eps_root is 0. Xie et al., "Adan: adaptive Nesterov momentum
    algorithm for faster optimizing deep models", arXiv:2208.06677 (2022).
    """
    d = g - g if t == 1 else g - last
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * d
    u = g + (1 - beta2) * d
    n = beta3 * n + (1 - beta3) * u * u
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    n_hat = n / (1 - beta3**t)
    return x - lr * (m_hat + (1 - beta2) * v_hat) / (np.sqrt(n_hat) + eps), m, v, n, g
