from typing import Annotated, Any

import numpy as np

YEAR = 2024
FAMILY = "adaptive"


def ademamix(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    slow: Any = 0.0,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0125)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    beta3: Annotated[float, (0.0, 0.99999, "near one")] = 0.9999,
    alpha: Annotated[float, (0.0, 20.0)] = 5.0,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
) -> Any:
    r"""AdEMAMix: Adam with a second momentum that forgets very slowly.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       s_t = \beta_3 s_{t-1} + (1 - \beta_3)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ x_t = x_{t-1} - \eta\,
       \frac{m_t / (1 - \beta_1^t) + \alpha\, s_t}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon} $$

    lr: the learning rate η, about the length of a step in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept
    beta3: the share β₃ of the slow mean slope that is kept
    alpha: the weight α of the slow mean, which has no bias correction and so comes in late
    eps: ε keeps the division safe; outside the root, after the bias correction

    Without the paper's warm-ups of α and β₃. It is not in PyTorch; optax: contrib.ademamix.
    Pagliardini, Ablin, Grangier, "The AdEMAMix optimizer: better, faster, older", arXiv:2409.03137
    (2024).
    """
    m = beta1 * m + (1 - beta1) * g
    slow = beta3 * slow + (1 - beta3) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - lr * (m_hat + alpha * slow) / (np.sqrt(v_hat) + eps), m, slow, v
