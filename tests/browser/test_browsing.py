"""The tests of this folder reach loopback and nothing else, and see what fails in a notebook."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Error, Page

from tools.chromium import PLACES, Place, show
from tools.jupyter import Jupyter


@pytest.mark.parametrize("host", ["example.org", "192.0.2.1"])
def test_the_browser_reaches_loopback_only(browser: Browser, host: str) -> None:
    with browser.new_page() as page, pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(f"http://{host}/")


@pytest.mark.parametrize("place", PLACES)
def test_a_notebook_that_fails_fails_its_test(jupyter: Jupyter, page: Page, place: Place) -> None:
    jupyter.write("fails", "1 / 0")
    with pytest.raises(AssertionError, match="division by zero"):
        show(jupyter, page, place, "fails")
