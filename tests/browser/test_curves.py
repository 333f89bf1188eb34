"""The curves: which of them, over what, and what is told where the pointer is."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.acting import at, choose, expect_link, step, to_end, until
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

TITLES = """() => document.querySelector("#curves .js-plotly-plot").layout.annotations
  .filter(note => note.visible).map(note => note.text)"""
# A hash of the heads on a chart's upper canvas.
HEADS = """box => document.querySelectorAll(`${box} .overlay`)[1].toDataURL()"""


def tick(page: Page, name: str) -> None:
    page.get_by_role("checkbox", name=name, exact=True).click()


def test_curves_are_chosen_named_by_the_landscape_and_in_the_link(visit: Open) -> None:
    page = visit("?landscape=regression&steps=60&run=gradient_descent")
    asked: list[str] = []
    page.on("request", lambda request: "/along" in request.url and asked.append(request.url))
    to_end(page)
    page.locator("#curves .js-plotly-plot").wait_for()
    page.get_by_role("button", name="which curves").click()
    for name in ("loss", "learning rate", "k", "|gradient|", "b"):
        tick(page, name)
    expect_link(page, "#curves=x.y$")
    assert page.evaluate(TITLES) == ["k", "b"]
    assert not asked
    tick(page, "effective rate along k")
    tick(page, "sharpness")
    expect_link(page, "curves=x.y.rate_x.sharpness$")
    expect(page.get_by_role("checkbox", name="loss", exact=True)).to_be_disabled()
    until(page, TITLES, lambda titles: titles[-1].endswith("2/lr (plain descent)"))
    assert len(asked) == 1
    assert not Axe().run(page).response["violations"]
    axes = """() => ["xaxis", "yaxis"].map(
      name => document.querySelector("#stage .js-plotly-plot").layout[name].title.text)"""
    assert page.evaluate(axes) == ["k", "b"]
    page.keyboard.press("Escape")
    choose(page, "landscape", "Himmelblau")
    until(page, TITLES, lambda titles: titles[0] == "x")
    assert page.evaluate(TITLES)[:3] == ["x", "y", "effective rate along x"]


def test_over_evaluations_each_run_has_its_own_pace(visit: Open) -> None:
    query = "?landscape=sphere&steps=100&run=gradient_descent,lr=0.01&run=sam,lr=0.01"
    page = visit(f"{query}#over=evaluations&curves=loss")
    to_end(page)
    length = """() => document.querySelector("#curves .js-plotly-plot").layout.xaxis.range?.[1]"""
    until(page, length, lambda most: most == 200)
    # Right of 100 only SAM has a line; left of it, the line next to the click counts.
    for place, loss, k in ((180, 0.053, 90), (60, 0.6, 30), (60, 0.18, 60)):
        page.mouse.click(*at(page, place, loss, "#curves"))
        expect(page.locator("#readout")).to_have_text(re.compile(rf"^step {k} of"))
    choose(page, "what the curves are drawn over", "over steps")
    until(page, length, lambda most: most == 100)
    expect_link(page, "#curves=loss$")


def test_where_the_pointer_is_all_runs_are_told_of_and_light_up(visit: Open) -> None:
    page = visit("?steps=200&run=gradient_descent,lr=0.0005&run=adam,lr=0.02")
    to_end(page)
    page.locator("#curves .js-plotly-plot").wait_for()
    page.locator("#scrub").fill("150")
    page.wait_for_timeout(500)
    before = page.evaluate(HEADS, "#stage")
    page.mouse.move(*at(page, 60, 0.005, "#curves", "yaxis2"))
    pointed = page.locator(".pointed")
    expect(pointed).to_contain_text("step 60")
    texts = pointed.locator("tr").all_inner_texts()[1:]
    assert [text.split()[-1] for text in texts] == ["5.00e-4", "0.02"]
    assert step(page) == 150
    until(page, lambda: page.evaluate(HEADS, "#stage"), lambda heads: heads != before)
    page.mouse.move(5, 5)
    expect(pointed).to_have_count(0)
    until(page, lambda: page.evaluate(HEADS, "#stage"), lambda heads: heads == before)
