"""Which links were clicked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ccframes.analysis.destinations import link_ranking
from ccframes.plot import canvas
from ccframes.plot.bars import ranked
from ccframes.plot.canvas import Theme
from ccframes.plot.lettering import drawable

_LONGEST_URL = 46


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
        return links
    return link_ranking(links, clicks, by=by, **more)  # type: ignore[arg-type]


def links(
    links: pd.DataFrame,
    clicks: pd.DataFrame | None = None,
    *,
    by: str = "destination",
    top: int = 15,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw how many contacts clicked each link, destination or domain.

    Parameters
    ----------
    links, clicks, by
        As `links_table` takes them. Without clicks, contacts of several links of a destination
        are not known apart: bars are then the sums of the API's counts, and say so.
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
    ColumnsError
        A frame lacks what is needed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> links(ccf.load_links(some), by="domain", ax=Figure().subplots()).get_xlabel()
    'contacts, each counted once a link'
    """
    table = links_table(links, clicks, by=by)
    column = next(name for name in ("domain", "destination", "link_url") if name in table)
    known = table["clickers"].notna().all() and len(table) > 0
    count = table["clickers" if known else "unique_clicks"].to_numpy("float64", na_value=0.0)
    order = np.argsort(-count, kind="stable")[:top]
    x = "contacts who clicked" if known else "contacts, each counted once a link"
    with canvas.axes(ax, theme=theme, size=(8.2, 1.6 + 0.3 * max(3, len(order)))) as drawn:
        word = {"link_url": "links"}.get(column, f"{column}s")
        if table.empty:
            canvas.label(drawn, title=f"Clicks by {word}", x=x)
            canvas.say_empty(drawn, "no links to show")
            return drawn
        names = [_url(text) for text in table[column].iloc[order]]
        ranked(drawn, names, count[order], [f"{int(value):,}" for value in count[order]], style)
        cut = f"the {len(order)} first of " if len(order) < len(table) else ""
        canvas.label(drawn, title=f"Who clicked where: {cut}{len(table)} {word}", x=x)
    return drawn


def _url(text: Any) -> str:
    """Return an address cut in its middle: host and end tell more than what lies between."""
    whole = "(no address)" if pd.isna(text) else str(text)
    whole = whole.removeprefix("https://").removeprefix("http://")
    if len(whole) > _LONGEST_URL:
        whole = f"{whole[: _LONGEST_URL * 2 // 3]}…{whole[-_LONGEST_URL // 3 :]}"
    return drawable(whole)
