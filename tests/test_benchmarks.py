"""The benchmarks compare equals, and run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import ccframes as ccf
from benchmarks.flatten import WAYS
from benchmarks.pages import click_pages

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_every_way_gives_the_frame_that_users_get(
    way: Callable[[list[bytes]], pd.DataFrame],
) -> None:
    pages = list(click_pages(3))
    pd.testing.assert_frame_equal(way(pages), ccf.flatten("clicks", pages))


def test_pages_are_the_same_in_every_run() -> None:
    assert list(click_pages(2)) == list(click_pages(2))


def test_a_quick_run_reports_every_subject() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    for subject in (
        "Flatten",
        "clicks arriving page by page",
        "Import",
        "40 activities",
        "embedded",
    ):
        assert subject in result.stdout
