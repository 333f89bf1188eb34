from typing import Annotated, Any

ORDER = 9


def polynomial(
    lr: Any,
    k: int,
    steps: int,
    *,
    total_iters: Annotated[int, (0, 10_000, "log")] = 0,
    power: Annotated[float, (0.1, 10.0, "log")] = 1.0,
) -> Any:
    r"""Polynomial: down to zero along a power of the steps that are left.

    $$ \eta_k = \eta \left(1 - \frac{\min(k, n)}{n}\right)^p $$

    total_iters: the number n of steps down to zero; 0 stands for the whole run
    power: the power p; 1 is a straight line, and more brings most of the fall forward

    PyTorch: PolynomialLR.
    """
    n = total_iters or steps
    return lr * (1 - min(k, n) / n) ** power
