from typing import Annotated, Any

import numpy as np

RULE = "nesterov"
CONVENTION = "the paper"


def nesterov_paper(
    x: Any,
    g: Any,
    t: int,
    y: Any = 0.0,
    a: Any = 1.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-3,
) -> Any:
    r"""Nesterov (the paper): there is no momentum to choose; it grows by itself, from 0 towards 1.

    $$ y_t = x_{t-1} - \eta\, g_t, \quad
       a_t = \frac{1 + \sqrt{4 a_{t-1}^2 + 1}}{2}, \quad a_0 = 1 $$
    $$ x_t = y_t + \frac{a_{t-1} - 1}{a_t}\,(y_t - y_{t-1}) $$

    lr: the learning rate η, at most 1 / L if the slope is L-Lipschitz; the paper searches for it

    PyTorch keeps one share μ instead. The momentum after t steps is about 1 - 3/t, which is why the
    values fall like 1/t² on any convex landscape. The letters x and y are the other way round in
    the paper: x here is the point ahead, where the slope is taken. Nesterov, "A method of solving a
    convex programming problem with convergence rate O(1/k²)" (1983).
    """
    before, y = y, x - lr * g
    a_next = (1 + np.sqrt(4 * a * a + 1)) / 2
    return y + (a - 1) / a_next * (y - before), y, a_next
