"""Our rules against those of optax and scipy, and torch's L-BFGS, as tests/data/ recorded them."""

import inspect
import json
import re
from pathlib import Path

import pytest

from optimizers import OPTIMIZERS
from tests.data import replay_searches
from tests.data.replay import TOLERANCE, Recording, name_of

DATA = Path(__file__).parent / "data"
NAMES = ("optax_optimizers", "torch_lbfgs", "scipy_optimizers")
RECORDINGS = {name: Recording(DATA / f"{name}.npz") for name in NAMES}
SCIPY = RECORDINGS["scipy_optimizers"]


def each(kind):
    return [
        pytest.param(recording, i, id=name_of(thing))
        for recording in RECORDINGS.values()
        for i, thing in enumerate(getattr(recording, kind))
    ]


@pytest.mark.parametrize(("recording", "index"), each("runs"))
def test_a_run_goes_where_theirs_goes(recording, index):
    assert recording.error(index) <= TOLERANCE


@pytest.mark.parametrize(("recording", "index"), each("meals"))
def test_a_rule_fed_with_the_same_gradients_takes_the_same_steps(recording, index):
    assert recording.fed_error(index) <= TOLERANCE


@pytest.mark.parametrize(
    ("run", "points"), list(zip(SCIPY.about["searched"], SCIPY.arrays["searched"], strict=True))
)
def test_conjugate_gradients_search_along_the_lines_of_scipy(run, points):
    assert replay_searches.off_the_lines(run, points) <= TOLERANCE


@pytest.mark.parametrize(
    ("bowl", "points"), list(zip(SCIPY.about["solved"], SCIPY.arrays["solved"], strict=True))
)
def test_conjugate_gradients_on_a_bowl_are_the_linear_ones_of_scipy(bowl, points):
    assert replay_searches.off_the_solution(bowl, points) <= TOLERANCE


def test_every_rule_whose_help_names_its_like_is_recorded():
    named = {
        name for name, rule in OPTIMIZERS.items() if re.search(r"(optax|scipy):", rule.__doc__)
    }
    recorded = {rule for recording in RECORDINGS.values() for rule in recording.about["names"]}
    assert named <= recorded | {"conjugate_gradient"}


@pytest.mark.parametrize(
    ("recording", "name"),
    [
        pytest.param(recording, name, id=name)
        for recording in RECORDINGS.values()
        for name in recording.about["names"]
    ],
)
def test_what_is_recorded_of_a_rule_is_enough(recording, name):
    runs = [run for run in recording.runs if run["optimizer"] == name]
    assert len({json.dumps(run["knobs"]) for run in runs}) >= 3
    assert len({run["landscape"] for run in runs}) >= 7
    whole = {run["landscape"] for run in runs if run["until"] == recording.steps}
    assert len(whole) >= 2
    if "f" not in inspect.signature(OPTIMIZERS[name]).parameters:
        assert any(meal["optimizer"] == name for meal in recording.meals)


def test_what_the_page_says_was_measured():
    said = {name: entry for r in RECORDINGS.values() for name, entry in r.verified().items()}
    said["conjugate_gradient"] = replay_searches.verified(SCIPY)
    for entry in said.values():
        assert entry["tolerance"] == TOLERANCE
        assert re.fullmatch(r"(optax|torch|scipy) [\d.]+", entry["oracle"])
        assert entry["runs"] >= 10
