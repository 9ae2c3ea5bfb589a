"""Bytes into requests and answers into bytes: through sockets on loopback, or without any."""

from __future__ import annotations

import io
import os
import re
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread, current_thread
from typing import Any, Final, Protocol, cast
from uuid import UUID

from ccframes.demo.exchange import Answer, Request
from ccframes.errors import ConfigError

Respond = Callable[[Request, Answer | None], tuple[int, Answer]]

HOST: Final = "127.0.0.1"
_LONGEST_BODY = 65_536
_READ_TIMEOUT = 30
"""Seconds for which a connection may be silent."""
_JOIN_TIMEOUT = 1.0
"""Seconds that an answer in the making may take when the server stops."""
_OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)


class Responder(Protocol):
    """Whoever has the answers."""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""

    @property
    def closed(self) -> bool:
        """Whether it answers no more."""

    def respond(self, request: Request, refusal: Answer | None = None) -> tuple[int, Answer]:
        """Return the number of a request and its answer, which is the refusal if there is one."""


def exchanged(asked: bytes, responder: Responder) -> bytes:
    """Return the bytes that a socket would bring in answer to those of a request."""
    line = _Line(asked)
    _Handler(cast(Any, line), (HOST, 0), cast(Any, responder))
    return line.answered.getvalue()


class _Line:
    """What the handler uses of a socket."""

    def __init__(self, asked: bytes) -> None:
        self._asked = asked
        self.answered = io.BytesIO()

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._asked)

    def sendall(self, answer: bytes) -> None:
        self.answered.write(answer)

    def settimeout(self, *_: Any) -> None:
        """Do nothing: what was asked is all there."""

    setsockopt = settimeout


class Listener(ThreadingHTTPServer):
    """Accepts connections, and knows which are open so that it can close them.

    Parameters
    ----------
    respond : callable
        Gives the number of a request and its answer, which is the refusal if there is one.
    port : int
        Port of 127.0.0.1; 0 for a free one.

    Raises
    ------
    ConfigError
        The port cannot be had.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, respond: Respond, port: int = 0) -> None:
        self.respond = respond
        self.closed = False
        self._open: dict[socket.socket, Thread] = {}
        self._thread = Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            problem = f"port {port} of {HOST} cannot be used ({error}); 0 takes a free one"
            raise ConfigError(problem) from error

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self.server_port}"

    def start(self) -> None:
        """Begin to accept, in a thread; without one, close the port and raise RuntimeError."""
        try:
            self._thread.start()
        except RuntimeError:
            self.close()
            raise

    def server_bind(self) -> None:
        """Bind without asking for the host's name, which can take seconds."""
        # a port given twice is free at once; it would be shared on Windows, and browsers lack it
        if os.name == "posix" and hasattr(socket, "SO_REUSEADDR"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve the connection in a thread, and remember both."""
        thread = Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        self._open.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that goes away: it is no event."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Close the port and every connection, and wait for all threads."""
        self.closed = True
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
        served = tuple(self._open.items())
        for connection, _ in served:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it
        for _, thread in served:
            if thread is not current_thread():
                thread.join(_JOIN_TIMEOUT)


class _Handler(BaseHTTPRequestHandler):
    """Turns bytes into Request, and Answer into bytes: one write for each answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _READ_TIMEOUT
    server: Responder  # type: ignore[assignment]  # all that is used of a server here

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet; `DemoServer.requests` tells."""

    def do_GET(self) -> None:
        """Answer a request."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        refused = _refused(headers)
        if refused:
            self.send_error(refused)
            return
        body = self._body(headers)
        request = Request(self.command, self.path, headers, self.server.origin, body)
        self._reply(request)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 (http.server's)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer as the gateway does what is refused unread, and end the connection."""
        self.close_connection = True
        method, target, *_ = [*self.requestline.split(), "", ""]
        phrase, _ = self.responses.get(code, ("Unknown", ""))
        if code == HTTPStatus.NOT_IMPLEMENTED:
            code, phrase = HTTPStatus.FORBIDDEN, "Missing Authentication Token"
        request = Request(method, target, {}, self.server.origin)
        refusal = Answer.of({"message": phrase}, int(code))
        self._reply(request, refusal)

    def _reply(self, request: Request, refusal: Answer | None = None) -> None:
        """Answer, unless the request was cut off by the end of the server."""
        if self.server.closed:
            self.close_connection = True
            return
        number, answer = self.server.respond(request, refusal)
        self._send(number, answer, request)

    def _body(self, headers: dict[str, str]) -> bytes:
        """Return the body; one in chunks is not read, and ends the connection."""
        if "transfer-encoding" in headers:
            self.close_connection = True
            return b""
        return self.rfile.read(int(headers.get("content-length", "0")))

    def _send(self, number: int, answer: Answer, request: Request) -> None:
        body, described = answer.encoded_for(request)
        phrase, _ = self.responses.get(answer.status, ("Unknown", ""))
        headers = {"date": self.date_time_string(), **_gateway_headers(number), **described}
        if self.close_connection:
            headers["connection"] = "close"
        lines = [f"HTTP/1.1 {answer.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        if answer.broken in {"cut", "reset"}:
            self.close_connection = True
            head, body = (head, body[: len(body) // 2]) if answer.broken == "cut" else (b"", b"")
        if request.method == "HEAD":
            body = b""
        if head:
            self.wfile.write(head + body)


def _refused(headers: dict[str, str]) -> int:
    """Return the status of a request that is not even read; 0 for any other.

    A host that is not this machine's is that of a web page which was led here by its name server.
    """
    if not _OWN_HOST.fullmatch(headers.get("host", "")):
        return HTTPStatus.FORBIDDEN
    length = headers.get("content-length", "0")
    if not re.fullmatch("[0-9]{1,9}", length):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if int(length) > _LONGEST_BODY else 0


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
