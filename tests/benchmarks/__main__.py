"""python -m tests.benchmarks: all of them, or those that are named."""

from __future__ import annotations

import argparse
import os
import sys
import time
from types import ModuleType

from tests.benchmarks import (
    batches,
    chance,
    engine,
    latency,
    loading,
    playing,
    scrubbing,
    streaming,
    sweeps,
)
from tests.benchmarks.table import show

ALL = {"engine": engine, "sweeps": sweeps, "batches": batches, "latency": latency}
ALL |= {"chance": chance, "playing": playing, "scrubbing": scrubbing}
ALL |= {"streaming": streaming, "loading": loading}
GROUPS = {"page": [name for name in ALL if name not in ("engine", "sweeps", "batches")]}
NAMES = [*ALL, *GROUPS]


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    names = [each for name in options.names for each in GROUPS.get(name, [name])] or list(ALL)
    begun = time.perf_counter()
    for name in dict.fromkeys(names):
        _run(ALL[name], options)
    print(f"\n{time.perf_counter() - begun:.0f} s in all")
    return 0


def _run(benchmark: ModuleType, options: argparse.Namespace) -> None:
    summary = (benchmark.__doc__ or "").split("\n", 1)[0]
    print(f"\n{benchmark.__name__.rpartition('.')[2]}: {summary}", flush=True)
    for row in benchmark.measure(options):
        print(show(row), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", type=_name, metavar="|".join(NAMES))
    parser.add_argument(
        "--torch-python",
        default=os.environ.get("TORCH_PYTHON", sys.executable),
        metavar="PATH",
        help="a Python that has torch, if this one has not (or TORCH_PYTHON)",
    )
    return parser


def _name(text: str) -> str:
    if text not in NAMES:
        raise argparse.ArgumentTypeError(f"there are {', '.join(NAMES)}, not {text!r}")
    return text


if __name__ == "__main__":
    sys.exit(main())
