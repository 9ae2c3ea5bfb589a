"""The README's code runs as printed, in the order in which it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
