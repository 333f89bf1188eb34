from typing import Annotated, Any

import numpy as np

YEAR = 2023
FAMILY = "sign"


def lion(
    x: Any,
    g: Any,
    t: int,
    m: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("width", 0.0025)] = 1e-4,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    beta2: Annotated[float, (0.0, 0.9999, "near one")] = 0.99,
) -> Any:
    r"""Lion: the sign of a momentum, so that every step has the same length.

    $$ u_t = \mathrm{sign}(\beta_1 m_{t-1} + (1 - \beta_1)\, g_t) $$
    $$ x_t = x_{t-1} - \eta\, u_t, \quad m_t = \beta_2 m_{t-1} + (1 - \beta_2)\, g_t $$

    lr: the learning rate η, which is the length of every step in each coordinate
    beta1: the share β₁ of the momentum in the direction of the step
    beta2: the share β₂ of the momentum that is kept

    It never comes to rest: at a minimum it goes to and fro. It was found by a program that searched
    among programs. It is not in PyTorch; optax: lion, which adds a weight decay of 0.001 unless
    told. Chen et al., "Symbolic discovery of optimization algorithms", arXiv:2302.06675 (2023).
    """
    u = np.sign(beta1 * m + (1 - beta1) * g)
    m = beta2 * m + (1 - beta2) * g
    return x - lr * u, m
