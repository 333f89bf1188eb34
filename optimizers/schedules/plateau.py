from typing import Annotated, Any

import numpy as np

ORDER = 18


def plateau(
    lr: Any,
    k: int,
    steps: int,
    loss: Any,
    rate: Any = np.inf,
    best: Any = np.inf,
    bad: Any = 0,
    wait: Any = 0,
    *,
    factor: Annotated[float, (0.01, 0.99)] = 0.5,
    patience: Annotated[int, (0, 10_000, "log")] = 10,
    threshold: Annotated[float, (0.0, 1.0, "log")] = 1e-4,
    cooldown: Annotated[int, (0, 10_000, "log")] = 0,
    min_lr: Annotated[float, (0.0, 1.0, "log")] = 0.0,
) -> Any:
    r"""Reduce on plateau: the rate drops when the loss has stopped improving.

    $$ \eta_{k+1} = \max(\phi\, \eta_k,\ \eta_{min})
       \quad\text{after more than } p \text{ steps without } f < (1 - \theta)\, f_{best} $$

    factor: the factor φ of each drop
    patience: steps p without progress that are put up with
    threshold: the share θ of the best loss by which a new one must be lower to count as progress
    cooldown: steps after a drop in which nothing is counted
    min_lr: the rate is never dropped below this

    PyTorch: ReduceLROnPlateau. As there, a loss below zero that does not change still counts as
    progress, because (1 - θ) times it is higher; and a drop by less than 1e-8 is not made.
    """
    if k == 0:
        return lr, lr, best, bad, wait
    better = loss < best * (1 - threshold)
    best = np.where(better, loss, best)
    bad = np.where(better, 0, bad + 1)
    bad = np.where(wait > 0, 0, bad)
    wait = np.maximum(wait - 1, 0)
    drop = bad > patience
    lower = np.maximum(rate * factor, min_lr)
    rate = np.where(drop & (rate - lower > 1e-8), lower, rate)
    wait = np.where(drop, cooldown, wait)
    bad = np.where(drop, 0, bad)
    return rate, rate, best, bad, wait
