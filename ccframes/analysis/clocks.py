"""Instants, and what the clock on the wall says at them: here, or where each contact lives."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccframes.errors import ConfigError
from ccframes.frames.conform import STR

Zones: TypeAlias = "str | pd.Series[Any] | Mapping[str, str]"
"""A time zone for all, or one for each contact."""

WEEKDAYS: Final = (*("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),)
HOURS_OF_DAY: Final = 24
MICROSECONDS: Final = 1_000_000
"""In a second."""
NEVER: Final = np.iinfo(np.int64).max
"""The microsecond at which what has not happened, or when is not known, happens."""


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


def instant(value: Any) -> pd.Timestamp:
    """Return one instant in UTC; without a zone it is one in UTC."""
    try:
        return pd.DatetimeIndex(pd.to_datetime([value], utc=True)).as_unit("us")[0]
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{value!r} is no instant, such as 2026-01-31T12:00Z") from error


def microseconds(column: pd.Series[Any]) -> NDArray[np.int64]:
    """Return a column of instants as microseconds since 1970; NEVER where one is missing."""
    at = instants(column)
    return np.where(at.isna(), NEVER, at.asi8)


def times_of(at: NDArray[np.int64]) -> pd.DatetimeIndex:
    """Return microseconds since 1970 as instants; missing where they are NEVER."""
    known = np.where(at == NEVER, np.iinfo(np.int64).min, at)
    return pd.DatetimeIndex(known.astype("datetime64[us]"), tz="UTC")


def wall_clock(
    at: pd.DatetimeIndex, zones: NDArray[Any] | str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the weekday, 0 for Monday, and the hour of each instant in its zone.

    Both are −1 where the instant or the zone is missing.

    >>> at = instants(pd.Series(["2026-01-05T03:30:00Z"] * 2))
    >>> wall_clock(at, np.array(["US/Pacific", "Asia/Tokyo"], dtype=object))
    (array([6, 0]), array([19, 12]))
    """
    weekday, hour = np.full(len(at), -1), np.full(len(at), -1)
    for zone, rows in _by_zone(zones, len(at)):
        local = at[rows].tz_convert(_known(zone))
        there = local.notna()
        weekday[rows] = np.where(there, local.day_of_week, -1)
        hour[rows] = np.where(there, local.hour, -1)
    return weekday, hour


def local_times(at: pd.DatetimeIndex, zones: NDArray[Any] | str) -> NDArray[np.datetime64]:
    """Return the time of each instant in its zone, without the zone [µs].

    It is missing where the instant or the zone is.

    >>> local_times(instants(pd.Series(["2026-01-05T03:30:00Z"])), "US/Pacific")
    array(['2026-01-04T19:30:00.000000'], dtype='datetime64[us]')
    """
    local = np.full(len(at), "NaT", dtype="datetime64[us]")
    for zone, rows in _by_zone(zones, len(at)):
        local[rows] = at[rows].tz_convert(_known(zone)).tz_localize(None).to_numpy()
    return local


def zones_of(contacts: pd.Series[Any], tz: Zones) -> NDArray[Any] | str:
    """Return the zone for all, or each contact's own; missing where none is given for it."""
    if isinstance(tz, str):
        return tz
    given = tz if isinstance(tz, pd.Series) else pd.Series(tz, dtype=object)
    if not given.index.is_unique:
        raise ConfigError("tz: a contact has two time zones; give one for each contact_id")
    codes, ids = pd.factorize(contacts)
    found = given.astype(object).reindex(pd.Index(ids).astype(STR)).to_numpy(dtype=object)
    return np.append(found, [None])[codes]


def _by_zone(zones: NDArray[Any] | str, rows: int) -> list[tuple[str, Any]]:
    if isinstance(zones, str):
        return [(zones, slice(None))]
    codes, names = pd.factorize(pd.Series(zones, dtype=object))
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    places = (order[start:end] for start, end in pairwise(ends))
    return list(zip(names, places, strict=True))


def _known(zone: Any) -> str:
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ConfigError(
            f"{zone!r} is no time zone of the IANA database, such as America/New_York"
        ) from error
