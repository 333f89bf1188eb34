import functools
from dataclasses import replace
from typing import Annotated, Any

import numpy as np

ORDER = 1
BLOCK = 256


def noise(
    f: Any,
    *,
    sigma: Annotated[float, (1e-6, 1e4, "log")] = 1.0,
    seed: Annotated[int, (0, 9999)] = 0,
) -> Any:
    r"""Noise: every step sees the surface tilted by chance, as with a batch of the data.

    $$ g_t \leftarrow g_t + \sigma n_t, \quad n_t \sim \mathcal{N}(0, I) $$

    sigma: the standard deviation σ of the noise in each coordinate of the gradient
    seed: which noise; runs with the same seed meet the same noise at the same step

    A rule that asks several times in a step meets the same tilt each time, f included.
    """
    value, slope = f.value, f.slope

    @functools.lru_cache(2)
    def drawn(block: int) -> Any:
        if not np.ndim(seed):
            return _drawn(seed, block)
        return np.stack([_drawn(one, block) for one in np.asarray(seed).tolist()], axis=-1)

    def met(t: int) -> Any:
        block, place = divmod(t - 1, BLOCK)
        return drawn(block)[place]

    def tilted(x: Any, y: Any, t: int) -> Any:
        nx, ny = met(t)
        return value(x, y, t) + sigma * (nx * x + ny * y)

    def noisy(x: Any, y: Any, t: int) -> Any:
        nx, ny = met(t)
        gx, gy = slope(x, y, t)
        return gx + sigma * nx, gy + sigma * ny

    return replace(f, value=tilted, slope=noisy)


@functools.lru_cache(256)
def _drawn(seed: int, block: int) -> list[list[float]]:
    """The noise of `BLOCK` steps. NumPy promises that RandomState never changes its numbers."""
    return np.random.RandomState([seed, block]).standard_normal((BLOCK, 2)).tolist()  # type: ignore[no-any-return]
