from typing import Annotated, Any

ORDER = 16


def cyclic(
    lr: Any,
    k: int,
    steps: int,
    *,
    base_factor: Annotated[float, (0.0, 1.0)] = 0.1,
    step_size_up: Annotated[int, (1, 10_000, "log")] = 50,
    step_size_down: Annotated[int, (0, 10_000, "log")] = 0,
    gamma: Annotated[float, (0.9, 1.0)] = 1.0,
    cycle_momentum: Annotated[int, (0, 1)] = 1,
    base_momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.8,
    max_momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Cyclic: up to the rate that was asked for and down again, over and over.

    $$ \eta_k = \eta\, (c + (1 - c)\, h_k \gamma^k), \quad
       h = 0 \to 1 \text{ in } u \text{ steps},\; 1 \to 0 \text{ in } d \text{ steps} $$

    base_factor: the lowest rate as a share c of the rate asked for
    step_size_up: the number u of steps up
    step_size_down: the number d of steps down; 0 stands for as many as up
    gamma: the factor γ by which the height of the cycles shrinks with every step
    cycle_momentum: on moves the optimizer's momentum (or β₁) too, against the rate; off leaves it
    base_momentum: the momentum where the rate is highest
    max_momentum: the momentum where the rate is lowest

    PyTorch: CyclicLR with the rate as max_lr and c times it as base_lr, mode="triangular", or
    "exp_range" where γ is below 1. A base_lr of 0.001 under a rate of 0.05 is c = 0.02. An
    optimizer without momentum just has its rate moved. Smith, "Cyclical learning rates for training
    neural networks", arXiv:1506.01186 (2015).
    """
    up, down = step_size_up, step_size_down or step_size_up
    x = k % (up + down)
    h = (x / up if x <= up else (up + down - x) / down) * gamma**k
    rate = lr * (base_factor + (1 - base_factor) * h)
    return rate, max_momentum - (max_momentum - base_momentum) * h if cycle_momentum else None
