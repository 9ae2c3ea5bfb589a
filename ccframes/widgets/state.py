"""`State`: what is chosen among rows, and which of them are shown, at one instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ccframes.errors import ConfigError
from ccframes.widgets.listing import Listing

LISTED = 100
"""Rows that are listed at once, so that a keystroke is one small message."""

_REMEMBERED = 50
_NAMED = 3

Ids = tuple[str, ...]


@dataclass(frozen=True)
class State:
    """What holds at one instant. It never changes, so any thread may read it.

    Attributes
    ----------
    listing : Listing
        The rows there are.
    multiple : bool
        Whether more than one can be chosen.
    value : tuple of str
        The ids that are chosen, in the order in which they were.
    past : tuple of tuple of str
        What was chosen before, the last of it last.
    query : str
        Words that are searched.
    facets : mapping of str to str
        Values that are asked for, by the title of their facet.
    since, until : datetime.date or None
        First and last day.
    order : str
        Title of the order; empty for that of the rows.
    pinned : tuple of str or None
        What has been chosen since only that was asked for; None where everything is shown.
    limit : int
        How many rows are listed at most.
    """

    listing: Listing
    multiple: bool = True
    value: Ids = ()
    past: tuple[Ids, ...] = ()
    query: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    order: str = ""
    pinned: Ids | None = None
    limit: int = LISTED

    # --- what it tells ----------------------------------------------------------------------

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The ids of the rows that match, in order."""
        listing = self.listing
        if listing.typed_first and not self.asks:
            return ()
        order = listing.order(self.order)
        return tuple(listing.ids[position] for position in order[self._matches[order]])

    @property
    def listed(self) -> tuple[str, ...]:
        """The first of them: those in the list."""
        return self.shown[: self.limit]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of what is chosen, in the order of the value."""
        return self.listing.at(self.value)

    @property
    def gone(self) -> Ids:
        """What is chosen and has no row any more."""
        return tuple(one for one in self.value if one not in self.listing.positions)

    @property
    def asks(self) -> bool:
        """Whether anything is searched or filtered."""
        bounded = self.since is not None or self.until is not None
        return bool(self.query.split() or self.facets or bounded or self.only_chosen)

    @property
    def only_chosen(self) -> bool:
        """Whether only what is chosen is shown."""
        return self.pinned is not None

    @property
    def _matches(self) -> np.ndarray[Any, Any]:
        listing = self.listing
        found: np.ndarray[Any, Any] = listing.with_words(self.query)
        found &= listing.between(self.since, self.until)
        for facet, value in self.facets.items():
            found &= listing.with_value(facet, value)
        if self.pinned is not None:
            found &= listing.among(self.pinned)
        return found

    # --- what is shown next: no id is chosen or let go by these ------------------------------

    def showing(self, **asked: Any) -> State:
        """Search, filter or sort by other fields of it."""
        return replace(self, **asked, limit=LISTED)

    def narrowed(self, facet: str, value: str | None) -> State:
        """Show rows with this value of a facet, or with any."""
        others = {title: kept for title, kept in self.facets.items() if title != facet}
        return self.showing(facets=others if value is None else {**others, facet: value})

    def narrowed_to_chosen(self, only: bool) -> State:
        """Show only what is chosen; what is let go meanwhile stays, and can be taken again."""
        return self.showing(pinned=self.value if only else None)

    def longer(self) -> State:
        """List more of the rows that match."""
        return replace(self, limit=self.limit + LISTED)

    def refreshed(self, listing: Listing) -> State:
        """Take other rows, and let go of filters and orders that they do not have."""
        facets = {
            facet: value for facet, value in self.facets.items() if listing.offers(facet, value)
        }
        order = self.order if self.order in listing.titles else listing.titles[0]
        return replace(self, listing=listing, facets=facets, order=order)

    # --- what is chosen next ----------------------------------------------------------------

    def checked(self, ids: Iterable[str]) -> Ids:
        """Return ids as a value that can be chosen, each of them once.

        Raises
        ------
        ConfigError
            An id has no row and never had, or there are several where one can be chosen.
        """
        value = tuple(dict.fromkeys(map(str, [ids] if isinstance(ids, str) else ids)))
        known = self.listing.positions.keys() | set(self.value).union(*self.past)
        if unknown := [one for one in value if one not in known]:
            raise ConfigError(
                f"{_named(unknown)} not among the {len(self.listing):,} {self.listing.nouns} to "
                f"choose from; the column {self.listing.key!r} of the picker's rows has their ids"
            )
        if len(value) > 1 and not self.multiple:
            raise ConfigError(
                f"one {self.listing.noun} can be chosen here, and {len(value)} were given; give "
                "one, or make the picker with multiple=True"
            )
        return value

    def choosing(self, ids: Iterable[str]) -> State:
        """Choose these ids and no others."""
        value = self.checked(ids)
        if value == self.value:
            return self
        return self._with(value, (*self.past, self.value)[-_REMEMBERED:])

    def choosing_listed(self, listed: Iterable[str], chosen: Iterable[str]) -> State:
        """Take what a list says of the ids that it lists; what else is chosen stays so."""
        said, now = set(listed), dict.fromkeys(chosen)
        kept = [one for one in self.value if one not in said or one in now]
        if self.multiple:
            return self.choosing([*kept, *now])
        return self.choosing([*(now or kept)][-1:])

    def choosing_shown(self) -> State:
        """Choose all rows that match, listed or not, beside what is chosen."""
        return self.choosing([*self.value, *self.shown])

    def undone(self) -> State:
        """Choose what was chosen before the last change."""
        if not self.past:
            return self
        return self._with(self.past[-1], self.past[:-1])

    def _with(self, value: Ids, past: tuple[Ids, ...]) -> State:
        pinned = None if self.pinned is None else tuple(dict.fromkeys([*self.pinned, *value]))
        return replace(self, value=value, past=past, pinned=pinned)


def _named(ids: list[str]) -> str:
    named = ", ".join(repr(one) for one in ids[:_NAMED])
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"{named}{more} {'is' if len(ids) == 1 else 'are'}"
