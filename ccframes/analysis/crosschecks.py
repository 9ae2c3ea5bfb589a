"""Checks of event rows against each other: whom, when, and none of them twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ccframes.analysis.arrays import Mask
from ccframes.analysis.checks import Check, none_expected, silent
from ccframes.analysis.codes import distinct
from ccframes.analysis.ledger import Ledger
from ccframes.analysis.moments import NEVER, latest_before

_ONE_PER_CONTACT = ("sends", "unique_opens", "did_not_opens", "optouts")


def rows_checks(ledger: Ledger) -> Iterator[Check]:
    """Yield the checks of rows that the reports at hand allow."""
    yield from _rows_alone(ledger)
    if ledger.has("sends"):
        for report in ledger.entries:
            if report != "sends":
                yield _strangers(ledger, report)
                yield _times(ledger, report)
    if ledger.has("opens", "unique_opens"):
        yield _latest_opens(ledger)
    if ledger.has("sends", "opens", "bounces", "did_not_opens"):
        yield _silent_contacts(ledger)
    if ledger.has("sends", "contacts"):
        yield _deleted(ledger)


def _rows_alone(ledger: Ledger) -> Iterator[Check]:
    """Yield the checks of each report by itself."""
    for report, entries in ledger.entries.items():
        yield none_expected(
            ledger,
            f"no rows of {report} without statistics",
            np.where(ledger.stats.is_known, 0, entries.rows()),
            f"rows of {report}",
            meaning="the activity is not in activity_stats",
            excused=_permalinks(ledger),
            excuse="a permalink has no statistics of its own",
        )
        if report in _ONE_PER_CONTACT:
            yield none_expected(
                ledger,
                f"no contact twice in {report}",
                entries.rows() - entries.contacts(),
                f"rows of {report} too many",
                meaning="it has one for each contact",
            )
        else:
            yield _copies(ledger, report)


def _permalinks(ledger: Ledger) -> Mask:
    if not ledger.has("campaign_activities"):
        return np.zeros(len(ledger.activities), dtype=np.bool_)
    frame = ledger.frames["campaign_activities"]
    permalinks = ledger.places(frame[frame["role"] == "permalink"])
    return np.isin(np.arange(len(ledger.activities)), permalinks)


def _copies(ledger: Ledger, report: str) -> Check:
    """Return the check for identical rows; two events may be that, if the API counts both."""
    entries = ledger.entries[report]
    expected = ledger.stats.of(f"em_{report}_all")
    counted = (entries.rows(entries.is_counted) == expected) | (entries.rows() == expected)
    return none_expected(
        ledger,
        f"no row of {report} twice",
        entries.copies,
        f"rows of {report} like another in contact, time and all",
        meaning="a page may have come twice",
        excused=counted,
        excuse="events in the same instant: the statistics count each of them",
    )


def _strangers(ledger: Ledger, report: str) -> Check:
    entries, sends = ledger.entries[report], ledger.entries["sends"]
    strangers = entries.pairs[~np.isin(entries.pairs, sends.pairs)]
    return none_expected(
        ledger,
        f"no contact of {report} without a send",
        entries.tally_pairs(strangers),
        f"contacts of {report} to whom it was not sent",
        meaning="the rows are another activity's, or sends are missing",
    )


def _times(ledger: Ledger, report: str) -> Check:
    """Return the check of when things happened: not before the send, or just then."""
    entries, sends = ledger.entries[report], ledger.entries["sends"]
    sent_at = latest_before(entries.pair, entries.at, sends.pair, sends.at)
    known = sent_at != NEVER
    if report == "did_not_opens":
        off, name = known & (sent_at != entries.at), f"no row of {report} at another time than sent"
    else:
        off, name = known & (sent_at > entries.at), f"no row of {report} before its send"
    return none_expected(
        ledger,
        name,
        entries.rows(off),
        f"rows of {report} with times that cannot be",
        meaning="were they shifted, or read in another zone?",
    )


def _deleted(ledger: Ledger) -> Check:
    """Return the check that contacts are still there, if they were not deleted."""
    sends = ledger.entries["sends"]
    gone = ~sends.frame["contact_id"].isin(ledger.frames["contacts"]["contact_id"]).to_numpy()
    deleted = np.zeros(len(gone), dtype=np.bool_)
    if "deleted_at" in sends.frame:
        deleted = sends.frame["deleted_at"].notna().to_numpy()
    lost = sends.contacts(gone & ~deleted)
    return none_expected(
        ledger,
        "no contact of sends is absent from contacts",
        sends.contacts(gone),
        "contacts of sends, absent from contacts",
        meaning="some have no deleted_at in sends",
        excused=lost == 0,
        excuse="deleted since, as deleted_at of sends says; load_contacts() leaves them out",
    )


def _latest_opens(ledger: Ledger) -> Check:
    opens, unique = ledger.entries["opens"], ledger.entries["unique_opens"]
    place = np.searchsorted(opens.pairs, unique.pair).clip(max=max(0, len(opens.pairs) - 1))
    agrees = np.zeros(len(unique.pair), dtype=np.bool_)
    if len(opens.pairs):
        agrees = (opens.pairs[place] == unique.pair) & (opens.latest[place] == unique.at)
    absent = opens.pairs[~np.isin(opens.pairs, unique.pairs)]
    off = distinct(np.r_[unique.pair[~agrees], absent])
    return none_expected(
        ledger,
        "unique_opens = latest open of each contact",
        unique.tally_pairs(off),
        "contacts whose latest open differs, or who are in one only",
        meaning="rows of one of them were lost, changed, or loaded at another time",
    )


def _silent_contacts(ledger: Ledger) -> Check:
    entries = ledger.entries["did_not_opens"]
    return none_expected(
        ledger,
        "did_not_opens = contacts of sends, not of opens, not of bounces",
        entries.tally_pairs(np.setxor1d(entries.pairs, silent(ledger))),
        "contacts who are in did_not_opens and should not be, or the other way round",
        meaning="rows were lost, changed, or loaded at another time",
    )
