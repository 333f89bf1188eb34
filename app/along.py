"""What is known along each run besides its trajectory, as messages for the curves and the stage.

A message tells of one run, framed as in app/run.py. Its head has "run" and "formula" (that of the
bound), its numbers are `CHANNELS` by points, point 0 being the start. The last message has an empty
"status".

``gx`` and ``gy`` are the gradient of f, ``xx``, ``xy`` and ``yy`` its Hessian. The ``sharpness`` is
the largest eigenvalue of D^½ H D^½, where D = diag(1, y_rate), and ``bound`` what it must stay
below at the rate of the step from there: 2/lr for plain descent, (2 + 2μ)/lr for a heavy ball.
``rate_x`` and ``rate_y`` are effective rates, those by which plain descent had made the step that
led to the point: -Δx/g, with the gradient g that the rule was told. ``distance`` is the one to the
nearest minimum in the picture. What was asked by then is counted: values, gradients and Hessians,
and all of them as the ``cost`` in gradients. What is not known is nan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.experiment import Experiment, Run
from app.rates import bounded, edge
from app.run import chunks, message, oracle, walked
from landscapes import Landscape
from optimizers.descend import Trajectory
from optimizers.evaluations import Evaluations

Array = NDArray[np.float64]

CHANNELS = (
    *("gx", "gy", "xx", "xy", "yy", "sharpness", "bound", "rate_x", "rate_y", "distance"),
    *("values_asked", "gradients_asked", "hessians_asked", "cost"),
)
# A step of fewer units in the last place of its coordinate is rounded by more than a percent.
ROUNDED = 100


def along(experiment: Experiment) -> Iterator[bytes]:
    """A message for each run, as soon as it is computed, and the last one."""
    surface = experiment.surface
    for i, run in enumerate(experiment.runs):
        walk, asked = walked(experiment, run)
        numbers = _channels(surface, run, walk, asked)
        words = "2/lr (plain descent)" if edge(run) == 2 else "(2 + 2μ)/lr"
        yield message({"run": i, "formula": words}, np.stack([numbers[name] for name in CHANNELS]))
    yield message({"status": []})


@np.errstate(all="ignore")
def limits(experiment: Experiment) -> Iterator[bytes]:
    """The rates that the curvature allows: a message for each run that it bounds, and the last one.

    A number is the rate that the step to the point had to stay below; nan where it has no such.
    """
    for i, run in enumerate(experiment.runs):
        if not bounded(run):
            continue
        path = np.concatenate([chunk.path[:, 0] for chunk in chunks(experiment, run)])
        makers = _makers(run, len(path))
        with np.errstate(all="ignore"):  # of points that are too far away
            hessian = experiment.surface.hessian(path)
        sharpness = _sharpness(np.moveaxis(hessian, 0, -1), makers)
        known = (sharpness > 0) & [bounded(maker) for maker in makers]
        limit = np.divide(_edges(makers), sharpness, out=np.full(len(path), np.nan), where=known)
        words = "2/λ (plain descent)" if edge(run) == 2 else "(2 + 2μ)/λ"
        yield message({"run": i, "formula": words}, np.append(np.nan, limit[:-1]))
    yield message({"status": []})


@np.errstate(all="ignore")
def _channels(
    surface: Landscape, run: Run, walk: Trajectory, asked: Evaluations
) -> dict[str, Array]:
    """All channels of a run by name, (points,) each."""
    path, lr = walk.path[:, 0], walk.lr[:, 0]
    hessian = np.moveaxis(surface.hessian(path), 0, -1)
    (xx, xy), (_, yy) = hessian
    # A run that has ended asks for nothing more.
    taken = np.minimum(np.arange(len(path)), np.count_nonzero(~np.isnan(lr)))
    values, gradients, hessians = (part[taken] for part in asked)
    makers = _makers(run, len(path))
    rates = np.vstack([np.full(2, np.nan), _effective(surface, run, walk)])
    return {
        **dict(zip(("gx", "gy"), walk.grad[:, 0].T, strict=True)),
        **{"xx": xx, "xy": xy, "yy": yy},
        "sharpness": _sharpness(hessian, makers),
        "bound": _edges(makers) / np.append(lr, lr[-1]),
        **dict(zip(("rate_x", "rate_y"), rates.T, strict=True)),
        "distance": _distance(path, surface.minima),
        **{"values_asked": values, "gradients_asked": gradients, "hessians_asked": hessians},
        "cost": Evaluations(values, gradients, hessians).cost(),
    }


def _makers(run: Run, points: int) -> list[Run]:
    """Who makes the step from each point."""
    return [run.at(k + 1) for k in range(points)]


def _edges(makers: Sequence[Run]) -> Array:
    return np.array([edge(maker) for maker in makers])


def _sharpness(hessian: Array, makers: Sequence[Run]) -> Array:
    y_rate = np.array([maker.y_rate for maker in makers])
    (xx, xy), (_, yy) = hessian
    a, b, d = xx, xy * y_rate**0.5, yy * y_rate
    return np.asarray((a + d) / 2 + np.hypot((a - d) / 2, b))


def _effective(surface: Landscape, run: Run, walk: Trajectory) -> Array:
    """-Δx/g of each step: (steps, 2); nan where g is 0 or the step no more than rounding."""
    path = walk.path[:, 0]
    steps, told = np.diff(path, axis=0), walk.grad[:-1, 0]
    if seen := oracle(surface, run):
        told = np.full_like(steps, np.nan)
        for k in np.flatnonzero(~np.isnan(walk.lr[:, 0])).tolist():
            told[k] = seen.slope(*path[k], k + 1)
    exact = np.abs(steps) >= ROUNDED * np.spacing(np.abs(path[1:]))
    return np.where(exact & (told != 0), -steps / told, np.nan)


def _distance(path: Array, minima: Array) -> Array:
    """How far each point is from the nearest minimum; nan where there is none."""
    nearest = np.full(len(path), np.inf)
    for x, y in minima:
        nearest = np.minimum(nearest, np.hypot(path[:, 0] - x, path[:, 1] - y))
    return np.where(np.isfinite(nearest), nearest, np.nan)
