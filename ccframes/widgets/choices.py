"""`Choices`: a state that any thread may change, and who is told when it has. No widget in here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from threading import Lock

import pandas as pd

from ccframes.widgets.listing import Listing
from ccframes.widgets.state import Ids, State


class Choices:
    """A selection among rows that are searched, filtered and sorted.

    Searching, filtering, sorting and refreshing never change what is chosen. Any thread may call
    anything: JupyterLab's messages come in another one than that of the cells. Who asked to be
    told is told by one thread at a time, while no lock is held.

    Parameters
    ----------
    listing : Listing
        The rows to choose from.
    multiple : bool
        Whether more than one can be chosen.

    Examples
    --------
    >>> from ccframes.widgets.listing import Listing
    >>> rows = pd.DataFrame({"campaign_id": ["a", "b"], "name": ["Été", "Autumn"]})
    >>> names = rows["name"]
    >>> listing = Listing(rows, "campaign_id", "campaign", "campaigns", list(names), [names])
    >>> choices = Choices(listing)
    >>> choices.choose(["b"])
    >>> choices.search("ete")
    >>> choices.state.shown, choices.value
    (('a',), ('b',))
    """

    def __init__(self, listing: Listing, *, multiple: bool = True) -> None:
        self._state = State(listing, multiple, order=listing.titles[0])
        self._lock = Lock()
        self._callbacks: list[Callable[[], None]] = []
        self._untold = False
        self._telling = False

    @property
    def state(self) -> State:
        """What holds now."""
        return self._state

    @property
    def value(self) -> Ids:
        """The ids that are chosen, in the order in which they were."""
        return self._state.value

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of what is chosen."""
        return self._state.frame

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call a function after each real change; it finds what holds then in `state`."""
        self._callbacks.append(callback)

    # --- what is shown ----------------------------------------------------------------------

    def search(self, query: str) -> None:
        """Show rows that have every word of the query."""
        self._change(lambda state: state.showing(query=query))

    def narrow(self, facet: str, value: str | None) -> None:
        """Show rows with this value of a facet, or with any."""
        self._change(lambda state: state.narrowed(facet, value))

    def between(self, since: date | None, until: date | None) -> None:
        """Show rows of these days, both included."""
        self._change(lambda state: state.showing(since=since, until=until))

    def sort(self, title: str) -> None:
        """Show rows in the order of this title."""
        self._change(lambda state: state.showing(order=title))

    def show_only_chosen(self, only: bool) -> None:
        """Show only what is chosen, or everything."""
        self._change(lambda state: state.narrowed_to_chosen(only))

    def show_more(self) -> None:
        """List more of the rows that match."""
        self._change(State.longer)

    def refresh(self, listing: Listing) -> None:
        """Take other rows. What was chosen stays so, even what has no row among them."""
        self._change(lambda state: state.refreshed(listing))

    # --- what is chosen ---------------------------------------------------------------------

    def choose(self, ids: Iterable[str]) -> None:
        """Choose these ids and no others; a ConfigError names those that are not there."""
        self._change(lambda state: state.choosing(ids))

    def choose_listed(self, listed: Iterable[str], chosen: Iterable[str]) -> None:
        """Take what a list says of the ids that it lists; what else is chosen stays so."""
        self._change(lambda state: state.choosing_listed(listed, chosen))

    def choose_shown(self) -> None:
        """Choose all rows that match, listed or not, beside what is chosen."""
        self._change(State.choosing_shown)

    def clear(self) -> None:
        """Choose nothing."""
        self.choose(())

    def undo(self) -> None:
        """Choose what was chosen before the last change."""
        self._change(State.undone)

    # --- changing, and telling --------------------------------------------------------------

    def _change(self, step: Callable[[State], State]) -> None:
        with self._lock:
            after = step(self._state)
            if after == self._state:
                return
            self._state = after
            self._untold = True
        self._tell()

    def _tell(self) -> None:
        failed: Exception | None = None
        while self._begins_telling():
            try:
                for callback in self._callbacks:
                    callback()
            except Exception as error:  # noqa: BLE001 - raised when all changes have been told
                failed = failed or error
            finally:
                self._telling = False
        if failed:
            raise failed

    def _begins_telling(self) -> bool:
        with self._lock:
            begins = self._untold and not self._telling
            if begins:
                self._untold, self._telling = False, True
            return begins
