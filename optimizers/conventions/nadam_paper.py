from typing import Annotated, Any

import numpy as np

RULE = "nadam"
CONVENTION = "the paper"


def nadam_paper(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    p: Any = 1.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.0125)] = 2e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
    momentum_decay: Annotated[float, (0.0, 1.0, "log")] = 4e-3,
) -> Any:
    r"""NAdam (the paper): the mean slope decays by the growing μ, where PyTorch's decays by β₁.

    $$ \mu_t = \beta_1 \left(1 - \tfrac{1}{2}\, 0.96^{\,t\psi}\right), \quad
       p_t = p_{t-1}\,\mu_t $$
    $$ m_t = \mu_t\, m_{t-1} + (1 - \mu_t)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ \hat m_t = \frac{\mu_{t+1}\, m_t}{1 - p_t\,\mu_{t+1}} + \frac{(1 - \mu_t)\, g_t}{1 - p_t},
       \quad \hat v_t = \frac{\beta_2\, v_t}{1 - \beta_2^t} $$
    $$ x_t = x_{t-1} - \eta\,\frac{\hat m_t}{\sqrt{\hat v_t} + \epsilon} $$

    lr: the learning rate η, about the length of a step in each coordinate
    beta1: what the share μ of the mean slope that is kept grows to
    beta2: the share β₂ of the mean squared slope that is kept
    eps: ε keeps the division safe; outside the root, after the bias correction
    momentum_decay: ψ, how fast the momentum μ grows from half of β₁ to all of it

    The product p corrects exactly this mean. The mean of the squares is multiplied by β₂ once more,
    as in the paper. Dozat, "Incorporating Nesterov momentum into Adam" (2016), algorithm 2.
    """
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    p = p * mu
    m = mu * m + (1 - mu) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = mu_next * m / (1 - p * mu_next) + (1 - mu) * g / (1 - p)
    v_hat = beta2 * v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, p
