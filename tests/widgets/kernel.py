"""What a kernel does for widgets: it runs an event loop, and their messages come in some thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any

import ipywidgets
import pandas as pd
import traitlets

from ccframes.widgets.listing import Listing
from ccframes.widgets.picker import Picker

TIMEOUT = 10


def in_a_loop(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scene on an event loop."""
    asyncio.run(asyncio.wait_for(scene(), TIMEOUT))


async def until(widget: traitlets.HasTraits, holds: Callable[[], bool]) -> None:
    """Wait until something holds, which changes with a trait of the widget."""
    changed = asyncio.Event()

    def look(change: Any) -> None:
        changed.set()

    widget.observe(look)
    while not holds():
        changed.clear()
        await changed.wait()
    widget.unobserve(look)


def wait_for(event: threading.Event) -> None:
    """Wait for another thread, and not for ever."""
    assert event.wait(TIMEOUT)


def activity_picker(ids: Iterable[str], *, name: str = "Email", multiple: bool = True) -> Picker:
    """Return a picker of activities, which loaders of events take."""
    rows = pd.DataFrame({"campaign_activity_id": list(ids)})
    rows["name"] = [f"{name} {number}" for number in range(len(rows))]
    key = "campaign_activity_id"
    listing = Listing(rows, key, "email", "emails", list(rows["name"]), [rows["name"]])
    return Picker(listing, multiple=multiple)


def texts(widget: ipywidgets.Widget) -> str:
    """Return every text that a widget and what is in it would show."""
    return "\n".join(_texts(widget))


def _texts(widget: ipywidgets.Widget) -> Iterator[str]:
    for value in widget.get_state().values():
        if isinstance(value, str):
            yield value
    for child in getattr(widget, "children", ()):
        yield from _texts(child)
