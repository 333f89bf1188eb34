"""The same rule as others define it: catalogue, papers, link and card."""

import functools
import json
import math
import struct

import numpy as np
import pytest

from app.callbacks.edit import apply
from app.controls import run_card
from app.experiment import USUAL, redefined, rules, titles
from app.inspection import inspect
from app.knobs import describe, knobs, write_value
from app.link import parse, write
from app.rates import suited_rate
from app.run import apart, chunks, messages
from landscapes import LANDSCAPES
from optimizers import CONVENTIONS, OPTIMIZERS, SCHEDULES, descend
from optimizers.conventions import VARIANTS, conventions, definer

PAIRS = [(rule, key) for rule, variants in CONVENTIONS.items() for key in variants]
pairs = pytest.mark.parametrize(("rule", "key"), PAIRS)
HIMMELBLAU = LANDSCAPES["himmelblau"]()
STEPS = 600


@pairs
def test_a_variant_says_whose_rule_it_is_and_has_no_knob_of_its_own(rule, key):
    variant, usual = CONVENTIONS[rule][key], OPTIMIZERS[rule]
    assert variant.__name__ == f"{rule}_{key}"
    assert describe(variant).title == f"{describe(usual).title} ({definer(variant)})"
    assert describe(variant).summary[0].isascii()
    mine, other = knobs(variant), knobs(usual)
    assert list(mine) == [name for name in other if name in mine]
    for name, knob in mine.items():
        for fact in ("low", "high", "scale", "hint", "whole"):
            assert getattr(knob, fact) == getattr(other[name], fact)


def test_being_in_the_folder_is_being_registered():
    assert {f"{rule}_{key}" for rule, key in PAIRS} == VARIANTS.keys()
    assert CONVENTIONS.keys() <= OPTIMIZERS.keys()
    assert conventions({"adam_keras": VARIANTS["adam_keras"]}) == {
        "adam": {"keras": VARIANTS["adam_keras"]}
    }
    assert USUAL not in {key for _, key in PAIRS}


# The papers' lines on plain floats, one coordinate and one gradient at a time: each is given the
# point and the slopes of a run so far, newest last, and the rates, and has nothing to remember.


def polyak(x, g, lr, momentum):
    """x_n+1 = x_n - α f'(x_n) + β (x_n - x_n-1)"""
    before = x[-2] if len(x) > 1 else x[-1]
    return x[-1] - lr[-1] * g[-1] + momentum * (x[-1] - before)


def nesterov(x, g, lr):
    """x_k = y_k - α f'(y_k), a_k+1 = (1 + √(4 a_k² + 1)) / 2,
    y_k+1 = x_k + (a_k - 1)(x_k - x_k-1) / a_k+1"""
    a = 1.0
    for _ in g[:-1]:
        a = (1 + math.sqrt(4 * a**2 + 1)) / 2
    after = (1 + math.sqrt(4 * a**2 + 1)) / 2
    reached = [at - rate * slope for at, rate, slope in zip(x, lr, g, strict=True)]
    return reached[-1] + (a - 1) * (reached[-1] - reached[max(len(reached) - 2, 0)]) / after


def mean(values, share):
    """The exponential moving average that begins at 0."""
    return sum((1 - share) * share ** (len(values) - 1 - i) * v for i, v in enumerate(values))


def hinton(x, g, lr, alpha):
    """MeanSquare = 0.9 MeanSquare + 0.1 g²; divide the gradient by √MeanSquare"""
    return x[-1] - lr[-1] * g[-1] / math.sqrt(mean([s * s for s in g], alpha))


def graves(x, g, lr, alpha, eps, momentum):
    """n = ℵ n + (1 - ℵ) ε², g = ℵ g + (1 - ℵ) ε, Δ = ℶ Δ - ℷ ε / √(n - g² + ℸ), w = w + Δ"""
    n = i = delta = 0.0
    for slope, rate in zip(g, lr, strict=True):
        n = alpha * n + (1 - alpha) * slope**2
        i = alpha * i + (1 - alpha) * slope
        delta = momentum * delta - rate * slope / math.sqrt(n - i**2 + eps)
    return x[-1] + delta


def adamax(x, g, lr, beta1, beta2):
    """u_t = max(β₂ u_t-1, |g_t|), θ_t = θ_t-1 - (α / (1 - β₁ᵗ)) m_t / u_t"""
    u = max(beta2 ** (len(g) - 1 - i) * abs(slope) for i, slope in enumerate(g))
    return x[-1] - lr[-1] / (1 - beta1 ** len(g)) * mean(g, beta1) / u


def amsgrad(x, g, lr, beta1, beta2):
    """v̂_t = max(v̂_t-1, v_t), x_t+1 = x_t - α_t m_t / √v̂_t"""
    squares = [slope**2 for slope in g]
    highest = max(mean(squares[: i + 1], beta2) for i in range(len(g)))
    return x[-1] - lr[-1] * mean(g, beta1) / math.sqrt(highest)


def adamw(x, g, lr, beta1, beta2, eps, weight_decay):
    """θ_t = θ_t-1 - η_t (α m̂_t / (√v̂_t + ε) + λ θ_t-1)"""
    alpha, t = lr[0], len(g)
    m_hat = mean(g, beta1) / (1 - beta1**t)
    v_hat = mean([slope**2 for slope in g], beta2) / (1 - beta2**t)
    eta = lr[-1] / alpha
    return x[-1] - eta * (alpha * m_hat / (math.sqrt(v_hat) + eps) + weight_decay * x[-1])


def nadam(x, g, lr, beta1, beta2, eps, momentum_decay):
    """m_t = μ_t m_t-1 + (1 - μ_t) g_t, m̂ = μ_t+1 m_t / (1 - Π_t+1 μ) + (1 - μ_t) g_t / (1 - Π_t μ),
    n̂ = ν n_t / (1 - νᵗ)"""
    t = len(g)
    mu = [beta1 * (1 - 0.5 * 0.96 ** (i * momentum_decay)) for i in range(1, t + 2)]
    m = 0.0
    for share, slope in zip(mu, g, strict=False):
        m = share * m + (1 - share) * slope
    m_hat = mu[t] * m / (1 - math.prod(mu)) + (1 - mu[t - 1]) * g[-1] / (1 - math.prod(mu[:t]))
    n_hat = beta2 * mean([slope**2 for slope in g], beta2) / (1 - beta2**t)
    return x[-1] - lr[-1] * m_hat / (math.sqrt(n_hat) + eps)


def radam(x, g, lr, beta1, beta2):
    """if ρ_t > 4: l_t = √((1 - β₂ᵗ) / v_t), r_t = ..., θ_t = θ_t-1 - α_t r_t m̂_t l_t"""
    t = len(g)
    m_hat = mean(g, beta1) / (1 - beta1**t)
    longest = 2 / (1 - beta2) - 1
    rho = longest - 2 * t * beta2**t / (1 - beta2**t)
    if rho <= 4:
        return x[-1] - lr[-1] * m_hat
    length = math.sqrt((1 - beta2**t) / mean([slope**2 for slope in g], beta2))
    r = math.sqrt((rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho))
    return x[-1] - lr[-1] * r * m_hat * length


PAPERS = {
    "momentum": (polyak, [{}, {"momentum": 0.5}]),
    "nesterov": (nesterov, [{}]),
    "rmsprop": (hinton, [{}, {"alpha": 0.99}]),
    "centered_rmsprop": (graves, [{}, {"alpha": 0.5, "eps": 0.01, "momentum": 0.0}]),
    "adamax": (adamax, [{}, {"beta1": 0.5, "beta2": 0.9}]),
    "amsgrad": (amsgrad, [{}, {"beta1": 0.5, "beta2": 0.9}]),
    "adamw": (adamw, [{}, {"beta1": 0.5, "beta2": 0.9, "eps": 0.1, "weight_decay": 0.5}]),
    "nadam": (nadam, [{}, {"beta1": 0.5, "beta2": 0.9, "eps": 0.1, "momentum_decay": 0.1}]),
    "radam": (radam, [{}, {"beta1": 0.5, "beta2": 0.9}, {"beta2": 0.3}]),
}


def test_every_papers_variant_is_held_against_its_lines():
    assert PAPERS.keys() == {rule for rule, key in PAIRS if key == "paper"}


@pytest.mark.parametrize(
    ("rule", "knobs_"),
    [
        pytest.param(rule, choice, id=f"{rule}-{','.join(choice)}")
        for rule, (_, choices) in PAPERS.items()
        for choice in choices
    ],
)
@pytest.mark.parametrize("schedule", ["constant", "exponential"])
def test_a_step_is_that_of_the_papers_lines(rule, knobs_, schedule):
    lines, _ = PAPERS[rule]
    variant = CONVENTIONS[rule]["paper"]
    plan = functools.partial(
        SCHEDULES[schedule], **({} if schedule == "constant" else {"gamma": 0.999})
    )
    values = {name: knob.default for name, knob in knobs(variant).items()} | knobs_ | {"lr": 1e-3}
    run = descend(HIMMELBLAU, (-0.5, -1.0), variant, steps=STEPS, schedule=plan, **values)
    del values["lr"]
    # Each step from what came before it: no chaos, and 500 steps and more.
    for t in [*range(1, 12), *range(20, 100, 13), *range(100, STEPS + 1, 50)]:
        for axis in range(2):
            x, g = run.path[:t, 0, axis].tolist(), run.grad[:t, 0, axis].tolist()
            told = lines(x, g, run.lr[:t, 0].tolist(), **values)
            assert run.path[t, 0, axis] == pytest.approx(told, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
def test_the_rate_inside_the_velocity_counts_only_once_it_changes(rule):
    def path(variant, schedule):
        walk = descend(HIMMELBLAU, (0, 0), variant, steps=40, schedule=schedule, lr=2e-3)
        return walk.path

    drop = functools.partial(SCHEDULES["step"], step_size=10, gamma=0.1)
    ours, theirs = OPTIMIZERS[rule], CONVENTIONS[rule]["keras"]
    same = [path(each, SCHEDULES["constant"]) for each in (ours, theirs)]
    np.testing.assert_allclose(*same, rtol=1e-12, atol=1e-12)
    dropped = [path(each, drop) for each in (ours, theirs)]
    np.testing.assert_allclose(dropped[0][:11], dropped[1][:11], rtol=1e-12, atol=1e-12)
    assert np.abs(dropped[0] - dropped[1]).max() > 0.01


def test_polyaks_ball_is_that_of_keras_also_under_a_schedule():
    drop = functools.partial(SCHEDULES["step"], step_size=10, gamma=0.1)
    paths = [
        descend(HIMMELBLAU, (0, 0), variant, steps=40, schedule=drop, lr=2e-3).path
        for variant in CONVENTIONS["momentum"].values()
    ]
    np.testing.assert_allclose(*paths, rtol=1e-12, atol=1e-12)


def test_nesterovs_own_momentum_has_the_speed_that_the_paper_proves():
    """f(x_k) - f* ≤ 4 L |y_0 - x*|² / (k + 2)² with the rate 1 / L."""
    f = LANDSCAPES["quadratic"](condition=1000.0)
    curvature = np.linalg.eigvalsh(f.hessian(np.zeros(2))).max()
    run = descend(f, (1.0, 1.0), CONVENTIONS["nesterov"]["paper"], steps=300, lr=1 / curvature)
    reached = f(run.state["y"][1:, 0])
    k = np.arange(300)
    assert (reached <= 4 * curvature * 2 / (k + 2) ** 2).all()


@pytest.mark.parametrize("rule", ["rmsprop", "adamax", "amsgrad", "radam"])
def test_where_there_was_no_slope_yet_the_papers_take_no_step(rule):
    for starts in ((0.0, 1.0), [(0.0, 1.0)] * 20):
        run = descend(LANDSCAPES["sphere"](), starts, CONVENTIONS[rule]["paper"], steps=30, lr=0.01)
        assert (run.path[..., 0] == 0).all()
        assert (np.diff(run.path[..., 1], axis=0)[:5] < 0).all()


@pairs
def test_floats_and_arrays_take_the_same_steps(rule, key):
    variant, start = CONVENTIONS[rule][key], (-0.5, -1.0)
    alone = descend(HIMMELBLAU, start, variant, steps=200, y_rate=0.5, lr=0.01)
    among = descend(HIMMELBLAU, [start] * 20, variant, steps=200, y_rate=0.5, lr=0.01)
    np.testing.assert_array_equal(alone.path[:, 0], among.path[:, 7])
    assert np.isfinite(alone.path).all()


@pairs
def test_a_link_with_a_convention_reads_back(rule, key):
    experiment, problems = parse(f"run={rule}/cosine/clip_norm/as={key}/warmup=3")
    assert not problems
    (run,) = experiment.runs
    assert (run.convention, run.rule) == (key, CONVENTIONS[rule][key])
    assert parse(write(experiment)) == (experiment, [])
    assert f"/as={key}/warmup=3/" in write(experiment)
    # What is left out has its own defaults, but for the rate, which suits the landscape.
    own = {name: knob.default for name, knob in knobs(run.rule).items()}
    own["lr"] = suited_rate(rule, experiment.landscape)
    assert dict(run.optimizer.knobs) == own
    assert titles(experiment.runs) == [describe(run.rule).title]


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("adam/as=jax", "Adam is defined as pytorch or keras, not as “jax”."),
        ("rmsprop/as=", "RMSProp is defined as pytorch or keras or paper, not as “”."),
        ("lion/as=keras", "Lion is defined in one way only here, not as “keras”."),
        ("lion/as=pytorch", None),
        ("adam/as=pytorch", None),
    ],
)
def test_what_nobody_defines_so_is_pytorchs_with_a_sentence(run, words):
    experiment, problems = parse(f"run={run}")
    assert [problem.sentence for problem in problems] == ([words] if words else [])
    assert all(problem.where == "runs.0.as" for problem in problems)
    assert experiment.runs == parse(f"run={run.split('/')[0]}")[0].runs
    assert "/as=" not in write(experiment)


def test_an_unknown_optimizer_has_one_problem_whoever_defines_it():
    _, problems = parse("run=nobody/as=keras")
    assert [problem.where for problem in problems] == ["runs.0.optimizer"]


def touched(**cause):
    return {"kind": "pick", "run": "0", "of": "", "knob": "", **cause}


@pairs
def test_the_switch_keeps_every_knob_that_both_have_and_the_way_back(rule, key):
    knob, *_ = [name for name in knobs(CONVENTIONS[rule][key]) if name != "lr"] or ["lr"]
    value = knobs(OPTIMIZERS[rule])[knob].default * 0.5 or 0.25
    experiment, _ = parse(f"run={rule},lr=0.003,{knob}={value}/step/name=Mine")
    usual = dict(experiment.runs[0].optimizer.knobs)
    switched = apply(experiment, **touched(part="convention", value=key))
    (run,) = switched.runs
    assert run.convention == key
    for name, mine in run.optimizer.knobs:
        assert mine == usual[name]
    assert (run.schedule, run.name) == (experiment.runs[0].schedule, "Mine")
    if run.optimizer.knobs == experiment.runs[0].optimizer.knobs:
        assert apply(switched, **touched(part="convention", value=USUAL)) == experiment


def test_a_convention_is_kept_on_a_duplicate_and_dropped_with_the_optimizer():
    experiment, _ = parse("run=rmsprop/as=keras")
    twins = apply(experiment, **touched(kind="duplicate", part="run", value=1))
    assert [run.convention for run in twins.runs] == ["keras", "keras"]
    other = apply(experiment, **touched(part="optimizer", value="adam"))
    assert other.runs[0].rule is OPTIMIZERS["adam"]
    there = apply(experiment, **touched(run="", part="landscape", value="ackley"))
    assert there.runs[0].convention == "keras"


@pytest.mark.parametrize("key", ["jax", "paper"])
def test_a_convention_that_a_rule_has_not_changes_nothing(key):
    (run,) = parse("run=adam/as=keras")[0].runs
    assert redefined(run, key) == run


@pytest.mark.parametrize("rule", OPTIMIZERS)
def test_a_card_offers_the_conventions_a_rule_has_and_says_what_differs(rule):
    for key in (USUAL, *CONVENTIONS.get(rule, ())):
        experiment, _ = parse(f"run={rule}/as={key}")
        card = str(run_card(experiment.runs[0], "it", experiment.landscape))
        offered = "it as defined by" in card
        assert offered == (rule in CONVENTIONS)
        for variant in CONVENTIONS.get(rule, {}).values():
            assert describe(variant).summary in card
        told = f"'part': 'convention', 'of': '{key}'" in card
        assert told == (key != USUAL)


def test_defaults_that_are_not_pytorchs_are_told():
    experiment, _ = parse("run=rmsprop")
    card = str(run_card(experiment.runs[0], "it", experiment.landscape))
    assert f"alpha is 0.9, eps is {write_value(1e-7)}." in card


def status_of(experiment):
    *_, last = messages(experiment)
    (head,) = struct.unpack("<I", last[:4])
    return json.loads(last[8 : 8 + head])["status"]


def test_the_stream_tells_how_far_the_paths_are_apart():
    link = "landscape=himmelblau&steps=60"
    experiment, _ = parse(
        f"{link}&run=rmsprop,alpha=0.9,eps=0.01/as=keras&run=rmsprop,alpha=0.9,eps=0.01"
    )
    theirs, ours = (
        np.concatenate([chunk.path[:, 0] for chunk in chunks(experiment, run)])
        for run in experiment.runs
    )
    ways = np.hypot(*(theirs - ours).T)
    one, other = status_of(experiment)
    step = int(ways.argmax())
    assert (
        one["apart"] == f"differs from PyTorch's path by at most {ways[step]:.3g}, at step {step}"
    )
    assert "apart" not in other


def test_a_run_that_overflows_is_compared_while_both_are_finite():
    experiment, _ = parse("landscape=rosenbrock&steps=60&run=momentum,lr=0.1/exponential/as=keras")
    (run,) = experiment.runs
    path = np.concatenate([chunk.path[:, 0] for chunk in chunks(experiment, run)])
    assert apart(experiment, run, path)["apart"].endswith(", while both are finite")


def test_a_path_that_is_pytorchs_is_said_to_be():
    experiment, _ = parse("landscape=sphere&start=0,0&steps=9&run=momentum/as=keras")
    assert status_of(experiment)[0]["apart"] == "goes exactly where PyTorch's goes"


@pairs
def test_a_step_of_a_variant_can_be_inspected(rule, key):
    experiment, _ = parse(f"landscape=himmelblau&steps=60&run={rule}/one_cycle/as={key}")
    (run,) = experiment.runs
    path = np.concatenate([chunk.path[:, 0] for chunk in chunks(experiment, run)])
    for k in (0, 1, 30, 59):
        ((told,),) = inspect(experiment, run, k)
        np.testing.assert_array_equal(told["move"], path[k + 1] - path[k])
        assert len(told["formulas"]) == len(describe(run.rule).formulas)


def test_the_rules_of_a_convention_are_pytorchs_where_it_has_none():
    assert rules("keras")["lion"] is OPTIMIZERS["lion"]
    assert rules(USUAL) == OPTIMIZERS
