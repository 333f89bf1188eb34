from typing import Annotated, Any

ORDER = 12


def linear_growth(
    lr: Any,
    k: int,
    steps: int,
    *,
    decay: Annotated[float, (1e-4, 10.0, "log")] = 0.01,
) -> Any:
    r"""Linear growth: the rate grows without bound, as the slope shrinks.

    $$ \eta_k = \eta\, (1 + \delta k) $$

    decay: the growth δ per step; called decay where it comes from

    Run long enough, the rate crosses 2 / (largest curvature), and plain gradient descent diverges.
    Not in PyTorch.
    """
    return lr * (1 + decay * k)
