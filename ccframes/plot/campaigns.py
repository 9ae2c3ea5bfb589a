"""Rates of campaigns beside each other, and through time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from ccframes.analysis.grouping import local_times, sent_column
from ccframes.analysis.performance import named_rate
from ccframes.analysis.performance import rates as rates_of
from ccframes.analysis.proportions import wilson
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of, share
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.lettering import name_of

_METRICS = ("open_rate", "click_rate")
_MARKERS = "osD^vPX*"
_FEW = 200
"""Denominators below which a rate is drawn faded: its interval is wider than ±7 points."""


def rates_table(
    frame: pd.DataFrame,
    metrics: str | Sequence[str] = _METRICS,
    *,
    top: int = 25,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return rates of each campaign or email, the last sent first.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats, or the campaign table.
    metrics : str or sequence of str
        Names of rates.
    top : int
        How many rows of the frame to take: the last sent, or the first of a frame without times.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per row taken and metric: `label` (name, role if it is a resend, day of sending),
        `metric`, `numerator` and `denominator` [contacts], `rate`, `low`, `high` (Wilson) [0–1].

    Raises
    ------
    ColumnsError
        The frame has no counts.
    ConfigError
        There is no such metric.
    """
    wanted = [named_rate(name) for name in _listed(metrics)]
    sent = sent_column(frame)
    taken = frame if sent is None else frame.sort_values(sent, ascending=False, kind="stable")
    taken = taken.head(top).reset_index(drop=True)
    counts, labels = counts_of(taken), _labels(taken)
    parts = []
    for rate in wanted:
        part, whole = counts[rate.numerator], counts[rate.denominator]
        low, high = wilson(
            part.to_numpy("float64", na_value=np.nan),
            whole.to_numpy("float64", na_value=np.nan),
            ci,
        )
        parts.append(
            pd.DataFrame(
                {
                    "label": pd.array(labels, dtype=STR),
                    "metric": pd.array([rate.name] * len(taken), dtype=STR),
                    "numerator": part,
                    "denominator": whole,
                    "rate": share(part, whole),
                    "low": low,
                    "high": high,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def rates(
    frame: pd.DataFrame,
    metrics: str | Sequence[str] = _METRICS,
    *,
    top: int = 25,
    ci: float = 0.95,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw the rates of campaigns or emails beside each other, each with its interval.

    Parameters
    ----------
    frame, metrics, top, ci
        As `rates_table` takes them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the markers.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `rates_table` has the numbers.

    Raises
    ------
    ColumnsError
        The frame has no counts.
    ConfigError
        There is no such metric.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> stats = pd.DataFrame(
    ...     {"name": ["May"], "em_sends": [100], "em_bounces": [20], "em_opens": [40]}
    ... )
    >>> rates(stats, "open_rate", ax=Figure().subplots()).get_xlabel()
    'rate [%]'
    """
    table = rates_table(frame, metrics, top=top, ci=ci)
    names = _listed(metrics)
    rows = len(table) // max(1, len(names))
    size = (7.6, 1.6 + 0.26 * max(rows, 4))
    with canvas.axes(ax, theme=theme, size=size) as drawn:
        shown = canvas.over(frame, len(frame))
        if rows < len(frame):
            shown = f"the {rows} last sent of {shown}"
        if not rows:
            canvas.label(drawn, title=f"{_words(names)}, {shown}", x="rate [%]")
            canvas.say_empty(drawn, "no campaigns to show")
            return drawn
        handles = []
        for number, name in enumerate(names):
            of_metric = table[table["metric"] == name].reset_index(drop=True)
            handles.append(_dots(drawn, of_metric, number, len(names), style))
            pooled = of_metric["numerator"].sum() / max(1, of_metric["denominator"].sum())
            drawn.axvline(pooled, color=canvas.colour(number), linewidth=1, linestyle=":")
        drawn.set_yticks(np.arange(rows), table["label"][:rows])
        drawn.set_ylim(rows - 0.4, -0.6)
        drawn.set_xlim(left=0)
        drawn.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=""))
        drawn.grid(visible=False, axis="y")
        canvas.label(
            drawn,
            title=f"{_words(names)}, {shown}",
            x="rate [%]",
            note=f"With {ci:.0%} intervals. Dotted: pooled over those shown. Pale: over fewer than "
            f"{_FEW} contacts.",
        )
        canvas.legend(drawn, handles, columns=len(handles))
    return drawn


def trend_table(
    frame: pd.DataFrame,
    metrics: str | Sequence[str] = _METRICS,
    *,
    period: str = "M",
    ci: float = 0.95,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return rates by period of sending, pooled over the campaigns or emails of each.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries or the campaign table: counts, and `last_sent_date` or `sent_at`.
    metrics : str or sequence of str
        Names of rates.
    period : str
        `"D"`, `"W"`, `"M"`, `"Q"` or `"Y"`.
    ci : float
        The level of the intervals.
    tz : str
        The time zone in which periods begin.

    Returns
    -------
    pandas.DataFrame
        One row per period with campaigns and metric, the first first: as `analysis.rates` gives.

    Raises
    ------
    ColumnsError
        The frame has no counts, or no time of sending.
    ConfigError
        There is no such metric.
    """
    table = rates_of(frame, period, ci=ci, tz=tz, metrics=_listed(metrics))
    known = table[table["period"].notna()]
    return known.sort_values(["metric", "period"], kind="stable", ignore_index=True)


def trend(
    frame: pd.DataFrame,
    metrics: str | Sequence[str] = _METRICS,
    *,
    period: str = "M",
    ci: float = 0.95,
    tz: str = "UTC",
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw rates by period of sending, with intervals, over the single campaigns.

    Parameters
    ----------
    frame, metrics, period, ci, tz
        As `trend_table` takes them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the lines.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `trend_table` has the numbers.

    Raises
    ------
    ColumnsError
        The frame has no counts, or no time of sending.
    ConfigError
        There is no such metric.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> trend(ccf.load_campaign_summaries(), ax=Figure().subplots()).get_ylabel()
    'rate [%]'
    """
    table = trend_table(frame, metrics, period=period, ci=ci, tz=tz)
    names = _listed(metrics)
    with canvas.axes(ax, theme=theme) as drawn:
        title = f"{_words(names)} by {_PERIODS.get(period, period)} of sending, pooled over "
        canvas.label(drawn, title=title + canvas.over(frame, len(frame)), y="rate [%]")
        if table.empty:
            canvas.say_empty(drawn, "no campaigns to show")
            return drawn
        handles = [
            _line(drawn, table[table["metric"] == name], number, style)
            for number, name in enumerate(names)
        ]
        _singles(drawn, frame, names, tz)
        drawn.set_ylim(bottom=0)
        drawn.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=""))
        canvas.date_axis(drawn)
        canvas.label(
            drawn,
            title=title + canvas.over(frame, len(frame)),
            x=f"sent, time zone {tz}",
            y="rate [%]",
            note=f"Bands: {ci:.0%} intervals of the pooled share. Small dots: single ones.",
        )
        canvas.legend(drawn, handles, columns=len(handles))
    return drawn


_PERIODS = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}


def _listed(metrics: str | Sequence[str]) -> list[str]:
    names = [metrics] if isinstance(metrics, str) else list(dict.fromkeys(metrics))
    if not names:
        raise ConfigError("give at least one metric, such as 'open_rate'")
    return [named_rate(name).name for name in names]


def _words(names: Sequence[str]) -> str:
    said = [name.replace("_", " ") for name in names]
    return (
        " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]
    ).capitalize()


def _labels(frame: pd.DataFrame) -> list[str]:
    """Return a name for each row: that of the campaign, whether it is a resend, and the day."""
    named = next((name for name in ("name", "subject", "campaign_id") if name in frame), None)
    words = frame[named].tolist() if named else [f"row {place}" for place in range(len(frame))]
    sent = sent_column(frame)
    days = [""] * len(frame)
    if sent is not None:
        days = local_times(frame[sent], "UTC").dt.strftime("%Y-%m-%d").fillna("").tolist()
    roles = frame["role"].tolist() if "role" in frame else [""] * len(frame)
    rows = zip(words, roles, days, strict=True)
    return [
        " · ".join(filter(None, (_word(word), _ROLES.get(role, ""), day)))
        for word, role, day in rows
    ]


_ROLES = {"resend": "resend"}


def _word(name: Any) -> str:
    text = "" if pd.isna(name) else name_of(name, 30).strip()
    return text or "(no name)"


def _dots(ax: Axes, table: pd.DataFrame, number: int, of: int, style: dict[str, Any]) -> Line2D:
    """Draw the rates of one metric as dots with whiskers, and return what stands for them."""
    places = np.arange(len(table)) + (number - (of - 1) / 2) * 0.22
    rate, low, high = (table[name].to_numpy("float64") for name in ("rate", "low", "high"))
    few = table["denominator"].fillna(0).to_numpy("float64") < _FEW
    chosen = canvas.chosen(
        style,
        Line2D,
        color=canvas.colour(number),
        marker=_MARKERS[number],
        markersize=5,
        linestyle="",
    )
    for sparse, alpha in ((False, 1.0), (True, 0.4)):
        at = few == sparse
        ax.hlines(places[at], low[at], high[at], color=chosen["color"], linewidth=1.4, alpha=alpha)
        ax.plot(rate[at], places[at], **{**chosen, "alpha": alpha})
    return Line2D([], [], **{**chosen, "label": table["metric"].iloc[0].replace("_", " ")})


def _line(ax: Axes, table: pd.DataFrame, number: int, style: dict[str, Any]) -> Line2D:
    """Draw the rates of one metric as a line in its band, and return what stands for it."""
    at = table["period"].to_numpy()
    rate, low, high = (table[name].to_numpy("float64") for name in ("rate", "low", "high"))
    metric = str(table["metric"].iloc[0]).replace("_", " ")
    chosen = canvas.chosen(
        style, Line2D, color=canvas.colour(number), marker=_MARKERS[number], markersize=4
    )
    ax.fill_between(at, low, high, color=chosen["color"], alpha=0.22, linewidth=0)
    ax.vlines(at, low, high, color=chosen["color"], alpha=0.5, linewidth=1.2)
    ax.plot(at, rate, **chosen)
    return Line2D([], [], **{**chosen, "label": metric})


def _singles(ax: Axes, frame: pd.DataFrame, names: Sequence[str], tz: str) -> None:
    """Draw the rates of single campaigns as small dots."""
    sent = sent_column(frame)
    assert sent is not None  # noqa: S101 - the table was made from it
    at, counts = local_times(frame[sent], tz).to_numpy(), counts_of(frame)
    for number, name in enumerate(names):
        rate = named_rate(name)
        single = share(counts[rate.numerator], counts[rate.denominator]).to_numpy("float64")
        ax.plot(
            at,
            single,
            linestyle="",
            marker=".",
            markersize=3,
            alpha=0.45,
            color=canvas.colour(number),
        )
