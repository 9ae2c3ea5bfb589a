"""The code of the README and of the documentation runs as printed; links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from matplotlib import pyplot

import ccframes as ccf
from tools.reference import pages

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
WRITTEN = [
    README,
    ROOT / "CONTRIBUTING.md",
    *sorted(
        page for page in (ROOT / "docs").rglob("*.md") if page.parent.name not in {"reference"}
    ),
]
EXECUTED = [page for page in WRITTEN if "```python\n" in page.read_text()]
KNOWN_LANGUAGES = {"python", "sh", "text", "toml", "{toctree}", ""}
"""What is executed is python; commands are `sh`; what needs an account of one's own is `text`."""


def blocks(page: Path) -> list[tuple[int, str]]:
    """Return each python block with the line that it begins on."""
    text = page.read_text()
    return [
        (text.count("\n", 0, match.start(1)), match[1])
        for match in re.finditer(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    ]


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", EXECUTED, ids=named)
def test_the_code_of_a_page_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": page.stem}
    for line, code in blocks(page):
        # blank lines before the code, so that a traceback names the page's own line
        exec(compile("\n" * line + code, str(page), "exec"), namespace)
    pyplot.close("all")
    for value in namespace.values():
        if isinstance(value, ccf.Client):
            value.close()


@pytest.mark.parametrize("page", WRITTEN, ids=named)
def test_each_block_says_what_it_is(page: Path) -> None:
    fences = re.findall(r"^```(.*)$", page.read_text(), flags=re.MULTILINE)
    assert len(fences) % 2 == 0
    assert {opening.strip() for opening in fences[::2]} <= KNOWN_LANGUAGES
    assert not any(fences[1::2])


@pytest.mark.parametrize("page", WRITTEN, ids=named)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", page.read_text(), flags=re.S))
    inside = [target.partition("#")[0] for target in targets if "://" not in target]
    missing = [target for target in inside if target and not is_there(page, target)]
    assert not missing


def is_there(page: Path, target: str) -> bool:
    """Tell whether a link's file exists, or will when the documentation is built."""
    if target.startswith("notebooks/") and page.parent.name == "docs":
        return (ROOT / target).is_file()  # copied there before each build
    if target.partition("/")[0] in {"reference", "gallery.html"}:
        return True  # written by the build, whose own check of links is strict
    return (page.parent / target).exists()


def test_the_result_in_the_readme_is_what_its_code_gives() -> None:
    with ccf.connect(demo=True):
        head = ccf.load_campaign_summaries().head()
    columns = ["last_sent_date", "name", "unique_sends", "unique_opens", "unique_clicks"]
    head["last_sent_date"] = head["last_sent_date"].dt.strftime("%Y-%m-%d %H:%M")
    rows = [columns, ["---"] * len(columns), *head[columns].astype(str).to_numpy().tolist()]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    shown = README.read_text().partition("<!-- result: begin")[2].partition("<!-- result: end")[0]
    assert shown.partition("-->")[2].strip() == table, f"the README should show:\n{table}"


# --- the reference ------------------------------------------------------------------------------

DOCUMENTED = [name for page in pages() for name in page.names]


def test_every_public_name_is_in_the_reference_once() -> None:
    modules = {
        f"ccframes.{name}" for name in ccf.__all__ if hasattr(getattr(ccf, name), "__path__")
    }
    public = {f"ccframes.{name}" for name in ccf.__all__} - modules
    public -= {"ccframes.__version__", "ccframes.errors"}
    for module in (ccf.analysis, ccf.plot, ccf.widgets):
        public |= {f"{module.__name__}.{name}" for name in module.__all__}
    once = {name.rpartition(".")[2] for name in DOCUMENTED}
    assert {name.rpartition(".")[2] for name in public} <= once
    assert len(DOCUMENTED) == len(set(DOCUMENTED))


@pytest.mark.parametrize(
    "name", [name for name in DOCUMENTED if not name.startswith("ccframes.errors.")]
)
def test_what_is_public_has_an_example(name: str) -> None:
    module, _, last = name.rpartition(".")
    value: Any = getattr(__import__(module, fromlist=[last]), last)
    if callable(value):
        assert ">>> " in (value.__doc__ or ""), "its docstring has no example that runs"
