"""What is stored of a notebook that was run is the same on every run."""

from __future__ import annotations

import json
from typing import Any

import nbformat as untyped

from tools.stories import METADATA, run, stored

nbformat: Any = untyped
CODE = """
from IPython.display import display
print("one", flush=True)
print("two", flush=True)
widget = "application/vnd.jupyter.widget-view+json"
display({widget: {"model_id": "a1"}, "text/html": "<p>"}, raw=True)
display({widget: {"model_id": "b2"}}, raw=True)
"""


def test_model_ids_times_and_versions_are_left_out_where_something_else_can_be_shown() -> None:
    cell = nbformat.v4.new_code_cell(CODE, id="cell", metadata={"collapsed": True})
    kept = stored(run(nbformat.v4.new_notebook(cells=[cell], metadata={"kept": "no"})))
    assert kept.metadata == METADATA
    [ran] = kept.cells
    assert ran.metadata == {}
    said, html, widget = json.loads(json.dumps(ran.outputs))
    assert said["text"] == "one\ntwo\n"
    assert set(html["data"]) == {"text/html"}
    assert widget["data"]["application/vnd.jupyter.widget-view+json"]["model_id"] == "b2"
