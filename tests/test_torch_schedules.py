"""Our schedules against torch's and optax's, as tests/data/record_*_schedules.py recorded them."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from optimizers import SCHEDULES
from tests.data.replay_schedules import TOLERANCE, Recording, name_of

DATA = Path(__file__).parent / "data"
TORCH, OPTAX = Recording(DATA / "torch_schedules.npz"), Recording(DATA / "optax_schedules.npz")


def all_of(recording):
    names = [name_of(setting) for setting in recording.settings]
    return pytest.mark.parametrize("index", range(len(names)), ids=names)


@all_of(TORCH)
def test_a_schedule_gives_the_rates_and_the_momentum_of_torch(index):
    assert TORCH.error(index) <= TOLERANCE


@all_of(OPTAX)
def test_a_schedule_gives_the_rates_of_optax(index):
    assert OPTAX.error(index) <= TOLERANCE


@pytest.mark.parametrize("recording", [TORCH, OPTAX], ids=["torch", "optax"])
def test_every_rate_is_recorded_but_for_some_beside_a_warm_up(recording):
    for setting, rates in zip(recording.settings, recording.arrays["rates"], strict=True):
        kept = np.isfinite(rates[: setting["steps"]])
        around = slice(max(setting["warmup"] - 5, 0), setting["warmup"] + 5)
        assert kept[around].all()
        assert kept.all() or (setting["warmup"] and kept.mean() > 0.1)


def test_a_momentum_is_recorded_for_every_schedule_that_cycles_it():
    for name, schedule in SCHEDULES.items():
        knobs = inspect.signature(schedule).parameters
        mine = [i for i, setting in enumerate(TORCH.settings) if setting["schedule"] == name]
        cycled = [i for i in mine if np.isfinite(TORCH.arrays["momenta"][i]).any()]
        assert bool(cycled) == ("cycle_momentum" in knobs)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_recorded_if_its_help_says_what_it_is_in_pytorch(name):
    text = re.sub(r"\s+", " ", inspect.getdoc(SCHEDULES[name]))
    recorded = [setting for setting in TORCH.settings if setting["schedule"] == name]
    if "PyTorch: " not in text:
        assert not recorded
        return
    assert "Not in PyTorch" not in text
    called = re.search(r"PyTorch: .*?(\w+LR|CosineAnnealingWarmRestarts|ReduceLROnPlateau)\b", text)
    assert TORCH.about["names"][name].startswith(called[1])
    reacts = "loss" in inspect.signature(SCHEDULES[name]).parameters
    assert {setting["warmup"] for setting in recorded} == ({0} if reacts else {0, 2, 30})


def test_every_scheduler_of_torch_is_ours_but_those_that_are_told_what_to_do():
    others = {"LambdaLR", "MultiplicativeLR", "SequentialLR", "ChainedScheduler", "LRScheduler"}
    ours = {name.partition("(")[0] for name in TORCH.about["names"].values()}
    assert set(TORCH.about["classes"]) - others == ours


def test_what_is_said_of_a_recording_is_measured():
    said = OPTAX.verified()
    assert said["piecewise"]["tolerance"] == TOLERANCE
    assert said["piecewise"]["runs"] >= 3
    assert set(said) == {setting["schedule"] for setting in OPTAX.settings}
