"""16 runs x 10,000 steps over HTTP: the first of them, and what is left undone after a cancel."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import threading
import time
import zlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import waitress

import app.server
from app.__main__ import THREADS
from app.link import write
from tests.benchmarks.pages import experiment
from tests.benchmarks.table import Row

REPETITIONS = 7
READ = 2  # chunks, before the client goes away


def measure(_: argparse.Namespace) -> Iterator[Row]:
    with _counted() as (port, made):
        shares, late, totals = [], [], []
        for _turn in range(REPETITIONS + 1):
            first, total, chunks = _times(port)
            shares.append(first / total)
            totals.append(total)
            late.append(_after_cancel(port, made))
        note = f"{1000 * totals[-1]:.0f} ms and {chunks} chunks in all"
    yield Row("first chunk's time per all chunks' time", "<= 1/5", shares[1:], note)
    yield Row("chunks made after the client has gone", "<= 3", late[1:])


@contextlib.contextmanager
def _counted() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The app under its own server, in a thread; and a growing list of its streams."""
    made: list[dict[str, Any]] = []
    plain = app.server.messages

    def counting(*arguments: Any) -> Iterator[bytes]:
        seen = {"messages": 0, "over": threading.Event()}
        made.append(seen)
        try:
            for message in plain(*arguments):
                seen["messages"] += 1
                yield message
        finally:
            seen["over"].set()

    with mock.patch.object(app.server, "messages", counting):
        server = waitress.create_server(
            app.server.wsgi(), host="127.0.0.1", port=0, threads=THREADS
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield server.effective_port, made
        server.close()


class _Answer:
    """The stream as a browser asks for it: zipped, in messages as app/run.py frames them."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        query = write(experiment(16, 10_000))
        self.connection.request("GET", f"/stream?{query}", headers={"Accept-Encoding": "gzip"})
        self.response = self.connection.getresponse()
        assert self.response.status == 200
        self.unzip = zlib.decompressobj(31)
        self.rest = b""

    def messages(self) -> Iterator[int]:
        """The length of each message's numbers, as it arrives."""
        while part := self.response.read1(1 << 16):
            self.rest += self.unzip.decompress(part)
            while len(self.rest) >= 8:
                head, body = (int.from_bytes(self.rest[i : i + 4], "little") for i in (0, 4))
                if len(self.rest) < 8 + head + body:
                    break
                self.rest = self.rest[8 + head + body :]
                yield body

    def close(self) -> None:
        self.response.close()
        self.connection.close()


def _times(port: int) -> tuple[float, float, int]:
    """Seconds to the first chunk and to the last, and how many there were."""
    begun = time.perf_counter()
    answer = _Answer(port)
    times = [time.perf_counter() - begun for body in answer.messages() if body]
    answer.close()
    return times[0], time.perf_counter() - begun, len(times)


def _after_cancel(port: int, made: list[dict[str, Any]]) -> int:
    """Messages that are made after the client has read two chunks and closed."""
    answer = _Answer(port)
    chunks = 0
    for body in answer.messages():
        chunks += bool(body)
        if chunks == READ:
            break
    before = made[-1]["messages"]
    answer.close()
    assert made[-1]["over"].wait(60)
    return int(made[-1]["messages"] - before)
