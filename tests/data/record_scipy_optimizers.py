"""Record what scipy.optimize does, for tests/test_optax.py to hold our rules against.

Nelder-Mead begins with the same triangle, does not adapt its coefficients and never stops; it is
compared as tests/data/replay.py says. The searches of conjugate gradients along a line differ, so
of those only what tests/data/replay_searches.py can compare is kept:

    searched   (surfaces, points, 2)  the points of minimize(method="CG"), whose directions are ours
    solved     (bowls, points, 2)     those of scipy.sparse.linalg.cg on bowls, where ours are exact
"""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import minimize
from scipy.sparse.linalg import cg

from landscapes import LANDSCAPES, rotated
from tests.data import replay_searches
from tests.data.replay import PLAIN, Recording, unfed

NEEDS = "scipy"
FILE = Path(__file__).with_name("scipy_optimizers.npz")
STEPS = 1000
KEPT = [*range(1, 51), *range(60, 101, 10), *range(150, STEPS + 1, 50)]
# How far scipy may be from itself, one bit moved, as long as a run is compared.
SAME = 1e-13
MOVES = 3

SURFACES = {
    "quadratic": ({"condition": 10.0}, (-1.7, 1.2)),
    "rosenbrock": ({"a": 1.0, "b": 100.0}, (-1.2, 1.0)),
    "himmelblau": ({"a": 11.0, "b": 7.0}, (-0.5, -1.0)),
    "saddle": ({"a": 1.0}, (-1.6, 0.001)),
    "hills": ({"depth": 1.0}, (-0.6, 2.6)),
    "styblinski_tang": ({}, (0.6, 4.2)),
    "rastrigin": ({"A": 10.0}, (-3.3, 2.4)),
}
SIDES = [0.1, 0.2, 0.5, 1.5, 0.02]
# Surfaces with a floor, on which scipy's search along a line ends.
SEARCHED = [name for name in SURFACES if name != "saddle"]
# The condition of bowls, and by how many degrees they are turned.
BOWLS = [(10.0, 0.0), (1.0, 0.0), (300.0, 33.0), (1000.0, 120.0)]
POINTS = 30


def walk(run, seed=None):
    """The points (steps, 2) of Nelder-Mead, all moved by a bit by chance with a seed."""
    f = LANDSCAPES[run["landscape"]](**run["surface"])
    chance = None if seed is None else np.random.default_rng(seed)

    def moved(numbers):
        if chance is None:
            return numbers
        return np.nextafter(numbers, chance.choice([-np.inf, np.inf], np.shape(numbers)))

    start = moved(np.array(run["start"]))
    side = run["knobs"]["lr"]
    settings = {
        "initial_simplex": start + side * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
        "maxiter": STEPS + 1,
        "maxfev": 100 * STEPS,
        # No triangle is smaller than that, so that it never stops.
        "xatol": -1.0,
        "fatol": -1.0,
    }
    path = []
    minimize(
        lambda p: float(moved(f(moved(p)))),
        start,
        method="Nelder-Mead",
        callback=lambda p: path.append(p.copy()),
        options=settings,
    )
    return np.array(path)


def last_common(one, other):
    """The last kept step up to which two runs are the same."""
    kept = np.array(KEPT)
    a, b = one[kept - 1], other[kept - 1]
    apart = (np.abs(a - b) > SAME * np.maximum(1, np.abs(a))).any(-1)
    return int(kept[max(apart.argmax() - 1, 0)]) if apart.any() else STEPS


def padded(points):
    """(POINTS, 2), with nan behind the end."""
    whole = np.full((POINTS, 2), np.nan)
    whole[: len(points)] = points[:POINTS]
    return whole


def search(name):
    """The points of scipy's nonlinear conjugate gradients, from the start on."""
    settings, start = SURFACES[name]
    f = LANDSCAPES[name](**settings)
    points = [np.array(start)]
    minimize(
        lambda p: float(f(p)),
        start,
        jac=f.grad,
        method="CG",
        callback=lambda p: points.append(p.copy()),
        options={"gtol": 1e-6},
    )
    return padded(points)


def solve(condition, degrees):
    """The points of linear conjugate gradients on a bowl, from the start on."""
    f = rotated(LANDSCAPES["quadratic"](condition=condition), degrees)
    start = np.array(SURFACES["quadratic"][1])
    points = [start]
    settings = {"rtol": 1e-9, "maxiter": 10}
    # The way to the minimum is asked for, because scipy is done at once if the answer is 0.
    cg(
        f.hessian(start),
        -f.grad(start),
        callback=lambda way: points.append(start + way),
        **settings,
    )
    return padded(points)


def record():
    runs = [
        {
            "landscape": surface,
            "surface": settings,
            "start": start,
            "optimizer": "nelder_mead",
            "knobs": {"lr": side},
            **PLAIN,
        }
        for surface, (settings, start) in SURFACES.items()
        for side in SIDES
    ]
    kept = np.array(KEPT) - 1
    with np.errstate(all="ignore"):
        walks = [walk(run) for run in runs]
        for run, path in zip(runs, walks, strict=True):
            run["until"] = min(last_common(path, walk(run, seed)) for seed in range(MOVES))
            path[run["until"] :] = np.nan
    about = {
        "oracle": f"scipy {scipy.__version__}",
        "numpy": np.__version__,
        "python": platform.python_version(),
        "names": {"nelder_mead": 'minimize(method="Nelder-Mead")'},
        "runs": runs,
        "meals": [],
        "searched": [{"landscape": n, "surface": SURFACES[n][0]} for n in SEARCHED],
        "solved": BOWLS,
    }
    return {
        "about": np.array(json.dumps(about)),
        "kept": np.array(KEPT),
        "paths": np.stack([path[kept] for path in walks]),
        **unfed(KEPT),
        "searched": np.stack([search(name) for name in SEARCHED]),
        "solved": np.stack([solve(*bowl) for bowl in BOWLS]),
    }


def verify():
    """{rule: what the page may say of it}, measured on what was recorded."""
    recording = Recording(FILE)
    return {**recording.verified(), "conjugate_gradient": replay_searches.verified(recording)}
