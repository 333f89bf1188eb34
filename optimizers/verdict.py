"""What one would ask of a run, measured: its path, its loss, and where it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizers.evaluations import Evaluations
from optimizers.status import HOLD, NEAR, Status

Array = NDArray[np.float64]

# A run is there when the loss has fallen to this share of its first gap above the lowest value.
TARGET = 1e-3
# A valley is where the surface bends up at least so many times as sharply as the other way.
VALLEY = 2.0
# A swing across it that is shorter than this share of the picture's diagonal is not counted.
SWING = 1e-3


@dataclass(frozen=True)
class Verdict:
    """Numbers of one run, all finite; None where there is none.

    ``steps`` counts those that were taken: up to an overflow, or to where a run was stopped.
    ``gap`` is how far the final loss is above the lowest known value, ``target`` the loss to be
    reached. ``asked`` is what was asked for in all, ``settled_asked`` by the step of ``status`` and
    ``target_asked`` by ``target_step``. ``length`` is that of the path, ``straight`` the distance
    between its ends, ``ratio`` the one by the other. ``minimum`` is an index in f.minima; of these
    there are ``minima``, of which ``lowest_minima`` are as low as the lowest, and ``lowest`` tells
    whether it is one of them; ``rests`` is "saddle" or "summit" for a run that stalled at one.
    ``slope`` is |gradient| at the end, and ``edge`` the largest rate × curvature of a step inside
    the picture: plain gradient descent holds below 2. `verdict` defines ``sideways`` and
    ``crossings``.
    """

    status: Status
    steps: int
    first_loss: float | None
    final_loss: float | None
    gap: float | None
    best_loss: float | None
    best_step: int | None
    target: float | None
    target_step: int | None
    target_asked: Evaluations | None
    settled_asked: Evaluations
    asked: Evaluations
    length: float | None
    straight: float | None
    ratio: float | None
    sideways: float | None
    crossings: int
    minimum: int | None
    lowest: bool | None
    minima: int
    lowest_minima: int
    rests: str | None
    slope: float | None
    edge: float | None


@np.errstate(all="ignore")
def verdict(
    f: Any,
    path: Array,
    loss: Array,
    grad: Array,
    lr: Array,
    status: Status,
    *,
    evaluations: Evaluations,
    target: float | None = None,
    y_rate: float = 1.0,
) -> Verdict:
    r"""The verdict on one walker: ``path`` and ``grad`` (steps + 1, 2), ``loss`` (steps + 1,),
    ``lr`` (steps,), and ``evaluations`` (steps + 1,) each.

    ``target`` is the loss to be reached, for all runs of an experiment the same; without one it is
    what `aim` says of this run.

    ``sideways`` is the share of the path that went across the valley:

    $$ S = \frac{\sum_{k \in V} |d_k| \cos^2\theta_k}{\sum_k |d_k|}, \quad
       \cos\theta_k = \frac{d_k \cdot v_k}{|d_k|} $$

    with the steps d, and v the direction in which the surface bends up most, of the Hessian half of
    the way. V are the steps in a valley, where it does so at least twice as sharply as at right
    angles. The squares of the two cosines add up to 1, so that what was not sideways was along the
    valley, or where there is none; the way down from its wall is across. It is None for a run that
    did not move. This, the lengths and the crossings are, for a run that left the picture, those of
    the way until it did.

    ``crossings`` is how often it turned back across the valley: the changes of sign of d · v, when
    the steps since have gone back by more than a thousandth of the picture's diagonal. So a swing
    of many short steps is one, and a tremble is none. Where there is no valley, turning back is to
    reverse the step itself. Where the direction turns by more than 45 degrees from one step to the
    next, counting begins anew.
    """
    known = np.isfinite(path).all(-1)
    count = len(path) if known.all() else int(known.argmin())
    taken = min(int((~np.isnan(lr)).sum()), max(count - 1, 0))
    gone = status.kind in ("diverged", "left")
    walked = path[: min(count, status.step + 1) if gone else count]
    heights = np.where(np.isfinite(loss), loss, np.inf)
    best = int(heights.argmin())
    final_loss = finite(loss[-1])
    target = aim(f, loss[0]) if target is None else target
    reached = None
    if target is not None and (heights <= target).any():
        reached = int((heights <= target).argmax())
    return Verdict(
        status=status,
        steps=taken,
        first_loss=finite(loss[0]),
        final_loss=final_loss,
        gap=None if final_loss is None else finite(final_loss - f.lowest),
        best_loss=finite(loss[best]),
        best_step=best if np.isfinite(loss[best]) else None,
        target=target,
        target_step=reached,
        target_asked=None if reached is None else evaluations.by(reached),
        settled_asked=evaluations.by(min(status.step, taken)),
        asked=evaluations.by(taken),
        slope=finite(np.hypot(*grad[-1])),
        **_of_the_way(f, walked, lr, y_rate),
        **_of_the_end(f, path, status),
    )


def _of_the_way(f: Any, path: Array, lr: Array, y_rate: float) -> dict[str, Any]:
    low, high = np.array(f.domain, float).T
    steps = np.diff(path, axis=0)
    lengths = np.hypot(*steps.T)
    hessian = f.hessian(path[:-1] / 2 + path[1:] / 2)
    across, valley = _across(hessian)
    length = finite(lengths.sum())
    straight = finite(np.hypot(*(path[-1] - path[0]))) if len(path) else None
    inside = ((low <= path[:-1]) & (path[:-1] <= high)).all(-1)
    edges = (_sharpness(hessian, y_rate) * lr[: len(steps)])[inside]
    swing = SWING * _diagonal(f)
    return {
        "length": length,
        "straight": straight,
        "ratio": finite(length / straight) if length and straight else None,
        "sideways": _sideways(steps, lengths, across, valley),
        "crossings": _crossings(steps, lengths, across, valley, swing),
        "edge": finite(edges[np.isfinite(edges)].max(initial=-np.inf)),
    }


def _of_the_end(f: Any, path: Array, status: Status) -> dict[str, Any]:
    values = f(f.minima)
    as_low = values <= f.lowest + 1e-6 * (1 + abs(f.lowest))
    minimum = _minimum(f, path, status)
    return {
        "minimum": minimum,
        "lowest": None if minimum is None else bool(as_low[minimum]),
        "minima": len(values),
        "lowest_minima": int(as_low.sum()),
        "rests": _rests(f, path[-1]) if status.kind == "stalled" else None,
    }


@np.errstate(all="ignore")
def aim(f: Any, loss: ArrayLike, share: float = TARGET) -> float | None:
    """The loss that is ``share`` of the gap above the lowest known value, of the highest of the
    first losses of some runs; None where nothing is known to be lowest.
    """
    return finite(f.lowest + share * (np.max(loss) - f.lowest))


def finite(value: Any) -> float | None:
    """A number; None where it is infinite or not one."""
    return float(value) if np.isfinite(value) else None


def _across(hessian: Array) -> tuple[Array, NDArray[np.bool_]]:
    """The directions in which the surface bends up most (n, 2), and where that is a valley."""
    a, b, d = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 1]
    mean, apart = (a + d) / 2, np.hypot((a - d) / 2, b)
    angle = np.arctan2(2 * b, a - d) / 2
    most, least = mean + apart, mean - apart
    valley = np.isfinite(most) & (most > 0) & (most >= VALLEY * least)
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1), valley


def _sharpness(hessian: Array, y_rate: float) -> Array:
    """The largest |curvature|, with the rate along y counted in: (n,)."""
    a, b, d = hessian[:, 0, 0], hessian[:, 0, 1] * y_rate**0.5, hessian[:, 1, 1] * y_rate
    return np.asarray(np.abs(a + d) / 2 + np.hypot((a - d) / 2, b))


def _sideways(
    steps: Array, lengths: Array, across: Array, valley: NDArray[np.bool_]
) -> float | None:
    """S of `verdict`."""
    moved = (lengths > 0) & np.isfinite(lengths)
    if not moved.any():
        return None
    # Shares, so that lengths near the largest float do not overflow.
    shares = lengths[moved] / lengths[moved].max()
    cosine = np.vecdot(steps[moved] / lengths[moved, None], across[moved])
    return finite((shares * np.where(valley[moved], cosine, 0.0) ** 2).sum() / shares.sum())


def _crossings(
    steps: Array, lengths: Array, across: Array, valley: NDArray[np.bool_], least: float
) -> int:
    """How often a walk turned back by more than ``least``; see `verdict`."""
    moved = (lengths > 0) & np.isfinite(lengths)
    steps, lengths = steps[moved], lengths[moved]
    line = np.where(valley[moved, None], across[moved], steps / lengths[:, None])
    # A line has no sign of its own: each is given that of the one before.
    turn = np.vecdot(line[1:], line[:-1])
    signs = np.cumprod(np.concatenate([[1.0], np.where(turn < 0, -1.0, 1.0)]))[: len(line)]
    parts = signs * np.vecdot(steps, line)
    breaks = np.concatenate([[True], np.abs(turn) < 0.5**0.5])[: len(line)]
    count = side = 0
    at = low = high = 0.0
    for part, anew in zip(parts.tolist(), breaks.tolist(), strict=True):
        if anew:
            side, at, low, high = 0, 0.0, 0.0, 0.0
        at += part
        # The furthest to either side since it last turned.
        high, low = max(high, at), min(low, at)
        if side >= 0 and high - at > least:
            count, side, low = count + (side > 0), -1, at
        elif side <= 0 and at - low > least:
            count, side, high = count + (side < 0), 1, at
    return count


def _minimum(f: Any, path: Array, status: Status) -> int | None:
    """The minimum at which a run converged, or round which it was in its last steps."""
    if not len(f.minima) or not np.isfinite(path[-1]).all():
        return None
    nearest = int(np.hypot(*(path[-1] - f.minima).T).argmin())
    around = np.hypot(*(path[-HOLD - 1 :] - f.minima[nearest]).T) < 10 * NEAR * _diagonal(f)
    # One that was stopped stays where it is.
    stays = bool(around[-1] if status.kind == "stopped" else len(around) > HOLD and around.all())
    return nearest if stays or status.kind == "converged" else None


def _rests(f: Any, point: Array) -> str | None:
    """Of what stationary point, no minimum, this is one by Newton's estimate of the way there."""
    hessian = f.hessian(point)
    if not np.isfinite(hessian).all():
        return None
    low, high = np.linalg.eigvalsh(hessian)
    if low >= 0 or abs(high) <= 1e-14 * -low or -low <= 1e-14 * high:
        return None
    way = np.hypot(*np.linalg.solve(hessian, f.grad(point)))
    if not way < NEAR * _diagonal(f):
        return None
    return "saddle" if high > 0 else "summit"


def _diagonal(f: Any) -> float:
    """That of the picture."""
    return float(np.hypot(*np.diff(f.domain, axis=-1)[:, 0]))
