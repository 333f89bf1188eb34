"""Landscapes made of data against torch's, as tests/data/record_torch_data.py recorded them."""

from pathlib import Path

import numpy as np
import pytest

from landscapes import LANDSCAPES
from landscapes.data import DataLandscape
from tests.data.replay import TOLERANCE, Recording, error, name_of, surface_of

RECORDING = Recording(Path(__file__).parent / "data" / "torch_data.npz")
PLACES = RECORDING.about["places"]
ALL = {name for name, kind in LANDSCAPES.items() if issubclass(kind, DataLandscape)}


def tolerance(place):
    # The network's fixed weights solve equations, of which torch rounds others.
    return 100 * TOLERANCE if place["landscape"] == "small_network" else TOLERANCE


@pytest.mark.parametrize("index", range(len(PLACES)))
def test_value_slope_and_curvature_are_those_of_torch(index):
    place, f = PLACES[index], surface_of(PLACES[index])
    p, values, gradients, hessians = (
        RECORDING.arrays[name][index] for name in ("points", "values", "gradients", "hessians")
    )
    bend = f.hessian(p)
    # On a crease ours is not finite; torch tells of one side.
    told = np.isfinite(bend).all((-2, -1)) | f.smooth
    assert told[:-1].all()
    assert error(f(p)[:, None], values[:, None]) <= tolerance(place)
    assert error(f.grad(p), gradients) <= tolerance(place)
    assert error(bend[told].reshape(-1, 4), hessians[told].reshape(-1, 4)) <= tolerance(place)


@pytest.mark.parametrize(
    "index", range(len(RECORDING.runs)), ids=[name_of(run) for run in RECORDING.runs]
)
def test_a_run_over_batches_goes_where_torch_goes(index):
    assert RECORDING.error(index) <= tolerance(RECORDING.runs[index])


def test_all_of_them_are_recorded():
    assert {place["landscape"] for place in PLACES} == ALL
    for name in ALL:
        mine = [run for run in RECORDING.runs if run["landscape"] == name]
        assert len({run["optimizer"] for run in mine}) == 4
        assert {run["degrees"] for run in mine} == {0.0, 30.0}
