from typing import Annotated, Any

import numpy as np

RULE = "amsgrad"
CONVENTION = "the paper"


def amsgrad_paper(
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
) -> Any:
    r"""AMSGrad (the paper): there is no bias correction and no ε, and the first steps are longer.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad
       v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2 $$
    $$ v_t^{max} = \max(v_{t-1}^{max},\ v_t) $$
    $$ x_t = x_{t-1} - \eta\,\frac{m_t}{\sqrt{v_t^{max}}} $$

    lr: the learning rate η
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the mean squared slope that is kept

    PyTorch corrects both means as Adam does. Without that the first step is η (1 - β₁) / √(1 - β₂)
    long, 3.2 η as a rule. Where there was no slope yet it is 0/0, which counts as no step here.
    Reddi, Kale, Kumar, "On the convergence of Adam and beyond", arXiv:1904.09237 (2018), algorithm
    2.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    v_max = np.maximum(v_max, v)
    return x - lr * m / np.sqrt(np.maximum(v_max, 1e-300)), m, v, v_max
