from typing import Annotated, Any

import numpy as np

RULE = "adamax"
CONVENTION = "Keras"


def adamax_keras(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    u: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.025)] = 1e-3,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.99999, "near one")] = 0.999,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-7,
) -> Any:
    r"""AdaMax (Keras): with ε added to the maximum instead of standing inside it.

    $$ m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t $$
    $$ u_t = \max(\beta_2\, u_{t-1},\ |g_t|) $$
    $$ x_t = x_{t-1} - \frac{\eta}{1 - \beta_1^t}\,\frac{m_t}{u_t + \epsilon} $$

    lr: the learning rate η, about the greatest length of a step in each coordinate
    beta1: the share β₁ of the mean slope that is kept
    beta2: the share β₂ of the steepest slope that is kept
    eps: ε keeps the division safe; added to the maximum at each step

    In PyTorch ε is added to the newest slope, and is forgotten with it. Keras 3 (2023),
    keras/src/optimizers/adamax.py: Adamax.
    """
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr / (1 - beta1**t) * m / (u + eps), m, u
