"""Heat maps of rates: the week's hours, and generations of contacts as they age."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from ccframes.analysis.ageing import cohorts
from ccframes.analysis.columns import require
from ccframes.analysis.hours import read_hours, send_hours
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.wording import FEW

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = ("weekday", "hour", "numerator", "denominator", "rate")
_MOST_COHORTS, _MOST_AGES = 24, 24


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
        require(frame, _HOURS, "analysis.send_hours()")
        return frame
    if "observed" in frame:
        return read_hours(frame, tz=tz, ci=ci)
    return send_hours(frame, tz=tz, metric=metric, ci=ci)


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
        What was drawn on; `hours_table` has the numbers.

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
    of = "reading" if "metric" not in table else "sending"
    what = "Opened / sent" if of == "reading" else str(table["metric"].iloc[0]).replace("_", " ")
    clock = f"time zone {tz}" if isinstance(tz, str) else "each contact's own time"
    with canvas.axes(ax, theme=theme, size=(8.6, 3.6)) as drawn:
        title = f"{what.capitalize()} by weekday and hour of {of}"
        counts = table["denominator"].to_numpy("float64").reshape(7, 24)
        if not counts.sum():
            canvas.label(drawn, title=title, x=f"hour of {of}, {clock}")
            canvas.say_empty(drawn, "no emails to show")
            return drawn
        rate = table["rate"].to_numpy("float64").reshape(7, 24)
        _map(drawn, rate, counts, "share [%]", style)
        drawn.set_xticks(range(0, 24, 3))
        drawn.set_yticks(range(7), _DAYS)
        canvas.label(
            drawn,
            title=f"{title}, over {_many(table, of)}",
            x=f"hour of {of}, {clock}",
            note=_note("emails were sent" if of == "sending" else "emails are meant"),
        )
    return drawn


def retention_table(
    sends: pd.DataFrame,
    opens: pd.DataFrame | None = None,
    *,
    bounces: pd.DataFrame | None = None,
    period: str = "Q",
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return how generations of contacts open as they age.

    Parameters
    ----------
    sends : pandas.DataFrame
        What `load_sends()` gives; or what `analysis.cohorts` gave, as it is.
    opens, bounces : pandas.DataFrame, optional
        Of the same activities.
    period : "M", "Q" or "Y"
        What makes a generation, and a step of its age.
    tz : str
        The zone in which periods begin.

    Returns
    -------
    pandas.DataFrame
        One row per generation and age, as `analysis.cohorts` gives them.

    Raises
    ------
    ColumnsError
        A frame lacks what is needed.

    Examples
    --------
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> retention_table(ccf.load_sends(some), ccf.load_opens(some))["age"].tolist()
    [0]
    """
    if "cohort" in sends:
        needed = ("cohort", "age", "delivered", "open_rate")
        require(sends, needed, "analysis.cohorts()")
        return sends
    require(sends, ("contact_id",), "load_sends()", what="sends")
    require(
        pd.DataFrame() if opens is None else opens, ("contact_id",), "load_opens()", what="opens"
    )
    assert opens is not None  # noqa: S101 - required above
    return cohorts(sends, opens, bounces=bounces, period=period, tz=tz)


def retention(
    sends: pd.DataFrame,
    opens: pd.DataFrame | None = None,
    *,
    bounces: pd.DataFrame | None = None,
    period: str = "Q",
    tz: str = "UTC",
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw how generations of contacts open as they age.

    Parameters
    ----------
    sends, opens, bounces, period, tz
        As `retention_table` takes them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the map of colours.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `retention_table` has the numbers.

    Raises
    ------
    ColumnsError
        A frame lacks what is needed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> retention(ccf.load_sends(some), ccf.load_opens(some), ax=Figure().subplots()).get_xlabel()
    'age [quarters since the first email]'
    """
    table = retention_table(sends, opens, bounces=bounces, period=period, tz=tz)
    steps = {"M": "months", "Q": "quarters", "Y": "years"}.get(period, "periods")
    x = f"age [{steps} since the first email]"
    with canvas.axes(ax, theme=theme, size=(8.6, 4.6)) as drawn:
        title = "Opened / delivered of contacts by the time of their first email"
        if table.empty:
            canvas.label(drawn, title=title, x=x)
            canvas.say_empty(drawn, "no contacts to show")
            return drawn
        grids = [
            table.pivot(index="cohort", columns="age", values=value).iloc[:, :_MOST_AGES]
            for value in ("open_rate", "delivered")
        ]
        whole = grids[0]
        rate, counts = (
            grid.iloc[-_MOST_COHORTS:].to_numpy("float64", na_value=np.nan) for grid in grids
        )
        shown, ages = whole.index[-_MOST_COHORTS:], whole.columns
        _map(drawn, rate, np.nan_to_num(counts), "share [%]", style)
        form = "%Y" if period == "Y" else "%Y-%m"
        drawn.set_yticks(range(len(shown)), [f"{day:{form}}" for day in shown])
        step = max(1, len(ages) // 8)
        drawn.set_xticks(range(0, len(ages), step), ages[::step])
        cut = (
            f"the last {len(shown)} of {len(whole)} generations" if len(shown) < len(whole) else ""
        )
        canvas.label(
            drawn,
            title=title,
            x=x,
            y="first email",
            note=" ".join(filter(None, [_note("emails were delivered"), cut.capitalize()])),
        )
    return drawn


def _map(
    ax: Axes, rate: NDArray[Any], counts: NDArray[Any], unit: str, style: dict[str, Any]
) -> None:
    """Draw a rate for each cell, those that rest on few hatched, the first row on top."""
    shown = np.ma.masked_invalid(np.where(counts > 0, rate, np.nan))
    sure = shown[counts >= FEW].compressed()
    most = float(sure.max()) if sure.size else None  # or a handful of contacts would set the scale
    ours: dict[str, Any] = {"cmap": canvas.SEQUENTIAL, "vmin": 0.0, "vmax": most} | style
    rows, columns = map(np.arange, shown.shape)
    colours = ax.pcolormesh(columns, rows, shown, shading="nearest", **ours)
    ax.invert_yaxis()
    ax.grid(visible=False)
    for row, column in zip(*np.nonzero((counts > 0) & (counts < FEW)), strict=True):
        ax.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5),
                1,
                1,
                fill=False,
                hatch="///",
                linewidth=0,
                edgecolor=canvas.setting("axes.facecolor"),
                alpha=0.55,
            )
        )
    beyond = most is not None and bool((shown > most).any())
    bar = ax.figure.colorbar(
        colours,
        ax=ax,
        format=PercentFormatter(1, symbol=""),
        extend="max" if beyond else "neither",
    )
    bar.set_label(unit, color=canvas.setting("axes.labelcolor"))
    bar.ax.tick_params(labelcolor=canvas.setting("ytick.labelcolor"))


def _note(what: str) -> str:
    return f"Hatched: fewer than {FEW} {what}. Blank: none."


def _many(table: pd.DataFrame, of: str) -> str:
    if of == "reading":
        return f"{int(table['denominator'].max()):,} emails to contacts"
    return f"{int(table['denominator'].sum()):,} emails to contacts"
