from typing import Annotated, Any

import numpy as np

YEAR = 2023
FAMILY = "rate-free"


def dog(
    x: Any,
    f: Any,
    t: int,
    start: Any = 0.0,
    r: Any = 0.0,
    s: Any = 0.0,
    *,
    lr: Annotated[float, (1e-3, 10.0, "log")] = 1.0,
    init_step: Annotated[float, (1e-10, 1.0, "log")] = 1e-6,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-8,
) -> Any:
    r"""DoG: distance over gradients; the rate grows with how far the run has come.

    $$ r_t = \max(r_{t-1},\, |x_{t-1} - x_0|), \quad r_0 = \alpha\,(1 + |x_0|) $$
    $$ s_t = s_{t-1} + |g_t|^2, \quad
       x_t = x_{t-1} - \eta\,\frac{r_t}{\sqrt{s_t + \epsilon}}\, g_t $$

    lr: a factor η on every step; the paper has none, which is 1
    init_step: sets the first step α, which should be far too short; the rest follows
    eps: ε keeps the division safe; inside the root

    The rate is the same in both coordinates. It is not in PyTorch; optax: contrib.dog. Ivgi,
    Hinder, Carmon, "DoG is SGD's best friend: a parameter-free dynamic step size schedule",
    arXiv:2302.12022 (2023).
    """
    g = f.grad(x)
    if t == 1:
        start = x
        r = r + init_step * (1 + np.sqrt(np.vecdot(x, x))[:, None])
    r = np.maximum(r, np.sqrt(np.vecdot(x - start, x - start))[:, None])
    s = s + np.vecdot(g, g)[:, None]
    return x - lr * r / np.sqrt(s + eps) * g, start, r, s
