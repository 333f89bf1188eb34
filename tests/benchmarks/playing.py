"""Frames a second, processor time and long tasks while runs are played.

Plotly's frames follow each other as fast as it can draw them; Ravine's are at most as many as the
browser's, 60.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from tests.benchmarks import pages
from tests.benchmarks.table import Row

REPETITIONS = 3
SECONDS = 3.0
LOADS = (
    ("1 panel, 8 x 1,000", 8, 1000, ""),
    ("16 panels, 16 x 1,000", 16, 1000, "layout=panels"),
    ("1 panel, 16 x 1,000", 16, 1000, ""),
    ("1 panel, 16 x 10,000", 16, 10_000, ""),
)


def measure(_: argparse.Namespace) -> Iterator[Row]:
    with pages.served() as address, pages.browser() as browser:
        for what, runs, steps, view in LOADS:
            with pages.visit(browser) as page:
                pages.ravine(page, address, runs, steps, view)
                played = [_play(browser, page) for _ in range(REPETITIONS)]
            yield Row(f"frames a second, {what}", ">= 55", [fps for fps, _, _ in played])
            lengths = [length for _, _, tasks in played for _, length in tasks]
            note = f"the longest {max(lengths):.0f} ms" if lengths else ""
            counts = [len(tasks) for _, _, tasks in played]
            yield Row(f"long tasks in {SECONDS:.0f} s, {what}", "<= 0", counts, note)
        yield from _against_plotly(browser, address)


def _against_plotly(browser: Browser, address: str) -> Iterator[Row]:
    ours, theirs, rates = [], [], []
    with (
        pages.usual("animation") as other,
        pages.visit(browser) as page,
        pages.visit(browser) as peer,
    ):
        pages.ravine(page, address, 8, 1000)
        peer.goto(other)
        pages.wait(peer, "Boolean(document.querySelector('.contourlayer path'))")
        for i in range(REPETITIONS + 1):
            ours.append(_play(browser, page)[1])
            cpu, fps = _press(browser, peer, i + 1)
            theirs.append(cpu)
            rates.append(fps)
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)][1:]
    note = f"{1000 * statistics.median(ours):.1f} and {1000 * statistics.median(theirs):.1f} ms"
    yield Row("browser's processor time a frame, per Plotly's", "<= 1/8", ratios, note)
    yield Row("Plotly's own frames a second", "", rates[1:])


def _play(browser: Browser, page: Page) -> tuple[float, float, list[list[float]]]:
    """From the start: frames a second, seconds of processor time a frame, and long tasks."""
    page.bring_to_front()
    page.evaluate("document.querySelector('[data-play=start]').click()")
    page.wait_for_timeout(500)
    page.evaluate("document.querySelector('[data-play=toggle]').click()")
    page.wait_for_timeout(300)
    spent = pages.cpu(browser)
    begun = page.evaluate("watched.frames.length = 0, performance.now()")
    time.sleep(SECONDS)
    frames, now = page.evaluate(f"[watched.count({begun}), performance.now()]")
    spent = pages.cpu(browser) - spent
    tasks = page.evaluate(f"watched.tasks.filter(([at]) => at > {begun} && at < {now})")
    page.evaluate("document.querySelector('[data-play=toggle]').click()")
    page.wait_for_timeout(500)
    return 1000 * frames / (now - begun), spent / frames, tasks


def _press(browser: Browser, page: Page, click: int) -> tuple[float, float]:
    """Plotly plays its 100 frames: seconds of processor time a frame, and frames a second."""
    page.bring_to_front()
    page.click("#run")
    mine = f"watched.animated.filter(([click]) => click === {click})"
    pages.wait(page, f"{mine}.length > 5")
    spent = pages.cpu(browser)
    before = page.evaluate(f"{mine}.length")
    begun = time.perf_counter()
    pages.wait(page, f"{mine}.length >= 99")
    spent = pages.cpu(browser) - spent
    frames = page.evaluate(f"{mine}.length") - before
    seconds = time.perf_counter() - begun
    page.wait_for_timeout(300)
    return spent / frames, frames / seconds
