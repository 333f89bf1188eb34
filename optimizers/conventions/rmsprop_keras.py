from typing import Annotated, Any

import numpy as np

RULE = "rmsprop"
CONVENTION = "Keras"


def rmsprop_keras(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    b: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.005)] = 1e-3,
    alpha: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-7,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.0,
) -> Any:
    r"""RMSProp (Keras): with ε inside the root, and the rate inside the velocity.

    $$ v_t = \alpha\, v_{t-1} + (1 - \alpha)\, g_t^2 $$
    $$ b_t = \mu\, b_{t-1} + \frac{\eta\, g_t}{\sqrt{v_t + \epsilon}} $$
    $$ x_t = x_{t-1} - b_t $$

    lr: the learning rate η
    alpha: the share α of the mean squared slope that is kept; rho in Keras
    eps: ε keeps the division safe; inside the root, so that √ε counts beside the slope
    momentum: the share μ of the velocity that is kept

    PyTorch has ε outside the root and the rate outside the velocity. An ε of 1e-7 here weighs as
    much as 3e-4 there. Keras 3 (2023), keras/src/optimizers/rmsprop.py: RMSprop.
    """
    v = alpha * v + (1 - alpha) * g * g
    b = momentum * b + lr * g / np.sqrt(v + eps)
    return x - b, v, b
