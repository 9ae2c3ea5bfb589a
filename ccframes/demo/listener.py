"""Sockets of the embedded server: bytes into requests, answers into bytes, loopback only."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from uuid import UUID

from ccframes.demo.exchange import Answer, Request
from ccframes.errors import ConfigError

Respond = Callable[[Request], tuple[int, Answer]]

HOST: Final = "127.0.0.1"
_LONGEST_BODY = 65_536


class Listener(ThreadingHTTPServer):
    """Accepts connections, and knows which are open so that it can close them.

    Parameters
    ----------
    respond : callable
        Gives the number of a request and its answer.
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
        self._open: set[socket.socket] = set()
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            problem = f"port {port} of {HOST} cannot be used ({error}); 0 takes a free one"
            raise ConfigError(problem) from error

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self.server_port}"

    def server_bind(self) -> None:
        """Bind without asking for the host's name, which can take seconds."""
        if os.name == "posix":  # a port given twice is free at once; elsewhere it would be shared
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

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
    server: Listener

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet; `DemoServer.requests` tells."""

    def do_GET(self) -> None:
        """Answer a request."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self._body(headers)
        request = Request(self.command, self.path, headers, self.server.origin, body)
        number, answer = self.server.respond(request)
        self._send(number, answer, request)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815 (http.server's)

    def _body(self, headers: dict[str, str]) -> bytes:
        """Return the body; one without a sensible length is not read, and ends the connection."""
        length = headers.get("content-length", "0")
        known = length.isdecimal() and int(length) <= _LONGEST_BODY
        if not known or "transfer-encoding" in headers:
            self.close_connection = True
            return b""
        return self.rfile.read(int(length))

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
