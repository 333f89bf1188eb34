from typing import Annotated, Any

YEAR = 1964
FAMILY = "momentum"


def momentum(
    x: Any,
    g: Any,
    t: int,
    b: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 100.0, "log"), ("curvature", 0.3)] = 1e-3,
    momentum: Annotated[float, (0.0, 0.9999, "near one")] = 0.9,
    dampening: Annotated[float, (0.0, 1.0)] = 0.0,
) -> Any:
    r"""Momentum: a heavy ball, which keeps most of its velocity from step to step.

    $$ b_t = \mu\, b_{t-1} + (1 - \tau)\, g_t, \quad b_1 = g_1 $$
    $$ x_t = x_{t-1} - \eta\, b_t $$

    lr: the learning rate η
    momentum: the share μ of the velocity that is kept
    dampening: the share τ of each new gradient that is left out, from the second step on

    PyTorch: SGD(momentum=...), with the rate outside the velocity b. The classical form has it
    inside (v = μv - ηg), which is the same only while η is constant. Polyak, "Some methods of
    speeding up the convergence of iteration methods" (1964).
    """
    b = g if t == 1 else momentum * b + (1 - dampening) * g
    return x - lr * b, b
