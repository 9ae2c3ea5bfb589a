"""A picker in JupyterLab and in Voila: by mouse, by keyboard, and by its roles and names."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import named, tree
from tests.browser.conftest import PICTURES, NewPage
from tests.browser.layout import faint, faults
from tests.browser.notebooks import DEMO, GIVEN, WITNESS
from tests.browser.picking import shown, tab_to
from tools.chromium import PLACES, Place, Theme
from tools.jupyter import Jupyter


@pytest.mark.parametrize("place", PLACES)
def test_searching_and_filtering_leave_the_choice_as_it_is(
    jupyter: Jupyter, page: Page, place: Place
) -> None:
    picking = shown(jupyter, page, place, DEMO, WITNESS)
    picking.says("0 chosen · 111 of 111 match")

    picking.search.fill("newsletter JUNE")
    picking.says("match")
    expect(picking.lines.first).to_contain_text("June Newsletter")
    picking.dropdown("Type").select_option("Newsletter")
    first, second = picking.lines.all_inner_texts()[:2]
    picking.lines.nth(0).click()
    picking.told(1)
    picking.lines.nth(1).click(modifiers=["Control"])
    value = picking.told(2)[-1]
    picking.says("2 chosen")

    picking.search.fill("announcement")
    picking.says("2 chosen (2 not in the list)")
    assert picking.chosen == []
    picking.button("Clear search").click()
    picking.dropdown("Type").select_option("Any")
    picking.says("2 chosen · 111 of 111 match")
    assert picking.chosen == [first, second]
    assert picking.told(2)[-1] == value


@pytest.mark.parametrize("place", PLACES)
def test_clicks_that_are_quicker_than_the_kernel_are_all_taken(
    jupyter: Jupyter, page: Page, place: Place
) -> None:
    picking = shown(jupyter, page, place, GIVEN.format(campaigns="many_campaigns(50)"), WITNESS)
    for line in range(8):
        picking.lines.nth(line).click(modifiers=["Control"])
    picking.says("8 chosen")
    assert picking.chosen == picking.lines.all_inner_texts()[:8]


@pytest.mark.parametrize("place", PLACES)
def test_everything_is_done_with_the_keyboard_alone(
    jupyter: Jupyter, page: Page, place: Place
) -> None:
    picking = shown(jupyter, page, place, DEMO, WITNESS)
    press = page.keyboard.press
    tab_to(picking.search)
    page.keyboard.type("newsletter june")
    picking.says("match")
    expect(picking.lines.first).to_contain_text("June Newsletter")
    tab_to(picking.dropdown("Type"))
    press("N")
    picking.says("match")
    tab_to(picking.list)
    press("ArrowDown")
    picking.told(1)
    press("Shift+ArrowDown")
    value = picking.told(2)[-1]
    chosen = picking.chosen
    assert len(value) == len(chosen) == 2
    expect(picking.list).to_be_focused()

    tab_to(picking.search, "Shift+Tab")
    press("Control+A")
    page.keyboard.type("announcement")
    picking.says("2 chosen (2 not in the list)")
    tab_to(picking.button("Clear search"))
    press("Enter")
    tab_to(picking.dropdown("Type"))
    press("A")
    picking.says("2 chosen · 111 of 111 match")
    assert picking.chosen == chosen
    assert picking.told(2)[-1] == value
    tab_to(picking.button("Clear selection"))
    press("Space")
    picking.says("0 chosen")
    assert page.evaluate("window.pointed") == 0, "a pointer was used"


def test_keys_of_a_list_are_no_shortcuts_of_jupyterlab(jupyter: Jupyter, page: Page) -> None:
    picking = shown(jupyter, page, "lab", DEMO)
    tab_to(picking.list)
    page.keyboard.press("Control+A")
    picking.says("100 chosen")
    for key in "2aybmx00":  # heading, add above, code, add below, Markdown, cut, restart
        page.keyboard.press(key)
    page.keyboard.press("Home")
    picking.says("1 chosen")
    tab_to(picking.dropdown("Sort by"), "Shift+Tab")
    page.keyboard.press("N")
    expect(picking.dropdown("Sort by")).to_have_value("Name")
    expect(page.locator(".jp-Cell")).to_have_count(1)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("place", PLACES)
def test_the_accessibility_tree_names_every_control(
    jupyter: Jupyter, page: Page, place: Place
) -> None:
    picking = shown(jupyter, page, place, DEMO)
    picking.root.evaluate("(root) => { root.id = 'picker' }")
    nodes = tree(page, "#picker")
    assert named(nodes, "textbox", "searchbox", "combobox", "Date", "listbox", "button") == [
        ("textbox", "Search"),
        ("button", "Clear search"),
        ("combobox", "Type"),
        ("Date", "From"),
        ("button", "Show date picker Show date picker"),
        ("Date", "To"),
        ("button", "Show date picker Show date picker"),
        ("combobox", "Sort by"),
        ("listbox", "Campaigns"),
        ("button", "Only chosen"),
        ("button", "Select all matching"),
        ("button", "Clear selection"),
        ("button", "Undo"),
        ("button", "Show more"),
    ]
    options = [" ".join(name.split()) for _, name in named(nodes, "option")]
    assert {" ".join(line.split()) for line in picking.lines.all_inner_texts()} <= set(options)
    assert [role for role, _ in named(nodes, "status")] == ["status"]


WIDTHS = {"1280": 1280, "600": 600, "1280-at-200-percent": 640}
"""Widths of the window [CSS px]; zoomed to 200 %, a window has half as many."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_cut_covered_or_faint(
    jupyter: Jupyter, new_page: NewPage, place: Place, theme: Theme
) -> None:
    page = new_page(scale=2)
    picking = shown(jupyter, page, place, DEMO, theme=theme)
    picking.lines.nth(1).click()
    picking.says("1 chosen")
    assert faint(picking.root) == []
    for name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=PICTURES / f"picker-{place}-{theme}-{name}.png")
        assert faults(picking.root) == [], name
