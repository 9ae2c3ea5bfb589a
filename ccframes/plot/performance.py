"""Rates of campaigns or groups of them, one beside the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ccframes.analysis.arrays import floats
from ccframes.analysis.columns import require
from ccframes.analysis.grouping import By, labels_of, local_times, sent_column
from ccframes.analysis.performance import rates as rates_of_groups
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.lettering import drawable, shortened
from ccframes.plot.marks import marker, sample, whiskers
from ccframes.plot.wording import (
    FEW,
    counted,
    fraction,
    fractions,
    hundredths,
    level,
    percent,
    scope,
    share_axis,
    unit_of,
)

METRICS = ("open_rate", "click_rate")
"""The rates that are drawn unless others are asked for."""

_LONGEST = 30
_LOADERS = "load_campaign_table() or load_campaign_summaries()"


def rates(
    frame: pd.DataFrame,
    by: By = None,
    metrics: str | Iterable[str] = METRICS,
    *,
    top: int = 25,
    best_first: bool = False,
    ci: float = 0.95,
    tz: str = "UTC",
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw rates of campaigns, or of groups of them, as dots with their intervals.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats, or the campaign table.
    by : str, sequence of str or callable, optional
        What makes groups, as in `analysis.performance.rates`; each row by itself, if left out.
    metrics : str or iterable of str
        The rates.
    top : int
        How many campaigns or groups are drawn at most; the title says of how many.
    best_first : bool
        Order by the first metric instead of by time of sending, or by key.
    ci : float
        The level of the intervals.
    tz : str
        The time zone of dates and periods.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the dots.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. Its numbers are those of `rates_table`. Dots of fewer than 100 contacts
        are hollow.

    Raises
    ------
    ColumnsError
        The frame has no counts, or lacks what `by` names.
    ConfigError
        A metric that there is not, or nothing to be drawn.

    Examples
    --------
    >>> from matplotlib import pyplot as plt
    >>> from ccframes import plot
    >>> stats = pd.DataFrame(
    ...     {"name": ["News", "Offer"], "em_sends": [100, 50], "em_bounces": 0, "em_opens": 40}
    ... )
    >>> ax = plot.rates(stats, metrics="open_rate")
    >>> ax.get_title(loc="left"), [tick.get_text() for tick in ax.get_yticklabels()]
    ('Opened / delivered: 2 campaigns', ['News', 'Offer'])
    >>> plt.close(ax.figure)
    """
    canvas.check_top(top)
    table = rates_table(frame, by, metrics, best_first=best_first, ci=ci, tz=tz)
    shown = table[table["rank"] <= top]
    names = list(dict.fromkeys(table["metric"])) or listed(metrics)
    n_shown = int(shown["rank"].max()) if len(shown) else 0
    with canvas.axes(ax, theme=theme, size=(8.0, max(3.6, 2.0 + 0.27 * n_shown))) as drawn:
        labels = [drawable(text) for text in shown["label"].iloc[:: len(names)]]
        drawn.set_yticks(np.arange(n_shown), labels)
        canvas.label(
            drawn,
            title=f"{fractions(names)}: {_which(frame, table, n_shown, by, best_first)}",
            x=share_axis(names),
            note=_note(frame, shown, ci, best_first, listed(metrics)[0]) if n_shown else "",
        )
        if n_shown:
            _draw(drawn, shown, names, frame, style)
        else:
            canvas.say_empty(drawn, f"no {unit_of(frame)}s")
    return drawn


def rates_table(
    frame: pd.DataFrame,
    by: By = None,
    metrics: str | Iterable[str] = METRICS,
    *,
    best_first: bool = False,
    ci: float = 0.95,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return the numbers of `rates`, of all campaigns or groups.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats, or the campaign table.
    by : str, sequence of str or callable, optional
        What makes groups; each row by itself, if left out.
    metrics : str or iterable of str
        The rates.
    best_first : bool
        Order by the lower end of the first metric's interval, which puts no campaign first for
        having had few contacts. Else the newest campaign is first, or groups follow their keys.
    ci : float
        The level of the intervals.
    tz : str
        The time zone of dates and periods.

    Returns
    -------
    pandas.DataFrame
        One row per campaign, activity or group, and metric. `rank`, from 1; `label`, the name as
        it is drawn; `sent`, on the clock of `tz`, missing for groups; `metric`; `numerator` and
        `denominator` [contacts]; `rate` [0–1] with Wilson's interval from `low` to `high`; `n` and
        `n_missing`, the rows it rests on and the others; `pooled_rate`, that of the whole frame.

    Raises
    ------
    ColumnsError
        The frame has no counts, or lacks what `by` names.
    ConfigError
        A metric or level that there is not.

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {"name": ["News", "Offer"], "em_sends": [10, 500], "em_opens": [5, 200]}
    ... ).assign(em_bounces=0)
    >>> table = rates_table(stats, metrics="open_rate", best_first=True)
    >>> table[["rank", "label", "rate", "low", "pooled_rate"]].round(3)
       rank  label  rate    low  pooled_rate
    0     1  Offer   0.4  0.358        0.402
    1     2   News   0.5  0.237        0.402
    """
    require(frame, (), _LOADERS)
    metrics = listed(metrics)
    found = rates_of_groups(frame, _each_row if by is None else by, metrics=metrics, ci=ci, tz=tz)
    pooled = rates_of_groups(frame, metrics=metrics, ci=ci)
    whole = dict(zip(pooled["metric"], pooled["rate"], strict=True))
    n_metrics = max(1, len(set(metrics)))
    keys = found.loc[:, :"metric"].iloc[::n_metrics, :-1]
    sent = _sent(frame, tz) if by is None else _never(len(keys))
    labels = _names(frame, sent) if by is None else labels_of(keys)
    order = _order(found, metrics[0], sent, best_first)
    rows = (order[:, np.newaxis] * n_metrics + np.arange(n_metrics)).ravel()
    found = found.loc[:, "metric":].iloc[rows].reset_index(drop=True)
    place = np.repeat(np.arange(len(order)), n_metrics)
    found.insert(0, "rank", pd.array(place + 1, dtype="Int64"))
    found.insert(1, "label", pd.array([labels[one] for one in order[place]], dtype=STR))
    found.insert(2, "sent", sent.iloc[order[place]].array)
    found["pooled_rate"] = found["metric"].astype(STR).map(whole).astype("float64")
    table: pd.DataFrame = found.drop(columns=["weighting", "api_percent"])
    return table


def listed(metrics: str | Iterable[str]) -> list[str]:
    """Return the names of rates that were asked for, each once.

    >>> listed("open_rate")
    ['open_rate']
    """
    names = [metrics] if isinstance(metrics, str) else list(dict.fromkeys(metrics))
    if not names:
        raise ConfigError("metrics=[] asks for nothing")
    return names


def _each_row(frame: pd.DataFrame) -> pd.Series[Any]:
    return pd.Series(np.arange(len(frame)), name="row")


def _never(length: int) -> pd.Series[Any]:
    return pd.Series(pd.NaT, index=range(length), dtype="datetime64[us]")


def _sent(frame: pd.DataFrame, tz: str) -> pd.Series[Any]:
    column = sent_column(frame)
    if column is None:
        return _never(len(frame))
    return local_times(frame[column], tz).astype("datetime64[us]").reset_index(drop=True)


def _names(frame: pd.DataFrame, sent: pd.Series[Any]) -> list[str]:
    """Return the name of each campaign or activity, with its date where names repeat."""
    named = frame["name"] if "name" in frame else pd.Series(pd.NA, index=frame.index)
    ids = frame.get("campaign_id", pd.Series(range(1, len(frame) + 1), index=frame.index))
    short = ids.astype(STR).str[:8].fillna("(no name)")
    names = named.astype(object).where(named.notna(), short)
    cut = pd.Series([shortened(name, _LONGEST) for name in names], dtype=STR)
    if "role" in frame:
        resent = frame["role"].astype(STR).eq("resend").to_numpy()
        cut = cut.where(~resent, cut + " (resend)")
    dates = sent.dt.strftime(" · %Y-%m-%d").astype(STR).fillna("")
    labels: list[str] = (cut + dates.where(cut.duplicated(keep=False), "")).tolist()
    return labels


def _order(found: pd.DataFrame, metric: str, sent: pd.Series[Any], best_first: bool) -> Any:
    if best_first:
        lows = found.loc[found["metric"] == metric, "low"].reset_index(drop=True)
        return lows.sort_values(ascending=False, kind="stable").index.to_numpy()
    return sent.sort_values(ascending=False, kind="stable").index.to_numpy()


def _which(frame: pd.DataFrame, table: pd.DataFrame, n_shown: int, by: By, best_first: bool) -> str:
    """Return which campaigns or groups are drawn, of how many."""
    total = int(table["rank"].max()) if len(table) else 0
    if by is not None:
        first = "the best" if best_first else "the first"
        some = "" if n_shown == total else f"{first} {n_shown:,} of "
        return f"{some}{counted(total, 'group')} of {scope(frame)}"
    if n_shown == total:
        return counted(total, unit_of(frame))
    first = "best" if best_first else "newest" if sent_column(frame) else "first"
    return f"the {first} {n_shown:,} of {counted(total, unit_of(frame))}"


def _note(
    frame: pd.DataFrame, shown: pd.DataFrame, ci: float, best_first: bool, metric: str
) -> str:
    said = f"Whiskers: {level(ci)} Wilson interval. Dashed: pooled over {scope(frame)}."
    if (shown["denominator"] < FEW).any():
        said += f" Hollow: fewer than {FEW} contacts."
    if best_first:
        said += f" Best: by the lower end of the interval of {fraction(metric)}."
    if shown["rate"].isna().any():
        said += " No dot: nothing to be a share of."
    return said


def _draw(
    ax: Axes, shown: pd.DataFrame, names: list[str], frame: pd.DataFrame, style: dict[str, Any]
) -> None:
    handles = []
    for number, metric in enumerate(names):
        rows = shown[shown["metric"] == metric]
        shift = (number - (len(names) - 1) / 2) * min(0.24, 0.7 / len(names))
        looks = {"color": canvas.colour(number), "marker": marker(number), "markersize": 5.5}
        ends = hundredths(rows["low"]), hundredths(rows["high"])
        few = floats(rows["denominator"]) < FEW
        whiskers(
            ax,
            floats(rows["rank"]) - 1 + shift,
            hundredths(rows["rate"]),
            ends,
            hollow=few,
            **canvas.chosen(style, Line2D, **looks),
        )
        pooled = float(rows["pooled_rate"].iloc[0])
        if not np.isnan(pooled):
            ax.axvline(pooled * 100, color=looks["color"], linestyle="--", linewidth=1, alpha=0.8)
        handles.append(
            sample(f"{fraction(metric)}, pooled {percent(pooled)}", linestyle="--", **looks)
        )
    ax.set_ylim(shown["rank"].max() - 0.4, -0.6)
    furthest = float(shown[["high", "rate", "pooled_rate"]].max().max())  # NaN of nothing
    ax.set_xlim(0, 100 * furthest * 1.05 if furthest > 0 else 1)
    canvas.legend(ax, handles)
