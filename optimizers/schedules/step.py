from typing import Annotated, Any

ORDER = 4


def step(
    lr: Any,
    k: int,
    steps: int,
    *,
    step_size: Annotated[int, (1, 10_000, "log")] = 100,
    gamma: Annotated[float, (0.01, 1.0)] = 0.5,
) -> Any:
    r"""Step decay: the rate drops by the same factor every so many steps.

    $$ \eta_k = \eta\, \gamma^{\lfloor k / s \rfloor} $$

    step_size: the number of steps s between two drops
    gamma: the factor γ of each drop

    PyTorch: StepLR.
    """
    return lr * gamma ** (k // step_size)
