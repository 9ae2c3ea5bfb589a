"""Names that are markup, formulas or turned text are inert and legible wherever they are shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ccframes.demo import DemoServer, account
from tests.browser.accounts import hostile
from tests.browser.conftest import PICTURES
from tests.browser.notebooks import GIVEN, HOSTILE, IMAGE
from tests.browser.picking import shown
from tools.chromium import PLACES, Place
from tools.jupyter import Jupyter

BOUND = """
display(
    picker.bind(ccf.plot.rates),
    picker.bind(lambda rows: rows[["name", "unique_sends"]]),
    picker.bind(lambda rows: rows["name"].iloc[1]),
)
"""
CONTROL = """
from IPython.display import HTML

HTML("<p class='control'>$y$</p>")
"""
"""A formula that JupyterLab does typeset; once it has, it will not typeset what stands above."""
EXPLORER = """
import ccframes as ccf
client = ccf.connect(token={server.token!r}, base_url={server.base_url!r}, rate=100)
ccf.Explorer(client)
"""


def legible(text: str) -> str:
    """Return a text as one reads it: without what is invisible, and with one kind of space."""
    kept = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(kept.split())


def is_read(name: str, text: str) -> bool:
    return legible(name) in legible(text)


def is_hostile_text_read(page: Page) -> None:
    """Assert that each hostile name stands on the page as it was written."""
    text = page.locator("body").inner_text()
    for name in HOSTILE:
        assert is_read(name, text)


def inert(page: Page) -> None:
    """Assert that nothing of a name became an element, a formula, a request or a script."""
    assert page.evaluate("window.pwned === undefined")
    assert page.locator("img:not([src^='data:'])").count() == 0
    assert page.locator("mjx-container:not(.control *)").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0


def typesetting_is_done(page: Page) -> None:
    page.locator(".control mjx-container").wait_for()


@pytest.fixture
def asked(page: Page) -> list[str]:
    """What the page asks for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


@pytest.mark.parametrize("place", PLACES)
def test_hostile_names_are_inert_and_legible_in_a_picker_and_in_what_it_redraws(
    jupyter: Jupyter, page: Page, place: Place, asked: list[str]
) -> None:
    given = GIVEN.format(campaigns="campaigns_called(*HOSTILE, 'Ordinary')")
    picking = shown(jupyter, page, place, given, BOUND, CONTROL)
    picking.button("Select all matching").click()
    picking.says("4 chosen")
    expect(page.get_by_role("img", name="Plot.")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()
    lines, table = picking.lines.all_inner_texts(), page.get_by_role("table").inner_text()
    for name, line in zip(HOSTILE, lines, strict=False):
        assert is_read(name, line)
        assert is_read(name, table)
    assert "\u202e" not in "".join(lines)
    picking.search.fill("img onerror")
    picking.says("1 of 4 matches")
    assert is_read(IMAGE, picking.lines.first.inner_text())
    if place == "lab":  # Voila has its typesetter from elsewhere, and not in these tests
        typesetting_is_done(page)
    inert(page)
    assert not [url for url in asked if url.endswith("/x")]


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(hostile(account())) as server:
        yield server


@pytest.mark.parametrize("place", PLACES)
def test_hostile_names_are_inert_and_legible_in_every_panel_of_the_explorer(
    jupyter: Jupyter, page: Page, place: Place, asked: list[str], server: DemoServer
) -> None:
    picking = shown(jupyter, page, place, EXPLORER.format(server=server))
    for name, line in zip(HOSTILE, picking.lines.all_inner_texts(), strict=False):
        assert is_read(name, line)
    picking.lines.nth(0).click()
    picking.says("1 chosen")
    for place_in_list in (1, 2):
        picking.lines.nth(place_in_list).click(modifiers=["Control"])
        picking.says(f"{place_in_list + 1} chosen")
    panels = page.locator(".widget-toggle-buttons").get_by_role("button")
    expect(panels).to_have_count(8)
    for panel in panels.all():
        title = panel.inner_text()
        panel.click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        expect(page.get_by_role("img", name=f"{title}.")).to_be_visible()
        page.get_by_text("The numbers", exact=True).click()
        expect(page.get_by_role("table")).to_be_visible()
        inert(page)
        name = f"explorer-{place}-{title.lower().replace(' ', '-')}.png"
        page.screenshot(path=PICTURES / name, full_page=True)
    assert not [url for url in asked if url.endswith("/x")]
