from typing import Annotated, Any

import numpy as np

RULE = "adagrad"
CONVENTION = "Keras"


def adagrad_keras(
    x: Any,
    g: Any,
    t: int,
    s: Any = 0.0,
    *,
    lr: Annotated[float, (1e-5, 100.0, "log"), ("width", 0.1)] = 1e-3,
    initial_accumulator_value: Annotated[float, (0.0, 1e6, "log")] = 0.1,
    eps: Annotated[float, (1e-16, 1.0, "log")] = 1e-7,
) -> Any:
    r"""AdaGrad (Keras): with ε inside the root, and a sum that begins at 0.1 unless told otherwise.

    $$ s_t = s_{t-1} + g_t^2, \quad s_0 = \sigma $$
    $$ x_t = x_{t-1} - \eta\,\frac{g_t}{\sqrt{s_t + \epsilon}} $$

    lr: the learning rate η
    initial_accumulator_value: what the sum begins with, σ; it shortens the first steps
    eps: ε keeps the division safe where there was no slope yet; inside the root

    PyTorch has ε outside the root, and a decay of the rate besides. Keras 3 (2023),
    keras/src/optimizers/adagrad.py: Adagrad.
    """
    s = (initial_accumulator_value if t == 1 else s) + g * g
    return x - lr * g / np.sqrt(s + eps), s
