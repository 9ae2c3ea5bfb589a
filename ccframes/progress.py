"""A quiet progress bar: only where a person watches, only on loads that take seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import NamedTuple

_DELAY = 2.0  # seconds a load may take before a bar appears


class Standing(NamedTuple):
    """How far a load has come: answers that it got and expects, and rows that came."""

    name: str
    answers: int
    expected: int
    rows: int


Watcher = Callable[[Standing], None]
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Tell the watcher how far loads of this thread have come, in place of showing a bar."""
    before = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(before)


class Progress:
    """Show requests, rows and the time left; a context manager.

    `requests` is how many are expected; more may come.
    """

    def __init__(self, name: str, requests: int, *, show: bool | None) -> None:
        self._watcher = _watcher.get()
        self._show = self._watcher is None and (_is_watched() if show is None else show)
        self._name = name
        self._left = requests
        self._answers = 0

    def __enter__(self) -> Progress:
        if self._show:
            from tqdm.auto import tqdm  # noqa: PLC0415 - it costs the import of ccframes too much

            self._bar = tqdm(total=self._left, desc=self._name, unit="request", delay=_DELAY)
        return self

    def update(self, *, rows: int, further: int) -> None:
        """Take note of one more answer, and of how many more or fewer are expected to come."""
        self._left += further
        self._answers += 1
        if self._watcher:
            expected = self._answers + self._left
            self._watcher(Standing(self._name, self._answers, expected, rows))
        if self._show:
            self._bar.total = self._bar.n + 1 + self._left
            self._bar.set_postfix_str(f"{rows:,} rows", refresh=False)
            self._bar.update()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._show:
            self._bar.close()


def _is_watched() -> bool:
    """Tell whether output goes to a terminal or to a notebook."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and hasattr(ipython.get_ipython(), "kernel"):
        return True
    return sys.stderr is not None and sys.stderr.isatty()
