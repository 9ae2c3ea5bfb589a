"""Instants as whole numbers of microseconds, and which of them come first and last."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints
from ccframes.errors import ConfigError

SECOND: Final = 1_000_000
"""In microseconds."""
DAY: Final = 86_400 * SECOND
NEVER: Final = int(np.iinfo(np.int64).min)
"""The microsecond of what has not happened, or when is not known; pandas has the same."""


def instants(column: pd.Series[Any]) -> pd.DatetimeIndex:
    """Return a column as instants in UTC; text, as it comes from a CSV file, is read.

    >>> instants(pd.Series(["2026-01-05T09:00:00Z", None])).dtype
    datetime64[us, UTC]
    """
    try:
        read = pd.to_datetime(column, utc=True, format="ISO8601")
    except ValueError as error:
        raise ConfigError(f"{column.name}: a time that cannot be read: {error}") from error
    return pd.DatetimeIndex(read).as_unit("us")


def microseconds(column: pd.Series[Any]) -> Ints:
    """Return a column of instants as microseconds since 1970; NEVER where one is missing.

    >>> microseconds(pd.Series(["1970-01-01T00:00:01Z", None])).tolist() == [SECOND, NEVER]
    True
    """
    return np.asarray(instants(column).asi8, dtype=np.int64)


def instant(value: Any, name: str) -> int:
    """Return one instant, which a parameter gives, in microseconds; without a zone it is in UTC.

    >>> instant("1970-01-01T00:01+00:01", "until")
    0
    """
    said = f"{name}={value!r} is no instant, such as 2026-01-31T12:00Z"
    try:
        read = pd.DatetimeIndex(pd.to_datetime([value], utc=True)).as_unit("us")
    except (ValueError, TypeError) as error:
        raise ConfigError(said) from error
    if read.hasnans:
        raise ConfigError(said)
    return int(read.asi8[0])


def times_of(at: Any) -> pd.DatetimeIndex:
    """Return microseconds since 1970 as instants in UTC; missing where they are NEVER.

    >>> times_of(np.array([0, NEVER])).tolist()
    [Timestamp('1970-01-01 00:00:00+0000', tz='UTC'), NaT]
    """
    return pd.DatetimeIndex(np.asarray(at).astype("datetime64[us]"), tz="UTC")


def earliest(group: Ints, at: Ints, groups: int) -> Ints:
    """Return the first time of each group; NEVER where it has none.

    Rows without a group (below 0) or a time are of none.

    >>> earliest(np.array([0, 0, 0, -1]), np.array([5, 3, NEVER, 1]), 2).tolist() == [3, NEVER]
    True
    """
    known = (group >= 0) & (at != NEVER)
    first = np.full(groups, np.iinfo(np.int64).max)
    np.minimum.at(first, group[known], at[known])
    return np.where(first == np.iinfo(np.int64).max, NEVER, first)


def latest(group: Ints, at: Ints, groups: int) -> Ints:
    """Return the last time of each group; NEVER where it has none.

    >>> latest(np.array([0, 0, 0, -1]), np.array([5, 3, NEVER, 9]), 2).tolist() == [5, NEVER]
    True
    """
    known = group >= 0
    last = np.full(groups, NEVER)
    np.maximum.at(last, group[known], at[known])
    return last


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
