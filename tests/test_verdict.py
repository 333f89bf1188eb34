"""What is measured of a run, where the answer is known."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, rotated
from optimizers import OPTIMIZERS, Status, descend
from optimizers.evaluations import Evaluations, counted
from optimizers.post_mortem import post_mortem
from optimizers.sentence import sentence
from optimizers.verdict import aim, verdict

few = settings(max_examples=40)
conditions = st.floats(2.1, 500.0)
angles = st.floats(0.0, 180.0)
starts = st.tuples(st.floats(0.3, 1.5), st.floats(-1.5, -0.3))


def bowl(condition=10.0, degrees=0.0):
    return rotated(LANDSCAPES["quadratic"](condition=condition), degrees)


def parts(run):
    return run.path[:, 0], run.loss[:, 0], run.grad[:, 0], run.lr[:, 0]


def told(f, rule="gradient_descent", start=None, *, target=None, **settings):
    """The verdict on a run, and what became of it where it diverged."""
    start = f.start if start is None else start
    run, asked = counted(f, start, OPTIMIZERS[rule], **settings)
    path, loss, grad, lr = parts(run)
    (status,) = run.status
    y_rate = settings.get("y_rate", 1.0)
    v = verdict(f, path, loss, grad, lr, status, evaluations=asked, target=target, y_rate=y_rate)
    given = {name: value for name, value in settings.items() if name != "steps"}
    return v, post_mortem(f, path, lr, status, OPTIMIZERS[rule], **given)


def walked(f, path, kind="moving", lr=0.1):
    """The verdict on a path that is drawn by hand."""
    path = np.array(path, float)
    once = np.arange(len(path))
    return verdict(
        f,
        path,
        f(path),
        f.grad(path),
        np.full(len(path) - 1, lr),
        Status(kind, 0, ""),
        evaluations=Evaluations(0 * once, once, 0 * once),
    )


ONE, _ = told(bowl(), steps=40, lr=0.1)


def like(**changes):
    """The verdict on a run of 40 steps on a bowl, changed."""
    return dataclasses.replace(ONE, **changes)


# The way.


@few
@given(conditions, angles, starts, st.integers(1, 6))
def test_at_the_best_constant_rate_all_steps_on_a_bowl_lie_at_one_angle_to_the_valley(
    k, degrees, start, steps
):
    f, (x, y) = bowl(k, degrees), start
    v, _ = told(f, start=f.turn(start), steps=steps, lr=2 / (1 + k))
    r, first = (k - 1) / (k + 1), 2 / (1 + k) * math.hypot(x, k * y)
    assert v.sideways == pytest.approx((k * y) ** 2 / (x * x + (k * y) ** 2), abs=1e-9)
    assert v.length == pytest.approx(first * (1 - r**steps) / (1 - r))
    assert v.straight == pytest.approx(math.hypot(x * (1 - r**steps), y * (1 - (-r) ** steps)))
    assert v.ratio == pytest.approx(v.length / v.straight)
    # Each step but the last is turned back from, if it is long enough to be seen.
    diagonal = math.hypot(*np.diff(f.domain)[:, 0])
    swings = (1 + r) * abs(y) * r ** np.arange(steps)
    assert v.crossings == (swings > 1e-3 * diagonal).sum() - 1
    assert v.edge == pytest.approx(2 * k / (1 + k))


@few
@given(conditions, angles, st.booleans())
def test_all_or_none_of_a_path_along_an_axis_of_a_bowl_is_sideways(k, degrees, steep):
    f = bowl(k, degrees)
    start = (0.0, 1.0) if steep else (1.0, 0.0)
    v, _ = told(f, start=f.turn(start), steps=10, lr=0.5 / k)
    assert v.sideways == pytest.approx(float(steep), abs=1e-9)
    assert (v.crossings, v.ratio) == (0, pytest.approx(1))


@pytest.mark.parametrize(("k", "share"), [(1.0, 0.0), (1.99, 0.0), (2.01, 1.0)])
def test_a_bowl_is_a_valley_if_it_bends_twice_as_sharply_one_way(k, share):
    v, _ = told(bowl(k, 20.0), start=bowl(k, 20.0).turn((0.0, 1.0)), steps=5, lr=0.1)
    assert v.sideways == pytest.approx(share, abs=1e-9)


@few
@given(st.floats(0.05, 0.95), st.floats(0.0, 360.0), st.integers(2, 6))
@example(0.5, 90.0, 6)
def test_in_a_round_bowl_to_and_fro_is_counted_along_any_line_and_nothing_is_sideways(
    b, degrees, steps
):
    start = (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))
    v, _ = told(LANDSCAPES["sphere"](), start=start, steps=steps, lr=(1 + b) / 2)
    diagonal = math.hypot(*np.diff(LANDSCAPES["sphere"]().domain)[:, 0])
    assert v.crossings == ((1 + b) * b ** np.arange(steps) > 1e-3 * diagonal).sum() - 1
    assert v.sideways == 0


@pytest.mark.parametrize(("corner", "crossings"), [(10, 0), (80, 0), (100, 0), (170, 1)])
def test_a_corner_is_no_way_back(corner, crossings):
    ahead = np.array([math.cos(math.radians(corner)), math.sin(math.radians(corner))])
    path = [(0.5, 0.5), (1.0, 0.5), (1.0, 0.5) + 0.5 * ahead]
    assert walked(LANDSCAPES["sphere"](), path).crossings == crossings


def turns(heights, least):
    """How often a walk in one dimension turned back by more than ``least``, found backwards: the
    first point that lies so far from the furthest one begins the next swing.
    """
    heights, count = list(heights), -1
    while heights:
        up = np.maximum.accumulate(heights) - heights > least
        down = heights - np.minimum.accumulate(heights) > least
        if not (up | down).any():
            break
        first = int((up | down).argmax())
        falls = bool(up[first])
        far = np.array(heights[first:]) * (1 if falls else -1)
        back = far - np.minimum.accumulate(far) > least
        count += 1
        if not back.any():
            break
        furthest = first + int(far[: int(back.argmax())].argmin())
        heights = heights[furthest:]
    return max(count, 0)


@pytest.mark.parametrize("lr", [1e-4, 1e-3, 0.02, 0.3])
@pytest.mark.parametrize("momentum", [0.9, 0.999])
def test_a_swing_of_many_short_steps_is_one(lr, momentum):
    f = bowl(50.0)
    run = descend(f, f.start, OPTIMIZERS["momentum"], steps=700, lr=lr, momentum=momentum)
    v, _ = told(f, "momentum", steps=700, lr=lr, momentum=momentum)
    last = v.status.step if v.status.kind == "diverged" else 700
    least = 1e-3 * math.hypot(4, 4)
    assert v.crossings == turns(run.path[: last + 1, 0, 1], least)
    if lr == 1e-4 and momentum == 0.999:
        # A swing is far longer than any of its steps.
        assert np.abs(np.diff(run.path[:, 0, 1])).max() < 30 * least
        assert v.crossings > 5


def test_swings_too_short_to_be_seen_are_not_counted():
    along = np.linspace(-1.5, 1.5, 100)
    for size, crossings in ((1e-3, 0), (1e-2, 98)):
        path = np.stack([along, size * (-1.0) ** np.arange(100)], axis=-1)
        assert walked(bowl(), path).crossings == crossings


def test_a_tremble_neither_counts_nor_hides_a_swing():
    t = np.linspace(0, 1, 400)
    height = 0.3 * np.sin(2 * np.pi * 5 * t) + 1e-3 * (-1.0) ** np.arange(400)
    path = np.stack([t, height], axis=-1)
    assert walked(bowl(), path).crossings == 10


def test_a_swing_goes_on_after_a_step_along_the_valley():
    stairs = np.repeat([0.0, 0.004, 0.008, 0.004, 0.0], 2)
    path = np.stack([np.repeat(np.linspace(0, 1, 6), 2)[1:-1], stairs], axis=-1)
    assert 0.004 < 1e-3 * math.hypot(4, 4) < 0.008
    assert walked(bowl(), path).crossings == 1


def test_following_a_bent_valley_is_neither_sideways_nor_to_and_fro():
    x = np.linspace(-1.2, 1.0, 200)
    v = walked(LANDSCAPES["rosenbrock"](), np.stack([x, x * x], axis=-1))
    assert v.sideways < 0.02
    assert v.crossings == 0
    back = walked(LANDSCAPES["rosenbrock"](), np.stack([x, x * x], axis=-1)[::-1])
    assert back.sideways == pytest.approx(v.sideways, rel=1e-9)


def test_crossing_a_bent_valley_is_counted_wherever_it_leads():
    x = np.linspace(-1.2, 1.0, 40)
    slope = np.stack([-2 * x, np.ones_like(x)], axis=-1)
    slope /= np.linalg.norm(slope, axis=-1, keepdims=True)
    zigzag = np.stack([x, x * x], axis=-1) + 0.1 * (-1.0) ** np.arange(40)[:, None] * slope
    v = walked(LANDSCAPES["rosenbrock"](), zigzag)
    assert v.crossings == 38
    assert v.sideways > 0.7


def test_a_run_that_left_is_measured_until_it_did():
    short, _ = told(bowl(), steps=6, lr=0.21)
    long, _ = told(bowl(), steps=300, lr=0.21)
    assert short.status.step == long.status.step == 6
    for name in ("length", "straight", "ratio", "sideways", "crossings", "edge"):
        assert getattr(short, name) == getattr(long, name)
    assert long.crossings == 5


@few
@given(conditions, angles, st.floats(0.1, 10.0))
def test_the_edge_counts_the_rate_along_y_in(k, degrees, y_rate):
    f = bowl(k, degrees)
    scaled = f.hessian(np.zeros(2)) * [[1.0], [y_rate]]
    lr = 1 / np.linalg.eigvals(scaled).real.max()
    v, _ = told(f, steps=5, lr=lr, y_rate=y_rate)
    assert v.edge == pytest.approx(1, rel=1e-9)


# The loss.


def test_final_and_best_loss_are_those_of_the_curve():
    f = LANDSCAPES["himmelblau"]()
    v, _ = told(f, "adam", steps=200, lr=2.0)
    run = descend(f, f.start, OPTIMIZERS["adam"], steps=200, lr=2.0)
    loss = run.loss[:, 0]
    assert (v.first_loss, v.final_loss) == (loss[0], loss[-1])
    assert (v.best_loss, v.best_step) == (loss.min(), loss.argmin())
    assert v.gap == loss[-1] - f.lowest
    assert v.slope == pytest.approx(np.linalg.norm(run.grad[-1, 0]))


@pytest.mark.parametrize("target", [None, 5.0, 1e-9])
def test_the_target_is_reached_at_the_first_step_at_or_below_it(target):
    f = LANDSCAPES["himmelblau"]()
    settings = {"steps": 60, "lr": 0.01}
    v, _ = told(f, "sam", target=target, **settings)
    run, asked = counted(f, f.start, OPTIMIZERS["sam"], **settings)
    loss = run.loss[:, 0]
    aimed = target or f.lowest + (loss[0] - f.lowest) / 1000
    assert v.target == pytest.approx(aimed)
    if loss.min() > v.target:
        assert (v.target_step, v.target_asked) == (None, None)
    else:
        assert (loss[: v.target_step] > v.target).all()
        assert loss[v.target_step] <= v.target
        assert v.target_asked.gradients == asked.gradients[v.target_step] == 2 * v.target_step


def test_a_target_that_is_met_exactly_is_reached():
    f = LANDSCAPES["himmelblau"]()
    run = descend(f, f.start, OPTIMIZERS["gradient_descent"], steps=30, lr=0.01)
    for step in (0, 7):
        v, _ = told(f, target=float(run.loss[step, 0]), steps=30, lr=0.01)
        assert v.target_step == step


def test_some_of_these_targets_are_reached_and_some_are_not():
    f = LANDSCAPES["himmelblau"]()
    steps = [told(f, "sam", target=t, steps=60, lr=0.01)[0].target_step for t in (5.0, 1e-9)]
    assert steps[0] is not None
    assert steps[1] is None


def test_the_target_of_an_experiment_is_a_share_of_the_highest_first_gap():
    f = LANDSCAPES["styblinski_tang"]()
    assert aim(f, [0.0, 10.0]) == pytest.approx(f.lowest + (10 - f.lowest) / 1000)
    assert aim(f, 10.0, share=0.5) == pytest.approx((10 + f.lowest) / 2)


def test_without_a_lowest_value_there_is_no_gap_and_no_target():
    v, _ = told(LANDSCAPES["saddle"](), steps=20, lr=0.01)
    assert (v.gap, v.target, v.target_step, v.target_asked) == (None, None, None, None)
    assert v.final_loss is not None


def test_a_run_that_was_stopped_has_taken_the_steps_until_it_was():
    f = bowl()
    run, asked = counted(f, f.start, OPTIMIZERS["gradient_descent"], steps=80, lr=0.1)
    path, loss, grad, lr = (part.copy() for part in parts(run))
    for part in (path, loss, grad):
        part[51:] = part[50]
    lr[50:] = np.nan
    v = verdict(f, path, loss, grad, lr, Status("stopped", 50, ""), evaluations=asked)
    assert (v.steps, v.asked.gradients) == (50, 50)
    assert v.final_loss == loss[50]
    near = "close to the minimum after 50 steps"
    assert sentence(v) == f"was stopped {near}, {v.gap:.4g} above the lowest known value"


# Where it ended.


@pytest.mark.parametrize(
    ("surface", "lr", "rule"),
    [
        ("hills", 0.1, "gradient_descent"),
        ("himmelblau", 0.01, "gradient_descent"),
        ("mccormick", 0.05, "gradient_descent"),
        ("sharp_and_flat", 0.05, "gradient_descent"),
        ("rosenbrock", 1.0, "newton"),
        ("himmelblau", 0.01, "sam"),
    ],
)
def test_the_minimum_is_the_one_it_ended_at(surface, lr, rule):
    f = LANDSCAPES[surface]()
    v, _ = told(f, rule, steps=300, lr=lr)
    end = descend(f, f.start, OPTIMIZERS[rule], steps=300, lr=lr).path[-1, 0]
    distances = np.linalg.norm(end - f.minima, axis=-1)
    assert v.minimum == distances.argmin()
    assert v.lowest == (f(f.minima)[v.minimum] < f.lowest + 1e-5)
    assert v.minima == len(f.minima)


def test_minima_are_as_low_as_each_other_but_for_rounding():
    v, _ = told(LANDSCAPES["himmelblau"](), steps=100, lr=0.01)
    assert (v.minima, v.lowest_minima, v.lowest) == (4, 4, True)
    assert sentence(v).split("; ")[-1].startswith("found one of the four minima")


def test_passing_a_minimum_is_not_ending_there():
    path = np.stack([np.linspace(-1.5, 0, 20), np.zeros(20)], axis=-1)
    assert walked(bowl(), path).minimum is None
    stays = np.vstack([path, np.zeros((10, 2))])
    assert walked(bowl(), stays).minimum == 0
    assert walked(bowl(), path, kind="stopped").minimum == 0
    assert walked(bowl(), path[:-1], kind="stopped").minimum is None


@pytest.mark.parametrize(
    ("surface", "start", "rests"),
    [
        ("saddle", (1.0, 0.0), "saddle"),
        ("himmelblau", (-0.3, -0.9), "summit"),
        ("himmelblau", (3.0, 2.0), None),
        # Where the curvature is gone as well, there is no telling.
        ("cubic", (0.0, 0.0), None),
    ],
)
def test_where_a_run_rests_is_told_from_the_curvature(surface, start, rests):
    v, _ = told(LANDSCAPES[surface](), "newton", start=start, steps=40, lr=1.0)
    assert v.rests == rests
    assert (v.status.kind == "converged") == (surface == "himmelblau" and rests is None)


def test_a_run_that_is_held_on_a_slope_rests_at_no_stationary_point():
    v, _ = told(LANDSCAPES["himmelblau"](), steps=30, lr=0.0)
    assert (v.status.kind, v.rests) == ("stalled", None)


def test_a_verdict_is_a_frozen_value():
    v = like()
    assert v == like()
    with pytest.raises(dataclasses.FrozenInstanceError):
        v.crossings = 3
