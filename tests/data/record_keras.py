"""Record what Keras does, for tests/test_keras.py to hold our variants of its rules against.

Every rule that Keras defines in its own way, and two that it has as PyTorch has them, run in
float64 on landscapes of all kinds, fed with the landscape's own gradient: alone, and some under
schedules. Each is also fed with two sequences of gradients. tests/data/replay.py says what the file
holds; a run is compared for as long as Keras goes where Keras goes when the start, every point it
asks about and every gradient are moved by one bit, in ``MOVES`` ways.

Keras takes its torch backend, one thread of it; its NumPy backend multiplies in float32.
"""

import functools
import json
import os
import platform
from pathlib import Path

import numpy as np
import torch

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, descend, warmup
from optimizers.conventions import VARIANTS
from tests.data.replay import Recording

os.environ["KERAS_BACKEND"] = "torch"
import keras

NEEDS = "keras"
FILE = Path(__file__).with_name("keras.npz")
STEPS = 500
KEPT = [*range(1, 9), *range(10, 51, 5), *range(60, 101, 10), *range(125, STEPS + 1, 25)]
# How far Keras may be from itself, one bit moved, as long as a run is compared.
SAME = 1e-13
MOVES = 2

# Where the runs take place, whole, so that another default changes nothing.
SURFACES = {
    "quadratic": ({"condition": 10.0}, (-1.7, 1.2)),
    "rosenbrock": ({"a": 1.0, "b": 100.0}, (-1.2, 1.0)),
    "himmelblau": ({"a": 11.0, "b": 7.0}, (-0.5, -1.0)),
    "hills": ({"depth": 1.0}, (-0.6, 2.6)),
    "styblinski_tang": ({}, (0.9, 4.0)),
}

# name: the class, its fixed arguments, and the settings of our knobs. A knob that is neither is
# left to Keras's default too, which must then be ours.
RULES = {
    "momentum_keras": (
        "SGD",
        {"momentum": 0.9},
        [{"lr": 1e-3}, {"lr": 2e-4, "momentum": 0.99}, {"lr": 2e-3, "momentum": 0.5}],
    ),
    "nesterov_keras": (
        "SGD",
        {"momentum": 0.9, "nesterov": True},
        [{"lr": 1e-3}, {"lr": 2e-4, "momentum": 0.99}, {"lr": 2e-3, "momentum": 0.5}],
    ),
    "adagrad_keras": (
        "Adagrad",
        {},
        [{}, {"lr": 0.5}, {"lr": 0.2, "initial_accumulator_value": 10.0, "eps": 0.1}],
    ),
    "adadelta": (
        "Adadelta",
        {},
        [
            {"lr": 1.0, "rho": 0.9, "eps": 1e-6},
            {"lr": 0.3, "rho": 0.5, "eps": 1e-3},
            {"lr": 1.0, "rho": 0.95, "eps": 1e-4},
        ],
    ),
    "rmsprop_keras": (
        "RMSprop",
        {},
        [{}, {"lr": 0.01, "alpha": 0.99, "eps": 1e-4}, {"lr": 3e-3, "momentum": 0.9}],
    ),
    "centered_rmsprop_keras": (
        "RMSprop",
        {"centered": True},
        [{}, {"lr": 0.01, "alpha": 0.99, "eps": 0.01}, {"lr": 2e-3, "momentum": 0.5, "eps": 1e-4}],
    ),
    "adam_keras": (
        "Adam",
        {},
        [{}, {"lr": 0.05, "eps": 0.1}, {"lr": 0.02, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}],
    ),
    "adamw_keras": (
        "AdamW",
        {},
        [
            {},
            {"lr": 0.05, "weight_decay": 0.5, "eps": 0.1},
            {"lr": 0.02, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3},
        ],
    ),
    "amsgrad_keras": (
        "Adam",
        {"amsgrad": True},
        [{}, {"lr": 0.05, "eps": 0.1}, {"lr": 0.02, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}],
    ),
    "adamax_keras": (
        "Adamax",
        {},
        [{}, {"lr": 0.05, "eps": 0.1}, {"lr": 0.02, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}],
    ),
    "nadam_keras": (
        "Nadam",
        {},
        [{}, {"lr": 0.05, "eps": 0.1}, {"lr": 0.02, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}],
    ),
    "lion": (
        "Lion",
        {},
        [{"lr": 1e-3}, {"lr": 0.01}, {"lr": 0.003, "beta1": 0.5, "beta2": 0.9}],
    ),
}
ARGUMENTS = {"lr": "learning_rate", "beta1": "beta_1", "beta2": "beta_2", "alpha": "rho"}
ARGUMENTS |= {"eps": "epsilon"}

SCHEDULED = [
    ("momentum_keras", {"lr": 2e-3}, "step", {"step_size": 10, "gamma": 0.1}, 0),
    ("momentum_keras", {"lr": 1e-3}, "cosine", {"T_max": 0}, 50),
    ("nesterov_keras", {"lr": 2e-3}, "step", {"step_size": 10, "gamma": 0.1}, 0),
    ("rmsprop_keras", {"lr": 0.01, "momentum": 0.9}, "exponential", {"gamma": 0.98}, 0),
    ("centered_rmsprop_keras", {"momentum": 0.5}, "cosine", {"T_max": 0}, 20),
    ("adamw_keras", {"lr": 0.05, "weight_decay": 0.5}, "warm_restarts", {"T_0": 100}, 20),
    ("nadam_keras", {"lr": 0.05}, "exponential", {"gamma": 0.99}, 0),
]
SCHEDULED_ON = ["quadratic", "himmelblau"]


def steps(name, knobs, rates, start, slope):
    """The points (steps, 2) that Keras goes to, told ``slope(p, k)`` where it is at step k."""
    kind, fixed, _ = RULES[name]
    given = {ARGUMENTS.get(knob, knob): value for knob, value in knobs.items()}
    optimizer = getattr(keras.optimizers, kind)(**{**fixed, **given})
    p = keras.Variable(np.array(start), dtype="float64", trainable=True)
    optimizer.build([p])
    path = np.full((STEPS, 2), np.nan)
    for k in range(STEPS):
        if rates is not None:
            optimizer.learning_rate = rates[k]
        at = keras.ops.convert_to_numpy(p).copy()
        optimizer.apply([torch.tensor(slope(at, k))])
        path[k] = keras.ops.convert_to_numpy(p)
        if not np.isfinite(path[k]).all():
            break
    return path


def walk(run, seed=None):
    """The points of one run, moved by chance with a seed."""
    f = LANDSCAPES[run["landscape"]](**run["surface"])
    chance = None if seed is None else np.random.default_rng(seed)

    def moved(numbers):
        if chance is None:
            return np.asarray(numbers)
        return np.nextafter(numbers, chance.choice([-np.inf, np.inf], np.shape(numbers)))

    rates = None
    if run["schedule"] != "constant":
        planned = functools.partial(SCHEDULES[run["schedule"]], **run["schedule_knobs"])
        planned = warmup(planned, run["warmup"])
        lr = {"lr": VARIANTS[run["optimizer"]].__kwdefaults__["lr"], **run["knobs"]}["lr"]
        rates = [planned(lr, k, STEPS) for k in range(STEPS)]
    start = moved(np.array(run["start"]))
    told = lambda p, _: moved(f.grad(moved(p)))  # noqa: E731
    return steps(run["optimizer"], run["knobs"], rates, start, told)


def sequences():
    """Two sequences of gradients: (2, steps, 2)."""
    settings, start = SURFACES["rosenbrock"]
    f = LANDSCAPES["rosenbrock"](**settings)
    real = descend(f, start, OPTIMIZERS["adam"], steps=STEPS, lr=0.05).grad[:-1, 0]
    chance = np.random.default_rng(1)
    wild = 10.0 ** chance.uniform(-12, 3, (STEPS, 2)) * chance.choice([-1, 1], (STEPS, 2))
    wild[chance.random((STEPS, 2)) < 0.1] = 0.0
    return np.stack([real, wild])


def settings():
    """The runs that are to be recorded, as plain data."""
    plain = [
        (surface, name, knobs, "constant", {}, 0)
        for surface in SURFACES
        for name, (_, _, choices) in RULES.items()
        for knobs in choices
    ]
    planned = [(surface, *plan) for surface in SCHEDULED_ON for plan in SCHEDULED]
    return [
        {
            "landscape": surface,
            "surface": SURFACES[surface][0],
            "start": SURFACES[surface][1],
            "optimizer": name,
            "knobs": knobs,
            "schedule": schedule,
            "schedule_knobs": its,
            "warmup": length,
            "wrappers": [],
        }
        for surface, name, knobs, schedule, its, length in plain + planned
    ]


def last_common(one, other):
    """The last kept step up to which two runs are the same; the last one if they overflow alike."""
    kept = np.array(KEPT)
    a, b = one[kept - 1], other[kept - 1]
    apart = (np.abs(a - b) > SAME * np.maximum(1, np.abs(a))).any(-1)
    return int(kept[max(apart.argmax() - 1, 0)]) if apart.any() else STEPS


def called(name):
    """A rule as one would write it in Keras."""
    kind, fixed, _ = RULES[name]
    said = [word for word in fixed if word != "momentum"]
    said = ["momentum=...", *(f"{word}=True" for word in said)] if kind == "SGD" else said
    if kind != "SGD":
        said = [f"{word}=True" for word in said]
    return f"{kind}({', '.join(said)})" if said else kind


def record():
    torch.set_num_threads(1)
    keras.config.set_floatx("float64")
    kept = np.array(KEPT) - 1
    slopes = sequences()
    meals = [
        {"optimizer": name, "knobs": knobs, "start": [-1.2, 1.0], "slopes": i}
        for name, (_, _, choices) in RULES.items()
        for knobs in choices
        for i in range(len(slopes))
    ]
    runs = settings()
    with np.errstate(all="ignore"):
        walks = [walk(run) for run in runs]
        for run, path in zip(runs, walks, strict=True):
            run["until"] = min(last_common(path, walk(run, seed)) for seed in range(MOVES))
            path[run["until"] :] = np.nan
        fed = [
            steps(
                meal["optimizer"],
                meal["knobs"],
                None,
                meal["start"],
                lambda _, k, told=slopes[meal["slopes"]]: told[k],
            )
            for meal in meals
        ]
    about = {
        "oracle": f"Keras {keras.__version__}",
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        # What Keras has as PyTorch has it is held against PyTorch; see the other recording.
        "names": {name: called(name) for name in RULES if name in VARIANTS},
        "runs": runs,
        "meals": meals,
    }
    return {
        "about": np.array(json.dumps(about)),
        "kept": np.array(KEPT),
        "paths": np.stack(walks)[:, kept],
        "slopes": slopes,
        "fed": np.stack(fed)[:, kept],
        "averages": np.zeros((0, len(kept), 2)),
    }


def verify():
    """{variant: what the page may say of it}, measured on what was recorded."""
    return Recording(FILE).verified()
