"""Many walkers of which only the end is kept, against torch, in float64 on one thread.

Starts: a grid over Himmelblau's picture, 500 steps. Torch holds them in one tensor, and steps as
its users write it. Knobs: a grid of (lr, momentum) from one start on Rosenbrock, 1,000 steps each,
against one loop of torch.optim after the other, of which a few are run and the rest is
extrapolated.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, ends
from tests.benchmarks.table import Row, Skipped
from tests.benchmarks.torch_peer import NEEDED, Peer, torch_peer

SIDES = (64, 128, 256, 512, 1024)
STEPS = 500
RULES: dict[str, dict[str, Any]] = {
    "adam": {"lr": 0.02},
    "momentum": {"lr": 1e-3, "momentum": 0.9},
}
HIMMELBLAU, ROSENBROCK = LANDSCAPES["himmelblau"](), LANDSCAPES["rosenbrock"]()


def measure(options: argparse.Namespace) -> Iterator[Row | Skipped]:
    with torch_peer(options.torch_python) as peer:
        for name in RULES:
            what = f"256 x 256 starts, {name}: torch's time per ours"
            yield _against(peer, name, what) if peer else Skipped(what, NEEDED)
        yield _grid(peer) if peer else Skipped("64 x 64 knobs: torch's time per ours", NEEDED)
    for name in RULES:
        yield _flat(name)
    for name in RULES:
        yield _memory(name)


def seconds(name: str, side: int, steps: int = STEPS) -> float:
    axis = np.linspace(-5, 5, side)
    starts = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    begun = time.perf_counter()
    ends(HIMMELBLAU, starts, OPTIMIZERS[name], steps=steps, **RULES[name])
    return time.perf_counter() - begun


def _against(peer: Peer, name: str, what: str) -> Row:
    task = {"sweep": name, "knobs": RULES[name], "side": 256, "steps": STEPS}
    pairs = [(peer.seconds(**task), seconds(name, 256)) for _ in range(4)][1:]
    slow, quick = (statistics.median(times) / 256**2 / STEPS for times in zip(*pairs, strict=True))
    note = f"{1e9 * slow:.1f} and {1e9 * quick:.1f} ns a step"
    return Row(what, ">= 2", [a / b for a, b in pairs], note)


def _flat(name: str) -> Row:
    """The most that a step of one walker costs for any number of them, by the least."""
    spreads, told = [], []
    for _ in range(3):
        costs = [seconds(name, side, 100) / side**2 / 100 for side in SIDES]
        spreads.append(max(costs) / min(costs))
        told = [f"{1e9 * cost:.1f}" for cost in costs]
    what = f"{name}: cost of a step, {SIDES[0]}² to {SIDES[-1]}² starts, most by least"
    return Row(what, "<= 1.3", spreads, f"{', '.join(told)} ns")


def _memory(name: str) -> Row:
    """What is allocated at most besides the starts, their copy and the ends."""
    axis = np.linspace(-5, 5, 1024)
    starts = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    tracemalloc.start()
    ends(HIMMELBLAU, starts, OPTIMIZERS[name], steps=3, **RULES[name])
    extra = tracemalloc.get_traced_memory()[1] - starts.nbytes
    tracemalloc.stop()
    return Row(f"{name}: memory besides starts and ends, 1024² starts", "<= 32 MB", [extra / 1e6])


def _grid(peer: Peer) -> Row:
    lr, momentum = np.meshgrid(np.geomspace(1e-5, 1e-3, 64), np.linspace(0, 0.95, 64))
    knobs = {"lr": lr.ravel(), "momentum": momentum.ravel()}
    starts = np.broadcast_to(ROSENBROCK.start, (64 * 64, 2))
    few = np.linspace(0, 64 * 64 - 1, 5).astype(int)
    runs = [["momentum", {name: float(values[i]) for name, values in knobs.items()}] for i in few]
    ratios, told = [], (0.0, 0.0)
    for _ in range(3):
        one = peer.seconds(runs=runs, start=ROSENBROCK.start, steps=1000) / len(few)
        begun = time.perf_counter()
        ends(ROSENBROCK, starts, OPTIMIZERS["momentum"], steps=1000, **knobs)
        told = (one * 64 * 64, time.perf_counter() - begun)
        ratios.append(told[0] / told[1])
    note = f"{told[0]:.0f} s and {1000 * told[1]:.0f} ms"
    return Row("64 x 64 knobs x 1,000 steps: torch's time per ours", ">= 1000", ratios, note)
