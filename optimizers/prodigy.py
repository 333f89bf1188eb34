from typing import Annotated, Any

import numpy as np

YEAR = 2023
FAMILY = "rate-free"


def prodigy(
    x: Any,
    f: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    start: Any = 0.0,
    s: Any = 0.0,
    r: Any = 0.0,
    d: Any = 0.0,
    *,
    lr: Annotated[float, (1e-3, 10.0, "log")] = 1.0,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
    estim_lr0: Annotated[float, (1e-10, 1.0, "log")] = 1e-6,
) -> Any:
    r"""Prodigy: Adam that estimates how far away the minimum is, and takes that as its rate.

    $$ \gamma_t = \eta\, d_{t-1} \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}, \quad
       m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, d_{t-1}\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, d_{t-1}^2\, g_t^2 $$
    $$ r_t = \sqrt{\beta_2}\, r_{t-1}
             + \frac{d_{t-1}}{d_0}\, \gamma_t\, g_t \cdot (x_0 - x_{t-1}), \quad
       s_t = \sqrt{\beta_2}\, s_{t-1} + \frac{d_{t-1}}{d_0}\, \gamma_t\, g_t $$
    $$ d_t = \max\!\left(d_{t-1},\ \frac{r_t}{|s_t|_1}\right), \quad
       x_t = x_{t-1} - \gamma_t\,\frac{m_t}{\sqrt{v_t} + d_t\,\epsilon} $$

    lr: a factor η on every step, which 1 leaves to the estimate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept; its root is that of r and s
    eps: ε, times the new estimate d, keeps the division safe
    estim_lr0: the first estimate of the distance, d at step 0, which should be far too small

    The estimate is the same in both coordinates. It is not in PyTorch; optax: contrib.prodigy.
    Mishchenko and Defazio, "Prodigy: an expeditiously adaptive parameter-free learner",
    arXiv:2306.06101 (2023).
    """
    g = f.grad(x)
    start, d = (x, d + estim_lr0) if t == 1 else (start, d)
    gamma = lr * d * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    m = beta1 * m + (1 - beta1) * d * g
    v = beta2 * v + (1 - beta2) * d * g * (d * g)
    r = beta2**0.5 * r + d / estim_lr0 * gamma * np.vecdot(g, start - x)[:, None]
    s = beta2**0.5 * s + d / estim_lr0 * gamma * g
    # fmax: where there was no slope yet, r / |s| is 0 / 0 and counts for nothing.
    d = np.fmax(d, r / np.abs(s).sum(-1, keepdims=True))
    return x - gamma * m / (np.sqrt(v) + d * eps), m, v, start, s, r, d
