"""A loopback server that misbehaves on the wire, as a script tells it to.

::

    with MisbehavingServer([Reply(status=503), Reply(b'{"results": []}')]) as server:
        ...  # server.base_url, server.requests

A script is a list of replies, of which the last one repeats, or a function from Request to Reply.
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """A request as it arrived; `arrived` is on the monotonic clock, `number` counts from 0."""

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    arrived: float


@dataclass(frozen=True)
class Reply:
    """An answer, or what comes instead of one.

    `delay` waits before it; `stall` never sends it; `reset` breaks the connection instead;
    `cut_after` breaks off after that many bytes of the body; `raw` is sent in place of all.
    `length` False ends the body by closing, without a Content-Length.
    """

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    stall: bool = False
    reset: bool = False
    cut_after: int | None = None
    chunked: bool = False
    length: bool = True
    raw: bytes | None = None

    def encoded(self) -> bytes:
        """Return all bytes to send."""
        if self.raw is not None:
            return self.raw
        body = _chunked(self.body) if self.chunked else self.body
        return self._head() + body[: self.cut_after]

    @property
    def closes(self) -> bool:
        """Whether the connection cannot be used again."""
        return self.raw is not None or self.cut_after is not None or not self.length

    def _head(self) -> bytes:
        headers = {"Content-Type": "application/json", **self.headers}
        if self.chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif self.length:
            headers.setdefault("Content-Length", str(len(self.body)))
        phrase = HTTPStatus(self.status).phrase
        lines = [f"HTTP/1.1 {self.status} {phrase}", *(f"{k}: {v}" for k, v in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def json_reply(value: Any, status: int = 200, **more: Any) -> Reply:
    """Return a reply with a JSON body."""
    return Reply(json.dumps(value).encode(), status, **more)


def html_reply(status: int = 200) -> Reply:
    """Return a login page."""
    return Reply(b"<!doctype html><title>Log in</title>", status, {"Content-Type": "text/html"})


def gzip_reply(value: Any, *, drop: int = 0) -> Reply:
    """Return a compressed reply, without its last bytes if so wished."""
    packed = gzip.compress(json.dumps(value).encode())
    return Reply(packed[: len(packed) - drop], headers={"Content-Encoding": "gzip"})


THROTTLED = json_reply({"error_key": "throttled", "error_message": "Too Many Requests"}, 429)
QUOTA_EXCEEDED = json_reply({"error_key": "quota_exceeded", "error_message": "Limit Exceeded"}, 429)
UNAUTHORIZED = json_reply({"error_key": "unauthorized", "error_message": "Unauthorized"}, 401)

Script = Sequence[Reply] | Callable[[Request], Reply]


class MisbehavingServer:
    """Answer as the script says, every connection in a thread of its own."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._connections: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.requests: list[Request] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]

    @property
    def base_url(self) -> str:
        """Where the API would be."""
        return f"http://127.0.0.1:{self.port}/v3"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with socket.create_connection(("127.0.0.1", self.port)):
            pass  # wakes accept()
        with self._lock:
            for connection in self._connections:
                _shut(connection)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def wait_for_requests(self, count: int, timeout: float = 10) -> None:
        """Return once so many requests have arrived."""
        deadline = time.monotonic() + timeout
        while len(self.requests) < count:
            assert time.monotonic() < deadline, f"only {len(self.requests)} requests came"
            self._closing.wait(0.005)

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            connection, _ = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._connections.add(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        # The client may go away at any time: some tests want that.
        with suppress(OSError), connection, connection.makefile("rb") as stream:
            while not self._closing.is_set() and (head := _read_head(stream)):
                if not self._answer(connection, head):
                    break
        with self._lock:
            self._connections.discard(connection)

    def _answer(self, connection: socket.socket, head: list[str]) -> bool:
        """Answer one request and tell whether the connection can be used again."""
        reply = self._reply_to(head)
        if self._closing.wait(None if reply.stall else reply.delay):
            return False
        if reply.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        connection.sendall(reply.encoded())
        return not reply.closes

    def _reply_to(self, head: list[str]) -> Reply:
        arrived = time.monotonic()
        method, path, _ = head[0].split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        with self._lock:
            request = Request(len(self.requests), method, path, headers, arrived)
            self.requests.append(request)
            if callable(self._script):
                return self._script(request)
            return self._script[min(request.number, len(self._script) - 1)]


def _read_head(stream: Any) -> list[str]:
    lines = []
    while line := stream.readline().decode("latin-1").rstrip("\r\n"):
        lines.append(line)
    return lines


def _chunked(body: bytes) -> bytes:
    half = len(body) // 2
    chunks = (body[:half], body[half:], b"")
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # already gone
        connection.shutdown(socket.SHUT_RDWR)
