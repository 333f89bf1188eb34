"""The README's picture, taken from the running app: python -m tests.picture.

With --all FOLDER, takes every view instead, at the sizes it is designed for, light, dark and for a
projector, for somebody to look at: several minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.serving import served

ROOT = Path(__file__).parent.parent
QUERY = (
    "?steps=600&run=adam,lr=0.05&run=momentum,lr=0.0005/cosine&run=gradient_descent,lr=0.001"
    "&run=rmsprop,lr=0.02/step"
)
SIZES = {"laptop": (1440, 900), "phone": (390, 844), "tablet": (820, 1180), "wall": (1920, 1080)}
SCHEMES = ("light", "dark", "projector")
DATA = "?landscape=sigmoid_neuron&run=adam/batch,size=4&run=momentum"


def _nothing(page: Page) -> None:
    """As it opens."""


def _menu(page: Page) -> None:
    page.get_by_label("landscape", exact=True).first.click()
    page.wait_for_timeout(1000)


def _curves(page: Page) -> None:
    if page.locator("#tab").is_visible():
        page.locator("#tab").get_by_text("curves", exact=True).click()


def _numbers(page: Page) -> None:
    """Everything about the step unfolded."""
    if page.locator("#tab").is_visible():
        page.locator("#tab").get_by_text("this step", exact=True).click()
    for summary in page.locator("#step-box summary").all():
        summary.click()
    page.wait_for_timeout(1500)


# What is shown by name: behind the ?, behind the #, and what is done then.
VIEWS: dict[str, tuple[str, str, Callable[[Page], None]]] = {
    "overlay": (QUERY, "", _nothing),
    "menu": (QUERY, "", _menu),
    "arrows": (QUERY, "field=1", _nothing),
    "panels": (QUERY, "layout=panels", _nothing),
    "space": (QUERY, "space=1", _nothing),
    "space-panels": (QUERY, "space=1&layout=panels", _nothing),
    "data": (DATA, "", _curves),
    "lesson": (DATA, "lesson=slope-first", _nothing),
    "slice": (QUERY, "slice=gradient", _curves),
    "numbers": (QUERY, "", _numbers),
}


def take(
    page: Page, address: str, file: Path, act: Callable[[Page], None] = _nothing, step: int = 420
) -> None:
    """The page in the middle of a run."""
    page.goto(address)
    page.locator("#step-table table").wait_for(state="attached")
    page.wait_for_timeout(1500)
    page.locator("#scrub").fill(str(step))
    page.locator("#scrub").blur()
    act(page)
    page.wait_for_timeout(800)
    page.screenshot(path=file)


def take_all(browser: Browser, address: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            settings: Any = {"color_scheme": "dark" if scheme == "dark" else "light"}
            for view, (query, shown, act) in VIEWS.items():
                page = browser.new_page(viewport={"width": width, "height": height}, **settings)
                behind = [*([shown] if shown else []), f"projector={int(scheme == 'projector')}"]
                link = f"{address}{query}#{'&'.join(behind)}"
                take(page, link, folder / f"{size}-{scheme}-{view}.png", act)
                page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every view, into a folder")
    folder = parser.parse_args().all
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        if folder:
            take_all(browser, address, folder)
        else:
            width, height = SIZES["laptop"]
            page = browser.new_page(viewport={"width": width, "height": height})
            take(page, address + QUERY, ROOT / "docs/page.png")
        browser.close()


if __name__ == "__main__":
    main()
