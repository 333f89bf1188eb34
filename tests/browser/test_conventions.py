"""The same rule as PyTorch, Keras or the paper defines it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import SOON, card, choose, expect_link, violations
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_a_run_is_switched_keeps_its_knobs_and_says_how_far_it_goes_apart(visit: Open) -> None:
    page = visit("?landscape=himmelblau&steps=100&run=rmsprop,alpha=0.95,eps=0.01&run=lion")
    usual = card(page, "RMSProp")
    usual.get_by_text("more knobs").click()
    expect(usual).to_contain_text("Keras: With ε inside the root")
    expect(usual).to_contain_text("the lecture: The slope over the root")
    choose(page, "RMSProp as defined by", "Keras")
    expect_link(page, r"run=rmsprop,lr=[^,]*,alpha=0\.95,eps=0\.01,[^&]*/constant/as=keras/look=0")
    theirs = card(page, "RMSProp (Keras)")
    expect(theirs).to_contain_text(
        re.compile(r"differs from PyTorch's path by at most [\d.]+, at step \d+"), timeout=SOON
    )
    expect(page.locator("#step-table")).to_contain_text("RMSProp (Keras)", timeout=SOON)
    # A knob of it is still one that moves it, and the lecture has fewer of them.
    eps = theirs.get_by_role("textbox", name=re.compile("^eps, .*inside the root"))
    eps.fill("0.1")
    eps.blur()
    expect_link(page, r"eps=0\.1,[^&]*/as=keras")
    choose(page, "RMSProp (Keras) as defined by", "the lecture")
    expect_link(page, r"run=rmsprop,lr=[^,]*,alpha=0\.95/constant/as=paper/look=0")
    choose(page, "RMSProp (the lecture) as defined by", "PyTorch")
    expect_link(page, r"^(?!.*/as=).*run=rmsprop,[^&]*alpha=0\.95")
    expect(card(page, "RMSProp")).not_to_contain_text("differs from PyTorch's path")


def test_two_runs_side_by_side_show_the_difference(visit: Open) -> None:
    page = visit("?landscape=himmelblau&steps=60&run=momentum,lr=0.01/step,step_size=5")
    page.get_by_label("duplicate Momentum").click()
    card(page, "Momentum 2").get_by_text("more knobs").click()
    choose(page, "Momentum 2 as defined by", "Keras")
    expect_link(page, r"run=momentum[^&]*look=0&run=momentum[^&]*/as=keras/look=1")
    expect(page.locator("#step-table tbody tr")).to_have_count(2)
    # Another optimizer has no need of it.
    choose(page, "optimizer of Momentum (Keras)", "Lion")
    expect_link(page, r"^(?!.*/as=).*run=lion")
    expect(page.get_by_label("Lion as defined by")).to_have_count(0)


def test_a_convention_that_nobody_has_gets_a_sentence(visit: Open) -> None:
    page = visit("?run=adam/as=jax", refused=True)
    expect(page.locator("#notices")).to_contain_text("not as “jax”")
    expect_link(page, r"^(?!.*/as=).*run=adam")


def test_axe_finds_nothing_on_the_switch(visit: Open) -> None:
    page = visit("?steps=50&run=nadam/as=keras&run=rmsprop/as=paper")
    expect(card(page, "NAdam (Keras)")).to_contain_text("PyTorch's path", timeout=SOON)
    assert not violations(page)
    choose(page, "NAdam (Keras) as defined by", "the paper")
    expect_link(page, "/as=paper.*/as=paper")
    page.get_by_label("about NAdam (the paper)").click()
    expect(page.get_by_role("dialog", name="help on NAdam")).to_contain_text("Dozat")
    assert not violations(page)
