from typing import Annotated, Any

import numpy as np

RULE = "radam"
CONVENTION = "the paper"


def radam_paper(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 2.0)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
) -> Any:
    r"""RAdam (the paper): it begins to rectify at ρ > 4, where PyTorch waits for 5, and has no ε.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ \rho_\infty = \frac{2}{1 - \beta_2} - 1, \quad
       \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t} $$
    $$ r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\,\rho_\infty}
       {(\rho_\infty - 4)(\rho_\infty - 2)\,\rho_t}}, \quad
       l_t = \sqrt{\frac{1 - \beta_2^t}{v_t}} $$
    $$ x_t = x_{t-1} - \eta\,\frac{m_t}{1 - \beta_1^t}\, r_t\, l_t
       \quad\text{without } r_t\, l_t \text{ while } \rho_t \leq 4 $$

    lr: the learning rate η
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept

    With β₂ = 0.999 that is one step sooner: four steps of momentum instead of five, as long as the
    slope is steep. Where there was no slope yet it is 0/0, which counts as no step here. Liu et
    al., "On the variance of the adaptive learning rate and beyond", arXiv:1908.03265 (2019),
    algorithm 2.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    # With less than 4 here no step is ever rectified; what is added keeps the division safe.
    rho_inf = np.maximum(2 / (1 - beta2) - 1, 4.0)
    rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
    r2 = (rho - 4) * (rho - 2) * rho_inf / (np.maximum(rho_inf - 4, 1e-12) * (rho_inf - 2) * rho)
    l_t = np.sqrt((1 - beta2**t) / np.maximum(v, 1e-300))
    return x - lr * m_hat * np.where(rho > 4, np.sqrt(np.maximum(r2, 0.0)) * l_t, 1.0), m, v
