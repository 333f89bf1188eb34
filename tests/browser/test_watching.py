"""Watching: it moves by itself, it can be steered, and every picture shows the same step."""

import functools
import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, card, expect_link, step, to_end, until
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

ALPHA = """id => {
  const canvas = document.querySelector(`#${id} .overlay`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0;
  return drawn;
}"""


@pytest.fixture
def visit(visit: Open) -> Open:
    return functools.partial(visit, reduced_motion="no-preference")


def drawn(page: Page, box: str) -> int:
    """How many pixels of a chart's trails are drawn."""
    return int(page.evaluate(ALPHA, box))


def test_the_page_opens_already_moving(visit: Open) -> None:
    page = visit()
    expect(page.get_by_label("pause")).to_be_visible(timeout=SOON)
    first = step(page)
    until(page, lambda: step(page), lambda now: now > first)
    assert drawn(page, "stage") > 0
    assert drawn(page, "curves") > 0
    expect(page.locator("#mode")).to_have_text("live")


def test_play_pause_step_and_jump(visit: Open) -> None:
    page = visit()
    page.get_by_label("pause").click()
    page.wait_for_timeout(200)
    k = step(page)
    page.wait_for_timeout(300)
    assert step(page) == k
    readout = page.locator("#readout")
    page.get_by_label("one step on").click()
    expect(readout).to_have_text(f"step {k + 1} of 500")
    page.get_by_label("one step back").click()
    page.get_by_label("one step back").click()
    expect(readout).to_have_text(f"step {k - 1} of 500")
    page.get_by_label("to the first step").click()
    expect(readout).to_have_text("step 0 of 500")
    page.get_by_label("to the last step").click()
    expect(readout).to_have_text("step 500 of 500")
    expect(page.locator("#mode")).to_contain_text("review")
    page.locator("#mode").click()
    expect(page.locator("#mode")).to_have_text("live")
    page.get_by_label("play", exact=True).click()
    expect(readout).to_have_text(re.compile(r"step \d{1,2} of 500"))


def test_keys(visit: Open) -> None:
    page = visit()
    page.wait_for_timeout(500)
    page.keyboard.press("Space")
    expect(page.get_by_label("play", exact=True)).to_be_visible()
    page.keyboard.press("Home")
    for key, wanted in [
        ("ArrowRight", 1), ("Shift+ArrowRight", 11), ("ArrowLeft", 10),
        ("Shift+ArrowLeft", 0), ("End", 500), ("Home", 0),
    ]:  # fmt: skip
        page.keyboard.press(key)
        expect(page.locator("#readout")).to_have_text(f"step {wanted} of 500")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("play or pause")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_scrubbing_moves_every_picture_and_is_marked_as_review(visit: Open) -> None:
    page = visit()
    to_end(page)
    # While it is scrubbed the trails are on the canvas; a moment later they are Plotly's.
    whole = part = 0
    for _ in range(20):
        page.locator("#scrub").fill("450")
        page.wait_for_timeout(50)
        whole = drawn(page, "stage")
        page.locator("#scrub").fill("100")
        page.wait_for_timeout(50)
        part = drawn(page, "stage")
        if whole and part:
            break
    expect(page.locator("#readout")).to_have_text("step 100 of 500")
    expect(page.locator("#step-table caption")).to_have_text("step 100")
    expect(page.locator("#mode")).to_contain_text("review")
    assert 0 < part < whole


def test_speed_and_loop(visit: Open) -> None:
    page = visit("?steps=50#speed=8&loop=1")
    expect(page.get_by_role("combobox", name="speed")).to_have_value("8", timeout=SOON)
    seen = [step(page) for _ in range(25) if not page.wait_for_timeout(100)]
    assert any(later < earlier for earlier, later in itertools.pairwise(seen))
    page.get_by_text("loop", exact=True).click()
    expect_link(page, r"#speed=8$")
    expect(page.get_by_label("play", exact=True)).to_be_visible(timeout=SOON)


def test_side_by_side_has_a_panel_per_run_with_the_same_axes(visit: Open) -> None:
    page = visit()
    page.get_by_text("side by side", exact=True).click()
    axes = """() => {
      const layout = document.querySelector("#stage .js-plotly-plot")._fullLayout;
      return ["xaxis", "xaxis2", "xaxis3", "xaxis4"].map(n => layout[n]?.range?.map(v => +v));
    }"""
    expect(page.locator("#stage .annotation-text")).to_have_count(3)
    first, second, third, fourth = page.evaluate(axes)
    assert first == second == third == [-2, 2]
    assert fourth is None
    expect_link(page, "#layout=panels")
    page.get_by_text("overlay").click()
    expect(page.locator("#stage .annotation-text")).to_have_count(0)


def test_loss_is_logarithmic_or_linear_and_follows_the_same_cursor(visit: Open) -> None:
    page = visit()
    kind = """() => document.querySelector("#curves .js-plotly-plot")._fullLayout.yaxis.type"""
    to_end(page)
    page.locator("#curves .js-plotly-plot").wait_for()
    assert page.evaluate(kind) == "log"
    page.get_by_text("linear", exact=True).click()
    until(page, kind, lambda now: now == "linear")
    box = page.locator("#curves .js-plotly-plot").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 60)
    assert 100 < step(page) < 400


def test_the_rate_that_is_drawn_is_the_one_each_step_used(visit: Open) -> None:
    page = visit("?steps=200&run=gradient_descent,lr=0.001/step,step_size=100,gamma=0.5")
    to_end(page)
    for at, rate in ((100, "0.001"), (101, "5.00e-4"), (200, "5.00e-4")):
        page.locator("#scrub").fill(str(at))
        expect(page.locator("#step-table tbody td").nth(2)).to_have_text(rate)


def test_at_rest_the_trails_are_plotlys_and_lie_where_they_were(visit: Open) -> None:
    page = visit("?run=adam,lr=0.05")
    to_end(page)
    expect(page.locator("#stage")).to_have_class(re.compile("settled"), timeout=SOON)
    lengths = page.evaluate(
        """() => document.querySelector("#stage .js-plotly-plot").data
             .filter(t => t.uid?.startsWith("trail-")).map(t => t.x.length)"""
    )
    assert lengths == [501]
    gap = page.evaluate(
        """() => {
          const chart = document.querySelector("#stage .js-plotly-plot");
          const trace = chart.data.find(t => t.uid === "trail-0");
          const drawn = chart.querySelector(".tracetrail-0 path.js-line").getPointAtLength(0);
          const { xaxis, yaxis } = chart._fullLayout;
          return Math.hypot(drawn.x - xaxis.l2p(trace.x[0]), drawn.y - yaxis.l2p(trace.y[0]));
        }"""
    )
    assert gap < 1


def test_changing_a_knob_at_the_end_shows_the_new_trail_at_the_end(visit: Open) -> None:
    page = visit("?run=adam,lr=0.05")
    to_end(page)
    before = page.locator("#step-table tbody td").first.inner_text()
    slider = card(page, "Adam").get_by_role("slider", name=re.compile("^lr, "))
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    expect(page.locator("#step-table tbody td").first).not_to_have_text(before, timeout=SOON)
    assert step(page) == 500


def test_reduced_motion_starts_at_rest_with_the_whole_picture(visit: Open) -> None:
    page = visit(reduced_motion="reduce")
    expect(page.locator("#readout")).to_have_text("step 500 of 500", timeout=SOON)
    expect(page.get_by_label("play", exact=True)).to_be_visible()
    # The trails are ours and then Plotly's, which may happen between two looks.
    for _ in range(20):
        if page.locator("#stage.settled path.js-line").count() or drawn(page, "stage") > 0:
            return
        page.wait_for_timeout(100)
    pytest.fail("no trail is drawn")


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ("?landscape=quadratic&run=gradient_descent,lr=0.1", "converged", "converged: from step"),
        ("?landscape=saddle&start=-1.5,0&run=gradient_descent,lr=0.1", "stalled", "no minimum"),
        ("?landscape=saddle&run=gradient_descent,lr=0.1", "left", "left the picture at step"),
        ("?landscape=rosenbrock&run=gradient_descent,lr=0.0005", "moving", "still moving after"),
        ("?landscape=rosenbrock&run=gradient_descent,lr=0.05", "diverged", "overflowed at step"),
    ],
)
def test_what_became_of_each_run_is_said_with_the_step(
    visit: Open, query: str, kind: str, words: str
) -> None:
    page = visit(query)
    to_end(page)
    status = page.locator(".status")
    expect(status).to_have_attribute("data-kind", kind, timeout=SOON)
    expect(status).to_contain_text(words)
    page.get_by_label("to the first step").click()
    expect(status).not_to_contain_text(words)


def test_changing_a_control_cancels_the_stream_in_flight(visit: Open) -> None:
    page = visit("?steps=10000&" + "&".join(["run=adam"] * 16))
    to_end(page)
    asked = []
    page.on("request", lambda request: "/stream" in request.url and asked.append(request))
    text = page.get_by_role("textbox", name=re.compile("^steps"))
    text.fill("9999")
    text.blur()
    for _ in range(200):
        if asked:
            break
        page.wait_for_timeout(5)
    page.get_by_label("start x", exact=True).fill("0.5")
    page.get_by_label("start x", exact=True).blur()
    expect_link(page, r"start=0\.5,")
    expect(page.locator("#readout")).to_contain_text("of 9999")
    assert step(page) <= 9999
