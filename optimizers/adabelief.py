from typing import Annotated, Any

import numpy as np

YEAR = 2020
FAMILY = "adaptive"


def adabelief(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    s: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0025)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-16,
) -> Any:
    r"""AdaBelief: Adam that takes long steps where the slope is as expected.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       s_t = \beta_2 s_{t-1} + (1 - \beta_2)\,(g_t - m_t)^2 + \epsilon $$
    $$ x_t = x_{t-1} - \eta\,
       \frac{m_t / (1 - \beta_1^t)}{\sqrt{s_t / (1 - \beta_2^t)} + \epsilon} $$

    lr: the learning rate η; steps are longer than that where the slope changes little
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared surprise that is kept
    eps: ε, in both places, keeps the division safe

    It is not in PyTorch; optax: adabelief, where the two ε are eps_root and eps. Zhuang et al.,
    "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients", arXiv:2010.07468
    (2020).
    """
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m) * (g - m) + eps
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(s_hat) + eps), m, s
