from typing import Annotated, Any

import numpy as np

RULE = "adamw"
CONVENTION = "Keras"


def adamw_keras(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0125)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-7,
    weight_decay: Annotated[float, (0.0, 10.0, "log")] = 4e-3,
) -> Any:
    r"""AdamW (Keras): with ε added before the bias correction; the decay is PyTorch's.

    $$ x'_t = (1 - \eta\lambda)\, x_{t-1} $$
    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ \alpha_t = \eta\,\frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}, \quad
       x_t = x'_t - \alpha_t\,\frac{m_t}{\sqrt{v_t} + \epsilon} $$

    lr: the learning rate η, about the length of a step in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept
    eps: ε keeps the division safe; outside the root, before the bias correction
    weight_decay: the pull λ towards (0, 0), which moves the point where the run comes to rest

    Keras 3 (2023), keras/src/optimizers/adamw.py: AdamW.
    """
    x = x * (1 - lr * weight_decay)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - alpha * m / (np.sqrt(v) + eps), m, v
