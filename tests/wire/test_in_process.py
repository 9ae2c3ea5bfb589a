"""Without sockets and threads the same bytes come, and the same errors, at the same pace."""

from __future__ import annotations

import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes import errors
from ccframes.demo import Answer, DemoServer, Quirks, Request, StaticAccount
from ccframes.frames.flatten import Rows
from ccframes.wire.auth import StaticToken
from ccframes.wire.pace import Cancelled, MemoryLedger, Pace, cancellable
from ccframes.wire.transport import Transport
from tests.serving import activity_id, client_of, opens_of

ONE, TWO = activity_id(1), activity_id(2)
OPENS = {ONE: opens_of(ONE, 1_700), TWO: opens_of(TWO, 3)}
TOKEN = "sesame"
HOST = "Host: 127.0.0.1"
WITH_TOKEN = f"Authorization: Bearer {TOKEN}"


def server_of(port: int | None, **settings: Any) -> DemoServer:
    return DemoServer(StaticAccount({"opens": OPENS}), port=port, token=TOKEN, **settings)


@contextmanager
def in_process(**settings: Any) -> Iterator[tuple[ccf.Client, DemoServer]]:
    client_settings = {key: settings.pop(key) for key in ("daily_quota",) if key in settings}
    with (
        server_of(None, **settings) as server,
        client_of(server.base_url, TOKEN, exchange=server.exchange, **client_settings) as client,
    ):
        yield client, server


@pytest.fixture
def threadless(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)


# --- bytes --------------------------------------------------------------------------------------


def through_a_socket(server: DemoServer, asked: bytes) -> bytes:
    host, _, port = server.origin.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(asked)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))


@pytest.mark.parametrize("fault", [None, "cut", "gzip", "reset", "html", 503])
@pytest.mark.parametrize(
    ("line", "headers"),
    [
        (f"GET /v3/reports/email_reports/{ONE}/tracking/opens", [HOST, WITH_TOKEN]),
        ("GET /v3/emails", [HOST, WITH_TOKEN, "Accept-Encoding: gzip"]),
        ("GET /v3/emails", [HOST]),
        ("GET /v3/emails", ["Host: elsewhere.example"]),
        ("HEAD /v3/emails", [HOST, WITH_TOKEN]),
        ("BREW /v3/emails", [HOST]),
        ("nonsense", []),
    ],
)
def test_the_bytes_are_those_that_a_socket_brings(
    fault: Any, line: str, headers: list[str]
) -> None:
    quirks = Quirks.of({"faults": {1: fault}} if fault else None)
    asked = "\r\n".join([f"{line} HTTP/1.1", *headers, "", ""]).encode()
    with server_of(0, quirks=quirks) as server:
        came = through_a_socket(server, asked)
    answered = server_of(None, quirks=quirks).exchange(asked)
    date = re.compile(rb"date: [^\r]*")
    assert date.sub(b"", answered) == date.sub(b"", came)


@pytest.mark.parametrize("fault", ["cut", "gzip", "reset", "truncated", "html", 401, 429, 503])
@pytest.mark.parametrize("lasting", [False, True])
def test_faults_are_mended_or_told_as_over_http(fault: Any, lasting: bool) -> None:
    faults = dict.fromkeys(range(2, 30) if lasting else [2], fault)
    quirks = Quirks(faults=faults)

    def outcome(client: ccf.Client) -> tuple[Any, ...]:
        try:
            frame = ccf.load_opens([ONE], client=client)
        except errors.LoadInterrupted as stop:
            return type(stop.__cause__), without_port(stop), len(stop.partial), client.requests_sent
        return (len(frame), client.requests_sent)

    with in_process(quirks=quirks) as (client, server):
        client.transport._pace._pause = 0.0
        here = outcome(client)
        assert not server.failures
    with server_of(0, quirks=quirks) as server, client_of(server.base_url, TOKEN) as client:
        client.transport._pace._pause = 0.0
        assert outcome(client) == here
    assert here[-1] >= 2


def without_port(error: Exception) -> str:
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", str(error))


def test_the_days_quota_is_kept() -> None:
    with in_process(daily_quota=2) as (client, server):
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_opens([ONE], client=client)
        assert isinstance(caught.value.__cause__, errors.QuotaExceededError)
        assert server.requests.count == client.requests_sent == 2


def test_the_pace_is_kept() -> None:
    pace = Pace(MemoryLedger(), rate=20.0)
    with server_of(None) as server:
        transport = Transport(
            StaticToken(TOKEN), pace, base_url=server.base_url, exchange=server.exchange
        )
        began = time.monotonic()
        for _ in range(4):
            transport.get(transport.url("/emails"))
        assert time.monotonic() - began >= 3 * pace.gap > 0.1


def test_a_stopped_server_answers_no_more() -> None:
    server = server_of(None)
    server.stop()
    assert server.exchange(f"GET /v3/emails HTTP/1.1\r\n{HOST}\r\n\r\n".encode()) == b""


# --- what connect() chooses ---------------------------------------------------------------------


def test_connect_does_without_threads(threadless: None) -> None:
    with ccf.connect(demo="empty") as client:
        assert ccf.load_campaigns().empty
        assert client.requests_sent == 1


def test_connect_does_without_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(138, "Not supported")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with ccf.connect(demo="empty"):
        assert ccf.load_campaigns().empty


def test_an_account_that_there_is_not_is_told_all_the_same(threadless: None) -> None:
    with pytest.raises(errors.ConfigError, match="no embedded account"):
        ccf.connect(demo="medium")  # type: ignore[arg-type]


def test_in_a_browser_ones_own_account_is_refused_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "emscripten")
    with pytest.raises(errors.ConfigError, match=r"browser.*demo=True"):
        ccf.connect(token=TOKEN)


# --- walks without threads ----------------------------------------------------------------------


def test_walks_give_the_same_frame_without_threads(threadless: None) -> None:
    with in_process() as (client, server):
        frame = ccf.load_opens([TWO, ONE], client=client)
        sent = [served.path for served in server.requests]
    expected = [row["email_address"] for one in (TWO, ONE) for row in OPENS[one]]
    assert frame["email_address"].tolist() == expected
    assert len(sent) == len(set(sent)) == 5


def test_walks_make_do_with_the_threads_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading.Thread.start, []

    def refuse_the_third(thread: threading.Thread) -> None:
        started.append(thread)
        if len(started) > 2:
            raise RuntimeError("can't start new thread")
        start(thread)

    ids = [activity_id(number) for number in range(10, 20)]
    opens = {one: opens_of(one, 600) for one in ids}
    server = DemoServer(StaticAccount({"opens": opens}), port=None, token=TOKEN)
    monkeypatch.setattr(threading.Thread, "start", refuse_the_third)
    with client_of(server.base_url, TOKEN, exchange=server.exchange) as client:
        assert len(ccf.load_opens(ids, client=client)) == 6_000
    assert len(started) == 3


def test_an_error_part_way_keeps_what_came_and_resumes(threadless: None) -> None:
    mended = False

    def intercept(request: Request) -> Answer | None:
        return Answer.of([], 418) if "next=" in request.target and not mended else None

    with in_process(intercept=intercept) as (client, _):
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_opens([TWO, ONE], client=client)
        assert len(caught.value.partial) == 503
        mended = True
        assert len(caught.value.resume()) == 1_703


def test_ctrl_c_keeps_what_came_and_resumes(threadless: None) -> None:
    stops = iter([False, False, True])

    def intercept(request: Request) -> None:
        if next(stops, False):
            signal.raise_signal(signal.SIGINT)

    with in_process(intercept=intercept) as (client, _):
        with pytest.raises(errors.LoadInterrupted, match="Ctrl-C") as caught:
            ccf.load_opens([ONE], client=client)
        assert len(caught.value.partial) == 1_000
        assert whole(caught.value.resume())


def test_ctrl_c_while_a_page_is_taken_in_doubles_no_row(
    threadless: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Rows.add

    pages = 0

    def add_and_interrupt(rows: Rows, page: Any) -> int:
        nonlocal pages
        pages += 1
        came = add(rows, page)
        if pages <= 2:
            signal.raise_signal(signal.SIGINT)
        return came

    monkeypatch.setattr(Rows, "add", add_and_interrupt)
    with in_process() as (client, _):
        with pytest.raises(errors.LoadInterrupted, match="Ctrl-C") as first:
            ccf.load_opens([ONE], client=client)
        assert len(first.value.partial) == 500
        with pytest.raises(errors.LoadInterrupted, match="Ctrl-C") as second:
            first.value.resume()
        assert whole(second.value.resume())
        assert client.requests_sent == 4


def test_ctrl_c_while_a_page_fails_is_still_ctrl_c(
    threadless: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt_and_fail(rows: Rows, page: Any) -> int:
        signal.raise_signal(signal.SIGINT)
        raise ValueError("a fault of our own")

    monkeypatch.setattr(Rows, "add", interrupt_and_fail)
    with in_process() as (client, _), pytest.raises(KeyboardInterrupt):
        ccf.load_opens([ONE], client=client)


def test_a_cancelled_load_stops_without_threads_too(threadless: None) -> None:
    cancelled = threading.Event()

    def intercept(request: Request) -> None:
        if "next=" in request.target:
            cancelled.set()

    with in_process(intercept=intercept) as (client, _):
        with cancellable(cancelled), pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_opens([ONE], client=client)
        assert isinstance(caught.value.__cause__, Cancelled)
        assert len(caught.value.partial) == 1_000
        assert whole(caught.value.resume())


def whole(frame: pd.DataFrame) -> bool:
    return frame["email_address"].tolist() == [row["email_address"] for row in OPENS[ONE]]
