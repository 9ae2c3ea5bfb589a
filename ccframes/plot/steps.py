"""The way of emails: sent, delivered, opened, clicked; how many contacts get to each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from ccframes.analysis.arrays import floats
from ccframes.analysis.performance import rates
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.wording import FEW, between, level, percent, scope, unit_of

_STEPS = ("sent", "delivered", "opened", "clicked")
_OF_DELIVERED = (None, None, "open_rate", "click_rate")
_OF_PREVIOUS = (None, "delivery_rate", "open_rate", "click_to_open_rate")
_COUNTS = ["sends", "delivered", "opens", "clicks"]
_SAID = (
    (),
    (("of_previous", "sent"),),
    (("of_delivered", "delivered"),),
    (("of_delivered", "delivered"), ("of_previous", "opened")),
)
"""Of each step, which shares are written over its bar, and of what they are."""

_BAR = 0.42  # of the height of a step; the rest is for what is written over the bar


def funnel(
    frame: pd.DataFrame,
    *,
    ci: float = 0.95,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw how many contacts were sent to, reached, opened and clicked, as bars from 0.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats, or the campaign table.
    ci : float
        The level of the intervals.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the bars.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. Its numbers are those of `funnel_table`.

    Raises
    ------
    ColumnsError
        The frame has no counts.

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {"em_sends": [100], "em_bounces": [2], "em_opens": [40], "em_clicks": [8]}
    ... )
    >>> ax = funnel(stats)
    >>> [text.get_text() for text in ax.texts][3]
    '40 · 40.8 % of delivered (31.6 to 50.7)'
    >>> from matplotlib import pyplot as plt
    >>> plt.close(ax.figure)
    """
    table = funnel_table(frame, ci=ci)
    unit = unit_of(frame)
    with canvas.axes(ax, theme=theme, size=(7.0, 4.4)) as drawn:
        places = np.arange(len(_STEPS), dtype="float64")
        drawn.set_yticks(places + (1 - _BAR) / 2, _STEPS)
        canvas.label(
            drawn,
            title=f"From sent to clicked, pooled over {_whose(frame, table)}",
            x=f"contacts, each counted once per {unit}",
            note=_note(table, unit, ci) if len(table) else "",
        )
        if table.empty:
            canvas.say_empty(drawn, f"no {unit} with sends, bounces, opens and clicks")
        else:
            _draw_bars(drawn, table, places, style)
    return drawn


def funnel_table(frame: pd.DataFrame, *, ci: float = 0.95) -> pd.DataFrame:
    """Return the numbers of `funnel`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats, or the campaign table.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per step, sent first; none without data. `step`; `count` [contacts], each once per
        campaign, or once per activity where the rows are activities; `of_delivered` [0–1] with
        Wilson's interval from `of_delivered_low` to `of_delivered_high`, missing before the step
        that is a share of it; `of_previous`, the share of the step before, likewise; `n`, the rows
        whose four counts are known, and `n_missing`, the others, which add to no step.

    Raises
    ------
    ColumnsError
        The frame has no counts.

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {"em_sends": [100], "em_bounces": [2], "em_opens": [40], "em_clicks": [8]}
    ... )
    >>> funnel_table(stats)[["step", "count", "of_delivered", "of_previous"]].round(3)
            step  count  of_delivered  of_previous
    0       sent    100           NaN          NaN
    1  delivered     98           NaN        0.980
    2     opened     40         0.408        0.408
    3    clicked      8         0.082        0.200
    """
    known = counts_of(frame)[_COUNTS].notna().all(axis=1).to_numpy()
    metrics = [name for name in dict.fromkeys((*_OF_PREVIOUS, *_OF_DELIVERED)) if name]
    found = rates(frame[known], metrics=metrics, ci=ci)
    found.index = pd.Index(found["metric"].tolist(), dtype=object)
    n_steps = len(_STEPS) if len(found) else 0
    counts = [
        *found.loc[found.index == "delivery_rate", "denominator"],
        *found["numerator"].reindex(["delivery_rate", "open_rate", "click_rate"]),
    ]
    return pd.DataFrame(
        {
            "step": pd.array(_STEPS[:n_steps], dtype=STR),
            "count": pd.array(counts[:n_steps], dtype="Int64"),
            **_shares(found, _OF_DELIVERED[:n_steps], "of_delivered"),
            **_shares(found, _OF_PREVIOUS[:n_steps], "of_previous"),
            "n": pd.array([int(known.sum())] * n_steps, dtype="Int64"),
            "n_missing": pd.array([int((~known).sum())] * n_steps, dtype="Int64"),
        }
    )


def _shares(found: pd.DataFrame, metrics: Sequence[str | None], name: str) -> dict[str, Any]:
    columns = {"rate": name, "low": f"{name}_low", "high": f"{name}_high"}
    return {
        new: found[column].reindex(list(metrics)).to_numpy(dtype="float64")
        for column, new in columns.items()
    }


def _whose(frame: pd.DataFrame, table: pd.DataFrame) -> str:
    if table.empty or not table["n_missing"].iloc[0]:
        return scope(frame)
    return f"{table['n'].iloc[0]:,} of {scope(frame)}"


def _note(table: pd.DataFrame, unit: str, ci: float) -> str:
    said = f"Intervals: {level(ci)}, Wilson, of these {unit}s' contacts."
    if unit == "email":
        said += " A contact of several emails, resends included, counts in each."
    if _is_few(table):
        said += f" Faded: fewer than {FEW} were delivered."
    missing = int(table["n_missing"].iloc[0])
    return said + (f" Left out, since counts are missing: {missing:,}." if missing else "")


def _is_few(table: pd.DataFrame) -> bool:
    return bool(table["count"].iloc[_STEPS.index("delivered")] < FEW)


def _draw_bars(ax: Axes, table: pd.DataFrame, places: Any, style: dict[str, Any]) -> None:
    counts = floats(table["count"])
    alpha = 0.45 if _is_few(table) else 1.0
    looks = canvas.chosen(style, Rectangle, height=_BAR, color=canvas.colour(0), alpha=alpha)
    ax.barh(places + (1 - _BAR) / 2, counts, **looks)
    ax.errorbar(
        counts,
        places + (1 - _BAR) / 2,
        xerr=_reach(table, counts),
        linestyle="none",
        color=ax.xaxis.label.get_color(),
        elinewidth=1.2,
        capsize=3,
    )
    for place, said in zip(places, _sayings(table, ax), strict=True):
        ax.annotate(
            said,
            (0, place - 0.08),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
            in_layout=False,
        )
    ax.set_ylim(places[-1] + 0.65, places[0] - 0.4)
    ax.set_xlim(0, max(1.0, counts.max() * 1.04))
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(visible=False, axis="y")


def _reach(table: pd.DataFrame, counts: Any) -> Any:
    """Return how far whiskers reach [contacts]: delivered as a share of sent, others of it."""
    sent, delivered, *_ = counts
    whole = np.array([np.nan, sent, delivered, delivered])
    share, low, high = (
        table[f"of_delivered{end}"].where(table["step"] != "delivered", table[f"of_previous{end}"])
        for end in ("", "_low", "_high")
    )
    return np.maximum([share - low, high - share], 0.0) * whole


def _sayings(table: pd.DataFrame, ax: Axes) -> list[str]:
    """Return what is written over the bars: the count and its shares, with room their intervals."""
    said = [_saying(table, step, intervals=True) for step in range(len(table))]
    if max(map(len, said)) > canvas.characters(ax, "legend.fontsize"):
        return [_saying(table, step, intervals=False) for step in range(len(table))]
    return said


def _saying(table: pd.DataFrame, step: int, *, intervals: bool) -> str:
    row = table.iloc[step]
    parts = [f"{row['count']:,}"]
    for name, whole in _SAID[step]:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        ends = f" {between(low, high)}" if intervals and not np.isnan(low) else ""
        parts.append(f"{percent(row[name])} of {whole}{ends}")
    return " · ".join(parts)
