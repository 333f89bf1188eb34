from typing import Annotated, Any

import numpy as np

YEAR = 1969
FAMILY = "curvature and search"


def conjugate_gradient(
    x: Any,
    f: Any,
    t: int,
    last: Any = 0.0,
    d: Any = 0.0,
    *,
    lr: Annotated[float, (1e-3, 10.0, "log")] = 1.0,
) -> Any:
    r"""Conjugate gradient: each search along a line spares what the searches before it won.

    $$ \beta_t = \max\!\left(0,\ \frac{g_t \cdot (g_t - g_{t-1})}{|g_{t-1}|^2}\right), \quad
       d_t = \beta_t\, d_{t-1} - g_t $$
    $$ x_t = x_{t-1} + 2^k\, \eta\,\left|\frac{g_t \cdot d_t}{d_t \cdot H_t\, d_t}\right|\, d_t,
       \quad k \le 2 \text{ such that } f(x_t) \text{ is lowest} $$

    lr: a factor η on the step that is tried first, which is exact on a parabola if it is 1

    On a bowl two steps are enough. If β d - g does not go down, d begins anew with -g, as it does
    when β is 0; if no step of the search goes down, the point stays. It is not in PyTorch; scipy:
    minimize(method="CG"), which has the same directions and another search. Hestenes and Stiefel
    (1952), for equations; Polak and Ribière, "Note sur la convergence de méthodes de directions
    conjuguées" (1969); β not below 0: Powell (1984).
    """
    g, h = f.grad(x), f.hessian(x)
    # fmax: where the slope was gone, β is 0 / 0 and counts as 0.
    beta = np.fmax(0.0, np.vecdot(g, g - last) / np.vecdot(last, last)) if t > 1 else 0.0 * g[:, 0]
    d = beta[:, None] * d - g
    d = np.where((np.vecdot(g, d) < 0)[:, None], d, -g)
    bend = np.vecdot(d, np.vecdot(h, d[:, None]))
    exact = np.where(bend == 0, 1.0, np.abs(np.vecdot(g, d) / bend))
    # Standing still is the first of the steps that are tried, and wins where none is lower.
    steps = exact[:, None] * np.append(0.0, 2.0 ** np.arange(2, -58, -1))
    step = steps[..., None] * (lr * d)[:, None]
    tried = np.nan_to_num(f(x[:, None] + step), nan=np.inf)
    best = tried.argmin(-1)
    return x + step[np.arange(len(x)), best], g, d
