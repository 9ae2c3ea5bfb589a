"""One page for a colleague without Python: what the emails of an account came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from ccframes import plot
from ccframes.analysis import rates
from ccframes.analysis.columns import require
from ccframes.html import Section, page
from ccframes.plot.canvas import Theme
from ccframes.plot.wording import scope

_SHOWN = (
    *("sent_at_local", "name", "role", "subject", "em_sends", "delivered", "em_opens", "em_clicks"),
    *("em_optouts", "em_abuse", "open_rate", "click_rate", "click_to_open_rate", "bounce_rate"),
)
_NEEDED = ("sent_at", "em_sends", "em_bounces", "em_opens", "em_clicks")
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
    sections = [*_of_table(table, theme), *_of_events(frames, theme)]
    return page(title, _words(table), sections, theme=theme)


def _words(table: pd.DataFrame) -> str:
    if table.empty:
        return "No emails were sent."
    first, last = (f"{at:%Y-%m-%d}" for at in (table["sent_at"].min(), table["sent_at"].max()))
    as_of = str(table.attrs.get("ccframes", {}).get("retrieved_at", ""))[:10]
    return (
        f"{scope(table)}, sent from {first} to {last} (UTC)"
        f"{f', as of {as_of}' if as_of else ''}. Delivered is sends less bounces, plus vacation "
        "replies, which were delivered. Rates are over delivered unless they say otherwise; opens "
        "include those of machines."
    )


def _of_table(table: pd.DataFrame, theme: Theme) -> Iterator[Section]:
    pooled = rates(table)
    yield Section(
        "In short",
        "Each rate pooled over all emails, with its 95 % interval.",
        table=pooled[["metric", "numerator", "denominator", "rate", "low", "high"]],
        open=True,
    )
    steps = plot.funnel_table(table)
    yield Section(
        "From sending to clicking",
        draw=lambda ax: plot.funnel(table, ax=ax, theme=theme),
        size=(8.6, 3.2),
        alternative="Bars: " + _listed(zip(steps["step"], steps["count"], strict=True)),
        table=steps,
    )
    by = period(table)
    months = plot.trend_table(table, by=by)
    yield Section(
        "Through time",
        draw=lambda ax: plot.trend(table, by=by, ax=ax, theme=theme),
        alternative=f"Lines of rates over {months['period'].nunique()} periods; numbers below.",
        table=months,
    )
    last = plot.rates_table(table)
    yield Section(
        "Email by email",
        draw=lambda ax: plot.rates(table, ax=ax, theme=theme),
        size=(8.6, 2.4 + 0.26 * min(25, len(table))),
        alternative="Dots with intervals, the last sent first; numbers below.",
        table=last,
    )
    split = plot.devices_table(table)
    yield Section(
        "Devices",
        draw=lambda ax: plot.devices(table, ax=ax, theme=theme),
        size=(8.6, 3.2),
        alternative="Shares: "
        + _listed(
            (f"{row.kind} on {row.device}", f"{row.share:.0%}")
            for row in split.dropna(subset=["share"]).itertuples(index=False)
        ),
        table=split,
    )
    kinds = plot.compare_table(table, by="role") if "role" in table else pd.DataFrame()
    if len(kinds):
        yield Section(
            "Resends beside primary emails",
            draw=lambda ax: plot.compare(kinds, ax=ax, theme=theme),
            size=(8.6, 1.8 + 0.6 * len(kinds)),
            alternative=_listed(zip(kinds["arm"], kinds["verdict"], strict=True)),
            table=kinds,
        )
    yield Section("Every email", table=table[[name for name in _SHOWN if name in table]])


def _of_events(frames: Mapping[str, pd.DataFrame], theme: Theme) -> Iterator[Section]:
    for needed, heading, draw, numbers in _EVENTS:
        if all(name in frames for name in needed):
            given = [frames[name] for name in needed]
            yield Section(
                heading,
                draw=lambda ax, draw=draw, given=given: draw(*given, ax=ax, theme=theme),  # type: ignore[misc]
                alternative=f"{heading}; numbers below.",
                table=numbers(*given),
            )


_EVENTS: tuple[
    tuple[tuple[str, ...], str, Callable[..., Any], Callable[..., pd.DataFrame]], ...
] = (
    (
        ("opens", "sends"),
        "How soon the last emails were opened",
        plot.opens_over_time,
        plot.opens_over_time_table,
    ),
    (("links", "clicks"), "What was clicked in the last emails", plot.links, plot.links_table),
    (("bounces", "sends"), "Bounces of the last emails", plot.bounces, plot.bounces_table),
)


def period(table: pd.DataFrame) -> str:
    """Return by which periods the trend of these emails is best drawn, as `plot.trend` takes it."""
    days = (table["sent_at"].max() - table["sent_at"].min()).days if len(table) else 0
    return "W" if days < _WEEKS else "Q" if days > _QUARTERS else "M"


def _listed(pairs: Any) -> str:
    return "; ".join(f"{name}: {value}" for name, value in pairs)
