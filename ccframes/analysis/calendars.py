"""Events on the calendar: how many in each hour, day, week or month, those without any included."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints
from ccframes.analysis.clocks import calendar_periods, known_zone
from ccframes.analysis.codes import UNKNOWN, shared_pairs
from ccframes.analysis.columns import require
from ccframes.analysis.mail import EMAIL
from ccframes.analysis.moments import instants, microseconds
from ccframes.errors import ConfigError, PartialResultWarning
from ccframes.frames.conform import STR
from ccframes.warn import warn

Unit: TypeAlias = Literal["auto", "hour", "day", "week", "month"]

_FREQUENCIES: Final = {"hour": "h", "day": "D", "week": "W", "month": "M"}
_MOST: Final = 120
"""How many rows are too many, if there is a coarser unit."""


def events_over_time(
    events: pd.DataFrame, *, unit: Unit = "auto", tz: str = "UTC", what: str = "events"
) -> pd.DataFrame:
    """Return how many events came in each hour, day, week or month.

    Parameters
    ----------
    events : pandas.DataFrame
        What `load_opens()`, `load_clicks()` or another loader of events gives.
    unit : {"auto", "hour", "day", "week", "month"}
        What a row is for; weeks begin on Monday. By default the finest that makes 120 rows at
        most, or else the month.
    tz : str, default "UTC"
        IANA name of the zone in which days begin.
    what : str, default "events"
        What they are, for the names of the counts.

    Returns
    -------
    pandas.DataFrame
        One row per unit, from the first event to the last, those without events included: unit;
        start, end, when it begins and the next one does [in the zone]; events; first_events, the
        first of their contact and activity in the frame [events]. The counts are called by
        `what`.

    Raises
    ------
    ColumnsError, ConfigError
        A column is missing, a time cannot be read, or there is no such unit or zone.

    Warns
    -----
    PartialResultWarning
        Events without a time: they are not counted.

    Examples
    --------
    >>> clicks = pd.DataFrame(
    ...     {
    ...         "campaign_activity_id": ["first"] * 3,
    ...         "contact_id": ["ann", "ann", "ben"],
    ...         "created_time": ["2026-01-05T09:00Z", "2026-01-05T09:30Z", "2026-01-05T11:00Z"],
    ...     }
    ... )
    >>> events_over_time(clicks, what="clicks")[["unit", "clicks", "first_clicks"]]
       unit  clicks  first_clicks
    0  hour       2             1
    1  hour       0             0
    2  hour       1             1
    """
    require(events, [*EMAIL, "created_time"], "load_opens() or load_clicks()", what=what)
    check_unit(unit)
    known = events[_dated(events, what)]
    at = instants(known["created_time"])
    chosen = _finest(at, tz) if unit == "auto" else unit
    own = _periods(at, chosen, tz)
    every = own if own.empty else pd.period_range(own.min(), own.max())
    place = np.asarray(own.astype("int64")) - (int(every.astype("int64")[0]) if len(every) else 0)
    return pd.DataFrame(
        {
            "unit": pd.Series([chosen] * len(every), dtype=STR),
            "start": _begin(every, chosen, tz),
            "end": _begin(every + 1, chosen, tz),
            what: _counted(place, len(every)),
            f"first_{what}": _counted(place[_firsts(known)], len(every)),
        }
    )


def check_unit(unit: str) -> None:
    """Raise ConfigError unless there is such a unit."""
    if unit not in get_args(Unit):
        raise ConfigError(f"unit={unit!r} is none of {', '.join(get_args(Unit))}")


def _dated(events: pd.DataFrame, what: str) -> Any:
    dated: Any = instants(events["created_time"]).notna()
    if not dated.all():
        warn(
            f"{(~dated).sum():,} of {len(events):,} {what} have no time and are not counted",
            PartialResultWarning,
        )
    return dated


def _finest(at: pd.DatetimeIndex, tz: str) -> str:
    for unit in _FREQUENCIES:
        if at.empty or np.ptp(np.asarray(_periods(at, unit, tz).astype("int64"))) < _MOST:
            return unit
    return unit


def _periods(at: pd.DatetimeIndex, unit: str, tz: str) -> pd.PeriodIndex:
    return calendar_periods(at, _FREQUENCIES[unit], _clock(unit, tz))


def _begin(periods: pd.PeriodIndex, unit: str, tz: str) -> pd.DatetimeIndex:
    naive = periods.start_time.as_unit("us")
    # where the clocks go back or forth at midnight, the day begins with its first instant
    twice = np.ones(len(naive), dtype=np.bool_)
    there = naive.tz_localize(_clock(unit, tz), ambiguous=twice, nonexistent="shift_forward")
    return there.tz_convert(known_zone(tz))


def _clock(unit: str, tz: str) -> str:
    """Return whose clock units begin by: hours by one that never goes back."""
    return "UTC" if unit == "hour" else tz


def _firsts(events: pd.DataFrame) -> Any:
    """Tell which events are the first of their email; without an id each is its own."""
    [email] = shared_pairs([events], EMAIL)
    order = np.lexsort((microseconds(events["created_time"]), email))
    first = np.ones(len(events), dtype=np.bool_)
    first[order[1:]] = np.diff(email[order]) != 0
    return first | (email == UNKNOWN)


def _counted(place: Ints, units: int) -> Any:
    return pd.array(np.bincount(place, minlength=units), dtype="Int64")
