from typing import Annotated, Any

import numpy as np

RULE = "rmsprop"
CONVENTION = "the lecture"


def rmsprop_paper(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.005)] = 1e-2,
    alpha: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""RMSProp (the lecture): the slope over the root of its mean square, with no ε or momentum.

    $$ v_t = \alpha\, v_{t-1} + (1 - \alpha)\, g_t^2 $$
    $$ x_t = x_{t-1} - \eta\,\frac{g_t}{\sqrt{v_t}} $$

    lr: the learning rate η
    alpha: the share α of the mean squared slope that is kept

    PyTorch adds ε and a velocity. Where there was no slope yet it is 0/0, which counts as no step
    here. Tieleman and Hinton, Neural Networks for Machine Learning, lecture 6e (2012).
    """
    v = alpha * v + (1 - alpha) * g * g
    return x - lr * g / np.sqrt(np.maximum(v, 1e-300)), v
