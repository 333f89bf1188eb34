from typing import Annotated, Any

ORDER = 8


def inverse_sqrt(
    lr: Any,
    k: int,
    steps: int,
    *,
    decay: Annotated[float, (1e-4, 10.0, "log")] = 0.1,
) -> Any:
    r"""Inverse square root: quick to shrink at first, then ever more slowly.

    $$ \eta_k = \frac{\eta}{\sqrt{1 + \delta k}} $$

    decay: how soon the rate shrinks; it has halved at k = 3/δ

    Not in PyTorch.
    """
    return lr / (1 + decay * k) ** 0.5
