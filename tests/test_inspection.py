"""Steps of a run, worked out for the page."""

import json
from itertools import chain

import numpy as np
import pytest

from app.inspection import MOST, inspect, steps
from app.link import parse
from app.run import chunks
from app.server import create_app
from app.step_formula import SIGN, SLOT
from optimizers import CONVENTIONS, OPTIMIZERS


@pytest.fixture(scope="module")
def client():
    return create_app().server.test_client()


def experiment_of(text):
    experiment, problems = parse(text)
    assert not problems
    return experiment


def step_of(experiment, k):
    ((told,),) = inspect(experiment, experiment.runs[0], k)
    return told


def path_of(experiment):
    return np.concatenate([chunk.path[:, 0] for chunk in chunks(experiment, experiment.runs[0])])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_step_that_is_told_is_the_one_the_run_takes(name):
    experiment = experiment_of(f"landscape=himmelblau&steps=130&run={name}")
    path = path_of(experiment)
    for k in (0, 3, 77, 129):
        told = step_of(experiment, k)
        np.testing.assert_array_equal(told["from"], path[k])
        np.testing.assert_array_equal(told["move"], path[k + 1] - path[k])
        step = told["arrows"][-1]
        assert (step["name"], step["vector"], step["tail"]) == ("step", told["move"], told["from"])
        assert told["formulas"]
        for rate, slope, move in zip(told["rate"], told["gradient"], told["move"], strict=True):
            if rate is not None:
                assert rate * slope == pytest.approx(-move, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(
    "run",
    [
        "adam/one_cycle/clip_norm,limit=0.5/warmup=10/y_rate=0.1",
        "momentum/cosine/batch,size=8/decoupled_decay",
        "backtracking/batch,size=8",
        "sam/plateau/noise,sigma=3",
    ],
)
def test_it_counts_the_schedule_and_what_stands_before_the_gradient(run):
    experiment = experiment_of(f"landscape=tanh_neuron&steps=90&run={run}")
    path = path_of(experiment)
    for k in (0, 40, 89):
        told = step_of(experiment, k)
        np.testing.assert_array_equal(told["move"], path[k + 1] - path[k])


def test_the_numbers_of_a_plain_step_stand_in_the_formula():
    link = "landscape=sphere&start=2,-1&steps=3&run=gradient_descent,lr=0.25"
    told = step_of(experiment_of(link), 0)
    # f = x² + y²: from (2, -1) the slope is (4, -2), and a rate of 1/4 halves both.
    assert (told["gradient"], told["move"], told["rate"]) == ([4, -2], [-1, 0.5], [0.25, 0.25])
    (_, line), *_ = told["formulas"]
    assert line.texts == ("=", "(2, −1)", "0.25", "(4, −2)", "=", "(1, −0.5)")


def test_the_curvature_is_that_of_the_surface_and_the_metric_that_of_the_rule():
    experiment = experiment_of("landscape=himmelblau&steps=50&run=adam,lr=0.1,beta1=0.8,beta2=0.9")
    run = experiment.runs[0]
    parts = list(chunks(experiment, run))
    path, v = parts[0].path[:, 0], parts[0].state["v"][:, 0]
    for k in (0, 20, 49):
        told = step_of(experiment, k)
        (xx, xy), (_, yy) = experiment.surface.hessian(path[k])
        assert told["curvature"] == [xx, xy, yy]
        root = np.sqrt(v[k + 1] / (1 - 0.9 ** (k + 1))) + 1e-8
        expected = 0.1 / (1 - 0.8 ** (k + 1)) / root
        np.testing.assert_allclose(told["metric"], expected, rtol=1e-9)
    plain = experiment_of("landscape=himmelblau&steps=50&run=momentum,lr=0.003")
    np.testing.assert_allclose(step_of(plain, 9)["metric"], 0.003, rtol=1e-9)
    newton = experiment_of("landscape=himmelblau&start=0,0&steps=50&run=newton,lr=1")
    assert step_of(newton, 0)["metric"] is None


@pytest.mark.parametrize(
    ("text", "k"),
    [
        ("landscape=sphere&steps=2000&run=gradient_descent,lr=90", 1900),
        ("landscape=sphere&steps=400&stop=0.1&run=adam", 390),
    ],
)
def test_where_there_is_no_next_step_there_is_nothing(text, k):
    experiment = experiment_of(text)
    assert step_of(experiment, k) is None
    told = [step for some in inspect(experiment, experiment.runs[0], 0, k) for step in some]
    ends = told.index(None)
    assert ends > 0
    assert not any(told[ends:])


VARIANTS = [f"{rule}/as={key}" for rule, keys in CONVENTIONS.items() for key in keys]


@pytest.mark.parametrize("rule", [*OPTIMIZERS, *VARIANTS])
def test_steps_that_are_asked_for_together_are_those_that_are_asked_for_alone(rule):
    experiment = experiment_of(f"landscape=himmelblau&steps=40&run={rule}")
    (run,) = experiment.runs
    together = [step for some in inspect(experiment, run, 3, 30) for step in some]
    assert len(together) == 30
    assert together == [step_of(experiment, k) for k in range(3, 33)]


def test_a_fork_is_worked_out_across_the_step_where_it_begins():
    link = "landscape=himmelblau&steps=20&run=momentum,lr=0.003/fork=9/adam,lr=0.1"
    experiment = experiment_of(link)
    together = [step for some in inspect(experiment, experiment.runs[0], 0, 20) for step in some]
    assert [[arrow["name"] for arrow in step["arrows"]] for step in together] == [
        *[["-g", "-m", "step"]] * 9,
        *[["-g", "-b", "step"]] * 11,
    ]


@pytest.mark.parametrize("run", ["adam", "rprop", "lbfgs", "nelder_mead", "saddle_free_newton"])
def test_messages_say_the_same_and_have_a_slot_for_each_text(run):
    experiment = experiment_of(f"landscape=himmelblau&steps=100&run={run}")
    expected = [step for some in inspect(experiment, experiment.runs[0], 5, 95) for step in some]
    *heads, last = map(head_of, steps(experiment, experiment.runs[0], 5, MOST))
    assert last == {"status": []}
    assert heads[0]["first"] == 5
    assert len(heads[0]["steps"]) == 1
    rows, k = [], 5
    for head in heads:
        assert head["first"] == k
        rows += head["rows"]
        for told in head["steps"]:
            written = expected[k - 5]
            k += 1
            formulas, lines = told.pop("formulas"), written.pop("formulas")
            assert told == written
            for numbered, line in zip(chain(*formulas), chain(*lines), strict=True):
                assert tuple(numbered[1:]) == line.texts
                assert rows[numbered[0]].count('class="slot"') == len(line.texts)
    assert k == 100
    assert len(set(rows)) == len(rows)
    for row in rows:
        assert row.startswith("<mtr>")
        assert row.endswith("</mtr>")
        assert SLOT not in row
        assert SIGN not in row


@pytest.mark.parametrize("at", ["0,0", "0,7,90", "0,98,2", "0,99,1000", "0,3,"])
def test_the_server_tells_of_a_range_that_begins_in_the_run(client, at):
    with client.get(f"/step?steps=100&run=adam/look=0&at={at}") as answer:
        assert answer.status_code == 200
        assert b'"steps": [{' in answer.data or b'"steps":[{' in answer.data


@pytest.mark.parametrize(
    "at",
    [
        *("", "0", "0,", "2,0", "0,-1", "0,100", "0,1e9", "0,0x3", "0,nan", "0,1.5", "0,1,0"),
        *("0,1,-3", "0,1,1001", "0,1,1e300", "0,1,2.5", "0,1,2,3", "0,٣", "%ff,1", "0,1,%00"),
    ],
)
def test_what_is_no_range_of_steps_gets_a_sentence(client, at):
    answer = client.get(f"/step?steps=100&run=adam/look=0&at={at}")
    assert answer.status_code == 400
    for problem in answer.json["problems"]:
        assert problem["where"] == "at"
        assert problem["sentence"].endswith(".")


def head_of(message):
    size = int.from_bytes(message[:4], "little")
    text = message[8 : 8 + size].decode()
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
