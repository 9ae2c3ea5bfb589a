"""The README's code runs as printed, in the order in which it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib import pyplot

import ccframes as ccf

if TYPE_CHECKING:
    import pytest

README = Path(__file__).resolve().parent.parent / "README.md"


def blocks() -> list[tuple[int, str]]:
    """Return each python block with the line that it begins on."""
    text = README.read_text()
    return [
        (text.count("\n", 0, match.start(1)), match[1])
        for match in re.finditer(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    ]


def test_the_code_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "readme"}
    assert blocks()
    for line, code in blocks():
        # blank lines before the code, so that a traceback names the README's own line
        exec(compile("\n" * line + code, str(README), "exec"), namespace)
    pyplot.close("all")


def test_the_result_in_the_readme_is_what_its_code_gives() -> None:
    with ccf.connect(demo=True):
        head = ccf.load_campaign_summaries().head()
    columns = ["last_sent_date", "name", "unique_sends", "unique_opens", "unique_clicks"]
    head["last_sent_date"] = head["last_sent_date"].dt.strftime("%Y-%m-%d %H:%M")
    rows = [columns, ["---"] * len(columns), *head[columns].astype(str).to_numpy().tolist()]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    shown = README.read_text().partition("<!-- result: begin")[2].partition("<!-- result: end")[0]
    assert shown.partition("-->")[2].strip() == table, f"the README should show:\n{table}"
