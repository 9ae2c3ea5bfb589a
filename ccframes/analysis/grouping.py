"""Groups of a frame's rows: by columns, by the period of sending, or by anything computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Floats, Ints
from ccframes.analysis.clocks import calendar_periods, first_days
from ccframes.analysis.columns import warn_of
from ccframes.analysis.moments import instants
from ccframes.errors import ColumnsError

By: TypeAlias = str | Sequence[str] | Callable[[pd.DataFrame], Any] | None

SENT = ("sent_at", "last_sent_date")
"""The columns that say when an email was sent."""

PERIOD = "period"
"""The column that says in which period."""

_IDS = ("campaign_activity_id", "campaign_id")
_MISSING = "(missing)"
_PERIODS = re.compile(r"(D|W(?:-[A-Z]{3})?|[MQY])|([MQY])[SE]")
_OWN = "group"  # the column of what a function gives, unless it has a name


@dataclass(frozen=True, slots=True)
class Groups:
    """Which group each row belongs to.

    Attributes
    ----------
    keys : pandas.DataFrame
        One row per group, in order, those without a key last; the columns that were grouped by.
    codes : numpy.ndarray
        The group of each row of the frame, as the row of `keys`.
    """

    keys: pd.DataFrame
    codes: Any

    def __len__(self) -> int:
        return len(self.keys)

    def total(self, values: Any) -> Floats:
        """Return the sum of the values in each group; those that are missing add nothing."""
        return np.bincount(self.codes, np.nan_to_num(values), minlength=len(self))

    def count(self, which: Any) -> Ints:
        """Return how many rows of each group are chosen."""
        return np.bincount(self.codes[np.asarray(which)], minlength=len(self))


def groups_of(frame: pd.DataFrame, by: By, *, tz: str = "UTC", taken: Sequence[str] = ()) -> Groups:
    """Return the groups of the frame's rows.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any frame; of its index nothing is used.
    by : str, sequence of str, callable or None
        A column, several, a period of the sending (`"D"`, `"W"`, `"M"`, `"Q"`, `"Y"`, with or
        without an S or E for its start or end), or a function of the frame that gives a value for
        each row of a frame whose rows are numbered from 0; a Series in another order, as after
        sorting, is put in that of the rows. None makes one group.
    tz : str
        The time zone in which periods begin.
    taken : sequence of str
        Names that the answer needs for itself.

    Returns
    -------
    Groups
        A frame without rows has no groups. Rows without a key are a group of their own.

    Raises
    ------
    ColumnsError
        No such column, one of lists, or no time of sending for a period.
    ConfigError
        No such time zone, or a time that cannot be read.

    Examples
    --------
    >>> frame = pd.DataFrame({"role": ["resend", None, "resend"]})
    >>> groups = groups_of(frame, "role")
    >>> groups.keys["role"].isna().tolist(), groups.codes.tolist()
    ([False, True], [0, 1, 0])
    """
    if by is None:
        one = pd.DataFrame(index=pd.RangeIndex(min(1, len(frame))))
        return Groups(one, np.zeros(len(frame), dtype="int64"))
    columns = _columns(frame, by, tz)
    clash = [str(name) for name in columns if name in taken]
    if clash:
        raise ColumnsError(f"the answer has columns of its own called {clash}; rename the frame's")
    grouped = columns.groupby(list(columns), sort=True, dropna=False, observed=True)
    try:
        codes = grouped.ngroup().to_numpy(dtype="int64")
    except TypeError as error:
        raise ColumnsError(
            f"{', '.join(map(str, columns))}: groups are made of single values, not of lists or "
            "the like; unnest() gives a row for each of several"
        ) from error
    first = np.unique(codes, return_index=True)[1]
    return Groups(columns.iloc[first].reset_index(drop=True), codes)


def warn_of_repeats(frame: pd.DataFrame, groups: Groups) -> None:
    """Warn of rows about an email that has a row in their group already, since both count.

    Emails are known by their activity or, where the frame has no activities, by their campaign.
    In different groups, such as lists, one may have several rows: each group's total is right.
    """
    key = next((name for name in _IDS if name in frame), None)
    if key is None:
        return
    ids = frame[[key]].reset_index(drop=True)
    again = ids.assign(group=groups.codes).duplicated() & ids.notna().all(axis=1)
    warn_of(
        again.to_numpy(),
        f"rows have a {key} that another row of their group has, and count once more; "
        f'drop_duplicates("{key}") keeps one of each',
    )


def labels_of(keys: pd.DataFrame) -> list[str]:
    """Return a text for each row of the keys of groups.

    >>> labels_of(pd.DataFrame({"role": ["resend", None], "half": [1, 2]}))
    ['resend, 1', '(missing), 2']
    """
    rows = zip(*(_texts(keys[name]) for name in keys), strict=True)
    return [", ".join(row) for row in rows]


def period_alias(name: str) -> str | None:
    """Return the plain name of a period of sending, and None of anything else.

    >>> period_alias("MS"), period_alias("W-SUN"), period_alias("role")
    ('M', 'W-SUN', None)
    """
    period = _PERIODS.fullmatch(name)
    return (period[1] or period[2]) if period else None


def sent_column(frame: pd.DataFrame) -> str | None:
    """Return the name of the column that says when an email was sent, if there is one.

    >>> sent_column(pd.DataFrame(columns=["name", "sent_at"]))
    'sent_at'
    """
    return next((name for name in SENT if name in frame), None)


def local_times(instants: pd.Series[Any], tz: str) -> pd.Series[Any]:
    """Return instants, or their text, as the clock of the zone shows them, without a zone."""
    known = pd.to_datetime(instants, utc=True, format="ISO8601")
    shown: pd.Series[Any] = known.dt.tz_convert(tz).dt.tz_localize(None)
    return shown


def _columns(frame: pd.DataFrame, by: By, tz: str) -> pd.DataFrame:
    rows = frame.reset_index(drop=True)
    if callable(by):
        return _computed(rows, by(rows), frame.index)
    names = [by] if isinstance(by, str) else list(by or ())
    if not names:
        raise ColumnsError("by=[] groups by nothing; name a column, or leave it out")
    return pd.DataFrame(dict(_column(rows, name, tz) for name in names))


def _column(frame: pd.DataFrame, name: str, tz: str) -> tuple[str, pd.Series[Any]]:
    if name in frame:
        return name, frame[name]
    period = period_alias(name)
    if period is None:
        raise ColumnsError(
            f"the frame has no column {name!r}, and that is no period of the sending either, such "
            'as "W", "M" or "Q"'
        )
    return PERIOD, _period_starts(frame, period, tz)


def _period_starts(frame: pd.DataFrame, period: str, tz: str) -> pd.Series[Any]:
    """Return the day on which the period of each sending began, in the zone."""
    sent = sent_column(frame)
    if sent is None:
        raise ColumnsError(
            f"the frame has no column {' or '.join(map(repr, SENT))}, so no {period!r} of sending; "
            "load_campaign_table() and load_campaign_summaries() give frames with it"
        )
    began = first_days(calendar_periods(instants(frame[sent]), period, tz))
    return pd.Series(began, index=frame.index)


def _computed(rows: pd.DataFrame, values: Any, given: pd.Index[Any]) -> pd.DataFrame:
    if np.ndim(values) != 1 or len(values) != len(rows):
        raise ColumnsError(f"by= has to give one value for each of the frame's {len(rows):,} rows")
    name = getattr(values, "name", None) or _OWN
    if not isinstance(values, pd.Series):
        return pd.DataFrame({name: pd.Series(values)})
    # a Series of the caller's own frame has that one's index, and its order
    if not values.index.equals(given) and rows.index.isin(values.index).all():
        values = values.reindex(rows.index)
    return pd.DataFrame({name: values.reset_index(drop=True)})


def _texts(values: pd.Series[Any]) -> list[str]:
    plain = values.dt.strftime("%Y-%m-%d") if values.dtype.kind == "M" else values
    return [_MISSING if pd.isna(value) else str(value) for value in plain.tolist()]
