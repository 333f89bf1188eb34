"""The README's picture, taken from the running app: python -m tests.picture [FOLDER].

With a folder, also takes the page at the sizes it is designed for, light and dark.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.serving import served

ROOT = Path(__file__).parent.parent
QUERY = (
    "?steps=600&run=adam,lr=0.05&run=momentum,lr=0.0005/cosine&run=gradient_descent,lr=0.001"
    "&run=rmsprop,lr=0.02/step"
)
SIZES = {"laptop": (1440, 900), "phone": (390, 844), "tablet": (820, 1180), "wall": (1920, 1080)}


def take(
    browser: Browser, address: str, file: Path, size: tuple[int, int], **settings: Any
) -> None:
    """The page in the middle of a run."""
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_page(viewport=viewport, **settings)
    page.goto(address + QUERY)
    page.locator("#step-table table").wait_for(state="attached")
    page.wait_for_timeout(1500)
    page.locator("#scrub").fill("420")
    page.locator("#scrub").blur()
    page.wait_for_timeout(800)
    page.screenshot(path=file)
    page.close()


def main() -> None:
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        take(browser, address, ROOT / "docs/page.png", SIZES["laptop"])
        for folder in sys.argv[1:]:
            for name, size in SIZES.items():
                for scheme in ("light", "dark"):
                    file = Path(folder) / f"{name}-{scheme}.png"
                    take(browser, address, file, size, color_scheme=scheme)
        browser.close()


if __name__ == "__main__":
    main()
