"""What the clock and the calendar on the wall say: here, or where each contact lives."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccframes.analysis.arrays import Ints
from ccframes.analysis.codes import Lookup, looked_up
from ccframes.errors import ConfigError

Zones: TypeAlias = "str | Lookup"
"""A time zone for all, or one for each contact."""

WEEKDAYS: Final = (*("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),)
HOURS_OF_DAY: Final = 24


def wall_clock(at: pd.DatetimeIndex, zones: NDArray[Any] | str) -> tuple[Ints, Ints]:
    """Return the weekday, 0 for Monday, and the hour of each instant in its zone.

    Both are −1 where the instant or the zone is missing.

    >>> at = pd.DatetimeIndex(["2026-01-05T03:30:00Z"] * 2)
    >>> wall_clock(at, np.array(["US/Pacific", "Asia/Tokyo"], dtype=object))
    (array([6, 0]), array([19, 12]))
    """
    weekday, hour = np.full(len(at), -1), np.full(len(at), -1)
    for zone, rows in _by_zone(zones, len(at)):
        local = at[rows].tz_convert(known_zone(zone))
        there = local.notna()
        weekday[rows] = np.where(there, local.day_of_week, -1)
        hour[rows] = np.where(there, local.hour, -1)
    return weekday, hour


def local_times(at: pd.DatetimeIndex, zones: NDArray[Any] | str) -> NDArray[np.datetime64]:
    """Return the time of each instant in its zone, without the zone [µs].

    It is missing where the instant or the zone is.

    >>> local_times(pd.DatetimeIndex(["2026-01-05T03:30:00Z"]), "US/Pacific")
    array(['2026-01-04T19:30:00.000000'], dtype='datetime64[us]')
    """
    local = np.full(len(at), "NaT", dtype="datetime64[us]")
    for zone, rows in _by_zone(zones, len(at)):
        local[rows] = at[rows].tz_convert(known_zone(zone)).tz_localize(None).to_numpy()
    return local


def calendar_periods(at: pd.DatetimeIndex, period: str, tz: str) -> pd.PeriodIndex:
    """Return the period of the calendar in which each instant lies, in the zone.

    >>> calendar_periods(pd.DatetimeIndex(["2026-01-01T03:00Z"]), "Q", "US/Pacific")
    PeriodIndex(['2025Q4'], dtype='period[Q-DEC]')
    """
    return at.tz_convert(known_zone(tz)).tz_localize(None).to_period(period)


def numbered_periods(numbers: Any, period: str) -> pd.PeriodIndex:
    """Return the periods of these ordinal numbers, of which the first of 1970 has 0.

    >>> numbered_periods([0], "M")
    PeriodIndex(['1970-01'], dtype='period[M]')
    """
    ordinals = np.asarray(numbers, dtype=np.int64)
    return pd.PeriodIndex(pd.arrays.PeriodArray(ordinals, dtype=pd.PeriodDtype(period)))


def first_days(periods: pd.PeriodIndex) -> pd.DatetimeIndex:
    """Return the day on which each period begins.

    >>> first_days(pd.PeriodIndex(["2025Q4"], freq="Q"))
    DatetimeIndex(['2025-10-01'], dtype='datetime64[us]', freq=None)
    """
    return pd.DatetimeIndex(periods.start_time).as_unit("us")


def zones_of(contacts: pd.Series[Any], tz: Zones) -> NDArray[Any] | str:
    """Return the zone for all, or each contact's own; missing where none is given for it."""
    if isinstance(tz, str):
        return tz
    codes, ids = pd.factorize(contacts)
    found: NDArray[Any] = np.append(looked_up(tz, ids, "tz", "time zones"), [None])[codes]
    return found


def known_zone(zone: Any) -> str:
    """Return the name of a zone of the IANA database; others raise ConfigError."""
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ConfigError(
            f"tz={zone!r} is no time zone of the IANA database, such as America/New_York"
        ) from error


def _by_zone(zones: NDArray[Any] | str, rows: int) -> list[tuple[str, Any]]:
    if isinstance(zones, str):
        return [(zones, slice(None))]
    codes, names = pd.factorize(pd.Series(zones, dtype=object))
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    places = (order[start:end] for start, end in pairwise(ends))
    return list(zip(names, places, strict=True))
