"""A run repeated with 100 seeds, against a loop over torch.optim and on the page; examples dragged.

One run on mini-batches of 32 of 160 examples, 500 steps. Ours is all that the page is sent: where
the repeats are, the bands, the sentence. On the page it is the time from a key on a slider to the
new bands on the screen. An example is dragged for some seconds, and the slowest of three counts:
the contours, the heads of the trails, and the curves through the examples.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator

from playwright.sync_api import Page

from app.link import parse
from app.repeats import repeats
from landscapes import LANDSCAPES
from tests.benchmarks import pages
from tests.benchmarks.engine import KNOBS
from tests.benchmarks.table import Row, Skipped
from tests.benchmarks.torch_peer import NEEDED, torch_peer
from tests.browser.acting import at

SEEDS, STEPS, SIZE = 100, 500, 32
DRAGGED = ("regression", "tanh_neuron")
SURFACE = LANDSCAPES["regression"]()
RATE = 1e-4
RULE = "adam"
LOOP = f"{SEEDS} seeds x {STEPS} batches of {SIZE}: torch's loop per ours"
REPETITIONS = 5
DRAG = 3.0  # seconds


def measure(options: argparse.Namespace) -> Iterator[Row | Skipped]:
    yield _loop(options.torch_python)
    with (
        pages.served() as address,
        pages.browser() as browser,
        pages.visit(browser) as page,
    ):
        _open(page, address + _link(0))
        times = [_reseed(page) for _ in range(REPETITIONS + 1)][1:]
        yield Row(f"{SEEDS} seeds: a key to the bands on the screen, ms", "<= 300 ms", times)
        for key in DRAGGED:
            _open(page, f"{address}?landscape={key}&run=adam&run=momentum&run=gradient_descent")
            rates = [_drag(page, key, i) for i in range(3)]
            for name in ("contours", "trails", "fits"):
                what = f"an example of {key} dragged: {name} a second"
                yield Row(what, ">= 8", [rate[name] for rate in rates])


def _link(seed: int) -> str:
    knobs = ",".join(f"{name}={value}" for name, value in {**KNOBS[RULE], "lr": RATE}.items())
    batch = f"batch,size={SIZE},seed={seed}"
    return f"?landscape=regression&steps={STEPS}&seeds={SEEDS}&run={RULE},{knobs}/{batch}"


def _loop(python: str) -> Row | Skipped:
    with torch_peer(python) as peer:
        if peer is None:
            return Skipped(LOOP, NEEDED)
        inputs, targets = (part.tolist() for part in SURFACE.examples)
        task = {"runs": [(RULE, {**KNOBS[RULE], "lr": RATE})] * SEEDS, "start": SURFACE.start}
        task |= {"steps": STEPS, "inputs": inputs, "targets": targets, "size": SIZE}
        # The seeds are others each time, so that no order is known.
        pairs = [
            (peer.seconds(**task), statistics.median(_ours(5 * turn + i) for i in range(5)))
            for turn in range(4)
        ][1:]
    slow, quick = (statistics.median(times) for times in zip(*pairs, strict=True))
    note = f"{1000 * slow:.0f} and {1000 * quick:.0f} ms"
    return Row(LOOP, ">= 50", [a / b for a, b in pairs], note)


def _ours(turn: int) -> float:
    experiment, problems = parse(_link(SEEDS * turn))
    assert not problems
    begun = time.perf_counter()
    assert len(list(repeats(experiment))) == 2
    return time.perf_counter() - begun


def _open(page: Page, link: str) -> None:
    page.goto(link)
    pages.wait(page, "watched.usable")
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('[data-play=end]').click()")
    page.wait_for_timeout(1000)


def _reseed(page: Page) -> float:
    """Another seed by a key: ms until there are other bands."""
    before = page.locator("[data-repeats]").inner_text()
    page.get_by_role("slider", name="seed, ").first.focus()
    page.keyboard.press("ArrowRight")
    found = f"watched.bands.find((b) => b.time > watched.input && b.said !== {before!r})"
    took = float(pages.wait(page, f"{found} && {found}.time - watched.input"))
    page.wait_for_timeout(500)
    return took


def _drag(page: Page, key: str, example: int) -> dict[str, float]:
    """How often a second each of three things follows an example that is dragged to and fro."""
    x, y = at(page, *(float(part[example]) for part in LANDSCAPES[key]().examples), "#fit")
    page.mouse.move(x, y)
    page.mouse.down()
    begun = page.evaluate("performance.now()")
    until = time.monotonic() + DRAG
    moves = 0
    while time.monotonic() < until:
        moves += 1
        page.mouse.move(x + 3, y + 10 * (moves % 7) - 30)
        page.wait_for_timeout(16)
    counts: dict[str, int] = page.evaluate(f"watched.followed({begun})")
    seconds = (page.evaluate("performance.now()") - begun) / 1000
    page.mouse.up()
    page.wait_for_timeout(1500)
    return {name: count / seconds for name, count in counts.items()}
