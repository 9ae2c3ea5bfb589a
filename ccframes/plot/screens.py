"""On which devices emails are opened and clicked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from ccframes.analysis.columns import require
from ccframes.endpoints import STAT_DEVICES
from ccframes.frames.conform import STR
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme

EVENTS = ("opens", "clicks")
_HATCHES = ("", "//", "..", "xx", "")


def devices_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Count opens and clicks by device.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign stats, activity stats, or the campaign table.

    Returns
    -------
    pandas.DataFrame
        One row per `event` (opens, clicks) and `device` (computer, mobile, tablet, other, and
        none, where it was not captured): `count` [events], summed over the frame; `total`, of
        all devices; and `share` [0–1].

    Raises
    ------
    ColumnsError
        The frame has no counts by device.

    Notes
    -----
    Repeat opens and clicks are events of their own. Machines that open emails name a device of
    their own choice, so these are no shares of people.

    Examples
    --------
    >>> counts = {"em_opens_all_mobile": [3], "em_opens_all_computer": [1]}
    >>> zero = {f"em_{event}_all_{device}": [0] for event in EVENTS for device in STAT_DEVICES}
    >>> devices_table(pd.DataFrame(zero | counts))["share"].head(3).tolist()
    [0.25, 0.75, 0.0]
    """
    names = [(event, device) for event in EVENTS for device in STAT_DEVICES]
    columns = [f"em_{event}_all_{device}" for event, device in names]
    require(frame, columns, "load_activity_stats() or load_campaign_table()")
    counts = np.array([int(frame[column].sum()) for column in columns], dtype="int64")
    totals = np.repeat(counts.reshape(len(EVENTS), -1).sum(axis=1), len(STAT_DEVICES))
    return pd.DataFrame(
        {
            "event": pd.Categorical(
                [event for event, _ in names], categories=pd.Index(EVENTS, dtype=STR)
            ),
            "device": pd.Categorical(
                [device for _, device in names], categories=pd.Index(STAT_DEVICES, dtype=STR)
            ),
            "count": pd.array(counts, dtype="Int64"),
            "total": pd.array(totals, dtype="Int64"),
            "share": counts / np.where(totals > 0, totals, np.nan),
        }
    )


def devices(
    frame: pd.DataFrame, *, ax: Axes | None = None, theme: Theme = "light", **style: Any
) -> Axes:
    """Draw the shares of devices in opens and in clicks.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `devices_table` takes it.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the bars.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `devices_table` has the numbers.

    Raises
    ------
    ColumnsError
        The frame has no counts by device.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> zero = {f"em_{event}_all_{device}": [1] for event in EVENTS for device in STAT_DEVICES}
    >>> devices(pd.DataFrame(zero), ax=Figure().subplots()).get_xlabel()
    'share of all events [%]'
    """
    table = devices_table(frame)
    with canvas.axes(ax, theme=theme, size=(7.6, 2.9)) as drawn:
        title = f"Opens and clicks by device, over {canvas.over(frame, len(frame))}"
        canvas.label(drawn, title=title, x="share of all events [%]")
        if not table["total"].sum():
            canvas.say_empty(drawn, "no opens and no clicks")
            return drawn
        handles = _bars(drawn, table, style)
        totals = table.groupby("event", observed=False)["total"].first()
        drawn.set_yticks(range(len(EVENTS)), [f"{name}\n{totals[name]:,}" for name in EVENTS])
        drawn.invert_yaxis()
        drawn.set_xlim(0, 1)
        drawn.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=""))
        drawn.grid(visible=False)
        canvas.label(
            drawn,
            title=title,
            x="share of all events [%]",
            note="Events, repeats included. Machines choose the device that they name.",
        )
        canvas.legend(drawn, handles, columns=len(handles))
    return drawn


def _bars(ax: Axes, table: pd.DataFrame, style: dict[str, Any]) -> list[Rectangle]:
    """Draw the shares end to end, those of some size labelled; return what stands for each."""
    ends, handles = np.zeros(len(EVENTS)), []
    for number, device in enumerate(STAT_DEVICES):
        shares = table.loc[table["device"] == device, "share"].fillna(0).to_numpy("float64")
        ours = canvas.chosen(
            style,
            Rectangle,
            facecolor=canvas.colour(6 if device == "none" else number),
            edgecolor=canvas.setting("axes.facecolor"),
            hatch=_HATCHES[number],
        )
        ax.barh(range(len(EVENTS)), shares, left=ends, height=0.6, **ours)
        for place, (share, start) in enumerate(zip(shares, ends, strict=True)):
            if share > 0.06:
                ax.text(
                    start + share / 2,
                    place,
                    f"{share:.0%}",
                    ha="center",
                    va="center",
                    color=canvas.setting("axes.facecolor"),
                    bbox={"facecolor": ours["facecolor"], "edgecolor": "none", "pad": 1.5},
                )
        ends = ends + shares
        word = "not captured" if device == "none" else device
        handles.append(Rectangle((0, 0), 1, 1, label=word, **ours))
    return handles
