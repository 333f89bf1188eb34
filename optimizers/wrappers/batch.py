import functools
from dataclasses import replace
from typing import Annotated, Any

import numpy as np

ORDER = 0
# So many examples are put in order at once, in whole epochs.
BLOCK = 8192
GAMMA = np.uint64(0x9E3779B97F4A7C15)


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
    ahead = max(1, BLOCK // (count * np.size(seed)))
    starts = np.add.outer(np.arange(ahead) * count, np.arange(0, count, size)).ravel()

    @functools.lru_cache(2)
    def batches(block: int) -> Any:
        orders = _orders if np.ndim(seed) else _kept_orders
        return data.batches(orders(seed, block * ahead, ahead, count), starts)

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


def _orders(seed: Any, first: int, ahead: int, count: int) -> Any:
    """The orders of consecutive epochs, one after the other; a row for each seed, if it has many.

    An order sorts the numbers of SplitMix64 (Steele, Lea and Flood, 2014), which no two examples
    share, begun at a number of the seed's and the epoch's own. It is plain integer arithmetic, so
    that a link keeps its meaning, and an epoch does not wait for the one before.
    """
    epochs = np.arange(first, first + ahead, dtype=np.uint64)
    begun = _mixed((np.asarray(seed, np.uint64)[..., None] << np.uint64(32)) + epochs)
    numbers = _mixed(begun[..., None] + GAMMA * np.arange(1, count + 1, dtype=np.uint64))
    return np.argsort(numbers, axis=-1).reshape(*np.shape(seed), ahead * count)


_kept_orders = functools.lru_cache(64)(_orders)


def _mixed(z: Any) -> Any:
    """SplitMix64's mixing of 64 bits, which is one to one."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
