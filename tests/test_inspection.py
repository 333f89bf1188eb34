"""One step of a run, worked out for the page."""

import json
import re

import numpy as np
import pytest

from app.experiment import parse
from app.inspection import inspect
from app.run import chunks
from optimizers import OPTIMIZERS


def experiment_of(text):
    experiment, problems = parse(text)
    assert not problems
    return experiment


def path_of(experiment):
    return np.concatenate([chunk.path[:, 0] for chunk in chunks(experiment, experiment.runs[0])])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_step_that_is_told_is_the_one_the_run_takes(name):
    experiment = experiment_of(f"landscape=himmelblau&steps=130&run={name}")
    path = path_of(experiment)
    for k in (0, 3, 77, 129):
        told = inspect(experiment, experiment.runs[0], k)
        json.dumps(told, allow_nan=False)
        assert told["step"] == k + 1
        np.testing.assert_array_equal(told["from"], path[k])
        np.testing.assert_array_equal(told["move"], path[k + 1] - path[k])
        step = told["arrows"][-1]
        assert (step["name"], step["vector"], step["tail"]) == ("step", told["move"], told["from"])
        assert told["formulas"]
        assert all(text.startswith("<math") for text in told["formulas"])
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
        told = inspect(experiment, experiment.runs[0], k)
        np.testing.assert_array_equal(told["move"], path[k + 1] - path[k])


def test_the_numbers_of_a_plain_step_stand_in_the_formula():
    link = "landscape=sphere&start=2,-1&steps=3&run=gradient_descent,lr=0.25"
    told = inspect(experiment_of(link), experiment_of(link).runs[0], 0)
    # f = x² + y²: from (2, -1) the slope is (4, -2), and a rate of 1/4 halves both.
    assert (told["gradient"], told["move"], told["rate"]) == ([4, -2], [-1, 0.5], [0.25, 0.25])
    words = re.sub("<[^>]+>", " ", told["formulas"][-1])
    for number in ("0.25", "4", "2", "0.5"):
        assert number in words.split()


def test_the_curvature_is_that_of_the_surface_and_the_metric_that_of_the_rule():
    experiment = experiment_of("landscape=himmelblau&steps=50&run=adam,lr=0.1,beta1=0.8,beta2=0.9")
    run = experiment.runs[0]
    parts = list(chunks(experiment, run))
    path, v = parts[0].path[:, 0], parts[0].state["v"][:, 0]
    for k in (0, 20, 49):
        told = inspect(experiment, run, k)
        (xx, xy), (_, yy) = experiment.surface.hessian(path[k])
        assert told["curvature"] == [xx, xy, yy]
        root = np.sqrt(v[k + 1] / (1 - 0.9 ** (k + 1))) + 1e-8
        expected = 0.1 / (1 - 0.8 ** (k + 1)) / root
        np.testing.assert_allclose(told["metric"], expected, rtol=1e-9)
    plain = experiment_of("landscape=himmelblau&steps=50&run=momentum,lr=0.003")
    np.testing.assert_allclose(inspect(plain, plain.runs[0], 9)["metric"], 0.003, rtol=1e-9)
    newton = experiment_of("landscape=himmelblau&start=0,0&steps=50&run=newton,lr=1")
    assert inspect(newton, newton.runs[0], 0)["metric"] is None


@pytest.mark.parametrize(
    ("text", "k"),
    [
        ("landscape=sphere&steps=2000&run=gradient_descent,lr=90", 1900),
        ("landscape=sphere&steps=400&stop=0.1&run=adam", 390),
    ],
)
def test_where_there_is_no_next_step_it_says_so(text, k):
    experiment = experiment_of(text)
    with pytest.raises(ValueError, match="no next step"):
        inspect(experiment, experiment.runs[0], k)
