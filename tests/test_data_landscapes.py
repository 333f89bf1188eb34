"""Landscapes made of data, and their mini-batches."""

import dataclasses
import functools
import importlib
import itertools
import math
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from landscapes import LANDSCAPES, regularised, rotated
from landscapes.data import DataLandscape
from landscapes.regression import FILE
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, descend, ends, stream, visits
from optimizers.oracle import seen_through
from optimizers.wrappers.batch import steps_in_epoch

engine = importlib.import_module("optimizers.descend")

DATA = {name: kind for name, kind in LANDSCAPES.items() if issubclass(kind, DataLandscape)}
CURVED = {name: kind for name, kind in DATA.items() if not kind.floats}
catalogue = pytest.mark.parametrize("kind", DATA.values(), ids=DATA)

# One point; two; all inputs equal; all targets equal; all of both; on one line; huge; tiny; far.
DEGENERATE = [
    ((1.0, 2.0),),
    ((0.0, 0.0),),
    ((-1.0, 0.0), (2.0, 1.0)),
    ((3.0, 0.0), (3.0, 1.0), (3.0, 5.0)),
    ((-1.0, 0.7), (0.0, 0.7), (2.0, 0.7)),
    ((1.0, -1.0),) * 3,
    ((0.0, 1.0), (1.0, 3.0), (2.0, 5.0)),
    ((-1e6, 1e6), (1e6, -1e6), (0.0, 1e6)),
    ((1e-6, 1e-6), (2e-6, -1e-6), (0.0, 0.0)),
    ((1e6, 1.0), (1e6 - 1e-3, 0.0), (1e6 - 2e-3, 1.0)),
    ((-1.0, -1.0), (0.5, -2.0), (1.0, -0.5)),
]

pairs = st.tuples(st.floats(-3.0, 3.0), st.floats(-2.0, 2.0))
own = st.lists(pairs, min_size=1, max_size=12).map(tuple)


def random_points(count, seed=0):
    random = np.random.RandomState(seed)
    x = random.uniform(-2, 2, count)
    y = np.sin(x) + 0.1 * random.standard_normal(count)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))


def points_in(f, count=100):
    low, high = np.array(f.domain).T
    return np.random.default_rng(0).uniform(low, high, (count, 2))


def differences(function, points, h):
    rises = [(function(points + way) - function(points - way)) / (2 * h) for way in h * np.eye(2)]
    return np.stack(rises, axis=-1)


def batched(size=32, seed=0):
    return functools.partial(WRAPPERS["batch"], size=size, seed=seed)


class Listed:
    """Stands for a landscape whose batches tell which examples they hold."""

    def __init__(self, f):
        self.examples = f.examples

    def batches(self, indices, starts):
        return [SimpleNamespace(value=lambda x, y, i=i: i) for i in np.split(indices, starts[1:])]


def parted(f, size, epoch, seed=0):
    """The examples of every step of an epoch."""
    oracle = batched(size, seed)(dataclasses.replace(seen_through(f, []), source=Listed(f)))
    steps = steps_in_epoch(len(f.examples[0]), size)
    return [oracle.value(0, 0, epoch * steps + k + 1).tolist() for k in range(steps)]


def order_of(f, size, epoch, seed=0):
    return list(itertools.chain.from_iterable(parted(f, size, epoch, seed)))


# The figures of the source material.


@pytest.mark.parametrize(
    ("dataset", "best", "train", "test"),
    [(1, (1.98411, 2.97438), 0.7990, 0.6799), (2, (1.90026, 3.05789), 0.7996, 0.6793)],
)
def test_the_best_line_and_its_losses(dataset, best, train, test):
    f = LANDSCAPES["regression"](dataset=dataset)
    assert f.minima[0] == pytest.approx(best, abs=1e-5)
    losses = f.mean_losses(f.minima[0])
    assert losses == pytest.approx((train, test), abs=5e-5)
    x, y = f.examples
    k, b = np.linalg.lstsq(np.column_stack([x, np.ones_like(x)]), y)[0]
    assert f.minima[0] == pytest.approx((k, b), rel=1e-12)
    assert f.lowest == pytest.approx(len(x) * losses[0], rel=1e-12)


@pytest.mark.parametrize(
    ("dataset", "seed", "half", "count"), [(1, 201493, 5, 200), (2, 53402, 4, 100)]
)
def test_the_recipe_of_the_data_gives_them_again(dataset, seed, half, count):
    random = np.random.default_rng(seed)
    x = random.uniform(-half, half, count)
    y = 2 * x + 3 + random.standard_normal(count)
    order = random.permutation(count)
    rows = np.loadtxt(FILE, delimiter=",")
    _, held_out, inputs, targets = rows[rows[:, 0] == dataset].T
    if not np.array_equal(inputs, x[order]):
        pytest.skip("this NumPy draws other numbers")
    np.testing.assert_array_equal(targets, y[order])
    assert held_out.sum() == count / 5


def within_1_percent(dataset, lr, schedule, steps=700, **knobs):
    """The epochs from which on k and b stay within 1 % of the best, or None."""
    f = LANDSCAPES["regression"](dataset=dataset)
    schedule = functools.partial(SCHEDULES[schedule], **knobs)
    path = descend(
        f, f.start, OPTIMIZERS["gradient_descent"], steps=steps, schedule=schedule, lr=lr
    ).path[:, 0]
    best = f.minima[0]
    off = np.abs(path - best) > 0.01 * np.abs(best)
    last = [np.flatnonzero(column).max() + 1 for column in off.T]
    return tuple(int(at) if at <= steps else None for at in last)


@pytest.mark.parametrize(
    ("dataset", "lr", "schedule", "knobs", "epochs"),
    [
        (1, 5e-5, "constant", {}, (34, 286)),
        (1, 1e-4, "constant", {}, (16, 142)),
        (1, 1e-4, "linear_growth", {"decay": 0.01}, (15, 96)),
        (1, 1e-4, "step", {"step_size": 100, "gamma": 0.5}, (16, 185)),
        (1, 1e-4, "step", {"step_size": 50, "gamma": 0.5}, (16, None)),
        (2, 1e-4, "constant", {}, (None, 292)),
        (2, 1e-4, "linear_growth", {"decay": 0.01}, (None, 161)),
        (2, 1e-4, "linear_growth", {"decay": 0.036}, (None, 102)),
    ],
)
def test_the_slope_is_found_long_before_the_intercept(dataset, lr, schedule, knobs, epochs):
    k, b = within_1_percent(dataset, lr, schedule, 450, **knobs)
    assert b == epochs[1]
    assert dataset == 2 or k == epochs[0]


def test_a_rate_that_grows_crosses_the_bound_at_a_known_epoch():
    for dataset, decay, bound, epoch in ((1, 0.01, 6.817e-4, 582), (2, 0.01, None, 2219)):
        f = LANDSCAPES["regression"](dataset=dataset)
        largest = np.linalg.eigvalsh(f.hessian(f.start))
        rates = [SCHEDULES["linear_growth"](1e-4, k, 3000, decay=decay) for k in range(3000)]
        crossed = int(np.flatnonzero(np.array(rates) > 2 / largest[1])[0])
        assert crossed == epoch
        if bound:
            assert 2 / largest[1] == pytest.approx(bound, rel=1e-4)
            assert largest == pytest.approx((319.91, 2933.85), abs=5e-3)


@pytest.mark.parametrize("dataset", [1, 2])
@pytest.mark.parametrize("mean", [0, 1])
def test_run_long_enough_a_rate_that_grows_diverges(dataset, mean):
    f = LANDSCAPES["regression"](dataset=dataset, mean=mean)
    lr = 1e-4 * (len(f.examples[0]) if mean else 1)
    schedule = functools.partial(SCHEDULES["linear_growth"], decay=0.036)
    rule = OPTIMIZERS["gradient_descent"]
    run = descend(f, f.start, rule, steps=1200, schedule=schedule, lr=lr)
    crossed = int(np.argmax(run.lr[:, 0] > 2 / np.linalg.eigvalsh(f.hessian(f.start))[1]))
    assert run.status[0].kind == "diverged"
    assert crossed < run.status[0].step < 1.4 * crossed + 50


@pytest.mark.parametrize(
    ("lr", "schedule", "knobs", "b", "losses"),
    [
        (5e-5, "constant", {}, 2.9723, (0.7990, 0.6802)),
        (1e-4, "linear_growth", {"decay": 0.01}, 2.9744, (0.7990, 0.6799)),
        (1e-4, "step", {"step_size": 100, "gamma": 0.5}, 2.9681, None),
        (1e-4, "step", {"step_size": 50, "gamma": 0.5}, 2.8560, (0.8130, 0.7075)),
    ],
)
def test_after_450_epochs(lr, schedule, knobs, b, losses):
    f = LANDSCAPES["regression"]()
    schedule = functools.partial(SCHEDULES[schedule], **knobs)
    run = descend(f, f.start, OPTIMIZERS["gradient_descent"], steps=450, schedule=schedule, lr=lr)
    assert run.path[-1, 0, 1] == pytest.approx(b, abs=6e-5)
    if losses:
        assert f.mean_losses(run.path[-1, 0]) == pytest.approx(losses, abs=6e-5)


def test_the_mean_loss_is_the_sum_with_a_rate_n_times_as_large():
    total, mean = LANDSCAPES["regression"](), LANDSCAPES["regression"](mean=1)
    p = points_in(total)
    np.testing.assert_allclose(160 * mean(p), total(p), rtol=1e-12)
    one = descend(total, (0, 0), OPTIMIZERS["gradient_descent"], steps=100, lr=1e-4).path
    other = descend(mean, (0, 0), OPTIMIZERS["gradient_descent"], steps=100, lr=1.6e-2).path
    np.testing.assert_allclose(one, other, rtol=1e-9)


def test_inputs_that_are_not_centred_make_the_valley_narrower():
    conditions = []
    for shift in (0.0, 2.0, 10.0):
        f = LANDSCAPES["regression"](shift=shift)
        conditions.append(np.linalg.cond(f.hessian(f.start)))
        np.testing.assert_allclose(f.minima[0, 0], 1.98411, atol=1e-5)
        np.testing.assert_allclose(f.minima[0, 1], 2.97438 - 1.98411 * shift, atol=1e-4)
    assert conditions[0] < conditions[1] < conditions[2]


@pytest.mark.parametrize("offset", [0.0, 3.0, 1e4])
def test_standard_inputs_make_the_valley_round_and_the_line_stays_the_same(offset):
    own = tuple((x + offset, 2 * x + math.sin(7 * x)) for x in np.linspace(-3, 4, 29).tolist())
    plain, standard = (LANDSCAPES["regression"](points=own, standard=on) for on in (0, 1))
    assert np.linalg.cond(standard.hessian(standard.start)) == pytest.approx(1, rel=1e-9)
    assert standard.lowest == pytest.approx(plain.lowest, rel=1e-6)
    x = np.linspace(offset - 5, offset + 5, 9)
    told = standard.predict(*standard.minima[0], x)
    np.testing.assert_allclose(told, plain.predict(*plain.minima[0], x), rtol=1e-7)
    assert standard.mean_losses(standard.minima[0])[0] * len(own) == pytest.approx(standard.lowest)


# All of them.


@catalogue
@settings(max_examples=40)
@given(data=st.data())
def test_slope_and_curvature_are_those_of_the_loss_for_own_examples_too(kind, data):
    f = kind(points=data.draw(own))
    p = points_in(f, 30)
    # Differences across a kink are none.
    z = np.multiply.outer(p[:, 0], f.examples[0]) + p[:, 1:]
    if not f.smooth:
        p = p[(np.abs(z) > 1e-3).all(-1)]
    h = 1e-6 * min(np.ptp(f.domain, axis=-1).min(), 1)
    scale = np.abs(f.grad(p)).max(initial=0)
    assume(len(p) and scale > 1e-12 and h > 1e-150)
    slack = 1e-7 * scale + 1e-9 * np.abs(f(p)).max() / (h * 1e6)
    np.testing.assert_allclose(f.grad(p), differences(f, p, h), rtol=1e-5, atol=slack)
    bend = np.abs(f.hessian(p)).max()
    np.testing.assert_allclose(
        f.hessian(p), differences(f.grad, p, h), rtol=1e-5, atol=1e-5 * bend + 1e-8 * scale
    )


@catalogue
def test_f_is_the_mean_loss_of_the_examples(kind):
    f = kind()
    p = points_in(f, 5)
    inputs, targets = f.examples
    for (w, b), mean in zip(p, f.mean_losses(p)[0], strict=True):
        losses = [f.loss(w, b, x, y) for x, y in zip(inputs, targets, strict=True)]
        assert mean == pytest.approx(np.mean(losses), rel=1e-12)
    share = f(p) / f.mean_losses(p)[0]
    np.testing.assert_allclose(share, share[0], rtol=1e-12)
    assert len(f.held_out[0]) == len(inputs) / 4


@catalogue
@settings(max_examples=20)
@given(points=own)
def test_own_examples_replace_the_built_in_ones(kind, points):
    f = kind(points=points)
    inputs, targets = f.examples
    np.testing.assert_array_equal(inputs, np.array(points)[:, 0] + 0)
    assert len(f.held_out[0]) == 0
    assert not inputs.flags.writeable
    assert not targets.flags.writeable
    (x0, x1), (y0, y1) = f.domain
    assert x0 <= f.start[0] <= x1
    assert y0 <= f.start[1] <= y1
    assert kind(points=points) == f
    assert hash(kind(points=points)) == hash(f)


@catalogue
@pytest.mark.parametrize("points", DEGENERATE, ids=range(len(DEGENERATE)))
def test_nothing_raises_where_data_are_degenerate(kind, points):
    f = kind(points=points)
    for (low, high), at in zip(f.domain, f.start, strict=True):
        assert np.isfinite([low, high]).all()
        assert low < high
        assert low <= at <= high
    p = points_in(f)
    assert np.isfinite(f(p)).all()
    assert np.isfinite(f.grad(p)).all()
    assert f.minima.shape == (len(f.minima), 2)
    assert f.saddles.shape == (len(f.saddles), 2)
    assert np.isfinite(f(f.minima)).all()
    assert (f(p).min() >= f.lowest - 1e-9 * abs(f.lowest) - 1e-9 * np.abs(f(p)).max()).all()
    for each in (f, rotated(f, 30.0), regularised(f, 0.3)):
        for wrappers in ([], [batched(2)]):
            run = descend(each, f.start, OPTIMIZERS["adam"], steps=12, wrappers=wrappers, lr=1e-3)
            assert np.isfinite(run.path).all()
    assert np.isnan(f.mean_losses(f.start)[1])
    assert np.isfinite(f.predict(*f.start, np.linspace(-1, 1, 5))).all()


@catalogue
@pytest.mark.parametrize("points", DEGENERATE, ids=range(len(DEGENERATE)))
def test_what_became_of_a_run_can_be_told_where_data_are_degenerate(kind, points):
    f = kind(points=points)
    for each in (f, rotated(f, 30.0), regularised(f, 0.3)):
        for rule in ("adam", "newton", "momentum"):
            run = descend(each, f.start, OPTIMIZERS[rule], steps=20, lr=1e-3)
            assert run.status[0].reason


@pytest.mark.parametrize("kind", CURVED.values(), ids=CURVED)
def test_many_examples_are_worked_through_in_blocks(kind):
    f = kind(points=random_points(10_000))
    x, y = np.meshgrid(*(np.linspace(*ends, 141) for ends in f.domain))
    _ = f.examples
    tracemalloc.start()
    heights = f.value(x[:30], y[:30])
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()
    np.testing.assert_array_equal(heights[7, 5], f.value(x[7, 5], y[7, 5]))


@pytest.mark.parametrize("kind", CURVED.values(), ids=CURVED)
def test_landmarks_of_many_examples_are_those_of_few_polished(kind):
    points = random_points(1000)
    f = kind(points=points)
    scale = np.abs(f.grad(points_in(f))).max()
    solid = np.isfinite(f.hessian(f.minima)).all((-2, -1))
    np.testing.assert_allclose(f.grad(f.minima[solid]), 0, atol=1e-9 * scale)


# Neurons that die.


def far(count=12, offset=0.0):
    random = np.random.RandomState(5)
    x = random.standard_normal(count)
    targets = 1 / (1 + np.exp(-1.5 * x + random.standard_normal(count)))
    return tuple(zip((x + offset).tolist(), targets.tolist(), strict=True))


@pytest.mark.parametrize("name", ["logistic_regression", "sigmoid_neuron", "tanh_neuron"])
@pytest.mark.parametrize("offset", [1e2, 1e4, 1e6])
def test_minima_are_found_wherever_the_inputs_lie(name, offset):
    near, away = (LANDSCAPES[name](points=far(offset=by)) for by in (0.0, offset))
    assert len(near.minima)
    w, b = near.minima[0]
    assert away.minima[0] == pytest.approx((w, b - w * offset), rel=1e-6)
    assert away.lowest == pytest.approx(near.lowest, rel=1e-6)


def test_minima_that_some_of_many_examples_do_not_show_are_found():
    random = np.random.RandomState(2)
    x, y = random.standard_normal(1000), random.uniform(-1, 1, 1000)
    f = LANDSCAPES["small_network"](points=tuple(zip(x.tolist(), y.tolist(), strict=True)))
    assert len(f.minima) == 2
    run = descend(f, f.start, OPTIMIZERS["adam"], steps=1000, lr=0.05)
    assert run.status[0].kind == "converged"


@pytest.mark.parametrize("z", [-745.0, -100.0, -37.5, -1.0, 0.0, 30.0, 800.0])
def test_a_sigmoid_is_right_to_all_its_digits(z):
    exact = math.exp(z) / (1 + math.exp(z)) if z < 0 else 1 / (1 + math.exp(-z))
    f = LANDSCAPES["sigmoid_neuron"]()
    assert f.activation(np.float64(z)) == pytest.approx(exact, rel=1e-15, abs=0)
    loss = LANDSCAPES["logistic_regression"]().loss(0.0, np.float64(z), 1.0, 0.0)
    assert loss == pytest.approx(math.log1p(math.exp(-abs(z))) + max(z, 0), rel=1e-15, abs=0)


def test_a_relu_that_has_died_has_no_slope_at_all_and_stalls():
    f = LANDSCAPES["relu_neuron"]()
    run = descend(f, f.start, OPTIMIZERS["gradient_descent"], steps=500, lr=0.1)
    assert run.grad[0].any()
    assert not run.grad[-1].any()
    assert run.status[0].kind == "stalled"
    assert (f.predict(*run.path[-1, 0], f.examples[0]) == 0).all()
    still = run.path[run.status[0].step :]
    np.testing.assert_array_equal(still, np.broadcast_to(still[0], still.shape))


@pytest.mark.parametrize("points", [((1, 2),), ((1, 2), (1, 4)), ((0, 0), (0, 0))])
def test_where_a_whole_line_is_lowest_a_run_converges_to_it(points):
    f = LANDSCAPES["regression"](points=points)
    assert not len(f.minima)
    run = descend(f, (0.3, -0.7), OPTIMIZERS["gradient_descent"], steps=500, lr=0.1)
    assert run.status[0].kind == "converged"
    assert "one of the many points" in run.status[0].reason


def test_a_run_that_is_stuck_where_all_is_level_is_told_so():
    f = LANDSCAPES["relu_neuron"]()
    run = descend(f, f.start, OPTIMIZERS["gradient_descent"], steps=500, lr=0.1)
    assert "here and all around, but this is no minimum" in run.status[0].reason


@pytest.mark.parametrize("leak", [0.05, 0.1, 0.3])
def test_a_leaky_relu_gets_out_from_the_same_start(leak):
    f = LANDSCAPES["leaky_relu_neuron"](leak=leak)
    assert f.start == LANDSCAPES["relu_neuron"]().start
    run = descend(f, f.start, OPTIMIZERS["gradient_descent"], steps=5000, lr=0.1)
    assert run.status[0].kind == "converged"


# Numbers that are apart, so that creases are too; and targets that do not cancel each other, since
# where w and b are 0 all creases meet.
quarters = st.integers(-8, 8).map(lambda n: n / 4)
apart = st.lists(st.tuples(quarters, quarters.map(lambda y: y + 0.01)), min_size=1, max_size=8)


@settings(max_examples=40)
@given(points=apart.map(tuple), leak=st.sampled_from([0.0, 0.1, 0.5]))
# The bottom of a parabola on a crease: on one that is a ridge, and on one that is none.
@example(points=((0.0, 0.0), (0.0, 0.25), (0.25, 0.25), (-0.25, 0.25)), leak=0.0)
@example(points=((0.0, 0.0), (0.0, 0.25), (0.25, 0.0)), leak=0.1)
@example(points=((0.0, 0.25), (-0.25, 0.5), (-0.5, -0.5), (-1.0, 0.5)), leak=0.0)
def test_all_minima_of_a_rectifier_are_listed_those_at_the_bottom_of_creases_too(points, leak):
    name = "leaky_relu_neuron" if leak else "relu_neuron"
    _holds_its_minima(LANDSCAPES[name](points=points, **({"leak": leak} if leak else {})))


@settings(max_examples=20)
@given(points=apart.map(tuple), l2=st.sampled_from([0.03, 0.3]))
@example(points=((-0.66, -1.04), (-1.64, -0.25), (1.39, 0.43)), l2=0.3)
# At the origin, where all creases meet.
@example(points=((-0.25, -0.49), (-0.5, -0.24)), l2=0.3)
def test_all_minima_of_a_regularised_rectifier_are_listed(points, l2):
    _holds_its_minima(regularised(LANDSCAPES["relu_neuron"](points=points), l2))


def _holds_its_minima(f):
    size = np.ptp(f.domain, axis=-1)
    angle = np.linspace(0, 2 * np.pi, 20_000)
    ring = size * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    assert not np.isfinite(f.hessian(f.tips())).all((-2, -1)).any()
    for minimum in f.minima:
        assert (f(minimum + 1e-6 * ring) >= f(minimum) * (1 - 1e-12)).all()
    found = ends(f, points_in(f, 20), OPTIMIZERS["backtracking"], steps=300)
    low, high = np.array(f.domain).T
    for end in found[((low < found) & (found < high)).all(-1)]:
        rise = f(end + 1e-3 * ring) - f(end)
        # A level valley rises a little where no point of the ring meets it.
        if rise.min() > 5e-4 * rise.max() > 0:
            assert (np.abs(f.minima - end) / size).max(-1).min(initial=1) < 2e-3


@pytest.mark.parametrize("name", ["sigmoid_neuron", "tanh_neuron"])
def test_a_saturated_neuron_starts_on_a_plateau(name):
    f = LANDSCAPES[name]()
    slopes = np.linalg.norm(f.grad(points_in(f, 2000)), axis=-1)
    assert np.linalg.norm(f.grad(f.start)) < np.median(slopes) * 1.5
    assert (np.abs(f.start[0] * f.examples[0] + f.start[1]) > 2).mean() > 0.5


def test_classes_that_a_threshold_tells_apart_have_no_minimum():
    f = LANDSCAPES["logistic_regression"](points=((-1.0, 0.0), (1.0, 1.0)))
    assert len(f.minima) == 0
    overlapping = LANDSCAPES["logistic_regression"]()
    assert len(overlapping.minima) == 1
    np.testing.assert_array_equal(
        LANDSCAPES["logistic_regression"](points=((0.0, 0.5), (1.0, 0.4))).examples[1], [1, 0]
    )


def test_two_neurons_of_the_network_can_change_places():
    f = LANDSCAPES["small_network"]()
    assert (len(f.minima), len(f.saddles)) == (2, 1)


# Mini-batches.


@catalogue
@settings(max_examples=15)
@given(size=st.integers(1, 39), epoch=st.integers(0, 300), seed=st.integers(0, 9999))
def test_batches_part_the_examples_and_their_mean_is_the_landscape(kind, size, epoch, seed):
    f = kind()
    count = len(f.examples[0])
    parts = parted(f, size, epoch, seed)
    assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)
    assert sorted(itertools.chain.from_iterable(parts)) == list(range(count))
    assert len(parts) == steps_in_epoch(count, size)
    p = points_in(f, 10)
    shares = [len(part) / count for part in parts]
    batches = [f.batch(part) for part in parts]
    for of in (lambda g: g(p), lambda g: g.grad(p), lambda g: g.hessian(p)):
        mean = sum(share * of(batch) for share, batch in zip(shares, batches, strict=True))
        np.testing.assert_allclose(mean, of(f), rtol=1e-9, atol=1e-10 * np.abs(of(f)).max())


def test_every_epoch_and_every_seed_has_an_order_of_its_own_that_never_changes():
    f = LANDSCAPES["regression"]()
    orders = {tuple(order_of(f, 32, epoch, seed)) for epoch in range(60) for seed in (0, 1)}
    assert len(orders) == 120
    for epoch, seed in ((0, 0), (3, 0), (57, 0), (2, 77)):
        keys = split_mix(mixed((seed << 32) + epoch), 160)
        assert order_of(f, 32, epoch, seed) == sorted(range(160), key=keys.__getitem__)
    assert parted(f, 4, 0)[0] == [53, 33, 94, 2]


def split_mix(state, count):
    """SplitMix64 in whole numbers of Python's."""
    return [mixed(state + (i + 1) * 0x9E3779B97F4A7C15) for i in range(count)]


def mixed(z):
    z %= 1 << 64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % (1 << 64)
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % (1 << 64)
    return z ^ (z >> 31)


def test_split_mix_is_the_published_one():
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert split_mix(1234567, 3) == expected


@catalogue
@pytest.mark.parametrize("rule", ["momentum", "adam", "backtracking"])
@pytest.mark.parametrize("turn", [0, 30])
def test_walkers_with_a_seed_each_meet_what_each_would_alone(kind, rule, turn):
    f = rotated(regularised(kind(), turn / 100), turn)
    seeds = np.array([3, 0, 77, 3, 9999, 12, 5, 8])
    noise = functools.partial(WRAPPERS["noise"], sigma=0.1)
    lr = 0.2 / np.abs(np.linalg.eigvalsh(f.hessian(f.start))).max()
    settings = {"steps": 70, "lr": lr}

    def path(start, seed):
        wrappers = [batched(7, seed), functools.partial(noise, seed=seed)]
        return descend(f, start, OPTIMIZERS[rule], wrappers=wrappers, **settings).path

    for count in (2, 8):
        together = path(np.tile(f.start, (count, 1)), seeds[:count])
        for i, seed in enumerate(seeds[:count].tolist()):
            np.testing.assert_array_equal(together[:, i], path(f.start, seed)[:, 0])


@catalogue
def test_a_visit_finds_walkers_where_their_path_has_them(kind):
    f = kind()
    starts, at = points_in(f, 9), [0, 1, 7, 40]
    lr = 0.2 / np.abs(np.linalg.eigvalsh(f.hessian(f.start))).max()
    settings = {"wrappers": [batched(7, np.arange(9))], "lr": lr}
    path = descend(f, starts, OPTIMIZERS["adam"], steps=45, **settings).path
    found = list(visits(f, starts, OPTIMIZERS["adam"], steps=45, at=at, **settings))
    np.testing.assert_array_equal([each.points for each in found], path[at])


def test_an_epoch_of_10_000_examples_has_313_batches_of_32():
    assert steps_in_epoch(10_000, 32) == 313
    assert steps_in_epoch(10_000, 10_000) == 1
    assert steps_in_epoch(10_000, 1) == 10_000


def walked(f, seed=0, size=7, rule="momentum", steps=130, start=None, **knobs):
    start = f.start if start is None else start
    lr = knobs.pop("lr", 0.2 / np.abs(np.linalg.eigvalsh(f.hessian(f.start))).max())
    wrappers = knobs.pop("wrappers", [batched(size, seed)])
    return descend(f, start, OPTIMIZERS[rule], steps=steps, wrappers=wrappers, lr=lr, **knobs).path


@catalogue
def test_the_same_seed_gives_the_same_floats_alone_and_among_others(kind):
    f = kind()
    alone = walked(f)
    starts = np.vstack([f.start, points_in(f, 11)])
    for few in (1, 4, 12):
        np.testing.assert_array_equal(walked(f, start=starts[:few])[:, :1], alone)
    np.testing.assert_array_equal(walked(kind()), alone)
    assert np.abs(walked(f, seed=1) - alone).max() > 0
    np.testing.assert_array_equal(walked(f, steps=60), alone[:61])


@catalogue
def test_runs_that_are_walked_in_turns_meet_their_own_batches(kind):
    f, rule = kind(), OPTIMIZERS["gradient_descent"]
    lr = 0.2 / np.abs(np.linalg.eigvalsh(f.hessian(f.start))).max()
    settings = [{"wrappers": [batched(7, seed)], "steps": 300, "lr": lr} for seed in (0, 1, 0)]
    alone = [descend(f, f.start, rule, **each).path for each in settings]
    turns = zip(*(stream(f, f.start, rule, **each) for each in settings), strict=True)
    for chunks in turns:
        for chunk, path in zip(chunks, alone, strict=True):
            np.testing.assert_array_equal(chunk.path, path[chunk.first :][: len(chunk.path)])


@catalogue
def test_many_walkers_and_their_ends_meet_the_same_batches(kind):
    f = kind()
    starts = points_in(f, 15)
    lr = 0.2 / np.abs(np.linalg.eigvalsh(f.hessian(f.start))).max()
    settings = {"steps": 40, "wrappers": [batched(7)], "lr": lr}
    whole = descend(f, starts, OPTIMIZERS["momentum"], **settings).path[-1]
    found = ends(f, starts, OPTIMIZERS["momentum"], **settings)
    np.testing.assert_allclose(found, whole, rtol=1e-12)


def test_floats_and_arrays_meet_the_same_batches(monkeypatch):
    f = LANDSCAPES["regression"]()
    paths = []
    for few in (0, 10):
        monkeypatch.setattr(engine, "FEW", few)
        paths.append(walked(f, steps=400))
    np.testing.assert_array_equal(*paths)


def twice(x, f, t, gap=0.0, *, lr=1e-3):
    """Asks for the slope at the same point twice in a step."""
    g = f.grad(x)
    return x - lr * g, f.grad(x) - g


@catalogue
def test_who_asks_twice_in_a_step_meets_the_batch_whole(kind):
    f = kind()
    run = descend(f, f.start, twice, steps=50, wrappers=[batched(3)])
    assert not run.state["gap"].any()
    # Its value, its slope and its curvature are those of one surface, which is the batch.
    oracle = seen_through(f, [batched(3)])
    parts = parted(f, 3, 0)
    for t in (1, 2, len(parts)):
        part = f.batch(parts[t - 1])
        assert oracle.value(*f.start, t) == pytest.approx(part(f.start), rel=1e-12)
        assert oracle.slope(*f.start, t) == pytest.approx(part.grad(f.start), rel=1e-9)
        assert np.ravel(oracle.curvature(*f.start, t)) == pytest.approx(
            part.hessian(f.start).ravel()[[0, 1, 3]], rel=1e-9
        )


@catalogue
def test_a_batch_of_all_examples_is_the_landscape_itself(kind):
    f = kind()
    count = len(f.examples[0])
    np.testing.assert_array_equal(walked(f, size=count), walked(f, wrappers=[]))
    np.testing.assert_array_equal(walked(f, size=10_000), walked(f, wrappers=[]))
    assert np.abs(walked(f, size=count - 1) - walked(f, wrappers=[])).max() > 0


def test_what_is_not_made_of_data_is_left_as_it_is():
    f = LANDSCAPES["rosenbrock"]()
    oracle = seen_through(f, [])
    assert WRAPPERS["batch"](oracle) is oracle
    assert oracle.source is f


@catalogue
def test_turned_and_regularised_landscapes_have_batches_too(kind):
    f = kind()
    rate = 0.1 / np.abs(np.linalg.eigvalsh(f.hessian(f.start))).max()
    turned = rotated(f, 30.0)
    plain = walked(f, rule="gradient_descent", lr=rate)
    path = walked(turned, rule="gradient_descent", lr=rate)
    np.testing.assert_allclose(turned.unturn(path), plain, atol=1e-9 * np.ptp(f.domain))
    heavy = regularised(f, 0.3)
    decayed = [batched(7), functools.partial(WRAPPERS["weight_decay"], decay=0.3)]
    np.testing.assert_allclose(
        walked(heavy, rule="gradient_descent", lr=rate),
        walked(f, rule="gradient_descent", lr=rate, wrappers=decayed),
        atol=1e-9 * np.ptp(f.domain),
    )


def test_the_noise_of_batches_shrinks_with_their_size():
    f = LANDSCAPES["regression"]()
    spreads = []
    for size in (1, 8, 64):
        path = walked(f, size=size, rule="gradient_descent", lr=2e-5, steps=4000)[2000:, 0]
        spreads.append(np.abs(path - f.minima[0]).mean())
    assert spreads[0] > 2 * spreads[1] > 4 * spreads[2] > 0
