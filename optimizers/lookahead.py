from typing import Annotated, Any

import numpy as np

YEAR = 2019
FAMILY = "momentum"


def lookahead(
    x: Any,
    g: Any,
    t: int,
    slow: Any = 0.0,
    b: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-3,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    k: Annotated[int, (1, 100)] = 5,
    alpha: Annotated[float, (0.0, 1.0)] = 0.5,
) -> Any:
    r"""Lookahead: some quick steps forward, then part of the way back.

    $$ b_t = \mu\, b_{t-1} + g_t, \quad b_1 = g_1, \quad x'_t = x_{t-1} - \eta\, b_t $$
    $$ s_t = s_{t-1} + \alpha\,(x'_t - s_{t-1}), \quad x_t = s_t
       \quad\text{every } k \text{ steps} $$
    $$ s_t = s_{t-1}, \quad x_t = x'_t \quad\text{otherwise} $$

    lr: the learning rate η of the quick steps
    momentum: the share μ of their velocity that is kept, also across the way back
    k: how many quick steps there are to one slow one
    alpha: the share α of the way forward that remains

    Drawn is the quick point; the slow one, s, is its memory. It is not in PyTorch; optax:
    lookahead(sgd(...)). Zhang et al., "Lookahead optimizer: k steps forward, 1 step back",
    arXiv:1907.08610 (2019).
    """
    slow = x if t == 1 else slow
    b = g if t == 1 else momentum * b + g
    x = x - lr * b
    slow = np.where(t % k == 0, slow + alpha * (x - slow), slow)
    return np.where(t % k == 0, slow, x), slow, b
