"""What one would ask of a run, measured, and the same in plain words."""

from __future__ import annotations

import functools
import inspect
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizers.descend import Checkpoint, Trajectory, descend, ends
from optimizers.oracle import Oracle, oracle_of, seen_through
from optimizers.schedules.constant import constant
from optimizers.status import HOLD, NEAR, Status
from optimizers.walkers import asks_f

Array = NDArray[np.float64]
Function = Callable[..., Any]

# A run is there when the loss has fallen to this share of its first gap above the lowest value.
TARGET = 1e-3
# A valley is where the surface bends up at least so many times as sharply as the other way.
VALLEY = 2.0
# A swing across it that is shorter than this share of the picture's diagonal is not counted.
SWING = 1e-3
# Growth is measured over so many steps before a run left the picture.
GROWING = 10
# The rate that would have held is sought in rounds of so many runs at once, of so many steps more
# than it took to leave, down to this share of the rates.
ROUNDS, RUNS, LONGER, LEAST = 3, 13, 500, 1e-4


class Evaluations(NamedTuple):
    """How often a run had asked for the value, the gradient and the Hessian at a point.

    Each is (steps + 1,), up to each step, or a number. Every point counts that was asked for, so a
    rule that tries 60 lengths at once has asked for 60 values, also where the first one will do.
    """

    values: Any
    gradients: Any
    hessians: Any

    def by(self, step: int) -> Evaluations:
        """The numbers up to a step."""
        return Evaluations(*(int(part[step]) for part in self))

    def cost(self, *, value: float = 1 / 3, hessian: float = 2.0) -> Any:
        """All of them in gradients: gradients + ``value`` · values + ``hessian`` · Hessians.

        As it stands a value costs a third, because going backwards through a formula takes about
        twice what going forwards does; and a Hessian in the plane two, as by differences.
        """
        return self.gradients + value * self.values + hessian * self.hessians


class Tally:
    """A wrapper that counts what a rule asks; the last of them stands next to the rule.

    It hands on what it is given, so the walk is the same, bit for bit.
    """

    def __init__(self, walkers: int = 1) -> None:
        self.walkers, self.asked = walkers, Counter[tuple[str, int]]()

    def __call__(self, f: Oracle) -> Oracle:
        def noted(kind: str, function: Function) -> Function:
            def answer(x: Any, y: Any, t: int) -> Any:
                self._count(kind, x, t)
                return function(x, y, t)

            return answer

        return replace(
            f,
            value=noted("values", f.value),
            slope=noted("gradients", f.slope),
            curvature=noted("hessians", f.curvature),
        )

    def _count(self, kind: str, x: Any, t: int) -> None:
        self.asked[kind, t] += np.size(x)

    def evaluations(self, steps: int, first: int = 0) -> Evaluations:
        """What each walker had asked by each of so many steps, from the first on."""
        counts = [
            [self.asked[kind, t] // self.walkers for t in range(first, steps + 1)]
            for kind in Evaluations._fields
        ]
        return Evaluations(*np.cumsum(counts, axis=-1))


def evaluations(
    f: Any, start: ArrayLike | Checkpoint, rule: Function, *, steps: int, **settings: Any
) -> Evaluations:
    """How often a run asks by each step, (steps + 1,) each; takes what `descend` takes.

    From a checkpoint on it is what it asks from there.

    A rule that takes g is given it once a step, and a schedule that reacts hears of one value;
    that is known without a walk. One that asks f is walked anew, and counted: see `counted`.
    """
    if asks_f(rule):
        return counted(f, start, rule, steps=steps, **settings)[1]
    taken = np.arange(steps + 1 - _first(start))
    reacts = "loss" in inspect.signature(settings.get("schedule", constant)).parameters
    return Evaluations(taken if reacts else 0 * taken, taken, 0 * taken)


def counted(
    f: Any,
    start: ArrayLike | Checkpoint,
    rule: Function,
    *,
    steps: int,
    wrappers: Sequence[Function] = (),
    **settings: Any,
) -> tuple[Trajectory, Evaluations]:
    """`descend`, and how often it asked on the way: both of one walk."""
    if not asks_f(rule):
        run = descend(f, start, rule, steps=steps, wrappers=wrappers, **settings)
        return run, evaluations(f, start, rule, steps=steps, **settings)
    points = start.points if isinstance(start, Checkpoint) else start
    tally = Tally(np.size(points) // 2)
    run = descend(f, start, rule, steps=steps, wrappers=[*wrappers, tally], **settings)
    return replace(run, oracle=oracle_of(f, wrappers)), tally.evaluations(steps, _first(start))


def _first(start: ArrayLike | Checkpoint) -> int:
    return start.step if isinstance(start, Checkpoint) else 0


@dataclass(frozen=True)
class Verdict:
    """Numbers of one run, all finite; None where there is none.

    ``steps`` counts those that were taken: up to an overflow, or to where a run was stopped.
    ``gap`` is how far the final loss is above the lowest known value, ``target`` the loss to be
    reached. ``asked`` is what was asked for in all, ``settled_asked`` by the step of ``status`` and
    ``target_asked`` by ``target_step``. ``length`` is that of the path, ``straight`` the distance
    between its ends, ``ratio`` the one by the other. ``minimum`` is an index in f.minima; of these
    there are ``minima``, of which ``lowest_minima`` are as low as the lowest, and ``lowest`` tells
    whether it is one of them. ``slope`` is |gradient| at the end, and ``edge`` the largest rate ×
    curvature of a step inside the picture: plain gradient descent holds below 2. `verdict` defines
    ``sideways`` and ``crossings``.
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
    finite = np.isfinite(path).all(-1)
    count = len(path) if finite.all() else int(finite.argmin())
    taken = min(int((~np.isnan(lr)).sum()), max(count - 1, 0))
    gone = status.kind in ("diverged", "left")
    walked = path[: min(count, status.step + 1) if gone else count]
    heights = np.where(np.isfinite(loss), loss, np.inf)
    best = int(heights.argmin())
    final_loss = _number(loss[-1])
    target = aim(f, loss[0]) if target is None else target
    reached = None
    if target is not None and (heights <= target).any():
        reached = int((heights <= target).argmax())
    return Verdict(
        status=status,
        steps=taken,
        first_loss=_number(loss[0]),
        final_loss=final_loss,
        gap=None if final_loss is None else _number(final_loss - f.lowest),
        best_loss=_number(loss[best]),
        best_step=best if np.isfinite(loss[best]) else None,
        target=target,
        target_step=reached,
        target_asked=None if reached is None else evaluations.by(reached),
        settled_asked=evaluations.by(min(status.step, taken)),
        asked=evaluations.by(taken),
        slope=_number(np.hypot(*grad[-1])),
        **_of_the_way(f, walked, lr, y_rate),
        **_of_the_end(f, path, status),
    )


def _of_the_way(f: Any, path: Array, lr: Array, y_rate: float) -> dict[str, Any]:
    low, high = np.array(f.domain, float).T
    steps = np.diff(path, axis=0)
    lengths = np.hypot(*steps.T)
    hessian = f.hessian(path[:-1] / 2 + path[1:] / 2)
    across, valley = _across(hessian)
    length = _number(lengths.sum())
    straight = _number(np.hypot(*(path[-1] - path[0]))) if len(path) else None
    inside = ((low <= path[:-1]) & (path[:-1] <= high)).all(-1)
    edges = (_sharpness(hessian, y_rate) * lr[: len(steps)])[inside]
    swing = SWING * float(np.hypot(*(high - low)))
    return {
        "length": length,
        "straight": straight,
        "ratio": _number(length / straight) if length and straight else None,
        "sideways": _sideways(steps, lengths, across, valley),
        "crossings": _crossings(steps, lengths, across, valley, swing),
        "edge": _number(edges[np.isfinite(edges)].max(initial=-np.inf)),
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
    }


@np.errstate(all="ignore")
def aim(f: Any, loss: ArrayLike, share: float = TARGET) -> float | None:
    """The loss that is ``share`` of the gap above the lowest known value, of the highest of the
    first losses of some runs; None where nothing is known to be lowest.
    """
    return _number(f.lowest + share * (np.max(loss) - f.lowest))


def _number(value: Any) -> float | None:
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
    return _number((shares * np.where(valley[moved], cosine, 0.0) ** 2).sum() / shares.sum())


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
    size = float(np.hypot(*np.diff(f.domain, axis=-1)[:, 0]))
    nearest = int(np.hypot(*(path[-1] - f.minima).T).argmin())
    around = np.hypot(*(path[-HOLD - 1 :] - f.minima[nearest]).T) < 10 * NEAR * size
    # One that was stopped stays where it is.
    stays = bool(around[-1] if status.kind == "stopped" else len(around) > HOLD and around.all())
    return nearest if stays or status.kind == "converged" else None


@dataclass(frozen=True)
class PostMortem:
    """Why a run diverged, as measured; None where that could not be.

    ``step`` is the one that left the picture, along the line at ``angle`` degrees to x: of the two
    eigenvectors of the curvature before it, the one along which it went further. Along it each of
    the last steps was ``growth`` times as long as the one before. With all its rates multiplied by
    ``share`` the run held, for ``tried`` steps; then it would have used ``rate`` at that step.
    ``bound`` is 2/λ, the rate below which plain gradient descent holds at the curvature there.
    """

    step: int
    angle: float | None
    growth: float | None
    share: float | None
    rate: float | None
    tried: int
    bound: float | None

    @property
    def direction(self) -> str | None:
        """The line in words."""
        if self.angle is None:
            return None
        degrees = round(self.angle) % 180
        return {0: "along x", 90: "along y"}.get(degrees, f"at {degrees}° to x")


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
    did not overflow and ended in the picture or lower than they began. Three times 13 runs narrow
    it down to one part in 300. ``tolerance``, which stops runs that hold, makes no difference here.
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
        bound = _number(2 / np.abs(curvatures).max())
        angle, growth = _growth(np.diff(path[: status.step + 1], axis=0)[-GROWING:], lines)
    tried = min(len(path) - 1, status.step + LONGER)
    again = {"wrappers": wrappers, "y_rate": y_rate, "steps": tried, **knobs}
    share = _holding(f, start or Checkpoint(0, path[:1]), rule, schedule, len(path) - 1, again)
    rate = _number(share * rates[before]) if share and before < len(rates) else None
    return PostMortem(status.step, angle, growth, share, rate, tried, bound)


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
    return math.degrees(math.atan2(y, x)) % 180, _number(np.exp(slope))


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


class Place(NamedTuple):
    """A place on the leaderboard: which run has it, and why."""

    run: int
    why: str


def leaderboard(
    verdicts: Sequence[Verdict], cost: Callable[[Evaluations], float] | None = None
) -> tuple[Place, ...]:
    """The runs, the best first: those that reached the target, the soonest first; then by their
    final loss, the lowest first; then those that overflowed; last those that diverged.

    The soonest is the one in the fewest steps, or at the least ``cost`` of what it had asked by
    then, as by `Evaluations.cost`. Of equals the one that was given first stands first.
    """

    def rank(i: int) -> tuple[int, float]:
        v = verdicts[i]
        group = _group(v)
        if group == 0 and v.target_step is not None and v.target_asked is not None:
            return group, cost(v.target_asked) if cost else v.target_step
        return group, v.final_loss if group == 1 and v.final_loss is not None else 0.0

    return tuple(Place(i, _why(verdicts[i])) for i in sorted(range(len(verdicts)), key=rank))


def _group(v: Verdict) -> int:
    if v.status.kind == "diverged":
        return 3
    if v.target_step is not None:
        return 0
    return 2 if v.final_loss is None else 1


def _why(v: Verdict) -> str:
    missed = "" if v.target is None else "did not reach the target; "
    return (
        f"reached the target at step {v.target_step}",
        f"{missed}final loss {v.final_loss:.4g}" if v.final_loss is not None else "",
        f"{missed}left the picture at step {v.status.step}",
        f"diverged at step {v.status.step}",
    )[_group(v)]


# Shares as one says them.
SHARES = {
    0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 0.3: "three tenths", 1 / 3: "a third",
    0.4: "two fifths", 0.5: "half", 0.6: "three fifths", 2 / 3: "two thirds", 0.7: "seven tenths",
    0.75: "three quarters", 0.8: "four fifths", 0.9: "nine tenths", 1.0: "nearly all",
}  # fmt: skip
SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def sentence(v: Verdict, why: PostMortem | None = None) -> str:
    """The verdict in plain words: what is remarkable of the way, and last what became of the run.

    At most three clauses. A run that diverged is told ``why`` instead.
    """
    if v.status.kind == "diverged":
        return "; ".join([_exit(v, why), *_cause(why)])
    return "; ".join([*_way(v)[:2], _outcome(v)])


def share_in_words(share: float) -> str:
    """The nearest simple fraction, at most a twentieth away."""
    return "hardly any" if share < 0.05 else SHARES[min(SHARES, key=lambda s: abs(s - share))]


def _way(v: Verdict) -> list[str]:
    """What is remarkable of the path, the most remarkable first."""
    said, sideways, ratio = [], v.sideways or 0.0, v.ratio or 1.0
    if v.crossings >= 3:
        verb = "crossed the valley" if sideways >= 0.1 else "turned back"
        said.append(f"{verb} {v.crossings} times")
        if sideways >= 0.45:
            said.append(f"{share_in_words(sideways)} of the path was sideways")
    if ratio >= 2:
        # To and fro n times is at most about n + 1 times the way; what is more needs telling first.
        place = 0 if ratio > v.crossings + 1 else len(said)
        said.insert(place, f"walked {ratio:.4g} times the straight distance")
    if _rose(v):
        said.append(f"was lowest at step {v.best_step}, where f = {v.best_loss:.4g}")
    if not said and v.ratio is not None and ratio < 1.02 and v.steps >= HOLD:
        said.append("went almost straight")
    return said


def _rose(v: Verdict) -> bool:
    """Whether the run gave up a twentieth or more of what it had won."""
    if v.first_loss is None or v.final_loss is None or v.best_loss is None:
        return False
    return v.final_loss - v.best_loss > 0.05 * (v.first_loss - v.best_loss)


def _outcome(v: Verdict) -> str:
    after = _after(v.status.step, v.settled_asked)
    above = "" if v.gap is None else f", {v.gap:.4g} above the lowest known value"
    if v.status.kind == "converged":
        return f"{_found(v)} after {after}"
    if v.status.kind in ("stalled", "stopped"):
        return f"{'was ' * (v.status.kind == 'stopped')}{v.status.kind} after {after}{above}"
    if v.status.kind == "left":
        if not v.status.step:
            return "began outside the picture and came lower"
        return f"left the picture at step {v.status.step}, lower than it began"
    return f"still moving after {_after(v.steps, v.asked)}{above}"


def _found(v: Verdict) -> str:
    if v.minima == 1:
        return "found the minimum"
    many = SMALL[v.minima] if v.minima < len(SMALL) else str(v.minima)
    if not v.lowest:
        return f"ended in {'the higher' if v.minima == 2 else 'a higher one'} of the {many} minima"
    if v.lowest_minima == 1:
        return f"found the {'lower' if v.minima == 2 else 'lowest'} of the {many} minima"
    every = v.lowest_minima == v.minima
    return f"found one of the {many if every else 'lowest of the ' + many} minima"


def _after(steps: int, asked: Evaluations) -> str:
    """Steps, and what they asked for if that was not a gradient each."""
    said = [_many(steps, "step")]
    if asked.gradients != steps and asked.gradients:
        said.append(_many(asked.gradients, "gradient"))
    said += [
        _many(n, name) for n, name in ((asked.values, "value"), (asked.hessians, "Hessian")) if n
    ]
    return ", ".join(said)


def _many(count: int, name: str) -> str:
    return f"{count} {name}" + "s" * (count != 1)


def _exit(v: Verdict, why: PostMortem | None) -> str:
    if not v.status.step:
        return "began outside the picture and did not come down"
    line = f" {why.direction}" if why and why.direction else ""
    return f"left the picture at step {v.status.step}{line}"


def _cause(why: PostMortem | None) -> list[str]:
    said = []
    if why and why.growth is not None and why.growth > 1:
        said.append(f"each step went {why.growth:.4g} times as far that way as the one before")
    if why and why.share is not None and why.rate is not None:
        plain = "" if why.bound is None else f" (plain descent: below 2/λ = {why.bound:.4g})"
        then = f"with {why.share:.4g} times its rates, {why.rate:.4g} at that step"
        said.append(f"{then}, it would have held{plain}")
    return said
