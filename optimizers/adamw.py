from typing import Annotated, Any

import numpy as np

YEAR = 2017
FAMILY = "adaptive"


def adamw(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0125)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
    weight_decay: Annotated[float, (0.0, 10.0, "log")] = 1e-2,
) -> Any:
    r"""AdamW: Adam, with a pull towards the origin that is not part of the gradient.

    $$ x'_t = (1 - \eta\lambda)\, x_{t-1} $$
    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ x_t = x'_t - \eta\,\frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon} $$

    lr: the learning rate η, about the length of a step in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept
    eps: ε keeps the division safe; outside the root, after the bias correction
    weight_decay: the pull λ towards (0, 0), which moves the point where the run comes to rest

    PyTorch: AdamW, whose weight decay is 0.01 unless set. Loshchilov and Hutter, "Decoupled weight
    decay regularization", arXiv:1711.05101 (2017).
    """
    x = x * (1 - lr * weight_decay)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
