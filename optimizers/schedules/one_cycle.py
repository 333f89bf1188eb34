import math
from typing import Annotated, Any

ORDER = 13


def one_cycle(
    lr: Any,
    k: int,
    steps: int,
    *,
    pct_start: Annotated[float, (0.0, 1.0)] = 0.3,
    div_factor: Annotated[float, (1.0, 1000.0, "log")] = 25.0,
    final_div_factor: Annotated[float, (1.0, 1e6, "log")] = 1e4,
    three_phase: Annotated[int, (0, 1)] = 0,
    cycle_momentum: Annotated[int, (0, 1)] = 1,
    base_momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.85,
    max_momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.95,
) -> Any:
    r"""One cycle: up to the rate that was asked for and down to almost nothing, once.

    $$ \eta_k = \eta_b + \tfrac{1}{2}\,(\eta_a - \eta_b) (1 + \cos \pi s_k), \quad
       \frac{\eta}{d} \to \eta \to \frac{\eta}{d\, e} $$

    pct_start: the share of the run in which the rate grows
    div_factor: the first rate is the rate asked for, divided by this d
    final_div_factor: the last rate is the first one, divided by this e
    three_phase: on takes as long to come back to the first rate as to leave it, and then falls on
    cycle_momentum: on moves the optimizer's momentum (or β₁) too, against the rate; off leaves it
    base_momentum: the momentum where the rate is highest
    max_momentum: the momentum where the rate is lowest

    Each phase goes from a to b along half a cosine, while s runs from 0 to 1. PyTorch: OneCycleLR
    with the rate as max_lr and the run as total_steps. The growth ends one step before its share of
    the run is over; where that is the first step, PyTorch divides by zero, and here the first step
    has the full rate. An optimizer without momentum just has its rate moved. Smith and Topin,
    "Super-convergence: very fast training of neural networks using large learning rates",
    arXiv:1708.07120 (2017).
    """
    peak, last = pct_start * steps - 1, steps - 1
    low, lowest = 1 / div_factor, 1 / div_factor / final_div_factor
    k = min(k, last)
    if k <= peak:
        s = k / peak if peak else 1.0
        a, b, before, after = low, 1.0, max_momentum, base_momentum
    elif three_phase and k <= 2 * peak:
        s = (k - peak) / peak
        a, b, before, after = 1.0, low, base_momentum, max_momentum
    elif three_phase:
        s = (k - 2 * peak) / (last - 2 * peak)
        a, b, before, after = low, lowest, max_momentum, max_momentum
    else:
        s = (k - peak) / (last - peak)
        a, b, before, after = 1.0, lowest, base_momentum, max_momentum
    bend = (1 + math.cos(math.pi * s)) / 2
    rate = lr * (b + (a - b) * bend)
    return rate, after + (before - after) * bend if cycle_momentum else None
