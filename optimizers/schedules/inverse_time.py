from typing import Annotated, Any

ORDER = 7


def inverse_time(
    lr: Any,
    k: int,
    steps: int,
    *,
    decay: Annotated[float, (1e-4, 10.0, "log")] = 0.01,
) -> Any:
    r"""Inverse time: the rate shrinks like one over the step.

    $$ \eta_k = \frac{\eta}{1 + \delta k} $$

    decay: how soon the rate shrinks; it has halved at k = 1/δ

    The rates add up without bound, so that any distance can be gone; their squares do not, so that
    noise averages out. Not in PyTorch, except as Adagrad's lr_decay. Robbins and Monro, "A
    stochastic approximation method" (1951).
    """
    return lr / (1 + decay * k)
