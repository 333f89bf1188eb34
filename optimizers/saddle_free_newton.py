from typing import Annotated, Any

import numpy as np

YEAR = 2014
FAMILY = "curvature and search"


def saddle_free_newton(
    x: Any,
    f: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-3, 2.0, "log")] = 1.0,
    damping: Annotated[float, (1e-6, 100.0, "log")] = 0.1,
) -> Any:
    r"""Saddle-free Newton: Newton's jump, with every curvature taken as if it bent upwards.

    $$ x_t = x_{t-1} - \eta\,(|H_t| + \delta I)^{-1} g_t $$
    $$ |H| = \frac{H^2 + |\det H|\, I}{\sqrt{\mathrm{tr}\, H^2 + 2\,|\det H|}} $$

    lr: the share η of the jump that is made
    damping: δ is added to all curvatures, so that none is zero

    |H| has the eigenvectors of the Hessian H, and the absolute values of its eigenvalues; in the
    plane the second line gives it. So saddles push away, along the direction that falls. It is not
    in PyTorch. Dauphin et al., "Identifying and attacking the saddle point problem in
    high-dimensional non-convex optimization", arXiv:1406.2572 (2014).
    """
    g, h = f.grad(x), f.hessian(x)
    a, b, d = h[:, 0, 0], h[:, 0, 1], h[:, 1, 1]
    det = np.abs(a * d - b * b)
    trace = np.sqrt(a * a + 2 * b * b + d * d + 2 * det)
    # |H| + δ, entry by entry; the determinant of |H| is that of H, its trace is the root.
    a, b, d = (
        np.where(trace > 0, part / trace, 0.0)
        for part in (a * a + b * b + det, b * (a + d), b * b + d * d + det)
    )
    delta = np.broadcast_to(damping, (len(x), 1))[:, 0]
    a, d = a + delta, d + delta
    u, v = g[:, 0], g[:, 1]
    solved = np.stack([d * u - b * v, a * v - b * u], axis=-1)
    return x - lr * solved / (det + delta * trace + delta * delta)[:, None]
