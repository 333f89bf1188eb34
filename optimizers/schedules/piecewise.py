from bisect import bisect_right
from operator import itemgetter
from typing import Annotated, Any

ORDER = 19


def piecewise(
    lr: Any,
    k: int,
    steps: int,
    *,
    points: Annotated[tuple[tuple[int, float], ...], ((0, 10_000), (0.0, 1000.0))] = (
        (0, 0.1),
        (50, 1.0),
        (200, 1.0),
        (400, 0.1),
    ),
) -> Any:
    r"""Piecewise: a schedule of your own, straight lines from point to point.

    $$ \eta_k = \eta \left(a_i + (a_{i+1} - a_i)\, \frac{k - k_i}{k_{i+1} - k_i}\right), \quad
       k_i \le k < k_{i+1} $$

    points: pairs of a step and a factor of the rate; drag them on the rate curve, or type them

    Before the first point and after the last one the rate stays as it is there. Two points at the
    same step are a jump: the later one counts from that step on. Points may be listed in any order
    of steps. Not in PyTorch.
    """
    points = tuple(sorted(points, key=itemgetter(0))) or ((0, 1.0),)
    reached = bisect_right(points, k, key=itemgetter(0))
    (here, a), (there, b) = points[max(reached - 1, 0)], points[min(reached, len(points) - 1)]
    return lr * (a + (b - a) * ((k - here) / (there - here)) if here <= k < there else a)
