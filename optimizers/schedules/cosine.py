import math
from typing import Annotated, Any

ORDER = 10


def cosine(
    lr: Any,
    k: int,
    steps: int,
    *,
    T_max: Annotated[int, (0, 10_000, "log")] = 0,
    eta_min: Annotated[float, (0.0, 1.0, "log")] = 0.0,
) -> Any:
    r"""Cosine annealing: a gentle start, a gentle end, and the fall between them.

    $$ \eta_k = \eta_{min} + \tfrac{1}{2}\,(\eta - \eta_{min})
       \left(1 + \cos\frac{\pi k}{T_{max}}\right) $$

    T_max: steps from the top to the bottom; 0 stands for the whole run
    eta_min: the rate at the bottom

    PyTorch: CosineAnnealingLR. After T_max the rate goes up again. Loshchilov and Hutter, "SGDR:
    stochastic gradient descent with warm restarts", arXiv:1608.03983 (2016).
    """
    return eta_min + 0.5 * (lr - eta_min) * (1 + math.cos(math.pi * k / (T_max or steps)))
