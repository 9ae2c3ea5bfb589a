"""The benchmarks compare equals, and run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import ccframes as ccf
from benchmarks.accounts import REPORTS, reports_of
from benchmarks.analysis import PARTS
from benchmarks.flatten import WAYS
from benchmarks.pages import click_pages
from ccframes import analysis
from tests.analysis.accounts import account_of

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_every_way_gives_the_frame_that_users_get(
    way: Callable[[list[bytes]], pd.DataFrame],
) -> None:
    pages = list(click_pages(3))
    pd.testing.assert_frame_equal(way(pages), ccf.flatten("clicks", pages))


def test_pages_are_the_same_in_every_run() -> None:
    assert list(click_pages(2)) == list(click_pages(2))


def test_the_reports_that_are_analysed_are_those_that_loaders_give() -> None:
    made, account = reports_of("default"), account_of()
    for report in (*REPORTS, "links", "activity_stats"):
        ours = made[report].drop(columns="email_address", errors="ignore")
        theirs = getattr(account, report)[list(ours.columns)]
        pd.testing.assert_frame_equal(ours, theirs)


def test_every_analysis_of_many_rows_is_measured() -> None:
    measured = {name.partition(",")[0] for name in PARTS}
    of_a_few_numbers = {
        *("BOUNCE_KINDS", "TRACKING_PARAMETERS", "destination_of", "domain_of", "providers_of"),
        *("equality_test", "holm", "newcombe", "ratio_interval", "sample_size", "wilson"),
    }
    assert measured == set(analysis.__all__) - of_a_few_numbers


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
        "Analysis of",
        "keystroke",
    ):
        assert subject in result.stdout
