"""Why a run diverged, where the answer is known; and a run at the rate that is told holds."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import optimizers.post_mortem as module
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, descend
from optimizers.post_mortem import PostMortem, post_mortem
from optimizers.sentence import sentence
from tests.test_verdict import angles, bowl, conditions, few, like, told


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


def test_the_rate_that_holds_is_found_by_48_runs_in_three_calls(monkeypatch):
    calls = []

    def noted(f, start, rule, **settings):
        calls.append(len(start.points))
        return real(f, start, rule, **settings)

    real = module.ends
    monkeypatch.setattr(module, "ends", noted)
    _, why = told(bowl(), steps=5000, lr=0.21)
    assert calls == [16, 16, 16]
    assert why.tried == why.step + 500


def test_a_run_holds_that_comes_lower_though_it_began_outside():
    _, why = told(bowl(), start=(0.0, 9.0), steps=3, lr=0.21)
    assert why.rate == pytest.approx(0.2, rel=0.01)


@pytest.mark.parametrize(("schedule", "steady"), [("constant", True), ("linear_growth", False)])
def test_a_rate_is_steady_if_the_run_had_no_other(schedule, steady):
    lr = {"constant": 0.21, "linear_growth": 0.1}[schedule]
    _, why = told(bowl(), steps=600, lr=lr, schedule=SCHEDULES[schedule])
    assert why.steady is steady
    assert why.rate == pytest.approx(why.share * why.used)
    assert (why.used == lr) is steady


def test_a_rate_that_is_far_too_high_is_still_told_which_would_have_held():
    _, why = told(bowl(), steps=300, lr=2e4)
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
        words = sentence(like(status=run.status[0]), why)
        assert words.endswith("no lower rate that was tried would have held")


def test_of_a_run_from_nowhere_little_is_told():
    f = bowl()
    v, why = told(f, start=(1.0, np.nan), steps=3, lr=0.1)
    assert why == PostMortem(0, None, None, None, None, None, False, 3, pytest.approx(0.2))
    assert sentence(v, why) == "began outside the picture and did not come down"
    v, why = told(f, start=(9.0, 0.0), steps=3, lr=0.1)
    assert sentence(v, why) == "began outside the picture and came lower"


def test_a_run_that_did_not_diverge_has_no_post_mortem():
    assert told(bowl(), steps=30, lr=0.1)[1] is None
    assert told(LANDSCAPES["saddle"](), steps=300, lr=0.1)[1] is None
