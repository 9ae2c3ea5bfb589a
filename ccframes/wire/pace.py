"""The pace: so many requests a second and a day for one API key, whoever sends them.

Within a process one request is sent at a time and `Pace.gap` lies between two. Across processes
they share a ledger: each reserves one turn, waits for it, and claims it as it sends.
"""

from __future__ import annotations

import json
import logging
import math
import os
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ccframes.errors import ConfigError, QuotaExceededError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

logger = logging.getLogger("ccframes")

STRETCH = 1.04
"""How much longer than 1/rate the gap is; the margin is for requests that travel unevenly."""

THROTTLE_PAUSE = 1.0
_WIDENING_STEP = 1.02
_WIDEST = 1.5
_LATE = 0.002
_FURTHEST_TURN = 10.0
_LONGEST_PAUSE = 60.0
_DAY = 86_400.0
_JUST_RESET = 300.0
_LOCK_TIMEOUT = 2.0
_LOCK_POLL = 0.002
_TURN_POLL = 0.1


class Cancelled(Exception):
    """The load that this request belongs to was cancelled."""

    def __str__(self) -> str:
        return "it was cancelled"


_cancelled: ContextVar[threading.Event | None] = ContextVar("cancelled", default=None)


@contextmanager
def cancellable(cancelled: threading.Event | None) -> Iterator[None]:
    """Let the event end every wait of this thread within the block; None leaves that as it is."""
    before = _cancelled.set(cancelled or _cancelled.get())
    try:
        yield
    finally:
        _cancelled.reset(before)


def check_cancelled() -> None:
    """Raise Cancelled if this thread's load was cancelled."""
    cancelled = _cancelled.get()
    if cancelled is not None and cancelled.is_set():
        raise Cancelled


def pause_for(seconds: float) -> None:
    """Sleep, unless cancelled: then raise Cancelled at once."""
    cancelled = _cancelled.get() or threading.Event()
    if cancelled.wait(max(0.0, seconds)):
        raise Cancelled


def next_reset(now: float) -> datetime:
    """Return the next 00:00 UTC, when the API begins to count anew."""
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


@dataclass
class Book:
    """What is known of one API key. Instants are seconds since the epoch.

    The clock may jump: an instant further ahead than it can be is taken for that jump.
    """

    last_sent: float = 0.0
    last_reserved: float = 0.0
    paused_until: float = 0.0
    widening: float = 1.0
    day: str = ""
    sent_today: int = 0
    exhausted_until: float = 0.0

    @classmethod
    def from_json(cls, text: str | bytes) -> Book:
        """Read a book; raise ValueError where it is none. Fields that make no sense start anew."""
        entries = json.loads(text)
        if not isinstance(entries, dict):
            raise ValueError("not a book")
        kept = {
            field.name: entries[field.name]
            for field in fields(cls)
            if _makes_sense(entries.get(field.name), field.default)
        }
        return cls(**kept)

    def to_json(self) -> str:
        """Return the book as it is stored."""
        return json.dumps(asdict(self))

    def open_day(self, now: float) -> None:
        """Begin a new count when the UTC day has changed, and undo jumps of the clock."""
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        if day != self.day:
            self.day, self.sent_today, self.widening = day, 0, 1.0
        self.widening = min(self.widening, _WIDEST)
        self.last_sent = min(self.last_sent, now)
        self.last_reserved = min(self.last_reserved, now + _FURTHEST_TURN)
        self.paused_until = min(self.paused_until, now + _LONGEST_PAUSE)
        if self.exhausted_until > now + _DAY:
            self.exhausted_until = 0.0

    def reserve(self, now: float, gap: float) -> float:
        """Take the next turn and return its instant."""
        self.last_reserved = max(now, self.last_reserved + gap, self._earliest(gap))
        return self.last_reserved

    def claim(self, now: float, gap: float) -> float:
        """Count a request sent now and return 0, or how many seconds are still to wait."""
        wait = self._earliest(gap) - now
        if wait > 0:
            return wait
        self.sent_today += 1
        self.settle(now)
        return 0.0

    def settle(self, sent: float) -> None:
        """Note the instant at which the request was really sent."""
        self.last_sent = sent
        self.last_reserved = max(self.last_reserved, sent)

    def throttle(self, now: float, pause: float) -> None:
        """Pause, and widen the gap: once for all the refusals that one pause answers."""
        if now >= self.paused_until:
            self.widening = min(self.widening * _WIDENING_STEP, _WIDEST)
        self.paused_until = max(self.paused_until, now + min(pause, _LONGEST_PAUSE))

    def exhaust(self, now: float) -> None:
        """Send nothing more today.

        Just after midnight by this clock it may still be yesterday by the API's.
        """
        reset = next_reset(now).timestamp()
        just_reset = reset - now > _DAY - _JUST_RESET
        self.exhausted_until = now + _LONGEST_PAUSE if just_reset else reset

    def remaining(self, now: float, quota: int) -> int:
        """Return how many requests may still be sent today."""
        return 0 if now < self.exhausted_until else max(0, quota - self.sent_today)

    def _earliest(self, gap: float) -> float:
        return max(self.last_sent + gap, self.paused_until)


class Ledger(Protocol):
    """Where the book of one API key is kept."""

    def opened(self) -> AbstractContextManager[Book]:
        """Lend the book to one caller at a time, and keep what was written in it."""


class MemoryLedger:
    """A ledger for this process alone."""

    def __init__(self) -> None:
        self._book = Book()
        self._lock = threading.Lock()

    @contextmanager
    def opened(self) -> Iterator[Book]:
        """Lend the book."""
        with self._lock:
            yield self._book


class FileLedger:
    """A ledger that every process of this user shares.

    Where the file cannot be used, a warning is logged and this process keeps its own book.
    """

    def __init__(self, path: Path) -> None:
        from filelock import FileLock  # noqa: PLC0415 - 17 ms that `import ccframes` may not take

        self._path = path
        self._threads = threading.Lock()
        self._processes = FileLock(
            path.with_suffix(".lock"), mode=0o600, timeout=_LOCK_TIMEOUT, poll_interval=_LOCK_POLL
        )
        self._shared = True
        self._book = Book()

    @classmethod
    def of_key(cls, key: str) -> FileLedger:
        """Return the ledger of an API key, given its hash, in the user's state directory."""
        from platformdirs import user_state_dir  # noqa: PLC0415 - 10 ms, as above

        return cls(Path(user_state_dir("ccframes")) / f"pace-{key}.json")

    @contextmanager
    def opened(self) -> Iterator[Book]:
        """Lend the book, locked against other threads and processes."""
        with self._threads:
            self._lock()
            try:
                self._load()
                before = replace(self._book)
                yield self._book
                if self._book != before:
                    self._save()
            finally:
                self._processes.release()

    def _lock(self) -> None:
        if not self._shared:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._processes.acquire()
        except (OSError, NotImplementedError) as error:
            self._stop_sharing(error)

    def _load(self) -> None:
        if not self._shared:
            return
        try:
            self._book = Book.from_json(self._path.read_bytes())
        except FileNotFoundError:
            self._book = Book()
        except OSError as error:
            self._stop_sharing(error)
        except (ValueError, RecursionError):
            logger.warning("the pace ledger %s is not readable; it starts anew", self._path)
            self._book = Book()

    def _save(self) -> None:
        if not self._shared:
            return
        draft = self._path.with_suffix(".tmp")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
                f.write(self._book.to_json())
            draft.replace(self._path)
        except OSError as error:
            self._stop_sharing(error)

    def _stop_sharing(self, error: Exception) -> None:
        self._shared = False
        logger.warning(
            "the pace ledger %s cannot be used (%s): other processes on this API key are not "
            "seen, and today's requests are counted from 0; run one process at a time, or make "
            "the directory writable",
            self._path,
            error,
        )


class Pace:
    """Let requests of one API key go out one by one.

    Parameters
    ----------
    ledger : Ledger
        Where the API key's requests are noted.
    rate : float, optional
        Requests per second that the API allows; None to wait for nothing.
    daily_quota : int, optional
        Requests per UTC day that the API allows; None to count without a limit.
    pause : float
        Seconds for which all stop after a refusal.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        rate: float | None = 4.0,
        daily_quota: int | None = 10_000,
        pause: float = THROTTLE_PAUSE,
    ) -> None:
        if rate is not None and not 0 < rate < math.inf:
            raise ConfigError(f"rate must be a number of requests per second, not {rate!r}")
        if daily_quota is not None and daily_quota < 0:
            raise ConfigError(f"daily_quota must be a number of requests, not {daily_quota!r}")
        self._ledger = ledger
        self._shortest_gap = STRETCH / rate if rate else 0.0
        self._quota = daily_quota
        self._pause = pause
        self._turn = threading.Lock()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a turn and hold it while the block sends one request, which is counted.

        Raises
        ------
        QuotaExceededError
            The day's requests are spent; nothing was sent.
        Cancelled
            The load was cancelled while this waited.
        """
        with self._one_at_a_time():
            pause_for(self._reserve() - time.time())
            while (wait := self._claim()) > 0:
                pause_for(wait)
            claimed = time.time()
            yield
            self._settle(claimed)

    def throttled(self, pause: float | None = None) -> None:
        """Stop all on this API key for a while, and go on a little slower."""
        with self._opened() as (book, now):
            book.throttle(now, max(pause or 0.0, self._pause))

    def exhausted(self) -> None:
        """Remember that the API has refused to answer more requests today."""
        with self._opened() as (book, now):
            book.exhaust(now)

    @property
    def remaining_today(self) -> int | None:
        """Requests that may still be sent this UTC day; None without a quota."""
        if self._quota is None:
            return None
        with self._opened() as (book, now):
            return book.remaining(now, self._quota)

    @property
    def gap(self) -> float:
        """Seconds between two requests, as widened by today's refusals."""
        with self._opened() as (book, _):
            return self._gap(book)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        check_cancelled()
        while not self._turn.acquire(timeout=_TURN_POLL):
            check_cancelled()
        try:
            yield
        finally:
            self._turn.release()

    def _reserve(self) -> float:
        with self._opened() as (book, now):
            self._check_quota(book, now)
            return book.reserve(now, self._gap(book))

    def _claim(self) -> float:
        with self._opened() as (book, now):
            self._check_quota(book, now)
            return book.claim(now, self._gap(book))

    def _settle(self, claimed: float) -> None:
        """Correct the ledger if the thread was held up between its claim and the sending."""
        if not 0 <= time.time() - claimed <= _LATE:
            with self._opened() as (book, now):
                book.settle(now)

    def _gap(self, book: Book) -> float:
        return self._shortest_gap * book.widening

    def _check_quota(self, book: Book, now: float) -> None:
        if self._quota is not None and not book.remaining(now, self._quota):
            raise _spent(book, now)

    @contextmanager
    def _opened(self) -> Iterator[tuple[Book, float]]:
        with self._ledger.opened() as book:
            now = time.time()
            book.open_day(now)
            yield book, now


def _spent(book: Book, now: float) -> QuotaExceededError:
    resets_at = next_reset(now)
    if now < book.exhausted_until:
        resets_at = datetime.fromtimestamp(book.exhausted_until, UTC)
    error = QuotaExceededError(
        f"the API key's requests of today are spent ({book.sent_today:,} sent from here); "
        f"nothing was sent. Go on from {resets_at:%Y-%m-%d %H:%M} UTC, "
        "or connect with the daily_quota that your API key has",
        status_code=429,
        error_key="quota_exceeded",
    )
    error.resets_at = resets_at
    return error


def _makes_sense(value: Any, default: Any) -> bool:
    if isinstance(default, str):
        return isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, (type(default), int)):
        return False
    return bool(default <= value < math.inf)
