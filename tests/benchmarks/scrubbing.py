"""Work a frame and requests while one scrubs through 8 runs x 1,000 steps, the inspector open.

Work is processor time of the page's own thread but for painting: scripts, styles and layout.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from playwright.sync_api import Page

from tests.benchmarks import pages
from tests.benchmarks.table import Row

REPETITIONS = 3
FRAMES = 100
PAUSE, PATIENCE = 1000, 30  # ms, and how often, to wait for what is asked for ahead
PARTS = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
# To steps all over the run, each in a frame of its own; how often the inspector was not there yet.
SCRUB = """async (frames) => {
    const scrub = document.getElementById("scrub");
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    let late = 0;
    for (let i = 0; i < frames; i++) {
        const step = Math.floor(((i * 0.618) % 1) * scrub.max);
        set.call(scrub, step);
        scrub.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise(requestAnimationFrame);
        const title = document.querySelector("#inspected strong")?.textContent ?? "";
        late += !title.startsWith(`Step ${step + 1} of`);
    }
    return late;
}"""


def measure(_: argparse.Namespace) -> Iterator[Row]:
    with pages.served() as address, pages.browser() as browser:
        for what, view in (("the inspector open", "inspect=1&focus=7"), ("it closed", "")):
            with pages.visit(browser) as page:
                asked = _requests(page)
                pages.ravine(page, address, 8, 1000, view)
                page.click("[data-play=end]")
                _settled(page, asked)
                spent, late = zip(*(_scrub(page) for _ in range(REPETITIONS)), strict=True)
            yield Row(f"work a frame of scrubbing, {what}", "<= 16 ms", spent)
            if view:
                yield Row("frames without their step worked out", "<= 0", late)
                yield Row("requests while scrubbing", "<= 0", [len(asked)])


def _requests(page: Page) -> list[str]:
    """Grows by the URL of each request."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def _settled(page: Page, asked: list[str]) -> None:
    """All that is asked for ahead has come: nothing more is asked for, wherever one goes."""
    for _ in range(PATIENCE):
        asked.clear()
        _scrub(page)
        page.wait_for_timeout(PAUSE)
        if not asked:
            return


def _scrub(page: Page) -> tuple[float, int]:
    """Milliseconds of work a frame, and the frames in which the inspector was late."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(sum(metric["value"] for metric in metrics if metric["name"] in PARTS))

    before = spent()
    late = page.evaluate(SCRUB, FRAMES)
    work = 1000 * (spent() - before) / FRAMES
    session.detach()
    return work, late
