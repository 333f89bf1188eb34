from typing import Annotated, Any

import numpy as np

RULE = "centered_rmsprop"
CONVENTION = "Keras"


def centered_rmsprop_keras(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    m: Any = 0.0,
    b: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.002)] = 1e-3,
    alpha: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-7,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.0,
) -> Any:
    r"""Centered RMSProp (Keras): with ε inside the root, and the rate inside the velocity.

    $$ v_t = \alpha\, v_{t-1} + (1 - \alpha)\, g_t^2, \quad
       m_t = \alpha\, m_{t-1} + (1 - \alpha)\, g_t $$
    $$ b_t = \mu\, b_{t-1} + \frac{\eta\, g_t}{\sqrt{v_t - m_t^2 + \epsilon}} $$
    $$ x_t = x_{t-1} - b_t $$

    lr: the learning rate η
    alpha: the share α of both running means that is kept
    eps: ε keeps the division safe; inside the root, so that √ε counts beside the slope
    momentum: the share μ of the velocity that is kept

    ε keeps the variance above zero, unless rounding goes deeper; then the run ends, as in Keras.
    PyTorch has ε outside the root and the rate outside the velocity. Keras 3 (2023),
    keras/src/optimizers/rmsprop.py: RMSprop(centered=True).
    """
    # In the order of Keras: what is left of v - m² shows the last bit.
    v = alpha * v + (1 - alpha) * (g * g)
    m = alpha * m + (1 - alpha) * g
    b = momentum * b + lr * g / np.sqrt(v - m * m + eps)
    return x - b, v, m, b
