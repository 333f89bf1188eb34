"""Every rule keeps the contract that optimizers/__init__.py states."""

import functools
import importlib
import inspect
import re
from typing import get_type_hints

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend

catalogue = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
surfaces = pytest.mark.parametrize("kind", LANDSCAPES.values(), ids=LANDSCAPES)

# `optimizers.descend` names the function; this is the module it lives in.
engine = importlib.import_module("optimizers.descend")


@pytest.fixture(params=["floats", "arrays"])
def way(request, monkeypatch):
    """Which of the two ways the engine takes, whatever the number of walkers."""
    monkeypatch.setattr(engine, "FEW", 10**6 if request.param == "floats" else 0)
    return request.param


def knobs_of(rule):
    """{knob: (default, low, high)}."""
    hints = get_type_hints(rule, include_extras=True)
    return {
        name: (parameter.default, *hints[name].__metadata__[0][:2])
        for name, parameter in inspect.signature(rule).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def is_exact(f):
    """Whether the slope only uses what NumPy and `math` round alike."""
    source = inspect.getsource(type(f).slope)
    return not re.search(r"\*\*|np\.(?!sqrt|abs|sign|maximum|minimum|where)", source)


def assert_same_run(one, other, exact):
    tolerance = 0 if exact else 1e-12
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("path", "loss", "grad", "lr")]
    pairs += [(one.state[name], other.state[name]) for name in one.state]
    for a, b in pairs:
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, strict=True)


def starts_on(f, count):
    low, high = np.array(f.domain).T
    return np.random.default_rng(2).uniform(low, high, (count, 2))


@catalogue
def test_the_signature_says_what_is_given_what_is_remembered_and_what_can_be_set(rule):
    parameters = list(inspect.signature(rule).parameters.values())
    assert [p.name for p in parameters[:3]] in (["x", "g", "t"], ["x", "f", "t"])
    assert all(p.default is p.empty for p in parameters[:3])
    memory = [p for p in parameters[3:] if p.kind is not p.KEYWORD_ONLY]
    assert all(isinstance(p.default, float) for p in memory)
    assert "lr" in knobs_of(rule)
    for default, low, high in knobs_of(rule).values():
        assert low <= default <= high


@catalogue
def test_the_help_holds_a_title_the_formula_and_a_line_for_every_knob(rule):
    text = inspect.getdoc(rule)
    assert re.fullmatch(r"[^:]+: .+\.", text.splitlines()[0])
    assert re.search(r"\$\$.+\$\$", text, re.DOTALL)
    for name in knobs_of(rule):
        assert re.search(rf"^{name}: \S", text, re.MULTILINE)


def test_the_catalogue_is_in_historical_order_under_the_names_of_the_files():
    modules = [importlib.import_module(f"optimizers.{name}") for name in OPTIMIZERS]
    assert [rule.__name__ for rule in OPTIMIZERS.values()] == list(OPTIMIZERS)
    years = [module.YEAR for module in modules]
    assert years == sorted(years)


@catalogue
def test_nothing_is_written_in_place(rule):
    f = LANDSCAPES["quadratic"]()
    asks_f = "f" in inspect.signature(rule).parameters
    state = (starts_on(f, 4), *np.full((8, 4, 2), 0.5))
    count = len(inspect.signature(rule).parameters) - len(knobs_of(rule)) - 2
    state = state[:count]
    for t in (1, 2, 3):
        given = [part.copy() for part in state]
        gradient = f.grad(state[0])
        for part in (*state, gradient):
            part.flags.writeable = False
        x, *memory = state
        after = rule(x, f if asks_f else gradient, t, *memory, lr=0.01)
        for before, now in zip(given, state, strict=True):
            np.testing.assert_array_equal(before, now)
        state = after if isinstance(after, tuple) else (after,)
        assert len(state) == count


@catalogue
@surfaces
def test_walkers_do_not_see_each_other(rule, kind):
    f = kind()
    tolerance = 0 if is_exact(f) else 1e-12
    starts = starts_on(f, 20)
    together = descend(f, starts, rule, steps=60).path
    backwards = descend(f, starts[::-1], rule, steps=60).path
    np.testing.assert_allclose(backwards[:, ::-1], together, rtol=tolerance, atol=tolerance)
    for i in (0, 19):
        alone = descend(f, starts[i], rule, steps=60).path[:, 0]
        np.testing.assert_allclose(alone, together[:, i], rtol=tolerance, atol=tolerance)


@catalogue
@surfaces
def test_floats_and_arrays_take_the_same_steps(rule, kind, monkeypatch):
    f = kind()
    starts = np.concatenate([[f.start], starts_on(f, 2)])
    monkeypatch.setattr(engine, "FEW", 10)
    floats = descend(f, starts, rule, steps=200)
    monkeypatch.setattr(engine, "FEW", 0)
    arrays = descend(f, starts, rule, steps=200)
    assert_same_run(floats, arrays, is_exact(f))


@catalogue
def test_one_value_per_walker_for_every_knob_is_the_same_as_separate_runs(rule, way):
    f = LANDSCAPES["quadratic"](condition=4.0)
    values = {
        name: np.linspace(low, high, 5)[1:4]
        for name, (_, low, high) in knobs_of(rule).items()
        if name != "lr"
    }
    values["lr"] = 0.01 * np.array([0.5, 1.0, 2.0])
    for chosen in [[name] for name in values] + [list(values)]:
        sweep = descend(f, [f.start] * 3, rule, steps=60, **{name: values[name] for name in chosen})
        for i in range(3):
            knobs = {name: values[name][i] for name in chosen}
            alone = descend(f, f.start, rule, steps=60, **knobs)
            # NumPy and Python raise an array and a number to a power in different last bits.
            tolerance = 0 if way == "floats" else 1e-12
            np.testing.assert_allclose(sweep.path[:, i], alone.path[:, 0], tolerance, tolerance)


@catalogue
def test_an_overflow_is_nan_from_there_on_and_harms_nobody_else(rule, way):
    f = LANDSCAPES["rosenbrock"]()
    run = descend(f, [f.start] * 2, rule, steps=200, lr=[1e300, 1e-4])
    finite = np.isfinite(run.path).all(-1)
    over = int(finite[:, 0].sum())
    if over == len(finite):
        return  # steps of one length, like those of sign descent, do not overflow
    assert 0 < over < 10
    assert not finite[over:, 0].any()
    for part in (run.path, run.loss, run.grad, *run.state.values()):
        assert np.isnan(part[over:, 0]).all()
    assert np.isnan(run.lr[over - 1 :, 0]).all()
    assert (run.lr[: over - 1, 0] == 1e300).all()

    status = run.status[0]
    assert status.kind == "diverged"
    assert f"overflowed at step {over}" in status.reason
    assert finite[:, 1].all()
    alone = descend(f, f.start, rule, steps=200, lr=1e-4)
    np.testing.assert_array_equal(run.path[:, 1], alone.path[:, 0])


@catalogue
@surfaces
def test_far_too_high_a_rate_is_never_called_anything_good(rule, kind, way):
    f = kind()
    run = descend(f, f.start, rule, steps=100, lr=1e300)
    status = run.status[0]
    if not np.isfinite(run.path).all():
        assert status.kind == "diverged" if f.bounded else status.kind in ("diverged", "left")
    if status.kind in ("converged", "stalled"):
        assert not f.grad(run.path[-1]).any()
    assert "nan" not in status.reason


SIMPLER = [
    ("momentum", {"momentum": 0.0}, "gradient_descent", {}),
    ("nesterov", {"momentum": 0.0}, "gradient_descent", {}),
    ("adamw", {"weight_decay": 0.0}, "adam", {}),
]


@pytest.mark.parametrize(("name", "knobs", "simpler", "others"), SIMPLER)
def test_a_rule_with_its_addition_at_zero_is_the_simpler_rule(name, knobs, simpler, others):
    f = LANDSCAPES["himmelblau"]()
    one = descend(f, f.start, OPTIMIZERS[name], steps=100, lr=1e-3, **knobs)
    other = descend(f, f.start, OPTIMIZERS[simpler], steps=100, lr=1e-3, **others)
    np.testing.assert_array_equal(one.path, other.path)


def backtracking(x, f, t, calls=0.0, *, lr=1.0, share=0.5):
    """Halve the step until it goes down by at least ``share`` of what the slope promises."""
    g = f.grad(x)
    step = np.broadcast_to(lr, (len(x), 1)) * np.ones((len(x), 1))
    share = np.broadcast_to(share, (len(x), 1))[:, 0]
    for _ in range(40):
        high = f(x - step * g) > f(x) - share * step[:, 0] * (g * g).sum(-1)
        step = np.where(high[:, None], step / 2, step)
        calls = calls + high[:, None]
    return x - step * g, calls


@surfaces
def test_a_rule_may_ask_the_landscape_itself(kind):
    f = kind()
    run = descend(f, starts_on(f, 3), backtracking, steps=40)
    assert run.path.shape == (41, 3, 2)
    assert run.state["calls"].shape == (41, 3, 2)
    assert (run.state["calls"][0] == 0).all()
    if f.bounded:
        assert (np.diff(run.loss, axis=0) <= 0).all()
        assert (run.loss[-1] < run.loss[0]).all()


def test_a_rule_that_asks_the_landscape_takes_one_value_per_walker_too():
    f = LANDSCAPES["rosenbrock"]()
    knobs = {"lr": np.array([0.5, 1.0, 2.0]), "share": np.array([0.1, 0.3, 0.5])}
    sweep = descend(f, [f.start] * 3, backtracking, steps=30, **knobs)
    np.testing.assert_array_equal(sweep.lr, np.tile(knobs["lr"], (30, 1)))
    for i in range(3):
        one = {name: values[i] for name, values in knobs.items()}
        alone = descend(f, f.start, backtracking, steps=30, **one)
        np.testing.assert_array_equal(sweep.path[:, i], alone.path[:, 0])


def flipped(rule):
    """Uphill: a wrapper that hands on whatever knobs it is given."""

    @functools.wraps(rule)
    def wrapped(x, g, t, *memory, **knobs):
        return rule(x, -g, t, *memory, **knobs)

    return wrapped


@catalogue
def test_a_wrapped_rule_is_given_its_knobs_either_way(rule, monkeypatch):
    f = LANDSCAPES["quadratic"]()
    knobs = {name: (low + high) / 2 for name, (_, low, high) in knobs_of(rule).items()}
    knobs["lr"] = 0.01
    runs = []
    for few in (0, 10):
        monkeypatch.setattr(engine, "FEW", few)
        runs.append(descend(f, f.start, flipped(rule), steps=30, **knobs))
    assert_same_run(*runs, exact=True)
    after = rule(np.array(f.start), -f.grad(f.start), 1, **knobs)
    first = after[0] if isinstance(after, tuple) else after
    np.testing.assert_array_equal(runs[0].path[1, 0], first)
