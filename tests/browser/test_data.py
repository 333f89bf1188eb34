"""Landscapes made of data: the examples beside the contours, and what the runs make of them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, at, card, choose, expect_link, given, to_end
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def example(page: Page, x: float, y: float) -> tuple[float, float]:
    """The pixel of an example on its chart."""
    return at(page, x, y, "#fit")


def drawn(page: Page, count: int) -> None:
    """The chart comes to hold so many examples, with axes to match."""
    for _ in range(60):
        held = page.evaluate("document.querySelector('#fit .chart').data?.[0].x.length")
        if held == count:
            break
        page.wait_for_timeout(100)
    assert held == count
    page.wait_for_timeout(200)


def test_the_fit_is_told_beside_the_contours_step_by_step(visit: Open) -> None:
    page = visit("?landscape=regression&steps=450&run=gradient_descent,lr=0.0001/linear_growth")
    to_end(page)
    words = page.locator("#fit-text")
    expect(words).to_have_text(
        re.compile(r"mean error 0\.799\d?, held out 0\.6799, epoch 450$"), timeout=SOON
    )
    page.get_by_label("to the first step").click()
    expect(words).not_to_contain_text("0.799", timeout=SOON)
    choose(page, "landscape", "Sphere")
    expect(page.locator("#fit")).to_be_hidden(timeout=SOON)
    expect(words).to_be_empty()


def test_examples_are_added_moved_and_taken_away_by_hand_and_travel_in_the_link(
    visit: Open,
) -> None:
    points = "points=-1:-1;0:0.2;1:1.1"
    page = visit(f"?landscape=regression,{points}&steps=100&run=adam")
    to_end(page)
    drawn(page, 3)
    x, y = example(page, 0, 0.2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 15, steps=3)
    page.mouse.move(*example(page, 0, 0.8), steps=4)
    page.mouse.up()
    expect_link(page, r"points=-1:-1;-?0(\.0\d*)?(e-\d+)?:0\.(7[89]|8)\d*;1:1\.1")
    to_end(page)
    page.mouse.click(*example(page, 0.5, -0.5))
    expect_link(page, r"1:1\.1;0\.(49|5)\d*:-0\.(49|5)\d*[,&]")
    drawn(page, 4)
    page.mouse.dblclick(*example(page, 1, 1.1))
    expect_link(page, r"points=-1:-1;[^;]*;0\.(49|5)\d*:-0\.(49|5)\d*[,&]")
    link = given(page)["landscape"]
    page.reload()
    to_end(page)
    assert given(page)["landscape"] == link
    page.get_by_role("textbox", name=re.compile("^points, ")).fill("")
    expect_link(page, r"landscape=regression,dataset=1")


def test_batches_are_a_setting_of_each_run_and_count_in_epochs(visit: Open) -> None:
    page = visit("?landscape=regression&steps=50&run=gradient_descent,lr=0.0001&run=adam")
    card(page, "Gradient descent").get_by_text("more knobs").click()
    choose(page, "what the gradient of Gradient descent meets", "Mini-batch")
    expect_link(page, r"constant/batch,size=32,seed=0/look=0")
    to_end(page)
    words = page.locator("#fit-text")
    expect(words).to_contain_text(re.compile(r"Gradient descent.*epoch 10\n"), timeout=SOON)
    expect(words).to_contain_text(re.compile(r"Adam.*epoch 50$"))


def test_an_example_that_is_not_one_gets_a_sentence(visit: Open) -> None:
    page = visit("?landscape=tanh_neuron&run=adam", refused=True)
    to_end(page)
    page.get_by_role("textbox", name=re.compile("^points, ")).fill("1:2;3")
    expect(page.locator("#left")).to_contain_text("points must be pairs", timeout=SOON)


def test_a_file_of_examples_takes_their_place_and_a_broken_one_gets_a_sentence(visit: Open) -> None:
    page = visit("?landscape=regression&steps=50&run=adam")
    drawn(page, 160)
    files = page.locator("#load input")
    good = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"x,y\n1,2\n2,4.5\n3,6\n"}
    files.set_input_files([good])
    expect_link(page, "points=1:2;2:4.5;3:6,")
    drawn(page, 3)
    link = page.url
    for name, content, words in (
        ("b.csv", b"1,2\n3,four\n", "Line 2 of b.csv"),
        ("c.csv", b"1,2\n" * 201, "more than 200 rows"),
        ("d.csv", b"", "d.csv is empty"),
        ("e.csv", b"\xff\xfe1\x00", "UTF-16"),
    ):
        files.set_input_files([{"name": name, "mimeType": "text/csv", "buffer": content}])
        expect(page.locator("#said")).to_contain_text(words, timeout=SOON)
    assert page.url == link
    drawn(page, 3)
