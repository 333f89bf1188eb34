"""Record what torch.optim and its schedulers do, for tests/test_torch.py to hold our rules against.

From the top folder, with a Python that has torch::

    python -m tests.data.record_torch             writes tests/data/torch.npz
    python -m tests.data.record_torch --compare   records again and compares with the file

Every optimizer of ``OPTIMIZERS`` runs on every landscape, in float64 and on one thread, fed with
the landscape's own gradient. The file holds, besides the settings as JSON and the versions:

    paths      (runs, kept, 2)           the points after the steps ``kept``; nan after an overflow
    slopes     (open loops, steps, 2)    every gradient torch was given, for the runs on ``OPEN``
    rates      (schedules, steps)        the rate of each step
    losses     (kinds, steps)            what plateau was told
"""

import argparse
import dataclasses
import itertools
import json
import platform
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from torch.optim import lr_scheduler

from landscapes import LANDSCAPES

FILE = Path(__file__).with_name("torch.npz")
STEPS = 1000
KEPT = [*range(1, 51), *range(75, STEPS + 1, 25)]
OPEN = "rosenbrock"

# name: torch's class, its fixed arguments, and the settings of our knobs. A knob that is not set is
# left to torch's default too, which must then be ours.
OPTIMIZERS = {
    "gradient_descent": (torch.optim.SGD, {}, [{}, {"lr": 2e-4}, {"lr": 0.02}]),
    "momentum": (
        torch.optim.SGD,
        {},
        [
            {"momentum": 0.9},
            {"lr": 2e-3, "momentum": 0.5, "dampening": 0.3},
            {"lr": 2e-4, "momentum": 0.99, "dampening": 0.9},
            {"lr": 1e-3, "momentum": 0.0},
        ],
    ),
    "nesterov": (
        torch.optim.SGD,
        {"nesterov": True},
        [{"momentum": 0.9}, {"lr": 2e-4, "momentum": 0.99}, {"lr": 2e-3, "momentum": 0.5}],
    ),
    "adagrad": (
        torch.optim.Adagrad,
        {},
        [{}, {"lr": 0.5}, {"lr": 0.1, "lr_decay": 0.01}, {"lr": 1.0, "eps": 1e-3}],
    ),
    "rmsprop": (
        torch.optim.RMSprop,
        {},
        [{}, {"lr": 0.02, "alpha": 0.9}, {"lr": 1e-3, "alpha": 0.5, "eps": 1e-4}],
    ),
    "adadelta": (
        torch.optim.Adadelta,
        {},
        [{}, {"lr": 0.5, "rho": 0.95}, {"rho": 0.5, "eps": 1e-3}],
    ),
    "adam": (
        torch.optim.Adam,
        {},
        [
            {},
            {"lr": 0.05},
            {"lr": 0.005, "beta1": 0.5, "beta2": 0.99, "eps": 1e-4},
            {"lr": 0.01, "beta1": 0.0},
        ],
    ),
    "adamw": (
        torch.optim.AdamW,
        {},
        [
            {},
            {"lr": 0.05, "weight_decay": 0.1},
            {"lr": 0.005, "beta1": 0.5, "beta2": 0.99, "eps": 1e-6, "weight_decay": 0.0},
        ],
    ),
}

SCHEDULES = {
    "step": (
        lr_scheduler.StepLR,
        [{"step_size": 100, "gamma": 0.5}, {"step_size": 7, "gamma": 0.9}],
    ),
    "exponential": (lr_scheduler.ExponentialLR, [{"gamma": 0.99}, {"gamma": 0.9}]),
    "cosine": (
        lr_scheduler.CosineAnnealingLR,
        [{"T_max": 0}, {"T_max": 300, "eta_min": 0.01}, {"T_max": 37}],
    ),
    "warm_restarts": (
        lr_scheduler.CosineAnnealingWarmRestarts,
        [{"T_0": 100}, {"T_0": 10, "T_mult": 2, "eta_min": 1e-3}, {"T_0": 1, "T_mult": 3}],
    ),
    "plateau": (
        lr_scheduler.ReduceLROnPlateau,
        [
            {"factor": 0.5, "patience": 10},
            {"factor": 0.1, "patience": 0, "threshold": 0.01, "cooldown": 5, "min_lr": 1e-3},
            {"factor": 0.7, "patience": 3, "threshold": 0.0, "cooldown": 20},
        ],
    ),
}
WARMUPS = [0, 2, 30]

# Under a schedule the textbook's momentum, with the rate inside the velocity, would go elsewhere.
SCHEDULED = [
    ("momentum", {"lr": 2e-3, "momentum": 0.9}, "step", {"step_size": 10, "gamma": 0.1}, 0),
    ("nesterov", {"lr": 2e-3, "momentum": 0.9}, "cosine", {"T_max": 0}, 50),
    ("adagrad", {"lr": 0.5, "lr_decay": 0.01}, "exponential", {"gamma": 0.99}, 0),
    ("adamw", {"lr": 0.05, "weight_decay": 0.1}, "warm_restarts", {"T_0": 100}, 20),
    ("gradient_descent", {"lr": 0.01}, "plateau", {"factor": 0.5, "patience": 10}, 0),
]
SCHEDULED_ON = ["quadratic", "himmelblau"]


def optimizer(name, point, knobs):
    make, fixed, _ = OPTIMIZERS[name]
    knobs = dict(knobs)
    if {"beta1", "beta2"} & knobs.keys():
        knobs["betas"] = (knobs.pop("beta1", 0.9), knobs.pop("beta2", 0.999))
    return make([point], **fixed, **knobs)


def scheduler(name, knobs, opt, warmup):
    if name == "constant":
        return lr_scheduler.ConstantLR(opt, factor=1.0)
    make, _ = SCHEDULES[name]
    if knobs.get("T_max") == 0:
        knobs = {**knobs, "T_max": STEPS - warmup}
    after = make(opt, **knobs)
    if not warmup:
        return after
    before = lr_scheduler.LinearLR(opt, start_factor=1 / warmup, total_iters=warmup - 1)
    return lr_scheduler.SequentialLR(opt, [before, after], milestones=[warmup])


def walk(run):
    """The points after each step (steps, 2) and the gradients that led to them."""
    f = LANDSCAPES[run["landscape"]](**run["surface"])
    point = torch.tensor(run["start"], requires_grad=True)
    opt = optimizer(run["optimizer"], point, run["knobs"])
    plan = scheduler(run["schedule"], run["schedule_knobs"], opt, run["warmup"])
    path, slopes = np.full((STEPS, 2), np.nan), np.full((STEPS, 2), np.nan)
    for k in range(STEPS):
        here = point.detach().numpy().copy()
        slopes[k] = f.grad(here)
        point.grad = torch.from_numpy(slopes[k].copy())
        opt.step()
        path[k] = point.detach().numpy()
        if not np.isfinite(path[k]).all():
            path[k] = np.nan
            break
        advance(plan, f(here))
    return path, slopes


def advance(plan, loss):
    plan.step(float(loss)) if isinstance(plan, lr_scheduler.ReduceLROnPlateau) else plan.step()


def rates(setting, losses):
    """The rate of each step: (steps,)."""
    opt = torch.optim.SGD([torch.zeros(2, requires_grad=True)], lr=setting["lr"])
    plan = scheduler(setting["schedule"], setting["knobs"], opt, setting["warmup"])
    used = []
    for k in range(STEPS):
        used.append(opt.param_groups[0]["lr"])
        opt.step()
        advance(plan, losses[setting["losses"], k])
    return used


def settings():
    """What is to be recorded, as plain data: the runs and the schedules."""
    plain = {"schedule": "constant", "schedule_knobs": {}, "warmup": 0}
    runs = [
        {"landscape": surface, "optimizer": name, "knobs": knobs, **plain}
        for surface in LANDSCAPES
        for name, (_, _, choices) in OPTIMIZERS.items()
        for knobs in choices
    ]
    runs += [
        {
            "landscape": surface,
            "optimizer": name,
            "knobs": knobs,
            "schedule": schedule,
            "schedule_knobs": schedule_knobs,
            "warmup": warmup,
        }
        for surface in SCHEDULED_ON
        for name, knobs, schedule, schedule_knobs, warmup in SCHEDULED
    ]
    for run in runs:
        f = LANDSCAPES[run["landscape"]]()
        run["surface"], run["start"] = dataclasses.asdict(f), list(f.start)
    schedules = [
        {"schedule": name, "knobs": knobs, "lr": 0.1, "warmup": warmup, "losses": kind}
        for name, (make, choices) in SCHEDULES.items()
        for knobs in choices
        for warmup, kind in itertools.product(WARMUPS, range(2))
        # torch cannot put a warm-up before ReduceLROnPlateau, and nothing else hears of the loss.
        if (warmup == 0 if make is lr_scheduler.ReduceLROnPlateau else kind == 0)
    ]
    return runs, schedules


def record():
    k = np.arange(STEPS)
    falling = np.exp(-k / 200) * (1 + 0.3 * np.sin(k)) + np.maximum(0, 0.3 - k / 2000)
    losses = np.stack([falling, np.round(falling - 2, 2)])
    runs, schedules = settings()
    walks = [walk(run) for run in runs]
    open_loops = [
        i for i, r in enumerate(runs) if r["landscape"] == OPEN and r["schedule"] == "constant"
    ]
    about = {
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "runs": runs,
        "open_loops": open_loops,
        "schedules": schedules,
    }
    return {
        "about": np.array(json.dumps(about)),
        "kept": np.array(KEPT),
        "paths": np.stack([path for path, _ in walks])[:, np.array(KEPT) - 1],
        "slopes": np.stack([walks[i][1] for i in open_loops]),
        "losses": losses,
        "rates": np.array([rates(setting, losses) for setting in schedules]),
    }


def compare(old, new):
    """Print what differs; the number of arrays that differ by more than 1e-12 of max(1, value)."""
    wrong = 0
    if str(old["about"]) != str(new["about"]):
        print("the settings or the versions differ")
        wrong += 1
    for name in ("kept", "paths", "slopes", "losses", "rates"):
        a, b = old[name], new[name]
        if a.shape != b.shape or (np.isnan(a) != np.isnan(b)).any():
            print(f"{name}: {a.shape} became {b.shape}, or something else overflowed")
            wrong += 1
            continue
        worst = np.nanmax(np.abs(a - b) / np.maximum(1, np.abs(a)))
        print(f"{name}: differs by at most {worst:.2g}")
        wrong += int(worst > 1e-12)
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--compare", action="store_true", help="do not write, compare with the file"
    )
    asked = parser.parse_args()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    np.seterr(all="ignore")
    warnings.filterwarnings("ignore", module=r"torch\.optim\.lr_scheduler")
    recorded = record()
    if asked.compare:
        with np.load(FILE) as file:
            sys.exit(compare(file, recorded))
    np.savez_compressed(FILE, **recorded)
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")
