from typing import Annotated, Any

import numpy as np

YEAR = 2013
FAMILY = "adaptive"


def centered_rmsprop(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    m: Any = 0.0,
    b: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.002)] = 1e-2,
    alpha: Annotated[float, (0.0, 0.9999, "near one")] = 0.99,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.0,
) -> Any:
    r"""Centered RMSProp: divides by how much the slope varies, not by how large it is.

    $$ v_t = \alpha\, v_{t-1} + (1 - \alpha)\, g_t^2, \quad
       m_t = \alpha\, m_{t-1} + (1 - \alpha)\, g_t $$
    $$ b_t = \mu\, b_{t-1} + \frac{g_t}{\sqrt{v_t - m_t^2} + \epsilon} $$
    $$ x_t = x_{t-1} - \eta\, b_t $$

    lr: the learning rate η
    alpha: the share α of both running means that is kept
    eps: ε keeps the division safe; outside the root
    momentum: the share μ of the velocity that is kept

    Where the slope stays the same the variance v - m² dies away and the steps grow. PyTorch:
    RMSprop(centered=True), where rounding may push the variance below zero and end the run; here
    it stops at zero. Graves, "Generating sequences with recurrent neural networks",
    arXiv:1308.0850 (2013), with ε inside the root.
    """
    v = alpha * v + (1 - alpha) * g * g
    m = alpha * m + (1 - alpha) * g
    b = momentum * b + g / (np.sqrt(np.maximum(v - m * m, 0.0)) + eps)
    return x - lr * b, v, m, b
