from typing import Annotated, Any

import numpy as np

RULE = "adamax"
CONVENTION = "the paper"


def adamax_paper(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    u: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.025)] = 2e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
) -> Any:
    r"""AdaMax (the paper): there is no ε.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t $$
    $$ u_t = \max(\beta_2\, u_{t-1},\ |g_t|) $$
    $$ x_t = x_{t-1} - \frac{\eta}{1 - \beta_1^t}\,\frac{m_t}{u_t} $$

    lr: the learning rate η, about the greatest length of a step in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the steepest slope that is kept

    PyTorch has ε inside the maximum. Where there was no slope yet it is 0/0, which counts as no
    step here. Kingma and Ba, "Adam: a method for stochastic optimization", arXiv:1412.6980 (2014),
    algorithm 2.
    """
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr / (1 - beta1**t) * m / np.maximum(u, 1e-300), m, u
