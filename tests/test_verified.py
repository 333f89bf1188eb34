"""What the page says of our rules and schedules is what was measured on the recordings."""

import json
from pathlib import Path

import numpy as np
import pytest

import optimizers
from optimizers import OPTIMIZERS, SCHEDULES
from optimizers.conventions import VARIANTS
from tests.data import replay, replay_schedules, replay_searches

FILES = sorted((Path(__file__).parent / "data").glob("*.npz"))
SAID = json.loads(Path(optimizers.__file__).with_name("verified.json").read_text("utf-8"))


def recorded(file):
    """{rule or schedule: what can be said of it}, if no run is farther off than is tolerated.

    That none is, test_torch and test_optax find out run by run.
    """
    with np.load(file) as arrays:
        rules = "paths" in arrays
    if not rules:
        return replay_schedules.Recording(file).verified()
    recording = replay.Recording(file)
    entries = {name: recording.entry(name, replay.TOLERANCE) for name in recording.about["names"]}
    if "scipy" in file.name:
        entries["conjugate_gradient"] = replay_searches.verified(recording)
    return entries


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_what_is_said_is_what_is_recorded(file):
    for key, entry in recorded(file).items():
        # What torch and another library have is held against torch.
        if SAID[key]["oracle"].split()[0] == entry["oracle"].split()[0]:
            assert SAID[key] == entry
        else:
            assert SAID[key]["oracle"].startswith("torch ")


def test_nothing_is_said_that_was_not_recorded():
    assert SAID.keys() == {key for file in FILES for key in recorded(file)}
    assert SAID.keys() <= {*OPTIMIZERS, *VARIANTS, *SCHEDULES}
    assert not OPTIMIZERS.keys() & SCHEDULES.keys()
