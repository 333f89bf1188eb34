"""Why a run diverged, and the rate at which it would have held."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.descend import Checkpoint, ends
from optimizers.oracle import oracle_of, seen_through
from optimizers.schedules.constant import constant
from optimizers.status import Status
from optimizers.verdict import finite

Array = NDArray[np.float64]
Function = Callable[..., Any]

# Growth is measured over so many steps before a run left the picture.
GROWING = 10
# The rate that would have held is sought in rounds of so many runs at once, of so many steps more
# than it took to leave, down to this share of the rates.
ROUNDS, RUNS, LONGER, LEAST = 3, 16, 500, 1e-6


@dataclass(frozen=True)
class PostMortem:
    """Why a run diverged, as measured; None where that could not be.

    ``step`` is the one that left the picture, along the line at ``angle`` degrees to x: of the two
    eigenvectors of the curvature before it, the one along which it went further. Along it each of
    the last steps was ``growth`` times as long as the one before. With all its rates multiplied by
    ``share`` the run held, for ``tried`` steps; then it would have used ``rate`` at that step, in
    place of the one it ``used``; ``steady`` tells whether all rates of the run were that one.
    ``bound`` is 2/λ, the rate below which plain gradient descent holds at the curvature there.
    """

    step: int
    angle: float | None
    growth: float | None
    share: float | None
    rate: float | None
    used: float | None
    steady: bool
    tried: int
    bound: float | None

    @property
    def direction(self) -> str | None:
        """The line in words."""
        if self.angle is None:
            return None
        degrees = round(self.angle) % 180
        return {0: "along x", 90: "along y"}.get(degrees, f"along a line at {degrees}° to x")


@np.errstate(all="ignore")
def post_mortem(
    f: Any,
    path: Array,
    rates: Array,
    status: Status,
    rule: Function,
    *,
    schedule: Function = constant,
    wrappers: Sequence[Function] = (),
    y_rate: float = 1.0,
    tolerance: float = 0.0,
    start: Checkpoint | None = None,
    **knobs: Any,
) -> PostMortem | None:
    r"""Why one walker diverged, of its ``path`` (steps + 1, 2) and the ``rates`` it used (steps,);
    None if it did not.

    Takes what `descend` was given for this walker, its ``lr`` among the knobs. With D the rates
    along x and y by the one along x, and H the Hessian that the rule was told of, the two lines are
    eigenvectors of D H: on a bowl plain gradient descent multiplies its steps along each by 1 - ηλ,
    and never mixes them. The growth is that of a line through log |d|, of the parts d along it of
    up to ten steps, the one that left among them.

    The rate that would have held is sought by runs from the same start, all of whose rates are
    multiplied by a constant: the largest that was tried of those which, with all lower ones tried,
    did not overflow and ended in the picture or lower than they began. Three times 16 runs narrow
    it down to one part in 350. ``tolerance``, which stops runs that hold, makes no difference here.
    Where all that holds from a checkpoint on only, that is the ``start``.
    """
    if status.kind != "diverged":
        return None
    before = max(status.step - 1, 0)
    oracle = oracle_of(f, wrappers) or seen_through(f, ())
    angle = growth = bound = None
    xx, xy, yy = (float(part) for part in oracle.curvature(*path[before], before + 1))
    root = y_rate**0.5
    bent = np.array([[xx, xy * root], [xy * root, yy * y_rate]])
    if np.isfinite(bent).all():
        curvatures, lines = np.linalg.eigh(bent)
        # D^½ H D^½ is symmetric, and D^½ takes its eigenvectors to those of D H.
        lines = lines * np.array([[1.0], [root]])
        bound = finite(2 / np.abs(curvatures).max())
        angle, growth = _growth(np.diff(path[: status.step + 1], axis=0)[-GROWING:], lines)
    tried = min(len(path) - 1, status.step + LONGER)
    again = {"wrappers": wrappers, "y_rate": y_rate, "steps": tried, **knobs}
    start = start or Checkpoint(0, path[:1])
    share = _holding(f, start, rule, schedule, len(path) - 1, again)
    used = finite(rates[before]) if before < len(rates) else None
    rate = None if share is None or used is None else finite(share * used)
    own = rates[start.step :]
    steady = used is not None and bool((own[np.isfinite(own)] == used).all())
    return PostMortem(status.step, angle, growth, share, rate, used, steady, tried, bound)


def _growth(steps: Array, lines: Array) -> tuple[float | None, float | None]:
    """Along which of the lines, the columns of (2, 2), steps went, in degrees; and their growth."""
    steps = steps[np.isfinite(steps).all(-1)]
    if not len(steps) or np.linalg.det(lines) == 0:
        return None, None
    parts = np.abs(np.linalg.solve(lines, steps.T)) * np.hypot(*lines)[:, None]
    along = int(parts[:, -1].argmax())
    x, y = lines[:, along]
    k = np.flatnonzero(parts[along])
    if len(k) < 2:
        return math.degrees(math.atan2(y, x)) % 180, None
    slope = np.cov(k, np.log(parts[along, k]))[0, 1] / np.var(k, ddof=1)
    return math.degrees(math.atan2(y, x)) % 180, finite(np.exp(slope))


def _holding(
    f: Any,
    start: Checkpoint,
    rule: Function,
    schedule: Function,
    steps: int,
    settings: dict[str, Any],
) -> float | None:
    """The largest share of its rates at which a run holds; see `post_mortem`."""
    lr = settings.pop("lr", inspect.signature(rule).parameters["lr"].default)

    @functools.wraps(schedule)
    def shared(share: Any, k: int, _: int, *told: Any) -> Any:
        found = schedule(lr, k, steps, *told)
        return (share * found[0], *found[1:]) if isinstance(found, tuple) else share * found

    (x0, x1), (y0, y1) = f.domain
    memory = {name: np.tile(values, (RUNS, 1)) for name, values in start.memory.items()}
    starts = replace(start, points=np.tile(start.points, (RUNS, 1)), memory=memory, held=False)
    low, high, held = LEAST, 1.0, False
    for _ in range(ROUNDS):
        shares = np.geomspace(low, high, RUNS + 2)[1:-1]
        last = ends(f, starts, rule, schedule=shared, lr=shares, **settings)
        inside = ((last >= [x0, y0]) & (last <= [x1, y1])).all(-1)
        holds = np.isfinite(last).all(-1) & (inside | (f(last) < f(start.points)))
        fails = RUNS if holds.all() else int(holds.argmin())
        held = held or fails > 0
        low, high = ([low, *shares, high][i] for i in (fails, fails + 1))
    return float(low) if held else None
