"""At which hour of which weekday emails do well when sent, and at which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, floats, whole_numbers
from ccframes.analysis.clocks import HOURS_OF_DAY, WEEKDAYS, Zones, wall_clock, zones_of
from ccframes.analysis.columns import require, warn_of
from ccframes.analysis.grouping import SENT
from ccframes.analysis.moments import instants
from ccframes.analysis.performance import metric_column, named_rate
from ccframes.analysis.proportions import wilson
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of, share

_SIZES: Final = {"weekday": len(WEEKDAYS), "hour": HOURS_OF_DAY}
_BOTH: Final = ("weekday", "hour")


def send_hours(
    frame: pd.DataFrame,
    *,
    tz: str = "UTC",
    metric: str = "open_rate",
    by: str | Sequence[str] = _BOTH,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return a rate by weekday and hour of sending.

    Parameters
    ----------
    frame : pandas.DataFrame
        The campaign table, campaign summaries, or statistics with a column `sent_at`: one row
        per campaign or activity.
    tz : str, default "UTC"
        IANA name of the zone whose clock counts: the account's own, as a rule.
    metric : str, default "open_rate"
        Which rate: the name of one in `ccframes.frames.measures.RATES`.
    by : {"weekday", "hour"} or list of both
        What a row is for.
    ci : float, default 0.95
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per weekday and hour, all of them, Monday and 0 first: weekday (ordered
        category); hour [0–23]; metric; numerator and denominator [contacts], both over all emails
        sent then; rate [0–1], the one over the other; low, high, its Wilson interval; n, the rows
        of the frame that were sent then and are in the counts, and n_missing, those that are not,
        since a count of theirs is missing; time_zone_id, the clock; ci, the level of the interval.
        Where nothing was sent the counts are 0 and the rate is NaN.

    Raises
    ------
    ColumnsError
        The frame lacks counts, and `sent_at` and `last_sent_date`.
    ConfigError
        There is no such zone, metric or `by`.

    Warns
    -----
    PartialResultWarning
        Rows that do not say when they were sent: they are in no hour.

    Notes
    -----
    It describes; the hour need not be the cause. Other hours may have had other lists, subjects
    and seasons. The interval takes contacts for independent, which those of one email are not:
    with few emails in an hour (`n`) it is too narrow.

    Examples
    --------
    >>> import ccframes as ccf
    >>> from ccframes.analysis.hours import send_hours
    >>> client = ccf.connect(demo=True)
    >>> hours = send_hours(ccf.load_campaign_summaries(), tz="US/Eastern", by="hour")
    >>> len(hours), int(hours["n"].sum()) == len(ccf.load_campaign_summaries())
    (24, True)

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    sent = _sent_column(frame)
    rate, names = named_rate(metric), _dimensions(by)
    counts = counts_of(frame)
    part, whole = floats(counts[rate.numerator]), floats(counts[rate.denominator])
    cell = _cells(instants(frame[sent]), tz, names)
    timed, counted = cell >= 0, ~np.isnan(part + whole)
    warn_of(~timed, f"rows have no {sent} and are in no hour")
    made = _labels(names)
    made["metric"] = metric_column([metric] * len(made))
    known, missing = timed & counted, timed & ~counted
    numerator, denominator = (
        _summed(cell[known], each[known], len(made)) for each in (part, whole)
    )
    n, n_missing = (_summed(cell[rows], None, len(made)) for rows in (known, missing))
    rated = _rated(made, numerator, denominator, ci)
    return _told(rated.assign(n=n, n_missing=n_missing), tz, ci)


def read_hours(
    times: pd.DataFrame,
    *,
    tz: Zones = "UTC",
    by: str | Sequence[str] = _BOTH,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return at which weekday and hour emails are first opened, or clicked.

    Parameters
    ----------
    times : pandas.DataFrame
        What `time_to_open` or `time_to_click` gives: one row per email.
    tz : str, or Series or mapping of str, default "UTC"
        IANA name of the zone whose clock counts; or each contact's own, by contact_id.
    by : {"weekday", "hour"} or list of both
        What a row is for.
    ci : float, default 0.95
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per weekday and hour, all of them, Monday and 0 first: weekday (ordered
        category); hour [0–23]; numerator [emails], first opened then; denominator [emails], all
        in `times`, the same in each row; rate [0–1], the one over the other, so that the rates
        add up to the open rate; low, high, its Wilson interval; time_zone_id, the clock, missing
        if it is each contact's own; ci, the level of the interval.

    Raises
    ------
    ColumnsError, ConfigError
        A column is missing, or there is no such zone or `by`.

    Warns
    -----
    PartialResultWarning
        Emails to contacts for whom `tz` has no zone: they are not counted.

    Notes
    -----
    Reading follows sending: most emails are read within hours of it, so that the hours of
    sending show. Machines open within seconds of it; take them out first. The interval takes
    emails for independent.

    Examples
    --------
    >>> from ccframes.analysis.hours import read_hours
    >>> times = pd.DataFrame(
    ...     {"contact_id": ["a", "b"], "first_at": pd.to_datetime(["2026-01-05T20:00Z", None])}
    ... )
    >>> read_hours(times, tz={"a": "Asia/Tokyo", "b": "UTC"}, by="weekday").head(2)[
    ...     ["weekday", "numerator", "denominator", "rate"]
    ... ]
       weekday  numerator  denominator  rate
    0   Monday          0            2   0.0
    1  Tuesday          1            2   0.5

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    require(times, ["contact_id", "first_at"], "time_to_open() or time_to_click()", what="times")
    names = _dimensions(by)
    zones = zones_of(times["contact_id"], tz)
    placed = np.ones(len(times), dtype=np.bool_) if isinstance(zones, str) else ~pd.isna(zones)
    warn_of(~placed, "emails are to contacts without a zone in tz; they are not counted")
    cell = _cells(instants(times["first_at"]), zones, names)
    made = _labels(names)
    part = _summed(cell[cell >= 0], None, len(made))
    whole = pd.Series(int(placed.sum()), index=made.index, dtype="Int64")
    return _told(_rated(made, part, whole, ci), tz if isinstance(tz, str) else None, ci)


def _sent_column(frame: pd.DataFrame) -> str:
    found = [name for name in SENT if name in frame]
    if not found:
        require(frame, SENT[:1], "load_campaign_table()")
    return found[0]


def _dimensions(by: str | Sequence[str]) -> list[str]:
    names = [by] if isinstance(by, str) else list(by)
    if not names or len(set(names)) < len(names) or not set(names) <= set(_SIZES):
        raise ConfigError(f"by={by!r}: 'weekday', 'hour' or both are possible")
    return names


def _cells(at: pd.DatetimeIndex, zones: Any, names: list[str]) -> Ints:
    """Return the row of the result that each instant belongs to; −1 for those that have none."""
    weekday, hour = wall_clock(at, zones)
    clock = {"weekday": weekday, "hour": hour}
    cell = np.zeros(len(at), dtype=np.int64)
    for name in names:
        cell = cell * _SIZES[name] + clock[name]
    return np.where(hour < 0, -1, cell)


def _labels(names: list[str]) -> pd.DataFrame:
    sizes = [range(_SIZES[name]) for name in names]
    labels = pd.MultiIndex.from_product(sizes, names=names).to_frame(index=False)
    if "weekday" in labels:
        days = pd.Index(WEEKDAYS, dtype=STR)
        labels["weekday"] = pd.Categorical.from_codes(labels["weekday"], days, ordered=True)
    return labels.astype({"hour": "Int64"}) if "hour" in labels else labels


def _summed(cell: Ints, counts: Any, cells: int) -> pd.Series[Any]:
    """Return the sum of the counts in each cell, or without counts how many there are."""
    return pd.Series(whole_numbers(np.bincount(cell, counts, minlength=cells)))


def _rated(
    labels: pd.DataFrame, part: pd.Series[Any], whole: pd.Series[Any], ci: float
) -> pd.DataFrame:
    low, high = wilson(part, whole, ci)
    return labels.assign(
        numerator=part, denominator=whole, rate=share(part, whole), low=low, high=high
    )


def _told(hours: pd.DataFrame, tz: str | None, ci: float) -> pd.DataFrame:
    """Return the hours with whose they are and how sure."""
    return hours.assign(time_zone_id=pd.Series(tz, index=hours.index, dtype=STR), ci=ci)
