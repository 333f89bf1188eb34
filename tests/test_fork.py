"""A walk that goes on from a checkpoint, and runs that go on from others."""

import importlib
import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from app.callbacks.edit import apply, on_landscape
from app.controls import run_card
from app.experiment import LONGEST_NAME, MOST_FORKS, forked, titles
from app.inspection import inspect
from app.link import parse, write
from app.repeats import repeats
from app.run import begun, chunks, messages, settings, walked
from app.seen import seen
from app.verdicts import verdicts
from landscapes import LANDSCAPES
from optimizers import (
    OPTIMIZERS,
    SCHEDULES,
    WRAPPERS,
    Checkpoint,
    descend,
    ends,
    stream,
    visits,
    warmup,
)
from optimizers.evaluations import counted, evaluations
from optimizers.post_mortem import post_mortem
from tests.test_repeats import read

engine = importlib.import_module("optimizers.descend")
F = LANDSCAPES["rosenbrock"]()
STARTS = np.array([F.start, (1.5, 2.0), (0.3, -0.4)])
STEPS = 230

# Where a walk is halted: at its start, its first step, in and at the end of a stretch, at its end.
halts = pytest.mark.parametrize("step", [0, 1, 51, 150, STEPS])
SETTINGS = {
    **{key: {"rule": OPTIMIZERS[key]} for key in OPTIMIZERS},
    **{f"adam, {key}": {"schedule": SCHEDULES[key]} for key in SCHEDULES if key != "plateau"},
    "heavy ball, one cycle": {"rule": OPTIMIZERS["momentum"], "schedule": SCHEDULES["one_cycle"]},
    "warm-up": {"schedule": warmup(SCHEDULES["cyclic"], 60)},
    "noise": {"wrappers": [partial(WRAPPERS["noise"], sigma=3.0, seed=4)]},
    "noise, asked for": {
        "rule": OPTIMIZERS["sam"],
        "wrappers": [partial(WRAPPERS["noise"], seed=4), WRAPPERS["clip_norm"]],
    },
    "decay": {"wrappers": [WRAPPERS["decoupled_decay"], WRAPPERS["weight_decay"]]},
    "rate along y": {"y_rate": 0.3},
    "until it is still": {"tolerance": 1e-3},
}


@pytest.fixture(params=["floats", "arrays"])
def _way(request, monkeypatch):
    monkeypatch.setattr(engine, "FEW", 10**6 if request.param == "floats" else 0)


def checkpoint(walk, step, tolerance=0.0):
    with np.errstate(invalid="ignore"):
        held = (np.abs(np.diff(walk.loss[: step + 1], axis=0)) < tolerance).any(0)
    memory = {name: values[step] for name, values in walk.state.items()}
    return Checkpoint(step, walk.path[step], memory, held=held)


@halts
@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("key", SETTINGS)
def test_a_walk_that_goes_on_has_the_bits_of_one_that_never_stopped(key, step):
    told = {"rule": OPTIMIZERS["adam"], "steps": STEPS, "lr": 3e-3, **SETTINGS[key]}
    whole = descend(F, STARTS, **told)
    at = checkpoint(whole, step, told.get("tolerance", 0.0))
    rest = list(stream(F, at, **told))
    assert rest[0].first == step
    for name in ("path", "loss", "grad"):
        joined = np.concatenate([getattr(chunk, name) for chunk in rest])
        np.testing.assert_array_equal(joined, getattr(whole, name)[step:])
    np.testing.assert_array_equal(descend(F, at, **told).lr, whole.lr[step:])
    for name, values in whole.state.items():
        joined = np.concatenate([chunk.state[name] for chunk in rest])
        np.testing.assert_array_equal(joined, values[step:])
    # The stretches end where those of the whole walk end.
    before = {chunk.first + len(chunk.path) for chunk in stream(F, STARTS, **told)}
    assert {chunk.first + len(chunk.path) for chunk in rest} <= {*before, step + 1}


@pytest.mark.parametrize("key", SETTINGS)
def test_visits_and_ends_go_on_too(key):
    told = {"rule": OPTIMIZERS["adam"], "steps": STEPS, "lr": 3e-3, **SETTINGS[key]}
    whole = list(visits(F, STARTS, at=[70, 150, STEPS], **told))
    rest = list(visits(F, whole[0], at=[70, 150, STEPS], **told))
    for first, again in zip(whole, rest, strict=True):
        assert first.step == again.step
        np.testing.assert_array_equal(first.points, again.points)
        for name, memory in first.memory.items():
            np.testing.assert_array_equal(memory, again.memory[name])
    if "tolerance" not in told:
        np.testing.assert_array_equal(ends(F, whole[0], **told), whole[-1].points)


def test_a_schedule_that_reacts_begins_anew():
    told = {"steps": STEPS, "schedule": partial(SCHEDULES["plateau"], patience=2), "lr": 0.5}
    whole = descend(F, F.start, OPTIMIZERS["adam"], **told)
    assert whole.lr[100, 0] < 0.5
    assert descend(F, checkpoint(whole, 100), OPTIMIZERS["adam"], **told).lr[0, 0] == 0.5


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_a_rule_with_a_fresh_memory_counts_from_its_first_step(key):
    """As one that starts there, with what depends on the number of the step still as it was."""
    rule = OPTIMIZERS[key]
    told = {"lr": 1e-3, "wrappers": [partial(WRAPPERS["noise"], sigma=0.0)]}
    rest = descend(F, Checkpoint(30, STARTS, begun=30), rule, steps=90, **told)
    np.testing.assert_array_equal(rest.path, descend(F, STARTS, rule, steps=60, **told).path)


def test_what_cannot_go_on_is_refused():
    with pytest.raises(ValueError, match="steps must be 9 or more, not 8"):
        descend(F, Checkpoint(9, STARTS), OPTIMIZERS["adam"], steps=8)


def test_the_rest_of_a_walk_asks_for_the_rest():
    for key in ("adam", "sam", "backtracking"):
        told = {"steps": STEPS, "lr": 1e-3}
        whole, asked = counted(F, F.start, OPTIMIZERS[key], **told)
        at = checkpoint(whole, 90)
        _, rest = counted(F, at, OPTIMIZERS[key], **told)
        again = evaluations(F, at, OPTIMIZERS[key], **told)
        for a, b, c in zip(asked, rest, again, strict=True):
            np.testing.assert_array_equal(a[90] + b, a[90:])
            np.testing.assert_array_equal(b, c)


def experiment_of(text):
    experiment, problems = parse(text)
    assert not problems
    return experiment


def branched(text, step, change=""):
    """An experiment with a run and one that goes on from it, and whether knobs were changed."""
    experiment = experiment_of(text)
    (run,) = experiment.runs
    own = experiment_of(f"{text.partition('&run=')[0]}&run={change}").runs[0] if change else run
    return replace(experiment, runs=(run, replace(own, look=7, past=forked(run, step))))


def path_of(experiment, run):
    told = list(chunks(experiment, run))
    assert [chunk.first for chunk in told] == [c.first for c in chunks(experiment, run.at(0))]
    return {
        name: np.concatenate([getattr(chunk, name) for chunk in told])
        for name in ("path", "loss", "grad", "lr")
    }


ALIKE = [
    *(f"landscape=himmelblau&steps={STEPS}&run={key}" for key in OPTIMIZERS),
    *(f"steps={STEPS}&run=adam/{key}" for key in SCHEDULES if key != "plateau"),
    f"steps={STEPS}&run=momentum/one_cycle/warmup=40/y_rate=0.3",
    f"steps={STEPS}&stop=0.001&run=adam",
    f"landscape=tanh_neuron&steps={STEPS}&run=adam/batch,size=4,seed=3/noise,sigma=0.1",
    f"landscape=himmelblau&start=normal,each=1,seed=3&steps={STEPS}&run=sam/noise/clip_norm",
]


@pytest.mark.parametrize("step", [0, 51, 120, 150])
@pytest.mark.parametrize("text", ALIKE)
def test_a_fork_with_nothing_changed_is_the_run_itself(text, step):
    experiment = branched(text, step)
    whole, own = (path_of(experiment, run) for run in experiment.runs)
    for name, values in whole.items():
        np.testing.assert_array_equal(own[name], values)
    (walk, asked), (again, more) = (walked(experiment, run) for run in experiment.runs)
    for name in ("path", "loss", "grad", "lr"):
        np.testing.assert_array_equal(getattr(again, name), getattr(walk, name))
    for a, b in zip(asked, more, strict=True):
        np.testing.assert_array_equal(a, b)
    assert walk.status == again.status
    *_, last = messages(experiment)
    first, second = read(last)[0]["status"]
    assert first == second


OTHERS = [
    ("adam,lr=0.02", "adam,lr=0.2/cosine", 0),
    ("adam,lr=0.02", "adam,lr=0.02,beta1=0.5/noise,sigma=3", 0),
    ("adam,lr=0.02/noise,sigma=2", "momentum,lr=0.002", 120),
    ("gradient_descent,lr=0.001", "dog", 120),
    ("gradient_descent,lr=0.001", "sam,lr=0.001/plateau/y_rate=0.5", 120),
    ("lbfgs", "rprop", 120),
    ("adam,lr=0.02", "adam,lr=0.02/as=keras", 120),
]


@pytest.mark.parametrize(("before", "after", "since"), OTHERS)
def test_a_fork_has_its_past_and_goes_on_by_its_own_settings(before, after, since):
    experiment = branched(f"steps={STEPS}&run={before}", 120, after)
    run, fork = experiment.runs
    whole, own = (path_of(experiment, each) for each in experiment.runs)
    for name, values in whole.items():
        np.testing.assert_array_equal(own[name][:121], values[:121])
    assert (own["path"][121:] != whole["path"][121:]).any()
    assert begun(fork) == since
    # The same by hand: the rule, from where the run was then.
    walk, _ = walked(experiment, run)
    at = Checkpoint(120, walk.path[120], begun=since)
    if since == 0:
        at = checkpoint(walk, 120)
    told = settings(experiment, fork)
    rest = descend(experiment.surface, at, fork.rule, **told)
    np.testing.assert_array_equal(own["path"][120:], rest.path)
    np.testing.assert_array_equal(own["lr"][121:], rest.lr)


def test_forks_of_forks_are_read_as_they_are_written():
    text = f"steps={STEPS}&run=adam,lr=0.1/look=4/fork=200/momentum/look=2/fork=90/adam/look=1"
    experiment = experiment_of(text)
    (run,) = experiment.runs
    assert parse(write(experiment)) == (experiment, [])
    assert [run.at(step).look for step in (0, 1, 90, 91, 200, 201)] == [1, 1, 1, 2, 2, 4]
    assert run.forks == 2
    own = path_of(experiment, run)
    past = path_of(experiment, run.past.run)
    first = path_of(experiment, run.at(0))
    np.testing.assert_array_equal(own["path"][:201], past["path"][:201])
    np.testing.assert_array_equal(past["path"][:91], first["path"][:91])


def test_a_past_that_its_own_past_outlives_is_left_out():
    (run,) = experiment_of("run=adam/fork=90/momentum/fork=90/newton").runs
    assert run.forks == 1
    assert run.past.run.optimizer.key == "newton"


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("steps=100&run=adam/fork=101/adam", "runs.0.fork", "only 100 steps"),
        ("run=adam/fork=-1/adam", "runs.0.fork", "from 0 to"),
        ("run=adam/fork=1.5/adam", "runs.0.fork", "whole"),
        ("run=adam/fork=5/nobody", "runs.0.fork.optimizer", "No optimizer"),
        ("run=adam/fork=5/adam,lr=x", "runs.0.fork.optimizer.lr", "must be a number"),
        ("run=adam" + "".join(f"/fork={i}/adam" for i in range(30, 21, -1)), None, "8 times"),
    ],
)
def test_what_cannot_be_gone_on_from_is_said(text, where, words):
    experiment, problems = parse(text)
    (problem,) = problems
    assert words in problem.sentence
    assert where in (None, problem.where)
    assert experiment.runs[0].forks <= MOST_FORKS
    assert parse(write(experiment)) == (experiment, [])


def pressed(**cause):
    return {"kind": "pick", "run": "0", "part": "run", "of": "", "knob": "", **cause}


def test_the_button_makes_a_run_that_goes_on_and_another_takes_it_back():
    experiment = experiment_of("steps=200&run=adam,lr=0.3/cosine&run=momentum")
    forking = apply(experiment, **pressed(kind="fork", value="120"))
    first, fork, last = forking.runs
    assert (first, last) == experiment.runs
    assert titles(forking.runs)[1] == "Adam from 120"
    assert fork.past == forked(first, 120)
    assert (fork.optimizer, fork.schedule) == (first.optimizer, first.schedule)
    assert parse(write(forking)) == (forking, [])
    words = str(run_card(fork, "Adam from 120", forking.landscape, "Adam"))
    assert "goes on from Adam at step 120" in words
    gone = pressed(run=str(fork.look), kind="remove", part="wrapper", of="past", value=1)
    assert apply(forking, **gone).runs[1] == replace(fork, past=None)
    # Past the end there is nothing to go on from, and names have an end too.
    long = apply(
        replace(experiment, runs=(replace(first, name="x" * LONGEST_NAME),)),
        **pressed(kind="fork", value="9999"),
    )
    assert long.runs[1].past.step == 200
    assert long.runs[1].name.endswith("x from 200")
    assert len(long.runs[1].name) == LONGEST_NAME
    deep = experiment
    for step in range(10, 10 + MOST_FORKS):
        deep = apply(deep, **pressed(run=str(deep.runs[-2].look), kind="fork", value=str(step)))
    look = str(max(deep.runs, key=lambda run: run.forks).look)
    assert apply(deep, **pressed(run=look, kind="fork", value="150")) == deep


def test_on_another_landscape_a_past_gets_its_suggestions_too():
    experiment = experiment_of("run=adam,lr=0.123/fork=9/momentum&run=momentum")
    fork, momentum = on_landscape(experiment, "ackley").runs
    assert fork.past.run.optimizer == momentum.optimizer
    assert dict(fork.optimizer.knobs)["lr"] == 0.123


@pytest.mark.parametrize(("before", "after", "since"), OTHERS)
def test_a_step_is_worked_out_as_the_fork_takes_it(before, after, since):
    experiment = branched(f"steps={STEPS}&run={before}", 120, after)
    fork = experiment.runs[1]
    path = path_of(experiment, fork)["path"][:, 0]
    for k in (0, 119, 120, 121, 200):
        ((told,),) = inspect(experiment, fork, k)
        np.testing.assert_array_equal(told["from"], path[k])
        np.testing.assert_array_equal(told["move"], path[k + 1] - path[k])


def test_a_fork_is_told_of_what_it_meets_at_each_step():
    experiment = branched(f"steps={STEPS}&run=adam/noise,sigma=5", 120, "adam")
    run, fork = experiment.runs
    for step in (1, 120):
        assert seen(experiment, fork, step) == seen(experiment, run, step)
    assert seen(experiment, fork, 121) != seen(experiment, run, 121)


def test_repeats_of_a_fork_have_the_floats_of_links_with_their_seeds():
    text = f"landscape=tanh_neuron&steps={STEPS}&seeds=5"
    run = "adam,lr=0.2/batch,seed={0}/look=3/fork=97/adam,lr=0.02/noise,sigma=0.1,seed={1}/look=1"
    experiment = experiment_of(f"{text}&run={run.format(3, 8)}")
    head, numbers = read(next(iter(repeats(experiment))))
    points = numbers[8 * len(head["marks"]) :].reshape(len(head["clouds"]), 5, 2)
    for repeat in range(5):
        same = experiment_of(f"{text}&run={run.format(3 + repeat, 8 + repeat)}")
        path = path_of(same, same.runs[0])["path"][:, 0]
        np.testing.assert_allclose(points[:, repeat], path[head["clouds"]], rtol=1e-6)


def test_a_fork_that_diverges_is_explained_from_where_it_began():
    tame = "gradient_descent,lr=0.001"
    experiment = branched(f"landscape=sphere&steps={STEPS}&run={tame}", 60, "gradient_descent,lr=4")
    _, fork = experiment.runs
    walk, _ = walked(experiment, fork)
    assert walk.status[0].kind == "diverged"
    assert walk.status[0].step > 60
    *found, _ = (read(body)[0] for body in verdicts(experiment))
    assert "would have held" in found[1]["said"]
    told = settings(experiment, fork)
    del told["steps"]
    start = Checkpoint(60, walk.path[60], begun=0)
    path, rates = walk.path[:, 0], walk.lr[:, 0]
    why = post_mortem(
        experiment.surface, path, rates, walk.status[0], fork.rule, start=start, **told
    )
    # On a bowl of curvature λ plain descent holds below 2/λ.
    curvature = experiment.surface.hessian(walk.path[60])[0, 0, 0]
    assert why.rate == pytest.approx(2 / curvature, rel=0.01)


def test_a_message_of_each_run_is_json_also_for_forks():
    experiment = branched(f"steps={STEPS}&run=adam", 120, "momentum,lr=100")
    for body in [*messages(experiment), *verdicts(experiment)]:
        json.dumps(read(body)[0], allow_nan=False)
