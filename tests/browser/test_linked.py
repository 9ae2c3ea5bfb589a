"""What a picker redraws, in JupyterLab and in Voila: pictures, and loads that are stopped."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from ccframes.demo import Answer, DemoServer, Request, account
from tests.browser.notebooks import DEMO, WITNESS, connected_to
from tests.browser.picking import shown
from tools.chromium import PLACES, Place
from tools.jupyter import Jupyter

RATES = "linked = picker.bind(ccf.plot.rates)\nlinked"
OPENS = "linked = picker.bind(ccf.plot.opens_over_time, load=ccf.load_opens)\nlinked"


def picture(page: Page) -> Locator:
    return page.get_by_role("img", name="Plot.")


@pytest.mark.parametrize("place", PLACES)
def test_the_plot_follows_the_choice_and_not_the_filter(
    jupyter: Jupyter, page: Page, place: Place
) -> None:
    picking = shown(jupyter, page, place, DEMO, RATES, WITNESS)
    expect(page.get_by_text("Nothing is chosen.")).to_be_visible()
    expect(picture(page)).to_have_count(0)
    picking.lines.nth(1).click()
    picking.told(1)
    expect(picture(page)).to_be_visible()
    first = picture(page).get_attribute("src")
    assert first
    assert first.startswith("data:image/png")
    picking.lines.nth(3).click(modifiers=["Control"])
    picking.told(2)
    expect(picture(page)).not_to_have_attribute("src", first)
    second = picture(page).get_attribute("src")
    picking.search.fill("announcement")
    picking.says("2 chosen (2 not in the list)")
    picking.button("Clear search").click()
    picking.says("2 chosen · 111 of 111 match")
    picking.told(2)
    assert picture(page).get_attribute("src") == second


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(account()) as server:
        yield server


class SecondPagesHeld:
    """Lets second pages wait until they are let go."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def __call__(self, request: Request) -> Answer | None:
        if "next" in request.query:
            self.go_on.wait(60)
        return None


@pytest.mark.parametrize("place", PLACES)
def test_a_load_cancelled_half_way_says_so_and_the_next_choice_works(
    jupyter: Jupyter, page: Page, place: Place, server: DemoServer
) -> None:
    picking = shown(jupyter, page, place, connected_to(server), OPENS, WITNESS)
    server.intercept = held = SecondPagesHeld()
    try:
        picking.lines.nth(1).click()
        expect(page.get_by_text(re.compile(r"requests, \d+ rows"))).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("What came is kept")).to_be_visible()
        expect(page.get_by_role("button", name="Go on")).to_be_visible()
    finally:
        held.go_on.set()
    value = picking.told(1)
    assert len(picking.chosen) == 1
    picking.lines.nth(2).click()
    expect(picture(page)).to_be_visible()
    expect(page.get_by_text(re.compile("^Loaded "))).to_be_visible()
    assert picking.told(2)[0] == value[0]


@pytest.mark.parametrize("place", PLACES)
def test_a_token_that_is_gone_is_said_in_place_and_the_next_choice_works(
    jupyter: Jupyter, page: Page, place: Place, server: DemoServer
) -> None:
    picking = shown(jupyter, page, place, connected_to(server), OPENS, WITNESS)
    server.intercept = lambda request: Answer.of([{"error_key": "unauthorized"}], 401)
    picking.lines.nth(1).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("401")
    expect(alert).not_to_contain_text(server.token)
    picking.told(1)
    assert len(picking.chosen) == 1
    server.intercept = None
    picking.lines.nth(2).click()
    expect(picture(page)).to_be_visible()
    expect(page.get_by_text(re.compile("^Loaded "))).to_be_visible()
