import functools
from dataclasses import replace
from typing import Annotated, Any

import numpy as np

ORDER = 0
# So many examples are put in order at once, in whole epochs.
BLOCK = 8192


def batch(
    f: Any,
    *,
    size: Annotated[int, (1, 10_000, "log")] = 32,
    seed: Annotated[int, (0, 9999)] = 0,
) -> Any:
    r"""Mini-batch: every step sees the loss on some of the examples only.

    $$ g_t = \nabla f_{B_t}(x_{t-1}), \quad |B_t| = m $$

    size: the number m of examples; 1 is stochastic descent, all of them are batch descent
    seed: which order; runs with the same seed and size meet the same examples at the same step

    The examples are shuffled, taken m at a time until all have been seen, which is an epoch, and
    shuffled anew; the last batch of an epoch may be smaller. A landscape that is not made of data
    is left as it is. PyTorch: DataLoader(batch_size=m, shuffle=True).
    """
    data = f.source
    if not hasattr(data, "examples") or size >= len(data.examples[0]):
        return f
    count = len(data.examples[0])
    steps = steps_in_epoch(count, size)
    ahead = max(1, BLOCK // count)
    starts = np.add.outer(np.arange(ahead) * count, np.arange(0, count, size)).ravel()

    @functools.lru_cache(2)
    def batches(block: int) -> Any:
        return data.batches(_orders(seed, block * ahead, ahead, count), starts)

    def met(t: int) -> Any:
        block, place = divmod(t - 1, ahead * steps)
        return batches(block)[place]

    return replace(
        f,
        value=lambda x, y, t: met(t).value(x, y),
        slope=lambda x, y, t: met(t).slope(x, y),
        curvature=lambda x, y, t: met(t).curvature(x, y),
    )


def steps_in_epoch(count: int, size: int) -> int:
    """How many steps an epoch of ``count`` examples has."""
    return -(-count // size)


@functools.lru_cache(64)
def _orders(seed: int, first: int, ahead: int, count: int) -> Any:
    """The orders of consecutive epochs, one after the other.

    NumPy promises that RandomState never changes its numbers, so a link keeps its meaning. To seed
    one anew gives the same numbers as a new one, several times sooner.
    """
    random = np.random.RandomState()
    found = np.empty((ahead, count), np.int32)
    for i in range(ahead):
        random.seed([seed, first + i])
        found[i] = random.permutation(count)
    found.flags.writeable = False
    return found.ravel()
