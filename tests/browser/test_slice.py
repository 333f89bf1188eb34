"""The slice through the current point: folded until it is asked for, then it follows the cursor."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, choose, expect_link, to_end
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

CUBIC = "?landscape=cubic&start=1,0&steps=40&run=gradient_descent,lr=0.1&run=momentum,lr=0.01"

# How many pixels on the slice's moving canvas are opaque, and a number that changes with them.
PIXELS = """() => {
  const canvas = document.querySelectorAll("#slice .overlay")[1];
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [count, sum] = [0, 0];
  for (let i = 3; i < data.length; i += 4) if (data[i] > 64) [count, sum] = [count + 1, sum + i];
  return [count, sum];
}"""


def words(page: Page, pattern: str) -> None:
    expect(page.locator("#slice-text")).to_have_text(re.compile(pattern), timeout=SOON)


def slices(page: Page) -> list[str]:
    """What is asked from now on."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/slices?" in one.url else None)
    return asked


def test_nothing_is_asked_while_it_is_folded_and_scrubbing_asks_nothing_more(visit: Open) -> None:
    page = visit(CUBIC)
    asked = slices(page)
    to_end(page)
    assert not asked
    page.get_by_text("slice through the current point").click()
    words(page, r"Gradient descent, along x through \(.*this is the last step")
    assert len(asked) == 1
    expect_link(page, r"#slice=x$")
    page.get_by_label("to the first step").click()
    words(
        page,
        r"along x through \(1, 0\): f = 1, slope = 3, so the next step goes left by 0.3$",
    )
    page.wait_for_timeout(200)
    first = page.evaluate(PIXELS)
    assert first[0] > 500
    page.get_by_label("one step on").click()
    words(page, r"\(0.7, 0\): f = 0.343, slope = 1.47, so the next step goes left by 0.147$")
    assert page.evaluate(PIXELS) != first
    assert len(asked) == 1
    page.get_by_text("slice through the current point").click()
    expect_link(page, r"look=1$")
    expect(page.locator("#slice-text")).to_be_empty(timeout=SOON)


def test_it_is_opened_by_the_link_and_shows_the_run_and_the_line_that_are_chosen(
    visit: Open,
) -> None:
    page = visit(CUBIC + "#slice=step.1")
    page.get_by_label("pause").click()
    page.get_by_label("to the first step").click()
    words(page, r"Momentum, along the step through \(1, 0\).*so the next step goes right by 0.03$")
    expect(page.get_by_label("the run that is sliced")).to_have_value("1")
    page.locator("#slice").get_by_text("gradient", exact=True).click()
    words(page, r"Momentum, along the gradient .* slope = 3, so the next step goes left by 0.03$")
    expect_link(page, r"#slice=gradient\.1$")
    page.get_by_label("the run that is sliced").select_option("Gradient descent")
    words(page, r"Gradient descent, along the gradient .* goes left by 0.3$")
    page.locator("h1").click()
    page.keyboard.press("2")
    words(page, r"Momentum, along the gradient")
    expect(page.get_by_label("the run that is sliced")).to_be_hidden()


def test_other_settings_make_another_slice_and_another_landscape_has_its_own_names(
    visit: Open,
) -> None:
    page = visit("?landscape=quadratic&start=1,1&steps=30&run=gradient_descent,lr=0.1#slice=y")
    page.get_by_label("pause").click()
    page.get_by_label("to the first step").click()
    words(page, r"along y through \(1, 1\)")
    before = page.locator("#slice-text").inner_text()
    page.get_by_label(re.compile(r"^condition, ")).last.fill("3")
    expect(page.locator("#slice-text")).not_to_have_text(before, timeout=SOON)
    choose(page, "landscape", "Linear regression")
    words(page, r"along b through")
    expect(page.locator("#slice .choices")).to_contain_text("k")


def test_a_run_that_overflows_says_so_and_all_hidden_says_nothing(visit: Open) -> None:
    page = visit("?landscape=sphere&steps=400&run=gradient_descent,lr=9#slice=gradient")
    to_end(page)
    words(page, r"has overflowed by step 400$")
    assert page.evaluate(PIXELS)[0] == 0
    page.get_by_label("hide Gradient descent").click()
    expect(page.locator("#slice-text")).to_be_empty(timeout=SOON)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_an_open_slice(visit: Open, scheme: str) -> None:
    page = visit("?run=adam&run=momentum#slice=x", color_scheme=scheme)
    words(page, "Adam, along x")
    found = Axe().run(page).response["violations"]
    assert not [(one["id"], one["nodes"]) for one in found]


def test_on_a_phone_it_is_among_the_curves(visit: Open) -> None:
    page = visit(
        CUBIC + "#slice=x",
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
    )  # fmt: skip
    page.get_by_text("curves", exact=True).tap()
    words(page, "along x")
    page.locator("#slice .chart").scroll_into_view_if_needed()
    expect(page.locator("#slice .overlay").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#slice .chart").bounding_box()
    curves = page.locator("#curves").bounding_box()
    assert box
    assert curves
    assert box["y"] + box["height"] <= curves["y"]
