"""Rules that no library has, against the same mathematics written down in another way."""

import functools

import numpy as np
import pytest

from landscapes import LANDSCAPES, rotated
from optimizers import OPTIMIZERS, SCHEDULES, descend

STEPS = 60


@pytest.fixture(params=[n for n, kind in LANDSCAPES.items() if kind.bounded])
def f(request):
    return LANDSCAPES[request.param]()


def starts_on(f, count):
    low, high = np.array(f.domain).T
    return np.random.default_rng(3).uniform(low, high, (count, 2))


def assert_same_steps(f, rule, reference, **knobs):
    """From every point of real runs, the rule and the reference take the same next step."""
    path = descend(f, starts_on(f, 5), rule, steps=STEPS, **knobs).path
    for p in path[:-1].reshape(-1, 2):
        if np.isfinite(p).all():
            with np.errstate(all="ignore"):
                ours, theirs = rule(p[None], f, 1, **knobs)[0] - p, reference(f, p, **knobs) - p
            # Where both products of the determinant are too small for a float, it is none.
            (a, b), (_, d) = f.hessian(p)
            told = max(abs(a * d), b * b) > 1e-300
            if np.isfinite(theirs).all() and told:
                scale = np.linalg.cond(f.hessian(p)) * max(1, np.abs(theirs).max())
                np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-13 * scale)


def newton(f, p, lr):
    try:
        return p - lr * np.linalg.solve(f.hessian(p), f.grad(p))
    except np.linalg.LinAlgError:
        return np.full(2, np.nan)


@pytest.mark.parametrize("lr", [1.0, 0.3])
def test_newton_solves_for_the_step(f, lr):
    assert_same_steps(f, OPTIMIZERS["newton"], newton, lr=lr)


def saddle_free(f, p, lr, damping):
    values, vectors = np.linalg.eigh(f.hessian(p))
    along = vectors.T @ f.grad(p)
    return p - lr * vectors @ (along / (np.abs(values) + damping))


@pytest.mark.parametrize("knobs", [{"lr": 1.0, "damping": 0.1}, {"lr": 0.5, "damping": 1e-3}])
def test_saddle_free_newton_turns_the_negative_eigenvalues_round(f, knobs):
    if np.isfinite(f.hessian(f.minima)).all():
        assert_same_steps(f, OPTIMIZERS["saddle_free_newton"], saddle_free, **knobs)


def backtracking(f, p, lr, beta, c):
    g, rate = f.grad(p), lr
    for _ in range(60):
        if f(p - rate * g) <= f(p) - c * rate * (g @ g):
            return p - rate * g
        rate *= beta
    return p


def test_backtracking_is_the_loop_of_the_textbook(f):
    for knobs in ({"lr": 1.0, "beta": 0.5, "c": 1e-4}, {"lr": 30.0, "beta": 0.3, "c": 0.4}):
        walkers = descend(f, starts_on(f, 5), OPTIMIZERS["backtracking"], steps=10, **knobs).path
        for here, there in zip(
            walkers[:-1].reshape(-1, 2), walkers[1:].reshape(-1, 2), strict=True
        ):
            if np.linalg.norm(f.grad(here)) > 1e-5:
                expected = backtracking(f, here, **knobs)
                np.testing.assert_allclose(there, expected, rtol=1e-12, atol=1e-12)


def test_conjugate_gradients_take_a_step_that_is_better_than_half_or_twice_of_it(f):
    run = descend(f, starts_on(f, 5), OPTIMIZERS["conjugate_gradient"], steps=5)
    assert (np.diff(run.loss, axis=0) <= 0).all()
    d = run.state["d"]
    for k, w in np.ndindex(5, 5):
        step = run.path[k + 1, w] - run.path[k, w]
        slope = run.grad[k, w] @ d[k + 1, w]
        assert slope <= 0
        if step.any():
            # Neither half nor twice the step would have been better.
            around = run.path[k, w] + np.outer([0.5, 2.0], step)
            length = np.linalg.norm(step) / np.linalg.norm(d[k + 1, w])
            bend = abs(d[k + 1, w] @ f.hessian(run.path[k, w]) @ d[k + 1, w])
            tried = [True, length * bend < 3 * abs(slope)]
            assert (f(around)[tried] >= run.loss[k + 1, w]).all()


def test_on_a_bowl_newton_needs_one_step_and_conjugate_gradients_two():
    for condition, degrees in ((1.0, 0.0), (10.0, 20.0), (1000.0, 70.0)):
        f = rotated(LANDSCAPES["quadratic"](condition=condition), degrees)
        starts = starts_on(f, 10)
        assert np.abs(descend(f, starts, OPTIMIZERS["newton"], steps=1).path[1]).max() < 1e-12
        two = descend(f, starts, OPTIMIZERS["conjugate_gradient"], steps=2)
        assert np.abs(two.path[2]).max() < 1e-11
        assert condition == 1 or np.abs(two.path[1]).max() > 1e-3


def test_near_a_minimum_newton_doubles_the_digits():
    f = LANDSCAPES["himmelblau"]()
    run = descend(f, f.minima[0] + [0.1, -0.05], OPTIMIZERS["newton"], steps=4)
    error = np.linalg.norm(run.path[:, 0] - f.minima[0], axis=-1)
    assert (error[1:4] < 2 * error[:3] ** 2 + 1e-15).all()


def test_a_saddle_attracts_newton_and_repels_saddle_free_newton():
    f = LANDSCAPES["saddle"]()
    start = (0.5, 0.01)
    assert np.abs(descend(f, start, OPTIMIZERS["newton"], steps=1).path[1]).max() < 1e-15
    y = descend(f, start, OPTIMIZERS["saddle_free_newton"], steps=20, damping=1e-6).path[:, 0, 1]
    np.testing.assert_allclose(y[1:] / y[:-1], 2.0, rtol=1e-6)


def test_at_a_constant_rate_the_heavy_ball_is_momentum_and_under_a_schedule_it_is_not():
    f = LANDSCAPES["himmelblau"]()
    knobs = {"lr": 2e-3, "momentum": 0.9}
    pair = [OPTIMIZERS["heavy_ball"], OPTIMIZERS["momentum"]]
    one, other = (descend(f, f.start, rule, steps=1000, **knobs).path for rule in pair)
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
    drop = functools.partial(SCHEDULES["step"], step_size=10, gamma=0.1)
    one, other = (descend(f, f.start, rule, steps=20, schedule=drop, **knobs).path for rule in pair)
    np.testing.assert_allclose(one[:11], other[:11], rtol=1e-12)
    assert np.abs(one[12] - other[12]).max() > 0.01


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_point_ahead_of_the_textbook_is_the_point_that_nesterov_stores(momentum):
    f = LANDSCAPES["himmelblau"]()
    knobs = {"lr": 2e-3, "momentum": momentum}
    textbook = descend(f, f.start, OPTIMIZERS["nesterov_ahead"], steps=1000, **knobs)
    stored = descend(f, f.start, OPTIMIZERS["nesterov"], steps=1000, **knobs)
    ahead = textbook.path + momentum * textbook.state["v"]
    np.testing.assert_allclose(ahead, stored.path, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["polyak", "backtracking"])
def test_a_rate_low_enough_that_it_needs_no_limit_makes_plain_gradient_descent(name):
    f = LANDSCAPES["himmelblau"]()
    pair = [OPTIMIZERS[name], OPTIMIZERS["gradient_descent"]]
    one, other = (descend(f, f.start, rule, steps=60, lr=1e-3).path for rule in pair)
    np.testing.assert_allclose(one, other, rtol=1e-13)


def test_a_step_of_polyak_reaches_the_lowest_value_of_the_plane_that_touches_the_surface():
    f = LANDSCAPES["himmelblau"]()
    run = descend(f, starts_on(f, 20), OPTIMIZERS["polyak"], steps=1, lr=100.0)
    fall = ((run.path[1] - run.path[0]) * run.grad[0]).sum(-1)
    np.testing.assert_allclose(run.loss[0] + fall, f.lowest, atol=1e-11)


def test_rates_that_nobody_chose_come_from_the_distance_travelled():
    f = LANDSCAPES["quadratic"]()
    for name, scale in (("dog", "r"), ("prodigy", "d")):
        run = descend(f, f.start, OPTIMIZERS[name], steps=300)
        travelled = np.linalg.norm(run.path[:, 0] - run.path[0, 0], axis=-1)
        known = run.state[scale][:, 0]
        assert (np.diff(known, axis=0) >= 0).all()
        assert (known[:, 0] == known[:, 1]).all()
        assert (known[1:, 0] <= max(1e-5, travelled.max())).all()
        assert 0.3 < known[-1, 0] / np.linalg.norm(f.start) < 2


def test_the_drawn_point_of_schedule_free_is_the_mean_of_where_its_walker_was():
    f = LANDSCAPES["himmelblau"]()
    run = descend(f, f.start, OPTIMIZERS["schedule_free"], steps=200, lr=2e-3)
    z = run.state["z"][1:, 0]
    mean = np.cumsum(z, axis=0) / np.arange(1, 201)[:, None]
    np.testing.assert_allclose(run.path[1:, 0], mean, rtol=1e-12)


def test_the_triangle_of_nelder_mead_shrinks_and_its_best_corner_never_rises():
    f = LANDSCAPES["rosenbrock"]()
    run = descend(f, f.start, OPTIMIZERS["nelder_mead"], steps=150, lr=0.2)
    assert (np.diff(run.loss[:, 0]) <= 0).all()
    corners = np.stack([run.path, run.state["b"], run.state["c"]], axis=2)[1:, 0]
    assert (np.diff(f(corners), axis=1) >= 0).all()
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    # Reflections keep it, an expansion doubles it, contractions halve it, a shrinking quarters it.
    ratios = area[1:60] / area[:59]
    near = np.abs(ratios[:, None] - [1.0, 2.0, 0.5, 0.25]).min(-1)
    assert near.max() < 1e-6
