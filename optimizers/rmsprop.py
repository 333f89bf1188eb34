from typing import Annotated, Any

import numpy as np

YEAR = 2012
FAMILY = "adaptive"


def rmsprop(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    b: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.005)] = 1e-2,
    alpha: Annotated[float, (0.0, 0.9999, "near one")] = 0.99,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.0,
) -> Any:
    r"""RMSProp: AdaGrad that forgets, so that its rate can recover.

    $$ v_t = \alpha\, v_{t-1} + (1 - \alpha)\, g_t^2 $$
    $$ b_t = \mu\, b_{t-1} + \frac{g_t}{\sqrt{v_t} + \epsilon} $$
    $$ x_t = x_{t-1} - \eta\, b_t $$

    lr: the learning rate η
    alpha: the share α of the mean squared slope that is kept
    eps: ε keeps the division safe; outside the root
    momentum: the share μ of the velocity that is kept; the lecture has none

    PyTorch: RMSprop. Other libraries put ε inside the root. Without bias correction the first step
    is η / √(1 - α) long. Tieleman and Hinton, Neural Networks for Machine Learning, lecture 6e
    (2012).
    """
    v = alpha * v + (1 - alpha) * g * g
    b = momentum * b + g / (np.sqrt(v) + eps)
    return x - lr * b, v, b
