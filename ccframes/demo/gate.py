"""The gate in front of the services: so many requests in a second, so many in a day."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Literal

from ccframes.demo.clock import DAY
from ccframes.demo.exchange import Refusal, quota_exceeded, throttled

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class _Tally:
    """What one API key has sent: the instants of the last second, and how many today."""

    recent: deque[float] = field(default_factory=deque)
    day: int = 0
    today: int = 0


@dataclass
class Gate:
    """Counts what it lets through, for each API key.

    Attributes
    ----------
    clock : callable
        Seconds since 1970 (UTC).
    throttle : int or None
        Requests let through in a second; None for any number.
    window : {"sliding", "fixed"}
        Whether a second is any second, or one of the clock.
    daily_quota : int or None
        Requests let through in a UTC day; None for any number.
    """

    clock: Callable[[], float]
    throttle: int | None = None
    window: Literal["sliding", "fixed"] = "sliding"
    daily_quota: int | None = None
    _tallies: defaultdict[str, _Tally] = field(
        default_factory=lambda: defaultdict(_Tally), init=False
    )
    _lock: Lock = field(default_factory=Lock, init=False)

    def enter(self, api_key: str = "", *, count_refused: bool = False) -> None:
        """Let one request through; raise Refusal (429) where it is one too many."""
        with self._lock:
            now = self.clock()
            tally = self._tallies[api_key]
            self._forget(tally, now)
            refusal = self._objection(tally)
            if refusal is None or count_refused:
                tally.recent.append(now)
                tally.today += 1
        if refusal is not None:
            raise refusal

    def _objection(self, tally: _Tally) -> Refusal | None:
        if self.daily_quota is not None and tally.today >= self.daily_quota:
            return quota_exceeded()
        if self.throttle is not None and len(tally.recent) >= self.throttle:
            return throttled()
        return None

    def _forget(self, tally: _Tally, now: float) -> None:
        """Drop the requests of former seconds and days."""
        if tally.day != now // DAY:
            tally.day, tally.today = int(now // DAY), 0
        while tally.recent and self._is_over(tally.recent[0], now):
            tally.recent.popleft()

    def _is_over(self, at: float, now: float) -> bool:
        """Tell whether the second in which something counts is over."""
        if self.window == "fixed":
            return int(at) < int(now)
        return at <= now - 1.0
