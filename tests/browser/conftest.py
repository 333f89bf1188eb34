"""A server, a browser, and pages on which nothing may go wrong unseen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.serving import served


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        path = chromium.find()
    except RuntimeError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Opens the page with a query; at the end, no error, no warning and no other host is forgiven.

    It opens at rest, as what moves keeps a processor busy. ``refused=True`` says that this test
    makes the server refuse something, which Chromium reports.
    """
    contexts = []
    complaints: list[str] = []

    def open_page(query: str = "", refused: bool = False, **settings: Any) -> Page:
        usual = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        settings = {**usual, **settings}
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()

        def heard(message: Any) -> None:
            expected = refused and "400 (BAD REQUEST)" in message.text
            expected |= "getImageData" in message.text  # the tests look at the canvas, not the page
            # Plotly asks WebGL what lies under the pointer, which takes its time.
            expected |= "ReadPixels" in message.text
            if message.type in ("error", "warning") and not expected:
                complaints.append(f"{message.type}: {message.text}")

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        page.on("request", lambda request: _own_host(request.url, address, complaints))
        page.goto(address + query)
        page.locator("#stage .overlay").first.wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def _own_host(url: str, address: str, complaints: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(address).netloc:
        complaints.append(f"asked another host: {url}")
