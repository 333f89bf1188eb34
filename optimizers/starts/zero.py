from typing import Any

ORDER = 0


def zero(f: Any) -> tuple[float, float]:
    r"""All zero: the origin, whatever the landscape.

    $$ x_0 = y_0 = 0 $$

    On a surface with a symmetry it may be a saddle, where no rule learns anything: that is why the
    weights of networks begin at random.
    """
    return 0.0, 0.0
