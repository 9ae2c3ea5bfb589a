"""The requests a server has answered."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Served(NamedTuple):
    """A request that was answered: when it came, for what, and the status it got."""

    at: float
    endpoint: str
    """Name of the endpoint, `oauth` for those of the authorization, empty for unknown routes."""
    path: str
    """Path and query; of the authorization the path alone."""
    status: int
    """HTTP status; 0 where the connection was reset instead."""


class RequestLog:
    """The requests a server has answered, in their order. Holds no headers, so no token.

    Of very many only the last `most` are kept.
    """

    def __init__(self, most: int = 100_000) -> None:
        self._served: deque[Served] = deque(maxlen=most)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._served)

    def __iter__(self) -> Iterator[Served]:
        with self._lock:
            return iter(tuple(self._served))

    @property
    def count(self) -> int:
        """Number of requests, of those that are kept."""
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
