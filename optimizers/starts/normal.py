from typing import Annotated, Any

ORDER = 1


def normal(
    f: Any, random: Any, *, sigma: Annotated[float, (1e-3, 1e3, "log")] = 1.0
) -> tuple[float, float]:
    r"""Random normal: both coordinates are drawn from a bell curve about 0.

    $$ x_0, y_0 \sim \mathcal{N}(0, \sigma^2) $$

    sigma: the standard deviation σ

    PyTorch: torch.nn.init.normal_.
    """
    x, y = (sigma * random.standard_normal(2)).tolist()
    return x, y
