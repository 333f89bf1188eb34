"""Record what torch.optim.LBFGS does, for tests/test_optax.py to hold our rule against.

One iteration to a step, no line search and no tolerances, in float64 and on one thread, fed with
the landscape's own gradient. tests/data/replay.py says what the file holds.
"""

import json
import platform
from pathlib import Path

import numpy as np
import torch

from landscapes import LANDSCAPES
from tests.data.replay import PLAIN, Recording, unfed

NEEDS = "torch"
FILE = Path(__file__).with_name("torch_lbfgs.npz")
STEPS = 1000
KEPT = [*range(1, 51), *range(60, 101, 10), *range(150, STEPS + 1, 50)]
# How far torch may be from itself, one bit moved, as long as a run is compared.
SAME = 1e-13
MOVES = 3

SURFACES = {
    "quadratic": ({"condition": 10.0}, (-1.7, 1.2)),
    "rosenbrock": ({"a": 1.0, "b": 100.0}, (-1.2, 1.0)),
    "himmelblau": ({"a": 11.0, "b": 7.0}, (-0.5, -1.0)),
    "saddle": ({"a": 1.0}, (-1.6, 0.001)),
    "cubic": ({"b": 1.0}, (1.2, 1.0)),
    "hills": ({"depth": 1.0}, (-0.6, 2.6)),
    "styblinski_tang": ({}, (0.6, 4.2)),
    "rastrigin": ({"A": 10.0}, (-3.3, 2.4)),
}
# A history that is not set is 4 here; torch's own default is 100.
SETTINGS = [{}, {"lr": 0.1}, {"lr": 0.3, "history_size": 1}, {"lr": 0.5, "history_size": 2}]
SETTINGS += [{"lr": 0.02, "history_size": 3}]


def walk(run, seed=None):
    """The points (steps, 2) of one run, moved by chance with a seed."""
    f = LANDSCAPES[run["landscape"]](**run["surface"])
    chance = None if seed is None else np.random.default_rng(seed)

    def moved(numbers):
        if chance is None:
            return numbers
        return np.nextafter(numbers, chance.choice([-np.inf, np.inf], 2))

    point = torch.tensor(moved(np.array(run["start"])), requires_grad=True)
    knobs = {"lr": 1.0, "history_size": 4, **run["knobs"]}
    opt = torch.optim.LBFGS([point], max_iter=1, tolerance_grad=0.0, tolerance_change=0.0, **knobs)

    def closure():
        here = moved(point.detach().numpy().copy())
        point.grad = torch.from_numpy(moved(f.grad(here)))
        return float(f(here))

    path = np.full((STEPS, 2), np.nan)
    for k in range(STEPS):
        opt.step(closure)
        if not torch.isfinite(point).all():
            break
        path[k] = point.detach().numpy()
    return path


def last_common(one, other):
    """The last kept step up to which two runs are the same; the last one if they overflow alike."""
    kept = np.array(KEPT)
    a, b = one[kept - 1], other[kept - 1]
    apart = (np.abs(a - b) > SAME * np.maximum(1, np.abs(a))).any(-1)
    return int(kept[max(apart.argmax() - 1, 0)]) if apart.any() else STEPS


def record():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    kept = np.array(KEPT) - 1
    runs = [
        {
            "landscape": surface,
            "surface": settings,
            "start": start,
            "optimizer": "lbfgs",
            "knobs": knobs,
            **PLAIN,
        }
        for surface, (settings, start) in SURFACES.items()
        for knobs in SETTINGS
    ]
    with np.errstate(all="ignore"):
        walks = [walk(run) for run in runs]
        for run, path in zip(runs, walks, strict=True):
            run["until"] = min(last_common(path, walk(run, seed)) for seed in range(MOVES))
            path[run["until"] :] = np.nan
    about = {
        "oracle": f"torch {torch.__version__.partition('+')[0]}",
        "numpy": np.__version__,
        "python": platform.python_version(),
        "names": {"lbfgs": "LBFGS(max_iter=1, tolerance_grad=0, tolerance_change=0)"},
        "runs": runs,
        "meals": [],
    }
    return {
        "about": np.array(json.dumps(about)),
        "kept": np.array(KEPT),
        "paths": np.stack(walks)[:, kept],
        **unfed(KEPT),
    }


def verify():
    """{rule: what the page may say of it}, measured on what was recorded."""
    return Recording(FILE).verified()
