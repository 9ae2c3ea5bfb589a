"""Rates over the time of sending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ccframes.analysis.arrays import floats, whole_numbers
from ccframes.analysis.clusters import campaign_numbers, clusters_of
from ccframes.analysis.grouping import (
    PERIOD,
    groups_of,
    period_alias,
    sent_column,
)
from ccframes.analysis.performance import named_rate
from ccframes.analysis.performance import rates as rates_of_groups
from ccframes.analysis.variation import interval_over_campaigns
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.marks import marker, sample, whiskers
from ccframes.plot.performance import METRICS, listed, rates_table
from ccframes.plot.wording import (
    FEW,
    fraction,
    fractions,
    hundredths,
    level,
    scope,
    share_axis,
    unit_of,
)

_NAMES = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}
_COLUMNS = (
    *(PERIOD, "metric", "numerator", "denominator", "rate", "low", "high"),
    *("interval", "campaigns", "n", "n_missing"),
)
_LARGEST = 90.0  # the area of the largest mark [points²]
_SMALLEST = 14.0
_UNCROWDED = 30  # periods; the marks of more are smaller
_MANY = 150  # points of campaigns are fainter beyond


def trend(
    frame: pd.DataFrame,
    metrics: str | Iterable[str] = METRICS,
    by: str = "M",
    *,
    ci: float = 0.95,
    tz: str = "UTC",
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw rates over the time of sending: each period pooled, and each campaign faintly.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries or the campaign table.
    metrics : str or iterable of str
        The rates.
    by : str
        The period of sending: `"D"`, `"W"`, `"M"`, `"Q"` or `"Y"`.
    ci : float
        The level of the intervals.
    tz : str
        The time zone in which periods begin: the account's, as in `load_account()`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the lines.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. The periods' numbers are those of `trend_table`, the campaigns' those
        of `rates_table`. Lines and bands have gaps where a period has no campaign.

    Raises
    ------
    ColumnsError
        The frame has no counts, or does not say when emails were sent.
    ConfigError
        A metric, period or level that there is not.

    Examples
    --------
    >>> from matplotlib import pyplot as plt
    >>> from ccframes import plot
    >>> stats = pd.DataFrame(
    ...     {
    ...         "sent_at": pd.to_datetime(["2024-01-09", "2024-01-23", "2024-02-06"], utc=True),
    ...         "em_sends": [100, 120, 110],
    ...         "em_bounces": 0,
    ...         "em_opens": [40, 50, 30],
    ...     }
    ... )
    >>> ax = plot.trend(stats, "open_rate")
    >>> ax.get_xlabel()
    'time of sending, by month (UTC)'
    >>> plt.close(ax.figure)
    """
    table = trend_table(frame, metrics, by, ci=ci, tz=tz)
    singles = rates_table(frame, metrics=metrics, ci=ci, tz=tz)
    singles = singles[singles["sent"].notna()]
    names = list(dict.fromkeys(table["metric"])) or listed(metrics)
    known = bool(table["rate"].notna().any())
    with canvas.axes(ax, theme=theme, size=(8.0, 4.6)) as drawn:
        canvas.label(
            drawn,
            title=f"{fractions(names)} by {_word(by)}: {scope(frame)}",
            x=f"time of sending, by {_word(by)} ({tz})",
            y=share_axis(names),
            note=_note(frame, table, singles, by, ci) if known else "",
        )
        if known:
            _draw(drawn, table, singles, by, style)
        else:
            canvas.say_empty(drawn, f"no {unit_of(frame)} that was delivered, with a time")
    return drawn


def trend_table(
    frame: pd.DataFrame,
    metrics: str | Iterable[str] = METRICS,
    by: str = "M",
    *,
    ci: float = 0.95,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return the periods' numbers of `trend`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries or the campaign table; rows without a time of sending are left out.
    metrics : str or iterable of str
        The rates.
    by : str
        The period of sending: `"D"`, `"W"`, `"M"`, `"Q"` or `"Y"`.
    ci : float
        The level of the intervals.
    tz : str
        The time zone in which periods begin.

    Returns
    -------
    pandas.DataFrame
        One row per period with campaigns, and metric. `period`, its first day; `metric`;
        `numerator` and `denominator` [contacts]; the pooled `rate` [0–1] with the interval from
        `low` to `high`; `interval`, what that is over: "campaigns", with the jackknife's variance
        as in `analysis.variation.differences`, or, for a single campaign, its "contacts"
        (Wilson's); `campaigns`; `n` and `n_missing`, the rows it rests on and the others.

    Raises
    ------
    ColumnsError
        The frame has no counts, or does not say when emails were sent.
    ConfigError
        A metric, period or level that there is not.

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {
    ...         "sent_at": pd.to_datetime(["2024-01-09", "2024-01-23", "2024-02-06"], utc=True),
    ...         "em_sends": [100, 120, 110],
    ...         "em_bounces": 0,
    ...         "em_opens": [44, 44, 33],
    ...     }
    ... )
    >>> trend_table(stats, "open_rate")[["period", "rate", "interval", "campaigns"]]
          period   rate   interval  campaigns
    0 2024-01-01   0.4  campaigns          2
    1 2024-02-01   0.3   contacts          1
    """
    if period_alias(by) is None or by in frame:
        raise ConfigError(f'by={by!r} is no period of sending, such as "W", "M" or "Q"')
    column = sent_column(frame)
    timed = frame if column is None else frame[frame[column].notna().to_numpy()]
    found = rates_of_groups(timed, by, metrics=metrics, ci=ci, tz=tz)
    names = list(dict.fromkeys(found["metric"]))
    over = [_over_campaigns(timed, by, name, ci, tz) for name in names]
    # rates come period by period, and within it metric by metric
    low, high, campaigns = (
        np.stack([each[part] for each in over], axis=1).ravel() if over else np.empty(0)
        for part in range(3)
    )
    several = ~np.isnan(low)
    return found.assign(
        low=np.where(several, low, found["low"]),
        high=np.where(several, high, found["high"]),
        interval=pd.array(np.where(several, "campaigns", "contacts").tolist(), dtype=STR),
        campaigns=whole_numbers(campaigns),
    )[list(_COLUMNS)]


def _over_campaigns(
    frame: pd.DataFrame, by: str, metric: str, ci: float, tz: str
) -> tuple[Any, Any, Any]:
    groups = groups_of(frame, by, tz=tz)
    clusters = clusters_of(counts_of(frame), campaign_numbers(frame), groups, named_rate(metric))
    return *interval_over_campaigns(clusters, ci), clusters.size()


def _word(by: str) -> str:
    return _NAMES[str(period_alias(by))[0]]


def _note(
    frame: pd.DataFrame, table: pd.DataFrame, singles: pd.DataFrame, by: str, ci: float
) -> str:
    period = _word(by)
    said = ""
    if (table["interval"] == "campaigns").any():
        said = f"Band: {level(ci)} interval over the campaigns of a {period}. "
    if (table["interval"] == "contacts").any():
        said += f"Whiskers: a {period} of one campaign, {level(ci)} interval over its contacts. "
    largest = int(table["denominator"].max())
    said += f"Faint: each {unit_of(frame)}. Size of marks: contacts, {largest:,} in the largest."
    if (table["denominator"] < FEW).any():
        said += f" Hollow: fewer than {FEW} contacts."
    above = int((singles["rate"] > _top(table)).sum())
    if above:
        said += f" Points above the picture: {above:,}."
    column = sent_column(frame)
    untimed = int(frame[column].isna().sum()) if column else 0
    return said + (f" Left out, without a time of sending: {untimed:,}." if untimed else "")


def _draw(
    ax: Axes, table: pd.DataFrame, singles: pd.DataFrame, by: str, style: dict[str, Any]
) -> None:
    largest = float(table["denominator"].max())
    names = list(dict.fromkeys(table["metric"]))
    handles = []
    for number, metric in enumerate(names):
        looks = {"color": canvas.colour(number), "marker": marker(number)}
        _draw_singles(ax, singles[singles["metric"] == metric], looks)
        _draw_periods(ax, table[table["metric"] == metric], by, looks, style)
        _draw_marks(ax, table[table["metric"] == metric], by, looks, largest)
        handles.append(sample(fraction(metric), **looks))
    ax.set_ylim(0, 100 * _top(table))
    canvas.date_axis(ax)
    canvas.legend(ax, handles)


def _top(table: pd.DataFrame) -> float:
    """Return where the axis of shares ends: periods with their intervals are all in it."""
    highest = float(np.nanmax(table[["high", "rate"]].to_numpy()))
    return highest * 1.05 if highest > 0 else 0.01


def _draw_singles(ax: Axes, rows: pd.DataFrame, looks: dict[str, Any]) -> None:
    alpha = 0.35 if len(rows) <= _MANY else 0.2
    ax.scatter(
        rows["sent"].to_numpy(), hundredths(rows["rate"]), s=9, alpha=alpha, linewidth=0, **looks
    )


def _draw_periods(
    ax: Axes, rows: pd.DataFrame, by: str, looks: dict[str, Any], style: dict[str, Any]
) -> None:
    """Draw line and band, with gaps for periods without campaigns."""
    periods = pd.PeriodIndex(rows[PERIOD], freq=period_alias(by))
    every = pd.period_range(periods.min(), periods.max(), freq=period_alias(by))
    banded = rows.assign(
        **{end: rows[end].where(rows["interval"] == "campaigns") for end in ("low", "high")}
    )
    whole = banded.set_axis(periods).reindex(every)[["rate", "low", "high"]]
    x = _middles(every)
    low, high = hundredths(whole["low"]), hundredths(whole["high"])
    ax.fill_between(x, low, high, color=looks["color"], alpha=0.18, linewidth=0)
    line = canvas.chosen(style, Line2D, color=looks["color"], linewidth=1.2)
    ax.plot(x, hundredths(whole["rate"]), **line)


def _draw_marks(
    ax: Axes, rows: pd.DataFrame, by: str, looks: dict[str, Any], largest: float
) -> None:
    x = _middles(pd.PeriodIndex(rows[PERIOD], freq=period_alias(by)))
    rate, contacts = hundredths(rows["rate"]), floats(rows["denominator"])
    crowded = min(1.0, _UNCROWDED / len(rows))
    area = _SMALLEST + (_LARGEST - _SMALLEST) * crowded * contacts / max(1.0, largest)
    few = contacts < FEW
    faces = [ax.get_facecolor() if hollow else looks["color"] for hollow in few]
    ax.scatter(
        x, rate, s=area, marker=looks["marker"], c=faces, edgecolors=looks["color"], zorder=3
    )
    alone = (rows["interval"] == "contacts").to_numpy()
    ends = hundredths(rows["low"])[alone], hundredths(rows["high"])[alone]
    none = np.zeros(int(alone.sum()), dtype=bool)
    whiskers(
        ax, x[alone], rate[alone], ends, hollow=none, upright=True, marker="", color=looks["color"]
    )


def _middles(periods: pd.PeriodIndex) -> Any:
    """Return the middle of each period, where it is drawn."""
    starts, ends = periods.start_time, periods.end_time
    return (starts + (ends - starts) / 2).to_numpy()
