"""The verdicts as the page is sent them."""

import numpy as np
import pytest

from app.experiment import parse
from app.verdicts import verdicts
from tests.test_repeats import experiment_of, read


def told(text):
    *runs, (end, _) = (read(body) for body in verdicts(experiment_of(text)))
    return [head for head, _ in runs], end


def test_every_run_has_a_sentence_and_numbers_and_a_place():
    link = "landscape=quadratic&steps=200&run=gradient_descent,lr=0.3&run=momentum,lr=0.15"
    runs, end = told(f"{link}&run=gradient_descent,lr=0.1")
    assert [run["run"] for run in runs] == [0, 1, 2]
    assert end["status"] == []
    # The first diverges: it is last, and is told which rate would have held.
    assert end["order"][-1] == 0
    assert "it would have held (plain descent: below 2/λ = 0.2)" in runs[0]["said"]
    assert runs[0]["numbers"]["steps"] is None
    for run in runs[1:]:
        assert "found the minimum" in run["said"]
        assert 0 < run["numbers"]["steps"] <= 200
        assert run["numbers"]["gradients"] == run["numbers"]["steps"]
    assert runs[end["order"][0]]["numbers"]["steps"] == min(
        run["numbers"]["steps"] for run in runs[1:]
    )


def test_all_runs_have_the_target_of_the_highest_start():
    runs, end = told("landscape=sphere&start=normal,each=1&steps=50&run=adam&run=momentum")
    experiment = experiment_of("landscape=sphere&start=normal,each=1&run=adam&run=momentum")
    starts = [experiment.start_of(run) for run in experiment.runs]
    assert end["target"] == pytest.approx(1e-3 * max(experiment.surface(np.array(starts))))
    assert len(runs) == 2


def test_a_landscape_without_a_floor_has_no_target_and_no_runs_no_places():
    _, end = told("landscape=saddle&steps=20&run=adam")
    assert end["target"] is None
    experiment, _ = parse("landscape=sphere&run=")
    *none, (end, _) = (read(body) for body in verdicts(experiment))
    assert none == []
    assert end["order"] == []
