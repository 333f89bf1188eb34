"""Pages in a real browser, Ravine's and the usual ones, with hooks.js in them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from app.experiment import Experiment, Run, pick
from app.link import default, write
from app.rates import suited
from landscapes import LANDSCAPES
from optimizers import SCHEDULES
from tests.benchmarks.engine import MAIN
from tests.browser import chromium
from tests.serving import free_port, served

__all__ = ["browser", "cpu", "experiment", "ravine", "served", "sizes", "usual", "visit", "wait"]
HOOKS = Path(__file__).with_name("hooks.js")


def experiment(runs: int, steps: int) -> Experiment:
    """The 8 optimizers at a constant rate and then with cosine annealing, on Rosenbrock."""
    surface = pick(LANDSCAPES, "rosenbrock")
    names = [(name, schedule) for schedule in ("constant", "cosine") for name in MAIN]
    made = [
        Run(suited(name, surface), pick(SCHEDULES, schedule), look=look)
        for look, (name, schedule) in enumerate(names[:runs])
    ]
    return replace(default(surface), steps=steps, runs=tuple(made))


def ravine(page: Page, address: str, runs: int, steps: int, view: str = "") -> None:
    """Open Ravine with these runs, and wait until all has arrived and been played or is playing."""
    page.goto(f"{address}?{write(experiment(runs, steps))}#{view}")
    wait(page, "watched.usable")
    complete = "document.getElementById('scrub')?.style.getPropertyValue('--have') === '100%'"
    wait(page, complete)


@contextlib.contextmanager
def usual(page: str) -> Iterator[str]:
    """One of the usual pages, served; yields its address."""
    command = [sys.executable, "-m", "tests.benchmarks.usual", page, "--port", str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.communicate(timeout=20)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        yield opened
        opened.close()


@contextlib.contextmanager
def visit(browser: Browser) -> Iterator[Page]:
    """An empty page in a context of its own, so with a cold cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(path=HOOKS)
    yield context.new_page()
    context.close()


def wait(page: Page, expression: str, seconds: float = 30) -> Any:
    """The value of an expression, as soon as it has one. (A CSP forbids wait_for_function.)"""
    until = time.monotonic() + seconds
    while not (value := page.evaluate(expression)):
        if time.monotonic() > until:
            raise TimeoutError(f"{expression} after {seconds} s")
        time.sleep(0.03)
    return value


def sizes(page: Page, kept: str = "") -> dict[str, float]:
    """Grows by the bytes of each answer, headers included, to a request whose URL has ``kept``."""
    asked: set[str] = set()
    found: dict[str, float] = {}
    session = page.context.new_cdp_session(page)

    def sent(event: Any) -> None:
        if kept in event["request"]["url"] and event["request"]["url"].startswith("http"):
            asked.add(event["requestId"])

    def begun(event: Any) -> None:
        if event["requestId"] in asked:
            found[event["requestId"]] = event["response"]["encodedDataLength"]

    def came(event: Any) -> None:
        if event["requestId"] in found:
            found[event["requestId"]] += event["encodedDataLength"]

    def finished(event: Any) -> None:
        # Chromium does not always say so of a zipped stream, which is over before its answer is.
        if event["requestId"] in found:
            found[event["requestId"]] = event["encodedDataLength"]

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.responseReceived", begun)
    session.on("Network.dataReceived", came)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    return found


def cpu(browser: Browser) -> float:
    """The seconds of processor time that all of the browser's processes have taken."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(process["cpuTime"] for process in processes)
