"""Rankings as bars: links, bounces, and contacts by how much they open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from ccframes.analysis.audience import engagement as engagement_of
from ccframes.analysis.columns import require
from ccframes.analysis.deliverability import bounce_summary
from ccframes.analysis.destinations import link_ranking
from ccframes.endpoints import BOUNCE_CODES
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.lettering import drawable, name_of

_LONGEST_URL = 46
_KINDS = {"hard": 1, "soft": 4, "delivered": 2, "unknown": 6, "mixed": 0}


# --- links --------------------------------------------------------------------------------------


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
        _bars(drawn, names, count[order], [f"{int(value):,}" for value in count[order]], style)
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


# --- bounces ------------------------------------------------------------------------------------


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
        _bars(drawn, names, share, [""] * len(shown), {"color": colours} | style)
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


# --- contacts -----------------------------------------------------------------------------------


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


# --- what they share ----------------------------------------------------------------------------


def _bars(ax: Axes, names: list[str], values: Any, said: list[str], style: dict[str, Any]) -> None:
    """Draw bars from 0, the first on top, each with its name and what is said of it."""
    places = np.arange(len(names))
    colours = style.pop("color", None)
    ours = canvas.chosen(style, Rectangle)
    ax.barh(places, values, color=colours or canvas.colour(0), height=0.68, **ours)
    ax.set_yticks(places, names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    for place, value, text in zip(places, values, said, strict=True):
        ax.annotate(
            text,
            (value, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    if any(said):
        ax.set_xlim(0, max(1.0, float(np.max(values))) * 1.12)
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
