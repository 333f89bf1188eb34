"""The surface in three dimensions: the same runs at the same step, seen from anywhere."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.acting import expect_link, given, step, to_end, until, violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

LATER = 40_000  # a processor that plays the graphics card takes its time
ONE = "?landscape=himmelblau&start=-0.5,-1&run=gradient_descent,lr=0.005"

# Of a canvas: how many pixels are painted, how many of them are in a run's colour, all of it in one
# number, and the middle of what is in that colour on the page.
LOOK = """([n, run]) => {
  const canvas = document.querySelectorAll("#space canvas.overlay")[n];
  if (!canvas) return { coloured: 0 };
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const ink = getComputedStyle(document.documentElement).getPropertyValue(`--run-${run}`).trim();
  const wanted = [1, 3, 5].map((i) => parseInt(ink.slice(i, i + 2), 16));
  let [coloured, sum, count, x, y] = [0, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (!data[i + 3]) continue;
    sum = (sum * 31 + i + data[i] + data[i + 3]) % 1000000007;
    count++;
    if (!wanted.every((value, j) => Math.abs(value - data[i + j]) < 24)) continue;
    coloured++;
    x += (i / 4) % width;
    y += Math.floor(i / 4 / width);
  }
  const { left, top } = canvas.getBoundingClientRect();
  return { count, coloured, sum, x: left + x / coloured, y: top + y / coloured };
}"""
COPIES, TRAILS, HEADS = 0, 1, 2


def look(page: Page, canvas: int = TRAILS, run: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(LOOK, [canvas, run])
    return found


def changed(page: Page, before: dict[str, Any], canvas: int = TRAILS) -> dict[str, Any]:
    """What the canvas shows as soon as it is something else."""
    page.wait_for_function(f"sum => ({LOOK})([{canvas}, 0]).sum !== sum", arg=before["sum"])
    return look(page, canvas)


def enter(page: Page) -> None:
    page.get_by_role("button", name="3-D").click()
    drawn(page)


def drawn(page: Page) -> None:
    page.wait_for_function(f"() => ({LOOK})([{TRAILS}, 0]).coloured > 20", timeout=LATER)


def turned(page: Page) -> dict[str, float]:
    eye: dict[str, float] = page.evaluate(
        """() => document.querySelector("#space .js-plotly-plot")
                   ._fullLayout.scene._scene.getCamera().eye"""
    )
    return eye


def himmelblau(x: float, y: float) -> float:
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


# All of Plotly, which the page keeps to itself.
KEEP = """document.head.addEventListener("load", ({ target }) => {
  if (target.src?.includes("plotly.min")) window.whole = Plotly;
}, true)"""


def pixel(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where Plotly itself puts a label at a point of Himmelblau's surface, on the page."""
    spot: list[float] = page.evaluate(
        """async ([x, y, f]) => {
          const { height } = await import("/assets/space.mjs");
          const { levels } = document.querySelector("#stage > .chart").layout.meta;
          const chart = document.querySelector("#space .js-plotly-plot");
          const label = { x, y, z: height(levels, f), text: "o" };
          await whole.relayout(chart, { "scene.annotations": [label] });
          await new Promise((resolve) => setTimeout(resolve, 500));
          const [{ _xa, _ya }] = chart._fullLayout.scene._scene.fullSceneLayout.annotations;
          const spot = [_xa._offset + _xa.l2p(), _ya._offset + _ya.l2p()];
          await whole.relayout(chart, { "scene.annotations": [] });
          const { left, top } = chart.getBoundingClientRect();
          return [left + spot[0], top + spot[1]];
        }""",
        [x, y, himmelblau(x, y)],
    )
    return spot[0], spot[1]


def started(page: Page) -> tuple[float, float]:
    x, y = given(page)["start"][0].split(",")
    return float(x), float(y)


def test_it_is_fetched_when_it_is_opened_and_shows_the_step_of_the_cursor(visit: Open) -> None:
    page = visit(ONE)
    to_end(page)
    asked: list[str] = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    late = re.compile(r"package_data/plotly\.min\.js|/(scene|space)\.mjs")
    assert any("ravine.mjs" in url for url in asked)
    assert not [url for url in asked if late.search(url)]
    with page.expect_request(late):
        enter(page)
    expect_link(page, "#space=1")
    expect(page.get_by_role("button", name="3-D")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("img", name="trails of Gradient descent")).to_be_visible()
    assert page.evaluate("!Plotly.PlotSchema.get().traces.surface")  # the rest keeps its own
    whole, end = look(page), look(page, HEADS)
    page.locator("#scrub").fill("20")
    expect(page.locator("#step-table caption")).to_have_text("step 20")
    assert 0 < look(page)["coloured"] < whole["coloured"]
    assert look(page, HEADS)["sum"] != end["sum"]


def test_points_are_where_plotly_has_them_and_a_click_starts_there(visit: Open) -> None:
    page = visit(f"{ONE}&run=adam")
    page.evaluate(KEEP)
    to_end(page)
    enter(page)
    page.get_by_label("to the first step").click()
    page.wait_for_timeout(300)
    head = look(page, HEADS, run=1)  # the last is above the others
    x, y = pixel(page, -0.5, -1)
    assert head["x"] == pytest.approx(
        x, abs=2.5
    )  # a triangle's middle is not where its corners turn
    assert head["y"] == pytest.approx(y, abs=2.5)

    # What the surface says under the pointer.
    page.mouse.move(*pixel(page, 1, 0.5))
    label = page.locator("#space .pointed")
    expect(label).to_be_visible()
    said = (label.text_content() or "").replace("−", "-")
    u, v, f = (float(value) for value in re.findall(r"[xyf] (-?[\d.]+)", said))
    assert (u, v) == pytest.approx((1, 0.5), abs=0.05)
    assert f == pytest.approx(himmelblau(u, v), rel=0.02)

    # A press that moves little is a click; one that moves turns.
    page.mouse.down()
    page.mouse.up()
    expect_link(page, r"start=(1|1\.0|0\.9)\d*,0\.[45]")
    assert started(page) == pytest.approx((1, 0.5), abs=0.05)
    expect(page.get_by_label("start x")).to_have_value(str(given(page)["start"][0].split(",")[0]))
    before, eye = started(page), turned(page)
    page.mouse.down()
    page.mouse.move(x + 120, y - 40, steps=3)
    page.mouse.up()
    until(page, lambda: turned(page), lambda now: now != eye)
    assert started(page) == before

    # Side by side: as far from the second run's start as from the first's.
    page.get_by_text("side by side", exact=True).click()
    expect_link(page, "layout=panels&space=1")
    page.get_by_role("button", name="reset view").click()
    page.get_by_label("to the first step").click()
    page.wait_for_function(f"() => ({LOOK})([{COPIES}, 0]).count > 5000", timeout=LATER)
    page.wait_for_timeout(500)
    one, other = look(page, HEADS, run=0), look(page, HEADS, run=1)
    x, y = pixel(page, 0, -0.5)
    page.mouse.click(x + other["x"] - one["x"], y + other["y"] - one["y"])
    expect_link(page, r"start=-?0[\d.]*,-0\.[3456]")
    assert started(page) == pytest.approx((0, -0.5), abs=0.2)


def test_side_by_side_sixteen_runs_are_seen_from_the_same_side(visit: Open) -> None:
    runs = "&run=gradient_descent,lr=0.005" * 15
    page = visit(f"{ONE}{runs}&steps=60#layout=panels&space=1")
    drawn(page)
    to_end(page)
    page.wait_for_timeout(1000)
    copies, trails = look(page, COPIES), look(page)
    assert copies["count"] > 15 * 2000
    assert copies["count"] % 15 == 0  # all are the same picture
    named = page.get_by_role("img", name="Gradient descent 16, side by side")
    expect(named).to_be_visible()
    page.locator("#space").focus()
    page.keyboard.press("ArrowLeft")
    turned_trails = changed(page, trails)
    turned_copies = look(page, COPIES)
    assert turned_copies["sum"] != copies["sum"]
    assert turned_copies["count"] % 15 == 0
    assert turned_trails["coloured"] > 20
    # Only trails move when time does.
    page.evaluate(
        """() => {
          const { _fullLayout } = document.querySelector("#space .js-plotly-plot");
          const { glplot } = _fullLayout.scene._scene;
          window.painted = 0;
          const { clearRGBA } = glplot;
          glplot.clearRGBA = function () { window.painted++; clearRGBA.call(this); };
        }"""
    )
    for at in ("10", "40", "20"):
        page.locator("#scrub").fill(at)
        page.wait_for_timeout(100)
    assert look(page)["sum"] != turned_trails["sum"]
    assert page.evaluate("window.painted") == 0
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('#space') !== null")
    assert not [one["id"] for one in Axe().run(page).response["violations"]]


def test_what_the_contours_show_is_on_the_surface_too(visit: Open) -> None:
    own = "run=gradient_descent,lr=0.005/noise,sigma=20"
    page = visit(f"?landscape=himmelblau&start=-0.5,-1&{own}&steps=40#space=1")
    drawn(page)
    to_end(page)
    page.wait_for_timeout(500)
    plain = look(page, HEADS)
    # The arrows of the next step, at the head.
    page.locator("#scrub").fill("3")
    page.get_by_text("the next step, worked out").click()
    expect(page.locator("#inspected")).to_contain_text("Step 4")
    more = plain["count"] + 300
    arrows = until(page, lambda: look(page, HEADS), lambda inked: inked["count"] > more)
    # Where the run was at the step that is pointed at.
    box = page.locator("#curves").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 80)
    ringed = changed(page, arrows, HEADS)
    assert ringed["count"] > arrows["count"] + 50

    # Its repeats, and a run that goes on from it.
    fork = "run=adam/look=1/fork=10/gradient_descent,lr=0.005/noise,sigma=20/look=0"
    query = f"?landscape=himmelblau&start=-0.5,-1&seeds=20&{own}/look=0&{fork}&steps=40"
    page = visit(f"{query}#space=1")
    drawn(page)
    to_end(page)
    enough = plain["count"] + 800
    page.wait_for_function(f"() => ({LOOK})([{HEADS}, 0]).count > {enough}", timeout=LATER)
    for at in (9, 11):
        before = look(page, HEADS, run=1)
        page.locator("#scrub").fill(str(at))
        expect(page.locator("#step-table caption")).to_have_text(f"step {at}")
        changed(page, before, HEADS)
    assert look(page, HEADS, run=1)["coloured"] > before["coloured"] + 40


def test_keys_drag_and_wheel_turn_it_and_the_trails_with_it(visit: Open) -> None:
    page = visit(ONE)
    to_end(page)
    enter(page)
    home = look(page)
    chart = page.locator("#space")
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
    page.get_by_role("button", name="reset view").click()
    page.wait_for_function(
        f"sum => ({LOOK})([{TRAILS}, 0]).sum === sum", arg=home["sum"], timeout=LATER
    )


def test_two_fingers_zoom_and_do_not_turn(visit: Open) -> None:
    page = visit(ONE, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    to_end(page)
    enter(page)
    box = page.locator("#space").bounding_box()
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
    page.get_by_role("button", name="3-D").click()
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
    page.get_by_role("button", name="3-D").click()
    expect(page.locator("#said")).to_contain_text("WebGL")
    expect(page.get_by_role("button", name="3-D")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#stage > .chart")).to_be_visible()
    expect(page.locator("#space")).to_be_hidden()


def test_an_old_link_opens_it_and_axe_finds_nothing(visit: Open) -> None:
    page = visit("?run=adam#layout=space")
    drawn(page)
    page.wait_for_timeout(500)
    assert not violations(page)
