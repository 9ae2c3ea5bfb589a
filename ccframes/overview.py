"""One page for a colleague without Python: what the emails of an account came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ccframes import plot
from ccframes.analysis import rates
from ccframes.analysis.columns import require
from ccframes.analysis.moments import instants
from ccframes.html import Section, page
from ccframes.plot.canvas import Theme
from ccframes.plot.ticks import spell
from ccframes.plot.wording import counted, percent, scope

_SHOWN = (
    *("sent_at_local", "time_zone_id", "name", "role", "subject"),
    *("em_sends", "delivered", "em_opens", "em_clicks", "em_optouts", "em_abuse"),
    *("open_rate", "click_rate", "click_to_open_rate", "bounce_rate"),
)
_NEEDED = ("sent_at", "em_sends", "em_bounces", "em_opens", "em_clicks")
_HAS_DEVICES = "em_opens_all_computer"
_MOST_SAID = 5
_WEEKS, _QUARTERS = 100, 1_500  # days: shorter spans are drawn by week, longer ones by quarter


def overview(
    frames: Mapping[str, pd.DataFrame], *, title: str = "Emails", theme: Theme = "light"
) -> str:
    """Return a page that shows what emails came to, in pictures and numbers.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        `campaign_table`, as `load_campaign_table()` gives it; and, of the same or of some of its
        activities, any of `opens`, `sends`, `clicks`, `links`, `bounces`, for further sections.
    title : str
        The heading.
    theme : "light" or "dark"
        The style.

    Returns
    -------
    str
        A whole HTML document, with its pictures in it; it loads and runs nothing.

    Raises
    ------
    ColumnsError
        A frame is missing, or lacks what it needs.

    Notes
    -----
    Names, subjects and addresses of links are other people's text, and are escaped. No contact is
    named: the page counts people and lists none.

    Examples
    --------
    >>> client = ccf.connect(demo=True)
    >>> table = ccf.load_campaign_table(ccf.load_campaign_summaries().head(3))
    >>> overview({"campaign_table": table}).count("<section>")
    7
    """
    table = frames.get("campaign_table", pd.DataFrame())
    require(table, _NEEDED, "load_campaign_table()", what="campaign_table")
    table = table.assign(sent_at=instants(table["sent_at"]))
    sections = [*_of_table(table, theme), *_of_events(frames, theme)]
    return page(title, _words(table), sections, theme=theme)


def _words(table: pd.DataFrame) -> str:
    if table.empty:
        return "No emails were sent."
    said, sent_at = [scope(table)], table["sent_at"].dropna()
    if len(sent_at):
        said.append(f"sent from {sent_at.min():%Y-%m-%d} to {sent_at.max():%Y-%m-%d} (UTC)")
    as_of = str(table.attrs.get("ccframes", {}).get("retrieved_at", ""))[:10]
    if as_of:
        said.append(f"as of {as_of}")
    return (
        f"{', '.join(said)}. Delivered is sends less bounces, plus vacation replies, which were "
        "delivered. Rates are over delivered unless they say otherwise; opens include those of "
        "machines."
    )


# --- what the campaign table shows --------------------------------------------------------------


def _of_table(table: pd.DataFrame, theme: Theme) -> Iterator[Section]:
    yield _in_short(table)
    yield _funnel(table, theme)
    yield _trend(table, theme)
    yield _each_email(table, theme)
    if _HAS_DEVICES in table:
        yield _devices(table, theme)
    kinds = plot.compare_table(table, by="role") if "role" in table else pd.DataFrame()
    if len(kinds):
        yield _resends(kinds, theme)
    yield Section("Every email", table=table[[name for name in _SHOWN if name in table]])


def _in_short(table: pd.DataFrame) -> Section:
    return Section(
        "In short",
        "Each rate pooled over all emails, with its 95 % Wilson interval.",
        table=rates(table)[["metric", "numerator", "denominator", "rate", "low", "high"]],
        open=True,
    )


def _funnel(table: pd.DataFrame, theme: Theme) -> Section:
    steps = plot.funnel_table(table)
    counts = zip(steps["step"], map("{:,}".format, steps["count"]), strict=True)
    return Section(
        "From sending to clicking",
        draw=lambda ax: plot.funnel(table, ax=ax, theme=theme),
        size=(8.6, 3.2),
        alternative=f"Bars: {_listed(counts)}",
        table=steps,
    )


def _trend(table: pd.DataFrame, theme: Theme) -> Section:
    by = period(table)
    periods = plot.trend_table(table, by=by)
    number = counted(periods["period"].nunique(), "period")
    return Section(
        "Through time",
        draw=lambda ax: plot.trend(table, by=by, ax=ax, theme=theme),
        alternative=f"Lines of rates over {number}. {_ends(periods, 'period', '%Y-%m-%d')}",
        table=periods,
    )


def _each_email(table: pd.DataFrame, theme: Theme) -> Section:
    emails = plot.rates_table(table)
    return Section(
        "Email by email",
        draw=lambda ax: plot.rates(table, ax=ax, theme=theme),
        size=(8.6, 2.4 + 0.26 * min(25, len(table))),
        alternative=f"Dots with intervals, the last sent first. {_ends(emails[::-1], 'label')}",
        table=emails,
    )


def _devices(table: pd.DataFrame, theme: Theme) -> Section:
    split = plot.devices_table(table)
    parts = split["kind"].astype(str) + " on " + split["device"].astype(str)
    shares = zip(parts, map(percent, split["share"]), strict=True)
    return Section(
        "Devices",
        draw=lambda ax: plot.devices(table, ax=ax, theme=theme),
        size=(8.6, 3.2),
        alternative=f"Shares: {_listed(shares)}",
        table=split,
    )


def _resends(kinds: pd.DataFrame, theme: Theme) -> Section:
    return Section(
        "Resends beside primary emails",
        draw=lambda ax: plot.compare(kinds, ax=ax, theme=theme),
        size=(8.6, 1.8 + 0.6 * len(kinds)),
        alternative=_listed(zip(kinds["arm"], kinds["verdict"], strict=True)),
        table=kinds,
    )


def _ends(table: pd.DataFrame, name: str, form: str = "") -> str:
    """Say the first, last and highest of each rate of a table, by what a column calls them."""
    said = []
    for metric, rows in table[table["rate"].notna()].groupby("metric", observed=True, sort=False):
        places = {"first": 0, "last": -1, "highest": int(np.argmax(rows["rate"]))}
        told = (
            f"{place} {percent(rows['rate'].iloc[row])} ({rows[name].iloc[row]:{form}})"
            for place, row in places.items()
        )
        said.append(f"{str(metric).replace('_', ' ')}: {', '.join(told)}")
    return f"{'; '.join(said)}." if said else ""


def period(table: pd.DataFrame) -> str:
    """Return by which periods the trend of these emails is best drawn, as `plot.trend` takes it."""
    sent_at = instants(table["sent_at"]).dropna()
    days = (sent_at.max() - sent_at.min()).days if len(sent_at) else 0
    return "W" if days < _WEEKS else "Q" if days > _QUARTERS else "M"


# --- what events show ---------------------------------------------------------------------------


def _of_events(frames: Mapping[str, pd.DataFrame], theme: Theme) -> Iterator[Section]:
    for each in _EVENTS:
        if all(name in frames for name in each.needed):
            yield _section(each, frames, theme)


def _section(each: _Events, frames: Mapping[str, pd.DataFrame], theme: Theme) -> Section:
    given = [frames[name] for name in each.needed]
    further = {name: frames[name] for name in each.further if name in frames}
    numbers = each.numbers(*given, **further)
    return Section(
        each.heading,
        draw=lambda ax: each.draw(*given, **further, ax=ax, theme=theme),
        alternative=each.said(numbers),
        table=numbers,
    )


def _openings(curve: pd.DataFrame) -> str:
    if not len(curve) or not curve["events"].iloc[-1]:
        return "No email was opened."
    last = curve.iloc[-1]
    return (
        f"A curve that rises to {percent(last['share'])} of {last['n']:,} emails after "
        f"{spell(last['seconds'])}; half of those opened were within {spell(last['half_seconds'])}."
    )


def _places(links: pd.DataFrame) -> str:
    most = links.dropna(subset=["clickers"]).nlargest(_MOST_SAID, "clickers")
    pairs = zip(most["destination"], map("{:,}".format, most["clickers"]), strict=True)
    return f"Contacts who clicked: {_listed(pairs)}"


def _codes(bounces: pd.DataFrame) -> str:
    most = bounces.nlargest(_MOST_SAID, "share")
    pairs = zip(most["bounce_code"], map(percent, most["share"]), strict=True)
    return f"Bounced / sent by code: {_listed(pairs)}"


class _Events(NamedTuple):
    """A section on events: the frames it needs, and may have; its plot, numbers and words."""

    needed: tuple[str, ...]
    further: tuple[str, ...]
    heading: str
    draw: Callable[..., Any]
    numbers: Callable[..., pd.DataFrame]
    said: Callable[[pd.DataFrame], str]


_EVENTS = (
    _Events(
        ("opens", "sends"),
        ("bounces",),
        "How soon the last emails were opened",
        plot.opens_over_time,
        plot.opens_over_time_table,
        _openings,
    ),
    _Events(
        ("links", "clicks"),
        (),
        "What was clicked in the last emails",
        plot.links,
        plot.links_table,
        _places,
    ),
    _Events(
        ("bounces", "sends"),
        (),
        "Bounces of the last emails",
        plot.bounces,
        plot.bounces_table,
        _codes,
    ),
)


def _listed(pairs: Any) -> str:
    return "; ".join(f"{name}: {value}" for name, value in pairs)
