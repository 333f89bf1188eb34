from typing import Annotated, Any

import numpy as np

YEAR = 1980
FAMILY = "curvature and search"


def lbfgs(
    x: Any,
    f: Any,
    t: int,
    last: Any = 0.0,
    s: Any = 0.0,
    s1: Any = 0.0,
    s2: Any = 0.0,
    s3: Any = 0.0,
    s4: Any = 0.0,
    y1: Any = 0.0,
    y2: Any = 0.0,
    y3: Any = 0.0,
    y4: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 10.0, "log")] = 1.0,
    history_size: Annotated[int, (1, 4)] = 4,
) -> Any:
    r"""L-BFGS: Newton's jump with a curvature learned from the last few steps.

    $$ s_{t-1} = x_{t-1} - x_{t-2}, \quad y_{t-1} = g_t - g_{t-1}, \quad
       \rho_i = \frac{1}{s_i \cdot y_i} $$
    $$ H_{i+1} = (I - \rho_i s_i y_i^T)\, H_i\, (I - \rho_i y_i s_i^T) + \rho_i s_i s_i^T $$
    $$ x_t = x_{t-1} - \eta\, H_t\, g_t, \quad
       x_1 = x_0 - \eta\, \min(1,\ 1 / |g_1|_1)\, g_1 $$

    lr: the share η of each jump that is made
    history_size: how many of the last pairs s and y make up the inverse curvature H

    Each H begins as (s · y) / (y · y) times I, with the newest pair. A pair counts only if s · y is
    above 1e-10. There is no search along the line: far from a minimum a jump can be much too long.
    PyTorch: LBFGS(max_iter=1), without its tolerances. Nocedal, "Updating quasi-Newton matrices
    with limited storage" (1980).
    """
    g = f.grad(x)
    y = g - last
    new = (np.vecdot(s, y) > 1e-10)[:, None] & (t > 1)
    s_all, y_all = np.stack([s, s1, s2, s3, s4]), np.stack([y, y1, y2, y3, y4])
    s_all, y_all = (np.where(new, pairs[:-1], pairs[1:]) for pairs in (s_all, y_all))
    bend = np.vecdot(s_all, y_all)[..., None]
    used = (bend > 0) & (np.arange(1, 5)[:, None, None] <= history_size)
    rho = np.where(used, 1 / bend, 0.0)
    q, shares = -g, []
    for i in (0, 1, 2, 3):
        shares.append(rho[i] * np.vecdot(s_all[i], q)[:, None])
        q = q - shares[i] * y_all[i]
    q = q * np.where(bend[0] > 0, bend[0] / np.vecdot(y_all[0], y_all[0])[:, None], 1.0)
    for i in (3, 2, 1, 0):
        q = q + s_all[i] * (shares[i] - rho[i] * np.vecdot(y_all[i], q)[:, None])
    s = lr * q
    if t == 1:
        s = s * np.minimum(1.0, 1 / np.abs(g).sum(-1, keepdims=True))
    return x + s, g, s, *s_all, *y_all
