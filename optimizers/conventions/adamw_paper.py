from typing import Annotated, Any

import numpy as np

RULE = "adamw"
CONVENTION = "the paper"


def adamw_paper(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    alpha: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0125)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
    weight_decay: Annotated[float, (0.0, 10.0, "log")] = 1e-2,
) -> Any:
    r"""AdamW (the paper): the decay follows the schedule but is not multiplied by the rate itself.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ \hat m_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat v_t = \frac{v_t}{1 - \beta_2^t} $$
    $$ x_t = x_{t-1} - \eta_t \left(\alpha\,\frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon}
       + \lambda\, x_{t-1}\right) $$

    lr: the learning rate, α times the schedule's factor η
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept
    eps: ε keeps the division safe; outside the root, after the bias correction
    weight_decay: the pull λ towards (0, 0), a share of the way at each step

    PyTorch multiplies λ by the rate: its 0.01 at a rate of 0.001 is 0.00001 here. A rule is told
    the rate alone, so α is the highest one so far, which is exact for schedules that begin at full
    height and counts a warm-up's factor as 1. Loshchilov and Hutter, "Decoupled weight decay
    regularization", arXiv:1711.05101 (2017), algorithm 2.
    """
    alpha = np.maximum(alpha, lr)
    eta = lr / np.maximum(alpha, 1e-300)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - eta * (alpha * m_hat / (np.sqrt(v_hat) + eps) + weight_decay * x), m, v, alpha
