"""The server speaks the contract: asked over real HTTP by a client that knows nothing of ours."""

from __future__ import annotations

import json
import signal
import sys
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from http.client import HTTPConnection
from itertools import count, pairwise
from socket import create_connection
from threading import Event
from threading import enumerate as enumerate_threads
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import requests

from ccframes.demo import Answer, DemoServer, Request, StaticAccount, account
from ccframes.demo.log import RequestLog, Served
from ccframes.demo.memo import Memo
from ccframes.demo.server import serve
from ccframes.endpoints import ENDPOINTS
from ccframes.errors import ConfigError
from tests.demo.conftest import Caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccframes.demo.documents import Record
    from ccframes.demo.world import World

SUMMARIES = "/reports/summary_reports/email_campaign_summaries"
CAMPAIGN_STATS = "/reports/stats/email_campaigns/"
ACTIVITY_STATS = "/reports/stats/email_campaign_activities/"
STATS_ERROR = {
    "error_key": "reportingsvc.not_found.invalid_path_param.campaign_ids.",
    "error_message": "Could not find any campaign stats for all requested campaigns.",
}
KINDS = {
    endpoint.path.rpartition("/")[2]: name
    for name, endpoint in ENDPOINTS.items()
    if "/tracking/" in endpoint.path
}


def path_to(activity_id: str, kind: str = "opens") -> str:
    return f"/reports/email_reports/{activity_id}/tracking/{kind}"


def is_listing(answer: requests.Response, status: int) -> bool:
    """Tell whether it is an array of one error, as services send it."""
    [error] = answer.json()
    return answer.status_code == status and set(error) == {"error_key", "error_message"}


@pytest.fixture(scope="module")
def sent(world: World) -> str:
    """Return the last primary email but two: rows for several pages."""
    return world.programme.sent[-3].id


@pytest.fixture(scope="module")
def unsent(world: World) -> str:
    [draft, *_] = [each for each in world.programme.campaigns if each.status == "Draft"]
    return draft.activities[0].id


@pytest.fixture(scope="module")
def permalink(world: World) -> str:
    return next(each.id for each in world.activities.values() if each.role == "permalink")


@pytest.fixture(scope="module")
def removed(world: World) -> str:
    [first, *_] = [each for each in world.programme.campaigns if each.status == "Removed"]
    return first.activities[0].id


# --- who may ask ------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic abc"])
def test_without_its_token_the_answer_is_the_401_of_the_gateway(
    server: DemoServer, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = requests.get(server.base_url + "/emails", headers=headers, timeout=10)
    assert answer.status_code == 401
    assert answer.content == b'{"error_key":"unauthorized","error_message":"Unauthorized"}'
    assert answer.headers["Content-Length"] == "59"
    assert answer.headers["x-amzn-ErrorType"] == "UnauthorizedException"
    assert answer.headers["WWW-Authenticate"] == "Bearer realm=api.cc.email"
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("rights", "path", "status"),
    [
        ({"scopes": frozenset({"contact_data"})}, "/emails", 403),
        ({"scopes": frozenset({"campaign_data"})}, "/emails", 200),
        ({"privileges": frozenset({"campaign:read"})}, SUMMARIES, 403),
        ({"privileges": frozenset({"campaign:read"})}, "/emails", 200),
        ({"privileges": frozenset({"ui:campaign:metrics"})}, "/emails", 403),
    ],
)
def test_scope_and_privilege_are_both_needed(
    rights: dict[str, Any], path: str, status: int
) -> None:
    with DemoServer(account("empty"), **rights) as server:
        answer = Caller(server).get(path)
    assert answer.status_code == status
    assert status == 200 or is_listing(answer, 403)


def test_an_unknown_route_or_method_is_a_403_of_the_gateway(caller: Caller) -> None:
    url = caller.server.base_url
    assert caller.get("/nothing/here").status_code == 403
    assert set(caller.get("/nothing/here").json()) == {"message"}
    assert caller.session.get(caller.server.origin + "/emails", timeout=10).status_code == 403
    for method in ("POST", "PUT", "DELETE"):
        answer = caller.session.request(method, url + "/emails", json={"a": 1}, timeout=10)
        assert answer.status_code == 403


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", ["7", "100", "500"])
def test_a_walk_gives_every_row_once_and_in_order(
    caller: Caller, sent: str, kind: str, limit: str
) -> None:
    rows = caller.tracking(sent, kind, limit=limit)
    assert rows == account("default").records(KINDS[kind], sent)
    assert all(a["created_time"] >= b["created_time"] for a, b in pairwise(rows))


@pytest.mark.parametrize(
    ("path", "records", "name"),
    [
        ("/emails", "campaigns", "campaigns"),
        (SUMMARIES, "bulk_email_campaign_summaries", "campaign_summaries"),
    ],
)
@pytest.mark.parametrize("limit", ["1", "50", "500"])
def test_a_walk_of_the_account_gives_every_campaign_once(
    caller: Caller, path: str, records: str, name: str, limit: str
) -> None:
    assert caller.walk(path, records, limit=limit) == account("default").records(name)


@pytest.mark.parametrize(
    ("path", "records", "default"),
    [
        ("/emails", "campaigns", 50),
        (SUMMARIES, "bulk_email_campaign_summaries", 50),
        ("sends", "tracking_activities", 500),
    ],
)
def test_default_limits(caller: Caller, sent: str, path: str, records: str, default: int) -> None:
    path = path if path.startswith("/") else path_to(sent, path)
    assert len(caller.get(path).json()[records]) == default


@pytest.mark.parametrize("limit", ["0", "501", "abc", "", "-1", "1.5", "²", "9" * 5_000])
def test_a_limit_out_of_range_is_a_400(caller: Caller, sent: str, limit: str) -> None:
    for path in ("/emails", SUMMARIES, path_to(sent)):
        assert is_listing(caller.get(path, limit=limit), 400)


def test_the_next_link_is_relative_and_holds_one_opaque_token(caller: Caller, sent: str) -> None:
    href = caller.get(path_to(sent, "sends"), limit="2").json()["_links"]["next"]["href"]
    path, _, token = href.partition("?next=")
    assert path == "/v3" + path_to(sent, "sends")
    assert b64decode(token) == b"limit=2&next=2"
    assert token.endswith("=")
    assert caller.get(f"{path}?next={quote(token, safe='')}").json() == caller.get(href).json()


def test_the_cursor_of_the_summaries_is_that_of_the_guide(caller: Caller) -> None:
    href = caller.get(SUMMARIES, limit="1").json()["_links"]["next"]["href"]
    assert href.partition("?")[2] == (
        "next=Y2FtcGFpZ25fdHlwZXM9MTQsMTUsMTIsNDMsMiwxLDI2LDIxLDE5LDE3LDMwLDExLDIzLDEwLDQ0LDE2LD"
        "IyLDE4LDI0LDI1LDIwLDU3JmxpbWl0PTEmbz0x"
    )


def test_the_last_page_has_no_links(caller: Caller, sent: str) -> None:
    *others, last = caller.pages(path_to(sent, "sends"))
    assert others
    assert all("_links" in page for page in others)
    assert set(last) == {"tracking_activities"}
    [exact] = caller.pages("/emails", limit=str(len(account("default").records("campaigns"))))
    assert "_links" not in exact


@pytest.mark.parametrize("token", ["string", "", "bGltaXQ9MA==", "e30=", "%00", "bmV4dD14"])
def test_an_invalid_cursor_is_a_400(caller: Caller, sent: str, token: str) -> None:
    assert is_listing(caller.get(path_to(sent), next=token), 400)


def test_aggregate_percents_are_those_of_the_page(caller: Caller) -> None:
    for page in caller.pages(SUMMARIES, limit="40"):
        counts = [each["unique_counts"] for each in page["bulk_email_campaign_summaries"]]
        total = {key: sum(each[key] for each in counts) for key in counts[0]}
        expected = 100 * total["opens"] / (total["sends"] - total["bounces"])
        assert page["aggregate_percents"]["open"] == pytest.approx(expected, abs=0.005)


def test_twelve_thousand_opens_come_on_25_pages() -> None:
    opens: list[Record] = [{"contact_id": f"c{number}"} for number in range(12_345)]
    with DemoServer(StaticAccount({"opens": {"a": opens}})) as server:
        pages = list(Caller(server).pages(path_to("a")))
    assert len(pages) == 25
    assert [row for page in pages for row in page["tracking_activities"]] == opens


# --- filters ----------------------------------------------------------------------------------


def test_bounce_codes_may_be_repeated_and_stay_in_the_cursor(caller: Caller, sent: str) -> None:
    every = caller.tracking(sent, "bounces")
    some = caller.tracking(sent, "bounces", bounce_code=["V", "S"], limit="3")
    assert some == [row for row in every if row["bounce_code"] in {"V", "S"}]
    assert 3 < len(some) < len(every)
    assert is_listing(caller.get(path_to(sent, "bounces"), bounce_code="Q"), 400)


def test_clicks_of_one_link(caller: Caller, sent: str) -> None:
    every = caller.tracking(sent, "clicks")
    url_id = every[0]["url_id"]
    some = caller.tracking(sent, "clicks", url_id=url_id, limit="5")
    assert some == [row for row in every if row["url_id"] == url_id]
    assert caller.tracking(sent, "clicks", url_id="1") == []
    assert is_listing(caller.get(path_to(sent, "clicks"), url_id="x"), 400)


def test_campaigns_changed_between_two_instants(caller: Caller) -> None:
    after, before = "2025-01-01T00:00:00Z", "2025-06-30T20:00:00-04:00"
    some = caller.walk("/emails", "campaigns", after_date=after, before_date=before, limit="4")
    every = caller.walk("/emails", "campaigns")
    assert some == [each for each in every if "2025-01-01" < each["updated_at"] < "2025-07-01"]
    assert some
    assert is_listing(caller.get("/emails", after_date="yesterday"), 400)


def test_parameters_that_are_not_known_are_ignored(caller: Caller) -> None:
    plain = caller.get("/emails").json()
    assert caller.get("/emails", updated_after="2026-01-01", status="SENT").json() == plain


def test_links_without_clicks_come_on_request(caller: Caller, sent: str) -> None:
    path = f"/reports/email_reports/{sent}/links"
    clicked = caller.get(path).json()["link_click_counts"]
    every = caller.get(path, no_clicks="true").json()["link_click_counts"]
    assert clicked == caller.get(path, no_clicks="false").json()["link_click_counts"]
    assert [link for link in every if link["unique_clicks"]] == clicked
    assert len(every) == len(clicked) + 1
    assert is_listing(caller.get(path, no_clicks="perhaps"), 400)


# --- ids --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_unsent_unknown_and_permalink_activities(
    caller: Caller, unsent: str, permalink: str, kind: str
) -> None:
    assert caller.get(path_to(unsent, kind)).json() == {"tracking_activities": []}
    for other in (permalink, str(uuid4()), "not-an-id", "%2e%2e"):
        assert is_listing(caller.get(path_to(other, kind)), 404)


def test_links_of_unsent_and_unknown_activities(caller: Caller, unsent: str) -> None:
    path = "/reports/email_reports/{}/links"
    empty = {"campaign_activity_id": unsent, "link_click_counts": []}
    assert caller.get(path.format(unsent)).json() == empty
    assert is_listing(caller.get(path.format(uuid4())), 404)


def test_campaigns_and_their_activities(caller: Caller, world: World, removed: str) -> None:
    for campaign in world.programme.campaigns[::9]:
        detail = caller.get(f"/emails/{campaign.id}").json()
        roles = [each["role"] for each in detail["campaign_activities"]]
        assert detail["current_status"] == campaign.status.upper()
        assert roles[:2] == ["primary_email", "permalink"]
        activity = caller.get(f"/emails/activities/{campaign.activities[0].id}")
        assert activity.status_code == (404 if campaign.status == "Removed" else 200)
    assert is_listing(caller.get(f"/emails/{uuid4()}"), 404)
    assert is_listing(caller.get(f"/emails/activities/{removed}"), 404)
    assert is_listing(caller.get(path_to(removed)), 404)


def test_campaign_stats_fail_as_one(caller: Caller, world: World) -> None:
    ids = [campaign.id for campaign in world.programme.campaigns if campaign.sent]
    answer = caller.get(CAMPAIGN_STATS + ",".join(ids[:150])).json()
    assert [result["campaign_id"] for result in answer["results"]] == ids[:150]
    assert answer["errors"] == []
    for bad in (str(uuid4()), "not-an-id", ""):
        answer_to_bad = caller.get(CAMPAIGN_STATS + f"{ids[0]},{bad}")
        assert answer_to_bad.status_code == 404
        assert answer_to_bad.json() == [STATS_ERROR]


def test_activity_stats_fail_one_by_one(
    caller: Caller, sent: str, unsent: str, permalink: str
) -> None:
    ids = [sent, unsent, permalink, str(uuid4())]
    answer = caller.get(ACTIVITY_STATS + ",".join(ids)).json()
    assert [result["campaign_activity_id"] for result in answer["results"]] == [sent]
    assert answer["errors"] == [STATS_ERROR] * 3
    assert caller.get(ACTIVITY_STATS + f"{sent},not-an-id").status_code == 404


def test_batches_have_a_largest_size(caller: Caller) -> None:
    ids = [str(uuid4()) for _ in range(151)]
    assert is_listing(caller.get(CAMPAIGN_STATS + ",".join(ids)), 400)
    assert is_listing(caller.get(ACTIVITY_STATS + ",".join(ids[:11])), 400)
    assert len(caller.get(ACTIVITY_STATS + ",".join(ids[:10])).json()["errors"]) == 10


def test_an_empty_account_is_empty() -> None:
    zeros = dict.fromkeys(("click", "open", "did_not_open", "bounce", "unsubscribe"), 0)
    with DemoServer(account("empty")) as server:
        caller = Caller(server)
        assert caller.get("/emails").json() == {"campaigns": []}
        assert caller.get(SUMMARIES).json() == {
            "bulk_email_campaign_summaries": [],
            "aggregate_percents": zeros,
        }
        assert is_listing(caller.get(path_to(str(uuid4()))), 404)


def test_an_account_has_a_name() -> None:
    with pytest.raises(ConfigError, match="default or empty"):
        account("nothing")


# --- pace and quota ---------------------------------------------------------------------------


def test_a_fifth_request_in_any_second_is_throttled() -> None:
    times = iter([0.0, 0.1, 0.2, 0.9, 0.95, 1.05, 1.06, 1.2])
    statuses = statuses_of(lambda: next(times), 8, throttle=4)
    assert statuses == [200, 200, 200, 200, 429, 200, 429, 200]


def test_a_fixed_window_begins_anew_each_second() -> None:
    times = iter([0.7, 0.8, 0.9, 0.95, 0.99, 1.0, 1.1, 1.2, 1.3, 1.4])
    statuses = statuses_of(lambda: next(times), 10, throttle=4, window="fixed")
    assert statuses == [200] * 4 + [429] + [200] * 4 + [429]


def test_the_quota_ends_at_midnight() -> None:
    times = count(86_398, 0.5)
    statuses = statuses_of(lambda: next(times), 7, daily_quota=3)
    assert statuses == [200, 200, 200, 429, 200, 200, 200]


def statuses_of(clock: Callable[[], float], requests_sent: int, **limits: Any) -> list[int]:
    """Return the statuses of so many requests, each at the next tick of the clock."""
    last = 0.0

    def ticking() -> float:
        nonlocal last
        if len(server.requests) == answered[0]:
            last = clock()
            answered[0] += 1
        return last

    answered = [0]
    server = DemoServer(account("empty"), clock=ticking, **limits)
    with server:
        caller = Caller(server)
        return [caller.get("/emails").status_code for _ in range(requests_sent)]


def test_the_two_refusals_have_bodies_of_their_own() -> None:
    with DemoServer(account("empty"), throttle=0) as server:
        assert Caller(server).get("/emails").json() == {
            "error_key": "throttled",
            "error_message": "Too Many Requests",
        }
    with DemoServer(account("empty"), daily_quota=0) as server:
        assert Caller(server).get("/emails").json() == {
            "error_key": "quota_exceeded",
            "error_message": "Limit Exceeded",
        }


# --- the connection ---------------------------------------------------------------------------


def test_headers_are_those_of_the_gateway(caller: Caller) -> None:
    names = {name.lower() for name in caller.get("/emails").headers}
    assert names >= {
        "content-type",
        "x-amzn-requestid",
        "x-amz-apigw-id",
        "x-amzn-trace-id",
        "x-eig-tracking-id",
        "x-cache",
        "via",
        "x-amz-cf-pop",
        "x-amz-cf-id",
        "date",
    }
    assert not any("ratelimit" in name or name == "retry-after" for name in names)


def test_long_answers_are_compressed_on_request(caller: Caller) -> None:
    plain = caller.session.get(
        caller.server.base_url + "/emails", headers={"Accept-Encoding": "identity"}, timeout=10
    )
    packed = caller.get("/emails")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.json() == plain.json()


def test_a_connection_is_kept_and_text_is_utf8(server: DemoServer, sent: str) -> None:
    connection = HTTPConnection("127.0.0.1", int(server.origin.rpartition(":")[2]))
    headers = {"Authorization": f"Bearer {server.token}"}
    for _ in range(2):
        connection.request("GET", "/v3" + path_to(sent, "sends"), headers=headers)
        body = connection.getresponse().read().decode("utf-8")
        used = connection.sock
    assert "田中" in body or "العلي" in body
    assert used is connection.sock
    connection.close()


def test_requests_are_remembered_without_the_token() -> None:
    with DemoServer(account("empty")) as server:
        caller = Caller(server)
        caller.get("/emails", limit="3")
        caller.get("/nothing")
        assert server.requests.count == 2
        assert server.requests.of("campaigns") == [("/v3/emails?limit=3", 200)]
        assert [served.endpoint for served in server.requests] == ["campaigns", ""]
        assert server.token not in repr(list(server.requests))
        server.requests.clear()
        assert server.requests.count == 0


def test_latency_holds_back_each_answer() -> None:
    with DemoServer(account("empty"), latency=0.08) as server:
        began = time.perf_counter()
        Caller(server).get("/emails")
        assert time.perf_counter() - began >= 0.08


def test_a_server_stops_at_once_even_with_open_connections() -> None:
    server = DemoServer(account("empty")).start()
    caller = Caller(server)
    caller.get("/emails")
    began = time.perf_counter()
    server.stop()
    assert time.perf_counter() - began < 0.2
    with pytest.raises(requests.ConnectionError):
        caller.get("/emails")


def test_a_server_stops_at_once_even_while_it_keeps_clients_waiting() -> None:
    arrived = Event()

    def clock() -> float:
        arrived.set()
        return 0.0

    server = DemoServer(account("empty"), latency=30.0, clock=clock).start()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(Caller(server).get, "/emails")
        assert arrived.wait(10)
        began = time.perf_counter()
        server.stop()
        assert time.perf_counter() - began < 0.2
        assert wait([waiting], timeout=10).done


def test_each_server_has_a_token_of_its_own() -> None:
    servers = [DemoServer(account("empty")) for _ in range(2)]
    tokens = {server.token for server in servers}
    for server in servers:
        server.stop()
    assert len(tokens) == 2
    assert all(token.startswith("demo-") for token in tokens)


def test_a_port_may_be_chosen_and_is_on_loopback_only() -> None:
    with DemoServer(account("empty")) as server:
        port = int(server.origin.rpartition(":")[2])
        with pytest.raises(ConfigError, match=f"port {port} of 127.0.0.1 cannot be used"):
            DemoServer(account("empty"), port=port)
        Caller(server).get("/emails")
    with DemoServer(account("empty"), port=port) as again:
        assert again.base_url == f"http://127.0.0.1:{port}/v3"
        assert Caller(again).get("/emails").status_code == 200
    with pytest.raises(ConfigError, match="port 70000"):
        DemoServer(account("empty"), port=70_000)


def test_serving_tells_its_address_and_ends_with_ctrl_c() -> None:
    answers = []

    def announce(base_url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        answers.append(requests.get(base_url + "/emails", headers=headers, timeout=10))
        raise KeyboardInterrupt

    serve("empty", announce=announce, quirks={"last_links": "null"})
    assert [answer.json() for answer in answers] == [{"campaigns": [], "_links": None}]
    with pytest.raises(requests.ConnectionError):
        requests.get(answers[0].url, timeout=10)


def test_an_intercepted_request_gets_the_given_answer() -> None:
    def intercept(request: Request) -> Answer | None:
        return Answer.of({"message": "tea"}, 418) if "limit" in request.query else None

    with DemoServer(account("empty"), intercept=intercept) as server:
        caller = Caller(server)
        assert caller.get("/emails", limit="1").status_code == 418
        assert caller.get("/emails").status_code == 200


# --- what should not happen -------------------------------------------------------------------


def port_of(server: DemoServer) -> int:
    return int(server.origin.rpartition(":")[2])


def exchanged(server: DemoServer, request: bytes) -> bytes:
    """Return all that the server says to these bytes until it closes the connection."""
    with create_connection(("127.0.0.1", port_of(server)), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_a_failure_in_answering_is_a_500_and_remembered() -> None:
    problem = ValueError("a bug")

    def intercept(_: Request) -> Answer | None:
        raise problem

    with DemoServer(account("empty"), intercept=intercept) as server:
        assert is_listing(Caller(server).get("/emails"), 500)
        assert server.failures == [problem]
        assert [served.status for served in server.requests] == [500]


def test_only_a_lost_connection_passes_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    with DemoServer(account("empty")) as server:
        assert server._listener
        for error in (ConnectionResetError(), TimeoutError(), ValueError("a bug")):
            try:
                raise error
            except (OSError, ValueError):
                server._listener.handle_error(None, ("127.0.0.1", 1))
    told = capsys.readouterr().err
    assert "a bug" in told
    assert "Reset" not in told


def test_a_stopped_server_leaves_no_connection_and_no_thread() -> None:
    before = set(enumerate_threads())
    server = DemoServer(account("empty")).start()
    address = ("127.0.0.1", port_of(server))
    request = b"GET /v3/emails HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with create_connection(address, 10) as kept, create_connection(address, 10) as half_open:
        kept.sendall(request)
        assert kept.recv(65_536).startswith(b"HTTP/1.1 401")
        half_open.sendall(request[:20])
        server.stop()
        for connection in (kept, half_open):
            with suppress(ConnectionError):
                connection.sendall(request)
                assert connection.recv(65_536) == b""
    assert server.requests.count == 1
    assert set(enumerate_threads()) <= before


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        ("GET /v3/emails HTTP/1.1", "Host: evil.example", 403),
        ("GET /v3/emails HTTP/1.1", "Host: 127.0.0.1.evil.example", 403),
        ("GET /v3/emails HTTP/1.1", "Accept: */*", 403),
        ("GET /v3/emails HTTP/1.1", "Host: LOCALHOST:80\r\nContent-Length: -1", 400),
        ("GET /v3/emails HTTP/1.1", "Host: localhost\r\nContent-Length: 1234567890", 400),
        ("GET /v3/emails HTTP/1.1", "Host: [::1]:80\r\nContent-Length: 70000", 413),
        ("GET /" + "x" * 70_000 + " HTTP/1.1", "Host: localhost", 414),
        ("BREW /v3/emails HTTP/1.1", "Host: localhost", 403),
        ("nonsense", "Host: localhost", 400),
    ],
)
def test_what_makes_no_sense_is_refused_as_by_the_gateway(
    request_line: str, headers: str, status: int
) -> None:
    with DemoServer(account("empty")) as server:
        answer = exchanged(server, f"{request_line}\r\n{headers}\r\n\r\n".encode())
        assert [served.status for served in server.requests] == [status]
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"x-amzn-requestid" in head
    assert list(json.loads(body)) == ["message"]


def test_an_answer_to_head_has_no_body() -> None:
    with DemoServer(account("empty")) as server:
        answer = exchanged(server, b"HEAD /v3/emails HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert [served.path for served in server.requests] == ["/v3/emails"]
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert answer.endswith(b"\r\n\r\n")


def test_the_log_keeps_the_last_requests() -> None:
    log = RequestLog(most=2)
    for status in (200, 404, 500):
        log.add(Served(0.0, "campaigns", "/v3/emails", status))
    assert [served.status for served in log] == [404, 500]
    assert RequestLog()._served.maxlen == 100_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process at once")
def test_serving_ends_with_sigterm_and_leaves_its_handler() -> None:
    before = signal.getsignal(signal.SIGTERM)
    asked = []

    def announce(base_url: str, _: str) -> None:
        asked.append(base_url)
        signal.raise_signal(signal.SIGTERM)

    serve("empty", announce=announce)
    assert signal.getsignal(signal.SIGTERM) is before
    with pytest.raises(requests.ConnectionError):
        requests.get(asked[0], timeout=10)


def test_values_are_made_side_by_side_and_each_once() -> None:
    memo, other_made, made = Memo[int](size=4), Event(), []

    def slow() -> int:
        made.append("slow")
        assert other_made.wait(10)
        return 1

    with ThreadPoolExecutor(4) as pool:
        values = [pool.submit(memo.get, "slow", slow) for _ in range(3)]
        assert memo.get("quick", lambda: 2) == 2
        other_made.set()
    assert [value.result() for value in values] == [1, 1, 1]
    assert made == ["slow"]


def test_the_lagging_account_is_behind_its_rows() -> None:
    lagging, current = account("lagging"), account("default")
    sent = [each.id for each in current.world.mailings.activities]

    def behind(key: str) -> bool:
        ours, theirs = (each.document("activity_stats", key) for each in (lagging, current))
        return bool(ours["stats"] != theirs["stats"])

    assert lagging.records("opens", sent[-1]) == current.records("opens", sent[-1])
    assert any(behind(key) for key in sent[-30:])
    assert not all(behind(key) for key in sent[-30:])
