"""What became of a run, told of real runs."""

import dataclasses
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, rotated
from optimizers import OPTIMIZERS, WRAPPERS, Status, descend

HOLD = 10


def run(surface, rule, start=None, *, steps, lr, surface_knobs=None, **knobs):
    f = LANDSCAPES[surface](**(surface_knobs or {}))
    start = f.start if start is None else start
    return descend(f, start, OPTIMIZERS[rule], steps=steps, lr=lr, **knobs)


def status_of(*args, **settings):
    (status,) = run(*args, **settings).status
    return status


def distances(path, points):
    """From every point of a path (steps, 2) to the nearest of ``points``."""
    return np.linalg.norm(path[:, None] - points, axis=-1).min(-1)


@pytest.mark.parametrize(
    ("surface", "rule", "lr"),
    [
        ("quadratic", "gradient_descent", 0.1),
        ("himmelblau", "gradient_descent", 0.01),
        ("himmelblau", "adam", 0.1),
        ("hills", "momentum", 0.02),
        ("rosenbrock", "adam", 0.1),
    ],
)
def test_a_run_has_converged_when_it_has_been_at_a_minimum_for_ten_steps(surface, rule, lr):
    whole = run(surface, rule, steps=1500, lr=lr)
    status = whole.status[0]
    assert status.kind == "converged"
    assert "at a minimum near" in status.reason
    (x0, x1), (y0, y1) = whole.landscape.domain
    near = 2e-3 * np.hypot(x1 - x0, y1 - y0)
    assert (distances(whole.path[status.step :, 0], whole.landscape.minima) < near).all()
    decided = status_of(surface, rule, steps=status.step + HOLD, lr=lr)
    assert (decided.kind, decided.step) == ("converged", status.step)
    assert status_of(surface, rule, steps=status.step + HOLD - 1, lr=lr).kind == "moving"


def test_a_run_that_starts_in_a_minimum_has_converged_at_once():
    status = status_of("rosenbrock", "adam", (1.0, 1.0), steps=0, lr=0.1)
    assert (status.kind, status.step) == ("converged", 0)


def test_passing_a_minimum_at_high_speed_is_not_converging():
    ball = {"start": (-1.7, 0.0), "lr": 1e-5, "momentum": 0.9999}
    away = np.linalg.norm(run("quadratic", "momentum", steps=700, **ball).path[:, 0], axis=-1)
    passing = int(away.argmin())
    assert away[passing] < 3e-3
    assert status_of("quadratic", "momentum", steps=passing, **ball).kind == "moving"
    assert status_of("quadratic", "momentum", steps=700, **ball).kind == "moving"


def test_a_run_in_a_local_minimum_is_told_where_a_lower_one_is():
    hills = run("hills", "gradient_descent", steps=300, lr=0.1)
    lowest = hills.landscape.minima[0]
    reason = hills.status[0].reason
    assert f"f = {hills.loss[-1, 0]:.4g}" in reason
    assert f"a lower one, f = {hills.landscape(lowest):.4g}" in reason
    assert f"is at ({lowest[0]:.4g}, {lowest[1]:.4g})" in reason


@pytest.mark.parametrize(
    ("surface", "start", "lr"), [("hills", (1.5, -1.0), 0.05), ("himmelblau", None, 0.01)]
)
def test_a_run_in_a_lowest_minimum_is_not_told_of_a_lower_one(surface, start, lr):
    status = status_of(surface, "gradient_descent", start, steps=300, lr=lr)
    assert status.kind == "converged"
    assert "lower" not in status.reason


@pytest.mark.parametrize(
    ("surface", "start", "rule", "lr"),
    [
        ("saddle", (1.5, 0.0), "gradient_descent", 0.1),
        ("saddle", (1.5, 0.0), "adam", 0.1),
        ("cubic", (1.2, 1.0), "gradient_descent", 0.1),
        ("saddle", (0.0, 0.0), "momentum", 0.1),
    ],
)
def test_a_run_where_the_slope_is_gone_and_no_minimum_is_has_stalled(surface, start, rule, lr):
    whole = run(surface, rule, start, steps=1000, lr=lr)
    status = whole.status[0]
    assert status.kind == "stalled"
    assert "this is no minimum" in status.reason
    slopes = np.linalg.norm(whole.grad[status.step :, 0], axis=-1)
    assert (slopes < 0.01).all()
    if status.step:
        decided = status_of(surface, rule, start, steps=status.step + HOLD, lr=lr)
        assert (decided.kind, decided.step) == ("stalled", status.step)


@pytest.mark.parametrize(
    ("surface", "rule", "steps", "lr"),
    [
        ("quadratic", "gradient_descent", 5, 0.1),
        ("rosenbrock", "gradient_descent", 300, 1e-3),
        ("saddle", "gradient_descent", 30, 0.1),
        ("quadratic", "gradient_descent", 200, 0.2),  # 2/κ exactly: back and forth for ever
    ],
)
def test_a_run_on_its_way_is_moving(surface, rule, steps, lr):
    status = status_of(surface, rule, steps=steps, lr=lr)
    assert (status.kind, status.step) == ("moving", steps)


@pytest.mark.parametrize(
    ("surface", "start", "steps"),
    [("saddle", None, 300), ("cubic", (-0.5, 0.0), 10), ("cubic", (-0.5, 0.0), 1000)],
)
def test_a_run_down_a_surface_without_a_floor_has_left_at_the_step_that_went_out(
    surface, start, steps
):
    whole = run(surface, "gradient_descent", start, steps=steps, lr=0.1)
    status = whole.status[0]
    assert status.kind == "left"
    assert "no floor" in status.reason
    low, high = np.array(whole.landscape.domain).T
    inside = ((whole.path[:, 0] >= low) & (whole.path[:, 0] <= high)).all(-1)
    assert inside[: status.step].all()
    assert not inside[status.step :].any()


@pytest.mark.parametrize(
    ("surface", "lr", "left", "overflowed"),
    [
        ("quadratic", 0.21, 6, None),
        ("rosenbrock", 0.01, 2, 8),
        ("rosenbrock", 0.1, 1, 6),
        ("himmelblau", 0.1, 2, 8),
    ],
)
def test_a_run_that_climbs_out_has_diverged_and_is_told_why(surface, lr, left, overflowed):
    whole = run(surface, "gradient_descent", steps=100, lr=lr)
    status = whole.status[0]
    assert (status.kind, status.step) == ("diverged", left)
    assert f"left the picture at step {left}" in status.reason
    assert ("overflowed" in status.reason) == (overflowed is not None)
    if overflowed:
        assert f"overflowed at step {overflowed}" in status.reason
        assert np.isfinite(whole.path[:overflowed]).all()
        assert np.isnan(whole.path[overflowed:]).all()
    hessian = whole.landscape.hessian(whole.path[left - 1, 0])
    sharpest = np.abs(np.linalg.eigvalsh(hessian)).max()
    assert f"= {lr * sharpest:.4g} (plain gradient descent holds below 2)" in status.reason


@pytest.mark.parametrize("start", [(5e3, 5e3), (1e200, 1e200), (np.nan, 0.0), (np.inf, 0.0)])
@pytest.mark.parametrize("steps", [0, 1, 20])
@pytest.mark.parametrize("surface", LANDSCAPES)
def test_a_start_outside_the_picture_can_be_judged_too(surface, start, steps):
    status = status_of(surface, "gradient_descent", start, steps=steps, lr=1e-6)
    assert (status.kind, status.step) in (("left", 0), ("diverged", 0))
    assert "nan" not in status.reason


def test_every_walker_has_a_status_of_its_own():
    f = LANDSCAPES["quadratic"]()
    rates = [0.1, 1e-5, 0.3]
    together = descend(f, [f.start] * 3, OPTIMIZERS["gradient_descent"], steps=200, lr=rates)
    assert [status.kind for status in together.status] == ["converged", "moving", "diverged"]


def test_a_status_is_a_frozen_value_that_reads_as_a_sentence():
    status = Status("left", 3, "why")
    assert str(status) == "left (step 3): why"
    with pytest.raises(dataclasses.FrozenInstanceError):
        status.step = 4


bowls = st.builds(
    rotated,
    st.builds(LANDSCAPES["quadratic"], condition=st.floats(1.0, 1000.0)),
    st.floats(1.0, 359.0),
)


@settings(max_examples=60)
@given(f=bowls, share=st.floats(0.05, 3.0))
def test_gradient_descent_on_a_bowl_diverges_when_the_rate_is_above_2_over_the_condition(f, share):
    assume(abs(share - 1) > 0.05)
    lr = share * 2 / f.inner.condition
    whole = descend(f, f.start, OPTIMIZERS["gradient_descent"], steps=300, lr=lr)
    assert (whole.status[0].kind == "diverged") == (share > 1)
    assert (whole.loss[-1, 0] > whole.loss[0, 0]) == (share > 1)


@settings(max_examples=60)
@given(f=bowls, share=st.floats(0.01, 1.5))
def test_gradient_descent_on_a_bowl_shrinks_each_error_by_1_less_rate_times_curvature(f, share):
    lr = share * 2 / f.inner.condition
    whole = descend(f, f.start, OPTIMIZERS["gradient_descent"], steps=30, lr=lr)
    errors = f.unturn(whole.path[:, 0])
    factors = 1 - lr * np.array([1.0, f.inner.condition])
    scale = np.abs(errors[:-1]).max(-1, keepdims=True)
    assert (np.abs(errors[1:] - factors * errors[:-1]) <= 1e-12 * scale + 1e-300).all()


@pytest.mark.parametrize(
    ("settings", "product"),
    [
        ({"y_rate": 10.0, "lr": 0.05}, 5.0),
        ({"wrappers": [partial(WRAPPERS["weight_decay"], decay=5.0)], "lr": 0.19}, 2.85),
    ],
)
def test_the_reason_counts_what_the_rule_was_told_and_its_rate_along_y(settings, product):
    status = status_of("quadratic", "gradient_descent", steps=200, **settings)
    assert status.kind == "diverged"
    assert f"= {product:.4g} (plain" in status.reason


def test_a_run_that_is_held_off_the_minimum_has_stalled_and_is_told_so():
    decayed = [partial(WRAPPERS["weight_decay"], decay=1.0)]
    status = status_of("himmelblau", "gradient_descent", steps=500, lr=0.01, wrappers=decayed)
    assert status.kind == "stalled"
    assert "at rest, though the slope here is" in status.reason


def test_a_start_outside_is_not_said_to_have_left():
    status = status_of("sphere", "gradient_descent", (1e6, 1e6), steps=5, lr=3.0)
    assert "began outside the picture" in status.reason
