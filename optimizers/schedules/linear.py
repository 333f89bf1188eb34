from typing import Annotated, Any

ORDER = 3


def linear(
    lr: Any,
    k: int,
    steps: int,
    *,
    start_factor: Annotated[float, (0.0, 1.0)] = 1 / 3,
    end_factor: Annotated[float, (0.0, 1.0)] = 1.0,
    total_iters: Annotated[int, (0, 10_000, "log")] = 0,
) -> Any:
    r"""Linear: along a straight line from one share of the rate to another.

    $$ \eta_k = \eta \left(a + (b - a)\, \frac{\min(k, n)}{n}\right) $$

    start_factor: the share a of the rate at the first step
    end_factor: the share b of the rate after n steps
    total_iters: the number n of steps from one to the other; 0 stands for the whole run

    PyTorch: LinearLR, which cannot start from 0. Its usual use, a linear decay, is from 1 to 0.
    """
    n = total_iters or steps
    return lr * (start_factor + (end_factor - start_factor) * (min(k, n) / n))
