"""`Debounced`: a call that waits until nobody has asked for it for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Debounced:
    """Calls a function once a moment has passed without another call.

    It waits on the running event loop, so that nothing is blocked and no thread is made. Where no
    loop runs, as in a script, it calls straight through.

    >>> asked = Debounced(lambda: print("searched"), 0.04)
    >>> asked()
    searched
    """

    def __init__(self, function: Callable[[], None], seconds: float) -> None:
        self._function = function
        self._seconds = seconds
        self._latest = object()

    def __call__(self) -> None:
        """Ask for the call."""
        self._latest = asked = object()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._function()
        else:
            loop.call_later(self._seconds, self._call, asked)

    def _call(self, asked: object) -> None:
        if asked is self._latest:
            self._function()
