from typing import Annotated, Any

import numpy as np

YEAR = 1965
FAMILY = "curvature and search"


def nelder_mead(
    x: Any,
    f: Any,
    t: int,
    b: Any = 0.0,
    c: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 1000.0, "log"), ("width", 0.05), "first step only"] = 0.1,
) -> Any:
    r"""Nelder-Mead: a triangle that tumbles downhill, by values alone.

    $$ f(a) \le f(b) \le f(c), \quad m = \tfrac{1}{2}(a + b) $$
    $$ r = 2m - c, \quad e = 3m - 2c, \quad o = \tfrac{3}{2}m - \tfrac{1}{2}c, \quad
       i = \tfrac{1}{2}m + \tfrac{1}{2}c $$
    $$ c \leftarrow \begin{cases}
       e & f(e) < f(r) < f(a) \\
       r & f(r) < f(b) \\
       o & f(r) < f(c),\ f(o) \le f(r) \\
       i & f(r) \ge f(c),\ f(i) < f(c) \end{cases} $$

    lr: the sides of the first triangle, from the start to the right and up

    If none of these holds, b and c move half of the way to a. The point x is the best corner a,
    which stays until a better one is found. Slopes are never used, nor is the rate after the first
    step. It is not in PyTorch; scipy: minimize(method="Nelder-Mead"). Nelder and Mead, "A simplex
    method for function minimization", The Computer Journal 7 (1965).
    """
    rows = np.arange(len(x))[:, None]
    if t == 1:
        corners = np.stack([x, x + lr * np.array([1.0, 0.0]), x + lr * np.array([0.0, 1.0])], 1)
        corners = corners[rows, f(corners).argsort(-1, kind="stable")]
        x, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    a, m = x, (x + b) / 2
    r, e, o, i = 2 * m - c, 3 * m - 2 * c, 1.5 * m - 0.5 * c, 0.5 * m + 0.5 * c
    points = np.stack([a, b, c, r, e, o, i, a + 0.5 * (b - a), a + 0.5 * (c - a)], 1)
    values = f(points)
    fa, fb, fc, fr, fe, fo, fi = values.T[:7]
    # The number of the point that takes the place of c; -1 if none does.
    good = np.where((fr < fa) & (fe < fr), 4, 3)
    poor = np.where(fr < fc, np.where(fo <= fr, 5, -1), np.where(fi < fc, 6, -1))
    place = np.where((fr < fa) | (fr < fb), good, poor)[:, None]
    kept = np.where(place < 0, [0, 7, 8], np.where([True, True, False], [0, 1, 2], place))
    kept = kept[rows, values[rows, kept].argsort(-1, kind="stable")]
    x, b, c = points[rows, kept].transpose(1, 0, 2)
    return x, b, c
