"""Contacts by how much they open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from ccframes.analysis.audience import engagement as engagement_of
from ccframes.analysis.columns import require
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme


def engagement_table(
    people: pd.DataFrame, opens: pd.DataFrame | None = None, **more: Any
) -> pd.DataFrame:
    """Count contacts by how many of the last emails to them they opened.

    Parameters
    ----------
    people : pandas.DataFrame
        What `analysis.engagement` gives; or sends, with `opens` and further keywords of it.

    Returns
    -------
    pandas.DataFrame
        One row per number of `opened` emails, from 0 to that of the last emails considered:
        `contacts`; `of`, those who were sent so many; `share` [0–1]; and `fewer`, the contacts
        who were not sent so many yet, and are not counted.

    Raises
    ------
    ColumnsError
        A frame lacks what is needed.

    Examples
    --------
    >>> people = pd.DataFrame({"last_n": [3, 3, 1], "opens_last_n": [0, 2, 1]})
    >>> engagement_table(people)["contacts"].tolist()
    [1, 0, 1, 0]
    """
    if opens is not None:
        people = engagement_of(people, opens, **more)
    require(people, ("last_n", "opens_last_n"), "analysis.engagement()")
    most = int(people["last_n"].max()) if len(people) else 0
    full = people[people["last_n"] == most]
    found = full["opens_last_n"].astype("int64").value_counts()
    opened = np.arange(most + 1) if len(people) else np.arange(0)
    contacts = found.reindex(opened, fill_value=0).to_numpy("int64")
    return pd.DataFrame(
        {
            "opened": pd.array(opened, dtype="Int64"),
            "contacts": pd.array(contacts, dtype="Int64"),
            "of": pd.array([len(full)] * len(opened), dtype="Int64"),
            "share": contacts / max(1, len(full)),
            "fewer": pd.array([len(people) - len(full)] * len(opened), dtype="Int64"),
        }
    )


def engagement(
    people: pd.DataFrame,
    opens: pd.DataFrame | None = None,
    *,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw how many contacts opened how many of the last emails to them.

    Parameters
    ----------
    people, opens
        As `engagement_table` takes them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the bars.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `engagement_table` has the numbers.

    Raises
    ------
    ColumnsError
        A frame lacks what is needed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> people = pd.DataFrame({"last_n": [3, 3, 1], "opens_last_n": [0, 2, 1]})
    >>> engagement(people, ax=Figure().subplots()).get_ylabel()
    'contacts'
    """
    table = engagement_table(people, opens)
    with canvas.axes(ax, theme=theme, size=(7.6, 4.0)) as drawn:
        last = max(0, len(table) - 1)
        title = f"Contacts by how many of the last {last} emails they opened"
        if table.empty:
            canvas.label(drawn, title="Contacts by how much they open", y="contacts")
            canvas.say_empty(drawn, "no contacts to show")
            return drawn
        heights = table["contacts"].to_numpy("float64")
        colours = [canvas.colour(1), *[canvas.colour(0)] * last]
        hatches = ["//", *[""] * last]
        drawn.bar(
            table["opened"].to_numpy("float64"),
            heights,
            **({"color": colours, "hatch": hatches} | style),
        )
        drawn.set_xticks(range(last + 1))
        drawn.margins(y=0.12)
        drawn.grid(visible=False, axis="x")
        drawn.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        fewer = int(table["fewer"].iloc[0])
        note = f"Over {int(table['of'].iloc[0]):,} contacts, of whom "
        note += f"{heights[0]:,.0f} ({table['share'].iloc[0]:.0%}) opened none"
        note += f"; {fewer:,} more were not sent {last} yet." if fewer else "."
        canvas.label(drawn, title=title, x="emails opened", y="contacts", note=note)
    return drawn
