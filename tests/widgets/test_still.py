"""What stands for a picker where nothing runs: in print, on GitHub, in a saved notebook."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

import ccframes as ccf
from ccframes.widgets import CampaignPicker, DateRangePicker
from ccframes.widgets.still import verbatim
from tests.widgets.rows import HOSTILE, campaigns, id_of


def test_a_picker_says_in_a_line_what_it_is_and_nothing_of_the_token() -> None:
    with ccf.connect(demo=True) as client:
        picker = CampaignPicker(client=client)
        picker.value = picker.campaigns.head(2)
        token = client.transport._tokens.access_token()
        bundle = picker._repr_mimebundle_()
    assert repr(picker) == "<CampaignPicker: 111 campaigns, 2 chosen>"
    assert len(token) > 8
    assert token not in repr(picker) + str(bundle)


def test_what_is_chosen_is_told_as_text_and_as_html() -> None:
    picker = CampaignPicker(campaigns(1).assign(name="<b>"))
    picker.value = picker.campaigns
    bundle = picker._repr_mimebundle_()
    assert bundle["text/plain"].splitlines() == [
        "CampaignPicker: 1 campaign, 1 chosen",
        "  2026-06-25 · \u2068<b>\u2069 · 100 sends · 40.0 % opened",
    ]
    assert bundle["text/html"] == verbatim(
        "<p>1 campaign, 1 chosen</p>"
        "<ul><li>2026-06-25 · \u2068&lt;b&gt;\u2069 · 100 sends · 40.0 % opened</li></ul>"
    )
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == picker.model_id


def test_many_chosen_are_named_in_part_and_those_gone_by_their_id() -> None:
    picker = CampaignPicker(campaigns(30))
    picker.value = picker.campaigns
    picker.campaigns = campaigns(30).iloc[1:]
    lines = picker._repr_mimebundle_()["text/plain"].splitlines()
    assert lines[1] == f"  {id_of(0)} (no longer there)"
    assert lines[-1] == "  and 10 more"
    assert len(lines) == 1 + 20 + 1


def test_an_account_without_campaigns_says_so() -> None:
    with ccf.connect(demo="empty") as client:
        picker = CampaignPicker(client=client)
    assert repr(picker) == "<CampaignPicker: 0 campaigns, 0 chosen>"
    assert "there are no campaigns" in picker.controls.status.value
    assert picker._repr_mimebundle_()["text/html"] == verbatim("<p>0 campaigns, 0 chosen</p>")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_notebook_shows_the_choice_on_paper_and_runs_nothing(name: str | None) -> None:
    picker = CampaignPicker(campaigns(2, names=(name,)))
    picker.value = picker.campaigns
    page = page_with(picker)
    assert "<p>2 campaigns, 2 chosen</p>" in page
    assert "Newsletter 1" in page
    for harmful in ("<img src=x", "<script>alert", "</option>"):
        assert harmful not in page


def test_a_range_of_days_is_told_in_words_on_paper() -> None:
    assert "<p>2026-01-01 to 2026-03-31</p>" in page_with(
        DateRangePicker("2026-01-01", "2026-03-31")
    )


def page_with(widget: Any) -> str:
    """Return the page that nbconvert, which runs no kernel, makes of a notebook with a widget."""
    v4: Any = nbformat.v4
    exporter: Any = HTMLExporter
    output = v4.new_output("display_data", widget._repr_mimebundle_())
    notebook = v4.new_notebook(cells=[v4.new_code_cell("picker", outputs=[output])])
    return str(exporter().from_notebook_node(notebook)[0])
