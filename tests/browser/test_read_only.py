"""A notebook that was run shows what was chosen where nothing runs: as HTML, and in JupyterLab."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.notebooks import GIVEN
from tests.browser.test_hostile import (
    BOUND,
    CONTROL,
    inert,
    is_hostile_text_read,
    typesetting_is_done,
)
from tools.chromium import open_in_lab
from tools.jupyter import Jupyter

CELLS = (
    GIVEN.format(campaigns="campaigns_called(*HOSTILE)"),
    "picker.value = picker.campaigns['campaign_id']\npicker",
    BOUND,
    "ccf.Explorer(ccf.connect(demo=True))",
    CONTROL,
)


@pytest.fixture(scope="module")
def run(jupyter: Jupyter) -> dict[str, Any]:
    """Return the notebook as it is after it was run, with the state of its widgets."""
    jupyter.write("run", *CELLS)
    file = jupyter.convert("run", "notebook", "--execute", "--inplace")
    notebook: dict[str, Any] = json.loads(file.read_text())
    return notebook


def keep(jupyter: Jupyter, notebook: dict[str, Any], **metadata: Any) -> None:
    kept = {name: value for name, value in metadata.items() if value}
    (jupyter.folder / "kept.ipynb").write_text(json.dumps(notebook | {"metadata": kept}))


def says_what_was_chosen(page: Page) -> None:
    expect(page.get_by_text("3 campaigns, 3 chosen").first).to_be_visible()
    expect(page.get_by_role("img", name="Plot.")).to_be_visible()
    expect(page.get_by_text("111 campaigns, 0 chosen")).to_be_visible()
    is_hostile_text_read(page)
    inert(page)


@pytest.mark.parametrize("has_state", [True, False], ids=["with-state", "without-state"])
def test_jupyterlab_without_a_kernel_shows_what_was_chosen_and_drawn(
    jupyter: Jupyter, page: Page, run: dict[str, Any], has_state: bool
) -> None:
    spec = {"name": "not-here", "display_name": "Not here"}
    keep(jupyter, run, kernelspec=spec, widgets=has_state and run["metadata"]["widgets"])
    open_in_lab(jupyter, page, "kept")
    page.get_by_role("dialog").get_by_role("button", name="No Kernel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    typesetting_is_done(page)
    says_what_was_chosen(page)
    assert jupyter.kernels() == []


def test_html_shows_what_was_chosen_and_drawn(
    jupyter: Jupyter, page: Page, run: dict[str, Any]
) -> None:
    keep(jupyter, run, kernelspec=run["metadata"]["kernelspec"])
    page.goto(f"file://{jupyter.convert('kept', 'html')}")
    says_what_was_chosen(page)
