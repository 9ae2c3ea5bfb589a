"""The way of emails: sent, delivered, opened, clicked; how many contacts get to each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ccframes.analysis.performance import floats, rates
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.wording import level, percent, scope, unit_of

_STEPS = ("sent", "delivered", "opened", "clicked")
_OF_DELIVERED = (None, None, "open_rate", "click_rate")
_OF_PREVIOUS = (None, "delivery_rate", "open_rate", "click_to_open_rate")
_COUNTS = ["sends", "delivered", "opens", "clicks"]
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
    said = f"In brackets and as whiskers: {level(ci)} Wilson intervals, of these {unit}s' contacts."
    if unit == "email":
        said += " A contact of several emails, resends included, counts in each."
    missing = int(table["n_missing"].iloc[0])
    return said + (f" Left out, since counts are missing: {missing:,}." if missing else "")


def _draw_bars(ax: Axes, table: pd.DataFrame, places: Any, style: dict[str, Any]) -> None:
    counts = floats(table["count"])
    looks = canvas.chosen(style, Rectangle, height=_BAR, color=canvas.colour(0))
    ax.barh(places + (1 - _BAR) / 2, counts, **looks)
    whole = np.r_[np.nan, counts[:-1]]  # what each step is a share of, but for clicks
    whole[-1] = counts[1]
    share = np.where(np.arange(len(counts)) > 1, table["of_delivered"], table["of_previous"])
    ends = [
        np.where(
            np.arange(len(counts)) > 1, table[f"of_delivered_{end}"], table[f"of_previous_{end}"]
        )
        for end in ("low", "high")
    ]
    reach = np.maximum([share - ends[0], ends[1] - share], 0.0) * whole
    ax.errorbar(
        counts,
        places + (1 - _BAR) / 2,
        xerr=reach,
        linestyle="none",
        color=ax.xaxis.label.get_color(),
        elinewidth=1.2,
        capsize=3,
    )
    for place, said in zip(places, _sayings(table), strict=True):
        ax.text(0, place - 0.08, said, va="center", fontsize="small")
    ax.set_ylim(places[-1] + 0.65, places[0] - 0.4)
    ax.set_xlim(0, max(1.0, counts.max() * 1.04))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(visible=False, axis="y")


def _sayings(table: pd.DataFrame) -> list[str]:
    """Return what is written over the bars: the count, and its shares with their intervals."""
    sent, delivered, opened, clicked = table.to_dict("records")
    of_sent = _with_interval(delivered, "of_previous")
    return [
        f"{sent['count']:,}",
        f"{delivered['count']:,} · {of_sent[0]} of sent{of_sent[1]}",
        f"{opened['count']:,} · " + "{} of delivered{}".format(*_with_interval(opened)),
        f"{clicked['count']:,} · "
        + "{} of delivered{}".format(*_with_interval(clicked))
        + " · {} of opened{}".format(*_with_interval(clicked, "of_previous")),
    ]


def _with_interval(row: dict[Any, Any], name: str = "of_delivered") -> tuple[str, str]:
    low, high = (percent(row[f"{name}_{end}"]) for end in ("low", "high"))
    between = "" if np.isnan(row[f"{name}_low"]) else f" ({low.removesuffix(' %')} to {high})"
    return percent(row[name]), between.replace(" %)", ")")
