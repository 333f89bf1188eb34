from typing import Annotated, Any

YEAR = 1847
FAMILY = "momentum"


def gradient_descent(
    x: Any,
    g: Any,
    t: int,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.5)] = 1e-3,
) -> Any:
    r"""Gradient descent: a step straight down the slope, as long as the slope is steep.

    $$ x_{t} = x_{t-1} - \eta\, g_t $$

    lr: the learning rate η

    On a bowl of curvature λ the error shrinks by |1 - ηλ| each step, so it holds below η = 2/λ.
    PyTorch: SGD. Cauchy, "Méthode générale pour la résolution des systèmes d'équations
    simultanées" (1847).
    """
    return x - lr * g
