"""From a click or a changed knob to the first frame of what it asks for, and the bytes it takes.

8 runs x 1,000 steps, against a callback that returns a figure with 100 frames. Ravine's frame is
the first in which the heads of the new runs have moved on; of a knob, which changes the runs and
not the step, the first with the new runs.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.benchmarks import pages
from tests.benchmarks.table import Row

REPETITIONS = 5
PAUSE = 700  # ms in which Ravine comes to rest, with its trails handed to Plotly


def measure(_: argparse.Namespace) -> Iterator[Row]:
    with (
        pages.served() as address,
        pages.usual("animation") as other,
        pages.browser() as browser,
        pages.visit(browser) as page,
        pages.visit(browser) as peer,
    ):
        pages.ravine(page, address, 8, 1000)
        peer.goto(other)
        dragged = [_drag(page) for _ in range(3)]
        pages.wait(peer, "Boolean(document.querySelector('.contourlayer path'))")
        sizes = pages.sizes(page, "/stream?")
        peer_sizes = pages.sizes(peer, "_dash-update-component")
        clicked, keyed, typed, usual, streams, figures = [], [], [], [], [], []
        for i in range(REPETITIONS + 1):
            sizes.clear()
            clicked.append(_click(page, i))
            page.wait_for_timeout(PAUSE)
            streams.append(sum(sizes.values()))
            keyed.append(_key(page, i))
            typed.append(_type(page, i))
            peer_sizes.clear()
            usual.append(_press(peer, i))
            figures.append(sum(peer_sizes.values()))
    # The first of each is for warming up.
    clicked, keyed, typed, usual = clicked[1:], keyed[1:], typed[1:], usual[1:]
    first, moved = zip(*clicked, strict=True)
    middle = f"{statistics.median(usual):.0f} ms with frames of Plotly"
    for what, times in (("a click on the contours", moved), ("a key on a slider", keyed)):
        ratios = [ours / theirs for ours, theirs in zip(times, usual, strict=True)]
        yield Row(f"{what} to the first moving frame, per usual", "<= 1/10", ratios, middle)
        yield Row(f"{what} to the first moving frame, ms", "<= 60 ms", times)
    yield Row("a click to the first frame of the new runs, ms", "", first)
    yield Row("a typed rate and Enter to the first frame, ms", "<= 100 ms", typed)
    yield Row("a slider dragged: updates a second", ">= 8", dragged)
    note = f"{statistics.median(streams) / 1e3:.0f} and {statistics.median(figures) / 1e3:.0f} kB"
    bytes_ = [a / b for a, b in zip(streams, figures, strict=True)]
    yield Row("bytes of the answer, per usual", "<= 1/40", bytes_, note)


def _rest(page: Page) -> None:
    """All has been played, nothing moves."""
    page.evaluate("document.querySelector('[data-play=end]').click()")
    page.wait_for_timeout(PAUSE)
    page.evaluate("watched.frames.splice(0, watched.frames.length - 1)")


def _click(page: Page, i: int) -> tuple[float, float]:
    """Another start: ms to the first frame of the new runs, and to the first that has moved."""
    _rest(page)
    box = page.locator("#stage .overlay").last.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * (0.3 + 0.03 * i), box["y"] + box["height"] * 0.4)
    first, moved = pages.wait(page, "watched.latency().every(Boolean) && watched.latency()")
    return first, moved


def _key(page: Page, i: int) -> float:
    _rest(page)
    slider = page.locator(".run [type=range]").nth(0)
    slider.focus()
    page.keyboard.press("ArrowLeft" if i % 2 else "ArrowRight")
    return float(pages.wait(page, "watched.latency()[0]"))


def _drag(page: Page) -> float:
    """A rate made smaller and larger for two seconds: how often in a second the heads moved."""
    _rest(page)
    box = page.locator(".run [type=range]").nth(0).bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    begun = time.monotonic()
    i = 0
    while time.monotonic() < begun + 2:
        i += 1
        page.mouse.move(x - 20 + abs(i % 40 - 20), y)
        page.wait_for_timeout(20)
    page.mouse.up()
    dots = page.evaluate("watched.frames.map(({ dots }) => dots)")
    return sum(a != b for a, b in itertools.pairwise(dots)) / 2


def _type(page: Page, i: int) -> float:
    _rest(page)
    box = page.locator(".run .number input").nth(0)
    box.fill(f"0.000{5 + i % 2}1")
    box.press("Enter")
    return float(pages.wait(page, "watched.latency()[0]"))


def _press(page: Page, i: int) -> float:
    """The usual page's button: ms to the first frame that Plotly animates."""
    page.click("#run")
    found = f"watched.animated.find(([click]) => click === {i + 1})"
    time = pages.wait(page, f"{found} && {found}[1] - watched.input")
    # Until it stands still, it would slow down the other page.
    pages.wait(page, f"watched.animated.filter(([click]) => click === {i + 1}).length >= 99")
    page.wait_for_timeout(PAUSE)
    return float(time)
