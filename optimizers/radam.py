from typing import Annotated, Any

import numpy as np

YEAR = 2019
FAMILY = "adaptive"


def radam(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 2.0)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
) -> Any:
    r"""RAdam: Adam that trusts its mean of squares only as far as the slopes behind it reach.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ \rho_\infty = \frac{2}{1 - \beta_2} - 1, \quad
       \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t} $$
    $$ r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\,\rho_\infty}
       {(\rho_\infty - 4)(\rho_\infty - 2)\,\rho_t}}, \quad
       l_t = \frac{\sqrt{1 - \beta_2^t}}{\sqrt{v_t} + \epsilon} $$
    $$ x_t = x_{t-1} - \eta\,\frac{m_t}{1 - \beta_1^t}\, r_t\, l_t
       \quad\text{without } r_t\, l_t \text{ while } \rho_t \leq 5 $$

    lr: the learning rate η
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept
    eps: ε keeps the division safe; outside the root, before the bias correction

    The first steps (five with β₂ = 0.999) are momentum's, as long as the slope is steep; then a
    warm-up of its own follows. PyTorch: RAdam; the paper begins to rectify at ρ > 4. Liu et al.,
    "On the variance of the adaptive learning rate and beyond", arXiv:1908.03265 (2019).
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    # With less than 5 here no step is ever rectified; 5 itself keeps the division safe.
    rho_inf = np.maximum(2 / (1 - beta2) - 1, 5.0)
    rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
    r2 = (rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)
    l_t = np.sqrt(1 - beta2**t) / (np.sqrt(v) + eps)
    return x - lr * m_hat * np.where(rho > 5, np.sqrt(np.maximum(r2, 0.0)) * l_t, 1.0), m, v
