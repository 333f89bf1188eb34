"""A run that goes on from another, and two runs compared."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, card, expect_link, to_end
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

LINK = "?landscape=himmelblau&steps=200&run=momentum,lr=0.01&run=adam,lr=0.1"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def to_step(page: Page, step: int) -> None:
    to_end(page)
    page.locator("#scrub").fill(str(step))
    expect(page.locator("#readout")).to_have_text(re.compile(f"step {step} of"))


def fork(page: Page, name: str) -> None:
    page.get_by_label(re.compile(f"^fork {name}: ")).click()


def test_a_run_goes_on_from_another_with_other_knobs_and_is_told_from_it(visit: Open) -> None:
    page = visit(f"{LINK}#speed=8")
    to_step(page, 20)
    fork(page, "Momentum")
    expect_link(
        page, r"run=momentum.*/name=Momentum%2520from%252020/look=2/fork=20/momentum,lr=0\.01"
    )
    new = card(page, "Momentum from 20")
    expect(new).to_contain_text("goes on from Momentum at step 20")
    lr = new.get_by_role("textbox", name=re.compile("^lr, "))
    lr.fill("0.002")
    lr.blur()
    expect_link(page, r"run=momentum,lr=0\.002.*/fork=20/momentum,lr=0\.01")
    # It has gone on, and nothing begins anew.
    assert page.locator("#readout").inner_text() != "step 0 of 200"
    page.get_by_text("two runs, and where they parted").click()
    expect_link(page, r"diff=0\.2")
    said = page.locator("#difference")
    expect(said).to_contain_text("The same numbers up to step 20.", timeout=SOON)
    expect(said.get_by_role("row", name=re.compile("^lr"))).to_have_text(
        re.compile(r"lr\s*0\.01\s*0\.002")
    )
    page.get_by_label("the other run", exact=True).select_option("Adam")
    expect_link(page, r"diff=0\.1")
    expect(said.get_by_role("row", name=re.compile("^optimizer"))).to_contain_text("adam")
    # Whoever opens the link sees the same.
    to_end(page)
    before = said.inner_text()
    page.reload()
    to_end(page)
    expect(said).to_have_text(
        re.compile(r"The same numbers up to|They start together"), timeout=SOON
    )
    assert said.inner_text() == before
    page.get_by_label("take the fork away: Momentum from 20 by itself from the start").click()
    expect_link(page, r"^(?!.*fork=).*run=momentum,lr=0\.002")


def test_there_is_nothing_to_go_on_from_at_the_end(visit: Open) -> None:
    page = visit(LINK)
    to_end(page)
    fork(page, "Adam")
    expect(page.locator("#said")).to_contain_text("Nothing comes after the last step")
    to_step(page, 0)
    fork(page, "Adam")
    expect_link(page, r"/fork=0/adam")
    expect(page.locator("#said")).to_be_empty()


def test_too_few_steps_for_a_fork_are_refused_in_a_sentence(visit: Open) -> None:
    page = visit(f"{LINK}/look=1/fork=120/momentum", refused=True)
    to_end(page)
    steps = page.get_by_role("textbox", name=re.compile("^steps"))
    steps.fill("100")
    steps.blur()
    expect(page.locator("#said")).to_contain_text("goes on from step 120, but there are only 100")
    steps.fill("150")
    steps.blur()
    expect_link(page, "steps=150&")
    expect(page.locator("#said")).to_be_empty()


@pytest.mark.parametrize("settings", [{}, {**PHONE, "color_scheme": "dark"}])
def test_axe_finds_nothing_at_a_fork(visit: Open, settings: dict[str, object]) -> None:
    page = visit(f"{LINK}/look=1/fork=120/momentum,lr=0.01#diff=0.1", **settings)
    to_end(page)
    button = page.get_by_label(re.compile("^fork Adam: ")).bounding_box()
    assert button
    assert button["width"] == button["height"] == (44 if settings else 28)
    found = Axe().run(page).response["violations"]
    if settings:
        page.get_by_text("this step", exact=True).tap()
        expect(page.locator("#difference")).to_be_visible()
        found += Axe().run(page).response["violations"]
    assert not [(one["id"], one["nodes"]) for one in found]
