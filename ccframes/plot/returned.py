"""What came back: bounces by code and by provider."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ccframes.analysis.columns import require
from ccframes.analysis.deliverability import bounce_summary
from ccframes.endpoints import BOUNCE_CODES
from ccframes.plot import canvas
from ccframes.plot.bars import ranked
from ccframes.plot.canvas import Theme
from ccframes.plot.lettering import drawable, name_of

_KINDS = {"hard": 1, "soft": 4, "delivered": 2, "unknown": 6, "mixed": 0}
"""The colour of each kind of bounce."""


def bounces_table(
    bounces: pd.DataFrame,
    sends: pd.DataFrame | None = None,
    *,
    by: str = "bounce_code",
    **more: Any,
) -> pd.DataFrame:
    """Return bounces by code or provider, as shares of what was sent.

    Parameters
    ----------
    bounces, sends, by, **more
        As `analysis.bounce_summary` takes them; or, as `bounces`, what it gave.

    Returns
    -------
    pandas.DataFrame
        As `analysis.bounce_summary` gives it.

    Raises
    ------
    ColumnsError
        A frame lacks what is needed.

    Examples
    --------
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> table = bounces_table(ccf.load_bounces(some), ccf.load_sends(some))
    >>> bool(table["share"].between(0, 1).all())
    True
    """
    if "share" in bounces:
        return bounces
    given = pd.DataFrame() if sends is None else sends
    require(given, ("campaign_activity_id", "contact_id"), "load_sends()", what="sends")
    return bounce_summary(bounces, given, by=by, **more)


def bounces(
    bounces: pd.DataFrame,
    sends: pd.DataFrame | None = None,
    *,
    by: str = "bounce_code",
    top: int = 12,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw which share of the emails bounced, by code or by provider, with intervals.

    Parameters
    ----------
    bounces, sends, by
        As `bounces_table` takes them.
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
        What was drawn on; `bounces_table` has the numbers.

    Raises
    ------
    ColumnsError
        A frame lacks what is needed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> drawn = bounces(ccf.load_bounces(some), ccf.load_sends(some), ax=Figure().subplots())
    >>> drawn.get_xlabel()
    'share of the emails sent [%]'
    """
    table = bounces_table(bounces, sends, by=by)
    column = "provider" if "provider" in table else "bounce_code"
    shown = table.sort_values("share", ascending=False, kind="stable").head(top)
    x = "share of the emails sent [%]" + (" to the provider" if column == "provider" else "")
    with canvas.axes(ax, theme=theme, size=(8.2, 1.6 + 0.34 * max(3, len(shown)))) as drawn:
        if table.empty:
            canvas.label(drawn, title="Bounces", x=x)
            canvas.say_empty(drawn, "no bounces")
            return drawn
        kinds = shown["kind"].astype(str).tolist() if "kind" in shown else [""] * len(shown)
        named = zip(shown[column], kinds, strict=True)
        names = [_bounced(value, column, kind) for value, kind in named]
        share, low, high = (shown[name].to_numpy("float64") for name in ("share", "low", "high"))
        said = [f"{row.bounces:,} of {row.sends:,}" for row in shown.itertuples(index=False)]
        colours = [canvas.colour(_KINDS.get(kind, 0)) for kind in kinds]
        ranked(drawn, names, share, [""] * len(shown), {"color": colours} | style)
        places = np.arange(len(shown))
        drawn.hlines(places, low, high, color=canvas.setting("text.color"), linewidth=1.3)
        for place, end, text in zip(places, np.fmax(high, share), said, strict=True):
            drawn.annotate(
                text,
                (end, place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize="small",
            )
        drawn.set_xlim(0, float(np.nanmax(np.fmax(high, share))) * 1.22)
        drawn.xaxis.set_major_formatter(PercentFormatter(1, symbol=""))
        word = "providers" if column == "provider" else "codes"
        cut = f"the {len(shown)} worst of {len(table)} {word}" if len(shown) < len(table) else word
        canvas.label(drawn, title=f"Bounces by {cut}, with 95 % intervals", x=x)
    return drawn


def _bounced(value: Any, column: str, kind: str) -> str:
    """Return what stands beside a bar: the provider, or the code, what it means and its kind."""
    if column == "provider" or str(value) not in BOUNCE_CODES:
        return name_of(value, 30)
    meaning = BOUNCE_CODES[str(value)].split(",")[0].split(":")[0]
    return drawable(f"{value}: {meaning}{f' ({kind})' if kind else ''}")
