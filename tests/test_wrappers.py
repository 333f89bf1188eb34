"""What stands between a rule and its landscape, and the rate along y."""

import functools
import importlib
import inspect
import re
from typing import get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, regularised
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, descend, ends, stream
from optimizers.oracle import seen_through, wraps_rule

catalogue = pytest.mark.parametrize("wrapper", WRAPPERS.values(), ids=WRAPPERS)
rules = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
engine = importlib.import_module("optimizers.descend")
F, MADE_OF_DATA = LANDSCAPES["himmelblau"](), LANDSCAPES["regression"]()
STARTS = np.array([F.start, (2.0, -3.0), (-4.0, 4.0)])


def bound(name, **knobs):
    return functools.partial(WRAPPERS[name], **knobs)


def knobs_of(thing):
    """{knob: (low, high)}."""
    hints = get_type_hints(thing, include_extras=True)
    return {
        name: hints[name].__metadata__[0][:2]
        for name, p in inspect.signature(thing).parameters.items()
        if p.kind is p.KEYWORD_ONLY
    }


def felt_on(wrapper):
    """A landscape that the wrapper does not leave as it is."""
    if wraps_rule(wrapper):
        return F
    plain = seen_through(F, [])
    return MADE_OF_DATA if wrapper(plain) is plain else F


def end(rule, lr=1e-3, steps=50, start=F.start, **settings):
    return descend(F, start, OPTIMIZERS[rule], steps=steps, lr=lr, **settings).path[-1]


@catalogue
def test_the_declaration_has_help_a_formula_and_a_line_for_every_knob(wrapper):
    text = inspect.getdoc(wrapper)
    assert re.fullmatch(r"[^:]+: .+\.", text.splitlines()[0])
    assert re.search(r"\$\$.+\$\$", text, re.DOTALL)
    for name in knobs_of(wrapper):
        assert re.search(rf"^{name}: \S", text, re.MULTILINE)


def test_names_do_not_collide_with_those_of_schedules():
    assert not WRAPPERS.keys() & SCHEDULES.keys()


def test_they_stand_in_their_order_from_the_landscape_to_the_rule():
    modules = [importlib.import_module(f"optimizers.wrappers.{name}") for name in WRAPPERS]
    orders = [module.ORDER for module in modules]
    assert orders == sorted(set(orders))
    kinds = [wraps_rule(wrapper) for wrapper in WRAPPERS.values()]
    assert kinds == sorted(kinds)


@catalogue
@pytest.mark.parametrize("rule", ["momentum", "backtracking", "gradient_descent"])
def test_floats_and_arrays_take_the_same_steps(wrapper, rule, monkeypatch):
    f, rule = felt_on(wrapper), OPTIMIZERS[rule]
    lr = 0.07 / np.abs(f.hessian(f.start)).max()
    paths = []
    for few in (0, 10):
        monkeypatch.setattr(engine, "FEW", few)
        run = descend(f, STARTS, rule, steps=80, wrappers=[wrapper], y_rate=0.5, lr=lr)
        paths.append(run.path)
    np.testing.assert_allclose(*paths, rtol=1e-12, atol=1e-12)
    plain = descend(f, STARTS, rule, steps=80, y_rate=0.5, lr=lr).path
    assert np.abs(paths[0] - plain).max() > 1e-6


@catalogue
def test_what_is_recorded_is_the_landscape_itself(wrapper):
    f = felt_on(wrapper)
    run = descend(f, STARTS, OPTIMIZERS["adam"], steps=30, wrappers=[wrapper], lr=0.01)
    np.testing.assert_array_equal(run.loss, f(run.path))
    np.testing.assert_array_equal(run.grad, f.grad(run.path))


@catalogue
def test_every_knob_works_at_both_its_ends(wrapper):
    f = felt_on(wrapper)
    for name, values in knobs_of(wrapper).items():
        for value in values:
            partial = functools.partial(wrapper, **{name: value})
            run = descend(f, STARTS, OPTIMIZERS["adam"], steps=30, wrappers=[partial], lr=0.01)
            assert np.isfinite(run.path).all()


@pytest.mark.parametrize("name", [n for n, w in WRAPPERS.items() if not wraps_rule(w)])
def test_an_oracle_that_has_a_surface_has_its_slope_and_its_curvature(name):
    f = felt_on(WRAPPERS[name])
    plain, oracle = seen_through(f, []), seen_through(f, [WRAPPERS[name]])
    (x, y), h = np.random.default_rng(4).uniform(-3, 3, (2, 50)), 1e-5
    if oracle.value(x, y, 3).tolist() == plain.value(x, y, 3).tolist():
        return  # clipping is no surface's slope
    rise = (oracle.value(x + h, y, 3) - oracle.value(x - h, y, 3)) / (2 * h)
    along = (oracle.value(x, y + h, 3) - oracle.value(x, y - h, 3)) / (2 * h)
    np.testing.assert_allclose(oracle.slope(x, y, 3), [rise, along], rtol=1e-6, atol=1e-6)
    bend = (oracle.slope(x + h, y, 3)[0] - oracle.slope(x - h, y, 3)[0]) / (2 * h)
    np.testing.assert_allclose(oracle.curvature(x, y, 3)[0], bend, rtol=1e-6, atol=1e-6)


@settings(max_examples=50)
@given(
    limit=st.floats(1e-6, 1e6),
    x=st.floats(-1e3, 1e3),
    y=st.floats(-1e3, 1e3),
)
def test_a_clipped_gradient_is_within_its_limit_and_a_short_one_is_left_alone(limit, x, y):
    gx, gy = F.slope(x, y)
    by_norm = seen_through(F, [bound("clip_norm", limit=limit)]).slope(x, y, 1)
    by_value = seen_through(F, [bound("clip_value", limit=limit)]).slope(x, y, 1)
    assert np.hypot(*by_norm) <= limit * (1 + 1e-12)
    assert max(map(abs, by_value)) <= limit
    if np.hypot(gx, gy) + 1e-6 <= limit:
        assert by_norm == (gx, gy)
        assert by_value == (gx, gy)
    np.testing.assert_allclose(by_norm[0] * gy, by_norm[1] * gx, rtol=1e-9)


def noises(seed, steps=600, **settings):
    """The noise that gradient descent met, from its steps."""
    run = descend(
        F, F.start, OPTIMIZERS["gradient_descent"], steps=steps, lr=1e-3,
        wrappers=[bound("noise", sigma=1.0, seed=seed)], **settings,
    )  # fmt: skip
    return (run.path[:-1] - run.path[1:])[:, 0] / 1e-3 - run.grad[:-1, 0]


def test_noise_is_normal_and_its_own_for_every_seed():
    one, other = noises(0), noises(1)
    assert np.abs(one.mean(0)).max() < 4 / np.sqrt(len(one))
    assert np.abs(one.std(0) - 1).max() < 0.15
    together = np.corrcoef([*one.T, *other.T])
    assert np.abs(together - np.eye(4)).max() < 0.2
    assert np.abs(np.corrcoef(one[:-1, 0], one[1:, 0])[0, 1]) < 0.2


def test_the_same_seed_meets_every_run_and_every_walker_with_the_same_noise():
    np.testing.assert_allclose(noises(3), noises(3, steps=900)[:600], atol=1e-8)
    plain = descend(
        F, STARTS, OPTIMIZERS["gradient_descent"], steps=20, lr=1e-3, wrappers=[WRAPPERS["noise"]]
    )
    met = (plain.path[:-1] - plain.path[1:]) / 1e-3 - plain.grad[:-1]
    np.testing.assert_allclose(met, np.repeat(met[:, :1], 3, axis=1), atol=1e-8)
    np.testing.assert_allclose(met[:, 0], noises(0)[:20], atol=1e-8)


def test_the_noise_of_a_seed_never_changes():
    np.testing.assert_allclose(
        noises(7)[[0, 300]], [[-0.100084, 0.2542], [-0.514728, -0.728357]], atol=2e-6
    )


def test_runs_that_are_walked_in_turns_do_not_disturb_each_others_noise():
    settings = {"steps": 300, "lr": 1e-3, "wrappers": [WRAPPERS["noise"]]}
    rule = OPTIMIZERS["adam"]
    alone = descend(F, F.start, rule, **settings).path
    starts = (F.start, STARTS[1])
    turns = zip(*(stream(F, start, rule, **settings) for start in starts), strict=True)
    for chunk, _ in turns:
        np.testing.assert_array_equal(chunk.path, alone[chunk.first :][: len(chunk.path)])


def twice(x, f, t, gap=0.0, *, lr=1e-3):
    """Asks for the slope at the same point twice in a step."""
    g = f.grad(x)
    return x - lr * g, f.grad(x) - g


def test_who_asks_twice_in_a_step_meets_the_same_noise_twice():
    run = descend(F, STARTS, twice, steps=20, wrappers=[WRAPPERS["noise"]])
    assert not run.state["gap"].any()


def test_weight_decay_goes_down_the_regularised_surface():
    for rule in ("gradient_descent", "adam", "newton", "backtracking"):
        through = end(rule, wrappers=[bound("weight_decay", decay=0.3)])
        direct = descend(regularised(F, 0.3), F.start, OPTIMIZERS[rule], steps=50, lr=1e-3)
        np.testing.assert_allclose(through, direct.path[-1], rtol=1e-9)


def test_adam_with_decoupled_decay_is_adamw():
    for decay in (0.0, 0.01, 1.0):
        ours = end("adam", wrappers=[bound("decoupled_decay", decay=decay)])
        np.testing.assert_allclose(ours, end("adamw", weight_decay=decay), rtol=1e-12)


def test_coupled_and_decoupled_decay_agree_for_plain_descent_only():
    coupled, apart = (bound(name, decay=0.5) for name in ("weight_decay", "decoupled_decay"))
    np.testing.assert_allclose(
        end("gradient_descent", wrappers=[coupled]), end("gradient_descent", wrappers=[apart])
    )
    assert np.abs(end("adam", wrappers=[coupled]) - end("adam", wrappers=[apart])).max() > 1e-4


def test_wrappers_hand_on_in_the_order_they_are_given():
    decayed = bound("weight_decay", decay=5.0)
    clipped = bound("clip_norm", limit=0.1)
    x = np.array(F.start)
    first = end("gradient_descent", steps=1, lr=1.0, wrappers=[decayed, clipped])
    assert np.linalg.norm(first - x) <= 0.1 + 1e-12
    last = end("gradient_descent", steps=1, lr=1.0, wrappers=[clipped, decayed])
    assert np.linalg.norm(last - x) > 0.1


@rules
def test_the_rate_along_y_is_a_multiple_of_the_one_along_x(rule):
    f = LANDSCAPES["quadratic"](condition=4.0)
    start, settings = (1.0, 1.0), {"steps": 5, "lr": 0.02}
    usual = descend(f, start, rule, **settings).path
    doubled = descend(f, start, rule, y_rate=2.0, **settings).path
    assert np.isfinite(doubled).all()
    if list(inspect.signature(rule).parameters)[1] == "g":
        # The coordinates of a bowl do not see each other.
        along_y = descend(f, start, rule, steps=5, lr=0.04).path
        np.testing.assert_array_equal(doubled[..., 0], usual[..., 0])
        np.testing.assert_allclose(doubled[..., 1], along_y[..., 1], rtol=1e-12)


def test_several_walkers_with_rates_of_their_own_take_the_rate_along_y_too():
    for rule in ("adam", "backtracking"):
        lr = np.linspace(1e-3, 1e-2, 12)
        starts = np.repeat([F.start], 12, axis=0)
        together = descend(F, starts, OPTIMIZERS[rule], steps=20, lr=lr, y_rate=0.1)
        for i in (0, 11):
            alone = descend(F, F.start, OPTIMIZERS[rule], steps=20, lr=lr[i], y_rate=0.1)
            np.testing.assert_allclose(together.path[:, i], alone.path[:, 0], rtol=1e-12)
        np.testing.assert_array_equal(together.lr, np.repeat([lr], 20, axis=0))


@rules
def test_the_ends_of_many_walkers_are_those_of_their_paths(rule, monkeypatch):
    monkeypatch.setattr(engine, "GROUP", 7)
    starts = np.random.default_rng(5).uniform(-3, 3, (20, 2))
    knobs = {"lr": np.linspace(1e-3, 5e-3, 20)}
    settings = {"steps": 30, "wrappers": [WRAPPERS["noise"]], "schedule": SCHEDULES["one_cycle"]}
    whole = descend(F, starts, rule, **settings, **knobs)
    np.testing.assert_allclose(ends(F, starts, rule, **settings, **knobs), whole.path[-1], 1e-12)
    assert ends(F, F.start, rule, steps=0).tolist() == [list(F.start)]
