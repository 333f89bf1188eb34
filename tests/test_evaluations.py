"""What is counted of a run is what it asked; and that it is not changed by being counted."""

from functools import partial

import numpy as np
import pytest

import optimizers.evaluations as module
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, descend
from optimizers.evaluations import Evaluations, Tally, counted, evaluations
from optimizers.walkers import asks_f
from tests.test_verdict import bowl


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
