from typing import Annotated, Any

ORDER = 11


def warmup_stable_decay(
    lr: Any,
    k: int,
    steps: int,
    *,
    pct_warmup: Annotated[float, (0.0, 1.0)] = 0.1,
    pct_decay: Annotated[float, (0.0, 1.0)] = 0.2,
    power: Annotated[float, (0.1, 10.0, "log")] = 0.5,
) -> Any:
    r"""Warm-up, stable, decay: a trapezoid, whose long middle can be cut short or drawn out.

    $$ \eta_k = \eta\, \min\left(\frac{k + 1}{w N},\ 1,\ 1 - s_k^{\,p}\right), \quad
       s_k = \max\left(0,\ \frac{k - (1 - d) N}{d N}\right) $$

    pct_warmup: the share w of the N steps in which the rate grows
    pct_decay: the share d of the N steps, the last ones, in which the rate falls to zero
    power: the shape p of the fall; 1 is a straight line, 0.5 drops at once and then flattens

    Where the two slopes overlap, the lower one counts. Not in PyTorch. Hu et al., "MiniCPM:
    unveiling the potential of small language models with scalable training strategies",
    arXiv:2404.06395 (2024); the fall with p = 0.5 is from Hägele et al., "Scaling laws and
    compute-optimal training beyond fixed training durations", arXiv:2405.18392 (2024).
    """
    grow, fall = pct_warmup * steps, pct_decay * steps
    late = k - (steps - fall)
    up = (k + 1) / grow if k + 1 < grow else 1.0
    down = 1 - min(1.0, late / fall) ** power if late > 0 and fall > 0 else 1.0
    return lr * min(up, down)
