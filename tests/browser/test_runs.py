"""Lining up runs, landscapes and starts."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import expect

from app.charts.contour import TOO_MANY
from app.knobs import describe, knobs
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES
from tests.browser.acting import SOON, at, card, choose, expect_link, given, to_end, until
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def families(catalogue: Mapping[str, Any]) -> list[Any]:
    """The keys of each family of a catalogue, which share a page so that it need not be loaded."""
    named: dict[str, list[str]] = {}
    for key, thing in catalogue.items():
        named.setdefault(describe(thing).family, []).append(key)
    return [pytest.param(keys, id=family) for family, keys in named.items()]


@pytest.mark.parametrize("keys", families(LANDSCAPES))
def test_each_landscape_can_be_picked_and_shows_its_formula_minima_and_saddles(
    visit: Open, keys: list[str]
) -> None:
    page = visit("?landscape=hills" if "hills" not in keys else "")
    for key in keys:
        choose(page, "landscape", describe(LANDSCAPES[key]).title)
        expect_link(page, rf"landscape={key}[,&]")
        expect(page.locator("#formula math").first).to_be_visible(timeout=SOON)
        surface = LANDSCAPES[key]()
        wanted = [len(surface.minima), len(surface.saddles)]
        wanted[1] *= wanted[1] <= TOO_MANY
        counts = """() => ["minimum", "saddle"].map(kind =>
            document.querySelector("#stage .js-plotly-plot")._fullData
              .find(trace => trace.name === kind)?.x.length ?? 0)"""
        until(page, counts, wanted.__eq__)
        assert given(page)["start"] == [",".join(f"{v:g}" for v in surface.start)]


@pytest.mark.parametrize("keys", families(OPTIMIZERS))
def test_each_optimizer_can_be_added_and_brings_its_own_knobs(visit: Open, keys: list[str]) -> None:
    page = visit("?run=")
    for key in keys:
        title = describe(OPTIMIZERS[key]).title
        choose(page, "add a run with the optimizer", title)
        expect_link(page, rf"run={key},lr=")
        expect(page.locator(".run")).to_have_count(1)
        for knob in knobs(OPTIMIZERS[key]):
            # Also those that are folded.
            expect(
                card(page, title).locator(f'input[type=text][aria-label^="{knob}, "]')
            ).to_have_count(1)
        expect(page.locator("#step-table tbody th")).to_contain_text(title, timeout=SOON)
        page.get_by_label(f"remove {title}", exact=True).click()
        expect(page.locator(".run")).to_have_count(0, timeout=SOON)


def test_each_schedule_can_be_picked_and_drives_the_rate(visit: Open) -> None:
    page = visit("?run=adam,lr=0.05/step")
    for key in SCHEDULES:
        choose(page, "schedule of Adam", describe(SCHEDULES[key]).title)
        expect_link(page, rf"run=adam[^&]*/{key}[,/]")


def test_runs_can_be_duplicated_renamed_and_removed(visit: Open) -> None:
    page = visit()
    page.get_by_label("duplicate Adam").click()
    expect(page.locator(".run")).to_have_count(4)
    name = page.get_by_label("name of run Adam 2")
    name.fill("Ådam & <b>co</b>/;,%")
    name.blur()
    expect_link(page, "name=%25C3%2585dam")
    to_end(page)
    expect(page.locator("#step-table")).to_contain_text("Ådam & <b>co</b>/;,%")
    page.get_by_label("remove Momentum").click()
    expect(page.locator(".run")).to_have_count(3)
    expect_link(page, r"^(?!.*run=momentum).*run=adam.*run=adam.*run=gradient_descent")
    assert [run.rsplit("look=")[-1] for run in given(page)["run"]] == ["0", "3", "2"]


def test_the_last_run_can_be_removed_and_the_page_says_how_to_go_on(visit: Open) -> None:
    page = visit("?run=adam")
    page.get_by_label("remove Adam").click()
    expect(page.locator("#runs")).to_contain_text("Add one below")
    choose(page, "add a run with the optimizer", "Nesterov")
    expect(page.locator("#step-table")).to_contain_text("Nesterov", timeout=SOON)


def test_hide_and_solo_act_on_the_picture_and_travel_in_the_link(visit: Open) -> None:
    page = visit()
    page.get_by_label("hide Adam").click()
    expect(page.locator("#step-table")).not_to_contain_text("Adam")
    expect_link(page, "#hidden=0")
    page.keyboard.press("2")
    expect(page.locator("#step-table tbody tr")).to_have_count(1)
    expect(page.locator("#step-table")).to_contain_text("Momentum")
    expect_link(page, "solo=1")
    page.reload()
    expect(page.locator("#step-table tbody tr")).to_have_count(1, timeout=SOON)
    page.keyboard.press("2")
    expect(page.locator("#step-table tbody tr")).to_have_count(2)


def test_a_slider_and_its_text_move_each_other(visit: Open) -> None:
    page = visit("?run=adam,lr=0.05")
    slider = card(page, "Adam").get_by_role("slider", name=re.compile("^lr, "))
    text = card(page, "Adam").get_by_role("textbox", name=re.compile("^lr, "))
    before = float(slider.input_value())
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    expect(text).not_to_have_value("0.05")
    assert float(text.input_value()) > 0.05
    text.fill("0.0123456789")
    text.blur()
    expect_link(page, "lr=0.0123456789")
    assert float(slider.input_value()) < before
    expect(text).to_have_value("0.0123456789")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("abc", "must be a number"), ("1e9", "must be from"), ("", "is empty"), ("-1", "must be from"),
     ("nan", "finite"), ("0,05", "decimal point")],
)  # fmt: skip
def test_bad_numbers_get_a_sentence_at_the_control_and_nothing_is_lost(
    visit: Open, typed: str, sentence: str
) -> None:
    page = visit("?run=adam,lr=0.05", refused=True)
    to_end(page)
    before = page.url
    text = card(page, "Adam").get_by_role("textbox", name=re.compile("^lr, "))
    text.fill(typed)
    text.blur()
    expect(card(page, "Adam")).to_contain_text(sentence, timeout=SOON)
    expect(text).to_have_value(typed)
    assert page.url == before
    assert page.locator("#step-table tbody tr").count() == 1
    text.fill("0.06")
    text.blur()
    expect_link(page, "lr=0.06")
    expect(card(page, "Adam")).not_to_contain_text(sentence)


def test_a_wrong_box_does_not_hold_up_the_others(visit: Open) -> None:
    page = visit("?run=adam,lr=0.05", refused=True)
    expect_link(page, "look=0")
    text = card(page, "Adam").get_by_role("textbox", name=re.compile("^lr, "))
    text.fill("abc")
    text.blur()
    expect(card(page, "Adam")).to_contain_text("must be a number", timeout=SOON)
    page.get_by_label("start x", exact=True).fill("0.3")
    page.get_by_label("start x", exact=True).blur()
    expect_link(page, r"start=0\.3,1&.*lr=0\.05,")
    expect(card(page, "Adam")).to_contain_text("must be a number")
    expect(text).to_have_value("abc")


def test_the_start_is_set_by_a_click_by_dragging_and_by_typing(visit: Open) -> None:
    page = visit("?landscape=himmelblau&run=adam")
    page.mouse.click(*at(page, -3.0, 3.0))
    expect_link(page, r"start=-(2\.9|3)[\d.]*,(2\.9|3)[\d.]*&")
    page.mouse.move(*at(page, -3.0, 3.0))
    page.mouse.down()
    for x in (-2.0, -1.0, 0.0, 1.0):
        page.mouse.move(*at(page, x, 2.0))
        page.wait_for_timeout(60)
    page.mouse.up()
    expect_link(page, r"start=(0\.9|1)[\d.]*,(1\.9|2)[\d.]*&")
    page.get_by_label("start x", exact=True).fill("-4.5")
    page.get_by_label("start y", exact=True).fill("4.25")
    page.get_by_label("start y", exact=True).blur()
    expect_link(page, r"start=-4\.5,4\.25&")


def test_letters_in_the_box_of_the_start_are_met_with_a_sentence_there(visit: Open) -> None:
    page = visit("?run=adam", refused=True)
    box = page.get_by_label("start x", exact=True)
    box.fill("foo")
    expect(page.locator("#start-controls")).to_contain_text("must be a number", timeout=SOON)
    box.fill("0.5")
    expect_link(page, "start=0.5,1&")
    expect(page.locator("#start-controls .error")).to_have_count(0)


def test_menus_and_buttons_keep_the_focus_when_cards_are_made_anew(visit: Open) -> None:
    page = visit("?landscape=sphere&run=adam&run=momentum")
    expect_link(page, "look=1")
    menu = page.get_by_role("combobox", name="schedule of Adam", exact=True)
    menu.focus()
    choose(page, "schedule of Adam", "Cosine annealing")
    expect_link(page, "cosine")
    expect(menu).to_be_focused()
    for button in ("duplicate Momentum", "remove Momentum 2"):
        page.get_by_role("button", name=button, exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.locator(".run")).to_have_count(3 if "duplicate" in button else 2)
    expect(page.get_by_role("combobox", name="add a run with the optimizer")).to_be_focused()


def test_the_number_of_steps_is_from_1_to_10000(visit: Open) -> None:
    page = visit("?run=adam", refused=True)
    text = page.get_by_role("textbox", name=re.compile("^steps"))
    for typed in ("1", "10000"):
        text.fill(typed)
        text.blur()
        expect_link(page, f"steps={typed}&")
        to_end(page)
        expect(page.locator("#readout")).to_have_text(f"step {typed} of {typed}")
    text.fill("10001")
    text.blur()
    expect(page.locator("#start-controls")).to_contain_text("from 1 to 10000")


def test_rates_suit_each_optimizer_and_landscape_unless_somebody_chose_one(visit: Open) -> None:
    page = visit("?landscape=rosenbrock&run=adam&run=gradient_descent,lr=0.00033")
    choose(page, "landscape", "Himmelblau")
    expect_link(page, r"landscape=himmelblau.*run=adam,lr=0\.1,.*run=gradient_descent,lr=0\.00033/")


def test_help_shows_formula_and_knobs(visit: Open) -> None:
    page = visit("?run=adam")
    page.get_by_label("about Adam", exact=True).click()
    popover = page.get_by_role("dialog", name="help on Adam")
    expect(popover).to_contain_text("Kingma and Ba")
    expect(popover.locator("math").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
