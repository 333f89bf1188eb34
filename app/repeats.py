"""Each run of an experiment repeated with other seeds -> where the repeats are, as messages.

Repeat j is the run with j added to each of its seeds, so that its floats are those of a link that
says so; repeat 0 is the run itself. A message tells of one run, framed as in app/run.py. Its head
has "run", "marks" (the steps that are told of), "clouds" (those of them at which all repeats are)
and "said" (what became of them, in a sentence); its numbers are `BANDS` by marks, and then the
points, clouds by repeats by 2. A run in which nothing is left to chance has no marks. The last
message has an empty "status".

The median path is that of one repeat, the one that ends in the middle by f: the median of x and y
by themselves would lead where no repeat is as soon as they end in several minima.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.experiment import Experiment, Run
from app.run import bound, floor, goes_on, message, settings
from landscapes import Landscape
from optimizers import WRAPPERS, Checkpoint, visits
from optimizers.oracle import seen_through
from optimizers.status import NEAR

Array = NDArray[np.float64]

# What is told at each mark: x and y of the median path, three quantiles of the gap and |gradient|.
BANDS = ("x", "y", "gap10", "gap50", "gap90", "slope10", "slope50", "slope90")
SHARES = (0.1, 0.5, 0.9)
# As many marks as a chart has use for; fewer where f at so many points takes too long.
MARKS = 257
EVALUATIONS = 2e7
# At each mark there is a cloud of up to so many points; of more, at every second.
CLOUD = 100


def repeats(experiment: Experiment) -> Iterator[bytes]:
    """A message for each run, as soon as it is computed, and the last one."""
    for i, run in enumerate(experiment.runs if experiment.seeds > 1 else ()):
        if not _left_to_chance(experiment, run):
            yield message({"run": i, "marks": [], "said": "nothing in it is left to chance"})
            continue
        marks = _marks(experiment)
        points = np.stack([at.points for at in _walk(experiment, run, marks)])
        surface = experiment.surface
        with np.errstate(all="ignore"):
            loss, slope = surface(points), np.linalg.norm(surface.grad(points), axis=-1)
        middle = int(np.argsort(loss[-1], kind="stable")[(experiment.seeds - 1) // 2])
        bands = [
            *points[:, middle].T,
            *quantiles(_high(loss - floor(surface)), SHARES),
            *quantiles(_high(slope), SHARES),
        ]
        every = math.ceil(experiment.seeds / CLOUD)
        clouds = np.unique([*range(0, len(marks), every), len(marks) - 1])
        head = {
            "run": i,
            "marks": marks,
            "clouds": [marks[at] for at in clouds],
            "said": said(surface, points[-1], loss[-1])
            + f" · dotted: the one in the middle, {middle} added to its seeds",
        }
        yield message(head, np.concatenate([np.ravel(bands), points[clouds].ravel()]))
    yield message({"status": []})


def _left_to_chance(experiment: Experiment, run: Run) -> bool:
    plain = seen_through(experiment.surface, ())
    seeded = [bound(WRAPPERS, pick) for pick in run.wrappers if "seed" in dict(pick.knobs)]
    if experiment.drawn or any(wrapper(plain) is not plain for wrapper in seeded):
        return True
    return run.past is not None and _left_to_chance(experiment, run.past.run)


def _marks(experiment: Experiment) -> list[int]:
    examples = len(getattr(experiment.surface, "examples", [[0]])[0])
    most = np.clip(EVALUATIONS / (examples * experiment.seeds), 17, MARKS)
    steps: list[int] = np.unique(np.linspace(0, experiment.steps, int(most)).astype(int)).tolist()
    return steps


def _walk(experiment: Experiment, run: Run, marks: list[int]) -> Iterator[Checkpoint]:
    """Where all repeats are at each of the marks."""
    surface, count = experiment.surface, experiment.seeds
    start: Any = surface.turn([experiment.start_of(run, repeat) for repeat in range(count)])
    if run.past:
        step = run.past.step
        *before, last = _walk(experiment, run.past.run, [*(m for m in marks if m < step), step])
        yield from before
        start, marks = goes_on(run, last), [mark for mark in marks if mark >= step]
    told = settings(experiment, run, np.arange(count))
    yield from visits(surface, start, run.rule, at=marks, **told)


def _high(values: Array) -> Array:
    """What is no number any more counts as infinitely high."""
    return np.where(np.isnan(values), np.inf, values)


def quantiles(values: Array, shares: tuple[float, ...]) -> Array:
    """The quantiles of the numbers in each row: (shares, rows).

    Between two numbers they are interpolated linearly, as by numpy.quantile, but inf where they
    reach into inf.
    """
    ordered = np.sort(values, axis=-1)
    last = values.shape[-1] - 1
    found = []
    for share in shares:
        below, rest = divmod(share * last, 1)
        low, high = ordered[:, int(below)], ordered[:, min(int(below) + 1, last)]
        with np.errstate(invalid="ignore"):
            found.append(np.where((low == high) | (rest == 0), low, low + rest * (high - low)))
    return np.array(found)


def said(surface: Landscape, ends: Array, loss: Array) -> str:
    """Where the repeats ended, (n, 2), and how low, in a sentence."""
    (x0, x1), (y0, y1) = surface.domain
    inside = np.all((ends >= [x0, y0]) & (ends <= [x1, y1]), axis=-1)
    near = 10 * NEAR * np.hypot(x1 - x0, y1 - y0)
    minima = surface.minima
    ways = np.linalg.norm(ends[:, None] - minima, axis=-1)
    which = np.full(len(ends), -1)
    if len(minima):
        with np.errstate(invalid="ignore"):
            which = np.where(ways.min(-1) < near, ways.argmin(-1), -1)
    counts = [(int((which == i).sum()), p) for i, p in enumerate(minima.tolist())]
    counts = sorted((pair for pair in counts if pair[0]), key=lambda pair: -pair[0])
    words = [f"{count} near the minimum ({x:.4g}, {y:.4g})" for count, (x, y) in counts[:4]]
    if rest := sum(count for count, _ in counts[4:]):
        words.append(f"{rest} near other minima")
    with np.errstate(all="ignore"):
        level = (which < 0) & ~surface.grad(ends).any(-1)
    if stuck := int(level.sum()):
        words.append(f"{stuck} where the slope is 0")
    inside |= level
    if elsewhere := int((inside & ~level & (which < 0)).sum()):
        words.append(f"{elsewhere} elsewhere")
    if away := int((~inside & (which < 0)).sum()):
        words.append(f"{away} outside the picture")
    low, middle, high = quantiles(_high(loss)[None], SHARES)[:, 0]
    heights = f"f at the end is {middle:.4g} in the middle, and {low:.4g} to {high:.4g} for 80 %"
    return f"{len(ends)} seeds: {', '.join(words)} · {heights}"
