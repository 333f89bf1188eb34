"""Phones, dark rooms, keyboards, no other host, and the policy that keeps it so."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import SOON, expect_link, to_end, violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_on_a_phone_the_stage_comes_first_and_tabs_lead_to_the_rest(visit: Open) -> None:
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    stage = page.locator("#stage").bounding_box()
    assert stage
    assert stage["y"] < 300
    expect(page.get_by_label("play", exact=True)).to_be_in_viewport()
    page.get_by_text("this step", exact=True).tap()
    expect(page.locator("#step-table")).to_be_visible()
    page.get_by_text("curves", exact=True).tap()
    expect(page.locator("#curves")).to_be_visible()
    expect(page.locator("#runs")).not_to_be_visible()


def test_a_tap_sets_the_start(visit: Open) -> None:
    page = visit(
        "?landscape=himmelblau&run=adam",
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
    )  # fmt: skip
    expect_link(page, "look=0")
    box = page.locator("#stage").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + 100, box["y"] + 100)
    expect_link(page, "start=(?!-0.5,-1&)")


def test_no_scrolling_on_a_laptop(visit: Open) -> None:
    page = visit()
    to_end(page)
    tall = page.evaluate("document.documentElement.scrollHeight")
    assert tall <= 900


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_systems_colours_and_can_be_switched(visit: Open, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    root = page.locator("html")
    expect(root).to_have_attribute("data-scheme", scheme)
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    page.get_by_label("light or dark").click()
    expect(root).not_to_have_attribute("data-scheme", scheme)
    assert page.evaluate(paper) != before


def test_everything_can_be_reached_with_the_tab_key(visit: Open) -> None:
    page = visit("?run=adam")
    expect_link(page, "look=0")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                "document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"
            )
        )
    for label in ("landscape", "hide Adam", "duplicate Adam", "optimizer of Adam", "step", "speed"):
        assert label in seen, sorted(map(str, seen))
    assert any(re.match("lr, ", str(label)) for label in seen)


def test_the_end_of_the_runs_is_announced(visit: Open) -> None:
    page = visit(
        "?landscape=quadratic&steps=20&run=gradient_descent,lr=0.1#speed=8",
        reduced_motion="no-preference",
    )
    expect(page.locator("#announce")).to_contain_text("Gradient descent: ", timeout=SOON)


@pytest.mark.parametrize("query", ["", "?run=", "?run=nobody&run=adam,lr=9999", "#layout=panels"])
def test_axe_finds_nothing(visit: Open, query: str) -> None:
    page = visit(query, refused=True)
    page.wait_for_timeout(800)
    for act in ("none", "keys", "help", "unfold"):
        if act == "keys":
            page.keyboard.press("?")
            expect(page.get_by_role("dialog")).to_be_visible()
        if act == "help":
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_be_hidden()
            page.get_by_label("about Rosenbrock").click()
        if act == "unfold":
            page.keyboard.press("Escape")
            for summary in page.locator("summary").all():
                summary.click()
        assert not violations(page), act
