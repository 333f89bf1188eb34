"""Experiment -> trajectories, as a stream of messages for the player.

A message is two little-endian uint32 (the lengths of head and body), a head in JSON, and a body of
float32 numbers [run, channel, point], stored as four planes of bytes (all first bytes, all second
bytes, ...), which compress to half of what the numbers themselves do. The channels are x, y, the
gap (f less its lowest known value, so that a small one keeps its digits), |gradient|, and the rate
of the step that led to the point. The first head has "steps", "runs" and "lowest", the last one
"status".
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.experiment import USUAL, Catalogue, Experiment, Pick, Run, redefined
from landscapes import Landscape
from optimizers import (
    SCHEDULES,
    WRAPPERS,
    Checkpoint,
    Chunk,
    Trajectory,
    stream,
    warmup,
)
from optimizers.evaluations import Evaluations, counted
from optimizers.oracle import Oracle, oracle_of, seen_through
from optimizers.status import judge

Array = NDArray[np.float64]
Walk = TypeVar("Walk", Chunk, Trajectory)
NOTHING = np.empty(0)


def chunks(experiment: Experiment, run: Run) -> Iterator[Chunk]:
    """One run of an experiment, computed as it is asked for: its past, and how it goes on."""
    surface, rule = experiment.surface, run.rule
    start: Any = surface.turn(experiment.start_of(run))
    told = settings(experiment, run)
    if run.past is None:
        yield from stream(surface, start, rule, **told)
        return
    step, edge = run.past.step, np.empty((0, 1))
    for before in chunks(experiment, run.past.run):
        row = step - before.first
        if row < len(before.path):
            break
        yield before
        edge = before.loss[-1:]
    loss = np.concatenate([edge, before.loss[: row + 1]])
    own = stream(surface, fork(experiment, run, before, row, loss), rule, **told)
    yield replace(joined(before, row, next(own)), first=before.first)
    yield from own


def walked(experiment: Experiment, run: Run) -> tuple[Trajectory, Evaluations]:
    """One run from its start to its end, and how often it had asked by each step."""
    surface, rule = experiment.surface, run.rule
    told = settings(experiment, run)
    if run.past is None:
        return counted(surface, surface.turn(experiment.start_of(run)), rule, **told)
    before, asked = walked(experiment, run.past.run)
    step = run.past.step
    start = fork(experiment, run, before, step, before.loss[: step + 1])
    after, more = counted(surface, start, rule, **told)
    both = [np.append(a[:step], a[step] + b) for a, b in zip(asked, more, strict=True)]
    whole = replace(joined(before, step, after), oracle=oracle(surface, run))
    return whole, Evaluations(*both)


def fork(
    experiment: Experiment, run: Run, before: Chunk | Trajectory, row: int, loss: Array
) -> Checkpoint:
    """Where a run begins that goes on from a row of its past, whose losses until then are told."""
    assert run.past
    with np.errstate(invalid="ignore"):
        held = np.any(np.abs(np.diff(loss, axis=0)) < experiment.stop, axis=0)
    memory = {name: values[row] for name, values in before.state.items()}
    at = Checkpoint(run.past.step, before.path[row], memory, begun(run.past.run), held)
    return goes_on(run, at)


def goes_on(run: Run, at: Checkpoint) -> Checkpoint:
    """How a run takes over from its past: another rule remembers nothing."""
    return at if begun(run) < at.step else replace(at, memory={}, begun=at.step)


def begun(run: Run) -> int:
    """The step at which a run's rule began to remember."""
    past = run.past
    if past and past.run.rule is run.rule:
        return begun(past.run)
    return past.step if past else 0


def joined(before: Walk, row: int, after: Walk) -> Walk:
    """A walk up to a row, and the one that goes on from there, with what that one remembers."""
    rated = len(after.lr) - len(after.path) + 1  # a chunk has a rate for its first point too

    def rows(name: str) -> Array:
        return np.concatenate([getattr(before, name)[:row], getattr(after, name)])

    unknown = np.full_like(before.path, np.nan)
    return replace(
        after,
        path=rows("path"),
        loss=rows("loss"),
        grad=rows("grad"),
        lr=np.concatenate([before.lr[: row + rated], after.lr[rated:]]),
        state={
            name: np.concatenate([before.state.get(name, unknown)[:row], values])
            for name, values in after.state.items()
        },
    )


def oracle(surface: Landscape, run: Run) -> Oracle | None:
    """What a run is told of its landscape at each step; None if that is all as it is."""
    own = oracle_of(surface, wrappers(run))
    if run.past is None:
        return own
    before, step = oracle(surface, run.past.run), run.past.step
    if before is None and own is None:
        return None
    first, then = (each or seen_through(surface, ()) for each in (before, own))

    def by(name: str) -> Any:
        ways = getattr(first, name), getattr(then, name)
        return lambda x, y, t: ways[t > step](x, y, t)

    return Oracle(by("value"), by("slope"), by("curvature"), surface)


def settings(experiment: Experiment, run: Run, repeat: Any = 0) -> dict[str, Any]:
    """What `stream` is told of a run, or of its repeats, which have their number added to seeds."""
    return {
        "steps": experiment.steps,
        "schedule": warmup(bound(SCHEDULES, run.schedule), run.warmup),
        "wrappers": wrappers(run, repeat),
        "y_rate": run.y_rate,
        "tolerance": experiment.stop,
        **dict(run.optimizer.knobs),
    }


def wrappers(run: Run, repeat: Any = 0) -> list[Any]:
    """What stands between a run and its landscape."""
    return [bound(WRAPPERS, wrapper, repeat) for wrapper in run.wrappers]


def bound(catalogue: Catalogue, pick: Pick, repeat: Any = 0) -> Any:
    """What is picked, with its knobs, and the number of the repeat added to its seed."""
    values: dict[str, Any] = dict(pick.knobs)
    if "seed" in values:
        values["seed"] = values["seed"] + repeat
    return functools.partial(catalogue[pick.key], **values)


def messages(experiment: Experiment, first: int = 0) -> Iterator[bytes]:
    """All runs side by side, from point number ``first`` on."""
    surface = experiment.surface
    told: list[list[Chunk]] = [[] for _ in experiment.runs]
    lowest = floor(surface)
    head: dict[str, Any] = {
        "steps": experiment.steps,
        "runs": len(experiment.runs),
        "lowest": lowest,
    }
    for together in zip(*(chunks(experiment, run) for run in experiment.runs), strict=True):
        for kept, chunk in zip(told, together, strict=True):
            kept.append(chunk)
        numbers = np.stack([_channels(chunk, lowest) for chunk in together])
        at = together[0].first
        skip = max(first - at, 0)
        if skip < numbers.shape[-1]:
            head |= {"first": at + skip, "count": numbers.shape[-1] - skip}
            yield message(head, numbers[:, :, skip:])
            head = {}
    status = []
    for run, kept in zip(experiment.runs, told, strict=True):
        path = np.concatenate([chunk.path[:, 0] for chunk in kept])
        loss = np.concatenate([chunk.loss[:, 0] for chunk in kept])
        lr = np.concatenate([chunk.lr[:, 0] for chunk in kept])
        seen: dict[str, Any] = {"oracle": oracle(surface, run), "y_rate": run.y_rate}
        judged = judge(surface, path, loss, lr[1:], tolerance=experiment.stop, **seen)
        status.append(vars(judged) | apart(experiment, run, path))
    yield message(head | {"status": status})


def apart(experiment: Experiment, run: Run, path: Array) -> dict[str, str]:
    """How far this path, (points, 2), is from PyTorch's with the same settings, in words.

    It is {"apart": words}, or {} for a run that is PyTorch's.
    """
    usual = redefined(run, USUAL)
    if usual == run:
        return {}
    other = np.concatenate([chunk.path[:, 0] for chunk in chunks(experiment, usual)])
    with np.errstate(all="ignore"):
        ways = np.linalg.norm(path - other, axis=-1)
    step = int(np.nanargmax(ways))
    words = f"differs from PyTorch's path by at most {ways[step]:.3g}, at step {step}"
    if not ways[step]:
        words = "goes exactly where PyTorch's goes"
    return {"apart": words + (", while both are finite" if np.isnan(ways).any() else "")}


def floor(surface: Landscape) -> float:
    """The lowest known value of a surface, or 0 where there is none."""
    return surface.lowest if math.isfinite(surface.lowest) else 0.0


def message(head: dict[str, Any], numbers: NDArray[Any] = NOTHING) -> bytes:
    """A head and its numbers, framed."""
    text = json.dumps(head, separators=(",", ":")).encode()
    with np.errstate(over="ignore"):
        body = np.ascontiguousarray(numbers, "<f4")
    planes = body.reshape(-1).view(np.uint8).reshape(-1, 4).T.tobytes()
    return np.array([len(text), len(planes)], "<u4").tobytes() + text + planes


def _channels(chunk: Chunk, lowest: float) -> NDArray[np.float64]:
    path, grad = chunk.path[:, 0], chunk.grad[:, 0]
    with np.errstate(over="ignore", invalid="ignore"):
        slope = np.sqrt(grad[:, 0] ** 2 + grad[:, 1] ** 2)
    return np.stack([path[:, 0], path[:, 1], chunk.loss[:, 0] - lowest, slope, chunk.lr[:, 0]])
