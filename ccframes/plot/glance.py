"""A campaign at a glance: one page of panels."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from ccframes.analysis.performance import rates as rates_of
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.destinations import links as draw_links
from ccframes.plot.device_split import devices
from ccframes.plot.lettering import drawable, shortened
from ccframes.plot.openings import opens_over_time
from ccframes.plot.returned import bounces as draw_bounces
from ccframes.plot.steps import funnel
from ccframes.plot.wording import between, level, percent, scope

_LAYOUT = (("rates", "funnel"), ("opens", "devices"), ("links", "bounces"))


def summary_table(frame: pd.DataFrame, *, ci: float = 0.95) -> pd.DataFrame:
    """Return every rate of a campaign, its emails pooled.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of the campaign table: those of one campaign, or of several.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per rate, as `analysis.rates` gives them.

    Raises
    ------
    ColumnsError
        The frame has no counts.

    Examples
    --------
    >>> stats = pd.DataFrame({"em_sends": [100], "em_bounces": [20], "em_opens": [40]})
    >>> summary_table(stats).set_index("metric").loc["open_rate", "rate"].item()
    0.5
    """
    return rates_of(frame, ci=ci)


def summary(
    frame: pd.DataFrame,
    *,
    opens: pd.DataFrame | None = None,
    sends: pd.DataFrame | None = None,
    clicks: pd.DataFrame | None = None,
    links: pd.DataFrame | None = None,
    bounces: pd.DataFrame | None = None,
    ci: float = 0.95,
    fig: Figure | SubFigure | None = None,
    theme: Theme = "light",
) -> dict[str, Axes]:
    """Draw a campaign on one page: rates, funnel, openings, devices, links and bounces.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of the campaign table: those of one campaign, or of several, which are pooled.
    opens, sends, clicks, links, bounces : pandas.DataFrame, optional
        Event reports of the same activities. A panel whose frames are missing says so.
    ci : float
        The level of the intervals.
    fig : matplotlib.figure.Figure, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.

    Returns
    -------
    dict of str to matplotlib.axes.Axes
        The panels: rates, funnel, opens, devices, links, bounces. `summary_table` has the
        numbers of the first, and each of the others has its own plot and table.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks what is needed, or `ci` is no level.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> client = ccf.connect(demo=True)
    >>> table = ccf.load_campaign_table(ccf.load_campaign_summaries().head(1))
    >>> sorted(summary(table, fig=Figure()))
    ['bounces', 'devices', 'funnel', 'links', 'opens', 'rates']
    """
    numbers = summary_table(frame, ci=ci)
    with canvas.panels(fig, _LAYOUT, theme=theme, size=(13.0, 10.5)) as found:
        _write(found["rates"], numbers, _title(frame, ci))
        funnel(frame, ci=ci, ax=found["funnel"], theme=theme)
        devices(frame, ci=ci, ax=found["devices"], theme=theme)
        if opens is None or sends is None:
            _lacks(found["opens"], "How soon it was opened", "opens= and sends=")
        else:
            opens_over_time(opens, sends, bounces=bounces, ci=ci, ax=found["opens"], theme=theme)
        if links is None:
            _lacks(found["links"], "Who clicked where", "links= (and clicks=)")
        else:
            draw_links(links, clicks, ci=ci, top=8, ax=found["links"], theme=theme)
        if bounces is None or sends is None:
            _lacks(found["bounces"], "Bounces", "bounces= and sends=")
        else:
            draw_bounces(bounces, sends, ci=ci, ax=found["bounces"], theme=theme)
    return found


def _title(frame: pd.DataFrame, ci: float) -> str:
    names: Any = frame["name"].dropna().unique() if "name" in frame else []
    whose = shortened(names[0], 60) if len(names) == 1 else scope(frame)
    return f"{whose}: pooled rates with {level(ci)} Wilson intervals"


def _write(ax: Axes, numbers: pd.DataFrame, title: str) -> None:
    """Write the rates as lines of text: name, rate, interval, and over what."""
    canvas.label(ax, title=title)
    if not len(numbers) or not numbers["n"].sum():
        canvas.say_empty(ax, "no emails to show")
        return
    ax.set_axis_off()
    rows: Any = numbers.itertuples(index=False)
    for place, row in enumerate(rows):
        height = 0.94 - place * 0.9 / max(1, len(numbers) - 1)
        ends = "" if pd.isna(row.low) else between(row.low, row.high)
        over = "" if pd.isna(row.numerator) else f"{row.numerator:,} of {row.denominator:,}"
        for at, text, weight, side in (
            (0.0, str(row.metric).removesuffix("_rate").replace("_", " "), "normal", "left"),
            (0.42, percent(row.rate), "bold", "right"),
            (0.45, ends, "normal", "left"),
            (1.0, over, "normal", "right"),
        ):
            ax.text(at, height, drawable(text), transform=ax.transAxes, weight=weight, ha=side)


def _lacks(ax: Axes, title: str, what: str) -> None:
    canvas.label(ax, title=title)
    canvas.say_empty(ax, f"needs {what}")
