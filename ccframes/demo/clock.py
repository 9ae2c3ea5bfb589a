"""Instants as whole seconds since 1970 (UTC), and how the API writes them."""

from __future__ import annotations

from datetime import UTC, datetime

HOUR = 3_600
DAY = 24 * HOUR
WEEK = 7 * DAY
MONTH = 30 * DAY


def second(year: int, month: int, day: int, hour: int = 0) -> int:
    """Return the number of that hour's first second."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


def instant(at: int) -> str:
    """Return an instant as reports and /emails write it.

    >>> instant(1558041240)
    '2019-05-16T21:14:00.000Z'
    """
    return datetime.fromtimestamp(at, UTC).isoformat()[:19] + ".000Z"


def moment(at: int) -> str:
    """Return an instant as contacts, lists and tags have it: without milliseconds.

    >>> moment(1558041240)
    '2019-05-16T21:14:00Z'
    """
    return datetime.fromtimestamp(at, UTC).isoformat()[:19] + "Z"


def day(at: int) -> str:
    """Return the day of an instant, as `deleted_at` is written."""
    return datetime.fromtimestamp(at, UTC).isoformat()[:10]


def month_of(at: int) -> int:
    """Return the calendar month, 1–12."""
    return datetime.fromtimestamp(at, UTC).month
