"""Where there are no threads and no sockets, as in JupyterLite, all of the demo works alike."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from ccframes.demo import DemoServer, account
from tests.every_report import every_report
from tests.serving import client_of

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(ROOT.glob("notebooks/0[1-5]_*.ipynb"))


def run_confined(given: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.confined", str(given)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_report_analysis_and_plot_is_that_of_http(tmp_path: Path) -> None:
    run_confined(tmp_path / "frames")
    here = pickle.loads((tmp_path / "frames").read_bytes())
    with DemoServer(account()) as server, client_of(server.base_url, server.token) as client:
        over_http = every_report(client)
    assert here.keys() == over_http.keys()
    for name, frame in over_http.items():
        pd.testing.assert_frame_equal(here[name], frame)
        assert requests_of(here[name]) == requests_of(frame)


def requests_of(frame: pd.DataFrame) -> int:
    return int(frame.attrs.get("ccframes", {"requests": 0})["requests"])


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_code_of_a_notebook_runs(notebook: Path) -> None:
    run_confined(notebook)
