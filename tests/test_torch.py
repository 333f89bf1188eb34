"""Our rules against torch's, as tests/data/record_torch_optimizers.py recorded them."""

import inspect
import json
import re
from pathlib import Path

import pytest

from optimizers import OPTIMIZERS
from tests.data.replay import TOLERANCE, Recording, name_of

RECORDING = Recording(Path(__file__).parent / "data" / "torch_optimizers.npz")

# Runs with torch's own defaults that are compared for their first steps only, because later one bit
# makes all the difference (torch parts from itself when it is moved, which is how the recording
# finds them): an adaptive rate grows as the slopes get smaller, and the run swings across the
# valley or the minimum for ever; or the rate is so high that it leaps from hill to hill at first.
CHAOTIC = {
    ("rosenbrock", "adadelta"): 175,
    ("rosenbrock", "rmsprop"): 400,
    ("rosenbrock", "centered_rmsprop"): 400,
    ("hills", "adadelta"): 200,
    ("rastrigin", "asgd"): 6,
}


def named(runs):
    return pytest.mark.parametrize("index", range(len(runs)), ids=[name_of(run) for run in runs])


@named(RECORDING.runs)
def test_a_run_goes_where_torch_goes(index):
    assert RECORDING.error(index) <= TOLERANCE


@named(RECORDING.meals)
def test_a_rule_fed_with_the_gradients_of_torch_takes_the_steps_of_torch(index):
    assert RECORDING.fed_error(index) <= TOLERANCE


def test_only_chaotic_runs_are_cut_short():
    short = [run for run in RECORDING.runs if run["until"] < RECORDING.steps]
    assert all(run["knobs"] == {} for run in short)
    assert {(run["landscape"], run["optimizer"]): run["until"] for run in short} == CHAOTIC


def called(rule):
    """What a rule's help says that PyTorch calls it."""
    said = re.search(r"PyTorch:\s+(\w+)", inspect.getdoc(rule))
    return said and said[1]


# LBFGS has a recording of its own, tests/data/record_torch_lbfgs.py.
CLASSES = set(RECORDING.about["classes"]) - {"LBFGS"}


@pytest.mark.parametrize("name", [n for n, rule in OPTIMIZERS.items() if called(rule) in CLASSES])
def test_every_rule_is_recorded_if_its_help_says_what_it_is_in_pytorch(name):
    assert RECORDING.about["names"][name].startswith(called(OPTIMIZERS[name]))
    runs = [run for run in RECORDING.runs if run["optimizer"] == name]
    alone = [run for run in runs if run["schedule"] == "constant" and not run["wrappers"]]
    fed = [meal for meal in RECORDING.meals if meal["optimizer"] == name]
    knobs = {n for n, p in inspect.signature(OPTIMIZERS[name]).parameters.items() if p.kind == 3}
    for group, places, least in ((alone, "landscape", 5), (fed, "slopes", 2)):
        settings = {json.dumps(run["knobs"]) for run in group}
        assert len(settings) >= 3
        assert "{}" in settings
        for setting in settings:
            mine = [run[places] for run in group if json.dumps(run["knobs"]) == setting]
            assert len(set(mine)) >= least
        assert {knob for run in group for knob in run["knobs"]} == knobs
    assert any(run["schedule"] != "constant" for run in runs)
    assert any(run["wrappers"] for run in runs)


@pytest.mark.parametrize("name", RECORDING.about["names"])
def test_momentum_is_recorded_where_a_schedule_cycles_it(name):
    knobs = inspect.signature(OPTIMIZERS[name]).parameters
    cycled = [
        run["schedule"]
        for run in RECORDING.runs
        if run["optimizer"] == name and run["schedule_knobs"].get("cycle_momentum", 1)
    ]
    assert ({"momentum", "beta1"} & knobs.keys() == set()) == (
        {"cyclic", "one_cycle"} & set(cycled) == set()
    )


@pytest.mark.parametrize("wrapper", ["clip_norm", "clip_value", "weight_decay", "decoupled_decay"])
def test_every_wrapper_that_torch_has_is_recorded(wrapper):
    wrapped = {
        run["optimizer"] for run in RECORDING.runs if wrapper in [n for n, _ in run["wrappers"]]
    }
    assert len(wrapped) >= (4 if wrapper == "decoupled_decay" else 13)
