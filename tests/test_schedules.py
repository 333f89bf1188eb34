"""Every schedule keeps the contract that optimizers/schedules/__init__.py states."""

import functools
import importlib
import inspect
import itertools
import re
from typing import get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, descend, warmup

catalogue = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
engine = importlib.import_module("optimizers.descend")

STEPS = 120

CYCLING = {
    n: s for n, s in SCHEDULES.items() if "cycle_momentum" in inspect.signature(s).parameters
}
cycling = pytest.mark.parametrize("schedule", CYCLING.values(), ids=CYCLING)


@pytest.fixture(params=["floats", "arrays"])
def _way(request, monkeypatch):
    """Which of the two ways the engine takes, whatever the number of walkers."""
    monkeypatch.setattr(engine, "FEW", 10**6 if request.param == "floats" else 0)


def followed(schedule, lr, losses=(), steps=STEPS):
    """The rate and the momentum of every step, told the losses (steps, ...) as the engine does."""
    reacts = "loss" in inspect.signature(schedule).parameters
    used, memory = [], []
    for k in range(steps):
        if reacts:
            rate, *memory = schedule(lr, k, steps, losses[k - 1] if k else np.nan, *memory)
            used.append((rate, None))
        else:
            rate = schedule(lr, k, steps)
            used.append(rate if isinstance(rate, tuple) else (rate, None))
    return [rate for rate, _ in used], [momentum for _, momentum in used]


def rates(schedule, lr, losses=(), steps=STEPS):
    """The rate of every step."""
    return np.array(followed(schedule, lr, losses, steps)[0])


def knobs_of(schedule):
    """{knob: (type, default, range)}; the type of a list is tuple[...], its range of its parts."""
    hints = get_type_hints(schedule, include_extras=True)
    return {
        name: (hints[name].__origin__, parameter.default, hints[name].__metadata__[0])
        for name, parameter in inspect.signature(schedule).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def ends_of(kind, limits):
    """Values of a knob at both ends of its range, or lists of such values."""
    if kind in (int, float):
        return list(limits[:2])
    parts = limits[:2] if kind == tuple[int, ...] else list(itertools.product(*limits))
    return [(), *itertools.product(parts), *itertools.product(parts, repeat=2)]


def values_of(kind, limits):
    """Any value of a knob, as a strategy."""
    if kind is int:
        return st.integers(*limits[:2])
    if kind is float:
        return st.floats(*limits[:2])
    if kind == tuple[int, ...]:
        part = st.integers(*limits[:2])
    else:
        (low, high), factors = limits
        step = st.integers(low, high) | st.integers(low, min(high, 20))
        part = st.tuples(step, st.floats(*factors))
    return st.lists(part, max_size=6).map(tuple)


def bumpy(shape):
    """Losses that fall, rise and rest."""
    steps = np.random.default_rng(3).choice([-1.0, 0.0, 0.0, 0.5], (STEPS, *shape))
    return 100 + steps.cumsum(0)


@catalogue
def test_the_signature_says_what_is_given_what_is_remembered_and_what_can_be_set(schedule):
    parameters = [
        p for p in inspect.signature(schedule).parameters.values() if p.kind is not p.KEYWORD_ONLY
    ]
    given = [p.name for p in parameters if p.default is p.empty]
    assert given in (["lr", "k", "steps"], ["lr", "k", "steps", "loss"])
    assert [p.name for p in parameters[: len(given)]] == given
    assert len(parameters) == len(given) or "loss" in given
    for kind, default, limits in knobs_of(schedule).values():
        if kind in (int, float):
            assert isinstance(default, kind)
            assert limits[0] <= default <= limits[1]
            continue
        assert default
        assert isinstance(default, tuple)
        low, high = np.array(limits[:2]) if kind == tuple[int, ...] else np.transpose(limits)
        assert (low <= np.array(default)).all()
        assert (np.array(default) <= high).all()


@catalogue
def test_the_help_holds_a_title_the_formula_and_a_line_for_every_knob(schedule):
    text = inspect.getdoc(schedule)
    assert re.fullmatch(r"[^:]+: .+\.", text.splitlines()[0])
    assert re.search(r"\$\$.+\$\$", text, re.DOTALL)
    for name in knobs_of(schedule):
        assert re.search(rf"^{name}: \S", text, re.MULTILINE)


def test_the_catalogue_is_in_the_order_of_the_menu_under_the_names_of_the_files():
    modules = [importlib.import_module(f"optimizers.schedules.{name}") for name in SCHEDULES]
    assert [schedule.__name__ for schedule in SCHEDULES.values()] == list(SCHEDULES)
    orders = [module.ORDER for module in modules]
    assert orders == sorted(orders)


@catalogue
def test_twice_the_rate_asked_for_is_twice_the_rate_at_every_step(schedule):
    losses = bumpy(())
    np.testing.assert_array_equal(rates(schedule, 0.6, losses), 2 * rates(schedule, 0.3, losses))


@catalogue
def test_the_rate_that_was_asked_for_is_met_somewhere_in_the_run(schedule):
    assert np.abs(rates(schedule, 0.3, bumpy(())) / 0.3 - 1).min() < 0.03


@catalogue
def test_the_rate_stays_a_number_at_both_ends_of_every_knob(schedule):
    for name, (kind, _, limits) in knobs_of(schedule).items():
        for value in ends_of(kind, limits):
            with np.errstate(invalid="ignore"):  # as in the engine
                used = rates(functools.partial(schedule, **{name: value}), 0.3, bumpy(()))
            assert np.isfinite(used).all()
            assert (used >= 0).all()


@catalogue
@given(st.data())
@hypothesis_settings(max_examples=60)
def test_any_knobs_in_any_run_give_a_rate(schedule, data):
    knobs = {
        name: data.draw(values_of(kind, limits), name)
        for name, (kind, _, limits) in knobs_of(schedule).items()
    }
    steps = data.draw(st.integers(1, 40) | st.integers(1, 10_000), "steps")
    before = data.draw(st.sampled_from([0, 0, 1, 7]), "warm-up")
    lr = data.draw(st.floats(1e-6, 100.0), "lr")
    bound = warmup(functools.partial(schedule, **knobs), before)
    if "loss" in inspect.signature(schedule).parameters:
        losses = data.draw(st.lists(st.floats(-1e300, 1e300), min_size=30, max_size=30), "losses")
        with np.errstate(all="ignore"):
            used = [(rate, None) for rate in rates(bound, lr, losses, steps=30)]
    else:
        beyond = {0, 1, before, steps // 2, steps - 1, steps, steps + 1, steps + 30}
        used = [bound(lr, k, steps) for k in sorted(beyond)]
        used = [one if isinstance(one, tuple) else (one, None) for one in used]
    for rate, momentum in used:
        assert np.isfinite(rate)
        assert rate >= 0
        assert momentum is None or 0 <= momentum < 1


@catalogue
def test_walkers_with_other_rates_and_losses_do_not_see_each_other(schedule):
    lr, losses = np.array([0.1, 0.2, 3.0]), bumpy((3,))
    together = np.stack([np.broadcast_to(row, 3) for row in rates(schedule, lr, losses)])
    for i in range(3):
        np.testing.assert_array_equal(together[:, i], rates(schedule, lr[i], losses[:, i]))


@catalogue
@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("before", [0, 7])
def test_the_recorded_rate_is_the_one_that_was_used(schedule, before):
    f = LANDSCAPES["quadratic"]()
    lr = np.array([0.15, 0.05])
    rule = OPTIMIZERS["gradient_descent"]
    run = descend(f, [f.start] * 2, rule, steps=STEPS, schedule=warmup(schedule, before), lr=lr)
    assert run.lr.shape == (STEPS, 2)
    np.testing.assert_array_equal(run.path[1:], run.path[:-1] - run.lr[..., None] * run.grad[:-1])
    for i in range(2):
        told = rates(warmup(schedule, before), lr[i], run.loss[:, i])
        np.testing.assert_array_equal(run.lr[:, i], told)


@catalogue
@pytest.mark.usefixtures("_way")
def test_a_knob_can_be_bound_before_or_after_a_warm_up(schedule):
    f = LANDSCAPES["quadratic"]()
    for name, (kind, _, limits) in knobs_of(schedule).items():
        low, high, *_ = limits
        if kind in (int, float):
            knob = {name: low + (high - low) // 3 if kind is int else (low + high) / 3}
        else:
            knob = {name: ends_of(kind, limits)[-1]}
        bound = functools.partial(schedule, **knob)
        ways = [
            warmup(bound, 5),
            functools.partial(warmup(schedule, 5), **knob),
        ]
        settings = {"steps": STEPS, "lr": 0.1}
        one, other = (
            descend(f, f.start, OPTIMIZERS["adam"], schedule=way, **settings) for way in ways
        )
        np.testing.assert_array_equal(one.lr, other.lr)
        np.testing.assert_array_equal(
            one.lr[:, 0], rates(warmup(bound, 5), 0.1, one.loss[:, 0]).astype(float)
        )


@catalogue
def test_a_warm_up_grows_to_the_rate_and_then_the_schedule_begins_with_what_is_left(schedule):
    losses = bumpy(())
    warmed = rates(warmup(schedule, 20), 0.4, losses)
    np.testing.assert_allclose(warmed[:20], 0.4 * np.arange(1, 21) / 20, rtol=1e-15)
    np.testing.assert_array_equal(warmed[20:], rates(schedule, 0.4, losses[20:], steps=STEPS - 20))


@catalogue
def test_a_warm_up_may_be_longer_than_the_run_and_none_is_none(schedule):
    longer = rates(warmup(schedule, 1000), 0.4, bumpy(()))
    np.testing.assert_allclose(longer, 0.4 * np.arange(1, STEPS + 1) / 1000, rtol=1e-15)
    assert warmup(schedule, 0) is schedule


@pytest.mark.parametrize("name", [n for n in SCHEDULES if n != "plateau"])
def test_a_rate_for_each_coordinate_of_each_walker_goes_its_own_way(name):
    lr = np.array([[0.1, 0.2, 3.0], [1e-4, 0.5, 7.0]])
    together = [np.broadcast_to(rate, lr.shape) for rate in rates(SCHEDULES[name], lr)]
    for place, one in np.ndenumerate(lr):
        np.testing.assert_array_equal(
            [rate[place] for rate in together], rates(SCHEDULES[name], one)
        )


@cycling
def test_the_momentum_falls_where_the_rate_rises_and_rises_where_it_falls(schedule):
    bound = functools.partial(schedule, base_momentum=0.6, max_momentum=0.92)
    used, momenta = map(np.array, followed(bound, 0.3))
    np.testing.assert_array_equal(np.sign(np.diff(used)), -np.sign(np.diff(momenta)))
    assert momenta[0] == pytest.approx(0.92)
    assert momenta[used.argmax()] == pytest.approx(0.6)
    assert momenta.max() <= 0.92 + 1e-15
    assert momenta.min() >= 0.6 - 1e-15


@cycling
def test_a_momentum_that_is_not_cycled_leaves_the_rates_as_they_are(schedule):
    still = functools.partial(schedule, cycle_momentum=0)
    used, momenta = followed(still, 0.3)
    np.testing.assert_array_equal(used, rates(schedule, 0.3))
    assert momenta == [None] * STEPS


@pytest.mark.parametrize("name", [n for n in SCHEDULES if n not in CYCLING])
def test_the_other_schedules_cycle_no_momentum(name):
    assert followed(SCHEDULES[name], 0.3, bumpy(()))[1] == [None] * STEPS


def walked_by_hand(f, rule, schedule, steps, before, lr):
    """The path of one walker, with the momentum given to the knob that takes it."""
    parameters = inspect.signature(rule).parameters
    knob = next((name for name in ("momentum", "beta1") if name in parameters), None)
    starts = [p.default for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    x, memory = np.array(f.start), starts[3:]
    path = [x]
    warmed = warmup(schedule, before)
    for k in range(steps):
        rate = warmed(lr, k, steps)
        rate, momentum = rate if isinstance(rate, tuple) else (rate, None)
        knobs = {} if momentum is None or knob is None else {knob: momentum}
        after = rule(x, f.grad(x), k + 1, *memory, lr=rate, **knobs)
        x, *memory = after if isinstance(after, tuple) else (after,)
        path.append(x)
    return np.array(path)


@cycling
@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("before", [0, 7])
@pytest.mark.parametrize(
    "name",
    ["gradient_descent", "adagrad", "momentum", "nesterov", "rmsprop", "adam", "adamw", "nadam"],
)
def test_the_engine_gives_the_momentum_to_the_rule_if_it_has_one(schedule, before, name):
    f, rule = LANDSCAPES["quadratic"](), OPTIMIZERS[name]
    walk = {"steps": 40, "lr": 0.02}
    run = descend(f, f.start, rule, schedule=warmup(schedule, before), **walk)
    by_hand = walked_by_hand(f, rule, schedule, before=before, **walk)
    np.testing.assert_allclose(run.path[:, 0], by_hand, rtol=1e-12, atol=1e-12)
    still = functools.partial(schedule, cycle_momentum=0)
    alone = descend(f, f.start, rule, schedule=warmup(still, before), **walk)
    np.testing.assert_array_equal(run.lr, alone.lr)
    has_one = {"momentum", "beta1"} & inspect.signature(rule).parameters.keys()
    assert bool(has_one) == (run.path != alone.path).any()
    # While it warms up, the rule's own momentum holds.
    np.testing.assert_array_equal(run.path[: before + 1], alone.path[: before + 1])


def test_constant_factor_gives_the_full_rate_from_its_last_iteration_on():
    schedule = functools.partial(SCHEDULES["constant_factor"], factor=0.25, total_iters=3)
    np.testing.assert_array_equal(rates(schedule, 1.0, steps=6), [0.25] * 3 + [1.0] * 3)
    none = functools.partial(SCHEDULES["constant_factor"], factor=0.0, total_iters=0)
    np.testing.assert_array_equal(rates(none, 1.0, steps=3), [1.0] * 3)


def test_linear_arrives_after_its_iterations_and_spans_the_whole_run_if_told_nothing():
    schedule = functools.partial(SCHEDULES["linear"], start_factor=0.0, end_factor=0.5)
    four = functools.partial(schedule, total_iters=4)
    np.testing.assert_array_equal(rates(four, 1.0, steps=7), [0, 0.125, 0.25, 0.375, 0.5, 0.5, 0.5])
    np.testing.assert_array_equal(rates(schedule, 1.0, steps=4), [0, 0.125, 0.25, 0.375])


def test_multi_step_drops_at_each_milestone_and_twice_at_one_that_is_listed_twice():
    schedule = functools.partial(SCHEDULES["multi_step"], milestones=(5, 2, 5), gamma=0.5)
    np.testing.assert_array_equal(
        rates(schedule, 1.0, steps=8), [1, 1, 0.5, 0.5, 0.5, 0.125, 0.125, 0.125]
    )


def test_inverse_time_has_halved_after_one_decay_time():
    used = rates(functools.partial(SCHEDULES["inverse_time"], decay=0.1), 1.0)
    np.testing.assert_allclose(used, 1 / (1 + 0.1 * np.arange(STEPS)), rtol=1e-15)
    assert used[10] == 0.5


def test_polynomial_is_a_power_of_what_is_left_and_then_zero():
    schedule = functools.partial(SCHEDULES["polynomial"], total_iters=4, power=2.0)
    np.testing.assert_array_equal(rates(schedule, 16.0, steps=6), [16.0, 9.0, 4.0, 1.0, 0.0, 0.0])
    whole = functools.partial(SCHEDULES["polynomial"], power=2.0)
    np.testing.assert_array_equal(rates(whole, 16.0, steps=4), [16.0, 9.0, 4.0, 1.0])


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_warmup_stable_decay_grows_rests_and_falls_along_its_power(power):
    schedule = functools.partial(
        SCHEDULES["warmup_stable_decay"], pct_warmup=0.25, pct_decay=0.5, power=power
    )
    grows, rests = np.arange(1, 11) / 10, np.ones(10)
    falls = 1 - (np.arange(20) / 20) ** power
    np.testing.assert_allclose(rates(schedule, 1.0, steps=40), [*grows, *rests, *falls], rtol=1e-14)
    assert schedule(1.0, 40, 40) == 0.0


def test_warmup_stable_decay_takes_the_lower_of_two_slopes_that_overlap():
    both = functools.partial(
        SCHEDULES["warmup_stable_decay"], pct_warmup=1.0, pct_decay=1.0, power=1.0
    )
    up, down = np.arange(1, 11) / 10, 1 - np.arange(10) / 10
    np.testing.assert_allclose(rates(both, 1.0, steps=10), np.minimum(up, down), rtol=1e-14)


@pytest.mark.parametrize("name", ["one_cycle", "one_cycle_linear"])
@pytest.mark.parametrize("three_phase", [0, 1])
def test_one_cycle_has_its_full_rate_where_the_growth_has_no_length(name, three_phase):
    schedule = functools.partial(SCHEDULES[name], three_phase=three_phase)
    for share, steps in [(1.0, 1), (0.5, 2), (0.25, 4), (0.01, 100)]:
        assert schedule(0.3, 0, steps, pct_start=share) == (0.3, 0.85)
    assert schedule(0.3, 9, 10, pct_start=1.0) == (0.3, 0.85)


@pytest.mark.parametrize("name", ["one_cycle", "one_cycle_linear"])
def test_one_cycle_begins_low_meets_the_rate_and_stays_at_its_lowest(name):
    schedule = functools.partial(SCHEDULES[name], div_factor=10.0, final_div_factor=100.0)
    used = rates(schedule, 1.0, steps=100)
    assert used[0] == pytest.approx(0.1)
    assert used[29] == 1.0
    assert used[99] == pytest.approx(1e-3)
    assert schedule(1.0, 120, 100) == schedule(1.0, 99, 100)


def test_cyclic_halving_goes_half_as_far_up_each_time_and_cyclic_always_to_the_top():
    knobs = {"base_factor": 0.5, "step_size_up": 2, "step_size_down": 4}
    plain = functools.partial(SCHEDULES["cyclic"], **knobs)
    halving = functools.partial(SCHEDULES["cyclic_halving"], **knobs)
    up_and_down = np.array([0, 0.5, 1, 0.75, 0.5, 0.25])
    np.testing.assert_array_equal(
        rates(plain, 2.0, steps=12), 1 + np.concatenate([up_and_down, up_and_down])
    )
    np.testing.assert_array_equal(
        rates(halving, 2.0, steps=12), 1 + np.concatenate([up_and_down, up_and_down / 2])
    )
    assert SCHEDULES["cyclic"](2.0, 2, 12, gamma=0.9, **knobs)[0] == pytest.approx(1 + 0.81)


def test_piecewise_goes_straight_from_point_to_point_and_stays_at_both_ends():
    schedule = functools.partial(SCHEDULES["piecewise"], points=((6, 0.0), (2, 1.0), (4, 3.0)))
    np.testing.assert_array_equal(rates(schedule, 2.0, steps=9), [2, 2, 2, 4, 6, 3, 0, 0, 0])


def test_piecewise_jumps_where_two_points_share_a_step():
    jump = ((0, 1.0), (4, 3.0), (4, 7.0), (4, 0.5))
    schedule = functools.partial(SCHEDULES["piecewise"], points=jump)
    np.testing.assert_array_equal(rates(schedule, 1.0, steps=6), [1, 1.5, 2, 2.5, 0.5, 0.5])
    first = functools.partial(SCHEDULES["piecewise"], points=((0, 9.0), (0, 2.0), (2, 4.0)))
    np.testing.assert_array_equal(rates(first, 1.0, steps=4), [2, 3, 4, 4])


def test_piecewise_without_points_is_constant():
    schedule = functools.partial(SCHEDULES["piecewise"], points=())
    np.testing.assert_array_equal(rates(schedule, 0.3, steps=3), [0.3] * 3)


def test_inverse_sqrt_has_halved_after_three_decay_times():
    used = rates(functools.partial(SCHEDULES["inverse_sqrt"], decay=0.1), 1.0)
    np.testing.assert_allclose(used, 1 / np.sqrt(1 + 0.1 * np.arange(STEPS)), rtol=1e-15)
    assert used[30] == 0.5


def test_linear_growth_has_doubled_after_one_growth_time():
    used = rates(functools.partial(SCHEDULES["linear_growth"], decay=0.01), 1.0)
    np.testing.assert_allclose(used, 1 + 0.01 * np.arange(STEPS), rtol=1e-15)
    assert used[100] == 2.0


def test_cosine_spans_the_whole_run_unless_told_otherwise():
    cosine = SCHEDULES["cosine"]
    np.testing.assert_array_equal(
        rates(cosine, 0.2), rates(functools.partial(cosine, T_max=STEPS), 0.2)
    )
    assert cosine(0.2, STEPS, STEPS, eta_min=0.05) == pytest.approx(0.05)


def test_plateau_drops_after_one_step_more_than_its_patience_and_then_again():
    schedule = functools.partial(SCHEDULES["plateau"], factor=0.5, patience=3)
    used = rates(schedule, 1.0, np.ones(STEPS), steps=13)
    np.testing.assert_array_equal(used, [1.0] * 5 + [0.5] * 4 + [0.25] * 4)


def test_plateau_waits_for_its_cooldown_and_stops_at_its_least_rate():
    schedule = functools.partial(
        SCHEDULES["plateau"], factor=0.5, patience=0, cooldown=2, min_lr=0.3
    )
    used = rates(schedule, 1.0, np.ones(STEPS), steps=12)
    np.testing.assert_array_equal(used, [1.0] * 2 + [0.5] * 3 + [0.3] * 7)


def test_plateau_leaves_a_walker_that_improves_alone():
    still, falling = np.ones(STEPS), 0.9 ** np.arange(STEPS)
    schedule = functools.partial(SCHEDULES["plateau"], patience=3)
    used = rates(schedule, np.array([1.0, 1.0]), np.stack([still, falling], axis=-1))
    assert used[-1, 0] < 1e-3
    assert (used[:, 1] == 1.0).all()
