from typing import Annotated, Any

import numpy as np

YEAR = 2018
FAMILY = "sign"


def sign_descent(
    x: Any,
    g: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("width", 0.0025)] = 1e-3,
) -> Any:
    r"""Sign descent: steps of one length, whatever the slope.

    $$ x_t = x_{t-1} - \eta\,\mathrm{sign}(g_t) $$

    lr: the learning rate η, which is the length of every step in each coordinate

    It moves along the axes and the diagonals only, and at a minimum it goes to and fro by η. It is
    not in PyTorch; optax: sign_sgd. Bernstein et al., "signSGD: compressed optimisation for
    non-convex problems", arXiv:1802.04434 (2018).
    """
    return x - lr * np.sign(g)
