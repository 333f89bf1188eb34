"""Our rules and schedules against torch's, as tests/data/record_torch.py recorded them."""

import functools
import inspect
import json
from pathlib import Path

import numpy as np
import pytest

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, descend, warmup

with np.load(Path(__file__).parent / "data" / "torch.npz") as file:
    RECORDED = dict(file)
ABOUT = json.loads(str(RECORDED["about"]))
STEPS = int(RECORDED["kept"][-1])
TOLERANCE = 1e-12

# They oscillate across a valley and amplify the last bit of a slope until, hundreds of steps on,
# nothing is left in common (so does each of them when its own start is moved by one bit).
CHAOTIC = {("rosenbrock", "rmsprop"), ("rosenbrock", "adadelta"), ("hills", "adadelta")}
SOON = 50


def name_of(setting):
    knobs = ",".join(f"{knob}={value}" for knob, value in setting["knobs"].items())
    parts = [setting.get("landscape"), setting.get("optimizer"), setting["schedule"], knobs]
    return "-".join(part for part in [*parts, f"warmup={setting['warmup']}"] if part)


def assert_equal_while_finite(ours, theirs):
    """|ours - theirs| <= 1e-12 max(1, |theirs|) up to where torch overflowed."""
    alive = np.isfinite(theirs).all(-1)
    assert alive[0]
    error = np.abs(ours[alive] - theirs[alive]) / np.maximum(1, np.abs(theirs[alive]))
    assert error.max() <= TOLERANCE


@pytest.mark.parametrize(
    ("index", "run"),
    [pytest.param(i, run, id=name_of(run)) for i, run in enumerate(ABOUT["runs"])],
)
def test_a_run_goes_where_torch_goes(index, run):
    kept = RECORDED["kept"]
    if (run["landscape"], run["optimizer"]) in CHAOTIC:
        kept = kept[kept <= SOON]
    schedule = functools.partial(SCHEDULES[run["schedule"]], **run["schedule_knobs"])
    ours = descend(
        LANDSCAPES[run["landscape"]](**run["surface"]),
        run["start"],
        OPTIMIZERS[run["optimizer"]],
        steps=STEPS,
        schedule=warmup(schedule, run["warmup"]),
        **run["knobs"],
    )
    assert_equal_while_finite(ours.path[kept, 0], RECORDED["paths"][index][: len(kept)])


@pytest.mark.parametrize(
    ("index", "place"),
    [
        pytest.param(i, place, id=name_of(ABOUT["runs"][i]))
        for place, i in enumerate(ABOUT["open_loops"])
    ],
)
def test_a_rule_fed_with_the_gradients_of_torch_takes_the_steps_of_torch(index, place):
    run = ABOUT["runs"][index]
    rule = OPTIMIZERS[run["optimizer"]]
    knobs = {"lr": inspect.signature(rule).parameters["lr"].default, **run["knobs"]}
    x, memory, path = np.array(run["start"]), (), []
    with np.errstate(all="ignore"):
        for t, g in enumerate(RECORDED["slopes"][place], start=1):
            after = rule(x, g, t, *memory, **knobs)
            x, *memory = after if isinstance(after, tuple) else (after,)
            path.append(x)
    ours = np.array(path)[RECORDED["kept"] - 1]
    assert_equal_while_finite(ours, RECORDED["paths"][index])


@pytest.mark.parametrize(
    ("index", "setting"),
    [pytest.param(i, s, id=name_of(s)) for i, s in enumerate(ABOUT["schedules"])],
)
def test_a_schedule_gives_the_rates_of_torch(index, setting):
    bound = functools.partial(SCHEDULES[setting["schedule"]], **setting["knobs"])
    schedule = warmup(bound, setting["warmup"])
    losses = RECORDED["losses"][setting["losses"]]
    rates, memory = [], ()
    for k in range(STEPS):
        if "loss" in inspect.signature(schedule).parameters:
            told = losses[k - 1] if k else np.nan
            rate, *memory = schedule(setting["lr"], k, STEPS, told, *memory)
        else:
            rate = schedule(setting["lr"], k, STEPS)
        rates.append(float(rate))
    error = np.abs(np.array(rates) - RECORDED["rates"][index])
    assert error.max() <= TOLERANCE * setting["lr"]


@pytest.mark.parametrize(
    "name", [n for n, rule in OPTIMIZERS.items() if "not in PyTorch" not in (rule.__doc__ or "")]
)
def test_every_rule_is_recorded_unless_its_help_says_that_it_is_not_in_pytorch(name):
    runs = [run for run in ABOUT["runs"] if run["optimizer"] == name]
    assert len({json.dumps(run["knobs"]) for run in runs}) >= 3
    assert len({run["landscape"] for run in runs}) >= 5
    assert any(ABOUT["runs"][i]["optimizer"] == name for i in ABOUT["open_loops"])


@pytest.mark.parametrize(
    "name", [n for n, schedule in SCHEDULES.items() if "PyTorch:" in (schedule.__doc__ or "")]
)
def test_every_schedule_that_is_in_pytorch_is_recorded(name):
    assert any(setting["schedule"] == name for setting in ABOUT["schedules"])
