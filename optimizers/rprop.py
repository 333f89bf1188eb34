from typing import Annotated, Any

import numpy as np

YEAR = 1993
FAMILY = "sign"


def rprop(
    x: Any,
    g: Any,
    t: int,
    prev: Any = 0.0,
    size: Any = 0.0,
    *,
    lr: Annotated[float, (1e-6, 50.0, "log"), ("width", 0.0125), "first step only"] = 1e-2,
    etaminus: Annotated[float, (0.01, 0.99)] = 0.5,
    etaplus: Annotated[float, (1.01, 3.0)] = 1.2,
    step_min: Annotated[float, (1e-12, 1.0, "log")] = 1e-6,
    step_max: Annotated[float, (1e-3, 1e3, "log")] = 50.0,
) -> Any:
    r"""Rprop: only the sign of the slope counts; steps grow until it changes, then they shrink.

    $$ s_t = g_t\, g_{t-1} $$
    $$ \Delta_t = \begin{cases} \eta^+ \Delta_{t-1} & s_t > 0 \\ \eta^- \Delta_{t-1} & s_t < 0 \\
       \Delta_{t-1} & s_t = 0 \end{cases} \quad\text{within } [\Delta_{min}, \Delta_{max}],
       \quad \Delta_0 = \eta $$
    $$ g_t \leftarrow 0 \quad\text{where } s_t < 0 $$
    $$ x_t = x_{t-1} - \mathrm{sign}(g_t)\,\Delta_t $$

    lr: the learning rate η, which is the length of the first step in each coordinate
    etaminus: the factor η⁻ by which a step shrinks when the slope has changed its sign
    etaplus: the factor η⁺ by which it grows while the sign stays
    step_min: no step is shorter than this
    step_max: no step is longer than this

    The rate is read at the first step and never again, so a schedule has no effect. Where the sign
    changed, the point rests for one step; the paper goes back by the last one. PyTorch: Rprop.
    Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP
    algorithm" (1993); this form is iRprop⁻, Igel and Hüsken (2000).
    """
    s = g * prev
    size = (lr if t == 1 else size) * np.where(s > 0, etaplus, np.where(s < 0, etaminus, 1.0))
    size = np.minimum(np.maximum(size, step_min), step_max)
    g = np.where(s < 0, 0.0, g)
    return x - np.sign(g) * size, g, size
