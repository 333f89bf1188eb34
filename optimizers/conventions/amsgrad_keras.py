from typing import Annotated, Any

import numpy as np

RULE = "amsgrad"
CONVENTION = "Keras"


def amsgrad_keras(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    v_max: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0125)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-7,
) -> Any:
    r"""AMSGrad (Keras): with ε added before the bias correction, where it weighs more at first.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ v_t^{max} = \max(v_{t-1}^{max},\ v_t) $$
    $$ \alpha_t = \eta\,\frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}, \quad
       x_t = x_{t-1} - \alpha_t\,\frac{m_t}{\sqrt{v_t^{max}} + \epsilon} $$

    lr: the learning rate η, about the length of the first steps in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept
    eps: ε keeps the division safe; outside the root, before the bias correction

    As in PyTorch the maximum is taken of the means before their correction. Keras 3 (2023),
    keras/src/optimizers/adam.py: Adam(amsgrad=True).
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    v_max = np.maximum(v_max, v)
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - alpha * m / (np.sqrt(v_max) + eps), m, v, v_max
