"""Walks: pages followed one after the other, many walks at once.

A walk keeps how far it came, so that a load which was stopped can go on. Threads were chosen over
an event loop: notebooks run one already, and requests is given.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import quote

from ccframes.errors import PagingError
from ccframes.page import Page
from ccframes.schema import Endpoint
from ccframes.wire.pace import check_cancelled
from ccframes.wire.transport import Cancelled, Transport

WORKERS = 8
"""Walks under way at once: at 4 requests a second, enough for answers that take two seconds."""

_POLL = 0.2  # seconds; a wait without a limit cannot be interrupted on Windows

Params = dict[str, str | list[str]]


@dataclass(eq=False)
class Walk:
    """The pages of one request and those that follow it."""

    endpoint: Endpoint
    ids: tuple[str, ...] = ()
    params: Params = field(default_factory=dict)
    max_pages: int | None = None
    expected_rows: int = 0
    pages: int = 0
    done: bool = False
    cut: bool = False
    _href: Any = None
    _seen: set[str] = field(default_factory=set)

    @property
    def least_requests(self) -> int:
        """Requests still to be sent, as far as the expected rows tell; one if they tell nothing."""
        if self.done:
            return 0
        pages = -(-self.expected_rows // self.endpoint.page_rows)
        if self.endpoint.walk != "cursor":
            pages = 1
        if self.max_pages is not None:
            pages = min(pages, self.max_pages)
        return max(1, pages - self.pages)

    def next_url(self, transport: Transport) -> str:
        """Return the URL of the page to fetch next."""
        if not self.pages:
            return transport.url(self._path(), self.params)
        url = transport.next_url(self._href)
        if url in self._seen:
            raise PagingError(
                f"{self.endpoint.name}: page {self.pages} links to a page that was fetched before; "
                "following it would never end. Load again later; if it stays, report it"
            )
        return url

    def advance(self, url: str, page: Page) -> None:
        """Take note of a page that came."""
        self._seen.add(url)
        self.pages += 1
        self._href = page.next_href
        self.cut = self._href is not None and self.pages == self.max_pages
        self.done = self._href is None or self.cut

    def end(self) -> None:
        """Take note that there is nothing to come."""
        self.done = True

    def halves(self) -> tuple[Walk, Walk]:
        """Return two walks, each for half of the ids."""
        middle = len(self.ids) // 2
        first, second = (
            Walk(self.endpoint, ids, self.params, self.max_pages)
            for ids in (self.ids[:middle], self.ids[middle:])
        )
        return first, second

    def _path(self) -> str:
        ids = ",".join(quote(one, safe="") for one in self.ids)
        return self.endpoint.path.replace(f"{{{self.endpoint.placeholder}}}", ids)


class Event(NamedTuple):
    """What happened to a walk: a page came, it ended, or it failed."""

    walk: Walk
    ended: bool
    error: Exception | None = None


class Crew:
    """Threads that follow walks; a context manager and an iterator of events.

    `take(walk, page)` is called for each page, in one thread at a time, and `sent()` for each
    request, in any thread. Leaving the context stops the threads at once: no page is taken after
    that.
    """

    def __init__(
        self,
        transport: Transport,
        walks: Iterable[Walk],
        *,
        take: Callable[[Walk, Page], None],
        sent: Callable[[], None],
        workers: int = WORKERS,
    ) -> None:
        self._transport = transport
        self._take = take
        self._sent = sent
        self._cancelled = threading.Event()
        self._gate = threading.Lock()
        self._to_do: queue.SimpleQueue[Walk | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._under_way = 0
        longest_first = sorted(walks, key=lambda walk: -walk.expected_rows)
        for walk in longest_first:
            self.add(walk)
        self._threads = [
            threading.Thread(target=self._work, name="ccframes-walk", daemon=True)
            for _ in range(min(workers, len(longest_first)))
        ]

    def add(self, walk: Walk) -> None:
        """Let another walk be followed."""
        self._under_way += 1
        self._to_do.put(walk)

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._cancelled.set()
        for _ in self._threads:
            self._to_do.put(None)
        with self._gate:
            pass  # whoever is taking a page has finished when this is ours

    def __iter__(self) -> Iterator[Event]:
        """Start the threads, and yield events until no walk is under way.

        Raises
        ------
        Cancelled
            The load of the thread that iterates was cancelled.
        """
        check_cancelled()
        for thread in self._threads:
            thread.start()
        while self._under_way:
            check_cancelled()
            try:
                event = self._events.get(timeout=_POLL)
            except queue.Empty:
                continue
            if event.ended:
                self._under_way -= 1
            yield event

    def _work(self) -> None:
        while (walk := self._to_do.get()) is not None:
            try:
                self._follow(walk)
            except Cancelled:
                return
            except Exception as error:  # noqa: BLE001 - handed to the thread that asked
                self._events.put(Event(walk, ended=True, error=error))

    def _follow(self, walk: Walk) -> None:
        while not walk.done:
            url = walk.next_url(self._transport)
            page = self._transport.get(url, cancelled=self._cancelled, sent=self._sent)
            with self._gate:
                if self._cancelled.is_set():
                    return
                self._take(walk, page)
                walk.advance(url, page)
            self._events.put(Event(walk, ended=walk.done))
