from typing import Annotated, Any

ORDER = 14


def one_cycle_linear(
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
    r"""One cycle, linear: up to the rate that was asked for and down again, along straight lines.

    $$ \eta_k = \eta_a + (\eta_b - \eta_a)\, s_k, \quad
       \frac{\eta}{d} \to \eta \to \frac{\eta}{d\, e} $$

    pct_start: the share of the run in which the rate grows
    div_factor: the first rate is the rate asked for, divided by this d
    final_div_factor: the last rate is the first one, divided by this e
    three_phase: on takes as long to come back to the first rate as to leave it, and then falls on
    cycle_momentum: on moves the optimizer's momentum (or β₁) too, against the rate; off leaves it
    base_momentum: the momentum where the rate is highest
    max_momentum: the momentum where the rate is lowest

    Each phase goes from a to b while s runs from 0 to 1. PyTorch: OneCycleLR with
    anneal_strategy="linear", the rate as max_lr and the run as total_steps; with three phases it is
    the cycle of the paper. Where PyTorch divides by zero, because the growth ends at the first
    step, that step has the full rate. Smith and Topin, "Super-convergence: very fast training of
    neural networks using large learning rates", arXiv:1708.07120 (2017).
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
    rate = lr * (a + (b - a) * s)
    return rate, before + (after - before) * s if cycle_momentum else None
