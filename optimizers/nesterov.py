from typing import Annotated, Any

YEAR = 1983
FAMILY = "momentum"


def nesterov(
    x: Any,
    g: Any,
    t: int,
    b: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-3,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Nesterov: momentum that corrects itself with the slope ahead.

    $$ b_t = \mu\, b_{t-1} + g_t, \quad b_1 = g_1 $$
    $$ x_t = x_{t-1} - \eta\,(g_t + \mu\, b_t) $$

    lr: the learning rate η
    momentum: the share μ of the velocity that is kept

    PyTorch: SGD(momentum=..., nesterov=True). The point stored here is the textbook's look-ahead
    point, where its gradient is taken. Nesterov, "A method of solving a convex programming problem
    with convergence rate O(1/k²)" (1983); this form: Sutskever et al. (2013).
    """
    b = g if t == 1 else momentum * b + g
    return x - lr * (g + momentum * b), b
