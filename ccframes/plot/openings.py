"""When emails are opened: since they were sent, or on the calendar."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ccframes.analysis.calendars import Unit, check_unit, events_over_time
from ccframes.analysis.clocks import known_zone
from ccframes.analysis.curves import time_curve, time_quantiles
from ccframes.analysis.timing import time_to_open
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.ticks import date_axis, days, span_axis, spell
from ccframes.plot.wording import level

_FIRST_SEEN = 0.02
"""The axis begins when that share of those who opened had; it would else begin with a few."""
_ABOUT_ALL = 0.95
"""Emails watched so much of the longest time are not told apart from it in words."""


def opens_over_time(
    opens: pd.DataFrame,
    sends: pd.DataFrame | None = None,
    *,
    bounces: pd.DataFrame | None = None,
    until: Any = None,
    unit: Unit = "auto",
    tz: str = "UTC",
    ci: float = 0.95,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw by when emails are opened.

    With sends: the share of emails that were opened, over the time since they were sent, with
    its interval, and by when half of those that were opened had been. Without: how many opens
    came when, the first ones of an email apart from repeats.

    Parameters
    ----------
    opens, sends, bounces : pandas.DataFrame
        What `load_opens()`, `load_sends()` and `load_bounces()` give, of the same activities.
        With bounces the share is one of emails delivered, not sent.
    until : instant, optional
        Until when it was watched, as in `analysis.time_to_open`; takes sends.
    unit : {"auto", "hour", "day", "week", "month"}
        What a bar stands for; without sends.
    tz : str, default "UTC"
        The zone of the calendar; without sends.
    ci : float, default 0.95
        The level of the interval.
    ax : matplotlib Axes, optional
        Where to draw.
    theme : {"light", "dark"}
        The style.
    **style
        Further keywords of the curve (Line2D), or of the bars of first opens (Rectangle).

    Returns
    -------
    matplotlib Axes
        What was drawn on. The curve is dashed where not every email was watched so long.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks a column, or a keyword cannot be used.

    Warns
    -----
    PartialResultWarning
        Opens that are not in the picture; `analysis.time_to_open` says which.

    Notes
    -----
    Pooled over all emails of the frame. The interval takes emails for independent, which those to
    one contact are not: over many campaigns it is too narrow.

    Examples
    --------
    >>> import ccframes as ccf
    >>> from matplotlib.figure import Figure
    >>> from ccframes.plot import opens_over_time
    >>> with ccf.connect(demo=True):
    ...     latest = ccf.load_campaign_summaries().head(1)
    ...     opens, sends = ccf.load_opens(latest), ccf.load_sends(latest)
    >>> ax = opens_over_time(opens, sends, ax=Figure().subplots())
    >>> ax.get_xlabel()
    'time since the send'
    """
    table = opens_over_time_table(
        opens, sends, bounces=bounces, until=until, unit=unit, tz=tz, ci=ci
    )
    with canvas.axes(ax, theme=theme) as drawn:
        if sends is None:
            _draw_calendar(drawn, table, tz, style)
        else:
            base = "emails sent" if bounces is None else "emails delivered"
            _draw_curve(drawn, table, base, ci, style)
    return drawn


def opens_over_time_table(
    opens: pd.DataFrame,
    sends: pd.DataFrame | None = None,
    *,
    bounces: pd.DataFrame | None = None,
    until: Any = None,
    unit: Unit = "auto",
    tz: str = "UTC",
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return the numbers that `opens_over_time` draws.

    Parameters
    ----------
    opens, sends, bounces, until, unit, tz, ci
        As in `opens_over_time`.

    Returns
    -------
    pandas.DataFrame
        With sends, what `analysis.time_curve` gives: one row per time at which an email was
        opened, and those at which the first and the last email ceased to be watched, with
        seconds; share, low, high
        [0–1]; at_risk, events, n [emails]; and further all_watched, whether every email that was
        not opened had been watched so long; and half_seconds, by when half of those that were
        opened had been [s], the same in each row.

        Without, what `analysis.events_over_time` gives: one row per hour, day, week or month,
        with unit; start, end; opens, first_opens [events].

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks a column, or a keyword cannot be used.

    Warns
    -----
    PartialResultWarning
        Opens that are not counted; `analysis.time_to_open` says which.

    Examples
    --------
    >>> opens = pd.DataFrame(
    ...     {
    ...         "campaign_activity_id": ["first", "first"],
    ...         "contact_id": ["ann", "ann"],
    ...         "created_time": ["2026-01-05T09:10Z", "2026-01-05T09:30Z"],
    ...     }
    ... )
    >>> opens_over_time_table(opens)[["unit", "opens", "first_opens"]]
       unit  opens  first_opens
    0  hour      2            1
    """
    if sends is None:
        return events_over_time(opens, unit=unit, tz=tz, what="opens")
    check_unit(unit)
    known_zone(tz)
    times = time_to_open(opens, sends, until=until, bounces=bounces)
    waiting = times.loc[~times["observed"].astype("bool"), "seconds"]
    half = time_quantiles(times, 0.5)["seconds_among_events"]
    curve = _until_the_end(time_curve(times, ci=ci), times, waiting, ci)
    return curve.assign(
        all_watched=curve["seconds"] <= waiting.min() if len(waiting) else True,
        half_seconds=half.iloc[0] if len(half) else np.nan,
    )


def _until_the_end(
    curve: pd.DataFrame, times: pd.DataFrame, waiting: pd.Series[Any], ci: float
) -> pd.DataFrame:
    """Return the curve with rows for when the first and the last email cease to be watched."""
    ends = pd.Series([waiting.min(), times["seconds"].max()]).dropna().unique()
    further = [end for end in ends if end not in set(curve["seconds"])]
    if curve.empty or not further:
        return curve
    longer = pd.concat([curve, time_curve(times, ci=ci, at=further)], ignore_index=True)
    return longer.sort_values("seconds", kind="stable", ignore_index=True)


# --- since the send -----------------------------------------------------------------------------


def _draw_curve(ax: Axes, table: pd.DataFrame, base: str, ci: float, style: dict[str, Any]) -> None:
    opened = 0 if table.empty else int(table["events"].iloc[-1])
    emails = 0 if table.empty else int(table["n"].iloc[-1])
    title = f"Opened by time since the send: {opened:,} of {emails:,} {base}"
    names = {"x": "time since the send", "y": f"share of {base} [%]"}
    if not opened:
        canvas.label(ax, title=title, **names)
        canvas.say_empty(ax, f"none of {emails:,} {base} was opened" if emails else "no sends")
        return
    left, _ = span_axis(ax.xaxis, _shown(table))
    _draw_steps(ax, table, left, style)
    _mark_half(ax, table, left)
    ax.set_ylim(0, min(100.0, 108 * _known(table["high"], table["share"]).max()))
    canvas.label(ax, title=f"{title}, {level(ci)} interval", note=_watched(table), **names)


def _shown(table: pd.DataFrame) -> pd.Series[Any]:
    """Return the times that the axis has to show: of a rise that can be seen, up to the last."""
    events = table["events"]
    rises = events.diff().fillna(events) > 0
    seen = rises & (events >= _FIRST_SEEN * events.iloc[-1])
    times: pd.Series[Any] = table.loc[seen, "seconds"]
    return times


def _draw_steps(ax: Axes, table: pd.DataFrame, left: float, style: dict[str, Any]) -> None:
    at = table["seconds"].clip(lower=left).to_numpy()
    watched = table["all_watched"].to_numpy(dtype=bool)
    curve = {"color": canvas.colour(), "drawstyle": "steps-post"}
    for number, (which, dash) in enumerate(((watched, "-"), (_and_before(~watched), "--"))):
        shown = np.where(which, 100 * table["share"].to_numpy(), np.nan)
        mine = canvas.chosen(style, Line2D, **curve, linestyle=dash, label=_CURVE_NAMES[number])
        if which.any():
            ax.plot(at, shown, **mine)
    low, high = (100 * _known(table[end], table["share"]) for end in ("low", "high"))
    ax.fill_between(at, low, high, step="post", color=canvas.colour(), alpha=0.2, linewidth=0)


_CURVE_NAMES = ("share opened", "share opened, where not every email was watched so long")


def _and_before(which: Any) -> Any:
    """Return also the row before the first of them, so that no gap is between."""
    return which | np.append(which[1:], False)


def _known(ends: pd.Series[Any], share: pd.Series[Any]) -> Any:
    """Return the ends of intervals, and where one has none, the share."""
    return ends.fillna(share).to_numpy()


def _mark_half(ax: Axes, table: pd.DataFrame, left: float) -> None:
    half = float(table["half_seconds"].iloc[0])
    height = 100 * float(table.loc[table["seconds"] <= half, "share"].max())
    at = max(half, left)
    ax.plot([at, at], [0, height], color=canvas.colour(1), linestyle=":")
    ax.plot([at], [height], color=canvas.colour(1), marker="o", linestyle="none")
    is_left = at < np.sqrt(np.prod(ax.get_xlim()))
    ax.annotate(
        f"half of those opened\nwere within {spell(half)}",
        (at, height / 2),
        xytext=(8 if is_left else -8, 0),
        textcoords="offset points",
        ha="left" if is_left else "right",
        va="center",
    )


def _watched(table: pd.DataFrame) -> str:
    whole = table["all_watched"].to_numpy(dtype=bool)
    shortest, longest = table.loc[whole, "seconds"].max(), table["seconds"].max()
    if shortest >= _ABOUT_ALL * longest:
        return f"Every email was watched for {spell(shortest)} at least."
    return (
        f"Dashed, after {spell(shortest)}: not every email was watched so long; the share is "
        "estimated (Kaplan–Meier) as if the recent ones were opened like the others."
    )


# --- on the calendar ----------------------------------------------------------------------------


def _draw_calendar(ax: Axes, table: pd.DataFrame, tz: str, style: dict[str, Any]) -> None:
    total, first = (int(table[name].sum()) for name in ("opens", "first_opens"))
    unit = "day" if table.empty else table["unit"].iloc[0]
    names = {"x": f"when it was opened, by {unit} [{tz}]", "y": f"opens per {unit}"}
    if table.empty:
        canvas.label(ax, title="Opens over time", **names)
        canvas.say_empty(ax, "no opens")
        return
    begin, end = days(table["start"]), days(table["end"])
    place = {"x": begin + 0.05 * (end - begin), "width": 0.9 * (end - begin), "align": "edge"}
    firsts = table["first_opens"].to_numpy(dtype="float64")
    repeats = table["opens"].to_numpy(dtype="float64") - firsts
    label, colour = "first open of an email by a contact", canvas.colour()
    mine = canvas.chosen(style, Rectangle, color=colour, label=label)
    bars = ax.bar(height=firsts, **place, **mine)
    again = ax.bar(
        height=repeats,
        bottom=firsts,
        **place,
        color=canvas.colour(5),
        hatch="///",
        edgecolor=ax.get_facecolor(),
        linewidth=0,
        label="opened again",
    )
    date_axis(ax.xaxis, tz)
    ax.grid(visible=False, axis="x")
    canvas.label(ax, title=f"Opens per {unit}: {total:,}, of which {first:,} first opens", **names)
    canvas.legend(ax, [bars, again])  # type: ignore[list-item]
