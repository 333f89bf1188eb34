from typing import Annotated, Any

import numpy as np

YEAR = 2024
FAMILY = "momentum"


def schedule_free(
    x: Any,
    f: Any,
    t: int,
    z: Any = 0.0,
    r: Any = 0.0,
    w: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.5)] = 1e-2,
    beta1: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
) -> Any:
    r"""Schedule-free: the mean of all points so far, steered by slopes taken near it.

    $$ y_t = \beta_1\, x_{t-1} + (1 - \beta_1)\, z_{t-1}, \quad
       z_t = z_{t-1} - \eta_t\, \nabla f(y_t) $$
    $$ x_t = (1 - c_t)\, x_{t-1} + c_t\, z_t, \quad
       c_t = \frac{r_t^2}{\sum_{i \le t} r_i^2}, \quad r_t = \max_{i \le t} \eta_i $$

    lr: the learning rate η
    beta1: how near to the mean x, rather than to the walker z, the slope is taken

    At a constant rate c is 1 / t. Drawn is the mean x, which is the answer; z does the walking and
    is its memory. It is not in PyTorch; optax: contrib.schedule_free_sgd, which stores y. Defazio
    et al., "The road less scheduled", arXiv:2405.15682 (2024).
    """
    z = x if t == 1 else z
    y = beta1 * x + (1 - beta1) * z
    z = z - lr * f.grad(y)
    r = np.maximum(r, lr)
    w = w + r * r
    c = np.where(w > 0, r * r / w, 0.0)
    return (1 - c) * x + c * z, z, r, w
