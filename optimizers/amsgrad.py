from typing import Annotated, Any

import numpy as np

YEAR = 2018
FAMILY = "adaptive"


def amsgrad(
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
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
) -> Any:
    r"""AMSGrad: Adam with a long memory for steep slopes, so that its rates never grow again.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ v_t^{max} = \max(v_{t-1}^{max},\ v_t) $$
    $$ \hat m_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat v_t = \frac{v_t^{max}}{1 - \beta_2^t} $$
    $$ x_t = x_{t-1} - \eta\,\frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} $$

    lr: the learning rate η, about the length of the first steps in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept
    eps: ε keeps the division safe; outside the root, after the bias correction

    PyTorch: Adam(amsgrad=True). The bias corrections are not in the paper, and other libraries take
    the maximum after them. Reddi, Kale, Kumar, "On the convergence of Adam and beyond",
    arXiv:1904.09237 (2018).
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max
