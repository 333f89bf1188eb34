"""8 optimizers x 1,000 steps on Rosenbrock, all recorded, against a loop over torch.optim.

Ours records the path, loss, gradient, rate and the rules' memory; the other x, y, loss, |gradient|
and rate, with an autograd step each, as its users write it, in float64 on one thread.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from app.experiment import pick, suited
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend
from tests.benchmarks.table import Row, Skipped

ENGINE = sys.modules["optimizers.descend"]
REPETITIONS = 7
STEPS = 1000
SURFACE = LANDSCAPES["rosenbrock"]()
KNOBS = {
    name: dict(suited(name, pick(LANDSCAPES, "rosenbrock")).knobs)
    for name in (
        "gradient_descent",
        "momentum",
        "nesterov",
        "adagrad",
        "adadelta",
        "rmsprop",
        "adam",
        "adamw",
    )
}


def measure(options: argparse.Namespace) -> Iterator[Row | Skipped]:
    yield _against_torch(options.torch_python)
    few = ENGINE.FEW
    for walkers, bar, what in ((few, ">= 1", "the most"), (4 * few, "<= 1", "four times that")):
        ratios = [_arrays_per_floats(walkers) for _ in range(3)]
        yield Row(f"arrays' time per floats', {walkers} walkers ({what})", bar, ratios)


def ours(start: Any = SURFACE.start, steps: int = STEPS) -> float:
    """The seconds that all optimizers take."""
    begun = time.perf_counter()
    paths = [descend(SURFACE, start, OPTIMIZERS[n], steps=steps, **k) for n, k in KNOBS.items()]
    seconds = time.perf_counter() - begun
    # A walk that overflows is over, and would be quick for nothing.
    assert all(np.isfinite(found.path).all() for found in paths)
    return seconds


def _against_torch(python: str) -> Row | Skipped:
    what = "8 optimizers x 1,000 steps: torch's time per ours"
    given = {"start": SURFACE.start, "steps": STEPS, "optimizers": KNOBS}
    command = [python, str(Path(__file__).with_name("torch_loop.py")), json.dumps(given)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        if process.stdout.readline() != "ready\n":
            return Skipped(what, "torch is not installed (see --torch-python)")

        def theirs() -> float:
            print(file=process.stdin, flush=True)
            return float(process.stdout.readline())

        pairs = _in_turn(theirs, lambda: statistics.median(ours() for _ in range(5)))
        process.stdin.close()
    slow, quick = (statistics.median(times) for times in zip(*pairs, strict=True))
    note = f"{1000 * slow:.0f} and {1000 * quick:.1f} ms"
    return Row(what, ">= 50", [a / b for a, b in pairs], note)


def _in_turn(a: Callable[[], float], b: Callable[[], float]) -> list[tuple[float, float]]:
    """Both, in turns, after one for warming up."""
    return [(a(), b()) for _ in range(REPETITIONS + 1)][1:]


def _arrays_per_floats(walkers: int) -> float:
    """How much longer the way for many walkers takes than the way for a few."""
    starts = np.random.default_rng(0).uniform((-1.5, -0.5), (1.5, 2), (walkers, 2))

    def forced(few: int) -> float:
        with mock.patch.object(ENGINE, "FEW", few):
            return ours(starts, 100)

    pairs = [(forced(0), forced(walkers)) for _ in range(4)][1:]
    return statistics.median(a / b for a, b in pairs)
