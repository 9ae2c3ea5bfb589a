"""What came back: bounces by code and by provider, overall and over time."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ccframes.analysis.columns import require
from ccframes.analysis.deliverability import bounce_summary
from ccframes.plot import canvas
from ccframes.plot.bars import as_percent, ranked
from ccframes.plot.canvas import Theme
from ccframes.plot.refusals import (
    draw_periods,
    draw_spikes,
    keys_of,
    named,
    refusals,
    row_name,
    shares_of_codes,
)
from ccframes.plot.wording import level, told

_CODE = "bounce_code"
_SUMMARY = ("bounces", "sends", "share", "low", "high", "ci")
_SPIKES = ("first_sent", "sends", "bounce_rate", "low", "high", "flagged", "ci", "time_zone_id")
_KINDS = {"hard": 1, "soft": 4, "delivered": 2, "unknown": 6}
"""The colour of each kind of bounce; the label says it, too."""


def bounces(
    bounces: pd.DataFrame,
    sends: pd.DataFrame | None = None,
    *,
    by: str | None = None,
    over: str | None = None,
    tz: str = "UTC",
    ci: float = 0.95,
    top: int = 12,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw which share of the emails bounced, by code or by provider, with intervals.

    Parameters
    ----------
    bounces, sends, by, over, tz, ci
        As `bounces_table` takes them. Over time and by provider, emails that a provider refused
        far more often than usual are ringed and named. A summary of periods is drawn over time,
        whatever else its rows are for.
    top : int
        How many bars to draw; without `over`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the bars, lines or dots.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `bounces_table` has the numbers.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks what is needed, or a keyword cannot be used.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> drawn = bounces(ccf.load_bounces(some), ccf.load_sends(some), ax=Figure().subplots())
    >>> drawn.get_xlabel()
    'share of the emails sent [%]'
    """
    canvas.check_top(top)
    table = bounces_table(bounces, sends, by=by, over=over, tz=tz, ci=ci)
    ci = told(table, "ci", ci)
    if "flagged" in table or "period" in table:
        draw = draw_spikes if "flagged" in table else draw_periods
        with canvas.axes(ax, theme=theme, size=(8.6, 4.6)) as drawn:
            draw(drawn, table, ci, told(table, "time_zone_id", tz), style)
    else:
        rows = max(3, min(top, len(table)))
        with canvas.axes(ax, theme=theme, size=(8.2, 1.6 + 0.34 * rows)) as drawn:
            _draw(drawn, table, ci, top, style)
    return drawn


def bounces_table(
    bounces: pd.DataFrame,
    sends: pd.DataFrame | None = None,
    *,
    by: str | None = None,
    over: str | None = None,
    tz: str = "UTC",
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return bounces by code or provider, as shares of what was sent.

    Parameters
    ----------
    bounces, sends : pandas.DataFrame
        What `load_bounces()` and `load_sends()` give, of the same activities; or, as `bounces`,
        what `analysis.bounce_summary` or this gave.
    by : str, optional
        "bounce_code", "provider" or a column of the sends; by default the code, or, over time,
        the provider.
    over : {"email", "D", "W", "M", "Q", "Y"}, optional
        Over time: by email or by period of sending. Codes have no "email", others no "Q" and "Y".
    tz : str
        The zone in which periods begin.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        Overall, as `analysis.bounce_summary` gives it. Codes over time: the same, one row per
        period and code, those without a bounce included, oldest first. Others over time: as
        `analysis.bounce_spikes` gives it, with low, high, the interval of bounce_rate [0–1]; ci,
        its level; and time_zone_id.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks what is needed, or there is no such period.

    Examples
    --------
    >>> client = ccf.connect(demo=True)
    >>> some = ccf.load_campaign_summaries().head(2)
    >>> table = bounces_table(ccf.load_bounces(some), ccf.load_sends(some))
    >>> bool(table["share"].between(0, 1).all())
    True
    """
    if "share" in bounces or "flagged" in bounces:
        needed = _SPIKES if "flagged" in bounces else _SUMMARY
        further = ("time_zone_id",) if "period" in bounces else ()
        require(bounces, (*needed, *further), "analysis.bounce_summary() or plot.bounces_table()")
        return bounces
    given = pd.DataFrame() if sends is None else sends
    require(given, ("campaign_activity_id", "contact_id"), "load_sends()", what="sends")
    if over is None:
        return bounce_summary(bounces, given, by=by or _CODE, tz=tz, ci=ci)
    if by == _CODE:
        return shares_of_codes(bounces, given, over=over, tz=tz, ci=ci)
    return refusals(bounces, given, by=by or "provider", over=over, tz=tz, ci=ci)


def _draw(ax: Axes, table: pd.DataFrame, ci: float, top: int, style: dict[str, Any]) -> None:
    keys = keys_of(table)
    rest = [key for key in keys if key != _CODE]
    x = f"share of the emails sent{f', by {named(rest)}' if rest else ''} [%]"
    if table.empty:
        canvas.label(ax, title="Bounces", x=x, y=named(keys))
        canvas.say_empty(ax, "no bounces")
        return
    shown = table.sort_values("share", ascending=False, kind="stable").head(top)
    rows = shown.to_dict("records")
    names = [row_name(row, keys) for row in rows]
    share, low, high = (shown[name].to_numpy("float64") for name in ("share", "low", "high"))
    said = [f"{row['bounces']:,} of {row['sends']:,}" for row in rows]
    colours = [canvas.colour(_KINDS.get(row.get("kind", ""), 0)) for row in rows]
    ranked(ax, names, share, said, style, ends=(low, high), colours=colours)
    as_percent(ax)
    cut = f", the {len(shown)} worst of {len(table):,}" if len(shown) < len(table) else ""
    title = f"Bounced / sent by {named(keys)}{cut}, with {level(ci)} intervals"
    canvas.label(ax, title=title, x=x)
