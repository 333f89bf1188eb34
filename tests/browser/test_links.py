"""The address bar holds the experiment; damaged links open; a broken connection is mended."""

import re

import pytest
from playwright.sync_api import Route, expect

from app.link import parse, write
from tests.browser.acting import SOON, expect_link, given, to_end
from tests.browser.conftest import Open
from tests.serving import free_port, served

pytestmark = pytest.mark.browser

QUERY = (
    "?landscape=quadratic,condition=25,rotation=30&start=-1.5,0.75&steps=321"
    "&run=adam,lr=0.07,beta1=0.8,beta2=0.99,eps=1e-07/cosine,T_max=100,eta_min=0.001/warmup=7"
    "/name=%25C3%2589t%25C3%25A9/look=5&run=adam,lr=0.2/look=2"
)


def test_a_link_opens_the_same_experiment_with_the_same_floats_elsewhere(visit: Open) -> None:
    first = visit(QUERY)
    expect_link(first, "look=5.*look=2")
    experiment, problems = parse(QUERY)
    assert not problems
    assert first.url.split("?")[1] == write(experiment)
    second = visit("?" + first.url.split("?")[1])
    tables = []
    for page in (first, second):
        to_end(page)
        expect(page.locator("#step-table caption")).to_have_text("step 321")
        tables.append(page.locator("#step-table").inner_text())
    assert tables[0] == tables[1]
    assert "Été" in tables[0]


def test_a_damaged_link_opens_with_what_could_be_read_and_says_what_was_not(visit: Open) -> None:
    page = visit(
        "?landscape=himmelblau,a=banana&start=1&steps=-5&run=adamm&run=adam,lr=NaN&colour=red",
        refused=True,
    )
    notice = page.locator("#notices")
    for words in ("a must be a number", "two numbers", "steps must be", "did you mean adam?",
                  "finite", "colour"):  # fmt: skip
        expect(notice).to_contain_text(words)
    expect_link(page, "landscape=himmelblau,a=11.*steps=500.*run=adam,lr=0.1")
    to_end(page)
    expect(page.locator("#step-table tbody tr")).to_have_count(1)


def test_megabytes_of_link_get_a_sentence(visit: Open) -> None:
    page = visit("?run=adam&landscape=" + "x" * 20_000, refused=True)
    expect(page.locator("#notices")).to_contain_text("characters long")
    to_end(page)


def test_back_returns_to_the_experiment_that_was_left(visit: Open, address: str) -> None:
    page = visit("?landscape=saddle&run=nesterov")
    expect_link(page, "run=nesterov,lr=")
    page.goto(address + "health")
    page.go_back()
    expect(page.locator(".run")).to_have_count(1, timeout=SOON)
    assert given(page)["landscape"] == ["saddle,a=1"]


def test_controls_that_come_late_come_once(visit: Open) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda one: "_dash-update" in one.url and asked.append(one.url))

    def late(route: Route) -> None:
        expect_link(page, "run=nesterov,lr=")  # the address has the link in full by now
        route.continue_()

    page.route(re.compile("dash_renderer"), late)
    with page.expect_response(re.compile("_dash-layout")) as layout:
        page.goto(page.url.split("?")[0] + "?landscape=saddle&run=nesterov")
    assert "lr=" in layout.value.request.all_headers()["referer"]
    expect(page.locator(".run")).to_have_count(1, timeout=SOON)
    to_end(page)
    assert not asked


def test_another_link_in_the_same_page_is_opened_as_it_is(visit: Open) -> None:
    page = visit("?landscape=sphere&run=adam")
    to_end(page)
    other = "?landscape=saddle,a=2&start=0.5,0.25&steps=70&run=nesterov,lr=0.03"
    page.evaluate(
        """(link) => {
          history.pushState(null, "", link);
          dispatchEvent(new PopStateEvent("popstate"));
        }""",
        other,
    )
    expect_link(page, "run=nesterov,lr=0.03")
    page.wait_for_timeout(1500)  # what else was on its way
    assert given(page)["landscape"] == ["saddle,a=2"]
    assert given(page)["start"] == ["0.5,0.25"]
    assert given(page)["steps"] == ["70"]


def test_the_link_can_be_copied(visit: Open) -> None:
    page = visit("?run=adam", permissions=["clipboard-read", "clipboard-write"])
    expect_link(page, "run=adam,lr=")
    page.get_by_role("button", name="share").click()
    expect(page.get_by_text("copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert parse(copied.split("?")[1])[0] == parse(page.url.split("?")[1])[0]


def test_a_server_that_was_restarted_is_found_again(browser: object) -> None:
    from playwright.sync_api import Browser

    assert isinstance(browser, Browser)
    port = free_port()
    with served(port=port) as address:
        page = browser.new_page()
        page.goto(address + "?run=adam,lr=0.05")
        expect_link(page, "look=0")
        to_end(page)
    page.get_by_label("one step back").click()
    page.evaluate("window.dispatchEvent(new Event('resize'))")
    page.get_by_role("textbox", name=re.compile("^lr, ")).fill("0.02")
    page.get_by_role("textbox", name=re.compile("^lr, ")).blur()
    expect(page.locator("#said")).to_contain_text("does not answer", timeout=SOON)
    assert page.locator("#step-table tbody tr").count() == 1
    with served(port=port):
        expect_link(page, "lr=0.02,")
        expect(page.locator("#said")).to_be_empty()
    page.close()
