"""What must hold of the rules whatever the numbers: laws of the papers, over ranges of knobs."""

import inspect
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, Landscape, rotated
from optimizers import OPTIMIZERS, descend
from optimizers.walkers import asks_f

rules = pytest.mark.parametrize("name", OPTIMIZERS)
conditions = st.floats(1.0, 500.0)
angles = st.floats(0.0, 360.0)
starts = st.tuples(st.floats(0.2, 2.0), st.floats(-2.0, -0.2))
few = settings(max_examples=40)


def bowl(condition, degrees=0.0):
    return rotated(LANDSCAPES["quadratic"](condition=condition), degrees)


def family(name):
    return sys.modules[OPTIMIZERS[name].__module__].FAMILY


def walk(f, start, name, **settings):
    """Without what pulls to the origin, or is there to divide by."""
    known = inspect.signature(OPTIMIZERS[name]).parameters
    off = {"weight_decay": 0.0, "lambd": 0.0, "eps": 1e-16}
    knobs = {knob: value for knob, value in off.items() if knob in known}
    return descend(f, start, OPTIMIZERS[name], **{**knobs, **settings}).path[:, 0]


class Changed(Landscape):
    """c f(p - shift)."""

    def __init__(self, f, shift=(0.0, 0.0), c=1.0):
        (dx, dy), value, slope, curvature = shift, f.value, f.slope, f.curvature
        self.value = lambda x, y: c * value(x - dx, y - dy)
        self.slope = lambda x, y: tuple(c * part for part in slope(x - dx, y - dy))
        self.curvature = lambda x, y: tuple(c * part for part in curvature(x - dx, y - dy))
        self.lowest = c * f.lowest


@few
@given(conditions, angles, starts, st.floats(0.01, 0.99))
def test_gradient_descent_shrinks_each_error_by_1_less_rate_times_curvature(k, angle, start, share):
    f = bowl(k, angle)
    lr = 2 * share / k
    path = f.unturn(walk(f, f.turn(start), "gradient_descent", steps=20, lr=lr))
    factors = np.array([1 - lr, 1 - lr * k])
    expected = np.array(start) * factors ** np.arange(21)[:, None]
    np.testing.assert_allclose(path, expected, rtol=1e-9, atol=1e-9)


@few
@given(conditions, angles, starts, st.floats(1.001, 3.0))
def test_gradient_descent_diverges_above_2_over_the_largest_curvature_and_only_there(
    k, angle, start, over
):
    f = bowl(k, angle)
    for lr, grows in ((2 * over / k, True), (2 / over / k, False)):
        path = f.unturn(walk(f, f.turn(start), "gradient_descent", steps=100, lr=lr))
        assert (abs(path[-1, 1]) > abs(path[0, 1])) == grows


def factor(name, k, lr, momentum):
    """How much the error shrinks in a step, in the long run: the step is linear on a bowl."""
    rule = OPTIMIZERS[name]
    steps = [
        np.array([rule(x, curvature * x, 2, b, lr=lr, momentum=momentum) for x, b in np.eye(2)])
        for curvature in (1.0, k)
    ]
    return max(np.abs(np.linalg.eigvals(step)).max() for step in steps)


@few
@given(st.floats(4.0, 500.0))
@pytest.mark.parametrize("name", ["momentum", "heavy_ball"])
def test_heavy_ball_is_at_its_best_where_polyak_said(name, k):
    lr = (2 / (np.sqrt(k) + 1)) ** 2
    root = (np.sqrt(k) - 1) / (np.sqrt(k) + 1)
    best = factor(name, k, lr, root**2)
    assert best == pytest.approx(root, rel=1e-5)  # twice the same eigenvalue: half the digits
    for share in (0.8, 0.95, 1.05, 1.2):
        assert factor(name, k, share * lr, root**2) > best
        assert factor(name, k, lr, share * root**2) > best


@few
@given(st.floats(4.0, 200.0))
def test_a_run_shrinks_as_fast_as_the_best_factor_says(k):
    root = (np.sqrt(k) - 1) / (np.sqrt(k) + 1)
    knobs = {"lr": (2 / (np.sqrt(k) + 1)) ** 2, "momentum": root**2}
    size = np.abs(walk(bowl(k), (1.0, 1.0), "momentum", steps=400, **knobs)).max(-1)
    assert (size[400] / size[200]) ** (1 / 200) == pytest.approx(root, rel=0.01)


@few
@given(conditions, angles, starts)
def test_newton_needs_one_step_on_a_bowl(k, angle, start):
    f = bowl(k, angle)
    path = walk(f, f.turn(start), "newton", steps=1, lr=1.0)
    np.testing.assert_allclose(path[1], [0, 0], atol=1e-10)


def test_damped_newton_leaves_a_saddle_to_which_newton_goes():
    f = LANDSCAPES["saddle"]()
    newton, damped = (
        walk(f, (1.0, 0.01), name, steps=50) for name in ("newton", "saddle_free_newton")
    )
    np.testing.assert_allclose(newton[-1], [0, 0], atol=1e-9)
    assert f(damped[-1]) < -1


@few
@given(conditions, angles, starts)
def test_conjugate_gradient_needs_two_steps_on_a_bowl(k, angle, start):
    f = bowl(k, angle)
    path = walk(f, f.turn(start), "conjugate_gradient", steps=2)
    np.testing.assert_allclose(path[2], [0, 0], atol=1e-5)


@rules
def test_a_shifted_landscape_shifts_the_path(name):
    f, shift = LANDSCAPES["himmelblau"](), np.array([16.0, -8.0])
    start = np.array(f.start)
    plain = walk(f, start, name, steps=20, lr=1e-3)
    shifted = walk(Changed(f, shift), start + shift, name, steps=20, lr=1e-3)
    np.testing.assert_allclose(shifted - shift, plain, atol=1e-7)


# The first step of L-BFGS is measured along the axes, the simplex of Nelder-Mead laid along them.
BOUND_TO_AXES = {"prodigy", "lbfgs", "nelder_mead"}


@rules
@pytest.mark.parametrize("degrees", [30.0, 45.0, 200.0])
def test_a_turned_landscape_turns_the_path_unless_each_axis_has_its_own_rate(name, degrees):
    f = LANDSCAPES["himmelblau"]()
    g = rotated(f, degrees)
    plain = walk(f, f.start, name, steps=20, lr=1e-3)
    turned = g.unturn(walk(g, g.start, name, steps=20, lr=1e-3))
    apart = np.abs(turned - plain).max() / np.abs(plain - plain[0]).max()
    if family(name) in ("adaptive", "sign") or name in BOUND_TO_AXES:
        assert apart > 1e-4
    else:
        assert apart < 1e-6


@rules
def test_a_quarter_turn_is_noticed_by_nobody_but_the_simplex(name):
    f = LANDSCAPES["himmelblau"]()
    g = rotated(f, 90)
    plain = walk(f, f.start, name, steps=20, lr=1e-3)
    turned = g.unturn(walk(g, g.start, name, steps=20, lr=1e-3))
    if name != "nelder_mead":
        np.testing.assert_allclose(turned, plain, atol=1e-9)


# How the rate must change with the loss for the path to stay: not at all, or inversely. Those not
# named keep a length or a slope of their own (AdaDelta's and Yogi's eps, SAM's radius, Armijo's
# first trial, RAdam's first steps, the damping of a Hessian).
SAME_RATE = [
    "adagrad", "rmsprop", "centered_rmsprop", "adam", "adamw", "amsgrad", "adamax", "nadam",
    "adabelief", "sign_descent", "lion", "rprop", "newton", "nelder_mead",
]  # fmt: skip
INVERSE_RATE = [
    "gradient_descent", "momentum", "nesterov", "heavy_ball", "nesterov_ahead", "lookahead",
    "schedule_free", "asgd",
]  # fmt: skip


@settings(max_examples=8)
@given(c=st.floats(1e-3, 1e3))
@pytest.mark.parametrize("name", SAME_RATE + INVERSE_RATE)
def test_a_loss_in_other_units_changes_the_rate_or_nothing(name, c):
    f = LANDSCAPES["himmelblau"]()
    plain = walk(f, f.start, name, steps=20, lr=1e-3)
    lr = 1e-3 if name in SAME_RATE else 1e-3 / c
    scaled = walk(Changed(f, c=c), f.start, name, steps=20, lr=lr)
    np.testing.assert_allclose(scaled, plain, rtol=1e-8, atol=1e-8)


@settings(max_examples=20)
@given(c=st.floats(1e-3, 1e3))
def test_adam_notices_the_units_of_the_loss_by_eps_alone(c):
    f = LANDSCAPES["himmelblau"]()
    plain = walk(f, f.start, "adam", steps=20, lr=1e-2, eps=1e-8)
    scaled = walk(Changed(f, c=c), f.start, "adam", steps=20, lr=1e-2, eps=1e-8 * c)
    np.testing.assert_allclose(scaled, plain, rtol=1e-9)


@rules
def test_the_coordinates_of_a_bowl_are_walked_apart_by_every_elementwise_rule(name):
    if asks_f(OPTIMIZERS[name]):
        return
    f = bowl(7.0)
    both = walk(f, (1.0, 0.7), name, steps=30, lr=0.01)
    for start in ((1.0, -0.2), (-0.4, 0.7)):
        other = walk(f, start, name, steps=30, lr=0.01)
        axis = 0 if start[0] == 1.0 else 1
        np.testing.assert_array_equal(other[:, axis], both[:, axis])
