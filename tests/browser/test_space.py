"""The surface in three dimensions: the same runs at the same step, seen from anywhere."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, expect_link, step, to_end
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

LATER = 40_000  # a processor that plays the graphics card takes its time
ONE = "?landscape=himmelblau&start=-0.5,-1&run=gradient_descent,lr=0.005"

# Of a canvas: how many pixels have the colour of the first run, all that is drawn in one number,
# and the middle of it on the page.
LOOK = """n => {
  const canvas = document.querySelectorAll("#space canvas.overlay")[n];
  if (!canvas) return { coloured: 0 };
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--run-0").trim();
  const wanted = [1, 3, 5].map((i) => parseInt(ink.slice(i, i + 2), 16));
  let [coloured, sum, count, x, y] = [0, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (!data[i + 3]) continue;
    coloured += wanted.every((value, j) => Math.abs(value - data[i + j]) < 24);
    sum = (sum * 31 + i + data[i] + data[i + 3]) % 1000000007;
    count++;
    x += (i / 4) % width;
    y += Math.floor(i / 4 / width);
  }
  const box = canvas.getBoundingClientRect();
  const unit = box.width / width;
  return { coloured, sum, x: box.left + (x / count) * unit, y: box.top + (y / count) * unit };
}"""
TRAILS, HEADS = 0, 1


def look(page: Page, canvas: int = TRAILS) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(LOOK, canvas)
    return found


def changed(page: Page, before: dict[str, Any], canvas: int = TRAILS) -> dict[str, Any]:
    """What the canvas shows as soon as it is something else."""
    page.wait_for_function(f"sum => ({LOOK})({canvas}).sum !== sum", arg=before["sum"])
    return look(page, canvas)


def enter(page: Page) -> None:
    page.get_by_text("3-D", exact=True).click()
    drawn(page)


def drawn(page: Page) -> None:
    page.wait_for_function(f"() => ({LOOK})(0).coloured > 20", timeout=LATER)


def turned(page: Page) -> dict[str, float]:
    eye: dict[str, float] = page.evaluate(
        """() => document.querySelector("#space .js-plotly-plot")
                   ._fullLayout.scene._scene.getCamera().eye"""
    )
    return eye


def test_it_is_fetched_when_it_is_opened_and_shows_the_step_of_the_cursor(visit: Open) -> None:
    page = visit(ONE)
    to_end(page)
    asked: list[str] = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    late = re.compile(r"package_data/plotly\.min\.js|/(scene|space)\.mjs")
    assert any("ravine.mjs" in url for url in asked)
    assert not [url for url in asked if late.search(url)]
    with page.expect_request(late):
        enter(page)
    expect_link(page, "#layout=space")
    expect(page.get_by_role("img", name="trails of Gradient descent")).to_be_visible()
    assert page.evaluate("!Plotly.PlotSchema.get().traces.surface")  # the rest keeps its own
    whole, end = look(page), look(page, HEADS)
    page.locator("#scrub").fill("20")
    expect(page.locator("#step-table caption")).to_have_text("step 20")
    assert 0 < look(page)["coloured"] < whole["coloured"]
    assert look(page, HEADS)["sum"] != end["sum"]


def test_the_head_is_where_plotly_says_that_the_point_is(visit: Open) -> None:
    page = visit(ONE)
    to_end(page)
    enter(page)
    page.get_by_label("to the first step").click()
    page.wait_for_timeout(300)
    head = look(page, HEADS)
    label = page.locator("#space .hovertext")
    page.mouse.move(head["x"] - 3, head["y"])
    page.mouse.move(head["x"], head["y"])
    expect(label).to_be_visible(timeout=LATER)
    said = (label.text_content() or "").replace("−", "-")
    x, y, f = (float(value) for value in re.findall(r"[xyf] (-?[\d.]+)", said))
    assert abs(x + 0.5) < 0.15
    assert abs(y + 1) < 0.15
    assert abs(f - ((x * x + y - 11) ** 2 + (x + y * y - 7) ** 2)) < 0.5


def test_keys_drag_and_wheel_turn_it_and_the_trails_with_it(visit: Open) -> None:
    page = visit(ONE)
    to_end(page)
    enter(page)
    home = look(page)
    chart = page.locator("#space .chart")
    chart.focus()
    page.keyboard.press("ArrowLeft")
    at = changed(page, home)
    page.keyboard.press("ArrowRight")
    at = changed(page, at)
    page.keyboard.press("+")
    at = changed(page, at)
    assert step(page) == 500
    box = chart.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 20, steps=3)
    page.mouse.up()
    at = changed(page, at)
    far = sum(value**2 for value in turned(page).values())
    page.mouse.wheel(0, 400)
    at = changed(page, at)
    page.wait_for_timeout(500)
    assert sum(value**2 for value in turned(page).values()) != pytest.approx(far, rel=1e-3)
    page.get_by_text("reset the view").click()
    page.wait_for_function(f"sum => ({LOOK})(0).sum === sum", arg=home["sum"], timeout=LATER)


def test_two_fingers_zoom_and_do_not_turn(visit: Open) -> None:
    page = visit(ONE, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    to_end(page)
    enter(page)
    box = page.locator("#space .chart").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = turned(page)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *apart: float) -> None:
        points = [{"x": x + d, "y": y, "id": i} for i, d in enumerate(apart)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -40)
    touch("touchStart", -40, 40)
    touch("touchMove", -60, 60)
    touch("touchMove", -60, 80)
    touch("touchEnd")
    page.wait_for_timeout(500)
    after = turned(page)
    assert after["x"] / before["x"] == pytest.approx(after["y"] / before["y"], rel=1e-3)
    assert after["x"] / before["x"] == pytest.approx(80 / 140, rel=0.05)


def test_back_in_the_plane_its_zoom_is_kept(visit: Open) -> None:
    page = visit(ONE)
    to_end(page)
    ranges = """() => {
      const { xaxis, yaxis } = document.querySelector("#stage .js-plotly-plot")._fullLayout;
      return [...xaxis.range, ...yaxis.range];
    }"""
    whole = page.evaluate(ranges)
    box = page.locator("#stage").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -300)
    page.wait_for_function(f"before => String(({ranges})()) !== String(before)", arg=whole)
    page.wait_for_timeout(500)
    zoomed = page.evaluate(ranges)
    enter(page)
    expect(page.locator("#stage > .chart")).to_be_hidden()
    page.get_by_text("overlay", exact=True).click()
    expect(page.locator("#space")).to_be_hidden()
    expect(page.locator("#stage > .chart")).to_be_visible()
    assert page.evaluate(ranges) == zoomed
    enter(page)


def test_without_webgl_a_sentence_says_so_and_the_plane_stays(visit: Open) -> None:
    page = visit(ONE)
    to_end(page)
    page.evaluate(
        """() => {
          const { getContext } = HTMLCanvasElement.prototype;
          HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.includes("webgl") ? null : getContext.call(this, kind, ...rest);
          };
        }"""
    )
    page.get_by_text("3-D", exact=True).click()
    expect(page.locator("#said")).to_contain_text("WebGL")
    expect(page.get_by_label("overlay", exact=True)).to_be_checked(timeout=SOON)
    expect(page.locator("#stage > .chart")).to_be_visible()
    expect(page.locator("#space")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_opens_it_and_axe_finds_nothing(visit: Open, scheme: str) -> None:
    page = visit("?run=adam#layout=space", color_scheme=scheme)
    drawn(page)
    page.wait_for_timeout(500)
    assert not [one["id"] for one in Axe().run(page).response["violations"]]
