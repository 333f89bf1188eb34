from typing import Annotated, Any

ORDER = 2


def uniform(
    f: Any, random: Any, *, share: Annotated[float, (0.01, 1.0)] = 1.0
) -> tuple[float, float]:
    r"""Random uniform: anywhere in the picture, all places alike.

    $$ x_0 \sim \mathcal{U}(m_x - s\,w_x,\ m_x + s\,w_x), \quad
       y_0 \sim \mathcal{U}(m_y - s\,w_y,\ m_y + s\,w_y) $$

    share: the share s of the picture, round its middle m, that is drawn from; w is half its width

    PyTorch: torch.nn.init.uniform_.
    """
    draws = zip(f.domain, random.uniform(-1, 1, 2).tolist(), strict=True)
    x, y = ((low + high) / 2 + share * draw * (high - low) / 2 for (low, high), draw in draws)
    return x, y
