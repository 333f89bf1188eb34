from typing import Annotated, Any

YEAR = 1983
FAMILY = "momentum"


def nesterov_ahead(
    x: Any,
    f: Any,
    t: int,
    v: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-3,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Nesterov, looking ahead: momentum with the slope of the place it is about to reach.

    $$ v_t = \mu\, v_{t-1} - \eta\, \nabla f(x_{t-1} + \mu\, v_{t-1}) $$
    $$ x_t = x_{t-1} + v_t $$

    lr: the learning rate η
    momentum: the share μ of the velocity that is kept

    This is the textbook's form. It is not in PyTorch: what SGD(nesterov=True) stores, and Nesterov
    draws, is the point ahead, x + μv; at a constant rate the two are the same run seen from
    different points. Nesterov, "A method of solving a convex programming problem with convergence
    rate O(1/k²)" (1983); this form: Sutskever et al., "On the importance of initialization and
    momentum in deep learning", ICML (2013).
    """
    v = momentum * v - lr * f.grad(x + momentum * v)
    return x + v, v
