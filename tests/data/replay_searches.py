"""Our conjugate gradients beside those of scipy, whose searches along a line are others.

What can be compared are the lines, from the points that scipy went through, and whole runs on
bowls, where ours finds the lowest point of a line and scipy knows it.
"""

import itertools

import numpy as np

from landscapes import LANDSCAPES, rotated
from optimizers import OPTIMIZERS, descend
from tests.data.replay import TOLERANCE

RULE = OPTIMIZERS["conjugate_gradient"]


def off_the_lines(run, points):
    """How far scipy's points are from the lines along which our rule searches from them.

    Our rule is given each of scipy's points in turn, with the memory it has of those before.
    """
    f = LANDSCAPES[run["landscape"]](**run["surface"])
    memory, worst = (np.zeros((1, 2)), np.zeros((1, 2))), 0.0
    points = points[np.isfinite(points).all(-1)]
    for t, (here, there) in enumerate(itertools.pairwise(points), start=1):
        _, *memory = RULE(here[None], f, t, *memory, lr=1.0)
        (dx, dy), (sx, sy) = memory[1][0], there - here
        if dx * sx + dy * sy <= 0:
            return np.inf
        worst = max(worst, abs(dx * sy - dy * sx) / np.hypot(dx, dy))
    return float(worst)


def off_the_solution(bowl, points):
    """How far our points on a bowl are from those of linear conjugate gradients."""
    condition, degrees = bowl
    f = rotated(LANDSCAPES["quadratic"](condition=condition), degrees)
    points = points[np.isfinite(points).all(-1)]
    ours = descend(f, points[0], RULE, steps=len(points) - 1)
    return float(np.abs(ours.path[:, 0] - points).max())


def verified(recording):
    """What the page may say of conjugate gradients, measured here and now."""
    searched, solved = recording.arrays["searched"], recording.arrays["solved"]
    errors = list(map(off_the_lines, recording.about["searched"], searched))
    errors += map(off_the_solution, recording.about["solved"], solved)
    return {
        "oracle": recording.about["oracle"],
        "name": 'minimize(method="CG") and sparse.linalg.cg',
        "tolerance": TOLERANCE if max(errors) <= TOLERANCE else max(errors),
        "runs": len(errors),
        "fed": 0,
        "steps": searched.shape[1] - 1,
        "except": "the searches differ; the directions are compared, and whole runs on bowls",
    }
