"""Axes of time: instants, and spans since a sending on a scale from seconds to years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import XAxis
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from ccframes.plan import duration

HOUR: Final = 3_600.0
DAY: Final = 24 * HOUR
_SPANS: Final = {
    **{"1 s": 1.0, "10 s": 10.0, "1 min": 60.0, "10 min": 600.0, "1 h": HOUR, "6 h": 6 * HOUR},
    **{"1 d": DAY, "1 wk": 7 * DAY, "1 mo": 30 * DAY, "6 mo": 182 * DAY, "2 yr": 731 * DAY},
    **{"10 yr": 3_653 * DAY, "100 yr": 36_525 * DAY},
}


def spell(seconds: float) -> str:
    """Say how long something took.

    >>> spell(42), spell(9_000), spell(300_000)
    ('42 s', '2.5 h', '3.5 d')
    """
    return duration(seconds) if seconds < 2 * DAY else f"{seconds / DAY:,.1f} d"


def span_axis(axis: XAxis, seconds: Sequence[float] | Any) -> tuple[float, float]:
    """Let an axis of seconds go over all of these in steps people count in; return its ends [s]."""
    marks = np.array([*_SPANS.values()])
    first = max(0, int(np.searchsorted(marks, np.min(seconds), side="right")) - 1)
    last = min(len(marks) - 1, int(np.searchsorted(marks, np.max(seconds))))
    shown = slice(min(first, len(marks) - 2), max(last, first + 1) + 1)
    axis.axes.set_xscale("log")
    axis.set_major_locator(FixedLocator(marks[shown].tolist()))
    axis.set_major_formatter(FixedFormatter([*_SPANS][shown]))
    axis.set_minor_locator(NullLocator())
    ends = float(marks[shown][0]), float(marks[shown][-1])
    axis.axes.set_xlim(ends)
    return ends


def date_axis(axis: XAxis, tz: str) -> None:
    """Let an axis of what `days` gives tell the date and time of a zone."""
    locator = AutoDateLocator(tz=tz, maxticks=8)  # type: ignore[no-untyped-call]
    axis.set_major_locator(locator)
    axis.set_major_formatter(ConciseDateFormatter(locator, tz=tz))  # type: ignore[no-untyped-call]


def show_all(ax: Axes, at: Any) -> None:
    """Let the x axis go a little beyond all of these [days], and over a day at least."""
    margin = max(0.5, 0.03 * float(np.ptp(at)))
    ax.set_xlim(float(np.min(at)) - margin, float(np.max(at)) + margin)


def days(at: pd.Series[Any] | pd.DatetimeIndex) -> Any:
    """Return instants, or days without a zone, as matplotlib counts them [days]."""
    index = pd.DatetimeIndex(at)
    plain = index if index.tz is None else index.tz_convert("UTC").tz_localize(None)
    return date2num(plain)  # type: ignore[no-untyped-call]
