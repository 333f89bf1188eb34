from typing import Annotated, Any

import numpy as np

YEAR = 2011
FAMILY = "adaptive"


def adagrad(
    x: Any,
    g: Any,
    t: int,
    s: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.1)] = 1e-2,
    lr_decay: Annotated[float, (0.0, 1.0, "log")] = 0.0,
    initial_accumulator_value: Annotated[float, (0.0, 1e6, "log")] = 0.0,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-10,
) -> Any:
    r"""AdaGrad: a rate for each coordinate that shrinks with all the slope met so far.

    $$ s_t = s_{t-1} + g_t^2, \quad s_0 = \sigma $$
    $$ x_t = x_{t-1} - \frac{\eta}{1 + (t - 1)\,\delta}\,\frac{g_t}{\sqrt{s_t} + \epsilon} $$

    lr: the learning rate η, which is the length of the first step in each coordinate if σ is 0
    lr_decay: an extra decay δ of the rate, per step
    initial_accumulator_value: what the sum begins with, σ; it shortens the first steps
    eps: ε keeps the division safe where there was no slope yet

    PyTorch: Adagrad, which is the paper's with neither δ nor σ. Duchi, Hazan, Singer, "Adaptive
    subgradient methods for online learning and stochastic optimization", JMLR 12 (2011).
    """
    s = (initial_accumulator_value if t == 1 else s) + g * g
    return x - lr / (1 + (t - 1) * lr_decay) * g / (np.sqrt(s) + eps), s
