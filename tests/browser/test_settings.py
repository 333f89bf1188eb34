"""What a run meets on its way: rotation, wrappers, schedules drawn by hand, a rate along y."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, at, card, choose, expect_link, given, to_end
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def ends(page: Page) -> list[list[float]]:
    """x and y of every run at the last step, as the table has them."""
    to_end(page)
    texts = page.locator("#step-table tbody tr").all_inner_texts()
    rows = [re.split(r"\s+", text.replace("−", "-").strip()) for text in texts]
    return [[float(row[-2]), float(row[-1])] for row in rows]


def knot(page: Page, step: float, rate: float) -> tuple[float, float]:
    """The pixel of a point of a schedule: the rate at k is that of the step that leads to k + 1."""
    return at(page, step + 1, rate, "#curves", "yaxis2")


def test_one_slider_turns_the_landscape_and_shows_who_depends_on_the_axes(visit: Open) -> None:
    page = visit("?landscape=quadratic&steps=30&run=gradient_descent,lr=0.05&run=adam,lr=0.05")
    plain = ends(page)
    page.get_by_text("rotate, regularise").click()
    box = page.get_by_role("textbox", name=re.compile("^rotation, "))
    box.fill("90")
    expect_link(page, "rotation=90&start=-1.7,1.2&")
    turned = ends(page)
    assert turned[0] == pytest.approx([-plain[0][1], plain[0][0]], abs=2e-2)
    box.fill("45")
    expect_link(page, "rotation=45&start=-1.7,1.2&")
    gradient_descent, adam = ends(page)
    lengths = [sum(v * v for v in point) ** 0.5 for point in (*plain, gradient_descent, adam)]
    assert lengths[2] == pytest.approx(lengths[0], rel=0.03)
    assert abs(lengths[3] - lengths[1]) > 0.1 * lengths[1]
    box.fill("0")
    expect_link(page, r"landscape=quadratic,condition=10&")


def test_a_click_on_a_turned_landscape_starts_there(visit: Open) -> None:
    page = visit("?landscape=sphere,rotation=90&run=adam")
    to_end(page)
    page.mouse.click(*at(page, -1.0, 0.5))
    expect_link(page, r"start=0\.(49|5|50)\d*,(1|1\.0\d*|0\.99\d*)&")
    page.get_by_label("to the first step").click()
    expect(page.locator("#readout")).to_have_text(re.compile("step 0 "), timeout=SOON)
    row = page.locator("#step-table tbody tr").inner_text().replace("−", "-").split()
    assert [float(v) for v in row[-2:]] == pytest.approx([-1.0, 0.5], abs=0.02)


def test_what_stands_before_the_gradient_is_added_set_shared_and_taken_away(visit: Open) -> None:
    page = visit("?landscape=sphere&steps=20&run=gradient_descent,lr=0.1&run=momentum")
    run = card(page, "Gradient descent")
    run.get_by_text("more knobs").click()
    choose(page, "what the gradient of Gradient descent meets", "Clip by norm")
    expect_link(page, r"run=gradient_descent,lr=0.1/constant/clip_norm,limit=1/look=0")
    assert "clip_norm" not in given(page)["run"][1]
    run.get_by_role("textbox", name=re.compile("^limit, ")).fill("0.01")
    expect_link(page, "clip_norm,limit=0.01/")
    clipped = ends(page)
    page.reload()
    expect(run.get_by_role("textbox", name=re.compile("^limit, "))).to_have_value("0.01")
    assert ends(page) == clipped
    run.get_by_label("about Clip by norm").click()
    expect(page.get_by_label("help on Clip by norm")).to_contain_text("clip_grad_norm_")
    page.keyboard.press("Escape")
    run.get_by_label("remove Clip by norm from Gradient descent").click()
    expect_link(page, r"run=gradient_descent,lr=0.1/constant/look=0")
    assert ends(page)[0] != clipped[0]


def test_the_same_noise_meets_every_run_in_every_panel_and_every_time(visit: Open) -> None:
    one = "gradient_descent,lr=0.05/constant/noise,sigma=3,seed=5"
    page = visit(f"?landscape=sphere&steps=50&run={one}&run={one}&run=adam#layout=panels")
    first, second, _ = ends(page)
    assert first == second
    assert ends(visit(f"?landscape=sphere&steps=50&run={one}"))[0] == first
    assert ends(visit(f"?landscape=sphere&steps=50&run={one[:-1]}6"))[0] != first


def test_a_rate_along_y_of_its_own(visit: Open) -> None:
    page = visit("?landscape=quadratic&steps=5&run=gradient_descent,lr=0.02")
    plain = ends(page)[0]
    card(page, "Gradient descent").get_by_text("more knobs").click()
    page.get_by_role("textbox", name=re.compile("^y_rate, ")).fill("0.1")
    expect_link(page, "/y_rate=0.1/")
    slower = ends(page)[0]
    assert slower[0] == plain[0]
    assert abs(slower[1]) > abs(plain[1])


def test_a_schedule_is_drawn_on_the_curve_of_the_rates(visit: Open) -> None:
    query = "?landscape=sphere&steps=200&run=adam,lr=0.1/piecewise,points=0:1;100:0.1"
    page = visit(query, refused=True)
    to_end(page)
    box = card(page, "Adam").get_by_role("textbox", name=re.compile("^points, "))
    expect(box).to_have_value("0:1;100:0.1")
    x, y = knot(page, 100, 0.01)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5, y - 5, steps=3)
    page.mouse.move(*knot(page, 150, 0.03), steps=6)
    page.mouse.up()
    expect_link(page, r"points=0:1;1(49|50|51):0\.(2[89]|3)")
    expect(box).to_have_value(re.compile(r"0:1;1(49|50|51):0\.(2|3)"))
    assert "step 200" in page.locator("#readout").inner_text()  # the drag was no click on a step
    page.mouse.dblclick(*knot(page, 50, 0.05))
    expect_link(page, r"points=0:1;(49|50|51):0\.[45]\d*;1")
    page.mouse.dblclick(*knot(page, 0, 0.1))
    expect_link(page, r"points=(49|50|51):")
    box.fill("0:1;50")
    expect(page.locator("#runs")).to_contain_text("points must be pairs", timeout=SOON)
    box.fill("0:1;200:0")
    expect_link(page, "points=0:1;200:0/")


def test_what_has_no_effect_is_said(visit: Open) -> None:
    page = visit("?run=rprop/one_cycle&run=adam")
    expect(card(page, "Rprop")).to_contain_text("reads its rate at the first step only")
    expect(card(page, "Rprop")).to_contain_text("has no momentum")
    expect(card(page, "Adam")).not_to_contain_text("reads its rate")
