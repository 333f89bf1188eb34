"""A linear warm-up, which can precede any schedule."""

import functools
from collections.abc import Callable
from typing import Any


def warmup(schedule: Callable[..., Any], length: int) -> Callable[..., Any]:
    r"""The schedule, preceded by ``length`` steps in which the rate grows linearly to full height.

    The rate is lr (k + 1) / length for k < length, and no momentum is cycled; then the schedule
    begins, as if at its own first step and with what is left of the run. PyTorch: LinearLR and the
    schedule in a SequentialLR, but before CyclicLR and OneCycleLR that grows to their lowest rate.
    """
    if not length:
        return schedule

    @functools.wraps(schedule)
    def warmed(lr: Any, k: int, steps: int, *told: Any, **knobs: Any) -> Any:
        if k >= length:
            return schedule(lr, k - length, max(steps - length, 1), *told, **knobs)
        rate = lr * (k + 1) / length
        return (rate, *told[1:]) if told else rate

    return warmed
