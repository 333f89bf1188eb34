"""The slice through the current point: folded until it is asked for, then it follows the cursor."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, choose, expect_link, to_end, until, violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

CUBIC = "?landscape=cubic&start=1,0&steps=40&run=gradient_descent,lr=0.1&run=momentum,lr=0.01"

# How many pixels of the slice are opaque, and a number that changes with them.
PIXELS = """() => {
  const canvas = document.querySelector("#slice canvas");
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
        r"along x through \(1, 0\): f = 1, slope = 3, so the next step goes left by 0.3, 0.1 × the",
    )
    first = until(page, PIXELS, lambda inked: inked[0] > 500)
    page.get_by_label("one step on").click()
    words(page, r"\(0.7, 0\): f = 0.343, slope = 1.47, .* goes left by 0.147, 0.1 × the slope$")
    assert page.evaluate(PIXELS) != first
    assert len(asked) == 1
    page.get_by_text("slice through the current point").click()
    expect_link(page, r"look=1$")
    expect(page.locator("#slice-text")).to_be_empty(timeout=SOON)


def test_it_is_opened_by_the_link_and_shows_the_run_and_the_line_that_are_chosen(
    visit: Open,
) -> None:
    page = visit(CUBIC + "#slice=step.1")  # as older links have it
    to_end(page)
    page.get_by_label("to the first step").click()
    words(
        page, r"Momentum, along the step through \(1, 0\).* goes right by 0.03, 0.01 × the slope$"
    )
    expect(page.get_by_label("the run that is sliced")).to_have_value("1")
    page.locator("#slice").get_by_text("gradient", exact=True).click()
    words(page, r"Momentum, along the gradient .* slope = 3, .* by 0.03, 0.01 × the slope$")
    expect_link(page, r"#slice=gradient&focus=1$")
    page.get_by_label("the run that is sliced").select_option("Gradient descent")
    words(page, r"Gradient descent, along the gradient .* goes left by 0.3, 0.1 × the slope$")
    page.locator("h1").click()
    page.keyboard.press("2")
    words(page, r"Momentum, along the gradient")
    expect(page.get_by_label("the run that is sliced")).to_be_hidden()


def test_other_settings_make_another_slice_and_another_landscape_has_its_own_names(
    visit: Open,
) -> None:
    page = visit("?landscape=quadratic&start=1,1&steps=30&run=gradient_descent,lr=0.1#slice=y")
    to_end(page)
    page.get_by_label("to the first step").click()
    words(page, r"along y through \(1, 1\)")
    before = page.locator("#slice-text").inner_text()
    page.get_by_label(re.compile(r"^condition, ")).last.fill("3")
    expect(page.locator("#slice-text")).not_to_have_text(before, timeout=SOON)
    choose(page, "landscape", "Linear regression")
    words(page, r"has overflowed by step 30$")  # at rest the end is shown
    page.get_by_label("to the first step").click()
    words(page, r"along b through")
    expect(page.locator("#slice .choices")).to_contain_text("k")


def test_a_run_that_overflows_says_so_and_all_hidden_says_nothing(visit: Open) -> None:
    page = visit("?landscape=sphere&steps=400&run=gradient_descent,lr=9#slice=gradient")
    to_end(page)
    words(page, r"has overflowed by step 400$")
    written = page.evaluate(PIXELS)[0]
    assert 50 < written < 1500  # in words
    page.get_by_label("to the first step").click()
    words(page, r"through \(.*\): f = ")
    until(page, PIXELS, lambda inked: inked[0] > 2 * written)
    page.get_by_label("hide Gradient descent").click()
    expect(page.locator("#slice-text")).to_be_empty(timeout=SOON)
    assert page.evaluate(PIXELS)[0] == 0


def test_side_by_side_each_run_has_a_panel_and_all_follow_the_step(visit: Open) -> None:
    page = visit(f"{CUBIC}&run=adam#slice=x&layout=panels&focus=1")
    asked = slices(page)
    to_end(page)
    words(page, r"^▲ Momentum, .* ■ Adam, .*this is the last step\.$")
    page.wait_for_timeout(500)
    asked.clear()
    before = page.evaluate(PIXELS)
    page.get_by_label("to the first step").click()
    for name in ("Momentum", "Gradient descent", "Adam"):
        words(page, rf"{name}, along x through \(1, 0\): f = 1, slope = 3")
    until(page, PIXELS, lambda inked: inked != before)
    shown = page.locator("#slice-text")
    assert "Adam" not in shown.evaluate("(box) => box.firstChild.textContent")

    # A press on a panel puts its run in focus, in the inspector too.
    page.locator("#inspector summary").click()
    canvas = page.locator("#slice canvas")
    canvas.click(position={"x": 60, "y": 50})
    words(page, r"^● Gradient descent, ")
    for label in ("the run that is sliced", "the run whose step is worked out"):
        expect(page.get_by_label(label)).to_have_value("0")
    page.get_by_label("the run whose step is worked out").select_option("Adam")
    words(page, r"^■ Adam, ")
    expect_link(page, r"#layout=panels&inspect=1&slice=x&focus=2$")

    # One less takes its panel away; one that comes back is asked for, and no other.
    high = canvas.bounding_box()
    page.get_by_label("hide Adam").click()
    words(page, r"^● Gradient descent, .* ▲ Momentum, [^■]*$")
    low = canvas.bounding_box()
    assert high
    assert low
    assert low["height"] < high["height"]
    assert not asked
    page.get_by_label("show Adam").or_(page.get_by_label("hide Adam")).first.click()
    words(page, r"^■ Adam, ")
    assert [url.rsplit("at=", 1)[1] for url in asked] == ["2,x"]
    page.get_by_text("overlay", exact=True).click()
    words(page, r"^■ Adam, [^●▲]*$")
    assert len(asked) == 1


def test_more_runs_than_have_room_make_more_rows(visit: Open) -> None:
    runs = "&".join(f"run=gradient_descent,lr={0.01 * (i + 1):.2f}" for i in range(18))
    page = visit(f"?landscape=cubic&steps=20&{runs}#slice=y&layout=panels")
    to_end(page)
    expect(page.locator("#slice-text")).to_have_text(
        re.compile("^(.*through){16}[^√]*last step.$"), timeout=SOON
    )
    box = page.locator("#slice canvas").bounding_box()
    column = page.locator("#curves-box").bounding_box()
    assert box
    assert column
    assert box["height"] > 8 * 200
    assert box["x"] + box["width"] <= column["x"] + column["width"]


@pytest.mark.parametrize("layout", ["panels", "overlay"])
def test_axe_finds_nothing_in_an_open_slice(visit: Open, layout: str) -> None:
    page = visit(f"?run=adam&run=momentum#slice=x&layout={layout}")
    words(page, "Adam, along x")
    assert not violations(page)


def test_on_a_phone_it_is_among_the_curves(visit: Open) -> None:
    page = visit(
        CUBIC + "#slice=x",
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
    )  # fmt: skip
    page.get_by_text("curves", exact=True).tap()
    words(page, "along x")
    page.locator("#slice .chart").scroll_into_view_if_needed()
    expect(page.locator("#slice canvas")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#slice .chart").bounding_box()
    curves = page.locator("#curves").bounding_box()
    assert box
    assert curves
    assert box["y"] + box["height"] <= curves["y"]
