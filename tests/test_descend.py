"""The one loop, whole and in chunks."""

import functools
import importlib
import inspect
import re

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, descend, stream, visits
from optimizers.walkers import asks_f

engine = importlib.import_module("optimizers.descend")
rules = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)

ROSENBROCK = LANDSCAPES["rosenbrock"]()
ADAM = OPTIMIZERS["adam"]


@pytest.fixture(params=["floats", "arrays"])
def _way(request, monkeypatch):
    """Which of the two ways the engine takes, whatever the number of walkers."""
    monkeypatch.setattr(engine, "FEW", 10**6 if request.param == "floats" else 0)


def memory_of(rule):
    return {
        name: parameter.default
        for name, parameter in inspect.signature(rule).parameters.items()
        if parameter.kind is not parameter.KEYWORD_ONLY and parameter.default is not parameter.empty
    }


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize(
    ("rule", "schedule"),
    [pytest.param(rule, SCHEDULES["cosine"], id=name) for name, rule in OPTIMIZERS.items()]
    + [pytest.param(ADAM, schedule, id=name) for name, schedule in SCHEDULES.items()],
)
def test_the_chunks_put_together_are_the_whole_run(rule, schedule):
    starts = [ROSENBROCK.start, (1.5, 2.0)]
    settings = {"steps": 170, "schedule": schedule, "lr": 1e-3}
    whole = descend(ROSENBROCK, starts, rule, **settings)
    chunks = list(stream(ROSENBROCK, starts, rule, **settings))
    for name in ("path", "loss", "grad"):
        joined = np.concatenate([getattr(chunk, name) for chunk in chunks])
        np.testing.assert_array_equal(joined, getattr(whole, name))
    rates = np.concatenate([chunk.lr for chunk in chunks])
    assert np.isnan(rates[0]).all()
    np.testing.assert_array_equal(rates[1:], whole.lr)
    for name, values in whole.state.items():
        joined = np.concatenate([chunk.state[name] for chunk in chunks])
        np.testing.assert_array_equal(joined, values)


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("steps", [0, 1, 49, 50, 51, 150, 151, 2000])
def test_chunks_follow_each_other_and_the_first_is_short(steps):
    chunks = list(stream(ROSENBROCK, ROSENBROCK.start, ADAM, steps=steps))
    expected = 0
    for chunk in chunks:
        assert chunk.first == expected
        assert len(chunk.path) > 0
        expected += len(chunk.path)
    assert expected == steps + 1
    assert len(chunks[0].path) <= 51


@rules
@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("walkers", [None, 1, 3])
@pytest.mark.parametrize("steps", [0, 70])
def test_the_shapes_are_those_of_the_contract(rule, walkers, steps):
    start = np.array(ROSENBROCK.start)
    if walkers:
        start = np.tile(start, (walkers, 1))
    run = descend(ROSENBROCK, start, rule, steps=steps)
    count = walkers or 1
    assert run.path.shape == run.grad.shape == (steps + 1, count, 2)
    assert run.loss.shape == (steps + 1, count)
    assert run.lr.shape == (steps, count)
    assert list(run.state) == list(memory_of(rule))
    for name, default in memory_of(rule).items():
        assert run.state[name].shape == (steps + 1, count, 2)
        assert (run.state[name][0] == default).all()
    assert len(run.status) == count


@rules
@pytest.mark.usefixtures("_way")
def test_the_run_begins_at_its_start_and_knows_the_landscape_along_its_path(rule):
    start = np.array([[-1.0, 0.5], [0.3, 2.0]])
    given = start.copy()
    run = descend(ROSENBROCK, start, rule, steps=60, lr=1e-4)
    np.testing.assert_array_equal(run.path[0], start)
    np.testing.assert_array_equal(run.loss, ROSENBROCK(run.path))
    np.testing.assert_array_equal(run.grad, ROSENBROCK.grad(run.path))
    run.path[0] = 0.0
    np.testing.assert_array_equal(start, given)


@rules
@pytest.mark.usefixtures("_way")
def test_a_rule_is_told_its_memory_the_gradient_and_the_number_of_the_step(rule):
    """The recorded state, fed to the rule by hand, gives the recorded next state."""
    run = descend(ROSENBROCK, ROSENBROCK.start, rule, steps=60, lr=1e-3)
    for t in range(1, 61):
        # Both kinds of rule take a row of walkers; one that asks f is given the landscape.
        memory = [values[t - 1] for values in run.state.values()]
        told = ROSENBROCK if asks_f(rule) else run.grad[t - 1]
        with np.errstate(all="ignore"):  # as in the engine
            after = rule(run.path[t - 1], told, t, *memory, lr=1e-3)
        x, *memory = after if isinstance(after, tuple) else (after,)
        np.testing.assert_array_equal(x, run.path[t])
        for values, part in zip(run.state.values(), memory, strict=True):
            np.testing.assert_array_equal(np.broadcast_to(part, (1, 2)), values[t])


@rules
@pytest.mark.usefixtures("_way")
def test_a_longer_run_begins_as_the_shorter_one_and_again_as_before(rule):
    short, long, again = (
        descend(ROSENBROCK, ROSENBROCK.start, rule, steps=steps) for steps in (60, 400, 400)
    )
    np.testing.assert_array_equal(long.path[:61], short.path)
    np.testing.assert_array_equal(long.path, again.path)


@pytest.mark.parametrize("make", [descend, stream])
@pytest.mark.parametrize(
    ("start", "settings", "error", "words"),
    [
        ((0, 0), {"no_such_knob": 1.0}, TypeError, "adam has no knob no_such_knob"),
        ((0, 0), {"x": 1.0}, TypeError, "adam has no knob x"),
        ((0, 0), {"m": 1.0}, TypeError, "adam has no knob m"),
        (0.0, {}, ValueError, "a start is"),
        ((0, 0, 0), {}, ValueError, "a start is"),
        ([[[0, 0]]], {}, ValueError, "a start is"),
        ((0, 0), {"steps": -1}, ValueError, "steps must be 0 or more"),
        ([(0, 0)] * 2, {"lr": [0.1, 0.2, 0.3]}, ValueError, "lr needs one value"),
        ([(0, 0)] * 2, {"beta1": [0.1]}, ValueError, "beta1 needs one value"),
        ((0, 0), {"lr": [[0.1]]}, ValueError, "lr needs one value"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(make, start, settings, error, words):
    with pytest.raises(error, match=words):
        make(ROSENBROCK, start, ADAM, **{"steps": 10, **settings})


def test_a_partial_rule_is_refused_unknown_knobs_too():
    with pytest.raises(TypeError, match="has no knob no_such_knob"):
        descend(ROSENBROCK, (0, 0), functools.partial(ADAM, beta1=0.5), steps=3, no_such_knob=1)


class Counted(LANDSCAPES["quadratic"]):
    """Counts the points whose slope was asked for."""

    asked = 0

    def slope(self, x, y):
        type(self).asked += getattr(x, "size", 1)
        return super().slope(x, y)


@pytest.mark.usefixtures("_way")
def test_nothing_is_computed_before_it_is_asked_for():
    Counted.asked = 0
    chunks = stream(Counted(), (1.0, 1.0), ADAM, steps=100_000)
    assert Counted.asked == 0
    first = next(chunks)
    # Once to take each step, once more for the gradients along the path.
    assert Counted.asked <= 2 * len(first.path)
    second = next(chunks)
    assert Counted.asked <= 2 * (len(first.path) + len(second.path))


@pytest.mark.usefixtures("_way")
def test_a_chunk_is_not_changed_by_those_after_it():
    chunks = stream(ROSENBROCK, ROSENBROCK.start, ADAM, steps=400)
    first = next(chunks)
    path, memory = first.path.copy(), first.state["m"].copy()
    list(chunks)
    np.testing.assert_array_equal(first.path, path)
    np.testing.assert_array_equal(first.state["m"], memory)


class Plain:
    """The least that can be walked on: a value and a gradient."""

    def __call__(self, points):
        return (points**2).sum(-1)

    def grad(self, points):
        return 2 * points


class WithSlope(Plain):
    """Has a slope, but no elementwise value."""

    def slope(self, x, y):
        return 2 * x, 2 * y


@rules
@pytest.mark.parametrize("kind", [Plain, WithSlope])
def test_a_value_and_a_gradient_are_enough_of_a_landscape(rule, kind):
    """But for a rule that asks for more, which says what is missing."""
    f = kind()
    more = re.search(r"\bf\.(hessian|lowest)", inspect.getsource(rule))
    if more:
        with pytest.raises(AttributeError, match=more[1]):
            descend(f, (1.0, -2.0), rule, steps=100, lr=0.05)
        return
    run = descend(f, (1.0, -2.0), rule, steps=100, lr=0.05)
    assert run.loss[-1, 0] < run.loss[0, 0]


def stumbling(x, g, t, *, lr=0.1):
    return np.where(t == 40, np.inf, np.sign(g) * 0 + 1)


@pytest.mark.usefixtures("_way")
def test_what_overflowed_once_stays_nan_even_where_the_rule_would_come_back():
    surface = type("Surface", (WithSlope,), {"value": lambda self, x, y: x * x + y * y})()
    path = descend(surface, (1.0, 1.0), stumbling, steps=170).path
    assert np.isfinite(path[:40]).all()
    assert np.isnan(path[40:]).all()


def test_a_surface_may_change_the_gradient_on_its_way_to_the_rule():
    """A wrapper round the oracle, as noise or clipping would be."""

    class Clipped(Plain):
        def grad(self, points):
            return np.clip(super().grad(points), -1, 1)

    run = descend(Clipped(), (10.0, 0.0), OPTIMIZERS["gradient_descent"], steps=5, lr=0.5)
    np.testing.assert_array_equal(run.path[:, 0, 0], [10.0, 9.5, 9.0, 8.5, 8.0, 7.5])


@pytest.mark.parametrize("rule", ["gradient_descent", "adam", "backtracking", "nelder_mead"])
@pytest.mark.parametrize("count", [1, 9])
def test_a_walker_is_held_after_the_first_step_that_changes_f_by_less_than_the_tolerance(
    rule, count
):
    f, steps, tolerance = LANDSCAPES["rosenbrock"](), 700, 1e-2
    starts = np.random.default_rng(0).uniform(-1, 1, (count, 2))
    whole = descend(f, starts, OPTIMIZERS[rule], steps=steps, lr=1e-3)
    found = descend(f, starts, OPTIMIZERS[rule], steps=steps, lr=1e-3, tolerance=tolerance)
    small = np.abs(np.diff(whole.loss, axis=0)) < tolerance
    assert small.any()
    for i, stop in enumerate(np.where(small.any(0), small.argmax(0) + 1, steps)):
        np.testing.assert_array_equal(found.path[: stop + 1, i], whole.path[: stop + 1, i])
        assert (found.path[stop:, i] == whole.path[stop, i]).all()
        assert (found.loss[stop:, i] == whole.loss[stop, i]).all()
        np.testing.assert_array_equal(found.lr[:stop, i], whole.lr[:stop, i])
        assert np.isnan(found.lr[stop:, i]).all()
        assert (found.grad[stop:, i] == whole.grad[stop, i]).all()
        for name, memory in found.state.items():
            np.testing.assert_array_equal(memory[: stop + 1, i], whole.state[name][: stop + 1, i])
            assert (memory[stop:, i] == memory[stop, i]).all()
    visited = visits(
        f, starts, OPTIMIZERS[rule], steps=steps, at=[3, 400], lr=1e-3, tolerance=tolerance
    )
    np.testing.assert_array_equal([at.points for at in visited], found.path[[3, 400]])


def test_a_run_that_diverges_or_is_told_no_tolerance_is_never_held():
    f = LANDSCAPES["sphere"]()
    rule = OPTIMIZERS["gradient_descent"]
    wild = {"steps": 2000, "lr": 3.0}
    np.testing.assert_array_equal(
        descend(f, f.start, rule, tolerance=1e-4, **wild).path,
        descend(f, f.start, rule, **wild).path,
    )
    assert np.isfinite(descend(f, (0.0, 0.0), rule, steps=5, lr=0.1).lr).all()
