"""One step of a rule, explained: what the engine did, and nothing else."""

import ast
import functools
import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, descend, warmup
from optimizers.conventions import VARIANTS
from optimizers.explain import arrows, effective_rate, explain, explain_step, settings, step
from optimizers.walkers import asks_f

RULES = {**OPTIMIZERS, **VARIANTS}
rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
TELLS = [rule for rule in OPTIMIZERS.values() if not asks_f(rule)]

BOWL = LANDSCAPES["quadratic"]()
HIMMELBLAU = LANDSCAPES["himmelblau"]()


def assert_is_the_step(parts, run, k, walker=0):
    """The parts end where the run went on, bit for bit, and so does the memory in them."""
    made = {name: state[k, walker] for name, state in run.state.items()}
    made |= {part.name: part.value for part in parts}
    np.testing.assert_array_equal(parts[-1].value, run.path[k + 1, walker])
    for name, state in run.state.items():
        np.testing.assert_array_equal(
            np.broadcast_to(made[name], 2), state[k + 1, walker], err_msg=name
        )


def steps_of(run, walker=0):
    """The numbers of the points from which a run has gone on to finite ones."""
    return range(int(np.isfinite(run.path[1:, walker]).all(-1).sum()))


def run_and_explain(f, rule, *, steps, **settings_):
    run = descend(f, f.start, rule, steps=steps, **settings_)
    settings_.pop("y_rate", None)
    return run, lambda k: explain_step(run, k, rule, **settings_)


@rules
@pytest.mark.parametrize("landscape", ["rosenbrock", "himmelblau", "ackley"])
def test_a_step_is_the_engines_own(rule, landscape):
    run, explained = run_and_explain(LANDSCAPES[landscape](), rule, steps=200)
    assert len(steps_of(run)) > 3
    for k in steps_of(run):
        assert_is_the_step(explained(k), run, k)


@rules
@pytest.mark.parametrize(
    "settings_",
    [
        {"schedule": SCHEDULES["one_cycle"]},
        {"schedule": functools.partial(SCHEDULES["cyclic"], step_size_up=7), "y_rate": 0.3},
        {"schedule": SCHEDULES["plateau"], "y_rate": 1.7},
        {"schedule": warmup(SCHEDULES["one_cycle"], 10)},
        {"wrappers": [functools.partial(wrapper) for wrapper in WRAPPERS.values()]},
    ],
    ids=["one cycle", "cyclic, along y slower", "plateau, along y faster", "warm-up", "wrappers"],
)
def test_a_step_is_the_engines_own_whatever_is_set(rule, settings_):
    f = LANDSCAPES["regression"]() if "wrappers" in settings_ else HIMMELBLAU
    run, explained = run_and_explain(f, rule, steps=40, **settings_)
    for k in steps_of(run):
        assert_is_the_step(explained(k), run, k)


@rules
@pytest.mark.parametrize("landscape", ["himmelblau", "ackley"])
def test_each_of_many_walkers_can_be_explained(rule, landscape):
    starts = np.random.default_rng(1).uniform(-2, 2, (9, 2))
    settings_ = {
        "lr": np.geomspace(1e-4, 1e-2, 9),
        "wrappers": [functools.partial(WRAPPERS["noise"], seed=np.arange(9))],
    }
    run = descend(LANDSCAPES[landscape](), starts, rule, steps=20, **settings_)
    for walker in (0, 7):
        for k in steps_of(run, walker):
            parts = explain_step(run, k, rule, walker=walker, **settings_)
            assert_is_the_step(parts, run, k, walker)


def test_where_a_run_is_over_there_is_no_step():
    run = descend(HIMMELBLAU, (1e200, 0), OPTIMIZERS["momentum"], steps=3)
    assert np.isnan(explain_step(run, 2, OPTIMIZERS["momentum"])[-1].value).all()


def test_a_landscape_that_only_answers_to_points_will_do():
    class Plane:
        def __call__(self, p):
            return np.sum(p, axis=-1)

        def grad(self, p):
            return np.ones_like(p)

    for name in ("adam", "sam"):
        run = descend(Plane(), (1, 2), OPTIMIZERS[name], steps=5)
        assert_is_the_step(explain_step(run, 3, OPTIMIZERS[name]), run, 3)


def test_the_settings_of_a_step_are_the_rate_and_the_cycled_momentum():
    rule, schedule = OPTIMIZERS["momentum"], SCHEDULES["one_cycle"]
    used = settings(rule, {"lr": 0.1}, steps=50, schedule=schedule, y_rate=0.5)(0, 0.004)
    assert used["momentum"] == pytest.approx(0.95)
    assert used["dampening"] == 0
    np.testing.assert_array_equal(used["lr"], [0.004, 0.002])
    assert settings(rule, {"momentum": 0.3}, steps=50)(0, 0.004)["momentum"] == 0.3


@rules
def test_parts_are_told_in_the_sources_words(rule):
    """Every name is a variable or memory of the source, and every plain assignment is found."""
    tree = ast.parse(inspect.getsource(rule))
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | set(
        inspect.signature(rule).parameters
    )
    _, explained = run_and_explain(HIMMELBLAU, rule, steps=3)
    parts = explained(0)
    assert {part.name for part in parts} <= names
    lines = {f"{part.name} = {part.line}" for part in parts}
    plain = [
        node
        for node in tree.body[0].body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    assert {ast.unparse(node) for node in plain} <= lines


@pytest.mark.parametrize("rule", TELLS, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("k", [0, 1, 12])
def test_a_line_gives_its_value_from_what_it_was_given(rule, k):
    _, explained = run_and_explain(HIMMELBLAU, rule, steps=20)
    parts = explained(k)
    assert [part.name for part in parts if not part.line] == ["x", "g"]
    for part in parts[2:]:
        value = eval(part.line, {"np": np}, dict(part.given))
        np.testing.assert_allclose(value, part.value, rtol=1e-14, err_msg=part.line)


@pytest.mark.parametrize(
    ("name", "phases"),
    [
        ("gradient_descent", "x g gradient, x step"),
        ("heavy_ball", "x g gradient, v memory, x step"),
        ("adam", "x g gradient, m v memory, m_hat v_hat correction, x step"),
        ("adamw", "x g gradient, x step, m v memory, m_hat v_hat correction, x step"),
        ("lion", "x g gradient, u correction, m memory, x step"),
        ("rprop", "x g gradient, s size size g prev memory, x step"),
        ("adadelta", "x g gradient, v memory, d correction, u memory, x step"),
        ("sam", "x g gradient, norm e correction, x step"),
        ("newton", "x g h gradient, a b d u v solved correction, x step"),
        ("nesterov_ahead", "x gradient, v memory, x step"),
        ("schedule_free", "x gradient, z y z r w memory, c correction, x step"),
    ],
)
def test_the_phase_follows_from_what_is_made_of_what(name, phases):
    _, explained = run_and_explain(HIMMELBLAU, OPTIMIZERS[name], steps=3)
    expected = [
        (word, names.split()[-1]) for names in phases.split(", ") for word in names.split()[:-1]
    ]
    assert [(part.name, part.phase) for part in explained(1)] == expected


@rules
@pytest.mark.parametrize("k", [0, 5])
def test_the_parts_run_from_the_old_point_to_the_new(rule, k):
    run, explained = run_and_explain(HIMMELBLAU, rule, steps=8)
    parts = explained(k)
    np.testing.assert_array_equal(parts[0].value, run.path[k, 0])
    np.testing.assert_array_equal(step(parts), run.path[k + 1, 0] - run.path[k, 0])
    assert (parts[0].phase, parts[-1].phase) == ("gradient", "step")
    moments = [part.moment for part in parts]
    assert moments == sorted(moments)
    assert {part.phase for part in parts} <= {"gradient", "memory", "correction", "step"}
    returned = {part.name for part in parts if part.phase == "memory"}
    assert bool(returned) <= bool(run.state)


def test_what_is_asked_of_the_landscape_is_written_down():
    _, explained = run_and_explain(HIMMELBLAU, OPTIMIZERS["backtracking"], steps=3)
    parts = {part.name: part for part in explained(0)}
    (first,) = parts["g"].asked
    assert first.what == "grad"
    np.testing.assert_array_equal(first.told, HIMMELBLAU.grad(first.at))
    (tried,) = parts["tried"].asked
    assert (tried.what, tried.at.shape, tried.told.shape) == ("value", (60, 2), (60,))
    assert len(parts["enough"].asked) == 1
    assert parts["d"].asked == ()


def test_two_questions_in_a_line_are_told_apart():
    _, explained = run_and_explain(HIMMELBLAU, OPTIMIZERS["newton"], steps=3)
    _, g, h, *_ = explained(0)
    assert [ask.what for ask in g.asked + h.asked] == ["grad", "hessian"]
    np.testing.assert_array_equal(h.asked[0].told[0], h.value)


def unusual(x, f, t, m=0.0, n=2.0, *, lr=0.1, momentum=0.5):
    """All the ways to write a step that no rule here needs."""
    total: float = 0.0
    parts = []
    for share in (0.25, 0.75):
        ahead = x + share * m
        total += share * f.grad(ahead)
        parts.append(share)
    m *= momentum
    m -= total

    def scaled(v):
        inner = lr
        inner *= v
        return inner

    if t > 1:
        x = x + scaled(m)
        return x, m, n * momentum
    (a, b), last = ([x, m] if t == 1 else [m, x]), m
    return a + lr * b, last, n


@pytest.mark.parametrize("t", [1, 2])
def test_a_rule_may_be_written_in_other_ways(t):
    x, m = np.array([[1.0, 2.0]]), np.array([[0.5, -0.5]])
    after, memory, n = unusual(x, HIMMELBLAU, t, m.copy(), np.full((1, 2), 3.0))
    parts = explain(unusual, x[0], None, t, {"m": m[0], "n": 3.0}, {"lr": 0.1}, f=HIMMELBLAU)
    made = {part.name: part.value for part in parts}
    np.testing.assert_array_equal(parts[-1].value, after[0])
    np.testing.assert_array_equal(made["m"], memory[0])
    np.testing.assert_array_equal(made.get("n", [3.0, 3.0]), n[0])
    totals = [part.value for part in parts if part.name == "total"]
    assert len(totals) == 3
    assert not np.array_equal(totals[1], totals[2])
    assert "m * momentum" in [part.line for part in parts]
    assert "inner" not in made
    if t == 1:
        np.testing.assert_array_equal(made["b"], memory[0])
        assert [part.line for part in parts if part.name == "a"] == ["x if t == 1 else m"]


def test_a_rule_without_source_is_refused():
    space = {}
    exec("def rule(x, g, t, *, lr=0.1):\n    return x - lr * g", space)
    with pytest.raises(OSError, match="source"):
        explain(space["rule"], (0, 0), (1, 1), 1, {}, {})


def test_one_that_is_not_a_function_of_its_own_is_refused():
    with pytest.raises(TypeError, match="function"):
        explain(lambda x, g, t, *, lr=0.1: x - lr * g, (0, 0), (1, 1), 1, {}, {})


def test_where_floats_overflow_the_step_is_still_explained():
    parts = explain(OPTIMIZERS["adam"], (0, 0), (1e200, 1), 1, {"m": 0, "v": 0}, {})
    made = {part.name: part.value for part in parts}
    assert made["v"][0] == np.inf
    assert made["v"][1] == pytest.approx(1e-3)
    parts = explain(OPTIMIZERS["rmsprop"], (0, 0), (0, 0), 1, {"v": 0, "b": 0}, {"eps": 0})
    assert np.isnan(parts[-1].value).all()


def test_what_is_the_same_in_both_coordinates_is_a_number():
    _, explained = run_and_explain(HIMMELBLAU, OPTIMIZERS["nadam"], steps=3)
    shapes = {part.name: np.shape(part.value) for part in explained(1)}
    assert shapes["mu"] == shapes["p"] == ()
    assert shapes["m"] == shapes["v_hat"] == (2,)


def test_a_step_on_a_diagonal_has_pairs_all_the_same():
    parts = explain(OPTIMIZERS["adam"], (1, 1), (2, 2), 1, {"m": 0, "v": 0}, {})
    assert {np.shape(part.value) for part in parts} == {(2,)}


def test_decay_round_the_rule_is_the_last_part():
    rule = WRAPPERS["decoupled_decay"](OPTIMIZERS["gradient_descent"], decay=0.5)
    parts = explain(rule, (4, 2), (1, 0), 1, {}, {"lr": 0.1})
    assert [part.line for part in parts[-2:]] == ["x - lr * g", "decoupled_decay(x)"]
    np.testing.assert_allclose(parts[-1].value, [4 - 0.1 - 0.2, 2 - 0.1])


def arrows_of(name, k=2, f=HIMMELBLAU, **knobs):
    _, explained = run_and_explain(f, OPTIMIZERS[name], steps=k + 1, **knobs)
    parts = explained(k)
    return parts, {arrow.name: arrow for arrow in arrows(parts)}


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("gradient_descent", "-g step"),
        ("momentum", "-g -b step"),
        ("heavy_ball", "-g v step"),
        ("nesterov_ahead", "look-ahead, -g ahead, v, step"),
        ("sam", "-g, look-ahead, -g ahead, step"),
        ("schedule_free", "look-ahead, -g ahead, step"),
        ("rmsprop", "-g -b step"),
        ("adam", "-g -m step"),
        ("adan", "-g -m step"),
        ("ademamix", "-g -m -slow step"),
        ("rprop", "-g step"),
        ("conjugate_gradient", "-g d step"),
        ("newton", "-g step"),
        ("nelder_mead", "step"),
    ],
)
def test_arrows_are_the_gradient_velocities_the_look_ahead_and_the_step(name, names):
    _, found = arrows_of(name)
    assert list(found) == (names.split(", ") if "," in names else names.split())


@rules
def test_velocities_begin_against_the_gradient(rule):
    run, explained = run_and_explain(HIMMELBLAU, rule, steps=1)
    for arrow in arrows(explained(0)):
        assert arrow.vector.shape == arrow.tail.shape == (2,)
        if arrow.phase == "memory":
            assert arrow.vector @ run.grad[0, 0] < 0
    np.testing.assert_array_equal(arrow.vector, run.path[1, 0] - run.path[0, 0])


def test_the_look_ahead_goes_where_the_gradient_is_asked():
    parts, found = arrows_of("sam", rho=0.2)
    assert np.linalg.norm(found["look-ahead"].vector) == pytest.approx(0.2)
    ahead = parts[0].value + found["look-ahead"].vector
    np.testing.assert_allclose(found["-g ahead"].vector, -HIMMELBLAU.grad(ahead))
    np.testing.assert_allclose(found["-g ahead"].tail, ahead)


def test_a_gradient_that_is_asked_for_twice_is_one_arrow():
    parts = explain(OPTIMIZERS["sam"], (0, 0), None, 1, {}, {}, f=BOWL)
    assert [arrow.name for arrow in arrows(parts)] == ["-g", "step"]


@given(st.floats(1e-4, 10), st.floats(0.1, 10), st.floats(-3, 3), st.floats(0.1, 3))
def test_descent_has_the_rate_it_was_given(lr, ratio, gx, gy):
    g = np.array([gx if abs(gx) > 1e-3 else 0.0, gy])
    knobs = {"lr": np.array([lr, lr * ratio])}
    parts = explain(OPTIMIZERS["gradient_descent"], (0, 0), g, 1, {}, knobs)
    expected = np.where(g == 0, np.nan, knobs["lr"])
    np.testing.assert_allclose(effective_rate(parts, g), expected)


def test_adams_effective_rate_is_that_of_its_formula():
    f, lr = BOWL, 0.01
    run, explained = run_and_explain(f, OPTIMIZERS["adam"], steps=3, lr=lr)
    np.testing.assert_allclose(
        effective_rate(explained(0), run.grad[0, 0]), lr / np.abs(run.grad[0, 0]), rtol=1e-6
    )
