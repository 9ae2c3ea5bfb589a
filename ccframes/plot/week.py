"""The hours of the week: when emails do well that are sent, and when they are read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ccframes.analysis.clocks import HOURS_OF_DAY, WEEKDAYS
from ccframes.analysis.columns import require
from ccframes.analysis.hours import read_hours, send_hours
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.heat import heat_map
from ccframes.plot.wording import FEW, counted, fraction, told

_CELL = ("weekday", "hour", "numerator", "denominator", "rate", "time_zone_id")
_SENDING = ("metric", "n", "n_missing")
_FEWEST_SENDINGS = 3
"""Of fewer emails one cannot tell the hour from what else was special about them."""


def hours(
    frame: pd.DataFrame,
    *,
    tz: Any = "UTC",
    metric: str = "open_rate",
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw rates by weekday and hour, of sending or of reading.

    Parameters
    ----------
    frame, tz, metric
        As `hours_table` takes them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the map of colours.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `hours_table` has the numbers. Of sending, cells say how many emails
        they rest on.

    Raises
    ------
    ColumnsError
        The frame is none that `hours_table` takes.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> client = ccf.connect(demo=True)
    >>> table = ccf.load_campaign_table(ccf.load_campaign_summaries().head(3))
    >>> hours(table, tz="US/Eastern", ax=Figure().subplots()).get_xlabel()
    'hour of sending, time zone US/Eastern'
    """
    table = hours_table(frame, tz=tz, metric=metric)
    of = "sending" if "metric" in table else "reading"
    zone = told(table, "time_zone_id", tz)
    x = f"hour of {of}, {'each contact’s own time' if pd.isna(zone) else f'time zone {zone}'}"
    with canvas.axes(ax, theme=theme, size=(8.6, 3.6)) as drawn:
        if not int(table["denominator"].sum()):
            canvas.label(drawn, title=f"Rates by weekday and hour of {of}", x=x, y="weekday")
            canvas.say_empty(drawn, "no emails to show")
        else:
            draw = _draw_sending if of == "sending" else _draw_reading
            draw(drawn, _in_order(table), x, style)
    return drawn


def hours_table(
    frame: pd.DataFrame, *, tz: Any = "UTC", metric: str = "open_rate", ci: float = 0.95
) -> pd.DataFrame:
    """Return rates by weekday and hour: of sending, or of reading.

    Parameters
    ----------
    frame : pandas.DataFrame
        The campaign table, for the hours of sending; what `analysis.time_to_open` gives, for
        those of reading; or what `analysis.send_hours` or `read_hours` gave, as it is.
    tz : str, Series or mapping
        The clock: a zone, or, of reading, a zone for each contact.
    metric : str
        The rate, of sending.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        168 rows, one per weekday and hour, as `analysis.send_hours` or `read_hours` gives them.

    Raises
    ------
    ColumnsError
        The frame is none of these.

    Examples
    --------
    >>> client = ccf.connect(demo=True)
    >>> table = ccf.load_campaign_table(ccf.load_campaign_summaries().head(3))
    >>> int(hours_table(table, tz="US/Eastern")["denominator"].gt(0).sum())
    4
    """
    if "weekday" in frame:
        needed = (*_CELL, *(_SENDING if "metric" in frame else ()))
        require(frame, needed, "analysis.send_hours() or read_hours()")
        return frame
    if "observed" in frame:
        return read_hours(frame, tz=tz, ci=ci)
    return send_hours(frame, tz=tz, metric=metric, ci=ci)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return the cells Monday and 0 first, whatever order the caller's frame has."""
    every = pd.MultiIndex.from_product([WEEKDAYS, range(HOURS_OF_DAY)], names=["weekday", "hour"])
    cells = table.astype({"weekday": object, "hour": "int64"}).set_index(["weekday", "hour"])
    return cells.reindex(every)


def _draw_sending(ax: Axes, cells: pd.DataFrame, x: str, style: dict[str, Any]) -> None:
    emails, contacts = _grid(cells["n"]), _grid(cells["denominator"])
    few = (emails < _FEWEST_SENDINGS) | (contacts < FEW)
    said = np.array([f"{number:.0f}" if number else "" for number in emails.flat], dtype=object)
    metric = str(cells["metric"].dropna().iloc[0])
    what, missing = fraction(metric), int(cells["n_missing"].sum())
    shares = np.where(contacts > 0, _grid(cells["rate"], np.nan), np.nan)
    heat_map(ax, shares, few, unit=f"{what} [%]", texts=said.reshape(few.shape), **style)
    _name_axes(ax)
    canvas.label(
        ax,
        title=f"{what.capitalize()} by weekday and hour of sending: "
        f"{counted(int(emails.sum()), 'email')} to {int(contacts.sum()):,} contacts",
        x=x,
        note=f"Numbers: emails sent then. Hatched: fewer than {_FEWEST_SENDINGS} emails, or "
        f"{what.rpartition(' ')[2]} to fewer than {FEW}. Blank: none."
        + (f" Left out, since counts are missing: {missing:,}." if missing else ""),
    )


def _draw_reading(ax: Axes, cells: pd.DataFrame, x: str, style: dict[str, Any]) -> None:
    opened, sent = _grid(cells["numerator"]), int(_grid(cells["denominator"]).max())
    few = np.full(opened.shape, sent < FEW)
    heat_map(ax, _grid(cells["rate"], np.nan), few, unit="of all emails [%]", **style)
    _name_axes(ax)
    hatched = f" Hatched, since they are fewer than {FEW}." if sent < FEW else ""
    canvas.label(
        ax,
        title=f"First opened by weekday and hour: {opened.sum():,.0f} of {sent:,} emails",
        x=x,
        note=f"Shares of all {sent:,} emails to contacts; reading follows sending.{hatched}",
    )


def _name_axes(ax: Axes) -> None:
    ax.set_xticks(range(0, HOURS_OF_DAY, 3))
    ax.set_yticks(range(len(WEEKDAYS)), [day[:3] for day in WEEKDAYS])


def _grid(column: pd.Series[Any], missing: float = 0.0) -> Any:
    return column.to_numpy("float64", na_value=missing).reshape(len(WEEKDAYS), HOURS_OF_DAY)
