"""Record what torch's schedulers do, for tests/test_torch_schedules.py to hold ours against.

Every scheduler of torch runs for 1,000 steps and, where it spans the whole run, for a few, in
float64 and on one thread, alone and after a warm-up; tests/data/replay_schedules.py says what the
file holds. After a warm-up every tenth rate is kept, and all of them around its end.
"""

import inspect
import itertools
import json
import platform
import warnings
from pathlib import Path

import numpy as np
import torch
from torch.optim import SGD, Adam, lr_scheduler

from tests.data.replay_schedules import Recording

NEEDS = "torch"
FILE = Path(__file__).with_name("torch_schedules.npz")
STEPS = 1000

# Our schedule: its knobs, setting by setting. What is not set is left to torch's default too.
SCHEDULES = {
    "constant": [{}],
    "constant_factor": [{"total_iters": 40}, {"factor": 0.05, "total_iters": 5}],
    "linear": [
        {"total_iters": 0},
        {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 0},
        {"start_factor": 0.05, "end_factor": 0.7, "total_iters": 37},
    ],
    "step": [{"step_size": 100, "gamma": 0.5}, {"step_size": 7, "gamma": 0.9}],
    "multi_step": [
        {"milestones": [150, 300]},
        {"milestones": [77, 3, 900, 3, 500, 77, 3], "gamma": 0.5},
        {"milestones": [0, 0, 10], "gamma": 0.7},
    ],
    "exponential": [{"gamma": 0.99}, {"gamma": 0.9}],
    "polynomial": [
        {"total_iters": 0},
        {"total_iters": 300, "power": 2.0},
        {"total_iters": 0, "power": 0.5},
    ],
    "cosine": [{"T_max": 0}, {"T_max": 300, "eta_min": 0.01}, {"T_max": 37}],
    "one_cycle": [
        {},
        {"pct_start": 0.35, "div_factor": 10.0, "final_div_factor": 100.0, "three_phase": 1},
        {"pct_start": 0.9, "three_phase": 1, "base_momentum": 0.5, "max_momentum": 0.99},
        {"pct_start": 0.05, "cycle_momentum": 0},
        {"pct_start": 0.0, "base_momentum": 0.0},
    ],
    "one_cycle_linear": [
        {},
        {"pct_start": 0.35, "div_factor": 10.0, "final_div_factor": 100.0, "three_phase": 1},
        {"pct_start": 0.8, "div_factor": 1.0, "cycle_momentum": 0},
    ],
    "warm_restarts": [
        {"T_0": 100},
        {"T_0": 10, "T_mult": 2, "eta_min": 1e-3},
        {"T_0": 1, "T_mult": 3},
    ],
    "cyclic": [
        {"base_factor": 0.1, "step_size_up": 50},
        {"base_factor": 0.02, "step_size_up": 30, "step_size_down": 90, "gamma": 0.995},
        {"base_factor": 0.25, "step_size_up": 7, "cycle_momentum": 0},
        {
            "base_factor": 0.5,
            "step_size_up": 100,
            "step_size_down": 1,
            "base_momentum": 0.5,
            "max_momentum": 0.99,
        },
    ],
    "cyclic_halving": [
        {"base_factor": 0.1, "step_size_up": 50},
        {
            "base_factor": 0.01,
            "step_size_up": 13,
            "step_size_down": 29,
            "base_momentum": 0.7,
            "max_momentum": 0.95,
        },
    ],
    "plateau": [
        {"factor": 0.5, "patience": 10},
        {"factor": 0.1, "patience": 0, "threshold": 0.01, "cooldown": 5, "min_lr": 1e-3},
        {"factor": 0.7, "patience": 3, "threshold": 0.0, "cooldown": 20},
    ],
}
NAMES = {
    "constant": "ConstantLR(factor=1)",
    "constant_factor": "ConstantLR",
    "linear": "LinearLR",
    "step": "StepLR",
    "multi_step": "MultiStepLR",
    "exponential": "ExponentialLR",
    "polynomial": "PolynomialLR",
    "cosine": "CosineAnnealingLR",
    "one_cycle": "OneCycleLR",
    "one_cycle_linear": "OneCycleLR(anneal_strategy='linear')",
    "warm_restarts": "CosineAnnealingWarmRestarts",
    "cyclic": "CyclicLR",
    "cyclic_halving": "CyclicLR(mode='triangular2')",
    "plateau": "ReduceLROnPlateau",
}
RATES = [0.1, 0.03, 2.0]
WARMUPS = [0, 2, 30]
SHORT = [1, 2, 3, 10, 37]
WHOLE_RUN = ["linear", "polynomial", "cosine", "one_cycle", "one_cycle_linear"]
CYCLING = ["one_cycle", "one_cycle_linear", "cyclic", "cyclic_halving"]


def scheduler(name, knobs, opt, lr, steps, warmup):
    """Torch's scheduler for ``steps`` steps, of which the first ``warmup`` are a warm-up."""
    knobs = dict(knobs)
    whole = steps - warmup
    for length in {"T_max", "total_iters"} & knobs.keys():
        knobs[length] = knobs[length] or whole
    if name == "constant":
        knobs = {"factor": 1.0}
    if name.startswith("one_cycle"):
        knobs |= {"max_lr": lr, "total_steps": whole}
        knobs["anneal_strategy"] = "linear" if name.endswith("linear") else "cos"
    if name.startswith("cyclic"):
        knobs |= {"base_lr": knobs.pop("base_factor") * lr, "max_lr": lr}
        halving, shrinking = name.endswith("halving"), "gamma" in knobs
        knobs["mode"] = "triangular2" if halving else "exp_range" if shrinking else "triangular"
    after = getattr(lr_scheduler, NAMES[name].partition("(")[0])(opt, **knobs)
    if not warmup:
        return after
    if "max_lr" in knobs:
        # They hold the lowest rate for the one that was asked for, and LinearLR would grow to it.
        lowest = opt.param_groups[0]["initial_lr"]
        before = lr_scheduler.LambdaLR(opt, lambda k: (k + 1) / warmup * (lr / lowest))
    else:
        before = lr_scheduler.LinearLR(opt, start_factor=1 / warmup, total_iters=warmup - 1)
    return lr_scheduler.SequentialLR(opt, [before, after], milestones=[warmup])


def follow(setting, losses, make):
    """The rate and the momentum, or beta1, of each step: two of (steps,), padded with nan."""
    opt = make([torch.zeros(2, requires_grad=True)], lr=setting["lr"])
    steps, warmup = setting["steps"], setting["warmup"]
    plan = scheduler(setting["schedule"], setting["knobs"], opt, setting["lr"], steps, warmup)
    rates, momenta = np.full(STEPS, np.nan), np.full(STEPS, np.nan)
    for k in range(steps):
        group = opt.param_groups[0]
        if not warmup or k % 10 == 0 or abs(k - warmup) <= 5:
            rates[k] = group["lr"]
            if cycles(setting) and k >= warmup:
                momenta[k] = group["betas"][0] if make is Adam else group["momentum"]
        if k + 1 < steps:
            opt.step()
            if isinstance(plan, lr_scheduler.ReduceLROnPlateau):
                plan.step(losses[setting["losses"], k])
            else:
                plan.step()
    return rates, momenta


def cycles(setting):
    return setting["schedule"] in CYCLING and setting["knobs"].get("cycle_momentum", 1) == 1


def settings():
    """What is to be recorded, as plain data."""
    rates = itertools.cycle(RATES)
    told = [
        {"schedule": name, "knobs": knobs, "lr": next(rates), "warmup": w, "steps": n, "losses": 0}
        for name, choices in SCHEDULES.items()
        for i, knobs in enumerate(choices)
        for w, n in [(w, STEPS) for w in WARMUPS] + [(0, n) for n in SHORT]
        if n == STEPS or (i < 2 and name in WHOLE_RUN)
        # torch cannot put a warm-up before ReduceLROnPlateau.
        if name != "plateau" or w == 0
    ]
    # Nothing else hears of the loss.
    return told + [{**setting, "losses": 1} for setting in told if setting["schedule"] == "plateau"]


def classes():
    """The names of all of torch's schedulers."""
    found = {thing for thing in vars(lr_scheduler).values() if inspect.isclass(thing)}
    base = lr_scheduler.LRScheduler
    return sorted(
        thing.__name__
        for thing in found
        if issubclass(thing, base) and not thing.__name__.startswith("_")
    )


def record():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    k = np.arange(STEPS)
    falling = np.exp(-k / 200) * (1 + 0.3 * np.sin(k)) + np.maximum(0, 0.3 - k / 2000)
    losses = np.stack([falling, np.round(falling - 2, 2)])
    told = settings()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"torch\.optim\.lr_scheduler")
        followed = [follow(setting, losses, SGD) for setting in told]
        for setting, rates_and_momenta in zip(told, followed, strict=True):
            if cycles(setting):  # whether it is a momentum or a beta1 makes no difference
                np.testing.assert_array_equal(rates_and_momenta, follow(setting, losses, Adam))
    about = {
        "oracle": f"torch {torch.__version__.partition('+')[0]}",
        "numpy": np.__version__,
        "python": platform.python_version(),
        "names": NAMES,
        "classes": classes(),
        "settings": told,
    }
    return {
        "about": np.array(json.dumps(about)),
        "rates": np.array([rates for rates, _ in followed]),
        "momenta": np.array([momenta for _, momenta in followed]),
        "losses": losses,
    }


def verify():
    """{schedule: what the page may say of it}, measured on what was recorded."""
    return Recording(FILE).verified()
