"""Connections that write a request only in its turn, and what stands for them without sockets.

This is the lowest point that every request passes, first or retried, direct or through a proxy:
nothing above it can forget the pace.
"""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from contextvars import ContextVar
from http.client import HTTPResponse as ReceivedResponse
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import wait_for_read

from ccframes.errors import ConfigError
from ccframes.wire.pace import check_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from requests import PreparedRequest, Response
    from urllib3 import PoolManager, ProxyManager

_WATCH = 0.1

_slot: ContextVar[Callable[[], AbstractContextManager[None]]] = ContextVar("slot")


@contextmanager
def sending_in(slot: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Let requests of this thread be written, each within a slot."""
    before = _slot.set(slot)
    try:
        yield
    finally:
        _slot.reset(before)


class PacedConnection(HTTPConnection):
    """A connection that is made first, then waits for its turn, then writes."""

    debuglevel = 0  # http.client prints the Authorization header where this is set for all

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Write one request in its turn."""
        if self.sock is None:
            self.connect()
        with _slot.get()():
            super().request(*args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 has it
        """Read the head of the answer, but give up waiting for it when cancelled."""
        self._await_answer()
        return super().getresponse()

    def _await_answer(self) -> None:
        sock = self.sock
        if sock is None or getattr(sock, "pending", int)():
            return
        limit = self.timeout if isinstance(self.timeout, int | float) else float("inf")
        deadline = time.monotonic() + limit
        while not wait_for_read(sock, timeout=min(_WATCH, limit)):
            check_cancelled()
            if time.monotonic() >= deadline:
                raise TimeoutError("timed out")


class PacedHTTPSConnection(PacedConnection, HTTPSConnection):
    """The same over TLS."""


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = PacedConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = PacedHTTPSConnection


class PacedAdapter(HTTPAdapter):
    """Give requests' sessions paced connections, and no retries of their own."""

    def __init__(self, connections: int) -> None:
        super().__init__(pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools for direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _pace_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> ProxyManager:
        """Make the pools for connections through a proxy."""
        if proxy.lower().startswith("socks"):
            raise ConfigError("SOCKS proxies are not supported; use an HTTP proxy, or none")
        manager: ProxyManager = super().proxy_manager_for(proxy, **proxy_kwargs)
        _pace_pools(manager)
        return manager


class InProcessAdapter(HTTPAdapter):
    """Answer requests without a connection: `exchange` turns their bytes into an answer's.

    What it is asked and answers is HTTP all the same, so that nothing above it sees a difference.
    """

    def __init__(self, exchange: Callable[[bytes], bytes]) -> None:
        super().__init__(max_retries=0)
        self._exchange = exchange

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        """Write one request in its turn, and read the answer."""
        with _slot.get()():
            asked = _written(request)
        received = ReceivedResponse(_Line(self._exchange(asked)), method=request.method)  # type: ignore[arg-type]
        received.begin()
        answer = HTTPResponse(
            body=received,
            headers=HTTPHeaderDict(received.msg.items()),
            status=received.status,
            reason=received.reason,
            preload_content=False,
            request_method=request.method,
        )
        return self.build_response(request, answer)


class _Line:
    """What `http.client` uses of a socket."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._answer)


def _written(request: PreparedRequest) -> bytes:
    headers = {"Host": urlsplit(request.url or "").netloc, **request.headers}
    lines = [f"{request.method} {request.path_url} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _pace_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
