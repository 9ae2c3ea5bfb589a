"""Connections that write a request only in its turn.

This is the lowest point that every request passes, first or retried, direct or through a proxy:
nothing above it can forget the pace.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import wait_for_read

from ccframes.errors import ConfigError
from ccframes.wire.pace import check_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from urllib3 import HTTPResponse, PoolManager, ProxyManager

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


def _pace_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
