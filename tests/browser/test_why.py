"""Why a run moved as it did: its next step worked out, and who was best."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import SOON, to_end
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_the_next_step_is_worked_out_for_any_run_at_any_step(visit: Open) -> None:
    page = visit("?landscape=sphere&start=2,-1&steps=20&run=gradient_descent,lr=0.25&run=adam")
    to_end(page)
    fold = page.locator("#inspector")
    expect(page.locator("#inspected math")).to_have_count(0)
    fold.locator("summary").click()
    page.get_by_label("to the first step").click()
    said = page.locator("#inspected")
    expect(said).to_contain_text(
        "Step 1 of Gradient descent goes from (2, −1) by (−1, 0.5); the slope is (4, −2).",
        timeout=SOON,
    )
    expect(said).to_contain_text("Plain descent holds below 2/λ = 1 here.")
    expect(said.locator("math").first).to_be_visible()
    page.get_by_label("one step on").click()
    expect(said).to_contain_text("Step 2 of Gradient descent goes from (1, −0.5)", timeout=SOON)
    fold.get_by_label("the run whose step is worked out").select_option(label="Adam")
    expect(said).to_contain_text("Step 2 of Adam", timeout=SOON)
    expect(said.locator("li")).to_contain_text(["-g", "-m", "step"])
    expect(page).to_have_url(re.compile("#inspect=1"), timeout=SOON)
    page.get_by_label("to the last step").click()
    expect(said.locator("math")).to_have_count(0, timeout=SOON)


def test_the_leaderboard_tells_who_was_first_and_why_one_diverged(visit: Open) -> None:
    runs = "run=gradient_descent,lr=0.3/name=Wild&run=momentum,lr=0.15"
    page = visit(f"?landscape=quadratic&steps=200&{runs}")
    to_end(page)
    page.get_by_text("who was best, and why").click()
    board = page.locator("#leaderboard")
    expect(board.locator("tbody th").first).to_contain_text("Momentum", timeout=SOON)
    expect(board).to_contain_text("it would have held (plain descent: below 2/λ = 0.2)")
    page.get_by_role("button", name="hide Wild").click()
    expect(board.locator("tbody th")).to_have_count(1, timeout=SOON)
    expect(page).to_have_url(re.compile("verdicts=1"))
