from typing import Annotated, Any

import numpy as np

YEAR = 2018
FAMILY = "adaptive"


def yogi(
    x: Any,
    g: Any,
    t: int,
    m: Any = 1e-6,
    v: Any = 1e-6,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0125)] = 1e-2,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-3,
) -> Any:
    r"""Yogi: Adam whose rate cannot jump up when slopes become small.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = v_{t-1} - (1 - \beta_2)\,\mathrm{sign}(v_{t-1} - g_t^2)\, g_t^2 $$
    $$ x_t = x_{t-1} - \eta\,
       \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon} $$

    lr: the learning rate η, about the length of a step in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: sets how much v may change at a step: by 1 - β₂ times the squared slope
    eps: ε keeps the division safe, and is larger than Adam's

    Both m and v begin at 1e-6. It is not in PyTorch; optax: yogi, which corrects the bias as Adam
    does; the paper does not. Zaheer et al., "Adaptive methods for nonconvex optimization",
    NeurIPS (2018).
    """
    m = beta1 * m + (1 - beta1) * g
    v = v - (1 - beta2) * np.sign(v - g * g) * g * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
