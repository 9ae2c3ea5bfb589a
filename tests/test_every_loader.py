"""Every loader walks the pages of its fixture folder over HTTP, whatever happens on the way.

A new endpoint is tried here as soon as it is in the table and has a fixture folder.
"""

from __future__ import annotations

import traceback
from dataclasses import replace
from threading import Event

import pandas as pd
import pytest

from ccframes import errors
from ccframes.endpoints import ENDPOINTS
from ccframes.wire.walk import Crew
from tests.adversities import ADVERSITIES, adversities
from tests.reports import report_of
from tests.serving import TOKEN, client_of
from tests.wire.misbehaving import MisbehavingServer, Reply, Request, json_reply

NAMES = {
    walk: [name for name, one in ENDPOINTS.items() if one.walk == walk]
    for walk in ("cursor", "single")
}
CURSOR = pytest.mark.parametrize("name", NAMES["cursor"])
KEYED = [name for name, one in ENDPOINTS.items() if one.key and one.walk != "cursor"]
STOPS = [(name, what) for name, one in ENDPOINTS.items() for what in adversities(one)]


def check(frame: pd.DataFrame, expected: pd.DataFrame, *, complete: bool) -> None:
    """Assert that a frame has these rows, and says whether they are all."""
    pd.testing.assert_frame_equal(frame, expected)
    assert frame.attrs["ccframes"]["complete"] is complete


# --- pages ----------------------------------------------------------------------------------------


@CURSOR
@pytest.mark.parametrize("link", ["{path}?next={next}", "http://{host}{path}?next={next}"])
def test_linked_pages_make_the_whole_in_as_many_requests(name: str, link: str) -> None:
    report = report_of(name)
    with (
        MisbehavingServer(lambda request: report.reply(request, link)) as server,
        client_of(server.base_url) as client,
    ):
        frame = report.load(client)
    check(frame, report.whole, complete=True)
    places = [report.place_of(request.path) for request in server.requests]
    assert places == list(range(len(report.answers)))
    assert len(places) > 1


@CURSOR
def test_a_link_to_another_host_is_not_followed(name: str) -> None:
    report = report_of(name)
    with MisbehavingServer([json_reply({})]) as foreign:
        link = f"http://127.0.0.1:{foreign.port}/v3/x?next={{next}}"
        with (
            MisbehavingServer(lambda request: report.reply(request, link)) as server,
            client_of(server.base_url) as client,
            pytest.raises(errors.LoadInterrupted) as caught,
        ):
            report.load(client)
        assert not foreign.requests
    assert isinstance(caught.value.__cause__, errors.PagingError)
    check(caught.value.partial, report.first(1), complete=False)


@CURSOR
def test_a_cursor_that_repeats_stops_the_walk(name: str) -> None:
    report = replace(
        report_of(name), answers=[*report_of(name).answers, {}]
    )  # so that page 2 links
    with (
        MisbehavingServer(lambda request: report.reply(request, "{path}?next=1")) as server,
        client_of(server.base_url) as client,
        pytest.raises(errors.LoadInterrupted) as caught,
    ):
        report.load(client)
    assert isinstance(caught.value.__cause__, errors.PagingError)
    assert len(server.requests) == 2
    check(caught.value.partial, report.first(2), complete=False)


@CURSOR
def test_an_empty_page_that_links_to_a_next_one_does_not_end_the_walk(name: str) -> None:
    full = report_of(name)
    empty = full.answers[0] | {full.endpoint.records: []}
    report = replace(full, answers=[empty, *full.answers])
    with MisbehavingServer(report.reply) as server, client_of(server.base_url) as client:
        check(report.load(client), report.whole, complete=True)


@CURSOR
def test_max_pages_cuts_the_walk_and_the_frame_says_so(name: str) -> None:
    report = report_of(name)
    with MisbehavingServer(report.reply) as server, client_of(server.base_url) as client:
        frame = report.load(client, max_pages=1)
    check(frame, report.first(1), complete=False)
    assert len(server.requests) == 1


# --- ids ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KEYED)
def test_rows_keep_the_order_of_the_ids_whatever_that_of_the_answers(name: str) -> None:
    report = report_of(name)

    def script(request: Request) -> Reply:
        return replace(report.reply(request), delay=0 if report.place_of(request.path) else 0.05)

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        check(report.load(client), report.whole, complete=True)
    asked = [one for request in server.requests for one in report.asked(request.path)]
    assert sorted(asked) == sorted(report.ids)
    assert len(server.requests) == len(report.answers) > 1


@pytest.mark.parametrize("name", [*NAMES["cursor"], *NAMES["single"]])
def test_an_answer_without_content_is_an_empty_typed_frame(name: str) -> None:
    nothing, report = Reply(raw=b"HTTP/1.1 204 No Content\r\n\r\n"), report_of(name)
    with MisbehavingServer([nothing]) as server, client_of(server.base_url) as client:
        check(report.load(client), report.whole.head(0), complete=True)


# --- faults ---------------------------------------------------------------------------------------


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one walk be followed at a time: what comes first came before what fails."""
    defaults = Crew.__init__.__kwdefaults__
    assert defaults
    monkeypatch.setitem(defaults, "workers", 1)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait after a throttle; the pauses have tests of their own."""
    monkeypatch.setattr("ccframes.wire.pace.Pace.throttled", lambda self, pause=None: None)


@pytest.mark.usefixtures("one_by_one", "impatient")
@pytest.mark.parametrize(
    ("name", "what"), [stop for stop in STOPS if stop[0] in {*NAMES["cursor"], *KEYED}]
)
def test_what_stops_a_load_part_way_keeps_what_came_and_resumes(name: str, what: str) -> None:
    report, mended = report_of(name), Event()
    fault, kind = adversities(report.endpoint)[what]

    def script(request: Request) -> Reply:
        return (
            fault
            if report.place_of(request.path) and not mended.is_set()
            else report.reply(request)
        )

    with (
        MisbehavingServer(script) as server,
        client_of(server.base_url) as client,
        client_of(server.base_url) as tomorrows,
    ):
        with pytest.raises(errors.LoadInterrupted) as caught:
            report.load(client)
        stop = caught.value
        assert isinstance(stop.__cause__, kind)
        assert TOKEN not in "".join(traceback.format_exception(stop))
        check(stop.partial, report.first(1), complete=False)
        mended.set()
        whole = stop.resume(tomorrows if kind is errors.QuotaExceededError else None)
        check(whole, report.whole, complete=True)
    assert [report.place_of(request.path) for request in server.requests].count(0) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("name", "what"), STOPS)
def test_what_fails_before_anything_came_raises_itself(name: str, what: str) -> None:
    report = report_of(name)
    fault, kind = adversities(report.endpoint)[what]
    with (
        MisbehavingServer([fault]) as server,
        client_of(server.base_url) as client,
        pytest.raises(kind) as caught,
    ):
        report.load(client)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("name", [name for name, one in ENDPOINTS.items() if one.missing_is_none])
def test_what_there_is_none_of_has_no_row(name: str) -> None:
    report = report_of(name)
    gone, _ = ADVERSITIES["gone"]

    def script(request: Request) -> Reply:
        return gone if report.place_of(request.path) else report.reply(request)

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        check(report.load(client), report.first(1), complete=True)
