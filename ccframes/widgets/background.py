"""Work in the background, of which only the latest counts, and news brought home to its widget."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from typing import Generic, TypeVar

from ccframes.progress import Standing, watched_by
from ccframes.warn import heard_by
from ccframes.wire.pace import Cancelled, cancellable

T = TypeVar("T")

_TOLD_EVERY = 0.1  # seconds between two tellings of how far a load has come


class Home:
    """The event loop that a widget was made on.

    Messages of a front end may be handled in another thread than the one that runs cells. What
    changes widgets, or draws, is brought to one place; where no loop runs, it is done at once.
    """

    def __init__(self) -> None:
        self._loop = _running_loop()

    @property
    def has_loop(self) -> bool:
        """Whether there is a loop that things can be brought to."""
        return self._loop is not None and self._loop.is_running()

    def bring(self, act: Callable[[], None]) -> None:
        """Do it here if this is the place, otherwise there and as soon as may be."""
        loop = self._loop
        if loop is None or not loop.is_running() or loop is _running_loop():
            act()
        else:
            with suppress(RuntimeError):  # it has closed just now: nobody is left to be told
                loop.call_soon_threadsafe(act)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """How a piece of work ended: with a value, or with an error; and what it warned of."""

    value: T | None
    error: Exception | None
    warnings: tuple[str, ...]
    seconds: float


@dataclass(eq=False)
class _Run:
    cancelled: Event = field(default_factory=Event)


class Latest:
    """Runs one piece of work after another in threads; a newer one supersedes what is under way.

    The end of work that was superseded is never told. Without an event loop, or where no thread can
    be had, work is done where it is started, before `start` returns.

    Parameters
    ----------
    home : Home
        Where the ends are told.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._run = _Run()

    def start(
        self,
        work: Callable[[], T],
        then: Callable[[Outcome[T]], None],
        *,
        meanwhile: Callable[[Standing], None] = lambda standing: None,
        after: float = 0.0,
    ) -> None:
        """Start work, in place of any that is under way.

        Parameters
        ----------
        work : callable
            What to do; loads in it end when they are cancelled.
        then : callable
            Told at home how it ended, unless something newer was started by then.
        meanwhile : callable
            Told at home how far its loads have come, a few times a second.
        after : float
            Seconds to wait before, in case something newer comes.
        """
        self._run.cancelled.set()
        self._run = run = _Run()
        do = partial(self._do, run, work, then, meanwhile)
        if not (self._home.has_loop and _in_a_thread(partial(do, after))):
            do(0.0)

    def cancel(self) -> None:
        """Cancel what is under way; its end is told."""
        self._run.cancelled.set()

    def drop(self) -> None:
        """Cancel what is under way, and tell nothing of it any more."""
        self._run.cancelled.set()
        self._run = _Run()

    def _do(
        self,
        run: _Run,
        work: Callable[[], T],
        then: Callable[[Outcome[T]], None],
        meanwhile: Callable[[Standing], None],
        after: float,
    ) -> None:
        tell = _now_and_then(lambda standing: self._tell(run, partial(meanwhile, standing)))
        with cancellable(run.cancelled), watched_by(tell):
            outcome = _outcome(work, run.cancelled, after)
        self._tell(run, partial(then, outcome))

    def _tell(self, run: _Run, news: Callable[[], None]) -> None:
        def if_latest() -> None:
            if self._run is run:
                news()

        self._home.bring(if_latest)


def _outcome(work: Callable[[], T], cancelled: Event, after: float) -> Outcome[T]:
    heard: list[str] = []
    value, error, started = None, None, time.monotonic()
    try:
        if cancelled.wait(after):
            raise Cancelled
        with heard_by(heard.append):
            value = work()
    except Exception as stop:  # noqa: BLE001 - told to whoever started it
        error = stop
    return Outcome(value, error, tuple(dict.fromkeys(heard)), time.monotonic() - started)


def _in_a_thread(do: Callable[[], None]) -> bool:
    """Do it in a thread; tell whether one can be had, as it cannot in a browser."""
    try:
        Thread(target=do, name="ccframes-widget", daemon=True).start()
    except RuntimeError:
        return False
    return True


def _now_and_then(tell: Callable[[Standing], None]) -> Callable[[Standing], None]:
    """Return the same, but so that of many tellings in a row only some get through."""
    last = -_TOLD_EVERY

    def told(standing: Standing) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _TOLD_EVERY:
            last = now
            tell(standing)

    return told
