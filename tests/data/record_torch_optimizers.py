"""Record what torch.optim does, for tests/test_torch.py to hold our rules against.

Every optimizer of torch.optim that means something for a point runs on landscapes of all kinds, in
float64 and on one thread, fed with the landscape's own gradient: alone, under schedules, and behind
what our wrappers do. Besides, each is fed with two sequences of gradients that are the same for
everybody. tests/data/replay.py says what the file holds.

Every run has twins, whose start and gradients are moved by one bit. Where torch parts from itself a
run is chaotic; it is compared up to there, and nothing behind that is kept.
"""

import inspect
import json
import platform
import re
import warnings
from pathlib import Path

import numpy as np
import torch
from torch.nn import utils
from torch.optim import (
    ASGD,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    NAdam,
    RAdam,
    RMSprop,
    Rprop,
    lr_scheduler,
)

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from tests.data.replay import PLAIN, Recording

NEEDS = "torch"
FILE = Path(__file__).with_name("torch_optimizers.npz")
STEPS = 1000
KEPT = [*range(1, 9), *range(10, 51, 5), *range(60, 101, 10), *range(125, 201, 25)]
KEPT += range(250, STEPS + 1, 50)
# A run is chaotic if one bit makes more than CHAOS of a difference somewhere; it is compared while
# the difference is below SAME.
CHAOS, SAME = 1e-12, 1e-13
TWINS = 15
CHANCE = np.random.RandomState(0)

# Where the runs take place, whole, so that another default changes nothing.
SURFACES = {
    "quadratic": ({"condition": 10.0}, (-1.7, 1.2)),
    "rosenbrock": ({"a": 1.0, "b": 100.0}, (-1.2, 1.0)),
    "himmelblau": ({"a": 11.0, "b": 7.0}, (-0.5, -1.0)),
    "saddle": ({"a": 1.0}, (-1.6, 0.001)),
    "hills": ({"depth": 1.0}, (-0.6, 2.6)),
    "styblinski_tang": ({}, (0.9, 4.0)),
    "rastrigin": ({"A": 10.0}, (-3.3, 2.4)),
}

# name: torch's class, its fixed arguments, and the settings of our knobs. A knob that is neither is
# left to torch's default too, which must then be ours.
RULES = {
    "gradient_descent": (SGD, {}, [{}, {"lr": 2e-4}, {"lr": 1.5e-3}]),
    "momentum": (
        SGD,
        {"momentum": 0.9},
        [
            {},
            {"lr": 1.5e-3, "momentum": 0.0},
            {"lr": 2e-4, "momentum": 0.99, "dampening": 0.9},
            {"lr": 2e-3, "momentum": 0.5, "dampening": 0.3},
        ],
    ),
    "nesterov": (
        SGD,
        {"momentum": 0.9, "nesterov": True},
        [{}, {"lr": 2e-4, "momentum": 0.99}, {"lr": 1e-3, "momentum": 0.5}],
    ),
    "asgd": (
        ASGD,
        {},
        [
            {},
            {"lr": 1e-3, "lambd": 0.1, "alpha": 0.5, "t0": 100.0},
            {"lr": 2e-3, "lambd": 0.01, "alpha": 1.0, "t0": 0.0},
        ],
    ),
    "rprop": (
        Rprop,
        {},
        [
            {},
            {"lr": 0.3, "etaminus": 0.3, "etaplus": 1.5},
            {"lr": 1e-3, "step_min": 1e-3, "step_max": 0.05},
        ],
    ),
    "adagrad": (
        Adagrad,
        {},
        [
            {},
            {"lr": 0.5},
            {"lr": 0.1, "lr_decay": 0.01, "initial_accumulator_value": 0.1},
            {"lr": 0.2, "eps": 0.1, "initial_accumulator_value": 10.0},
        ],
    ),
    "adadelta": (
        Adadelta,
        {},
        [{}, {"lr": 0.01, "rho": 0.95}, {"lr": 0.01, "rho": 0.99, "eps": 1e-2}],
    ),
    "rmsprop": (
        RMSprop,
        {},
        [
            {},
            {"lr": 2e-3, "alpha": 0.995},
            {"lr": 1e-3, "momentum": 0.9},
            {"lr": 1e-3, "alpha": 0.9, "eps": 1.0, "momentum": 0.5},
        ],
    ),
    "centered_rmsprop": (
        RMSprop,
        {"centered": True},
        [
            {},
            {"lr": 1e-3, "alpha": 0.995},
            {"lr": 1e-3, "momentum": 0.9},
            {"lr": 1e-3, "alpha": 0.9, "eps": 3.0, "momentum": 0.5},
        ],
    ),
    "adam": (
        Adam,
        {},
        [
            {},
            {"lr": 0.05},
            {"lr": 0.01, "beta1": 0.0},
            {"lr": 0.005, "beta1": 0.5, "beta2": 0.995, "eps": 1e-4},
        ],
    ),
    "adamw": (
        AdamW,
        {},
        [
            {},
            {"lr": 0.05, "weight_decay": 0.1},
            {"lr": 0.005, "beta1": 0.5, "beta2": 0.995, "eps": 1e-6, "weight_decay": 0.0},
        ],
    ),
    "amsgrad": (
        Adam,
        {"amsgrad": True},
        [
            {},
            {"lr": 0.05, "beta2": 0.9},
            {"lr": 0.005, "beta1": 0.5, "beta2": 0.99, "eps": 1e-4},
        ],
    ),
    "adamax": (
        Adamax,
        {},
        [{}, {"lr": 0.05}, {"lr": 0.005, "beta1": 0.5, "beta2": 0.995, "eps": 0.1}],
    ),
    "nadam": (
        NAdam,
        {},
        [
            {},
            {"lr": 0.05, "momentum_decay": 0.1},
            {"lr": 0.005, "beta1": 0.5, "beta2": 0.995, "eps": 1e-4, "momentum_decay": 0.0},
        ],
    ),
    "radam": (
        RAdam,
        {},
        [
            {},
            {"lr": 3e-4, "beta2": 0.99},
            {"beta2": 0.6},  # too short a memory ever to be rectified
            {"lr": 1e-3, "beta1": 0.5, "beta2": 0.99, "eps": 0.1},
        ],
    ),
}

MADE = {
    "step": lr_scheduler.StepLR,
    "exponential": lr_scheduler.ExponentialLR,
    "cosine": lr_scheduler.CosineAnnealingLR,
    "warm_restarts": lr_scheduler.CosineAnnealingWarmRestarts,
    "plateau": lr_scheduler.ReduceLROnPlateau,
}
STEPWISE = ("step", {"step_size": 10, "gamma": 0.7}, 0)
CYCLIC = ("cyclic", {"base_factor": 0.1, "step_size_up": 30, "step_size_down": 50}, 0)
DYING = ("cyclic", {"base_factor": 0.02, "step_size_up": 40, "gamma": 0.99}, 0)
ONCE = ("one_cycle", {"pct_start": 0.3, "div_factor": 10.0, "final_div_factor": 100.0}, 0)
THRICE = ("one_cycle", {"three_phase": 1, "base_momentum": 0.5, "max_momentum": 0.99}, 0)
STILL = ("one_cycle", {"cycle_momentum": 0}, 0)
# Under a schedule the textbook's momentum, with the rate inside the velocity, would go elsewhere;
# averaged descent hears of a rate one step late, and resilient propagation not at all.
SCHEDULED = [
    ("momentum", {"lr": 2e-3, "momentum": 0.9}, "step", {"step_size": 10, "gamma": 0.1}, 0),
    ("nesterov", {"lr": 2e-3, "momentum": 0.9}, "cosine", {"T_max": 0}, 50),
    ("adagrad", {"lr": 0.5, "lr_decay": 0.01}, "exponential", {"gamma": 0.99}, 0),
    ("adamw", {"lr": 0.05, "weight_decay": 0.1}, "warm_restarts", {"T_0": 100}, 20),
    ("gradient_descent", {"lr": 0.01}, "plateau", {"factor": 0.5, "patience": 10}, 0),
    ("asgd", {"lr": 2e-3, "lambd": 0.01, "t0": 20.0}, *STEPWISE),
    ("asgd", {"lr": 2e-3}, "cosine", {"T_max": 0}, 20),
    ("rprop", {"lr": 0.05}, *STEPWISE),
    ("rprop", {"lr": 0.05}, "cosine", {"T_max": 0}, 20),
    ("adadelta", {"lr": 0.1}, *STILL),
    ("momentum", {"lr": 2e-3, "momentum": 0.9}, *CYCLIC),
    ("momentum", {"lr": 2e-3, "momentum": 0.9, "dampening": 0.5}, *ONCE),
    ("nesterov", {"lr": 2e-3, "momentum": 0.9}, *CYCLIC),
    ("nesterov", {"lr": 2e-3, "momentum": 0.9}, *THRICE),
    ("rmsprop", {"lr": 2e-3}, *DYING),
    ("rmsprop", {"lr": 2e-3}, *ONCE),
    ("centered_rmsprop", {"lr": 1e-3}, *ONCE),
    ("adam", {"lr": 0.05}, *CYCLIC),
    ("adam", {"lr": 0.05}, *THRICE),
    ("adam", {"lr": 0.05}, *STILL),
    ("adamw", {"lr": 0.05}, *DYING),
    ("adamw", {"lr": 0.05}, *ONCE),
    ("amsgrad", {"lr": 0.05}, *CYCLIC),
    ("nadam", {"lr": 0.05}, *CYCLIC),
    ("nadam", {"lr": 0.05}, *THRICE),
    ("radam", {"lr": 2e-3}, *CYCLIC),
    ("radam", {"lr": 2e-3}, *ONCE),
    ("adamax", {"lr": 0.05}, *DYING),
    ("adamax", {"lr": 0.05}, *ONCE),
]
SCHEDULED_ON = ["quadratic", "himmelblau"]

NORM, VALUE = ["clip_norm", {"limit": 5.0}], ["clip_value", {"limit": 3.0}]
DECAY, PULL = ["weight_decay", {"decay": 0.1}], ["decoupled_decay", {"decay": 0.2}]
# Torch's own weight_decay is decoupled in AdamW; Rprop has none.
DECAYED = [name for name in RULES if name not in ("adamw", "rprop")]
# With which of torch's classes, and how, the pull is beside the step.
DECOUPLED = {
    "adam": (Adam, {"decoupled_weight_decay": True}),
    "amsgrad": (AdamW, {"amsgrad": True}),
    "nadam": (NAdam, {"decoupled_weight_decay": True}),
    "radam": (RAdam, {"decoupled_weight_decay": True}),
}
# Of slopes cut to the same value the variance is what rounding leaves.
WRAPPED = [(name, [NORM]) for name in RULES]
WRAPPED += [(name, [VALUE]) for name in RULES if name != "centered_rmsprop"]
WRAPPED += [(name, wrappers) for name in DECAYED for wrappers in ([DECAY], [NORM, DECAY])]
WRAPPED += [(name, wrappers) for name in DECOUPLED for wrappers in ([PULL], [VALUE, PULL])]
WRAPPED_ON = ["quadratic", "himmelblau"]


def optimizer(name, point, knobs, wrappers):
    make, fixed, _ = RULES[name]
    knobs = dict(knobs)
    for wrapper, its in wrappers:
        if wrapper == "decoupled_decay":
            make, fixed = DECOUPLED[name]
        if wrapper in ("weight_decay", "decoupled_decay"):
            knobs["weight_decay"] = its["decay"]
    pairs = [("betas", "beta1", "beta2"), ("etas", "etaminus", "etaplus")]
    for pair, one, two in [*pairs, ("step_sizes", "step_min", "step_max")]:
        if {one, two} & knobs.keys():
            given = inspect.signature(make).parameters[pair].default
            knobs[pair] = (knobs.pop(one, given[0]), knobs.pop(two, given[1]))
    return make([point], **{**fixed, **knobs})


def scheduler(name, knobs, opt, warmup):
    lr = opt.param_groups[0]["lr"]
    if name == "constant":
        return lr_scheduler.ConstantLR(opt, factor=1.0)
    if name in ("cyclic", "one_cycle"):
        whole = {knob: value for knob, value in knobs.items() if knob != "base_factor"}
        for flag in {"three_phase", "cycle_momentum"} & whole.keys():
            whole[flag] = bool(whole[flag])
        if name == "one_cycle":
            return lr_scheduler.OneCycleLR(opt, max_lr=lr, total_steps=STEPS, **whole)
        mode = "exp_range" if "gamma" in knobs else "triangular"
        base = lr * knobs["base_factor"]
        return lr_scheduler.CyclicLR(opt, base_lr=base, max_lr=lr, mode=mode, **whole)
    if knobs.get("T_max") == 0:
        knobs = {**knobs, "T_max": STEPS - warmup}
    after = MADE[name](opt, **knobs)
    if not warmup:
        return after
    before = lr_scheduler.LinearLR(opt, start_factor=1 / warmup, total_iters=warmup - 1)
    return lr_scheduler.SequentialLR(opt, [before, after], milestones=[warmup])


def walk(run):
    """The points of one run and of its twins, and their averages: (2, steps, 1 + twins, 2).

    A twin begins one bit off, and so is every slope that it is given.
    """
    f = LANDSCAPES[run["landscape"]](**run["surface"])
    start = np.tile(run["start"], (1 + TWINS, 1))
    start[1:] = moved(start[1:])
    points = torch.tensor(start, requires_grad=True)
    opt = optimizer(run["optimizer"], points, run["knobs"], run["wrappers"])
    plan = scheduler(run["schedule"], run["schedule_knobs"], opt, run["warmup"])
    path = np.full((2, STEPS, 1 + TWINS, 2), np.nan)
    for k in range(STEPS):
        here = points.detach().numpy().copy()
        slopes = np.concatenate([[f.grad(here[0])], moved(f.grad(here[1:]))])
        points.grad = torch.from_numpy(slopes)
        for name, knobs in run["wrappers"]:
            clip(points.grad, name, **knobs)
        opt.step()
        if not note(path, k, points, opt):
            break
        if isinstance(plan, lr_scheduler.ReduceLROnPlateau):
            plan.step(float(f(here[0])))
        else:
            plan.step()
    return path


def moved(numbers):
    up = CHANCE.random_sample(numbers.shape) < 0.5
    return np.nextafter(numbers, np.where(up, np.inf, -np.inf))


def clip(slopes, name, limit=None, decay=None):
    """Clip the gradient of each point for itself, if that is what the wrapper does."""
    how = {"clip_value": utils.clip_grad_value_, "clip_norm": utils.clip_grad_norm_}.get(name)
    for slope in slopes if how else ():
        point = torch.zeros(2, requires_grad=True)
        point.grad = slope
        how([point], limit)


def note(path, k, points, opt):
    """Write down the points, and ASGD's averages; False if the first one overflowed."""
    path[0, k] = points.detach().numpy()
    if "ax" in opt.state[points]:
        path[1, k] = opt.state[points]["ax"].numpy()
    if not np.isfinite(path[0, k, 0]).all():
        path[:, k] = np.nan
        return False
    return True


def feed(meal, slopes):
    """The points and the averages of a rule that is given these slopes: (2, steps, 1, 2)."""
    point = torch.tensor([meal["start"]], requires_grad=True)
    opt = optimizer(meal["optimizer"], point, meal["knobs"], [])
    path = np.full((2, STEPS, 1, 2), np.nan)
    for k, slope in enumerate(slopes):
        point.grad = torch.from_numpy(slope[None].copy())
        opt.step()
        if not note(path, k, point, opt):
            break
    return path


def sequences():
    """Two sequences of gradients, those of a real run and wild ones: (2, steps, 2)."""
    run = plain("rosenbrock", "adam", {"lr": 0.05})
    path = walk(run)[0, :-1, 0]
    real = LANDSCAPES["rosenbrock"](**run["surface"]).grad(np.stack([run["start"], *path]))
    wild = 10.0 ** CHANCE.uniform(-12, 3, (STEPS, 2)) * CHANCE.choice([-1, 1], (STEPS, 2))
    wild[CHANCE.random_sample((STEPS, 2)) < 0.1] = 0.0
    return np.stack([real, wild])


def plain(surface, name, knobs, **other):
    """A run as plain data."""
    settings, start = SURFACES[surface]
    return {
        "landscape": surface,
        "surface": settings,
        "start": start,
        "optimizer": name,
        "knobs": knobs,
        **PLAIN,
        **other,
    }


def settings():
    """The runs that are to be recorded, as plain data."""
    runs = [
        plain(surface, name, knobs)
        for surface in SURFACES
        for name, (_, _, choices) in RULES.items()
        for knobs in choices
    ]
    runs += [
        plain(surface, name, knobs, schedule=plan, schedule_knobs=its, warmup=warmup)
        for surface in SCHEDULED_ON
        for name, knobs, plan, its, warmup in SCHEDULED
    ]
    return runs + [
        plain(surface, name, RULES[name][2][-1], wrappers=wrappers)
        for surface in WRAPPED_ON
        for name, wrappers in WRAPPED
    ]


def last_common(path):
    """The last kept step before a run and its twins part; the last of all unless they do."""
    apart = np.abs(path[:, 1:] - path[:, :1]) / np.maximum(1, np.abs(path[:, :1]))
    apart = apart.max((1, 2))
    if not (apart > CHAOS).any():
        return STEPS
    # A tenth earlier, since what matters is when ours parts from torch's.
    return max(k for k in KEPT if k <= 0.9 * (apart > SAME).argmax())


def called(name):
    """What torch calls it, as our help says."""
    said = re.search(r"PyTorch:\s+(\w+(\(.+?\))?)", inspect.getdoc(OPTIMIZERS[name]), re.DOTALL)[1]
    assert said.startswith(RULES[name][0].__name__)
    return " ".join(said.split())


def record():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    kept = np.array(KEPT) - 1
    slopes = sequences()
    meals = [
        {"optimizer": name, "knobs": knobs, "start": [-1.2, 1.0], "slopes": i}
        for name, (_, _, choices) in RULES.items()
        for knobs in choices
        for i in range(len(slopes))
    ]
    runs = settings()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.filterwarnings("ignore", module=r"torch\.optim\.lr_scheduler")
        walks = [walk(run) for run in runs]
        for run, (path, averages) in zip(runs, walks, strict=True):
            run["until"] = last_common(path)
            path[run["until"] :] = averages[run["until"] :] = np.nan
        fed = [feed(meal, slopes[meal["slopes"]]) for meal in meals]
    averaged = [walks[i][1] for i, run in enumerate(runs) if run["optimizer"] == "asgd"]
    averaged += [fed[i][1] for i, meal in enumerate(meals) if meal["optimizer"] == "asgd"]
    about = {
        "oracle": f"torch {torch.__version__.partition('+')[0]}",
        "numpy": np.__version__,
        "python": platform.python_version(),
        "names": {name: called(name) for name in RULES},
        "classes": sorted(
            name for name, thing in vars(torch.optim).items() if inspect.isclass(thing)
        ),
        "runs": runs,
        "meals": meals,
    }
    return {
        "about": np.array(json.dumps(about)),
        "kept": np.array(KEPT),
        "paths": np.stack([path[kept, 0] for path, _ in walks]),
        "slopes": slopes,
        "fed": np.stack([path[kept, 0] for path, _ in fed]),
        "averages": np.stack([path[kept, 0] for path in averaged]),
    }


def verify():
    """{rule: what the page may say of it}, measured on what was recorded."""
    return Recording(FILE).verified()
