"""`Listing`: the rows to choose from, and how a list shows, searches, filters and sorts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ccframes.errors import ColumnsError
from ccframes.widgets.names import folded, in_one_line

_BEGINNING = 3  # letters or digits; fewer begin a day of every year
_START = "\n"


class Order(NamedTuple):
    """An order of the rows: by which values, and which come first. Missing values come last."""

    title: str
    by: pd.Series[Any]
    ascending: bool = True


@dataclass(frozen=True, eq=False)
class Listing:
    """Rows to choose from, one per id.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per id, for a line each.
    key : str
        The column of the ids.
    noun, nouns : str
        What a row is, such as "campaign", and what several are.
    lines : sequence of str
        How each row reads in the list.
    searched : sequence of pandas.Series
        The texts in which a search looks for its words; it looks among the days, too.
    facets : mapping of str to pandas.Series
        By title, the values of which one can be asked for.
    orders : sequence of Order
        How the rows can be sorted; the first is how they are at first.
    days : pandas.Series, optional
        The day of each row, without a zone, for the filter by date.
    zone : str
        In which those days are counted.
    every : pandas.DataFrame, optional
        All rows of the ids, where there are several of one; what is chosen is returned as these.
    hint : str
        What one can search for.
    typed_first : bool
        Whether nothing is listed before something is asked for, since there is so much.
    """

    rows: pd.DataFrame
    key: str
    noun: str
    nouns: str
    lines: Sequence[str]
    searched: Sequence[pd.Series[Any]]
    facets: Mapping[str, pd.Series[Any]] = field(default_factory=dict)
    orders: Sequence[Order] = ()
    days: pd.Series[Any] | None = None
    zone: str = ""
    every: pd.DataFrame | None = None
    hint: str = ""
    typed_first: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def ids(self) -> list[str]:
        """The ids, row by row."""
        return [str(one) for one in self.rows[self.key]]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where the row of each id stands."""
        return {one: position for position, one in enumerate(self.ids)}

    @cached_property
    def labels(self) -> list[str]:
        """The lines, each of them once: those that read alike end with their id.

        ipywidgets finds a chosen line again by what it says, and would take the first of them.
        """
        count = Counter(self.lines)
        return [
            line if count[line] == 1 else f"{line} · {one}"
            for line, one in zip(self.lines, self.ids, strict=True)
        ]

    def at(self, ids: Iterable[str]) -> pd.DataFrame:
        """Return the rows of ids, in their order; ids without a row are left out."""
        rows = self.rows if self.every is None else self.every
        turns = {one: turn for turn, one in enumerate(ids)}
        turn = rows[self.key].astype(str).map(turns).to_numpy(dtype="float64", na_value=np.nan)
        found = np.flatnonzero(~np.isnan(turn))
        return rows.iloc[found[np.argsort(turn[found], kind="stable")]]

    @cached_property
    def titles(self) -> list[str]:
        """The titles of the orders, the first one first; of the rows' own order where none is."""
        return [order.title for order in self.orders] or [""]

    def order(self, title: str) -> np.ndarray[Any, Any]:
        """Return the positions of all rows in an order; rows that are equal stay as they are."""
        if title not in self._ordered:
            self._ordered[title] = self._sorted(title)
        return self._ordered[title]

    def with_words(self, query: str) -> np.ndarray[Any, Any]:
        """Return which rows have every word of a query, in whatever case and accents.

        Words are found anywhere in the texts, and in days if they begin one: 2026-06, or jun.
        """
        found = np.ones(len(self), dtype=bool)
        for word in folded(query).split():
            has_word = _have(word, self._texts)
            if len(word) >= _BEGINNING:
                has_word |= _have(f"{_START}{word}", self._typed_days)
            found &= has_word
        return found

    def with_value(self, facet: str, value: str) -> np.ndarray[Any, Any]:
        """Return which rows have a value of a facet."""
        return np.fromiter((one == value for one in self._values[facet]), bool, len(self))

    def values_of(self, facet: str) -> list[str]:
        """Return the values of a facet, sorted."""
        return sorted({value for value in self._values[facet] if value})

    def offers(self, facet: str, value: str) -> bool:
        """Tell whether a row has a value of a facet."""
        return facet in self.facets and value in self.values_of(facet)

    def among(self, ids: Iterable[str]) -> np.ndarray[Any, Any]:
        """Return which rows are of these ids."""
        found = np.zeros(len(self), dtype=bool)
        found[[self.positions[one] for one in ids if one in self.positions]] = True
        return found

    def between(self, since: Any, until: Any) -> np.ndarray[Any, Any]:
        """Return which rows are of the days from one to another, both included."""
        found = np.ones(len(self), dtype=bool)
        if self.days is None:
            return found
        days = self.days.to_numpy(dtype="datetime64[D]")
        if since is not None:
            found &= days >= np.datetime64(since, "D")
        if until is not None:
            found &= days <= np.datetime64(until, "D")
        return found

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        return {
            title: [in_one_line(value) for value in values] for title, values in self.facets.items()
        }

    @cached_property
    def _texts(self) -> list[str]:
        columns = [[folded(value) for value in series] for series in self.searched]
        return ["\n".join(texts) for texts in zip(*columns, strict=True)]

    @cached_property
    def _typed_days(self) -> list[str]:
        if self.days is None:
            return [""] * len(self)
        days = self.days.dt
        typed = _START + days.strftime("%Y-%m-%d") + _START + days.month_name()
        return [folded(day) for day in typed]

    @cached_property
    def _ordered(self) -> dict[str, np.ndarray[Any, Any]]:
        return {}

    def _sorted(self, title: str) -> np.ndarray[Any, Any]:
        order = next((one for one in self.orders if one.title == title), None)
        if order is None:
            return np.arange(len(self))
        by = order.by.reset_index(drop=True)
        return by.sort_values(ascending=order.ascending, kind="stable").index.to_numpy()


def _have(word: str, texts: list[str]) -> np.ndarray[Any, Any]:
    return np.fromiter((word in text for text in texts), bool, len(texts))


def one_per_id(frame: pd.DataFrame, key: str, loader: str) -> pd.DataFrame:
    """Return the first row of each id, without those that have none, as a picker lists them."""
    if not isinstance(frame, pd.DataFrame):
        raise ColumnsError(f"a DataFrame is needed, not {type(frame).__name__}; {loader} gives one")
    if list(frame.columns).count(key) != 1:
        raise ColumnsError(f"the frame has no column {key!r}, or more than one; {loader} has it")
    return frame.dropna(subset=[key]).drop_duplicates(key)


def column(frame: pd.DataFrame, *names: str) -> pd.Series[Any]:
    """Return the first of these columns that a frame has; missing values where it has none."""
    for name in names:
        if list(frame.columns).count(name) == 1:
            return _plain(frame[name])
    return pd.Series(np.nan, index=frame.index, dtype="object")


def _plain(series: pd.Series[Any]) -> pd.Series[Any]:
    """Return categories as their values, which sort by what they say and not by their codes."""
    return series.astype("object") if isinstance(series.dtype, pd.CategoricalDtype) else series
