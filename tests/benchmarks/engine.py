"""Every optimizer, 1,000 steps on Rosenbrock, all recorded, against a loop over torch.optim.

Ours records the path, loss, gradient, rate and the rules' memory; the other x, y, loss, |gradient|
and rate, with an autograd step each, as its users write it, in float64 on one thread. A rule that
torch has not runs there in our own lines (torch_rules.py); one that asks for more than the gradient
is held against torch's loop of plain SGD, its quickest.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy as np

from app.experiment import pick
from app.rates import suited
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, descend
from tests.benchmarks.table import Row, Skipped
from tests.benchmarks.torch_peer import NEEDED, Peer, torch_peer

ENGINE = sys.modules["optimizers.descend"]
REPETITIONS = 7
STEPS = 1000
SURFACE = LANDSCAPES["rosenbrock"]()
KNOBS: dict[str, dict[str, Any]] = {
    name: dict(suited(name, pick(LANDSCAPES, "rosenbrock")).knobs) for name in OPTIMIZERS
}
MAIN = (
    "gradient_descent", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw",
)  # fmt: skip


def measure(options: argparse.Namespace) -> Iterator[Row | Skipped]:
    with torch_peer(options.torch_python) as peer:
        if peer is None:
            yield Skipped("torch's time per ours", NEEDED)
        else:
            yield _main(peer)
            yield from _catalogue(peer)
    few = ENGINE.FEW
    for walkers, bar, what in ((few, ">= 1", "the most"), (4 * few, "<= 1", "four times that")):
        ratios = [_arrays_per_floats(walkers) for _ in range(3)]
        yield Row(f"arrays' time per floats', {walkers} walkers ({what})", bar, ratios)


def ours(names: Any = MAIN, start: Any = SURFACE.start, steps: int = STEPS) -> float:
    """The seconds that these optimizers take."""
    begun = time.perf_counter()
    paths = [descend(SURFACE, start, OPTIMIZERS[n], steps=steps, **KNOBS[n]) for n in names]
    seconds = time.perf_counter() - begun
    # A walk that overflows is over, and would be quick for nothing.
    assert all(np.isfinite(found.path).all() for found in paths)
    return seconds


def theirs(peer: Peer, names: Any) -> float:
    knobs = [[name, KNOBS[name]] for name in names]
    return peer.seconds(runs=knobs, start=SURFACE.start, steps=STEPS)


def _main(peer: Peer) -> Row:
    pairs = _in_turn(
        lambda: theirs(peer, MAIN), lambda: statistics.median(ours() for _ in range(5))
    )
    slow, quick = (statistics.median(times) for times in zip(*pairs, strict=True))
    note = f"{1000 * slow:.0f} and {1000 * quick:.1f} ms"
    what = "8 optimizers x 1,000 steps: torch's time per ours"
    return Row(what, ">= 50", [a / b for a, b in pairs], note)


def _catalogue(peer: Peer) -> Iterator[Row]:
    ratios = {name: _ratio(peer, name) for name in OPTIMIZERS}
    worst = sorted(ratios, key=lambda name: ratios[name])[:4]
    told = ", ".join(f"{name} {ratios[name]:.3g}" for name in worst)
    what = f"all {len(ratios)} optimizers: torch's time per ours"
    yield Row(what, ">= 50", list(ratios.values()), f"least: {told}")
    shared = [ratios[name] for name in ratios if name in peer.own]
    yield Row(f"the {len(shared)} of them that torch has", ">= 50", shared)


def _ratio(peer: Peer, name: str) -> float:
    slow = name if name in peer.runs else "gradient_descent"
    pairs = [(theirs(peer, [slow]), ours([name])) for _ in range(6)][1:]
    return statistics.median(a / b for a, b in pairs)


def _in_turn(a: Callable[[], float], b: Callable[[], float]) -> list[tuple[float, float]]:
    """Both, in turns, after one for warming up."""
    return [(a(), b()) for _ in range(REPETITIONS + 1)][1:]


def _arrays_per_floats(walkers: int) -> float:
    """How much longer the way for many walkers takes than the way for a few."""
    starts = np.random.default_rng(0).uniform((-1.5, -0.5), (1.5, 2), (walkers, 2))

    def forced(few: int) -> float:
        with mock.patch.object(ENGINE, "FEW", few):
            return ours(MAIN, starts, 100)

    pairs = [(forced(0), forced(walkers)) for _ in range(4)][1:]
    return statistics.median(a / b for a, b in pairs)
