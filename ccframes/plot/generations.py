"""Generations of contacts: how they open as they age."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ccframes.analysis.ageing import PERIODS, cohorts
from ccframes.analysis.columns import require
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.heat import heat_map
from ccframes.plot.wording import FEW, reached, told

_NEEDED = ("cohort", "age", "contacts", "sent", "delivered", "open_rate", "unit", "time_zone_id")
_MOST = 24
"""So many rows and columns can be told apart."""
_MOST_WITH_TEXT = 14


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
        What was drawn on: the latest 24 generations and the first 24 periods of their ages, and
        the title says if there are more. `retention_table` has all numbers.

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
    step = told(table, "unit", PERIODS.get(period, "period"))
    over = reached(table["sent"].sum(), table["delivered"].sum())
    with canvas.axes(ax, theme=theme, size=(8.6, 4.6)) as drawn:
        names = {
            "x": f"age [{step}s since the first email]",
            "y": f"first email, {told(table, 'time_zone_id', tz)} [contacts]",
        }
        if table.empty:
            canvas.label(drawn, title=f"Opened / {over} by generation and age", **names)
            canvas.say_empty(drawn, "no contacts to show")
        else:
            _draw(drawn, table, step, over, style)
            title, note = _title(table, step, over), f"Hatched: fewer than {FEW} emails {over}."
            canvas.label(drawn, title=title, note=f"{note} Blank: none.", **names)
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
        require(sends, _NEEDED, "analysis.cohorts()")
        return sends
    require(sends, ("contact_id",), "load_sends()", what="sends")
    given = pd.DataFrame() if opens is None else opens
    require(given, ("contact_id",), "load_opens()", what="opens")
    return cohorts(sends, given, bounces=bounces, period=period, tz=tz)


def _draw(ax: Axes, table: pd.DataFrame, step: str, over: str, style: dict[str, Any]) -> None:
    cells = table.astype({"age": "int64"})
    born, oldest = np.unique(cells["cohort"])[-_MOST:], min(_MOST, int(cells["age"].max()) + 1)
    grids = {
        name: cells.pivot(index="cohort", columns="age", values=name)
        .reindex(index=born, columns=range(oldest))
        .to_numpy("float64", na_value=np.nan)
        for name in ("open_rate", "delivered")
    }
    shares = grids["open_rate"]
    texts = None
    if max(shares.shape) <= _MOST_WITH_TEXT:
        texts = np.array([[_said(share) for share in row] for row in shares], dtype=object)
    few = np.nan_to_num(grids["delivered"]) < FEW
    heat_map(ax, shares, few, unit=f"opened / {over} [%]", texts=texts, **style)
    contacts = cells.groupby("cohort")["contacts"].max()
    form = "%Y" if step == "year" else "%Y-%m"
    ax.set_yticks(
        range(len(born)), [_row(day, contacts[day], form) for day in contacts[born].index]
    )
    every = max(1, -(-oldest // 12))
    ax.set_xticks(range(0, oldest, every))


def _said(share: float) -> str:
    return "" if np.isnan(share) else f"{100 * share:.0f}"


def _row(day: Any, contacts: int, form: str) -> str:
    return f"{day:{form}} [{contacts:,}]"


def _title(table: pd.DataFrame, step: str, over: str) -> str:
    """Return what is shown, and of how much more."""
    born, ages = table["cohort"].nunique(), int(table["age"].max()) + 1
    said = f"the last {_MOST} of {born:,}" if born > _MOST else f"{born:,}"
    title = f"Opened / {over} by {step} of the first email and age: "
    title += f"{said} generation{'' if born == 1 else 's'}"
    return title + (f", the first {_MOST} of {ages:,} {step}s" if ages > _MOST else "")
