"""`ccframes new-notebook`: a notebook that runs as it is, and overwrites nothing."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from matplotlib import pyplot

from ccframes.cli import main
from ccframes.client import BASE_URL_VARIABLE, TOKEN_VARIABLE
from ccframes.demo import DemoServer, account
from tests.confined import run_notebook


def new_notebook(*args: str) -> Result:
    return CliRunner().invoke(main, ["new-notebook", *args])


@pytest.fixture(autouse=True)
def _in_a_directory_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_is_a_valid_notebook_without_outputs() -> None:
    done = new_notebook()
    assert done.exit_code == 0
    assert "my_account.ipynb" in done.stderr
    notebook = json.loads(Path("my_account.ipynb").read_text())
    nbformat.validate(notebook)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids)) > 10
    assert not [cell for cell in notebook["cells"] if cell.get("outputs")]


def test_it_is_not_written_over_another_file() -> None:
    Path("mine.ipynb").write_text("my work")
    done = new_notebook("--out", "mine.ipynb")
    assert done.exit_code == 2
    assert "mine.ipynb is there already" in done.stderr
    assert "--out" in done.stderr
    assert Path("mine.ipynb").read_text() == "my work"


@pytest.mark.parametrize(
    ("out", "told"),
    [("nowhere/mine.ipynb", "no directory nowhere"), ("mine.py", "end with .ipynb")],
)
def test_a_file_that_cannot_be_is_told(out: str, told: str) -> None:
    done = new_notebook("--out", out)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not list(Path().iterdir())


@pytest.mark.parametrize("name", ["default", "empty"])
def test_it_runs_from_top_to_bottom(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert new_notebook("--out", "mine.ipynb").exit_code == 0
    monkeypatch.setattr("ccframes.client.RATE", 1_000.0)
    with DemoServer(account(name)) as server:
        monkeypatch.setenv(TOKEN_VARIABLE, server.token)
        monkeypatch.setenv(BASE_URL_VARIABLE, server.base_url)
        run_notebook(Path("mine.ipynb"))
        assert {served.status for served in server.requests} == {200}
    drawn = pyplot.gcf().axes
    pyplot.close("all")
    assert drawn
    saved = {path.name: len(pd.read_csv(path)) for path in Path().glob("*.csv")}
    assert saved.keys() == {"campaign_table.csv", "opens.csv"}
    assert all(saved.values()) == (name == "default")
