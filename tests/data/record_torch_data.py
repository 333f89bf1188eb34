"""Record torch's losses over examples, for tests/test_torch_data.py to hold our landscapes against.

Each landscape made of data is written anew with torch's own losses and activations, in float64 and
on one thread, and autograd finds its slope and its curvature. Besides what tests/data/replay.py
says of the runs, which go down mini-batches of our choice by torch.optim, the file holds

    points     (places, points, 2)     in the picture, about it, far away, and the origin
    values     (places, points)        f, and its gradients and Hessians as autograd has them:
    gradients  (places, points, 2)
    hessians   (places, points, 2, 2)

A place in ``about`` tells ``landscape``, ``surface`` (its knobs), ``l2`` and ``degrees``.
"""

import itertools
import json
import math
import platform
from pathlib import Path

import numpy as np
import torch
from torch.autograd.functional import hessian, jacobian
from torch.nn import functional

from landscapes import LANDSCAPES
from optimizers.wrappers.batch import _orders, steps_in_epoch
from tests.data.record_torch_optimizers import optimizer
from tests.data.replay import PLAIN, surface_of, unfed

NEEDS = "torch"
FILE = Path(__file__).with_name("torch_data.npz")
STEPS = 300
KEPT = [*range(1, 6), 10, 25, *range(50, STEPS + 1, 50)]
# The last batch of an epoch is smaller: no built-in examples are a multiple of 7.
BATCH = {"size": 7, "seed": 3}

# Own examples are not centred; to the logistic regression a target from 0.5 on is class 1.
OWN = {"points": [[k * k / 20 - 2.5, math.sin(k)] for k in range(12)]}
SURFACES = {
    "regression": [{}, {"dataset": 2, "mean": 1, "shift": 3.0}, {"mean": 0, **OWN}],
    "logistic_regression": [{}, OWN],
    "sigmoid_neuron": [{}, OWN],
    "tanh_neuron": [{}, OWN],
    "relu_neuron": [{}, OWN],
    "leaky_relu_neuron": [{}, {"leak": 0.01}, {"leak": 0.3, **OWN}],
    "small_network": [{}, OWN],
}
TURNS = [{"l2": 0.0, "degrees": 0.0}, {"l2": 0.3, "degrees": 30.0}]

RULES = {
    "gradient_descent": {"lr": 0.05},
    "momentum": {"lr": 0.01},
    "adam": {"lr": 0.05},
    "rmsprop": {"lr": 0.01},
}
# Sums of 160 squared errors are that much steeper.
SUMMED = {**RULES, "gradient_descent": {"lr": 1e-5}, "momentum": {"lr": 2e-6}}


def loss(place, some=slice(None)):
    """f at a point, as a function for torch; of some of the examples only."""
    name = place["landscape"]
    f = LANDSCAPES[name](**place["surface"])
    every = [torch.tensor(part) for part in f.examples]
    x, y = (part[some] for part in every)
    angle, middle = math.radians(place["degrees"]), torch.tensor(f.domain).mean(1)
    c, s = math.cos(angle), math.sin(angle)
    back = torch.tensor([[c, s], [-s, c]])

    def at(p):
        if angle:
            p = middle + back @ (p - middle)
        z = p[0] * x + p[1]
        if name == "regression":
            told = functional.mse_loss(z, y) * (1 if f.mean else len(every[0]))
        elif name == "logistic_regression":
            told = functional.binary_cross_entropy_with_logits(z, y)
        elif name == "small_network":
            told = functional.mse_loss(network(p, x, *every), y)
        elif name == "leaky_relu_neuron":
            told = functional.mse_loss(functional.leaky_relu(z, f.leak), y)
        else:
            told = functional.mse_loss(getattr(torch, name.removesuffix("_neuron"))(z), y)
        return told + place["l2"] / 2 * (p @ p)

    return at


def network(p, x, inputs, targets):
    """What the small network says of x; a ridge of 0.01 is nine examples more, of weight 0.1."""
    random = np.random.RandomState(32)
    w, c = torch.tensor(1.5 * random.standard_normal(8)), torch.tensor(random.standard_normal(8))

    def hidden(w, x):
        u = (x - inputs.mean()) / inputs.std(correction=0)
        return torch.cat([torch.tanh(torch.outer(u, w) + c), torch.ones(len(x), 1)], 1)

    rows = torch.cat([hidden(w, inputs), 0.1 * torch.eye(9)])
    fitted = torch.linalg.lstsq(rows, torch.cat([targets, torch.zeros(9)])[:, None]).solution
    return (hidden(torch.cat([p, w[2:]]), x) @ fitted)[:, 0]


def places():
    for name, settings in SURFACES.items():
        for surface, turn in itertools.product(settings, TURNS):
            yield {"landscape": name, "surface": surface, **turn}


def scattered(place, random):
    """Points (11, 2) all over a place."""
    low, high = np.array(surface_of(place).domain).T
    inside, about = random.uniform(low, high, (5, 2)), random.uniform(-9, 10, (3, 2))
    far = 10 ** random.uniform(3, 6, (2, 2)) * random.choice([-1, 1], (2, 2))
    return np.vstack([inside, low + about * (high - low), far, np.zeros(2)])


def walk(run):
    """The points (steps, 2) of one run."""
    point = torch.tensor(run["start"], requires_grad=True)
    opt = optimizer(run["optimizer"], point, run["knobs"], [])
    count, size = len(surface_of(run).examples[0]), BATCH["size"]
    path = np.empty((STEPS, 2))
    for k in range(STEPS):
        epoch, part = divmod(k, steps_in_epoch(count, size))
        some = _orders(BATCH["seed"], epoch, 1, count)[part * size : (part + 1) * size]
        opt.zero_grad()
        loss(run, some)(point).backward()
        opt.step()
        path[k] = point.detach()
    return path


def record():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    found = list(places())
    random = np.random.RandomState(0)
    points = np.stack([scattered(place, random) for place in found])

    def at_each(function):
        each = zip(map(loss, found), torch.tensor(points), strict=True)
        return np.array([[function(f, p).numpy() for p in row] for f, row in each])

    runs = [
        {
            **place,
            "start": surface_of(place).start,
            "optimizer": name,
            "knobs": knobs,
            **PLAIN,
            "wrappers": [["batch", BATCH]],
            "until": STEPS,
        }
        for place in found
        if not place["surface"]
        for name, knobs in (SUMMED if place["landscape"] == "regression" else RULES).items()
    ]
    about = {
        "oracle": f"torch {torch.__version__.partition('+')[0]}",
        "numpy": np.__version__,
        "python": platform.python_version(),
        "names": {},  # the rules have a recording of their own
        "runs": runs,
        "meals": [],
        "places": found,
    }
    return {
        "about": np.array(json.dumps(about)),
        "kept": np.array(KEPT),
        "paths": np.stack([walk(run) for run in runs])[:, np.array(KEPT) - 1],
        **unfed(KEPT),
        "points": points,
        "values": at_each(lambda f, p: f(p)),
        "gradients": at_each(jacobian),
        "hessians": at_each(hessian),
    }


def verify():
    """Nothing: the page tells it of rules and schedules only."""
    return {}
