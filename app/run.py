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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.experiment import Catalogue, Experiment, Pick, Run
from landscapes import Landscape
from optimizers import OPTIMIZERS, SCHEDULES, WRAPPERS, Chunk, stream, warmup
from optimizers.oracle import oracle_of
from optimizers.status import judge

NOTHING = np.empty(0)


def chunks(experiment: Experiment, run: Run) -> Iterator[Chunk]:
    """One run of an experiment, computed as it is asked for."""
    schedule = _bound(SCHEDULES, run.schedule)
    surface = experiment.surface
    knobs: dict[str, Any] = dict(run.optimizer.knobs)
    return stream(
        surface,
        surface.turn(experiment.start),
        OPTIMIZERS[run.optimizer.key],
        steps=experiment.steps,
        schedule=warmup(schedule, run.warmup),
        wrappers=_wrappers(run),
        y_rate=run.y_rate,
        **knobs,
    )


def _wrappers(run: Run) -> list[Any]:
    return [_bound(WRAPPERS, wrapper) for wrapper in run.wrappers]


def _bound(catalogue: Catalogue, pick: Pick) -> Any:
    return functools.partial(catalogue[pick.key], **dict(pick.knobs))


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
        oracle = oracle_of(surface, _wrappers(run))
        status.append(vars(judge(surface, path, loss, lr[1:], oracle=oracle, y_rate=run.y_rate)))
    yield message(head | {"status": status})


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
