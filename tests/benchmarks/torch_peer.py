"""torch_loop.py in a Python that has torch, as a peer to measure against."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NEEDED = "torch is not installed (see --torch-python)"


class Peer:
    def __init__(self, process: subprocess.Popen[str], hello: list[list[str]]) -> None:
        self.process = process
        self.own, self.runs = hello  # the rules that torch has, and all that run there, by our keys

    def seconds(self, **task: Any) -> float:
        """How long a task of torch_loop.py takes there."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(task), file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


@contextlib.contextmanager
def torch_peer(python: str) -> Iterator[Peer | None]:
    """The peer, or None where torch is not installed."""
    command = [python, str(Path(__file__).with_name("torch_loop.py"))]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        hello = process.stdout.readline()
        yield Peer(process, json.loads(hello)) if hello else None
        process.stdin.close()
