from typing import Annotated, Any

ORDER = 2


def constant_factor(
    lr: Any,
    k: int,
    steps: int,
    *,
    factor: Annotated[float, (0.0, 1.0)] = 1 / 3,
    total_iters: Annotated[int, (0, 10_000, "log")] = 50,
) -> Any:
    r"""Constant factor: a smaller rate for the first steps, then the one that was asked for.

    $$ \eta_k = \phi\, \eta \;\text{ for } k < n, \quad \eta_k = \eta \;\text{ for } k \ge n $$

    factor: the share φ of the rate in the first steps
    total_iters: the number n of steps with the smaller rate

    PyTorch: ConstantLR, which has no answer to a factor of 0; here the first n steps stand still.
    """
    return lr * factor if k < total_iters else lr
