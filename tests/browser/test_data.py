"""Landscapes made of data: the examples beside the contours, and what the runs make of them."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import SOON, at, card, choose, expect_link, given, to_end, turn, until
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def example(page: Page, x: float, y: float) -> tuple[float, float]:
    """The pixel of an example on its chart."""
    return at(page, x, y, "#fit")


def drawn(page: Page, count: int) -> None:
    """The chart comes to hold so many examples, with axes to match."""
    label = re.compile(f"^{count:,} examples")
    expect(page.locator("#fit .chart")).to_have_attribute("aria-label", label, timeout=SOON)
    page.wait_for_timeout(200)


def file_of(points: Sequence[tuple[float, float]], name: str = "many.csv") -> Any:
    """A CSV file, as somebody chooses it."""
    rows = "".join(f"{x},{y}\n" for x, y in points)
    return {"name": name, "mimeType": "text/csv", "buffer": f"x,y\n{rows}".encode()}


def ink(page: Page) -> int:
    """How many pixels of the examples' chart the dots take."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector("#fit .overlay");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.filter((alpha, i) => i % 4 === 3 && alpha > 64).length;
        }"""
    )


def test_the_fit_is_told_beside_the_contours_step_by_step(visit: Open) -> None:
    page = visit("?landscape=regression&steps=450&run=gradient_descent,lr=0.0001/linear_growth")
    to_end(page)
    words = page.locator("#fit-text")
    expect(words.locator("td")).to_have_text(
        [re.compile(r"^0\.799\d?$"), "0.6799", "450"], timeout=SOON
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


def test_the_picture_stays_while_an_example_is_dragged_and_its_contours_move(visit: Open) -> None:
    page = visit("?landscape=regression,points=-1:-1;0:0.2;1:1.1&run=adam")
    to_end(page)
    drawn(page, 3)
    before = seen(page)
    assert covered(page) == 0
    x, y = example(page, 1, 1.1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 40, steps=8)
    expect_link(page, r"1:0\.[0-9]+[,&]")
    until(page, lambda: covered(page), lambda canvases: canvases == 1)
    assert seen(page) == before
    page.mouse.up()
    until(page, lambda: covered(page), lambda canvases: canvases == 0)
    until(page, lambda: seen(page), lambda ends: ends != before)
    assert star(page) == pytest.approx([sum(ends) / 2 for ends in seen(page)])


def seen(page: Page) -> list[list[float]]:
    """The ends of the axes of the stage."""
    return page.evaluate(
        """() => {
          const { xaxis, yaxis } = document.querySelector("#stage .chart")._fullLayout;
          return [xaxis.range, yaxis.range];
        }"""
    )


def covered(page: Page) -> float:
    """How much of the corner of the plot is covered by contours in a hurry, from 0 to 1."""
    return page.evaluate(
        """() => {
          const { xaxis, yaxis } = document.querySelector("#stage .chart")._fullLayout;
          const context = document.querySelector("#stage .overlay").getContext("2d");
          return context.getImageData(xaxis._offset + 3, yaxis._offset + 3, 1, 1).data[3] / 255;
        }"""
    )


def star(page: Page) -> list[float]:
    """Where the minimum is marked."""
    return page.evaluate(
        """() => {
          const { x, y } = document.querySelector("#stage .chart")._fullData[1];
          return [x[0], y[0]];
        }"""
    )


def test_batches_are_a_setting_of_each_run_and_count_in_epochs(visit: Open) -> None:
    page = visit("?landscape=regression&steps=50&run=gradient_descent,lr=0.0001&run=adam")
    card(page, "Gradient descent").get_by_text("more knobs").click()
    choose(page, "what the gradient of Gradient descent meets", "Mini-batch")
    expect_link(page, r"constant/batch,size=32,seed=0/look=0")
    to_end(page)
    words = page.locator("#fit-text")
    expect(words.get_by_role("row", name="Gradient descent")).to_contain_text("10 (0 of 5)")
    expect(words.get_by_role("row", name="Adam").locator("td").last).to_have_text("50")


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
        ("c.csv", b"1,2\n" * 10_001, "more than 10,000 rows"),
        ("d.csv", b"", "d.csv is empty"),
        ("e.csv", b"\xff\xfe1\x00", "UTF-16"),
        ("f.csv", b"1,2\n" * 1_000_000, "f.csv has 4.0 MB; 1 MB is the most"),
        ("g.csv", b"1,5;2\n", "Line 1 of g.csv has decimal commas"),
        ("h.csv", b'1,2\n3,"4\n', "Line 2 of h.csv has a quote that is not closed"),
        ("i.csv", b"\x89PNG\r\n", "i.csv is not in UTF-8"),
    ):
        files.set_input_files([{"name": name, "mimeType": "text/csv", "buffer": content}])
        expect(page.locator("#said")).to_contain_text(words, timeout=SOON)
    assert page.url == link
    drawn(page, 3)


POINTS = [(i / 100 - 1.5, round(((i * 37) % 100) / 50 - 1, 2)) for i in range(301)]
NAMED = r"points=@301\.[0-9a-f]{8}&"


def test_examples_too_many_for_a_link_stay_in_the_browser(visit: Open, address: str) -> None:
    page = visit("?landscape=tanh_neuron&steps=50&run=adam,lr=0.1", refused=True)
    drawn(page, 40)
    page.locator("#load input").set_input_files([file_of(POINTS)])
    expect_link(page, NAMED)
    drawn(page, 301)
    to_end(page)
    words = page.locator("#fit-text td").all_inner_texts()
    link = page.url

    page.reload()
    drawn(page, 301)
    to_end(page)
    expect(page.locator("#fit-text td")).to_have_text(words, timeout=SOON)
    assert page.url == link
    # The server's callbacks are told of them too.
    page.get_by_label("duplicate Adam").click()
    expect(page.locator(".run")).to_have_count(2, timeout=SOON)
    expect_link(page, NAMED + ".*look=1")
    drawn(page, 301)
    expect(page.locator("#notices")).to_be_empty()

    tab = page.context.new_page()
    tab.goto(link)
    drawn(tab, 301)
    expect(tab.locator("#notices")).to_be_empty()
    tab.goto(address + "?landscape=sphere&run=adam")
    expect_link(tab, "landscape=sphere&")
    tab.go_back()
    drawn(tab, 301)
    assert tab.url == link

    elsewhere = visit(link[link.index("?") :], refused=True)
    expect(elsewhere.locator("#notices")).to_contain_text(
        "The 301 examples of this link are not in it", timeout=SOON
    )
    drawn(elsewhere, 40)
    expect_link(elsewhere, r"landscape=tanh_neuron&.*lr=0\.1,")
    elsewhere.locator("#load input").set_input_files([file_of(POINTS)])
    expect_link(elsewhere, NAMED)
    drawn(elsewhere, 301)
    assert given(elsewhere)["landscape"] == given(tab)["landscape"]


def test_many_examples_are_edited_by_hand_and_move_into_the_link_and_out(visit: Open) -> None:
    page = visit("?landscape=regression&steps=30&run=adam")
    drawn(page, 160)
    points = [(float(i % 11), float(i // 11)) for i in range(100)]
    page.locator("#load input").set_input_files([file_of(points)])
    drawn(page, 100)
    expect_link(page, "points=0:0;1:0;")
    page.mouse.click(*example(page, 4.5, 4.5))
    expect_link(page, r"points=@101\.")
    drawn(page, 101)
    first = page.url
    x, y = example(page, 10, 4)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 15, steps=5)
    page.mouse.up()
    expect(page).not_to_have_url(first, timeout=SOON)
    expect_link(page, r"points=@101\.")
    box = page.get_by_role("textbox", name=re.compile("^points, "))
    page.wait_for_timeout(1500)  # what was dragged past has been told, too
    until(page, lambda: f"points={box.input_value()}," in page.url, bool)
    assert page.url != first
    page.reload()
    drawn(page, 101)
    page.mouse.dblclick(*example(page, 0, 0))
    expect_link(page, "points=1:0;2:0;")
    drawn(page, 100)


def test_changes_of_the_examples_are_taken_back(visit: Open) -> None:
    page = visit("?landscape=regression&steps=30&run=gradient_descent")
    drawn(page, 160)
    back = page.get_by_role("button", name="undo")
    expect(back).to_be_disabled()
    expect(page.locator("#held-out")).to_be_visible()
    page.mouse.click(*example(page, 0.3, -6))
    drawn(page, 161)
    expect(page.locator("#held-out")).to_be_hidden()
    expect_link(page, r"points=@161\.")
    wide = [(100.0 * i, 30.0 * i) for i in range(1, 9)]
    page.locator("#load input").set_input_files([file_of(wide)])
    drawn(page, 8)
    expect_link(page, r"points=100:30;.*lr=(1e-06|5e-07)/")
    page.mouse.click(*example(page, 400, 200))
    drawn(page, 9)
    page.keyboard.press("Control+z")
    drawn(page, 8)
    expect(page.locator("#loaded")).to_be_empty()
    back.click()
    drawn(page, 161)
    expect_link(page, r"points=@161\..*lr=0\.0002/")
    back.click()
    drawn(page, 160)
    expect_link(page, r"landscape=regression,dataset=1,mean=0,shift=0,standard=0&.*lr=0\.0002/")
    expect(back).to_be_disabled(timeout=SOON)
    expect(page.locator("#stays")).to_be_empty()
    # Typed changes are some, too; other landscapes have examples of their own.
    box = page.get_by_role("textbox", name=re.compile("^points, "))
    for typed in ("1:2;3:4;4:5", "1:2;3:4"):
        box.fill(typed)
        box.press("Enter")
        drawn(page, typed.count(":"))
    back.click()
    drawn(page, 3)
    expect(box).to_have_value("1:2;3:4;4:5")
    choose(page, "landscape", "Logistic regression")
    expect_link(page, "landscape=logistic_regression")
    choose(page, "landscape", "Linear regression")
    drawn(page, 160)
    expect(back).to_be_disabled()


def test_a_browser_that_keeps_nothing_has_them_as_long_as_the_tab(visit: Open) -> None:
    page = visit("?landscape=regression&steps=30&run=adam")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    drawn(page, 160)
    page.locator("#load input").set_input_files([file_of(POINTS)])
    expect_link(page, NAMED.replace("&", ","))
    drawn(page, 301)
    page.get_by_label("duplicate Adam").click()
    expect(page.locator(".run")).to_have_count(2, timeout=SOON)
    expect(page.locator("#notices")).to_be_empty()
    drawn(page, 301)


def test_examples_are_drawn_where_they_are(visit: Open) -> None:
    page = visit("?landscape=regression,points=-1:-1;0:0.2;1:1.1&steps=10&run=adam")
    drawn(page, 3)
    few = ink(page)
    assert 3 * 12 < few < 3 * 49
    page.mouse.click(*example(page, 0.5, -0.5))
    drawn(page, 4)
    assert ink(page) > few + 12
    # The one that is taken hold of moves on the other canvas.
    page.mouse.move(*example(page, 0.5, -0.5))
    page.mouse.down()
    page.wait_for_timeout(200)
    held = ink(page)
    page.mouse.up()
    until(page, lambda: ink(page), lambda inked: inked > held)


def test_what_was_suggested_follows_the_examples_of_a_file_and_the_marks_any_change(
    visit: Open,
) -> None:
    page = visit("?landscape=regression&steps=60&run=gradient_descent&run=gradient_descent,lr=3e-4")
    drawn(page, 160)
    suggested = page.get_by_role("textbox", name=re.compile("^lr, ")).first
    expect(suggested).to_have_value("0.0002")
    marked = page.locator(".run [title^='lr, ']").first
    expect(marked).to_have_attribute("title", re.compile(r"2/λ = 0\.0006817"))
    turn(page, "mean", "on")
    expect(marked).to_have_attribute("title", re.compile(r"2/λ = 0\.1091"), timeout=SOON)
    expect(suggested).to_have_value("0.0002")
    turn(page, "mean", "off")
    expect(marked).to_have_attribute("title", re.compile(r"2/λ = 0\.0006817"), timeout=SOON)
    wide = [(100.0 * i, 30.0 * i) for i in range(1, 9)]
    page.locator("#load input").set_input_files([file_of(wide)])
    drawn(page, 8)
    expect(page.locator("#loaded")).to_have_text("many.csv: 8 examples")
    lr = r"lr=(1e-06|5e-07)/.*run=gradient_descent,lr=0\.0003/"
    expect_link(page, "points=100:30;.*" + lr)
    expect(page.get_by_role("textbox", name=re.compile("^lr, ")).last).to_have_value("0.0003")


def test_a_click_too_many_for_the_link_is_told(visit: Open) -> None:
    page = visit("?landscape=regression&steps=30&run=adam")
    drawn(page, 160)
    expect(page.locator("#stays")).to_be_empty()
    page.mouse.click(*example(page, 0.3, -6))
    expect(page.locator("#stays")).to_contain_text(
        "161 examples stay in this browser", timeout=SOON
    )


def test_a_picture_that_would_be_a_sliver_is_stretched(visit: Open) -> None:
    page = visit("?landscape=regression,points=1950:13;1960:13.3;1980:13.6;2020:14.5&run=newton")
    to_end(page)
    sides = page.evaluate(
        """() => {
          const { xaxis, yaxis } = document.querySelector("#stage .chart")._fullLayout;
          return [xaxis._length, yaxis._length];
        }"""
    )
    assert min(sides) > 400


def test_the_last_example_stays_and_the_page_says_so(visit: Open) -> None:
    page = visit("?landscape=regression,points=1:1&steps=30&run=adam")
    drawn(page, 1)
    link = given(page)["landscape"]
    page.mouse.dblclick(*example(page, 1, 1))
    expect(page.locator("#said")).to_contain_text("One example has to stay", timeout=SOON)
    assert given(page)["landscape"] == link
    page.mouse.click(*example(page, 0.5, 0.5))
    expect_link(page, "points=1:1;")
    expect(page.locator("#said")).to_be_empty()
