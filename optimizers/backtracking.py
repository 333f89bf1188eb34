from typing import Annotated, Any

import numpy as np

YEAR = 1966
FAMILY = "curvature and search"


def backtracking(
    x: Any,
    f: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-6, 1000.0, "log")] = 1.0,
    beta: Annotated[float, (0.1, 0.8)] = 0.5,
    c: Annotated[float, (1e-6, 0.9, "log")] = 1e-4,
) -> Any:
    r"""Backtracking: gradient descent that shortens each step until it goes down enough.

    $$ x_t = x_{t-1} - \beta^k \eta\, g_t $$
    $$ k \text{ the smallest with } f(x_t) \le f(x_{t-1}) - c\,\beta^k \eta\, |g_t|^2 $$

    lr: the rate η that is tried first, at every step anew
    beta: the factor β by which the rate is shortened until it will do
    c: the share c of the descent that the slope promises which is enough

    If 60 rates will not do, the point stays. It is not in PyTorch; optax:
    scale_by_backtracking_linesearch, which is told to begin at the same rate every time. Armijo,
    "Minimization of functions having Lipschitz continuous first partial derivatives" (1966).
    """
    g = f.grad(x)
    d = lr * g
    k = np.arange(60)
    shares = beta**k
    tried = f(x[:, None] - shares[..., None] * d[:, None])
    enough = tried <= f(x)[:, None] - c * shares * np.vecdot(d, g)[:, None]
    # All are tried at once; without one that will do, k is infinite and the share 0.
    first = np.where(enough, k, np.inf).min(-1, keepdims=True)
    return x - beta**first * d
