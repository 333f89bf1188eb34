from typing import Annotated, Any

YEAR = 1964
FAMILY = "momentum"


def heavy_ball(
    x: Any,
    g: Any,
    t: int,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-3,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Heavy ball: momentum as textbooks have it, with the rate inside the velocity.

    $$ v_t = \mu\, v_{t-1} - \eta\, g_t $$
    $$ x_t = x_{t-1} + v_t $$

    lr: the learning rate η
    momentum: the share μ of the velocity that is kept

    At a constant rate it goes where Momentum goes. It differs under a schedule: here the velocity
    remembers steps, so that a ball rolls on when η drops; there it remembers slopes, and a lower η
    slows all of it at once. It is not in PyTorch, whose SGD is the other. Polyak, "Some methods of
    speeding up the convergence of iteration methods" (1964).
    """
    v = momentum * v - lr * g
    return x + v, v
