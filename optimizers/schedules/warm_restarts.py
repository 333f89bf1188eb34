import math
from typing import Annotated, Any

ORDER = 15


def warm_restarts(
    lr: Any,
    k: int,
    steps: int,
    *,
    T_0: Annotated[int, (1, 10_000, "log")] = 100,
    T_mult: Annotated[int, (1, 10)] = 1,
    eta_min: Annotated[float, (0.0, 1.0, "log")] = 0.0,
) -> Any:
    r"""Cosine with warm restarts: anneal, jump back up, anneal again.

    $$ \eta_k = \eta_{min} + \tfrac{1}{2}\,(\eta - \eta_{min})
       \left(1 + \cos\frac{\pi\, T_{cur}}{T_i}\right), \quad T_{i+1} = m\, T_i $$

    T_0: steps until the first restart
    T_mult: the factor m by which each round is longer than the one before
    eta_min: the rate just before a restart

    PyTorch: CosineAnnealingWarmRestarts. Loshchilov and Hutter, "SGDR: stochastic gradient descent
    with warm restarts", arXiv:1608.03983 (2016).
    """
    length = T_0
    if T_mult == 1:
        k %= length
    while k >= length:
        k, length = k - length, length * T_mult
    return eta_min + 0.5 * (lr - eta_min) * (1 + math.cos(math.pi * k / length))
