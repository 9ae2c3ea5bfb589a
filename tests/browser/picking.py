"""A picker as a test sees it: by the roles and names of its controls."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page, expect

from tools.chromium import Place, Theme, show
from tools.jupyter import Jupyter


def shown(
    jupyter: Jupyter, page: Page, place: Place, *cells: str, theme: Theme = "light"
) -> Picking:
    """Run a notebook of these cells, and return the picker that it shows."""
    jupyter.write("picker", *cells)
    show(jupyter, page, place, "picker", theme)
    picking = Picking(page)
    picking.list.wait_for()
    return picking


class Picking:
    """The picker on a page, and what the kernel's observer was told."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(".ccframes-keys")
        self.search = self.root.get_by_role("textbox", name="Search", exact=True)
        self.list = self.root.get_by_role("listbox")
        self.status = self.root.get_by_role("status")
        self.lines = self.list.get_by_role("option")

    def button(self, name: str) -> Locator:
        """Return a button."""
        return self.root.get_by_role("button", name=name, exact=True)

    def dropdown(self, name: str) -> Locator:
        """Return a dropdown."""
        return self.root.get_by_role("combobox", name=name, exact=True)

    @property
    def chosen(self) -> list[str]:
        """The lines that are chosen in the list."""
        chosen: list[str] = self.list.evaluate(
            "(list) => [...list.selectedOptions].map((option) => option.text)"
        )
        return chosen

    def says(self, text: str) -> None:
        """Wait until the status line has a text."""
        expect(self.status).to_contain_text(text)

    def told(self, times: int) -> list[list[str]]:
        """Wait until the observer was told of so many values, and return them."""
        field = self.page.get_by_role("textbox", name="Told", exact=True)
        self.page.wait_for_function(
            "([field, times]) => JSON.parse(field.value).length >= times",
            arg=[field.element_handle(), times],
        )
        told: list[list[str]] = json.loads(field.input_value())
        assert len(told) == times, f"the observer was told too often: {told}"
        return told


def tab_to(target: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        target.page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {target}")
