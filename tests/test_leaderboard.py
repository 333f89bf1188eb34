"""Who was best, and the verdicts as the page is sent them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.link import parse
from app.verdicts import verdicts
from optimizers import Status
from optimizers.evaluations import Evaluations
from optimizers.leaderboard import leaderboard
from tests.test_repeats import experiment_of, read
from tests.test_verdict import like


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
    assert "would have held (where it left, plain descent holds below 2/λ = 0.2)" in runs[0]["said"]
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


def test_the_leaderboard():
    asked = Evaluations(0, 30, 0)
    runs = [
        like(status=Status("diverged", 3, ""), target_step=1, target_asked=asked),
        like(target_step=None, final_loss=2.0),
        like(status=Status("left", 5, ""), target_step=None, final_loss=None),
        like(target_step=20, target_asked=asked, final_loss=9.0),
        like(target_step=None, final_loss=1.0),
        like(target_step=10, target_asked=asked._replace(gradients=50)),
    ]
    assert leaderboard(runs) == (5, 3, 4, 1, 2, 0)
    assert leaderboard(runs, cost=Evaluations.cost) == (3, 5, 4, 1, 2, 0)


@given(st.permutations(range(6)))
def test_equals_stand_in_the_order_they_are_given(order):
    equal = [like(target_step=None, final_loss=float(i % 2)) for i in order]
    even = [i for i in range(6) if order[i] % 2 == 0]
    odd = [i for i in range(6) if order[i] % 2]
    assert leaderboard(equal) == (*even, *odd)


def test_nobody_is_no_leaderboard():
    assert leaderboard([]) == ()
