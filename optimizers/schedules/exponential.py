from typing import Annotated, Any

ORDER = 6


def exponential(
    lr: Any,
    k: int,
    steps: int,
    *,
    gamma: Annotated[float, (0.5, 0.99999, "near one")] = 0.99,
) -> Any:
    r"""Exponential: the rate shrinks by the same factor at every step.

    $$ \eta_k = \eta\, \gamma^k $$

    gamma: the factor γ from one step to the next

    PyTorch: ExponentialLR. All steps together can go no further than η / (1 - γ) times the slope.
    """
    return lr * gamma**k
