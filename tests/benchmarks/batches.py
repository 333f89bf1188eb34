"""Mini-batches of a regression, all recorded, against a loop over torch.optim.

160 examples in batches of 32, the eight best-known optimizers, 1,000 steps each. Torch's users draw
a new order for every epoch and index the examples with a part of it; the rest is as in engine.py.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import time
from collections.abc import Iterator

import numpy as np

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, WRAPPERS, descend
from tests.benchmarks.engine import KNOBS, MAIN
from tests.benchmarks.table import Row, Skipped
from tests.benchmarks.torch_peer import NEEDED, torch_peer

SIZE = 32
STEPS = 1000
SURFACE = LANDSCAPES["regression"]()
# With a rate that is not too large for any of the batches.
RUNS = [(name, {**KNOBS[name], "lr": 1e-4}) for name in MAIN]
WHAT = f"8 optimizers x {STEPS:,} batches of {SIZE}: torch's time per ours"


def measure(options: argparse.Namespace) -> Iterator[Row | Skipped]:
    with torch_peer(options.torch_python) as peer:
        if peer is None:
            yield Skipped(WHAT, NEEDED)
            return
        inputs, targets = (part.tolist() for part in SURFACE.examples)
        task = {"runs": RUNS, "start": SURFACE.start, "steps": STEPS}
        task |= {"inputs": inputs, "targets": targets, "size": SIZE}
        pairs = [
            (peer.seconds(**task), statistics.median(ours(seed) for seed in range(5)))
            for _ in range(6)
        ][1:]
    slow, quick = (statistics.median(times) for times in zip(*pairs, strict=True))
    note = f"{1000 * slow:.0f} and {1000 * quick:.1f} ms"
    yield Row(WHAT, ">= 20", [a / b for a, b in pairs], note)


def ours(seed: int) -> float:
    """The seconds that they take; the seed is another one each time, so that no order is known."""
    batch = functools.partial(WRAPPERS["batch"], size=SIZE, seed=seed)
    landscape = LANDSCAPES["regression"]()
    begun = time.perf_counter()
    paths = [
        descend(landscape, SURFACE.start, OPTIMIZERS[name], steps=STEPS, wrappers=[batch], **knobs)
        for name, knobs in RUNS
    ]
    seconds = time.perf_counter() - begun
    assert all(np.isfinite(found.path).all() for found in paths)
    return seconds
