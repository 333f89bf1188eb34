"""Lessons: a list of links, and what one that is open has to say."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.lessons import LESSONS
from tests.browser.acting import SOON, expect_link, violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

FIRST, SECOND, *_ = next(iter(LESSONS.values()))


def test_a_lesson_is_one_click_away_and_leads_to_the_next(visit: Open) -> None:
    page = visit("?run=adam")
    expect_link(page, "look=0")
    expect(page.locator("#lesson")).to_be_hidden()
    page.get_by_role("button", name="lessons").click()
    expect(page.get_by_role("link")).to_have_count(sum(map(len, LESSONS.values())), timeout=SOON)
    assert not violations(page)
    page.get_by_role("link", name=FIRST.title).click()
    box = page.locator("#lesson")
    expect(box).to_contain_text(FIRST.words, timeout=SOON)
    expect_link(page, r"landscape=regression,.*lr=5e-05.*#lesson=slope-first&curves=loss\.x\.y")
    expect(page.locator("#curves")).to_contain_text("k")
    assert not violations(page)
    box.get_by_role("link", name=f"next: {SECOND.title}").click()
    expect(box).to_contain_text(SECOND.words, timeout=SOON)
    expect(page.locator(".run")).to_have_count(3, timeout=SOON)
    page.get_by_role("button", name="close the lesson").click()
    expect(box).to_be_hidden()
    expect_link(page, "#layout=panels")


def test_the_list_closes_and_a_lesson_that_there_is_not_says_nothing(visit: Open) -> None:
    page = visit("?run=adam#lesson=of-nobody")
    expect_link(page, "look=0")
    expect(page.locator("#lesson")).to_be_hidden()
    page.get_by_role("button", name="lessons").press("Enter")
    dialog = page.get_by_role("dialog", name="lessons")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="lessons")).to_be_focused()


def test_lessons_that_cannot_be_had_are_a_sentence_and_a_press_tries_again(visit: Open) -> None:
    page = visit("?run=adam")
    expect_link(page, "look=0")
    page.route("**/lessons", lambda route: route.fulfill(status=200, body="<p>no</p>"))
    page.get_by_role("button", name="lessons").click()
    expect(page.locator("#said")).to_contain_text("The lessons could not be had", timeout=SOON)
    expect(page.get_by_role("dialog", name="lessons")).to_be_hidden()
    page.unroute("**/lessons")
    page.get_by_role("button", name="lessons").click()
    expect(page.get_by_role("dialog", name="lessons")).to_be_visible(timeout=SOON)
    expect(page.locator("#said")).to_be_empty()
