"""What a user does and sees, in a test's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

SOON = 8_000


def given(page: Page) -> dict[str, list[str]]:
    """The experiment in the address bar."""
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


def expect_link(page: Page, pattern: str) -> None:
    """The address bar comes to hold this (percent signs and all)."""
    expect(page).to_have_url(re.compile(pattern), timeout=SOON)


def step(page: Page) -> int:
    """The step that is shown, once what was done before is."""
    page.evaluate(
        "() => new Promise((on) => requestAnimationFrame(() => requestAnimationFrame(on)))"
    )
    found = re.match(r"step (\d+) of", page.locator("#readout").inner_text())
    return int(found[1]) if found else -1


def until(page: Page, read: str | Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    """Wait, without any eval in the page, for what a script or a function gives; return that."""
    for _ in range(SOON // 50):
        seen = page.evaluate(read) if isinstance(read, str) else read()
        if wanted(seen):
            return seen
        page.wait_for_timeout(50)
    raise AssertionError(seen)


def card(page: Page, name: str) -> Locator:
    return page.locator(f'.run[aria-label="{name}"]')


def choose(page: Page, label: str, option: str) -> None:
    menu = page.get_by_role("combobox", name=label, exact=True).first
    menu.wait_for()
    # The name stands beside a thumbnail, or alone; all are read at once, as there are many.
    values = menu.locator("option").evaluate_all(
        """all => Object.fromEntries(
          all.map(one => [(one.querySelectorAll("span")[1] ?? one).textContent, one.value]))"""
    )
    menu.select_option(value=values[option])


def turn(page: Page, knob: str, to: str) -> None:
    """A knob of two values is turned to one of them."""
    choice = page.get_by_role("radiogroup", name=re.compile(f"^{knob}, "))
    choice.get_by_text(to, exact=True).click()


def violations(page: Page) -> list[tuple[str, str, Any]]:
    """What axe finds on the page as it is, in light and in dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator(f'html[data-scheme="{scheme}"], html[data-projector]')).to_be_attached()
        page.wait_for_timeout(300)
        result = Axe().run(page).response["violations"]
        found += [(scheme, one["id"], one["nodes"]) for one in result]
    return found


def to_end(page: Page) -> None:
    """Every number is there, and the last step is shown."""
    expect(page.locator("#readout")).to_have_text(re.compile(r"of \d+"), timeout=SOON)
    page.wait_for_timeout(300)
    page.get_by_label("to the last step").click()
    expect(page.locator("#readout")).to_have_text(re.compile(r"step (\d+) of \1$"), timeout=SOON)


def at(
    page: Page, x: float, y: float, chart: str = "#stage", yaxis: str = "yaxis"
) -> tuple[float, float]:
    """The pixel of a point of a chart's first plot, or of its plot with another y axis."""
    place = page.evaluate(
        """([box, x, y, axis]) => {
          const chart = document.querySelector(`${box} .js-plotly-plot`);
          const { left, top } = chart.getBoundingClientRect();
          const { xaxis, [axis]: yaxis } = chart._fullLayout;
          const height = yaxis.type === "log" ? Math.log10(y) : y;
          return [left + xaxis._offset + xaxis.l2p(x), top + yaxis._offset + yaxis.l2p(height)];
        }""",
        [chart, x, y, yaxis],
    )
    return place[0], place[1]
