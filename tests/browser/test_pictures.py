"""Thumbnails in the menu, arrows downhill, and the look for a projector."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, at, choose, expect_link, given, to_end, until, violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def ink(page: Page, x: float, y: float, reach: int = 60, panel: str = "") -> int:
    """How many pixels of the lower canvas are drawn on, around a point of a plot of the stage."""
    found: int = page.evaluate(
        """([x, y, reach, panel]) => {
          const chart = document.querySelector("#stage .js-plotly-plot");
          const { [`xaxis${panel}`]: xaxis, [`yaxis${panel}`]: yaxis } = chart._fullLayout;
          const [px, py] = [xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)];
          const canvas = document.querySelector("#stage .overlay");
          const box = [px - reach, py - reach, 2 * reach, 2 * reach];
          const { data } = canvas.getContext("2d").getImageData(...box);
          return data.filter((value, i) => i % 4 === 3 && value > 0).length;
        }""",
        [x, y, reach, panel],
    )
    return found


def test_the_menu_of_landscapes_shows_them_and_works_as_before(visit: Open) -> None:
    page = visit("?run=adam")
    expect_link(page, "look=0")
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert not any("thumbnails.png" in url for url in loaded)
    menu = page.get_by_label("landscape", exact=True).first
    with page.expect_response(re.compile(r"thumbnails\.png$")) as answer:
        menu.click()
    assert answer.value.ok
    # A screen reader hears the name; the sentence is for those who see the picture.
    option = page.get_by_role("option", name="Himmelblau", exact=True)
    expect(option).to_contain_text("Four equal minima")
    picture = option.locator(".thumbnail").bounding_box()
    assert picture
    assert (round(picture["width"]), round(picture["height"])) == (36, 28)
    assert page.get_by_role("option", name="Rosenbrock", exact=True, selected=True).count() == 1
    page.keyboard.type("himm")
    page.keyboard.press("Enter")
    expect_link(page, "landscape=himmelblau")
    expect(menu).to_have_value("himmelblau")


def covered(page: Page) -> list[float]:
    """Where the contours begin and end, and where the axes do, along x."""
    return page.evaluate(
        """() => {
          const { _fullData, _fullLayout } = document.querySelector("#stage .chart");
          return [_fullData[0].x[0], _fullData[0].x.at(-1), ..._fullLayout.xaxis.range];
        }"""
    )


@pytest.mark.parametrize("wheel", [600, -600])
def test_whoever_zooms_sees_contours_of_all_that_is_seen(visit: Open, wheel: int) -> None:
    page = visit("?landscape=himmelblau&steps=50&run=adam")
    to_end(page)
    first, last, low, high = covered(page)
    assert (first, last) == (low, high) == (-5, 5)
    page.mouse.move(*at(page, 0, 0))

    def finer(ends: list[float]) -> bool:
        first, last, low, high = ends
        zoomed = high - low > 12 if wheel > 0 else high - low < 8
        half_more = last - first == pytest.approx(1.5 * (high - low))
        return zoomed and half_more and first < low < high < last

    with page.expect_response(re.compile("within=")):
        for _ in range(3):
            page.mouse.wheel(0, wheel / 3)
    until(page, lambda: covered(page), finer)
    choose(page, "landscape", "Saddle")
    expect_link(page, "landscape=saddle")
    until(page, lambda: covered(page), lambda ends: ends[:2] == ends[2:])


def test_a_double_click_shows_the_whole_picture_and_sets_no_start(visit: Open) -> None:
    page = visit("?landscape=himmelblau,rotation=30&start=-1.5,0.75&steps=50&run=adam")
    to_end(page)
    whole = covered(page)[2:]
    page.mouse.move(*at(page, 0, 0))
    with page.expect_response(re.compile("within=")):
        page.mouse.wheel(0, -600)
    until(page, lambda: covered(page), lambda ends: ends[3] < whole[1])
    page.mouse.dblclick(*at(page, 1, 1))
    until(page, lambda: covered(page), lambda ends: ends[2:] == whole)
    expect_link(page, "start=-1.5,0.75&")
    page.wait_for_timeout(500)
    assert given(page)["start"] == ["-1.5,0.75"]
    page.mouse.dblclick(*at(page, 1, 1))
    expect_link(page, r"start=(?!-1\.5)")


@pytest.mark.parametrize("button", [False, True])
def test_the_whole_picture_is_that_of_what_is_shown_by_now(visit: Open, button: bool) -> None:
    page = visit("?landscape=rosenbrock&steps=50&run=adam")
    to_end(page)

    def whole() -> None:
        page.mouse.move(*at(page, 0.5, 0.5))
        before = covered(page)[2:]
        page.mouse.wheel(0, -600)
        until(page, lambda: covered(page)[2:], lambda ends: ends != before)
        page.wait_for_timeout(300)  # Plotly tells of a wheel when it has stopped
        if button:
            page.get_by_role("button", name="Whole picture").click()
        else:
            page.mouse.dblclick(*at(page, 0.5, 0.5))
        until(page, lambda: covered(page), lambda ends: ends == [*before, *before])
        page.wait_for_timeout(300)
        assert covered(page)[2:] == before

    choose(page, "landscape", "Himmelblau")
    expect_link(page, "landscape=himmelblau")
    until(page, lambda: covered(page)[2:], lambda ends: ends == [-5, 5])
    whole()
    page.get_by_text("side by side", exact=True).click()
    page.get_by_label("duplicate Adam").click()
    expect(page.locator("#stage .annotation-text")).to_have_count(2, timeout=SOON)
    page.wait_for_timeout(300)
    whole()


def test_every_thumbnail_is_that_of_its_landscape(visit: Open) -> None:
    page = visit("?run=adam")
    expect_link(page, "look=0")
    page.get_by_label("landscape", exact=True).first.click()
    places = page.locator("option .thumbnail").evaluate_all(
        "all => all.map(one => Number(one.style.getPropertyValue('--place')))"
    )
    assert sorted(places) == list(range(len(places)))


def test_arrows_downhill_follow_the_zoom_and_stay_in_the_link(visit: Open) -> None:
    page = visit("?landscape=sphere&start=-1.5,-1.5&run=gradient_descent,lr=0.1")
    to_end(page)
    far = (1.2, -1.2)  # from the trail
    assert ink(page, *far) == 0
    button = page.get_by_role("button", name="arrows downhill")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect_link(page, "#field=1")
    before = until(page, lambda: ink(page, *far), lambda inked: inked > 100)
    # The trail of a run that rests is drawn over them.
    assert ink(page, -1.2, -1.2) > before
    page.mouse.move(*at(page, *far))
    for _ in range(4):
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(150)
    page.wait_for_timeout(600)
    until(page, lambda: ink(page, *far), lambda inked: inked > 100)
    page.reload()
    to_end(page)
    expect(button).to_have_attribute("aria-pressed", "true")
    until(page, lambda: ink(page, *far), lambda inked: inked > 100)
    button.click()
    until(page, lambda: ink(page, *far), lambda inked: inked == 0)
    expect(page).not_to_have_url(re.compile("field"))


def test_arrows_go_with_the_landscape_and_into_every_panel(visit: Open) -> None:
    page = visit("?run=adam&run=momentum#field=1&layout=panels")
    to_end(page)
    with page.expect_response(re.compile(r"field\?landscape=himmelblau")):
        choose(page, "landscape", "Himmelblau")
    to_end(page)
    until(page, lambda: ink(page, 4.0, -4.0), lambda inked: inked > 50)
    # The second panel's axes are called x2 and y2.
    until(page, lambda: ink(page, 4.0, -4.0, panel="2"), lambda inked: inked > 50)


def test_for_a_projector_all_is_larger_and_thicker(visit: Open) -> None:
    page = visit("", color_scheme="dark")
    to_end(page)
    root = page.locator("html")
    measure = """() => {
      const style = (one) => getComputedStyle(document.querySelector(one));
      const chart = document.querySelector("#stage .js-plotly-plot");
      return [
        parseFloat(style("#step-table td").fontSize),
        parseFloat(style("#runs input").fontSize),
        chart._fullLayout.font.size,
        chart.data.find(({ uid }) => uid?.startsWith("trail")).line.width,
        style("body").backgroundColor,
      ];
    }"""
    before = page.evaluate(measure)
    page.get_by_role("button", name="projector").click()
    expect(root).to_have_attribute("data-scheme", "light")
    expect_link(page, "#projector=1")
    grown = pytest.approx([1.25, 1.25, 1.25, 1.5])
    after = until(
        page,
        measure,
        lambda now: [b / a for a, b in zip(before[:4], now[:4], strict=True)] == grown,
    )
    assert after[4] == "rgb(255, 255, 255)" != before[4]
    room = "[stage.clientWidth, stage.querySelector('.js-plotly-plot')._fullLayout.width]"
    until(page, room, lambda widths: widths[1] == pytest.approx(widths[0], abs=1))
    glyph = "getComputedStyle(document.querySelector('#step-table .glyph')).color"
    swatch = "getComputedStyle(document.querySelector('#runs .swatch')).color"
    assert page.evaluate(glyph) == page.evaluate(swatch)
    expect(page.get_by_label("light or dark")).to_be_hidden()
    page.reload()
    expect(root).to_have_attribute("data-projector", "")
    page.get_by_role("button", name="projector").click()
    expect(root).to_have_attribute("data-scheme", "dark", timeout=SOON)
    until(page, measure, lambda now: now == before)


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (1280, 720), (820, 1180), (390, 844)])
def test_for_a_projector_nothing_is_cut_or_scrolls_sideways(
    visit: Open, size: tuple[int, int]
) -> None:
    page = visit("#projector=1", viewport={"width": size[0], "height": size[1]})
    to_end(page)
    wide, tall = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert wide <= size[0]
    assert size[0] <= 1100 or tall <= size[1]
    cut = page.evaluate(
        """() => [...document.querySelectorAll("header *, footer *, .curve-tools *, .legend *")]
          .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
          .filter((one) => getComputedStyle(one).overflowX !== "visible" && !one.closest("math"))
          .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert not [one for one in cut if 'id="formula"' not in one]


@pytest.mark.parametrize("query", ["#projector=1", "#projector=1&layout=panels&field=1"])
def test_axe_finds_nothing_for_a_projector(visit: Open, query: str) -> None:
    page = visit(query)
    to_end(page)
    found = []
    for act in ("none", "menu", "unfold"):
        if act == "menu":
            page.get_by_label("landscape", exact=True).first.click()
            expect(page.locator("option .thumbnail").first).to_be_visible()
        if act == "unfold":
            page.keyboard.press("Escape")
            for summary in page.locator("summary").all():
                summary.click()
        page.wait_for_timeout(500)
        found += [(act, one["id"], one["nodes"]) for one in Axe().run(page).response["violations"]]
    assert not found


def test_axe_finds_nothing_in_the_menu_and_with_the_arrows(visit: Open) -> None:
    page = visit("#field=1")
    to_end(page)
    page.get_by_label("landscape", exact=True).first.click()
    expect(page.locator("option .thumbnail").first).to_be_visible()
    page.wait_for_timeout(500)
    assert not violations(page)
