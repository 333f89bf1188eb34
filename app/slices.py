r"""One run of an experiment -> f along a straight line through each of its points, as messages.

$$ \varphi_k(t) = f(p_k + t\,u_k),\qquad \varphi_k'(t) = u_k \cdot \nabla f(p_k + t\,u_k) $$

u is the unit vector of an axis as it is drawn, of the gradient (uphill) or of the next step
(forwards). Where a run stands still it is the last one there was. Along an axis the line is as long
as the picture is and lies in it, or in the next of its size that the point is in; else it has the
point in its middle, and is a quarter of the diagonal long.

There are two messages, framed as in app/run.py; the second has an empty "status". The head of the
first has "run" (its number), "look", "along", the "marks" (the steps that are told of), "lowest"
(to be added to each gap) and the "length" of the line; its numbers are `COLUMNS` by marks, then the
gap and then the slope, each marks by `SAMPLES`. What overflowed is nan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.experiment import Experiment, Run
from app.run import chunks, floor, message
from landscapes import Landscape

Array = NDArray[np.float64]

ALONG = ("x", "y", "gradient", "step")
# At each mark: the point, its gap and slope, how far the next step goes along the line (nan for
# none), and where the line begins, counted from the point.
COLUMNS = ("x", "y", "gap", "slope", "move", "from")
SAMPLES = 65
# Every step of most runs; fewer where f at so many points takes too long.
MARKS = 1001
EVALUATIONS = 2e7
LARGEST = np.finfo(np.float32).max


def slices(experiment: Experiment, run: Run, along: str) -> Iterator[bytes]:
    """A message of the slices along one of `ALONG`, and the last one."""
    surface, marks = experiment.surface, _marks(experiment)
    told = list(chunks(experiment, run))
    path, grad = (
        np.concatenate([getattr(c, name)[:, 0] for c in told]) for name in ("path", "grad")
    )
    gap = np.concatenate([chunk.loss[:, 0] for chunk in told]) - floor(surface)
    with np.errstate(all="ignore"):
        steps = np.diff(path, axis=0, append=np.nan)
        u = _directions(along, steps, grad)
        slope, move = np.sum(grad * u, -1), np.sum(steps * u, -1)
        path, u = path[marks], u[marks]
        begins, length = _line(surface, along, path, u)
        t = begins[:, None] + length * np.linspace(0, 1, SAMPLES)
        points = path[:, None] + t[..., None] * u[:, None]
        curve, rise = surface(points), np.sum(surface.grad(points) * u[:, None], -1)
        columns = [*path.T, gap[marks], slope[marks], move[marks], begins]
        numbers = np.concatenate([*columns, (curve - floor(surface)).ravel(), rise.ravel()])
        numbers[~(np.abs(numbers) <= LARGEST)] = np.nan
    head = {
        "run": experiment.runs.index(run),
        "look": run.look,
        "along": along,
        "marks": marks,
        "lowest": floor(surface),
        "length": length,
    }
    yield message(head, numbers)
    yield message({"status": []})


def _marks(experiment: Experiment) -> list[int]:
    surface = experiment.surface
    examples = 1 if surface.floats else len(getattr(surface, "examples", [[0]])[0])
    most = np.clip(EVALUATIONS / (2 * SAMPLES * examples), 17, MARKS)
    steps: list[int] = np.unique(np.linspace(0, experiment.steps, int(most)).astype(int)).tolist()
    return steps


def _directions(along: str, steps: Array, grad: Array) -> Array:
    """The unit vectors of the line at every point of a run: (points, 2)."""
    if along in "xy":
        return np.broadcast_to(np.eye(2)["xy".index(along)], steps.shape)
    ways = steps if along == "step" else grad
    sizes = np.hypot(*ways.T)
    goes = (sizes > 0) & (sizes < np.inf)
    last: Any = np.maximum.accumulate(np.where(goes, np.arange(len(ways)), 0))
    return np.where(goes[last, None], (ways / sizes[:, None])[last], (1.0, 0.0))


def _line(surface: Landscape, along: str, path: Array, u: Array) -> tuple[Array, float]:
    """Where the line begins, counted from each point, and how long it is."""
    (x0, x1), (y0, y1) = surface.domain
    size = np.array([x1 - x0, y1 - y0])
    if along in "xy":
        axis = "xy".index(along)
        low, high = surface.domain[axis]
        pages = np.round((path[:, axis] - (low + high) / 2) / (high - low))
        return low + pages * (high - low) - path[:, axis], high - low
    # In a picture that is not square the diagonal is that of the square as large along the line.
    length = float(np.median(1 / np.hypot(*(u / size).T)) / np.sqrt(8))
    return np.full(len(path), -length / 2), length
