"""The embedded account's HTTP server: loopback only, quiet, and prompt to start and stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import getpid
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self
from uuid import UUID

from ccframes.demo.exchange import Answer, Request
from ccframes.demo.gate import Gate
from ccframes.demo.quirks import Fault, Quirks
from ccframes.demo.service import PREFIX, PRIVILEGES, SCOPES, Route, Service

if TYPE_CHECKING:
    import socket

    from ccframes.demo.documents import Account

Intercept = Callable[[Request], Answer | None]
_HTML = b"<html><body><h1>Something went wrong</h1></body></html>"


class Served(NamedTuple):
    """A request that was answered: when it came, for what, and the status it got."""

    at: float
    endpoint: str
    """Name of the endpoint, empty for unknown routes."""
    path: str
    """Path and query."""
    status: int
    """HTTP status; 0 where the connection was reset instead."""


class RequestLog:
    """The requests a server has answered, in their order. Holds no headers, so no token."""

    def __init__(self) -> None:
        self._served: list[Served] = []
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._served)

    def __iter__(self) -> Iterator[Served]:
        return iter(tuple(self._served))

    @property
    def count(self) -> int:
        """Number of requests."""
        return len(self)

    def of(self, endpoint: str) -> list[tuple[str, int]]:
        """Return path and status of the requests for an endpoint."""
        return [(served.path, served.status) for served in self if served.endpoint == endpoint]

    def add(self, served: Served) -> None:
        """Remember a request."""
        with self._lock:
            self._served.append(served)

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._served.clear()


class DemoServer:
    """A server for an embedded account on a free port of 127.0.0.1.

    Parameters
    ----------
    account : Account
        What is served.
    token : str, optional
        The access token that is accepted; by default one of this server's own.
    scopes, privileges : frozenset of str
        What the token may do; by default all.
    throttle : int, optional
        Requests in a second from which on the answer is 429 `throttled`; by default no limit.
    window : {"sliding", "fixed"}
        Whether a second is any second, or one of the clock.
    daily_quota : int, optional
        Requests in a UTC day from which on the answer is 429 `quota_exceeded`.
    clock : callable
        Seconds since 1970, for throttle and quota.
    latency : float
        Seconds before each answer.
    quirks : Quirks
        Departures from the usual form; may be exchanged while the server runs.
    intercept : callable, optional
        Asked first for each request; an Answer that it returns is sent as it is.

    Examples
    --------
    >>> from ccframes.demo import DemoServer, StaticAccount
    >>> with DemoServer(StaticAccount({"campaigns": []})) as server:
    ...     server.base_url.endswith("/v3"), server.requests.count
    (True, 0)
    """

    def __init__(
        self,
        account: Account,
        *,
        token: str = "",
        scopes: frozenset[str] = SCOPES,
        privileges: frozenset[str] = PRIVILEGES,
        throttle: int | None = None,
        window: Literal["sliding", "fixed"] = "sliding",
        daily_quota: int | None = None,
        clock: Callable[[], float] = time.time,
        latency: float = 0.0,
        quirks: Quirks | None = None,
        intercept: Intercept | None = None,
    ) -> None:
        self.requests = RequestLog()
        self.quirks = quirks or Quirks()
        self.latency = latency
        self.intercept = intercept
        self._clock = clock
        self._numbered = 0
        self._lock = Lock()
        self._stopping = Event()
        self._listener = _Listener(self)
        self._thread = Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)
        gate = Gate(clock, throttle, window, daily_quota)
        self.token = token or _own_token(self._listener.server_port)
        self._service = Service(account, self.token, gate, scopes, privileges)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    @property
    def base_url(self) -> str:
        """What stands here for `https://api.cc.email/v3`."""
        return self.origin + PREFIX

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and close every connection; once stopped, a server stays stopped."""
        self._stopping.set()
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def respond(self, request: Request) -> tuple[int, Answer]:
        """Return the number of the request and its answer, after the latency."""
        came_at = self._clock()
        with self._lock:
            self._numbered += 1
            number = self._numbered
        if self.latency:
            self._stopping.wait(self.latency)
        answer = self._answer(number, request)
        route = Route.of(request.path)
        name = route.endpoint.name if route else ""
        status = 0 if answer.broken == "reset" else answer.status
        self.requests.add(Served(came_at, name, request.target, status))
        return number, answer

    def _answer(self, number: int, request: Request) -> Answer:
        intercepted = self.intercept(request) if self.intercept else None
        if intercepted is not None:
            return intercepted
        fault = self.quirks.faults.get(number)
        if isinstance(fault, int) or fault == "html":
            status = 200 if fault == "html" else fault
            return Answer(status, _HTML, content_type="text/html")
        answer = self._service.answer(request, self.quirks)
        return _broken(answer, fault) if fault else answer


def _broken(answer: Answer, how: Fault) -> Answer:
    if how == "cut":
        return Answer(answer.status, answer.body, answer.headers, broken="cut")
    return Answer(answer.status, b"", broken="reset")


def _own_token(port: int) -> str:
    """Return a token that no other server on this machine accepts now."""
    return "demo-" + sha256(f"{getpid()}:{port}".encode()).hexdigest()[:40]


class _Listener(ThreadingHTTPServer):
    """Accepts connections, and knows which are open so that it can close them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, demo: DemoServer) -> None:
        self.demo = demo
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """Bind without asking for the host's name, which can take seconds."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection while a thread serves it."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away is no event."""

    def close(self) -> None:
        """Close the port and every connection."""
        self.server_close()
        for connection in tuple(self._open):
            self.shutdown_request(connection)


class _Handler(BaseHTTPRequestHandler):
    """Turns bytes into Request, and Answer into bytes: one write for each answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet; `DemoServer.requests` tells."""

    def do_GET(self) -> None:
        """Answer a request."""
        demo = self.server.demo
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, demo.origin)
        number, answer = demo.respond(request)
        self._send(number, answer, request)

    def do_POST(self) -> None:
        """Refuse, as for any unknown route; the request's body is not read."""
        self.close_connection = True
        self.do_GET()

    do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815 (names that http.server looks for)

    def _send(self, number: int, answer: Answer, request: Request) -> None:
        body, described = answer.encoded_for(request)
        phrase, _ = self.responses.get(answer.status, ("Unknown", ""))
        headers = {"date": self.date_time_string(), **_gateway_headers(number), **described}
        if self.close_connection:
            headers["connection"] = "close"
        lines = [f"HTTP/1.1 {answer.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        if answer.broken:
            self.close_connection = True
            head, body = (head, body[: len(body) // 2]) if answer.broken == "cut" else (b"", b"")
        if head:
            self.wfile.write(head + body)


def _gateway_headers(number: int) -> dict[str, str]:
    """Return the headers that gateway and content network add, the same in every run."""
    marks = sha256(f"request {number}".encode()).digest()
    trace = marks.hex()
    return {
        "x-amzn-requestid": str(UUID(bytes=marks[:16], version=4)),
        "x-amz-apigw-id": trace[:15] + "=",
        "x-amzn-trace-id": f"Root=1-{trace[:8]}-{trace[8:32]}",
        "x-eig-tracking-id": str(UUID(bytes=marks[16:], version=4)),
        "x-cache": "Miss from cloudfront",
        "via": "1.1 demo.cloudfront.example (CloudFront)",
        "x-amz-cf-pop": "DEMO50-P1",
        "x-amz-cf-id": trace[32:],
    }
