"""Checks of links and of campaigns, whose counts are not just sums of smaller ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ccframes.analysis.arrays import Floats, Ints, Mask, floats
from ccframes.analysis.checks import Check, amount_of
from ccframes.analysis.codes import count_distinct, distinct, shared_codes
from ccframes.analysis.ledger import FOREVER, Counts, Ledger
from ccframes.analysis.moments import earliest, latest
from ccframes.endpoints import STAT_DEVICES

_PERSONS = ("sends", "opens", "clicks", "forwards", "optouts", "bounces")
_SUMMED = tuple(
    f"em_{kind}_all{device}"
    for kind in ("opens", "clicks")
    for device in ("", *(f"_{device}" for device in STAT_DEVICES))
)


def links_checks(ledger: Ledger) -> Iterator[Check]:
    """Yield the checks of the links, by themselves and against the clicks."""
    if not ledger.has("links"):
        return
    links = ledger.frames["links"]
    counts = floats(links["unique_clicks"])
    places = ledger.places(links)
    clickers = ledger.stats.of("em_clicks")
    weights = np.nan_to_num(counts)
    total = np.bincount(places, weights, minlength=len(clickers)).astype(np.float64)
    yield Check(
        "em_clicks ≤ sum of unique_clicks over links",
        np.arange(len(clickers)),
        clickers,
        total,
        excused=total >= clickers,
        excuse=lambda _: "a contact who clicked two links counts at each of them",
        clue=lambda test: (
            f"contacts who clicked on no listed link: {clickers[test] - total[test]:,.0f}"
        ),
    )
    if ledger.has("clicks"):
        yield _by_link(ledger, places, counts)


def _by_link(ledger: Ledger, places: Ints, counts: Floats) -> Check:
    """Return the check of each link, listed or clicked."""
    links, clicks = ledger.frames["links"], ledger.entries["clicks"]
    [listed, clicked], urls = shared_codes(links["url_id"], clicks.frame["url_id"])
    span = len(urls) + 1
    contact = clicks.pair - clicks.activity * clicks.span
    link_of_row = clicks.activity * span + clicked + 1
    link_of_list = places * span + listed + 1
    every = distinct(np.r_[link_of_list, link_of_row])
    clickers, then = (
        floats(
            count_distinct(np.searchsorted(every, link_of_row)[which], contact[which], len(every))
        )
        for which in (np.ones(len(contact), dtype=np.bool_), clicks.is_counted)
    )
    expected = np.zeros(len(every))
    expected[np.searchsorted(every, link_of_list)] = counts
    return Check(
        "unique_clicks = contacts of clicks on the link",
        every // span,
        expected,
        clickers,
        then=then,
        clue=lambda test: amount_of(
            clickers[test] - expected[test], "contacts", "clicks on this link"
        ),
        links=[urls[number - 1] if number else "" for number in (every % span).tolist()],
    )


def campaign_checks(ledger: Ledger) -> Iterator[Check]:
    """Yield the checks of campaign stats and summaries, for campaigns that are here whole."""
    stats = summaries = None
    if ledger.has("campaign_stats"):
        stats = Counts(ledger.frames["campaign_stats"], "campaign_id", ledger.campaigns)
        yield from _sums(ledger, stats)
        yield from _persons(ledger, stats, "em_", "campaign stats")
        yield from _formula(ledger, stats, "em_", "campaign stats")
    if ledger.has("campaign_summaries"):
        summaries = Counts(ledger.frames["campaign_summaries"], "campaign_id", ledger.campaigns)
        yield from _persons(ledger, summaries, "unique_", "campaign summaries")
        yield from _formula(ledger, summaries, "unique_", "campaign summaries")
    if stats and summaries:
        for kind in (*_PERSONS, "not_opened"):
            yield _of_campaigns(
                ledger,
                f"em_{kind} of campaign stats = unique_{kind} of campaign summaries",
                stats.of(f"em_{kind}"),
                summaries.of(f"unique_{kind}"),
            )


def _sums(ledger: Ledger, stats: Counts) -> Iterator[Check]:
    """Yield the checks of counts of events, which add up over activities."""
    for key in _SUMMED:
        yield _of_campaigns(
            ledger,
            f"{key} of campaign stats = sum over its activities",
            stats.of(key),
            ledger.per_campaign(ledger.stats.of(key)),
            excused=_is_later(ledger, stats, key),
            excuse="its statistics are newer than those of its activities",
        )


def _is_later(ledger: Ledger, stats: Counts, key: str) -> Mask:
    """Tell which campaigns were counted after their activities, and have more."""
    oldest = earliest(ledger.campaign, ledger.stats.refreshed, len(ledger.campaigns))
    mask: Mask = (stats.refreshed > oldest) & (
        stats.of(key) > ledger.per_campaign(ledger.stats.of(key))
    )
    return mask


def _persons(ledger: Ledger, counts: Counts, prefix: str, source: str) -> Iterator[Check]:
    """Yield the checks of counts of contacts: against rows, or else against the activities."""
    for kind in (*_PERSONS, "abuse"):
        stated = counts.of(f"{prefix}{kind}")
        if np.isnan(stated).all():
            continue
        if ledger.has(kind):
            yield _against_rows(ledger, counts, kind, (f"{prefix}{kind}", source))
        yield _against_activities(ledger, kind, stated, f"{prefix}{kind} of {source}")


def _against_rows(ledger: Ledger, counts: Counts, kind: str, name: tuple[str, str]) -> Check:
    key, source = name
    entries = ledger.entries[kind]
    campaign = ledger.campaign[entries.activity]
    contact = entries.pair - entries.activity * entries.span
    is_counted = entries.at <= _refreshed(ledger, counts)[campaign]
    found, then = (
        floats(count_distinct(np.where(which, campaign, -1), contact, len(ledger.campaigns)))
        for which in (True, is_counted)
    )
    return _of_campaigns(
        ledger, f"{key} of {source} = contacts of {kind}", counts.of(key), found, then=then
    )


def _refreshed(ledger: Ledger, counts: Counts) -> Ints:
    """Return until when campaigns are counted; for summaries, which do not say, as activities."""
    newest = latest(ledger.campaign, ledger.stats.refreshed, len(ledger.campaigns))
    return np.where(counts.refreshed == FOREVER, newest, counts.refreshed).astype(np.int64)


def _against_activities(ledger: Ledger, kind: str, stated: Floats, name: str) -> Check:
    """Return the check that a contact counts once, however many activities it is in."""
    each = ledger.stats.of(f"em_{kind}")
    total = ledger.per_campaign(each)
    most = np.zeros(len(total))
    known = ledger.campaign >= 0
    np.maximum.at(most, ledger.campaign[known], each[known])
    return _of_campaigns(
        ledger,
        f"{name} ≤ sum over its activities",
        total,
        stated,
        excused=(most <= stated) & (stated <= total),
        excuse="a contact counts once in a campaign, in however many of its activities",
    )


def _formula(ledger: Ledger, counts: Counts, prefix: str, source: str) -> Iterator[Check]:
    sent, opened, bounced = (counts.of(f"{prefix}{kind}") for kind in ("sends", "opens", "bounces"))
    yield _of_campaigns(
        ledger,
        f"{prefix}not_opened of {source} = max(0, sends − opens − bounces)",
        counts.of(f"{prefix}not_opened"),
        np.maximum(0, sent - opened - bounced),
    )


def _of_campaigns(
    ledger: Ledger,
    name: str,
    expected: Floats,
    found: Floats,
    *,
    then: Floats | None = None,
    excused: Mask | None = None,
    excuse: str = "",
) -> Check:
    whole = np.flatnonzero(ledger.is_whole)
    return Check(
        name,
        whole,
        expected[whole],
        found[whole],
        then=None if then is None else then[whole],
        excused=None if excused is None else excused[whole],
        excuse=lambda _: excuse,
        clue=lambda test: f"{found[whole][test] - expected[whole][test]:+,.0f} in this campaign",
        of_campaigns=True,
    )
