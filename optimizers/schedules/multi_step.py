from typing import Annotated, Any

ORDER = 5


def multi_step(
    lr: Any,
    k: int,
    steps: int,
    *,
    milestones: Annotated[tuple[int, ...], (0, 10_000)] = (150, 300),
    gamma: Annotated[float, (0.01, 1.0)] = 0.1,
) -> Any:
    r"""Multi-step decay: the rate drops by the same factor at each of the steps that are listed.

    $$ \eta_k = \eta\, \gamma^{n_k}, \quad n_k = \text{how many milestones are} \le k $$

    milestones: the steps at which the rate drops; one that is listed twice counts twice
    gamma: the factor γ of each drop

    PyTorch: MultiStepLR.
    """
    return lr * gamma ** sum(milestone <= k for milestone in milestones)
