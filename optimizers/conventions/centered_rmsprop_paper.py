from typing import Annotated, Any

import numpy as np

RULE = "centered_rmsprop"
CONVENTION = "the paper"


def centered_rmsprop_paper(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    m: Any = 0.0,
    b: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.002)] = 1e-4,
    alpha: Annotated[float, (0.0, 0.9999, "near one")] = 0.95,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-4,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Centered RMSProp (the paper): with ε inside the root, and the rate inside the velocity.

    $$ v_t = \alpha\, v_{t-1} + (1 - \alpha)\, g_t^2, \quad
       m_t = \alpha\, m_{t-1} + (1 - \alpha)\, g_t $$
    $$ b_t = \mu\, b_{t-1} + \frac{\eta\, g_t}{\sqrt{v_t - m_t^2 + \epsilon}} $$
    $$ x_t = x_{t-1} - b_t $$

    lr: the learning rate η
    alpha: the share α of both running means that is kept
    eps: ε keeps the division safe; inside the root, so that √ε counts beside the slope
    momentum: the share μ of the velocity that is kept

    PyTorch has ε outside the root and the rate outside the velocity. Keras does as this paper does,
    with other numbers unless told. Graves, "Generating sequences with recurrent neural networks",
    arXiv:1308.0850 (2013), equations 38 to 41.
    """
    v = alpha * v + (1 - alpha) * g * g
    m = alpha * m + (1 - alpha) * g
    b = momentum * b + lr * g / np.sqrt(v - m * m + eps)
    return x - b, v, m, b
