from dataclasses import replace
from typing import Annotated, Any

ORDER = 4


def weight_decay(f: Any, *, decay: Annotated[float, (0.0, 10.0, "log")] = 0.01) -> Any:
    r"""Weight decay (L2): a pull to the origin that is part of the gradient the rule is given.

    $$ g \leftarrow g + \lambda\, p $$

    decay: the pull λ towards (0, 0)

    What a rule does to gradients it does to this pull too: an adaptive rate all but cancels it.
    The run goes down f + λ/2 |p|², while the surface that is drawn stays f. PyTorch: weight_decay
    of every optimizer but AdamW.
    """
    value, slope, curvature = f.value, f.slope, f.curvature

    def raised(x: Any, y: Any, t: int) -> Any:
        return value(x, y, t) + 0.5 * decay * (x * x + y * y)

    def pulled(x: Any, y: Any, t: int) -> Any:
        gx, gy = slope(x, y, t)
        return gx + decay * x, gy + decay * y

    def bent(x: Any, y: Any, t: int) -> Any:
        xx, xy, yy = curvature(x, y, t)
        return xx + decay, xy, yy + decay

    return replace(f, value=raised, slope=pulled, curvature=bent)
