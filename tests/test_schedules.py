"""Every schedule keeps the contract that optimizers/schedules/__init__.py states."""

import functools
import importlib
import inspect
import re
from typing import get_type_hints

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, descend, warmup

catalogue = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
engine = importlib.import_module("optimizers.descend")

STEPS = 120


@pytest.fixture(params=["floats", "arrays"])
def _way(request, monkeypatch):
    """Which of the two ways the engine takes, whatever the number of walkers."""
    monkeypatch.setattr(engine, "FEW", 10**6 if request.param == "floats" else 0)


def rates(schedule, lr, losses=(), steps=STEPS):
    """The rate of every step, with the losses (steps, ...) told as the engine tells them."""
    used, memory = [], []
    for k in range(steps):
        if "loss" in inspect.signature(schedule).parameters:
            rate, *memory = schedule(lr, k, steps, losses[k - 1] if k else np.nan, *memory)
        else:
            rate = schedule(lr, k, steps)
        used.append(rate)
    return np.array(used)


def knobs_of(schedule):
    """{knob: (type, default, low, high)}."""
    hints = get_type_hints(schedule, include_extras=True)
    return {
        name: (hints[name].__origin__, parameter.default, *hints[name].__metadata__[0][:2])
        for name, parameter in inspect.signature(schedule).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


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
    for kind, default, low, high in knobs_of(schedule).values():
        assert isinstance(default, kind)
        assert low <= default <= high


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
def test_the_first_step_has_the_rate_that_was_asked_for(schedule):
    assert rates(schedule, 0.3, bumpy(()))[0] == 0.3


@catalogue
def test_the_rate_stays_a_number_at_both_ends_of_every_knob(schedule):
    for name, (_, _, low, high) in knobs_of(schedule).items():
        for value in (low, high):
            with np.errstate(invalid="ignore"):  # as in the engine
                used = rates(functools.partial(schedule, **{name: value}), 0.3, bumpy(()))
            assert np.isfinite(used).all()
            assert (used >= 0).all()


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
    for name, (kind, _, low, high) in knobs_of(schedule).items():
        knob = {name: kind(low + (high - low) // 3 if kind is int else (low + high) / 3)}
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
