"""Ids and instants as whole numbers: millions of rows are matched without comparing text."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).min
"""The instant of a missing time."""


def shared_codes(*columns: pd.Series) -> tuple[list[Ints], list[str]]:
    """Return whole numbers for the values of several columns, the same for the same value.

    Returns
    -------
    codes : list of arrays of int64
        For each column, each row's place in the names; −1 where it is missing.
    names : list of str
        The distinct values, in the order of their first appearance.

    Examples
    --------
    >>> shared_codes(pd.Series(["b", "a", None]), pd.Series(["a", "c"], dtype="category"))
    ([array([ 0,  1, -1]), array([1, 2])], ['b', 'a', 'c'])
    """
    places: dict[str, int] = {}
    codes = []
    for column in columns:
        own, values = pd.factorize(column)
        shared = [places.setdefault(str(value), len(places)) for value in values]
        codes.append(np.array([*shared, -1], dtype=np.int64)[own])
    return codes, list(places)


def codes_in(names: list[str], column: pd.Series) -> Ints:
    """Return each row's place in the names; −1 for what is not among them.

    >>> codes_in(["mobile", "tablet"], pd.Series(["tablet", None, "watch"]))
    array([ 1, -1, -1])
    """
    places = {name: place for place, name in enumerate(names)}
    own, values = pd.factorize(column)
    known = [places.get(str(value), -1) for value in values]
    return np.array([*known, -1], dtype=np.int64)[own]


def distinct(numbers: Ints) -> Ints:
    """Return the different numbers in their order, as `np.unique`, which takes longer for many.

    >>> distinct(np.array([3, 1, 3]))
    array([1, 3])
    """
    ordered = np.sort(numbers)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if len(ordered) else ordered


def microseconds(column: pd.Series) -> Ints:
    """Return instants as microseconds since 1970, UTC; NEVER where one is missing.

    Text, as from a CSV file, is read as ISO 8601.

    >>> microseconds(pd.Series(["1970-01-01T00:00:01Z", None])).tolist() == [1_000_000, NEVER]
    True
    """
    instants = pd.to_datetime(column, utc=True, format="ISO8601")
    naive = pd.DatetimeIndex(instants).tz_localize(None).as_unit("us")
    return np.asarray(naive.asi8, dtype=np.int64)


def latest_before(key: Ints, at: Ints, of_key: Ints, of_at: Ints) -> Ints:
    """Return, for each row, when the last event of its key was that did not come after it.

    Where all of them came after it, the first one's time; NEVER where its key has none.

    Parameters
    ----------
    key, at : arrays of int64
        The rows.
    of_key, of_at : arrays of int64
        The events: an email's sends, as a rule one for each contact.

    Examples
    --------
    >>> latest_before(*map(np.array, ([7, 7, 8, 9], [5, 9, 1, 1], [7, 7, 8], [3, 8, 2]))).tolist()
    [3, 8, 2, -9223372036854775808]
    """
    if not len(of_key):
        return np.full(len(key), NEVER)
    order = np.lexsort((of_at, of_key))
    keys, times = of_key[order], of_at[order]
    place = np.searchsorted(keys, key).clip(max=len(keys) - 1)
    found = keys[place] == key
    while len(later := _with_a_later(keys, times, place, key, at)):
        place[later] += 1
    return np.where(found, times[place], NEVER)


def _with_a_later(keys: Ints, times: Ints, place: Ints, key: Ints, at: Ints) -> Ints:
    """Return the rows for which the next event is of their key, and not after them either."""
    following = np.minimum(place + 1, len(keys) - 1)
    is_next = (following > place) & (keys[following] == key) & (times[following] <= at)
    return np.flatnonzero(is_next)
