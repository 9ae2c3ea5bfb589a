"""The progress bar: only where a person watches, and only when a load takes seconds."""

from __future__ import annotations

import io
import re
import sys

import pytest

import ccframes as ccf
from ccframes.progress import Progress, Standing, watched_by
from tests.serving import activity_id, opens_of, served


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def bar_of(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, **keywords: bool | None) -> str:
    """Return what three loads of one id each write, with a bar that need not wait."""
    monkeypatch.setattr("ccframes.progress._DELAY", 0)
    monkeypatch.setattr(sys, "stderr", stream)
    ids = [activity_id(number) for number in range(3)]
    with served({"opens": {one: opens_of(one, 700) for one in ids}}) as (client, _):
        ccf.load_opens(ids, client=client, **keywords)  # type: ignore[arg-type]
    return stream.getvalue()


def test_a_bar_shows_requests_rows_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = bar_of(monkeypatch, Terminal())
    assert "opens" in shown
    assert "6/6" in shown
    assert "2,100 rows" in shown
    assert re.search(r"\d\d:\d\d<\d\d:\d\d", shown)


def test_a_bar_knows_the_requests_that_activity_statistics_foretell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ccframes.progress._DELAY", 0)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    one = activity_id(1)
    stats = {one: {"campaign_activity_id": one, "stats": {"em_opens_all": 1_700}}}
    with served({"opens": {one: opens_of(one, 1_700)}, "activity_stats": stats}) as (client, _):
        client.load("activity_stats", one, progress=False)
        client.load("opens", one)
    totals = re.findall(r"\d/(\d) ", stream.getvalue())
    assert set(totals) == {"4"}


def test_nothing_is_shown_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bar_of(monkeypatch, io.StringIO()) == ""


def test_a_bar_may_be_switched_on_and_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "2,100 rows" in bar_of(monkeypatch, io.StringIO(), progress=True)
    assert bar_of(monkeypatch, Terminal(), progress=False) == ""


def test_a_load_without_a_standard_error_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Progress("opens", 1, show=None) as bar:
        bar.update(rows=1, further=-1)


def test_a_quick_load_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress("opens", 3, show=True) as bar:
        bar.update(rows=1, further=-1)
    assert stream.getvalue() == ""


def test_a_watcher_is_told_how_far_a_load_has_come_in_place_of_a_bar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ccframes.progress._DELAY", 0)
    stream, told = Terminal(), list[Standing]()
    monkeypatch.setattr(sys, "stderr", stream)
    one = activity_id(1)
    stats = {one: {"campaign_activity_id": one, "stats": {"em_opens_all": 1_200}}}
    with served({"opens": {one: opens_of(one, 1_200)}, "activity_stats": stats}) as (client, _):
        client.load("activity_stats", one, progress=False)
        with watched_by(told.append):
            client.load("opens", one, progress=True)
    assert told == [
        ("opens", 1, 3, 500),
        ("opens", 2, 3, 1_000),
        ("opens", 3, 3, 1_200),
    ]
    assert stream.getvalue() == ""
