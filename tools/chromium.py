"""Debian's Chromium, and notebooks shown in it: by JupyterLab and by Voila."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tools.jupyter import Jupyter

Place = Literal["lab", "voila"]
Theme = Literal["light", "dark"]
PLACES: tuple[Place, ...] = ("lab", "voila")
EXECUTABLE = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever a page asks for
]

_NOTEBOOK = "window.jupyterapp?.shell?.currentWidget"
_IDLE = f"""() => {{
    const session = {_NOTEBOOK}?.sessionContext;
    return session?.isReady && session.session?.kernel?.status === "idle";
}}"""
_RUN = f"""async () => {{
    await window.jupyterapp.commands.execute("notebook:run-all-cells");
    return [...{_NOTEBOOK}.content.model.cells].map((cell) => cell.executionCount);
}}"""
_ERRORS = f"""() => [...{_NOTEBOOK}.content.model.cells].flatMap((cell) =>
    cell.outputs.toJSON().filter((one) => one.output_type === "error")
        .map((one) => one.traceback.join("\\n")))"""
_DARKEN = """() => window.jupyterapp.commands.execute(
    "apputils:change-theme", { theme: "JupyterLab Dark" })"""


def missing() -> str:
    """Return why there is no browser, or nothing."""
    if shutil.which(EXECUTABLE):
        return ""
    return f"{EXECUTABLE} is missing: apt-get install chromium, or say in CHROMIUM where it is"


@contextmanager
def started() -> Iterator[Browser]:
    """Start a browser that reaches nothing but loopback."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=_SWITCHES)
        yield browser
        browser.close()


def show(jupyter: Jupyter, page: Page, place: Place, notebook: str, theme: Theme = "light") -> None:
    """Open a notebook and run all of it; a cell that fails is an AssertionError."""
    {"lab": _show_in_lab, "voila": _show_in_voila}[place](jupyter, page, notebook, theme)


def _show_in_voila(jupyter: Jupyter, page: Page, notebook: str, theme: Theme) -> None:
    page.goto(f"{jupyter.url}/voila/render/{notebook}.ipynb?theme={theme}")
    page.wait_for_selector("#rendered_cells:visible")
    errors = page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts()
    assert not errors, "\n".join(errors)


def _show_in_lab(jupyter: Jupyter, page: Page, notebook: str, theme: Theme) -> None:
    open_in_lab(jupyter, page, notebook, theme)
    page.wait_for_function(_IDLE)
    counts = page.evaluate(_RUN)
    errors = page.evaluate(_ERRORS)
    assert not errors, "\n".join(errors)
    assert None not in counts, f"cells were not run: {counts}"


def open_in_lab(jupyter: Jupyter, page: Page, notebook: str, theme: Theme = "light") -> None:
    """Open a notebook in JupyterLab, with no other beside it, and run nothing."""
    page.goto(f"{jupyter.url}/doc/tree/{notebook}.ipynb?reset")
    page.wait_for_function(f"() => {_NOTEBOOK}?.content?.model?.cells?.length > 0")
    if theme == "dark":
        page.evaluate(_DARKEN)
        page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
