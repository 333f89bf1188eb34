"""Our variants against Keras, as tests/data/record_keras.py recorded it."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

from optimizers import CONVENTIONS, OPTIMIZERS
from tests.data.replay import TOLERANCE, Recording, error, feed, name_of, walk

RECORDING = Recording(Path(__file__).parent / "data" / "keras.npz")
VARIANTS = {f"{rule}_keras": each["keras"] for rule, each in CONVENTIONS.items() if "keras" in each}

named = pytest.mark.parametrize("name", VARIANTS)


@pytest.mark.parametrize(
    "index", range(len(RECORDING.runs)), ids=[name_of(run) for run in RECORDING.runs]
)
def test_a_run_goes_where_keras_goes(index):
    assert RECORDING.error(index) <= TOLERANCE


@pytest.mark.parametrize(
    "index", range(len(RECORDING.meals)), ids=[name_of(meal) for meal in RECORDING.meals]
)
def test_a_variant_fed_with_the_same_gradients_takes_the_steps_of_keras(index):
    assert RECORDING.fed_error(index) <= TOLERANCE


@named
def test_every_variant_is_recorded_with_its_defaults_and_with_every_knob_set(name):
    knobs = {n for n, p in inspect.signature(VARIANTS[name]).parameters.items() if p.kind == 3}
    for group, places, least in ((RECORDING.runs, "landscape", 5), (RECORDING.meals, "slopes", 2)):
        mine = [each for each in group if each["optimizer"] == name]
        assert len({json.dumps(each["knobs"]) for each in mine}) >= 3
        assert len({each[places] for each in mine}) >= least
        assert {knob for each in mine for knob in each["knobs"]} == knobs
    whole = [r for r in RECORDING.runs if r["optimizer"] == name and r["until"] == RECORDING.steps]
    assert RECORDING.steps >= 500
    assert len({run["landscape"] for run in whole}) >= 3


@named
def test_pytorchs_rule_does_not_go_where_keras_goes(name):
    """So that each variant is needed: under a schedule, or fed, the other one ends elsewhere."""
    rule = name.removesuffix("_keras")
    known = inspect.signature(OPTIMIZERS[rule]).parameters
    errors = []
    for i, run in enumerate(RECORDING.runs):
        if run["optimizer"] == name and run["until"] == RECORDING.steps:
            knobs = {**VARIANTS[name].__kwdefaults__, **run["knobs"]}
            assert knobs.keys() <= known.keys()
            other = walk({**run, "optimizer": rule, "knobs": knobs}, RECORDING.steps)
            theirs = RECORDING.arrays["paths"][i]
            errors.append(error(other.path[RECORDING.kept, 0], theirs))
    assert max(errors) > 1e-6


def test_the_rules_that_keras_has_as_pytorch_has_them_are_held_against_it_too():
    ours = {each["optimizer"] for each in (*RECORDING.runs, *RECORDING.meals)} - VARIANTS.keys()
    assert ours == {"adadelta", "lion"}
    assert not ours & CONVENTIONS.keys()


def test_another_default_would_be_found():
    meal = next(each for each in RECORDING.meals if each["optimizer"] == "adam_keras")
    points, _ = feed({**meal, "knobs": {"eps": 1e-8}}, RECORDING.arrays["slopes"][0])
    i = RECORDING.meals.index(meal)
    assert error(np.array(points)[RECORDING.kept - 1], RECORDING.arrays["fed"][i]) > TOLERANCE
