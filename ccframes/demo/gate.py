"""The gate in front of the services: so many requests in a second, so many in a day."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Literal

from ccframes.demo.clock import DAY
from ccframes.demo.exchange import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Gate:
    """Counts what it lets through; what it refuses is not counted.

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
    _recent: deque[float] = field(default_factory=deque, init=False)
    _today: tuple[int, int] = field(default=(0, 0), init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def enter(self) -> None:
        """Let one request through; raise Refusal (429) where it is one too many."""
        with self._lock:
            now = self.clock()
            self._forget(now)
            _, passed = self._today
            if self.daily_quota is not None and passed >= self.daily_quota:
                raise Refusal.bare(429, "quota_exceeded", "Limit Exceeded")
            if self.throttle is not None and len(self._recent) >= self.throttle:
                raise Refusal.bare(429, "throttled", "Too Many Requests")
            self._recent.append(now)
            self._today = (int(now // DAY), passed + 1)

    def _forget(self, now: float) -> None:
        """Drop the requests of former seconds and days."""
        day, _ = self._today
        if day != now // DAY:
            self._today = (int(now // DAY), 0)
        while self._recent and self._is_over(self._recent[0], now):
            self._recent.popleft()

    def _is_over(self, at: float, now: float) -> bool:
        """Tell whether the second in which something counts is over."""
        if self.window == "fixed":
            return int(at) < int(now)
        return at <= now - 1.0
