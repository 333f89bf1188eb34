"""The first load, with nothing cached, against the least page of Dash and Plotly.

Usable means for Ravine that a trail has been drawn and the runs' sliders are there, for the other
page that its contour, slider and menu are there and its callback has answered.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser

from tests.benchmarks import pages
from tests.benchmarks.table import Row

REPETITIONS = 5


def measure(_: argparse.Namespace) -> Iterator[Row]:
    with pages.served() as address, pages.usual("plain") as other, pages.browser() as browser:
        pairs = [(_load(browser, address), _load(browser, other)) for _ in range(REPETITIONS + 1)]
    ours, theirs = zip(*pairs[1:], strict=True)
    for i, unit, what, bar in (
        (0, "kB", "bytes of the first load, per plain Dash page", "<= 1/4"),
        (1, "ms", "time until usable, per plain Dash page", "<= 0.7"),
    ):
        ratios = [a[i] / b[i] for a, b in zip(ours, theirs, strict=True)]
        middles = [statistics.median(each[i] for each in side) for side in (ours, theirs)]
        yield Row(what, bar, ratios, f"{middles[0]:.0f} and {middles[1]:.0f} {unit}")


def _load(browser: Browser, address: str) -> tuple[float, float]:
    """kB that were transferred, also after it was usable, and ms until it was."""
    with pages.visit(browser) as page:
        sizes = pages.sizes(page)
        page.goto(address)
        usable = pages.wait(page, "watched.usable")
        page.wait_for_timeout(500)
        return sum(sizes.values()) / 1000, usable
