"""Every fault of the wire ends in a page or in a clear error, and never shows the token."""

import http.client
import itertools
import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from ccframes.errors import (
    ApiError,
    AuthError,
    CcframesError,
    ConfigError,
    NotFoundError,
    PagingError,
    QuotaExceededError,
    RequestError,
    ScopeError,
    ServerError,
    ThrottledError,
    TransportError,
)
from ccframes.wire.answers import Answer, Passing, page_in
from ccframes.wire.auth import StaticToken
from ccframes.wire.pace import MemoryLedger, Pace, cancellable, next_reset
from ccframes.wire.transport import Cancelled, Transport
from tests.wire.misbehaving import (
    QUOTA_EXCEEDED,
    THROTTLED,
    UNAUTHORIZED,
    MisbehavingServer,
    Reply,
    Script,
    gzip_reply,
    html_reply,
    json_reply,
)

TOKEN = "top-secret-token-0123456789"
PAGE = {"results": [{"campaign_id": "é", "n": 1}]}
GOOD = json_reply(PAGE)


@contextmanager
def connected(
    script: Script, *, tokens: Any = None, pace: Pace | None = None, **settings: Any
) -> Iterator[tuple[Transport, MisbehavingServer]]:
    """Yield a transport that waits for next to nothing, and the server it talks to."""
    pace = pace or Pace(MemoryLedger(), rate=None, daily_quota=None, pause=0.01)
    with MisbehavingServer(script) as server:
        transport = Transport(
            tokens or StaticToken(TOKEN),
            pace,
            base_url=server.base_url,
            **{"timeout": (5, 5), "backoff": 0.01, **settings},
        )
        try:
            yield transport, server
        finally:
            transport.close()


def get(script: Script, path: str = "/emails", **settings: Any) -> tuple[Any, int]:
    """Return the body that a GET ended with, and how many requests the server saw."""
    with connected(script, **settings) as (transport, server):
        page = transport.get(transport.url(path))
        assert transport.requests_sent == len(server.requests)
        return page.body, len(server.requests)


def failure(script: Script, **settings: Any) -> tuple[Any, int]:
    """Return the error that a GET ended with, and how many requests the server saw."""
    with connected(script, **settings) as (transport, server):
        with pytest.raises(CcframesError) as caught:
            transport.get(transport.url("/emails", {"limit": "5"}))
        return caught.value, len(server.requests)


# --- good answers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        GOOD,
        json_reply(PAGE, headers={"Content-Type": "text/html"}),
        json_reply(PAGE, headers={"Content-Type": "application/octet-stream"}),
        json_reply(PAGE, chunked=True),
        json_reply(PAGE, length=False),
        gzip_reply(PAGE),
        Reply(b"\xef\xbb\xbf" + GOOD.body),
    ],
    ids=["plain", "html type", "binary type", "chunked", "no length", "gzip", "byte-order mark"],
)
def test_json_is_accepted_in_every_wrapping(reply: Reply) -> None:
    assert get([reply]) == (PAGE, 1)


def test_an_answer_without_content_is_an_empty_page() -> None:
    assert get([Reply(raw=b"HTTP/1.1 204 No Content\r\n\r\n")]) == (None, 1)


def test_a_request_says_who_asks_and_for_what() -> None:
    with connected([GOOD]) as (transport, server):
        transport.get(transport.url("/emails", {"limit": "500", "bounce_code": ["B", "Z"]}))
        request = server.requests[0]
    assert (request.method, request.path) == (
        "GET",
        "/v3/emails?limit=500&bounce_code=B&bounce_code=Z",
    )
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/json"


def test_netrc_never_replaces_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with connected([GOOD]) as (transport, server):
        transport.get(transport.url("/emails"))
        assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_cookies_are_not_kept() -> None:
    with connected([json_reply(PAGE, headers={"Set-Cookie": "a=b"})]) as (transport, server):
        for _ in range(2):
            transport.get(transport.url("/emails"))
        assert "cookie" not in server.requests[1].headers


def test_loopback_is_reached_without_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    assert get([GOOD]) == (PAGE, 1)


def test_streams_share_one_transport() -> None:
    with connected([GOOD]) as (transport, server), ThreadPoolExecutor(8) as streams:
        pages = streams.map(transport.get, [transport.url("/emails")] * 80)
        assert all(page.body == PAGE for page in pages)
        assert transport.requests_sent == len(server.requests) == 80


# --- faults that pass -------------------------------------------------------------------------

PASSING = {
    "500": Reply(b"oops", 500),
    "502": html_reply(502),
    "503": Reply(b"", 503),
    "504": json_reply({"message": "Endpoint request timed out"}, 504),
    "reset": Reply(reset=True),
    "closed": Reply(raw=b""),
    "not http": Reply(raw=b"hello\r\n\r\n"),
    "cut by length": json_reply(PAGE, cut_after=10),
    "cut chunk": json_reply(PAGE, chunked=True, cut_after=12),
    "cut json": json_reply(PAGE, length=False, cut_after=10),
    "cut json of full length": Reply(GOOD.body[:10]),
    "cut gzip": gzip_reply(PAGE, drop=12),
    "no gzip": Reply(b"plainly not", headers={"Content-Encoding": "gzip"}),
    "empty": Reply(b""),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes_is_not_noticed(fault: Reply) -> None:
    assert get([fault, fault, GOOD]) == (PAGE, 3)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_stays_is_named_after_bounded_tries(fault: Reply) -> None:
    error, tries = failure([fault], attempts=3)
    assert tries == 3
    assert isinstance(error, ServerError if fault.status >= 500 else TransportError)
    assert "/v3/emails" in str(error)


def test_a_read_timeout_passes_or_is_named() -> None:
    late = Reply(stall=True)
    assert get([late, GOOD], timeout=(5, 0.05)) == (PAGE, 2)
    error, tries = failure([late], timeout=(5, 0.05), attempts=2)
    assert tries == 2
    assert isinstance(error, TransportError)
    assert "nothing came for 0.05 s" in str(error)


def test_a_refused_connection_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    pace = Pace(MemoryLedger(), rate=None)
    transport = Transport(
        StaticToken(TOKEN), pace, base_url=f"http://127.0.0.1:{port}/v3", attempts=2, backoff=0.01
    )
    with pytest.raises(TransportError, match="Connection refused"):
        transport.get(transport.url("/emails"))
    assert transport.requests_sent == 0
    assert pace.remaining_today == 10_000


def test_retry_after_is_honoured_in_place_of_the_backoff() -> None:
    busy = Reply(b"", 503, {"Retry-After": "0"})
    assert get([busy, busy, GOOD], backoff=1000) == (PAGE, 3)


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7", 7, 7),
        ("100000", 60, 60),
        (format_datetime(datetime.now(UTC) + timedelta(days=1)), 60, 60),
        (format_datetime(datetime.now(UTC) - timedelta(days=1)), 0, 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_has_a_limit(
    said: str, least: float, most: float
) -> None:
    with pytest.raises(Passing) as caught:
        page_in(Answer("/v3/emails", 503, b"", retry_after=said))
    assert least <= (caught.value.wait or 0) <= most


@pytest.mark.parametrize("said", ["", "soon", "-1", "1.5", "²", "Wed, 99 Foo 2026"])
def test_a_retry_after_that_says_nothing_leaves_the_backoff(said: str) -> None:
    with pytest.raises(Passing) as caught:
        page_in(Answer("/v3/emails", 503, b"", retry_after=said))
    assert caught.value.wait is None


# --- what is being prepared -------------------------------------------------------------------

PREPARING = {
    "as a page": json_reply(PAGE, 202),
    "without content": Reply(b"", 202),
    "as a web page": html_reply(202),
}


@pytest.mark.parametrize("preparing", PREPARING.values(), ids=PREPARING)
def test_what_is_being_prepared_is_asked_for_until_it_is_there(preparing: Reply) -> None:
    assert get([*[preparing] * 11, GOOD], backoff=1e-4, attempts=1) == (PAGE, 12)


def test_faults_and_refusals_while_something_is_prepared_are_counted_apart() -> None:
    busy, preparing = Reply(b"", 503), PREPARING["as a page"]
    script = [busy, busy, *[preparing, THROTTLED] * 5, *[preparing] * 6, GOOD]
    assert get(script, backoff=1e-4, attempts=3) == (PAGE, 19)


@pytest.mark.parametrize("preparing", PREPARING.values(), ids=PREPARING)
def test_a_preparation_without_end_is_named(preparing: Reply) -> None:
    error, tries = failure([preparing], backoff=1e-4)
    assert tries == 12
    assert isinstance(error, TransportError)
    assert "/v3/emails answered 202" in str(error)
    assert "Load again" in str(error)


@pytest.mark.parametrize(
    ("asked", "waits"),
    [("", [1, 2, 4, 8, *[15] * 7]), ("0", [1, 2, 4, 8, *[15] * 7]), ("9", [*[9] * 4, *[15] * 7])],
)
def test_a_preparation_is_waited_for_longer_and_longer_for_two_minutes_or_as_asked(
    asked: str, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("ccframes.wire.transport.pause_for", waited.append)
    failure([Reply(b"", 202, {"Retry-After": asked})], backoff=0.5)
    assert waited == waits


def test_a_cancelled_load_stops_waiting_for_a_preparation() -> None:
    cancelled = threading.Event()
    with (
        connected([PREPARING["as a page"]], backoff=1000) as (transport, server),
        ThreadPoolExecutor(1) as streams,
    ):
        waiting = streams.submit(transport.get, transport.url("/emails"), cancelled=cancelled)
        server.wait_for_requests(1)
        cancelled.set()
        assert isinstance(waiting.exception(timeout=2), Cancelled)
        assert len(server.requests) == 1


# --- the rate ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [THROTTLED, Reply(b"", 429), html_reply(429), json_reply({"message": "Too Many"}, 429)],
    ids=["throttled", "empty", "html", "other"],
)
def test_throttling_slows_down_and_carries_on(refusal: Reply) -> None:
    pace = Pace(MemoryLedger(), rate=1000, pause=0.05)
    before, started = pace.gap, time.monotonic()
    assert get([refusal, refusal, GOOD], pace=pace, attempts=1) == (PAGE, 3)
    assert time.monotonic() - started >= 0.1
    assert pace.gap == pytest.approx(before * 1.02**2)


def test_throttling_without_end_is_named() -> None:
    error, tries = failure([THROTTLED])
    assert isinstance(error, ThrottledError)
    assert (tries, error.error_key) == (11, "throttled")


def test_a_throttled_answer_may_say_how_long_everyone_is_to_wait() -> None:
    pace = Pace(MemoryLedger(), rate=None, pause=0)
    with connected([Reply(b"", 429, {"Retry-After": "30"})], pace=pace) as (transport, server):
        cancelled = threading.Event()
        with ThreadPoolExecutor(1) as streams:
            waiting = streams.submit(transport.get, transport.url("/emails"), cancelled=cancelled)
            server.wait_for_requests(1)
            cancelled.set()
            assert isinstance(waiting.exception(), Cancelled)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "refusal", [QUOTA_EXCEEDED, json_reply({"message": "Limit Exceeded"}, 429)]
)
def test_a_spent_quota_stops_at_once_and_is_remembered(refusal: Reply) -> None:
    pace = Pace(MemoryLedger(), rate=None)
    with connected([refusal], pace=pace) as (transport, server):
        for _ in range(2):
            with pytest.raises(QuotaExceededError) as caught:
                transport.get(transport.url("/emails"))
            assert caught.value.path == "/v3/emails"
            assert caught.value.resets_at is not None
            assert caught.value.resets_at <= next_reset(time.time())
        assert len(server.requests) == 1


def test_our_own_count_of_the_day_stops_before_sending() -> None:
    pace = Pace(MemoryLedger(), rate=None, daily_quota=1)
    with connected([GOOD], pace=pace) as (transport, server):
        transport.get(transport.url("/emails"))
        with pytest.raises(QuotaExceededError, match="nothing was sent"):
            transport.get(transport.url("/emails"))
        assert len(server.requests) == transport.requests_sent == 1


def test_retries_count_for_the_day() -> None:
    pace = Pace(MemoryLedger(), rate=None, daily_quota=10)
    get([Reply(b"", 500), Reply(reset=True), GOOD], pace=pace)
    assert pace.remaining_today == 7


# --- refusals ---------------------------------------------------------------------------------

SAID = {"error_key": "some.key", "error_message": "Some words"}
BODIES = {
    "object": (json_reply(SAID).body, "some.key", "Some words"),
    "array": (json_reply([SAID]).body, "some.key", "Some words"),
    "array of nothing": (b"[]", "", ""),
    "array of text": (b'["words"]', "", ""),
    "message": (b'{"message": "Some words"}', "", "Some words"),
    "oauth": (
        b'{"error": "some.key", "error_description": "Some words"}',
        "some.key",
        "Some words",
    ),
    "nested": (b'{"error": {"error_key": "deep"}}', "", ""),
    "numbers": (b'{"error_key": 5, "error_message": null}', "", ""),
    "text": (b'"Some words"', "", "Some words"),
    "html": (b"<html>no</html>", "", ""),
    "empty": (b"", "", ""),
    "garbage": (b"\xff\x00{", "", ""),
    "deep": (b"[" * 100_000, "", ""),
    "control": (b'{"message": "a\\u001b[31mb\\nc\\u202e"}', "", "a [31mb c\u202e"),
}
STATUSES = {
    400: RequestError,
    401: AuthError,
    403: ScopeError,
    404: NotFoundError,
    409: RequestError,
    415: RequestError,
}


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
@pytest.mark.parametrize(("body", "key", "message"), BODIES.values(), ids=BODIES)
def test_a_refusal_is_named_whatever_its_body(
    status: int, kind: type[ApiError], body: bytes, key: str, message: str
) -> None:
    error, tries = failure([Reply(body, status)])
    assert type(error) is kind
    assert (error.status_code, error.path) == (status, "/v3/emails")
    assert (error.error_key, error.error_message) == (key, message)
    assert str(error).startswith(f"/v3/emails answered {status}")
    assert not error.retryable
    assert tries == (2 if status == 401 else 1)


def test_a_long_error_message_is_cut() -> None:
    error, _ = failure([json_reply({"message": "x" * 10_000}, 400)])
    assert len(str(error)) < 600


@pytest.mark.parametrize(
    ("said", "present", "absent"),
    [
        ("insufficient scope", "lacks a scope", "privilege"),
        ("User lacks privilege ui:campaign:metrics", "lacks a privilege", "lacks a scope"),
        ("Forbidden", "deactivated", "nothing absent"),
    ],
)
def test_forbidden_says_what_is_lacking(said: str, present: str, absent: str) -> None:
    error, _ = failure([json_reply([{"error_message": said}], 403)])
    assert present in str(error)
    assert absent not in str(error).partition("). ")[2]


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_followed(status: int) -> None:
    with MisbehavingServer([GOOD]) as elsewhere:
        redirect = Reply(b"", status, {"Location": elsewhere.base_url})
        error, tries = failure([redirect])
        assert isinstance(error, TransportError)
        assert tries == 1
        assert elsewhere.requests == []


def test_a_login_page_is_named_at_once() -> None:
    error, tries = failure([html_reply()])
    assert isinstance(error, TransportError)
    assert "web page" in str(error)
    assert tries == 1


class Renewing:
    """Tokens that can be renewed."""

    key = "renewing"

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.token = "token-0"

    def access_token(self) -> str:
        return self.token

    def renew(self, rejected: str) -> str:
        assert rejected == self.token
        self.token = f"token-{next(self._numbers)}"
        return self.token


def test_a_token_that_was_not_accepted_is_renewed_once() -> None:
    with connected([UNAUTHORIZED, GOOD], tokens=Renewing()) as (transport, server):
        assert transport.get(transport.url("/emails")).body == PAGE
        assert [request.headers["authorization"] for request in server.requests] == [
            "Bearer token-0",
            "Bearer token-1",
        ]


def test_a_renewed_token_that_is_not_accepted_either_is_an_error() -> None:
    error, tries = failure([UNAUTHORIZED], tokens=Renewing())
    assert isinstance(error, AuthError)
    assert tries == 2


# --- addresses --------------------------------------------------------------------------------


@pytest.fixture
def api() -> Iterator[Transport]:
    transport = Transport(StaticToken(TOKEN), Pace(MemoryLedger()))
    yield transport
    transport.close()


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/v3/emails?next=bGltaXQ9NQ==", "https://api.cc.email/v3/emails?next=bGltaXQ9NQ=="),
        ("https://api.cc.email/v3/emails?next=a", "https://api.cc.email/v3/emails?next=a"),
        ("https://API.CC.email:443/v3/emails", "https://API.CC.email:443/v3/emails"),
        ("/v3/emails?next=a/../b%2F..", "https://api.cc.email/v3/emails?next=a/../b%2F.."),
    ],
)
def test_a_next_link_to_the_same_api_is_followed(api: Transport, href: str, url: str) -> None:
    assert api.next_url(href) == url


FOREIGN: list[Any] = [
    "string",
    "",
    "emails?next=a",
    "?next=a",
    "//evil.example/v3/emails",
    "///evil.example/v3/emails",
    "/\\evil.example/v3/emails",
    "https://evil.example/v3/emails",
    "http://api.cc.email/v3/emails",
    "https://api.cc.email:8443/v3/emails",
    "https://api.cc.email:port/v3/emails",
    "https://api.cc.email:99999/v3/emails",
    "https://api.cc.email@evil.example/v3/emails",
    "https://user:pass@api.cc.email/v3/emails",
    "https://@api.cc.email/v3/emails",
    "https://api.cc.email.evil.example/v3/emails",
    "https://[::1/v3/emails",
    "https:/v3/emails",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "/v3/emails\r\nX-Evil: 1",
    "/v3/emails\t?next=a",
    " /v3/emails",
    "/v3/../admin",
    "/v3/%2e%2e/admin",
    "/v3/%2e%2e%2fadmin",
    "/v3/./emails",
    "/v2/emails",
    "/v3",
    "/v3evil/emails",
    "/emails",
    None,
    5,
    {"href": "/v3/emails"},
]


@pytest.mark.parametrize("href", FOREIGN, ids=repr)
def test_a_next_link_to_anywhere_else_is_refused(api: Transport, href: Any) -> None:
    with pytest.raises(PagingError, match="not followed"):
        api.next_url(href)


def test_what_is_no_url_of_the_api_is_never_sent() -> None:
    with connected([GOOD]) as (transport, server), MisbehavingServer([GOOD]) as other:
        with pytest.raises(PagingError):
            transport.get(f"{other.base_url}/emails")
        assert server.requests == other.requests == []


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.cc.email/v3/",
        "http://127.0.0.1:8000/v3",
        "http://127.8.8.8/v3",
        "http://localhost:1/v3",
        "http://[::1]:1/v3",
        "https://host.example",
    ],
)
def test_a_base_url_that_keeps_the_token_safe_is_accepted(base_url: str) -> None:
    transport = Transport(StaticToken(TOKEN), Pace(MemoryLedger()), base_url=base_url)
    url = transport.url("/emails")
    assert url == f"{base_url.rstrip('/')}/emails"
    assert transport.next_url(url) == url


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.cc.email/v3",
        "http://localhost.evil.example/v3",
        "http://128.0.0.1/v3",
        "https://user:pass@api.cc.email/v3",
        "https://api.cc.email/v3?a=b",
        "https://api.cc.email/v3#a",
        "https://api.cc.email:port/v3",
        "ftp://api.cc.email/v3",
        "api.cc.email/v3",
        "https:///v3",
        "",
    ],
)
def test_a_base_url_that_does_not_is_refused(base_url: str) -> None:
    with pytest.raises(ConfigError, match="base_url") as caught:
        Transport(StaticToken(TOKEN), Pace(MemoryLedger()), base_url=base_url)
    assert "pass" not in str(caught.value).replace("password", "")


# --- cancelling -------------------------------------------------------------------------------


def test_a_cancelled_load_stops_waiting_for_an_answer() -> None:
    cancelled = threading.Event()
    with connected([Reply(stall=True)]) as (transport, server), ThreadPoolExecutor(8) as streams:
        url = transport.url("/emails")
        waiting = [streams.submit(transport.get, url, cancelled=cancelled) for _ in range(8)]
        server.wait_for_requests(8)
        started = time.monotonic()
        cancelled.set()
        assert all(isinstance(future.exception(), Cancelled) for future in waiting)
        assert time.monotonic() - started < 1


def test_a_cancelled_load_stops_waiting_to_try_again() -> None:
    cancelled = threading.Event()
    busy = Reply(b"", 503, {"Retry-After": "60"})
    with connected([busy]) as (transport, server), ThreadPoolExecutor(1) as streams:
        waiting = streams.submit(transport.get, transport.url("/emails"), cancelled=cancelled)
        server.wait_for_requests(1)
        cancelled.set()
        assert isinstance(waiting.exception(timeout=2), Cancelled)


def test_a_request_without_an_event_of_its_own_is_cancelled_with_its_thread() -> None:
    cancelled = threading.Event()

    def ask(transport: Transport) -> None:
        with cancellable(cancelled):
            transport.get(transport.url("/emails"))

    with connected([Reply(stall=True)]) as (transport, server), ThreadPoolExecutor(1) as streams:
        waiting = streams.submit(ask, transport)
        server.wait_for_requests(1)
        cancelled.set()
        assert isinstance(waiting.exception(timeout=2), Cancelled)


def test_a_cancelled_load_sends_nothing_more() -> None:
    cancelled = threading.Event()
    cancelled.set()
    with connected([GOOD]) as (transport, server):
        with pytest.raises(Cancelled):
            transport.get(transport.url("/emails"), cancelled=cancelled)
        assert server.requests == []


# --- the token --------------------------------------------------------------------------------

ECHO = f"you sent {TOKEN} and Bearer {TOKEN}"
TELLTALE: dict[str, Reply] = {
    **PASSING,
    **{
        f"{status} echo": json_reply({"error_key": ECHO, "error_message": "x" * 290 + ECHO}, status)
        for status in (*STATUSES, 429, 500)
    },
    "302 echo": Reply(ECHO.encode(), 302, {"Location": f"/v3/?token={TOKEN}"}),
    "html": html_reply(),
    "stall": Reply(stall=True),
    "preparing": json_reply({"status": ECHO}, 202),
    "throttled": THROTTLED,
    "quota": QUOTA_EXCEEDED,
}


def formatted(error: BaseException) -> str:
    """Return the traceback with the values of all variables, except those of `failure`."""
    assert error.__traceback__
    below = error.__traceback__.tb_next
    assert below
    shown = traceback.TracebackException(type(error), error, below, capture_locals=True)
    return "".join(shown.format())


@pytest.mark.parametrize("reply", TELLTALE.values(), ids=TELLTALE)
def test_no_error_message_traceback_or_log_shows_the_token(
    reply: Reply,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    caplog.set_level(logging.DEBUG)
    error, _ = failure([reply], attempts=2, timeout=(5, 0.1), backoff=1e-4)
    shown = formatted(error)
    captured = capfd.readouterr()
    for text in (str(error), repr(error), repr(vars(error)), shown, caplog.text, *captured):
        assert TOKEN not in text
        assert TOKEN[:12] not in text
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_spent_day_shows_no_token_either() -> None:
    error, _ = failure([GOOD], pace=Pace(MemoryLedger(), rate=None, daily_quota=0))
    assert TOKEN not in formatted(error)


def test_the_log_says_method_path_status_and_seconds(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "ccframes")
    get([GOOD])
    said = [record.getMessage() for record in caplog.records if record.name == "ccframes"]
    assert len(said) == 1
    assert said[0].startswith("GET /v3/emails -> 200 in ")
