from typing import Annotated, Any

RULE = "nesterov"
CONVENTION = "Keras"


def nesterov_keras(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-2,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Nesterov (Keras): the rate is inside the velocity, which counts as soon as it changes.

    $$ v_t = \mu\, v_{t-1} - \eta\, g_t $$
    $$ x_t = x_{t-1} + \mu\, v_t - \eta\, g_t $$

    lr: the learning rate η
    momentum: the share μ of the velocity that is kept

    At a constant rate it goes where PyTorch's goes; both store the point ahead, where the slope is
    taken. Keras 3 (2023), keras/src/optimizers/sgd.py: SGD(momentum=..., nesterov=True).
    """
    v = momentum * v - lr * g
    return x + momentum * v - lr * g, v
