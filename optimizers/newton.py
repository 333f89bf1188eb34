from typing import Annotated, Any

import numpy as np

YEAR = 1685
FAMILY = "curvature and search"


def newton(
    x: Any,
    f: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-3, 2.0, "log")] = 1.0,
) -> Any:
    r"""Newton: a jump to where the slope would vanish if the surface were a parabola.

    $$ x_t = x_{t-1} - \eta\, H_t^{-1} g_t $$

    lr: the share η of the jump that is made; Newton makes all of it, which is 1

    H is the Hessian at x. Near a minimum the number of correct digits doubles with every step, and
    on a bowl one step is enough. Nothing here knows up from down: a saddle or a summit attracts it
    as a minimum does, and where H is nearly singular the jump is far. It is not in PyTorch. Newton
    (in Wallis' Algebra of 1685) and Raphson (1690), for equations; Simpson (1740), for minima.
    """
    g, h = f.grad(x), f.hessian(x)
    a, b, d = h[:, 0, 0], h[:, 0, 1], h[:, 1, 1]
    u, v = g[:, 0], g[:, 1]
    solved = np.stack([d * u - b * v, a * v - b * u], axis=-1)
    # Where there is no slope there is no step, also if H is singular.
    return x - lr * np.where(solved == 0, 0.0, solved / (a * d - b * b)[:, None])
