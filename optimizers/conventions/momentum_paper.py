from typing import Annotated, Any

RULE = "momentum"
CONVENTION = "the paper"


def momentum_paper(
    x: Any,
    g: Any,
    t: int,
    past: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-3,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Momentum (the paper): part of the last step is taken again, whatever the rate is by now.

    $$ x_t = x_{t-1} - \eta\, g_t + \mu\,(x_{t-1} - x_{t-2}), \quad x_{-1} = x_0 $$

    lr: the learning rate η
    momentum: the share μ of the last step that is taken again

    It remembers where it was and no velocity. At a constant rate it goes where PyTorch's goes,
    under a schedule where Keras's does. There is no dampening. Polyak, "Some methods of speeding up
    the convergence of iteration methods" (1964).
    """
    past = x if t == 1 else past
    return x - lr * g + momentum * (x - past), x
