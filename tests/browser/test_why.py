"""Why a run moved as it did: its next step worked out, and who was best."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.acting import SOON, to_end
from tests.browser.conftest import Open
from tests.test_server import read

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


STEPS = re.compile(r"/step\?")
# Each value of the scrubber, and what is there in the frame that follows it.
SCRUB = """async (steps) => {
    const scrub = document.getElementById("scrub");
    const box = document.getElementById("inspected");
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    const seen = [];
    for (const step of steps) {
        set.call(scrub, step);
        scrub.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise(requestAnimationFrame);
        const slots = Array.from(box.querySelectorAll(".slot"), (slot) => slot.textContent);
        seen.push([box.querySelector("strong").textContent, slots, box.offsetHeight]);
    }
    return seen;
}"""


@pytest.mark.parametrize("run", ["adam", "rprop", "lbfgs"])
def test_while_one_scrubs_every_step_is_worked_out_at_once_without_the_server(
    visit: Open, run: str
) -> None:
    page = visit(f"?landscape=himmelblau&steps=300&run={run}&run=momentum#inspect=1")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    to_end(page)
    page.get_by_label("to the first step").click()
    expect(page.locator("#inspected")).to_contain_text("Step 1 of", timeout=SOON)
    steps = [299, 0, *range(7, 300, 13), 1, 2]
    for _ in range(10):
        # Until all that is asked for ahead has come, more is asked for.
        page.wait_for_timeout(1500)
        asked.clear()
        seen = page.evaluate(SCRUB, steps)
        if not asked:
            break
    assert asked == []
    link = page.url.partition("?")[2].partition("#")[0]
    address = f"{page.url.partition('?')[0]}step?{link}&at=0,0,300"
    messages = read(page.request.get(address).body())
    told = [step for head, _ in messages for step in head.get("steps", ())]
    for k, (title, slots, _) in zip(steps, seen, strict=True):
        assert title.startswith(f"Step {k + 1} of ")
        lines = [line for formula in told[k]["formulas"] for line in formula]
        assert slots == [text for _, *texts in lines for text in texts]


def test_while_the_numbers_are_not_there_the_old_ones_stay_and_it_is_said(visit: Open) -> None:
    page = visit("?landscape=himmelblau&steps=300&run=adam&run=momentum#inspect=1")
    to_end(page)
    page.get_by_label("to the first step").click()
    said = page.locator("#inspected")
    expect(said).to_contain_text("Step 1 of Adam", timeout=SOON)
    high = said.evaluate("box => box.offsetHeight")
    held: list[Route] = []
    page.route(STEPS, lambda route: held.append(route))
    page.get_by_label("the run whose step is worked out").select_option(label="Momentum")
    expect(page.locator("#inspector .waiting")).to_be_visible(timeout=SOON)
    expect(said).to_contain_text("Step 1 of Adam")
    assert said.evaluate("box => box.offsetHeight") == high
    held[-1].continue_()
    page.unroute(STEPS)
    expect(page.locator("#inspector .waiting")).to_be_hidden(timeout=SOON)
    expect(said).to_contain_text("Step 1 of Momentum")
    high = said.evaluate("box => box.offsetHeight")
    page.get_by_label("to the last step").click()
    expect(said).to_contain_text("No step comes after the last one")
    assert said.evaluate("box => box.offsetHeight") >= high


def test_the_rates_that_the_curvature_allows_are_drawn_when_the_page_has_time(visit: Open) -> None:
    with_limits = "?landscape=himmelblau&steps=60&run=adam&run=gradient_descent"
    page = visit(with_limits)
    to_end(page)
    chart = page.locator("#curves")
    expect(chart).to_contain_text("learning rate ┄ 2/λ (plain descent)", timeout=SOON)
    other = visit("?landscape=himmelblau&steps=60&run=adam")
    to_end(other)
    other.wait_for_timeout(1500)
    expect(other.locator("#curves")).not_to_contain_text("2/λ")


def test_the_leaderboard_tells_who_was_first_and_why_one_diverged(visit: Open) -> None:
    runs = "run=gradient_descent,lr=0.3/name=Wild&run=momentum,lr=0.15"
    page = visit(f"?landscape=quadratic&steps=200&{runs}")
    to_end(page)
    page.get_by_text("who was best, and why").click()
    board = page.locator("#leaderboard")
    expect(board.locator("tbody th").first).to_contain_text("Momentum", timeout=SOON)
    expect(board).to_contain_text("plain descent holds below 2/λ = 0.2")
    page.get_by_role("button", name="hide Wild").click()
    expect(board.locator("tbody th")).to_have_count(1, timeout=SOON)
    expect(page).to_have_url(re.compile("verdicts=1"))
