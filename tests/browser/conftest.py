"""One browser and one Jupyter server for all tests of this folder; a page for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tools import chromium
from tools.jupyter import ROOT, Jupyter, running

PICTURES = ROOT / "build" / "browser"
_ASKED_BY_TEMPLATES = re.compile(  # of Voila and of nbconvert, for what they do without
    r"https://(cdn\.jsdelivr\.net/npm/@(fortawesome|jupyter-widgets)"
    r"|cdnjs\.cloudflare\.com/ajax/libs/(mathjax|require\.js))/.*"
)
_PATIENCE = 30_000  # ms; a machine that does much else at the same time is slow, not wrong

expect.set_options(timeout=_PATIENCE)

_WATCH = """
window.pointed = 0;
for (const kind of ["pointerdown", "mousedown", "click"])
    addEventListener(kind, (event) => { window.pointed += event.detail > 0 }, true);
"""

NewPage = Callable[..., Page]


@pytest.fixture(scope="package")  # playwright has an event loop running until it ends
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if why := chromium.missing():
        pytest.skip(why)
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="package")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """A server of JupyterLab and of Voila."""
    with running(tmp_path_factory.mktemp("jupyter")) as served:
        yield served


@pytest.fixture
def new_page(
    browser: Browser, jupyter: Jupyter, request: pytest.FixtureRequest
) -> Iterator[NewPage]:
    """Make pages of given size and scale; none may meet a fault or ask for anything from afar."""
    faults: list[str] = []
    pages: list[Page] = []
    with ExitStack() as closing:

        def make(width: int = 1280, height: int = 900, scale: float = 1) -> Page:
            context = closing.enter_context(
                browser.new_context(
                    viewport={"width": width, "height": height}, device_scale_factor=scale
                )
            )
            context.set_default_timeout(_PATIENCE)
            context.add_init_script(_WATCH)
            page = context.new_page()
            page.on("pageerror", lambda error: faults.append(f"uncaught in the page: {error}"))
            page.on("request", lambda sent: faults.extend(_foreign(sent.url)))
            pages.append(page)
            return page

        yield make
        for number, page in enumerate(pages):
            page.screenshot(path=PICTURES / f"{_name_of(request)}{f'-{number}' * (number > 0)}.png")
    jupyter.end_kernels()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Return a page of usual size."""
    return new_page()


def _foreign(url: str) -> list[str]:
    parts = urlsplit(url)
    known = parts.scheme in {"data", "blob", "file"} or parts.hostname == "127.0.0.1"
    return [] if known or _ASKED_BY_TEMPLATES.match(url) else [f"asked for {url}"]


def _name_of(request: pytest.FixtureRequest) -> str:
    return re.sub(r"[^\w]+", "-", request.node.name.removeprefix("test_")).strip("-")
