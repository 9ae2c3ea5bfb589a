"""Which report a frame is from, told by its columns and by the kinds of its events."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

import pandas as pd

from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS
from ccframes.schema import Endpoint, Table

Report: TypeAlias = Endpoint | Table
_EVENT = "tracking_activity_type"
_TELLING = 3  # so many required columns tell a report by themselves


def reports_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the names of the reports that a frame's rows may be of.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any frame. Further columns do no harm. Columns may be left out, as long as the first and the
        required ones are there, and two thirds of all where fewer than three are required.

    Returns
    -------
    tuple of str
        Names as in `catalog()`. Several where nothing tells them apart, as opens and unique
        opens, or where the rows are of several, as opens and clicks in one frame; none if the
        columns are not those of a report.

    Examples
    --------
    >>> import ccframes as ccf
    >>> reports_of(ccf.flatten("sends", {"tracking_activities": []}))
    ('sends', 'did_not_opens')
    >>> reports_of(pd.DataFrame({"revenue": [1]}))
    ()
    """
    columns = frozenset(frame.columns)
    possible = [report for report in _all() if _can_be(report, columns)]
    likest = _likest(possible, columns)
    events = events_in(frame)
    if events and any(_event_of(report) for report in likest):
        likest = [report for report in possible if _event_of(report) in events] or likest
    return tuple(report.name for report in likest)


def events_in(frame: pd.DataFrame) -> frozenset[str]:
    """Return the kinds of events that a frame has rows of: `{"em_opens"}`; none if it has none.

    This reads the column, unlike all else here.
    """
    kinds: Any = frame.get(_EVENT)
    if not isinstance(kinds, pd.Series):
        return frozenset()
    return frozenset(str(kind) for kind in kinds.dropna().unique())


def nearest(frame: pd.DataFrame) -> tuple[str, tuple[str, ...]]:
    """Return the report that a frame is most like, and the columns of it that the frame lacks.

    Both are empty where it has not half of any report's columns.

    >>> nearest(pd.DataFrame(columns=["segment_id", "name", "edited_at"]))
    ('segments', ('created_at',))
    """
    columns = frozenset(frame.columns)
    halves = [report for report in _all() if _shares_half(report, columns)]
    if not halves:
        return "", ()
    report = max(halves, key=lambda each: _rank(each, columns))
    return report.name, tuple(_lacking(report, columns))


@cache
def _all() -> tuple[Report, ...]:
    return (*ENDPOINTS.values(), CAMPAIGN_TABLE)


def _can_be(report: Report, columns: frozenset[Any]) -> bool:
    required = [column.name for column in report.columns if column.required]
    if not columns.issuperset([report.columns[0].name, *required]):
        return False
    lacking = len(_lacking(report, columns))
    return len(required) >= _TELLING or 3 * lacking <= len(report.columns)


def _likest(possible: list[Report], columns: frozenset[Any]) -> list[Report]:
    ranks = [_rank(report, columns) for report in possible]
    return [report for report, rank in zip(possible, ranks, strict=True) if rank == max(ranks)]


def _rank(report: Report, columns: frozenset[Any]) -> tuple[int, int]:
    """Return how like the frame is; joined columns count where they are, not where they lack."""
    shared = sum(column.name in columns for column in (*report.columns, *report.joined))
    return shared, -len(_lacking(report, columns))


def _lacking(report: Report, columns: frozenset[Any]) -> list[str]:
    return [column.name for column in report.columns if column.name not in columns]


def _shares_half(report: Report, columns: frozenset[Any]) -> bool:
    return 2 * len(_lacking(report, columns)) <= len(report.columns)


def _event_of(report: Report) -> str:
    return report.event if isinstance(report, Endpoint) else ""
