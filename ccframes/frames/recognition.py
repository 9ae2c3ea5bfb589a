"""Which report a frame is from, told by its columns and by the kinds of its events."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS
from ccframes.schema import Endpoint, Table

Report: TypeAlias = Endpoint | Table
_EVENT = "tracking_activity_type"
_TELLING = 3  # so many required columns tell a report by themselves


class Likeness(NamedTuple):
    """How much a frame is like a report: the columns that it has of it, and those it lacks."""

    shared: int
    lacking: tuple[str, ...]


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
    kinds: Any = frame[_EVENT] if _EVENT in frame else None
    if not isinstance(kinds, pd.Series):
        return frozenset()
    return frozenset(str(kind) for kind in kinds.dropna().unique())


def nearest(frame: pd.DataFrame) -> tuple[str, tuple[str, ...]]:
    """Return the report that a frame is most like, and the columns of it that the frame lacks.

    Both are empty where they share no column.

    >>> name, lacking = nearest(pd.DataFrame(columns=["list_id", "favorite"]))
    >>> name, lacking[:2]
    ('contact_lists', ('name', 'description'))
    """
    columns = frozenset(frame.columns)
    report = max(_all(), key=lambda each: _rank(each, columns))
    like = _likeness(report, columns)
    return (report.name, like.lacking) if like.shared else ("", ())


@cache
def _all() -> tuple[Report, ...]:
    return (*ENDPOINTS.values(), CAMPAIGN_TABLE)


def _can_be(report: Report, columns: frozenset[Any]) -> bool:
    own = [column.name for column in report.columns]
    required = [column.name for column in report.columns if column.required]
    if not columns.issuperset([own[0], *required]):
        return False
    return len(required) >= _TELLING or 3 * len(columns.intersection(own)) >= 2 * len(own)


def _likest(possible: list[Report], columns: frozenset[Any]) -> list[Report]:
    ranks = [_rank(report, columns) for report in possible]
    return [report for report, rank in zip(possible, ranks, strict=True) if rank == max(ranks)]


def _rank(report: Report, columns: frozenset[Any]) -> tuple[int, int]:
    like = _likeness(report, columns)
    return like.shared, -len(like.lacking)


def _likeness(report: Report, columns: frozenset[Any]) -> Likeness:
    """Count joined columns as shared where they are there; they are not lacking elsewhere."""
    shared = sum(column.name in columns for column in (*report.columns, *report.joined))
    lacking = (column.name for column in report.columns if column.name not in columns)
    return Likeness(shared, tuple(lacking))


def _event_of(report: Report) -> str:
    return report.event if isinstance(report, Endpoint) else ""
