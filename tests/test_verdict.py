"""What is measured of a run, where the answer is known; and that it can be of every run."""

import dataclasses
import math
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import optimizers.verdict as module
from landscapes import LANDSCAPES, regularised, rotated
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, Status, descend
from optimizers.verdict import (
    Evaluations,
    PostMortem,
    Tally,
    Verdict,
    aim,
    counted,
    evaluations,
    leaderboard,
    post_mortem,
    sentence,
    share_in_words,
    verdict,
)
from optimizers.walkers import asks_f

surfaces = pytest.mark.parametrize("surface", LANDSCAPES)
rules = pytest.mark.parametrize("rule", OPTIMIZERS)
few = settings(max_examples=40, deadline=None)
conditions = st.floats(2.1, 500.0)
angles = st.floats(0.0, 180.0)
starts = st.tuples(st.floats(0.3, 1.5), st.floats(-1.5, -0.3))
FIELDS = [field.name for field in dataclasses.fields(Verdict)]


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
    assert sentence(v) == f"was stopped after 50 steps, {v.gap:.4g} above the lowest known value"


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


# What was asked.


class Asks:
    """A rule that asks as often as it is told, written without looking at how that is counted."""

    @staticmethod
    def often(x, f, t, *, lr=0.01):
        for _ in range(t):
            g = f.grad(x)
        f(x), f(np.stack([x, x + 1, x - 1], axis=1)), f.hessian(x)
        return x - lr * g


@pytest.mark.parametrize("walkers", [1, 4])
def test_every_point_that_is_asked_for_counts(walkers):
    f = LANDSCAPES["himmelblau"]()
    start = np.tile(f.start, (walkers, 1))
    asked = evaluations(f, start, Asks.often, steps=6)
    np.testing.assert_array_equal(asked.gradients, np.cumsum(range(7)))
    np.testing.assert_array_equal(asked.values, 4 * np.arange(7))
    np.testing.assert_array_equal(asked.hessians, np.arange(7))


@pytest.mark.parametrize(
    ("rule", "each"),
    [
        ("gradient_descent", (0, 1, 0)),
        ("sam", (0, 2, 0)),
        ("nesterov_ahead", (0, 1, 0)),
        ("polyak", (1, 1, 0)),
        ("newton", (0, 1, 1)),
        ("lbfgs", (0, 1, 0)),
        ("backtracking", (61, 1, 0)),
    ],
)
def test_what_a_rule_asks_at_each_step(rule, each):
    f = LANDSCAPES["himmelblau"]()
    asked = evaluations(f, f.start, OPTIMIZERS[rule], steps=7)
    assert [part.tolist() for part in asked] == [[n * t for t in range(8)] for n in each]


@pytest.mark.parametrize("rule", [n for n, rule in OPTIMIZERS.items() if not asks_f(rule)])
@pytest.mark.parametrize("schedule", ["constant", "plateau"])
@pytest.mark.parametrize("walkers", [1, 10])
def test_what_is_known_of_a_rule_that_takes_g_is_what_it_is_given(rule, schedule, walkers):
    # Ten walkers go through arrays, one through floats.
    f = LANDSCAPES["himmelblau"]()
    tally, start = Tally(walkers), np.tile(f.start, (walkers, 1))
    settings = {"steps": 12, "schedule": SCHEDULES[schedule]}
    descend(f, start, OPTIMIZERS[rule], wrappers=[tally], **settings)
    for known, found in zip(
        evaluations(f, start, OPTIMIZERS[rule], **settings), tally.evaluations(12), strict=True
    ):
        np.testing.assert_array_equal(known, found)


def test_a_rule_that_takes_g_does_not_pay_for_counting(monkeypatch):
    monkeypatch.setattr(module, "Tally", None)
    f = bowl()
    assert evaluations(f, f.start, OPTIMIZERS["adam"], steps=3).gradients.tolist() == [0, 1, 2, 3]
    run, _ = counted(f, f.start, OPTIMIZERS["adam"], steps=3)
    assert run.path.shape == (4, 1, 2)
    with pytest.raises(TypeError):
        counted(f, f.start, OPTIMIZERS["sam"], steps=3)


WAYS = {
    "bare": {},
    "noise": {"wrappers": [WRAPPERS["noise"]], "y_rate": 0.5},
    "reacts": {"schedule": SCHEDULES["plateau"]},
    "decays": {"wrappers": [partial(WRAPPERS["weight_decay"], decay=0.1)]},
    "decoupled": {"wrappers": [partial(WRAPPERS["decoupled_decay"], decay=0.1)]},
}


@pytest.mark.parametrize("rule", [n for n, rule in OPTIMIZERS.items() if asks_f(rule)])
@pytest.mark.parametrize("way", WAYS)
def test_a_counted_run_is_the_plain_one_bit_for_bit(rule, way):
    for surface in ("rosenbrock", "hills", "ackley", "sigmoid_neuron"):
        f = LANDSCAPES[surface]()
        for start in (f.start, [f.start, f.minima[0] + 0.1, f.minima[0] - 0.2]):
            settings = {"steps": 120, **WAYS[way]}
            plain = descend(f, start, OPTIMIZERS[rule], **settings)
            run, _ = counted(f, start, OPTIMIZERS[rule], **settings)
            for name in ("path", "loss", "grad", "lr"):
                np.testing.assert_array_equal(getattr(run, name), getattr(plain, name))
            assert run.status == plain.status
            for name, memory in plain.state.items():
                np.testing.assert_array_equal(run.state[name], memory)


def test_judging_a_counted_run_asks_nothing_more():
    f = LANDSCAPES["himmelblau"]()
    run, asked = counted(f, f.start, OPTIMIZERS["newton"], steps=20, lr=1.0)
    before = asked.hessians.copy()
    assert run.status
    np.testing.assert_array_equal(asked.hessians, before)
    assert run.oracle is None


def test_the_cost_counts_in_gradients():
    asked = Evaluations(np.array([0, 6]), np.array([0, 2]), np.array([0, 1]))
    assert asked.cost().tolist() == [0, 6]
    assert asked.by(1).cost(value=1.0, hessian=0.0) == 8


# Why it diverged.


@few
@given(conditions, angles, st.floats(1.05, 1.9))
def test_on_a_bowl_a_divergence_grows_along_the_steep_axis_by_1_less_rate_times_curvature(
    k, degrees, over
):
    f = bowl(k, degrees)
    lr = 2 * over / k
    v, why = told(f, start=f.turn((0.3, 0.2)), steps=400, lr=lr)
    assert v.status.kind == "diverged"
    assert why.step == v.status.step
    off = (why.angle - degrees - 90) % 180
    assert min(off, 180 - off) < 1e-6
    assert why.bound == pytest.approx(2 / k)
    if why.step > 1:
        assert why.growth == pytest.approx(lr * k - 1, rel=1e-6)
    # It takes a rate a little above the bound some time to leave.
    assert 0.99 * why.bound < why.rate < 1.02 * why.bound
    assert why.share == pytest.approx(why.rate / lr)


@few
@given(conditions, st.floats(0.3, 20.0))
def test_the_rate_along_y_counts_in_the_growth_and_in_the_bound(k, y_rate):
    sharp = max(1.0, k * y_rate)
    f, lr = bowl(k), 2.5 / sharp
    _, why = told(f, start=(0.2, 0.2), steps=300, lr=lr, y_rate=y_rate)
    assert why.bound == pytest.approx(2 / sharp)
    assert why.growth == pytest.approx(1.5, rel=1e-6)
    assert why.direction == ("along y" if k * y_rate > 1 else "along x")


def test_the_direction_under_a_rate_along_y_is_the_one_that_grows_alone():
    f = bowl(10.0, 30.0)
    _, why = told(f, start=f.turn((0.01, 0.2)), steps=300, lr=0.2, y_rate=3.0)
    along = np.array([math.cos(math.radians(why.angle)), math.sin(math.radians(why.angle))])
    told_apart = f.hessian(np.zeros(2)) @ along * [1.0, 3.0]
    factor = 1 - 0.2 * (told_apart @ along)
    np.testing.assert_allclose(told_apart, (told_apart @ along) * along, atol=1e-9)
    assert why.growth == pytest.approx(abs(factor), rel=1e-6)


@pytest.mark.parametrize(
    ("surface", "rule", "settings"),
    [
        ("quadratic", "gradient_descent", {"lr": 0.25}),
        ("quadratic", "momentum", {"lr": 0.5, "momentum": 0.9}),
        ("quadratic", "gradient_descent", {"lr": 0.5, "schedule": SCHEDULES["cosine"]}),
        ("quadratic", "gradient_descent", {"lr": 1.0, "schedule": SCHEDULES["one_cycle"]}),
        ("quadratic", "gradient_descent", {"lr": 0.1, "schedule": SCHEDULES["linear_growth"]}),
        ("quadratic", "gradient_descent", {"lr": 2.0, "schedule": SCHEDULES["plateau"]}),
        ("himmelblau", "sam", {"lr": 0.1}),
        ("rosenbrock", "momentum", {"lr": 0.01, "momentum": 0.9}),
        ("regression", "gradient_descent", {"lr": 0.05}),
        (
            "quadratic",
            "gradient_descent",
            {"lr": 0.19, "wrappers": [partial(WRAPPERS["weight_decay"], decay=5.0)]},
        ),
    ],
)
def test_a_run_at_the_rate_that_is_told_would_have_held(surface, rule, settings):
    f = LANDSCAPES[surface]()
    v, why = told(f, rule, steps=600, **settings)
    assert v.status.kind == "diverged"
    assert 0 < why.share < 1
    # All of these schedules are in proportion to lr.
    lower = {**settings, "lr": why.share * settings["lr"]}
    again = descend(f, f.start, OPTIMIZERS[rule], steps=600, **lower)
    assert again.status[0].kind != "diverged"
    used = descend(f, f.start, OPTIMIZERS[rule], steps=600, **settings).lr[why.step - 1, 0]
    assert why.rate == pytest.approx(why.share * used)


def test_the_rate_that_holds_is_found_by_39_runs_in_three_calls(monkeypatch):
    calls = []

    def noted(f, start, rule, **settings):
        calls.append(len(start.points))
        return real(f, start, rule, **settings)

    real = module.ends
    monkeypatch.setattr(module, "ends", noted)
    _, why = told(bowl(), steps=5000, lr=0.21)
    assert calls == [13, 13, 13]
    assert why.tried == why.step + 500


def test_a_run_holds_that_comes_lower_though_it_began_outside():
    _, why = told(bowl(), start=(0.0, 9.0), steps=3, lr=0.21)
    assert why.rate == pytest.approx(0.2, rel=0.01)


def test_what_is_tried_has_the_schedule_of_the_whole_run():
    told_of = set()

    def noted(lr, k, steps):
        told_of.add(steps)
        return lr

    assert told(bowl(), steps=5000, lr=0.21, schedule=noted)[1].tried == 506
    assert told_of == {5000}


def test_the_bound_is_that_of_what_the_rule_was_told():
    decay = [partial(WRAPPERS["weight_decay"], decay=5.0)]
    _, why = told(bowl(), start=(0.2, 0.2), steps=300, lr=0.19, wrappers=decay)
    assert why.bound == pytest.approx(2 / 15)
    assert why.growth == pytest.approx(0.19 * 15 - 1)


def test_the_direction_is_that_of_the_step_that_left():
    v, why = told(bowl(3.0), start=(1.9, 0.1), steps=30, lr=0.8)
    assert v.status.step <= 10
    assert why.direction == "along y"
    assert why.growth == pytest.approx(1.4)


def test_where_no_rate_holds_none_is_told():
    def doubles(x, g, t, *, lr=1.0):
        return 2 * x

    def holds_above_a_half(x, g, t, *, lr=1.0):
        return np.where((lr > 0.5) & (lr < 1.0), x / 2, 2 * x)

    f = bowl()
    for rule in (doubles, holds_above_a_half):
        run = descend(f, f.start, rule, steps=30)
        why = post_mortem(f, run.path[:, 0], run.lr[:, 0], run.status[0], rule)
        assert (why.share, why.rate) == (None, None)
        assert why.growth == (pytest.approx(2) if why.step > 1 else None)
        assert "held" not in sentence(like(status=run.status[0]), why)


def test_of_a_run_from_nowhere_little_is_told():
    f = bowl()
    v, why = told(f, start=(1.0, np.nan), steps=3, lr=0.1)
    assert why == PostMortem(0, None, None, None, None, 3, pytest.approx(0.2))
    assert sentence(v, why) == "began outside the picture and did not come down"
    v, why = told(f, start=(9.0, 0.0), steps=3, lr=0.1)
    assert sentence(v, why) == "began outside the picture and came lower"


def test_a_run_that_did_not_diverge_has_no_post_mortem():
    assert told(bowl(), steps=30, lr=0.1)[1] is None
    assert told(LANDSCAPES["saddle"](), steps=300, lr=0.1)[1] is None


# Every run.


def numbers_in(thing):
    if isinstance(thing, Status):
        yield thing.step
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from numbers_in(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for part in thing:
            yield from numbers_in(part)
    elif thing is not None and not isinstance(thing, str):
        yield thing


def check(v, why):
    """All numbers are finite, and all that are told are among them."""
    for number in [*numbers_in(v), *numbers_in(why)]:
        assert type(number) in (int, float, bool)
        assert math.isfinite(number)
    words = sentence(v, why)
    assert 1 <= len(words.split("; ")) <= 3
    assert "nan" not in words
    assert "None" not in words
    measured = [*numbers_in(v), *(numbers_in(why) if why else ())]
    shown = {f"{n:.4g}" for n in measured} | {str(n) for n in measured}
    if why and why.angle is not None:
        shown.add(str(round(why.angle) % 180))
    if "2/λ" in words:
        shown.add("2")
    for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", words):
        assert number in shown


STARTS = {
    "own": None,
    "outside": (5e3, 5e3),
    "far": (1e200, -1e200),
    "nowhere": (np.nan, 0.0),
    "infinite": (np.inf, 0.0),
}


@surfaces
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("steps", [0, 40])
@pytest.mark.parametrize("lr", [0.0, 1e-3, 1e6])
def test_every_run_can_be_measured_and_told(surface, start, steps, lr):
    check(*told(LANDSCAPES[surface](), start=STARTS[start], steps=steps, lr=lr))


@surfaces
@rules
def test_every_rule_can_be_measured_on_every_landscape(surface, rule):
    f = LANDSCAPES[surface]()
    check(*told(rotated(regularised(f, 0.1), 30.0), rule, steps=30, lr=1.0, y_rate=2.0))


@surfaces
def test_a_run_from_a_minimum_that_stays_can_be_told(surface):
    f = LANDSCAPES[surface]()
    for minimum in f.minima[:3]:
        v, _ = told(f, start=minimum, steps=0, lr=0.1)
        check(v, None)
        assert (v.length, v.ratio, v.sideways, v.crossings) == (0, None, None, 0)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(LANDSCAPES)),
    st.sampled_from(sorted(OPTIMIZERS)),
    st.sampled_from(sorted(SCHEDULES)),
    st.floats(1e-6, 1e6),
    st.integers(0, 60),
)
def test_whatever_the_rate_and_schedule_a_run_can_be_told(surface, rule, schedule, lr, steps):
    f = LANDSCAPES[surface]()
    check(*told(f, rule, steps=steps, lr=lr, schedule=SCHEDULES[schedule]))


# The leaderboard.


ONE, _ = told(bowl(), steps=40, lr=0.1)


def like(**changes):
    return dataclasses.replace(ONE, **changes)


def test_the_leaderboard():
    asked = Evaluations(0, 30, 0)
    runs = [
        like(status=Status("diverged", 3, ""), target_step=1, target_asked=asked),
        like(target_step=None, final_loss=2.0),
        like(status=Status("left", 5, ""), target_step=None, final_loss=None),
        like(target_step=20, target_asked=asked, final_loss=9.0),
        like(target_step=None, final_loss=1.0),
        like(target_step=10, target_asked=asked._replace(gradients=50)),
    ]
    places = leaderboard(runs)
    assert [place.run for place in places] == [5, 3, 4, 1, 2, 0]
    assert [place.why for place in places] == [
        "reached the target at step 10",
        "reached the target at step 20",
        "did not reach the target; final loss 1",
        "did not reach the target; final loss 2",
        "did not reach the target; left the picture at step 5",
        "diverged at step 3",
    ]
    by_cost = leaderboard(runs, cost=Evaluations.cost)
    assert [place.run for place in by_cost] == [3, 5, 4, 1, 2, 0]


@given(st.permutations(range(6)))
def test_equals_stand_in_the_order_they_are_given(order):
    equal = [like(target_step=None, final_loss=float(i % 2)) for i in order]
    even = [i for i in range(6) if order[i] % 2 == 0]
    odd = [i for i in range(6) if order[i] % 2]
    assert [place.run for place in leaderboard(equal)] == even + odd


def test_nobody_is_no_leaderboard():
    assert leaderboard([]) == ()


# In words.


@pytest.mark.parametrize(
    ("surface", "rule", "settings", "words"),
    [
        (
            "quadratic",
            "momentum",
            {"steps": 300, "lr": 0.02, "momentum": 0.9},
            "crossed the valley 16 times; four fifths of the path was sideways; "
            "found the minimum after 104 steps",
        ),
        (
            "quadratic",
            "gradient_descent",
            {"steps": 300, "lr": 0.21},
            "left the picture at step 6 along y; each step went 1.1 times as far that way as the "
            "one before; with 0.9509 times its rates, 0.1997 at that step, it would have held "
            "(plain descent: below 2/λ = 0.2)",
        ),
        (
            "sphere",
            "gradient_descent",
            {"steps": 100, "lr": 0.1},
            "went almost straight; found the minimum after 26 steps",
        ),
        (
            "mccormick",
            "gradient_descent",
            {"steps": 300, "lr": 0.05},
            "went almost straight; ended in the higher of the two minima after 27 steps",
        ),
        (
            "himmelblau",
            "newton",
            {"steps": 30, "lr": 0.0},
            "stalled after 0 steps, 180.3 above the lowest known value",
        ),
    ],
)
def test_what_is_said(surface, rule, settings, words):
    assert sentence(*told(LANDSCAPES[surface](), rule, **settings)) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"minima": 1}, "found the minimum"),
        ({"minima": 2, "lowest": True}, "found the lower of the two minima"),
        ({"minima": 5, "lowest": True}, "found the lowest of the five minima"),
        ({"minima": 5, "lowest": False}, "ended in a higher one of the five minima"),
        ({"minima": 4, "lowest": True, "lowest_minima": 4}, "found one of the four minima"),
        (
            {"minima": 84, "lowest": True, "lowest_minima": 2},
            "found one of the lowest of the 84 minima",
        ),
    ],
)
def test_which_minimum_it_was(changes, words):
    v = like(status=Status("converged", 212, ""), **changes)
    v = dataclasses.replace(v, settled_asked=Evaluations(0, 424, 0))
    assert sentence(v) == f"{words} after 212 steps, 424 gradients"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"crossings": 9, "sideways": 0.01}, "turned back 9 times"),
        ({"crossings": 9, "sideways": 0.2}, "crossed the valley 9 times"),
        (
            {"crossings": 9, "sideways": 0.5, "ratio": 5.0},
            "crossed the valley 9 times; half of the path was sideways",
        ),
        (
            {"crossings": 9, "sideways": 0.5, "ratio": 40.0},
            "walked 40 times the straight distance; crossed the valley 9 times",
        ),
        (
            {"first_loss": 9.0, "final_loss": 3.0, "best_loss": 1.0, "best_step": 7},
            "was lowest at step 7, where f = 1",
        ),
        ({"ratio": 1.001}, "went almost straight"),
        ({}, ""),
    ],
)
def test_what_is_remarkable_of_the_way(changes, words):
    plain = {"crossings": 0, "sideways": 0.0, "ratio": 1.3}
    said = sentence(like(**{**plain, **changes}))
    way, _, outcome = said.rpartition("; ")
    assert way == words
    assert outcome.startswith("still moving after 40 steps, ")


@given(st.floats(0.0, 1.0))
def test_a_fraction_in_words_is_at_most_a_twentieth_away(share):
    words = share_in_words(share)
    said = {name: value for value, name in module.SHARES.items()}
    assert abs(said.get(words, 0.0) - share) <= 0.05 + 1e-12
    assert (words in said) == (share >= 0.05)


def test_a_verdict_is_a_frozen_value():
    v = like()
    assert v == like()
    with pytest.raises(dataclasses.FrozenInstanceError):
        v.crossings = 3
