"""Lists keep their keys in JupyterLab; that they do is shown in `tests/browser`."""

from __future__ import annotations

import pandas as pd

import ccframes as ccf
from ccframes.widgets.keys import KEYS_CLASS


def test_a_picker_brings_what_keeps_its_keys_and_shows_nothing_of_it() -> None:
    picker = ccf.CampaignPicker(pd.DataFrame({"campaign_id": ["a"]}))
    *_, last = picker.children
    assert KEYS_CLASS in picker._dom_classes
    assert [list(output["data"]) for output in last.outputs] == [
        ["application/javascript", "text/plain"]
    ]
    assert last.layout.display == "none"


def test_the_script_is_the_same_whatever_is_chosen_from() -> None:
    one, other = (
        ccf.CampaignPicker(pd.DataFrame({"campaign_id": ["a"], "name": [name]}))
        for name in ("</script>", "'")
    )
    assert one.children[-1].outputs == other.children[-1].outputs
