"""Checks of event rows against the statistics of their activity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ccframes.analysis.arrays import Floats, Ints, Mask
from ccframes.analysis.codes import codes_in
from ccframes.analysis.ledger import Entries, Ledger
from ccframes.endpoints import BOUNCE_CODES, BOUNCE_STATS, DEVICES

_COUNTED = (
    ("em_sends", "sends", "contacts"),
    ("em_opens", "opens", "contacts"),
    ("em_opens_all", "opens", "rows"),
    ("em_clicks", "clicks", "contacts"),
    ("em_clicks_all", "clicks", "rows"),
    ("em_forwards", "forwards", "contacts"),
    ("em_optouts", "optouts", "contacts"),
    ("em_bounces", "bounces", "contacts"),
)
"""Counts of the activity stats that are those of rows, or of the contacts in them."""

_PAGE = 500

Words = Callable[[int], str]


@dataclass(frozen=True)
class Check:
    """One statement, tested on many activities, campaigns or links at once.

    Attributes
    ----------
    name : str
        What should hold, with what is expected on the left.
    place : array of int64
        The activity or campaign of each test, by its place in the ledger.
    expected, found : array of float64
        The two numbers of each test; NaN where there is none.
    then : array of float64, optional
        What would be found had rows newer than the statistics not been there.
    excused : array of bool, optional
        Which tests may differ; `excuse` says why, and `clue` what else is known of a difference.
        Both are given the number of a test.
    of_campaigns : bool
        Whether it is about campaigns.
    links : list of str, optional
        The link that each test is about.
    """

    name: str
    place: Ints
    expected: Floats
    found: Floats
    then: Floats | None = None
    excused: Mask | None = None
    excuse: Words = lambda _: ""
    clue: Words = lambda _: ""
    of_campaigns: bool = False
    links: list[str] | None = None


def statistics_checks(ledger: Ledger) -> Iterator[Check]:
    """Yield the checks of the activity stats that the reports at hand allow."""
    yield from _statistics_of_rows(ledger)
    yield from _parts_of_rows(ledger)
    yield from _unique_opens(ledger)
    yield from _did_not_opens(ledger)
    yield from _statistics_alone(ledger)


def _statistics_of_rows(ledger: Ledger) -> Iterator[Check]:
    for key, report, unit in _COUNTED:
        if ledger.has(report):
            yield _counted(ledger, key, report, unit)


def _parts_of_rows(ledger: Ledger) -> Iterator[Check]:
    """Yield the checks by device and by bounce code."""
    for report in ("opens", "clicks"):
        if ledger.has(report) and "device_type" in ledger.frames[report]:
            kinds = _devices(ledger.entries[report])
            for number, device in enumerate((*DEVICES, "none")):
                key = f"em_{report}_all_{device}"
                yield _counted(ledger, key, report, "rows", of=(f" on {device}", kinds == number))
    if ledger.has("bounces") and "bounce_code" in ledger.frames["bounces"]:
        codes = codes_in(list(BOUNCE_CODES), ledger.frames["bounces"]["bounce_code"])
        for number, code in enumerate(BOUNCE_CODES):
            key = f"em_bounces_{BOUNCE_STATS[code]}"
            of = (f" of code {code}", codes == number)
            yield _counted(ledger, key, "bounces", "contacts", of=of)


def _devices(entries: Entries) -> Ints:
    """Return the place of each row's device; that after the last where none was captured."""
    device = entries.frame["device_type"]
    return np.where(device.isna(), len(DEVICES), codes_in(list(DEVICES), device))


def _counted(
    ledger: Ledger, key: str, report: str, unit: str, *, of: tuple[str, Mask] | None = None
) -> Check:
    """Return the check of one statistic against the rows that it counts: all, or some `of` them."""
    kind, which = of or ("", None)
    entries = ledger.entries[report]
    tally = entries.rows if unit == "rows" else entries.contacts
    expected, found = ledger.stats.of(key), tally(which)
    counted = entries.is_counted if which is None else entries.is_counted & which
    then = found if entries.is_counted.all() else tally(counted)

    def clue(test: int) -> str:
        difference = int(then[test] - expected[test])
        newer = int(found[test] - then[test])
        late = f"; newer than last_refresh_time, and not counted here: {newer:,}" if newer else ""
        sign = _sign_of(entries, test, unit, difference)
        return f"{amount_of(difference, unit, report + kind)}{sign}{late}"

    return Check(
        f"{key} = {unit} of {report}{kind}",
        every_activity(ledger),
        expected,
        found,
        then=then,
        clue=clue,
    )


def amount_of(difference: float, unit: str, of: str) -> str:
    """Say how many there are too many or too few.

    >>> amount_of(-1000, "rows", "opens")
    'rows of opens: 1,000 missing, which is full pages'
    """
    if difference > 0:
        return f"{unit} of {of}: {difference:,.0f} more than counted"
    whole = unit == "rows" and difference % _PAGE == 0
    return f"{unit} of {of}: {-difference:,.0f} missing{', which is full pages' if whole else ''}"


def _sign_of(entries: Entries, activity: int, unit: str, difference: int) -> str:
    """Return what the rows of an activity show of the reason for too many or too few."""
    rows, contacts = entries.rows()[activity], entries.contacts()[activity]
    if not rows:
        return "; there is no row at all: was the report loaded for this activity?"
    if difference > 0 and entries.copies[activity]:
        return f"; like another row: {entries.copies[activity]:,.0f}; a page may have come twice"
    if difference < 0 and unit == "rows" and rows == contacts:
        return "; no contact has two rows: repeats may have been collapsed"
    return ""


def _unique_opens(ledger: Ledger) -> Iterator[Check]:
    """Yield the checks of unique opens, whose rows are the latest and so may all be new."""
    if not ledger.has("unique_opens"):
        return
    entries, expected = ledger.entries["unique_opens"], ledger.stats.of("em_opens")
    found, least = entries.contacts(), entries.contacts(entries.is_counted)
    if ledger.has("opens"):
        opens = ledger.entries["opens"]
        excused = (opens.contacts() == found) & (opens.contacts(opens.is_counted) == expected)
    else:
        excused = (least <= expected) & (expected <= found)
    yield Check(
        "em_opens = contacts of unique_opens",
        every_activity(ledger),
        expected,
        found,
        excused=excused,
        excuse=lambda test: (
            f"first opened after last_refresh_time: {found[test] - expected[test]:,.0f}"
        ),
        clue=lambda test: amount_of(found[test] - expected[test], "contacts", "unique_opens"),
    )


def _did_not_opens(ledger: Ledger) -> Iterator[Check]:
    if not ledger.has("did_not_opens"):
        return
    expected = ledger.stats.of("em_not_opened")
    found = ledger.entries["did_not_opens"].contacts()
    whole = ledger.has("sends", "opens", "bounces")
    excused = _explains_not_opened(ledger, expected) if whole else _may_have_bounced(ledger)
    yield Check(
        "em_not_opened = contacts of did_not_opens",
        every_activity(ledger),
        expected,
        found,
        excused=excused,
        excuse=_why_not_opened(ledger),
        clue=lambda test: (
            amount_of(found[test] - expected[test], "contacts", "did_not_opens")
            + ("" if whole else "; sends, opens and bounces would tell more")
        ),
    )


def silent(ledger: Ledger) -> Ints:
    """Return the pairs of those who were sent an email and neither opened nor bounced."""
    sends, opens, bounces = (ledger.entries[name].pairs for name in ("sends", "opens", "bounces"))
    return sends[~np.isin(sends, np.r_[opens, bounces])]


def _explains_not_opened(ledger: Ledger, expected: Floats) -> Mask:
    """Tell where the rows lead both to what the API counted then and to what it lists now."""
    sent, opened, bounced = (
        entries.contacts(entries.is_counted)
        for entries in (ledger.entries[name] for name in ("sends", "opens", "bounces"))
    )
    counted = np.maximum(0, sent - opened - bounced) == expected
    listed = ledger.entries["sends"].tally_pairs(silent(ledger))
    mask: Mask = counted & (listed == ledger.entries["did_not_opens"].contacts())
    return mask


def _may_have_bounced(ledger: Ledger) -> Mask:
    """Tell where the vacation replies are enough to explain it."""
    more = ledger.entries["did_not_opens"].contacts() - ledger.stats.of("em_not_opened")
    mask: Mask = (more > 0) & (more <= ledger.stats.of("em_bounces_vacation"))
    return mask


def _why_not_opened(ledger: Ledger) -> Words:
    twice = (
        "the API subtracts contacts who bounced and yet opened, as after a vacation reply, twice"
    )
    if not ledger.has("sends", "opens", "bounces"):
        return lambda _: f"{twice}; there may be so many, by em_bounces_vacation"
    opens, bounces = ledger.entries["opens"], ledger.entries["bounces"]
    both = opens.tally_pairs(opens.pairs[np.isin(opens.pairs, bounces.pairs)])
    newer = opens.rows(~opens.is_counted) + bounces.rows(~bounces.is_counted)

    def words(test: int) -> str:
        late = f"opens and bounces newer than last_refresh_time: {newer[test]:,.0f}"
        doubly = f"{twice}: {both[test]:,.0f} here"
        return "; ".join([doubly] * bool(both[test]) + [late] * bool(newer[test]))

    return words


def _statistics_alone(ledger: Ledger) -> Iterator[Check]:
    """Yield the checks of the statistics against each other, which need no rows."""
    count = ledger.stats.of
    sent, opened, bounced = count("em_sends"), count("em_opens"), count("em_bounces")
    not_opened = np.maximum(0, sent - opened - bounced)
    sums = [
        ("em_not_opened", "max(0, em_sends − em_opens − em_bounces)", not_opened),
        ("em_bounces", "sum over codes", _sum(ledger, "em_bounces", BOUNCE_STATS.values())),
    ]
    for kind in ("opens", "clicks"):
        key = f"em_{kind}_all"
        sums.append((key, "sum over devices", _sum(ledger, key, (*DEVICES, "none"))))
    for key, formula, found in sums:
        yield Check(
            f"{key} = {formula}",
            every_activity(ledger),
            count(key),
            found,
            clue=lambda _: "the statistics do not agree among themselves; no rows are at fault",
        )


def _sum(ledger: Ledger, key: str, parts: Iterable[str]) -> Floats:
    total: Floats = np.sum([ledger.stats.of(f"{key}_{part}") for part in parts], axis=0)
    return total


def none_expected(
    ledger: Ledger,
    name: str,
    found: Floats,
    what: str,
    *,
    meaning: str,
    excused: Mask | None = None,
    excuse: str = "",
) -> Check:
    """Return a check that counts what there should be none of."""
    return Check(
        name,
        every_activity(ledger),
        np.zeros(len(found)),
        np.asarray(found, dtype=np.float64),
        excused=excused,
        excuse=lambda _: excuse,
        clue=lambda test: f"{what}: {found[test]:,.0f}; {meaning}",
    )


def every_activity(ledger: Ledger) -> Ints:
    """Return the places of all activities."""
    return np.arange(len(ledger.activities))
