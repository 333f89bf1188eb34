from typing import Annotated, Any

RULE = "momentum"
CONVENTION = "Keras"


def momentum_keras(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-2,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Momentum (Keras): the rate is inside the velocity, which counts as soon as it changes.

    $$ v_t = \mu\, v_{t-1} - \eta\, g_t $$
    $$ x_t = x_{t-1} + v_t $$

    lr: the learning rate η
    momentum: the share μ of the velocity that is kept

    At a constant rate it goes where PyTorch's goes. When η drops, this velocity remembers steps and
    rolls on; PyTorch's remembers slopes, and all of it slows at once. There is no dampening. Keras
    3 (2023), keras/src/optimizers/sgd.py: SGD(momentum=...).
    """
    v = momentum * v - lr * g
    return x + v, v
