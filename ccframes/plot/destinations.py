"""Which links were clicked."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ccframes.analysis.columns import require
from ccframes.analysis.destinations import link_ranking
from ccframes.plot import canvas
from ccframes.plot.bars import as_counts, as_percent, ranked
from ccframes.plot.canvas import Theme
from ccframes.plot.lettering import drawable
from ccframes.plot.wording import counted, level, percent, told

_NEEDED = (
    *("clicks", "clickers", "unique_clicks", "emails_clicked", "delivered"),
    *("click_rate", "low", "high", "all_activities", "ci"),
)
_LONGEST_URL = 46


def links(
    links: pd.DataFrame,
    clicks: pd.DataFrame | None = None,
    *,
    stats: pd.DataFrame | None = None,
    by: str = "destination",
    ci: float = 0.95,
    top: int = 15,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw how many contacts clicked each link, destination or domain.

    Parameters
    ----------
    links, clicks, stats, by, ci
        As `links_table` takes them. With clicks and stats, bars are shares of the emails
        delivered, with intervals. Without clicks, contacts of several links of a destination are
        not known apart: bars are then the sums of the API's counts, and say so.
    top : int
        How many to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the bars.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `links_table` has the numbers.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks what is needed, or a keyword cannot be used.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> links(ccf.load_links(some), by="domain", ax=Figure().subplots()).get_xlabel()
    'contacts, each counted once a link'
    """
    canvas.check_top(top)
    table = links_table(links, clicks, stats=stats, by=by, ci=ci)
    rated = bool(len(table)) and bool(table["click_rate"].notna().all())
    known = bool(table["clickers"].notna().all()) and len(table) > 0
    ci = told(table, "ci", ci)
    column = "click_rate" if rated else "clickers" if known else "unique_clicks"
    shown = table.sort_values(column, ascending=False, kind="stable").head(top)
    with canvas.axes(ax, theme=theme, size=(8.2, 1.8 + 0.3 * max(3, len(shown)))) as drawn:
        if table.empty:
            canvas.label(drawn, title="Who clicked where", x=_UNITS[column], y=_noun(table) + "s")
            canvas.say_empty(drawn, "no links to show")
            return drawn
        draw = _draw_rates if rated else _draw_counts
        draw(drawn, shown, column, style)
        title = f"Who clicked where: {_scope(table, shown)}"
        title += f", with {level(ci)} intervals" if rated else ""
        canvas.label(drawn, title=title, x=_UNITS[column], note=_note(table))
    return drawn


_UNITS = {
    "click_rate": "emails clicked / delivered [%]",
    "clickers": "contacts who clicked",
    "unique_clicks": "contacts, each counted once a link",
}
"""What an axis of bars says, by the column that is drawn."""


def links_table(
    links: pd.DataFrame, clicks: pd.DataFrame | None = None, *, by: str = "destination", **more: Any
) -> pd.DataFrame:
    """Return links, destinations or domains, the most clicked first.

    Parameters
    ----------
    links, clicks, by, **more
        As `analysis.link_ranking` takes them; or, as `links`, what it gave.

    Returns
    -------
    pandas.DataFrame
        As `analysis.link_ranking` gives it.

    Raises
    ------
    ColumnsError
        A frame lacks what is needed.

    Examples
    --------
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> links_table(ccf.load_links(some), by="domain")["domain"].is_unique
    True
    """
    if "emails_clicked" in links:
        require(links, _NEEDED, "analysis.link_ranking()")
        return links
    return link_ranking(links, clicks, by=by, **more)  # type: ignore[arg-type]


def _draw_counts(ax: Axes, shown: pd.DataFrame, column: str, style: dict[str, Any]) -> None:
    counts = shown[column].to_numpy("float64", na_value=0.0)
    ranked(ax, _names(shown), counts, [f"{count:,.0f}" for count in counts], style)
    as_counts(ax)


def _draw_rates(ax: Axes, shown: pd.DataFrame, column: str, style: dict[str, Any]) -> None:
    rates, low, high = (shown[name].to_numpy("float64") for name in (column, "low", "high"))
    over = zip(rates, shown["emails_clicked"], shown["delivered"], strict=True)
    said = [f"{percent(rate)}, {clicked:,} of {of:,}" for rate, clicked, of in over]
    ranked(ax, _names(shown), rates, said, style, ends=(low, high))
    as_percent(ax)


def _noun(table: pd.DataFrame) -> str:
    return next((name for name in ("domain", "destination") if name in table), "link")


def _names(shown: pd.DataFrame) -> list[str]:
    noun = _noun(shown)
    return [_address(text) for text in shown["link_url" if noun == "link" else noun]]


def _address(text: Any) -> str:
    """Return an address cut in its middle: host and end tell more than what lies between."""
    whole = "" if pd.isna(text) else str(text).strip()
    whole = whole.removeprefix("https://").removeprefix("http://") or "(no address)"
    if len(whole) > _LONGEST_URL:
        whole = f"{whole[: _LONGEST_URL * 2 // 3]}…{whole[-_LONGEST_URL // 3 :]}"
    return drawable(whole)


def _scope(table: pd.DataFrame, shown: pd.DataFrame) -> str:
    every = counted(len(table), _noun(table))
    every += f" of {counted(int(table['all_activities'].iloc[0]), 'email')}"
    return f"the {len(shown):,} first of {every}" if len(shown) < len(table) else every


def _note(table: pd.DataFrame) -> str:
    """Return what the bars do not say: how many were never clicked."""
    unclicked = int((table[["unique_clicks", "clicks"]].fillna(0) == 0).all(axis=1).sum())
    if not unclicked:
        return ""
    return f"{unclicked:,} of {counted(len(table), _noun(table))} had no click."
