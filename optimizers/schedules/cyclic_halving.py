from typing import Annotated, Any

ORDER = 17


def cyclic_halving(
    lr: Any,
    k: int,
    steps: int,
    *,
    base_factor: Annotated[float, (0.0, 1.0)] = 0.1,
    step_size_up: Annotated[int, (1, 10_000, "log")] = 50,
    step_size_down: Annotated[int, (0, 10_000, "log")] = 0,
    cycle_momentum: Annotated[int, (0, 1)] = 1,
    base_momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.8,
    max_momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Cyclic, halving: up and down over and over, and each time only half as far up.

    $$ \eta_k = \eta\, \left(c + (1 - c)\, \frac{h_k}{2^n}\right), \quad
       n = \left\lfloor \frac{k}{u + d} \right\rfloor $$

    base_factor: the lowest rate as a share c of the rate asked for
    step_size_up: the number u of steps up, in which h goes from 0 to 1
    step_size_down: the number d of steps down, in which h goes back; 0 stands for as many as up
    cycle_momentum: on moves the optimizer's momentum (or β₁) too, against the rate; off leaves it
    base_momentum: the momentum at the top of the first cycle
    max_momentum: the momentum where the rate is lowest

    PyTorch: CyclicLR with the rate as max_lr, c times it as base_lr, and mode="triangular2", which
    overflows after 1,024 cycles. Smith, "Cyclical learning rates for training neural networks",
    arXiv:1506.01186 (2015).
    """
    up, down = step_size_up, step_size_down or step_size_up
    n, x = divmod(k, up + down)
    h = (x / up if x <= up else (up + down - x) / down) * 0.5**n
    rate = lr * (base_factor + (1 - base_factor) * h)
    return rate, max_momentum - (max_momentum - base_momentum) * h if cycle_momentum else None
