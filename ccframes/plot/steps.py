"""How many contacts each step of an email reaches: the funnel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import StrMethodFormatter

from ccframes.analysis.proportions import wilson
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme

STEPS = ("sends", "delivered", "opens", "clicks")
_WORDS = {"sends": "sent", "delivered": "delivered", "opens": "opened", "clicks": "clicked"}


def funnel_table(frame: pd.DataFrame, *, ci: float = 0.95) -> pd.DataFrame:
    """Count the contacts that each step of the emails reached.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats, or the campaign table.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        Four rows, one per `step` (sends, delivered, opens, clicks): `contacts`, summed over the
        `n` rows of the frame in which all four are known; `of_delivered`, with `low` and `high`
        (Wilson), missing for sends; and `of_previous`, the share of the step before [0–1].

    Raises
    ------
    ColumnsError
        The frame has no counts.

    Notes
    -----
    A contact counts once for each email, so contacts of several emails are counted again.

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {"em_sends": [100], "em_bounces": [20], "em_opens": [40], "em_clicks": [10]}
    ... )
    >>> table = funnel_table(stats)
    >>> table["contacts"].tolist(), table["of_previous"].tolist()
    ([100, 80, 40, 10], [nan, 0.8, 0.5, 0.25])
    """
    counts = counts_of(frame)[[*STEPS]].dropna()
    totals = counts.sum().to_numpy(dtype="float64")
    over = np.where(totals[1] > 0, totals[1], np.nan)
    low, high = wilson(totals, np.full(len(STEPS), totals[1]), ci)
    beyond = np.array([True, False, False, False])
    before = np.concatenate([[np.nan], np.where(totals[:-1] > 0, totals[:-1], np.nan)])
    return pd.DataFrame(
        {
            "step": pd.Categorical(STEPS, categories=pd.Index(STEPS, dtype=STR)),
            "contacts": pd.array(totals, dtype="Int64"),
            "of_delivered": np.where(beyond, np.nan, totals / over),
            "low": np.where(beyond, np.nan, low),
            "high": np.where(beyond, np.nan, high),
            "of_previous": totals / before,
            "n": pd.array([len(counts)] * len(STEPS), dtype="Int64"),
        }
    )


def funnel(
    frame: pd.DataFrame,
    *,
    ci: float = 0.95,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw how many contacts were sent to, reached, opened and clicked.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `funnel_table` takes it.
    ci : float
        The level of the intervals in the labels.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the bars.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `funnel_table` has the numbers.

    Raises
    ------
    ColumnsError
        The frame has no counts.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> stats = pd.DataFrame(
    ...     {"em_sends": [100], "em_bounces": [20], "em_opens": [40], "em_clicks": [10]}
    ... )
    >>> [text.get_text() for text in funnel(stats, ax=Figure().subplots()).texts][2]
    '40 · 50.0 % of delivered (39.3–60.7)'
    """
    table = funnel_table(frame, ci=ci)
    with canvas.axes(ax, theme=theme, size=(7.6, 3.2)) as drawn:
        rows = int(table["n"].iloc[0])
        title = f"From sending to clicking, over {canvas.over(frame, rows)}"
        canvas.label(drawn, title=title, x="contacts")
        if not rows:
            canvas.say_empty(drawn, "no counts to show")
            return drawn
        contacts = table["contacts"].to_numpy(dtype="float64")
        places = np.arange(len(STEPS))
        drawn.barh(places, contacts, **canvas.chosen(style, Rectangle, facecolor=canvas.colour(0)))
        drawn.set_yticks(places, [_WORDS[step] for step in STEPS])
        drawn.invert_yaxis()
        drawn.grid(visible=False, axis="y")
        drawn.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        for place, row in zip(places, table.itertuples(index=False), strict=True):
            inside = contacts[place] > contacts.max() / 2
            drawn.annotate(
                _said(row),
                (contacts[place], place),
                xytext=(-6 if inside else 6, 0),
                textcoords="offset points",
                ha="right" if inside else "left",
                va="center",
                color=canvas.setting("axes.facecolor" if inside else "text.color"),
                fontsize="small",
            )
    return drawn


def _said(row: Any) -> str:
    said = f"{row.contacts:,}"
    if row.step in ("opens", "clicks") and not np.isnan(row.of_delivered):
        ends = "" if np.isnan(row.low) else f" ({row.low * 100:.1f}–{row.high * 100:.1f})"
        said += f" · {row.of_delivered:.1%} of delivered{ends}"
    if row.step == "delivered" and not np.isnan(row.of_previous):
        said += f" · {row.of_previous:.1%} of sent"
    if row.step == "clicks" and not np.isnan(row.of_previous):
        said += f", {row.of_previous:.1%} of opened"
    return said.replace("%", " %")
