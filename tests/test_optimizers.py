"""Every rule keeps the contract that optimizers/__init__.py states."""

import functools
import importlib
import inspect
import re
from typing import get_args, get_type_hints

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend
from optimizers.conventions import VARIANTS

FAMILIES = ["momentum", "adaptive", "sign", "rate-free", "curvature and search"]


def asks_f(rule):
    """Whether a rule is given the landscape itself."""
    return list(inspect.signature(rule).parameters)[1] == "f"


ELEMENTWISE = {name: rule for name, rule in OPTIMIZERS.items() if not asks_f(rule)}

RULES = {**OPTIMIZERS, **VARIANTS}

catalogue = pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
# As PyTorch and as others define them.
everyones = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
elementwise = pytest.mark.parametrize("rule", ELEMENTWISE.values(), ids=ELEMENTWISE)
surfaces = pytest.mark.parametrize("kind", LANDSCAPES.values(), ids=LANDSCAPES)

# `optimizers.descend` names the function; this is the module it lives in.
engine = importlib.import_module("optimizers.descend")


# Every rule with the ways the engine can take it: those that are given f know only one.
ways = pytest.mark.parametrize(
    ("rule", "way"),
    [
        pytest.param(rule, way, id=f"{name}-{way}")
        for name, rule in OPTIMIZERS.items()
        for way in (("arrays",) if asks_f(rule) else ("floats", "arrays"))
    ],
)


@pytest.fixture
def take(monkeypatch):
    """Make the engine take one way, whatever the number of walkers."""
    return lambda way: monkeypatch.setattr(engine, "FEW", 10**6 if way == "floats" else 0)


def knobs_of(rule):
    """{knob: (default, low, high)}."""
    hints = get_type_hints(rule, include_extras=True)
    return {
        name: (parameter.default, *hints[name].__metadata__[0][:2])
        for name, parameter in inspect.signature(rule).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def midpoints(rule):
    """Every knob in the middle of its range."""
    kinds = {name: get_args(h)[0] for name, h in hints_of(rule).items()}
    middle = {name: (low + high) / 2 for name, (_, low, high) in knobs_of(rule).items()}
    return {name: kinds[name](value) for name, value in middle.items()}


def hints_of(rule):
    """{knob: its annotation}."""
    hints = get_type_hints(rule, include_extras=True)
    return {name: hints[name] for name in knobs_of(rule)}


def memory_of(rule, shape):
    """What a rule remembers before the first step, as the engine hands it over."""
    parameters = list(inspect.signature(rule).parameters.values())[3:]
    return [np.full(shape, p.default) for p in parameters if p.kind is not p.KEYWORD_ONLY]


def is_exact(f):
    """Whether the slope only uses what NumPy and `math` round alike."""
    source = inspect.getsource(type(f).slope)
    return not re.search(r"\*\*|np\.(?!sqrt|abs|sign|maximum|minimum|where)", source)


def assert_same_run(one, other, exact):
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("path", "loss", "grad", "lr")]
    for a, b in pairs:
        tolerance = 0 if exact else 1e-12
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, strict=True)
    assert one.state.keys() == other.state.keys()
    for name, a in one.state.items():
        # A memory that is a step over the rate shows the last bit of the point times 1 / rate.
        tolerance = 0 if exact else 1e-11
        np.testing.assert_allclose(
            a, other.state[name], rtol=tolerance, atol=tolerance, strict=True
        )


def starts_on(f, count):
    low, high = np.array(f.domain).T
    return np.random.default_rng(2).uniform(low, high, (count, 2))


@everyones
def test_the_signature_says_what_is_given_what_is_remembered_and_what_can_be_set(rule):
    parameters = list(inspect.signature(rule).parameters.values())
    assert [p.name for p in parameters[:3]] in (["x", "g", "t"], ["x", "f", "t"])
    assert all(p.default is p.empty for p in parameters[:3])
    memory = [p for p in parameters[3:] if p.kind is not p.KEYWORD_ONLY]
    assert all(isinstance(p.default, float) for p in memory)
    assert "lr" in knobs_of(rule)
    for default, low, high in knobs_of(rule).values():
        assert low <= default <= high


@everyones
def test_the_help_holds_a_title_the_formula_and_a_line_for_every_knob(rule):
    text = inspect.getdoc(rule)
    assert re.fullmatch(r"[^:]+: .+\.", text.splitlines()[0])
    assert re.search(r"\$\$.+\$\$", text, re.DOTALL)
    for name in knobs_of(rule):
        assert re.search(rf"^{name}: \S", text, re.MULTILINE)
    assert "PyTorch" in text
    assert re.search(r"\(?(1[6-9]|20)\d\d\)", text), "no reference with a year"


def test_the_catalogue_is_in_historical_order_under_the_names_of_the_files():
    modules = [importlib.import_module(f"optimizers.{name}") for name in OPTIMIZERS]
    assert [rule.__name__ for rule in OPTIMIZERS.values()] == list(OPTIMIZERS)
    assert {module.FAMILY for module in modules} == set(FAMILIES)
    for family in FAMILIES:
        years = [module.YEAR for module in modules if family == module.FAMILY]
        assert years == sorted(years)


@everyones
def test_nothing_is_written_in_place(rule):
    f = LANDSCAPES["quadratic"]()
    memory = memory_of(rule, (4, 2))
    state = (starts_on(f, 4), *(np.full_like(part, 0.5) for part in memory))
    for t in (1, 2, 3):
        given = [part.copy() for part in state]
        gradient = f.grad(state[0])
        for part in (*state, gradient):
            part.flags.writeable = False
        x, *memory = state
        with np.errstate(all="ignore"):  # as in the engine
            after = rule(x, f if asks_f(rule) else gradient, t, *memory, lr=0.01)
        for before, now in zip(given, state, strict=True):
            np.testing.assert_array_equal(before, now)
        after = after if isinstance(after, tuple) else (after,)
        assert len(after) == len(state)
        state = tuple(np.array(np.broadcast_to(part, x.shape)) for part in after)


@everyones
def test_the_rate_counts_at_every_step_unless_the_rule_says_at_the_first_one_only(rule):
    def dropping(lr, k, steps):
        return lr if k == 0 else lr / 4

    f = LANDSCAPES["himmelblau"]()
    settings = {"steps": 30, "lr": 0.002}
    same = descend(f, f.start, rule, **settings)
    dropped = descend(f, f.start, rule, schedule=dropping, **settings)
    np.testing.assert_array_equal(same.path[1], dropped.path[1])
    is_deaf = np.array_equal(same.path, dropped.path)
    assert is_deaf == ("first step only" in hints_of(rule)["lr"].__metadata__)


@everyones
def test_each_coordinate_may_have_a_rate_of_its_own(rule):
    f = LANDSCAPES["himmelblau"]()
    starts = starts_on(f, 12)
    settings = {"steps": 20, "lr": 0.002, "y_rate": 0.25}
    together = descend(f, starts, rule, **settings)
    assert np.isfinite(together.path).all()
    assert not np.array_equal(together.path, descend(f, starts, rule, steps=20, lr=0.002).path)
    for i in (0, 11):
        alone = descend(f, starts[i], rule, **settings)
        np.testing.assert_array_equal(alone.path[:, 0], together.path[:, i])


@catalogue
@surfaces
def test_walkers_do_not_see_each_other(rule, kind):
    f = kind()
    tolerance = 0 if is_exact(f) else 1e-12
    starts = starts_on(f, 20)
    together = descend(f, starts, rule, steps=20).path
    backwards = descend(f, starts[::-1], rule, steps=20).path
    np.testing.assert_allclose(backwards[:, ::-1], together, rtol=tolerance, atol=tolerance)
    for i in (0, 19):
        alone = descend(f, starts[i], rule, steps=20).path[:, 0]
        np.testing.assert_allclose(alone, together[:, i], rtol=tolerance, atol=tolerance)


@elementwise
@surfaces
def test_floats_and_arrays_take_the_same_steps(rule, kind, take):
    f = kind()
    starts = np.concatenate([[f.start], starts_on(f, 2)])
    # The last bits in which exp and sin differ grow where a run is chaotic.
    steps = 200 if is_exact(f) else 60
    take("floats")
    floats = descend(f, starts, rule, steps=steps)
    take("arrays")
    arrays = descend(f, starts, rule, steps=steps)
    assert_same_run(floats, arrays, is_exact(f))


@ways
def test_one_value_per_walker_for_every_knob_is_the_same_as_separate_runs(rule, way, take):
    take(way)
    f = LANDSCAPES["quadratic"](condition=4.0)
    values = {
        name: np.linspace(low, high, 5)[1:4]
        for name, (_, low, high) in knobs_of(rule).items()
        if name != "lr"
    }
    for name, hint in hints_of(rule).items():
        if get_args(hint)[0] is int:
            values[name] = np.rint(values[name]).astype(int)
    values["lr"] = 0.01 * np.array([0.5, 1.0, 2.0])
    for chosen in [[name] for name in values] + [list(values)]:
        sweep = descend(f, [f.start] * 3, rule, steps=60, **{name: values[name] for name in chosen})
        for i in range(3):
            knobs = {name: values[name][i] for name in chosen}
            alone = descend(f, f.start, rule, steps=60, **knobs)
            # NumPy and Python raise an array and a number to a power in different last bits.
            tolerance = 0 if way == "floats" else 1e-12
            np.testing.assert_allclose(sweep.path[:, i], alone.path[:, 0], tolerance, tolerance)


@ways
def test_an_overflow_is_nan_from_there_on_and_harms_nobody_else(rule, way, take):
    take(way)
    f = LANDSCAPES["rosenbrock"]()
    run = descend(f, [f.start] * 2, rule, steps=200, lr=[1e300, 1e-4])
    finite = np.isfinite(run.path).all(-1)
    assert finite[:, 1].all()
    alone = descend(f, f.start, rule, steps=200, lr=1e-4)
    np.testing.assert_array_equal(run.path[:, 1], alone.path[:, 0])

    over = int(finite[:, 0].sum())
    if over == len(finite):
        return  # steps that are limited, or searched for, do not overflow
    assert 0 < over < 10
    assert not finite[over:, 0].any()
    for part in (run.path, run.loss, run.grad, *run.state.values()):
        assert np.isnan(part[over:, 0]).all()
    assert np.isnan(run.lr[over - 1 :, 0]).all()
    assert (run.lr[: over - 1, 0] == 1e300).all()
    status = run.status[0]
    assert status.kind == "diverged"
    assert f"overflowed at step {over}" in status.reason


@ways
@surfaces
def test_far_too_high_a_rate_is_never_called_anything_good(rule, kind, way, take):
    take(way)
    f = kind()
    run = descend(f, f.start, rule, steps=50, lr=1e300)
    status = run.status[0]
    if not np.isfinite(run.path).all():
        assert status.kind == "diverged" if f.bounded else status.kind in ("diverged", "left")
    if status.kind in ("converged", "stalled") and np.abs(run.path).max() > 1e6:
        assert not f.grad(run.path[-1]).any()  # else the rule has a longest step of its own
    assert "nan" not in status.reason


SIMPLER = [
    ("momentum", {"momentum": 0.0}, "gradient_descent", {}),
    ("nesterov", {"momentum": 0.0}, "gradient_descent", {}),
    ("adamw", {"weight_decay": 0.0}, "adam", {}),
    ("heavy_ball", {"momentum": 0.0}, "gradient_descent", {}),
    ("nesterov_ahead", {"momentum": 0.0}, "gradient_descent", {}),
    ("lookahead", {"alpha": 1.0}, "momentum", {}),
    ("lion", {"beta1": 0.0}, "sign_descent", {}),
    ("ademamix", {"alpha": 0.0}, "adam", {}),
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


class Flipped:
    """A landscape upside down."""

    lowest = -np.inf

    def __init__(self, f):
        self.f = f

    def __call__(self, points):
        return -self.f(points)

    def grad(self, points):
        return -self.f.grad(points)

    def hessian(self, points):
        return -self.f.hessian(points)


def flipped(rule):
    """Uphill: a wrapper that hands on whatever knobs it is given."""
    asks = asks_f(rule)

    @functools.wraps(rule)
    def wrapped(x, told, t, *memory, **knobs):
        return rule(x, Flipped(told) if asks else -told, t, *memory, **knobs)

    return wrapped


@everyones
def test_a_wrapped_rule_is_given_its_knobs_either_way(rule, take):
    f = LANDSCAPES["quadratic"]()
    knobs = {**midpoints(rule), "lr": 0.01}
    runs = []
    for way in ("arrays", "floats"):
        take(way)
        runs.append(descend(f, f.start, flipped(rule), steps=30, **knobs))
    assert_same_run(*runs, exact=True)
    start = np.array([f.start])
    told = Flipped(f) if asks_f(rule) else -f.grad(start)
    with np.errstate(all="ignore"):
        after = rule(start, told, 1, *memory_of(rule, (1, 2)), **knobs)
    first = after[0] if isinstance(after, tuple) else after
    np.testing.assert_array_equal(runs[0].path[1], first)
