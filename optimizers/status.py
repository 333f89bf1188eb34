"""What became of a run."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.oracle import Oracle, seen_through

Array = NDArray[np.float64]
Sharpness = Callable[[Array, int], float]

# A minimum is reached when the estimated way to it, |H^-1 g|, is below this share of the picture's
# diagonal; a slope is gone when it is below this share of the typical one in the picture.
NEAR = 1e-3
FLAT = 1e-3
# A run whose steps are shorter than this share of the diagonal is at rest, wherever it is.
STILL = 1e-9
# Either must have held for so many steps, so that passing through is not arriving.
HOLD = 10


@dataclass(frozen=True)
class Status:
    """One of converged, stopped, stalled, moving, left, diverged; since which step; and why."""

    kind: str
    step: int
    reason: str

    def __str__(self) -> str:
        return f"{self.kind} (step {self.step}): {self.reason}"


@np.errstate(all="ignore")
def judge(
    f: Any,
    path: Array,
    loss: Array,
    lr: Array,
    *,
    oracle: Oracle | None = None,
    y_rate: float = 1.0,
    tolerance: float = 0.0,
) -> Status:
    """The status of one walker: ``path`` (steps + 1, 2), ``loss`` (steps + 1,), ``lr`` (steps,).

    ``oracle`` is what the rule was told of ``f``, and ``y_rate`` its rate along y by that along x.

    - stopped: by the test of convergence, as a step changed f by less than ``tolerance``;
    - diverged: overflowed, or ended outside the picture higher than it began;
    - left: outside the picture at the end, but lower;
    - converged: for at least `HOLD` steps the Hessian is positive definite and Newton's estimate of
      the way to the minimum is short, and there is one (an inflection looks the same from above);
      or the gradient is (nearly) zero where f is lowest, along a whole line;
    - stalled: for as long the gradient is (nearly) zero, and there is no minimum; or it is not,
      but the run does not move (weight decay holds it, or the rate is gone);
    - moving: none of these.
    """
    if (np.abs(np.diff(loss)) < tolerance).any():
        return _stopped(f, path, loss, tolerance)
    finite = np.isfinite(path).all(-1)
    last = int(finite.sum()) - 1
    steps = len(path) - 1
    (x0, x1), (y0, y1) = f.domain
    inside = np.all((path >= [x0, y0]) & (path <= [x1, y1]), axis=-1)
    out = _since(~inside)

    if last < steps or not inside[-1]:
        sharpness = functools.partial(_sharpness, oracle or seen_through(f, ()), y_rate)
        return _away(f, path, loss, lr, last, out, sharpness)

    hessian, grad = f.hessian(path), f.grad(path)
    hessian[~np.isfinite(hessian).all((-2, -1))] = 0
    low, high = np.linalg.eigvalsh(hessian).T
    solid = low > 1e-14 * high
    way = np.full(len(path), np.inf)
    way[solid] = np.linalg.norm(
        np.linalg.solve(hessian[solid], grad[solid][..., None]), axis=(1, 2)
    )
    size = math.hypot(x1 - x0, y1 - y0)
    arrived = way < NEAR * size
    # At the tip of a cusp there is no curvature to go by: there the distance itself counts.
    for tip in f.cusps:
        arrived |= np.linalg.norm(path - tip, axis=-1) < NEAR * size
    near = _since(arrived)
    real = np.linalg.norm(path[-1] - f.minima, axis=-1).min(initial=np.inf) < 10 * NEAR * size
    if real and (steps - near >= HOLD or (solid[-1] and not grad[-1].any())):
        return _converged(f, path, loss, near)

    slope = np.linalg.norm(grad, axis=-1)
    empty = ~solid if real else ~solid | arrived
    flat = _since((slope <= FLAT * _typical_slope(f)) & empty)
    where = f"f = {_n(loss[-1])} at {_p(path[-1])}"
    if steps - flat >= HOLD or slope[-1] == 0:
        if not len(f.minima) and loss[-1] <= f.lowest + 1e-9 * (1 + abs(f.lowest)):
            reason = f"at one of the many points at which it is lowest; {where}"
            return Status("converged", min(flat, steps), reason)
        around = "" if slope[-1] or hessian[-1].any() else " here and all around"
        gone = f"the gradient is gone (|g| = {_n(slope[-1])}){around}"
        reason = f"{gone}, but this is no minimum; {where}"
        return Status("stalled", min(flat, steps), reason)
    strides = np.linalg.norm(np.diff(path, axis=0), axis=-1)
    rests = _since(strides < STILL * size)
    if steps - rests >= HOLD:
        reason = f"at rest, though the slope here is |g| = {_n(slope[-1])}; {where}"
        return Status("stalled", rests, reason)
    stride = float(strides[-1]) if steps else 0.0
    reason = f"{where}, |gradient| = {_n(slope[-1])}, the last step {_n(stride)} long"
    return Status("moving", steps, reason)


def _stopped(f: Any, path: Array, loss: Array, tolerance: float) -> Status:
    step = int((np.abs(np.diff(loss)) < tolerance).argmax()) + 1
    p, reason = path[step], f"f changed by less than {_n(tolerance)}"
    slope = float(np.linalg.norm(f.grad(p)))
    if not len(f.minima):
        there = f"|gradient| = {_n(slope)}, and there is no minimum in the picture"
        return Status("stopped", step, f"{reason}; {there}")
    ways = np.linalg.norm(p - f.minima, axis=-1)
    near = f.minima[ways.argmin()]
    lower = loss[step] - float(f(near))
    words = f"the nearest minimum is {_n(ways.min())} away, and f is {_n(lower)} lower there"
    size = math.hypot(*(high - low for low, high in f.domain))
    if ways.min() > 10 * NEAR * size:
        words = f"too soon: |gradient| = {_n(slope)}, {words}"
    return Status("stopped", step, f"{reason}; {words}")


def _converged(f: Any, path: Array, loss: Array, step: int) -> Status:
    reason = f"at a minimum near {_p(path[-1])}; at the end f = {_n(loss[-1])}"
    lowest = f.minima[:1]
    if len(lowest):
        value = float(f(lowest)[0])
        gap = np.linalg.norm(path[-1] - f.minima, axis=-1)
        if value < f(f.minima)[gap.argmin()] - 1e-6 * (1 + abs(value)):
            reason += f"; a lower one, f = {_n(value)}, is at {_p(lowest[0])}"
    return Status("converged", step, reason)


def _away(
    f: Any, path: Array, loss: Array, lr: Array, last: int, out: int, sharpness: Sharpness
) -> Status:
    """A run that is not in the picture any more."""
    exit_ = min(out, last + 1)
    overflow = last + 1 if last + 1 < len(path) else None
    words = f"left the picture at step {exit_}" if exit_ else "began outside the picture"
    if overflow is not None:
        words += f", overflowed at step {overflow}"
    if not f.bounded and loss[min(exit_, last)] < loss[0]:
        return Status("left", exit_, f"{words}; this surface has no floor to come to rest on")
    if f.bounded and loss[last] < loss[0] and overflow is None:
        return Status("left", exit_, f"{words}; at the end f = {_n(loss[last])}")
    before = max(exit_ - 1, 0)
    sharpest = sharpness(path[before], before + 1)
    if before < len(lr) and np.isfinite(lr[before]) and np.isfinite(sharpest):
        words += (
            f"; just before, rate × curvature = {_n(lr[before])} × {_n(sharpest)}"
            f" = {_n(lr[before] * sharpest)} (plain gradient descent holds below 2)"
        )
    return Status("diverged", exit_, words)


def _sharpness(oracle: Oracle, y_rate: float, point: Array, t: int) -> float:
    """The largest curvature that the rule met at a point, with the rate along y counted in."""
    xx, xy, yy = (float(part) for part in oracle.curvature(*point, t))
    bent = np.array([[xx, xy * y_rate**0.5], [xy * y_rate**0.5, yy * y_rate]])
    return float(np.abs(np.linalg.eigvalsh(bent)).max()) if np.isfinite(bent).all() else math.inf


def _since(holds: NDArray[np.bool_]) -> int:
    """The first index from which on ``holds`` is true; the length if it is not at the end."""
    fails = np.flatnonzero(~holds)
    return int(fails[-1]) + 1 if len(fails) else 0


def _typical_slope(f: Any) -> float:
    """The median |gradient| over the picture."""
    (x0, x1), (y0, y1) = f.domain
    x, y = np.meshgrid(np.linspace(x0, x1, 21), np.linspace(y0, y1, 21))
    return float(np.median(np.linalg.norm(f.grad(np.stack([x, y], axis=-1)), axis=-1)))


def _n(value: float) -> str:
    """Four significant digits."""
    return f"{value:.4g}"


def _p(point: Array) -> str:
    return "({}, {})".format(*(_n(v) if abs(v) > 1e-12 else "0" for v in point))
