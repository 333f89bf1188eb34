"""What is left to chance: drawn starts, repeats over seeds, the surface of a batch, the test that
stops a run."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, card, choose, expect_link, given, to_end, turn, until
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

# The stage's upper canvas, on which the clouds and the batch's contours are drawn.
INK = """() => {
  const canvas = [...document.querySelectorAll("#stage .overlay")].at(-1);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let i = 3; i < data.length; i += 4) inked += data[i] > 0;
  return inked;
}"""


def ink(page: Page) -> int:
    page.wait_for_timeout(400)
    return int(page.evaluate(INK))


def test_a_start_is_drawn_anew_by_its_seed_and_set_by_hand_again(visit: Open) -> None:
    page = visit("?landscape=himmelblau&steps=60&run=adam&run=momentum")
    to_end(page)
    choose(page, "where the runs start", "Random normal")
    expect_link(page, r"start=normal,sigma=1,seed=0,each=0&")
    starts = []
    for seed in ("1", "2"):
        page.get_by_role("textbox", name=re.compile("^seed, which numbers")).fill(seed)
        expect_link(page, rf"start=normal,sigma=1,seed={seed},")
        to_end(page)
        page.get_by_label("to the first step").click()
        expect(page.locator("#step-table caption")).to_have_text("step 0")
        cells = page.locator("#step-table tbody tr td")
        starts.append([cells.nth(i).inner_text() for i in (3, 4, 8, 9)])
        assert starts[-1][:2] == starts[-1][2:]
    assert starts[0] != starts[1]
    turn(page, "each", "on")
    expect_link(page, r"each=1&")
    box = page.locator("#stage .overlay").last.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
    expect_link(page, r"start=-?[\d.]+,-?[\d.]+&steps")
    expect(page.get_by_role("textbox", name="start x")).to_be_visible(timeout=SOON)
    x, _ = given(page)["start"][0].split(",")
    expect(page.get_by_role("textbox", name="start x")).to_have_value(x, timeout=SOON)


def test_runs_are_repeated_over_seeds_with_clouds_bands_and_a_sentence(visit: Open) -> None:
    text = "landscape=tanh_neuron&steps=80&run=adam,lr=0.03/batch,size=4&run=momentum"
    page = visit(f"?{text}")
    to_end(page)
    before = ink(page)
    page.get_by_text("stop early, repeat").click()
    page.get_by_role("textbox", name=re.compile("^seeds, ")).fill("60")
    expect_link(page, "&steps=80&seeds=60&run=")
    words = card(page, "Adam").locator("[data-repeats]")
    expect(words).to_contain_text(re.compile(r"^60 seeds: \d+ "), timeout=SOON)
    expect(card(page, "Momentum").locator("[data-repeats]")).to_have_text(
        "nothing in it is left to chance"
    )
    assert ink(page) > before + 100
    told = words.inner_text()
    page.reload()
    to_end(page)
    expect(words).to_have_text(told, timeout=SOON)
    page.get_by_role("textbox", name=re.compile("^seeds, ")).fill("1")
    expect(words).to_be_empty(timeout=SOON)
    expect_link(page, "&steps=80&run=")


def test_the_surface_of_a_batch_is_laid_over_and_changes_with_the_step(visit: Open) -> None:
    page = visit("?landscape=regression&steps=40&run=gradient_descent,lr=0.0001/batch,size=8")
    to_end(page)
    before = ink(page)
    button = card(page, "Gradient descent").get_by_text("show the surface it meets")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    note = page.locator("#seen-note")
    expect(note).to_contain_text("as Gradient descent meets it in step 40", timeout=SOON)
    assert ink(page) > before + 300
    page.get_by_label("one step back").click()
    page.get_by_label("one step back").click()
    expect(note).to_contain_text("in step 39", timeout=SOON)
    expect(page).to_have_url(re.compile("#seen=0"))
    button.click()
    expect(note).to_be_empty()
    until(page, lambda: ink(page), lambda inked: inked < before + 100)


def test_the_test_of_convergence_says_when_it_was_too_soon(visit: Open) -> None:
    page = visit("?landscape=rosenbrock&steps=900&run=adam,lr=0.05", refused=True)
    to_end(page)
    page.get_by_text("stop early, repeat").click()
    box = page.get_by_role("textbox", name=re.compile("^stop, "))
    box.fill("0.0001")
    expect_link(page, "&steps=900&stop=0.0001&run=")
    to_end(page)
    status = card(page, "Adam").locator(".status")
    expect(status).to_contain_text(
        "stopped at step 61: f changed by less than 0.0001", timeout=SOON
    )
    expect(status).to_contain_text(
        "too soon: |gradient| = 4.903, the nearest minimum is 1.977 away"
    )
    box.fill("-1")
    expect(page.locator("#left")).to_contain_text("stop must be from 0 to 1", timeout=SOON)
    box.fill("0")
    expect_link(page, "&steps=900&run=")
