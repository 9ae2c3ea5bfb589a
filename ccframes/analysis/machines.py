"""Machines among the opens and clicks: which events do not look like a person's, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, Mask
from ccframes.analysis.bursts import in_bursts
from ccframes.analysis.codes import codes_in, count_distinct, distinct, shared_codes
from ccframes.analysis.columns import require
from ccframes.analysis.mail import EMAIL, EVENT
from ccframes.analysis.moments import NEVER, SECOND, latest_before, microseconds
from ccframes.errors import ColumnsError
from ccframes.frames.conform import STR
from ccframes.frames.provenance import KEY

_RULES = ("instant", "habitual", "burst", "at_once")


def suspect_machine(
    events: pd.DataFrame,
    sends: pd.DataFrame,
    *,
    links: pd.DataFrame | None = None,
    instant_within: float = 10.0,
    soon_within: float = 60.0,
    habit_emails: int = 3,
    habit_share: float = 0.5,
    burst_links: int = 3,
    burst_share: float = 0.8,
    burst_within: float = 60.0,
    at_once_within: float = 1.0,
) -> pd.DataFrame:
    """Say of each open or click whether it looks like a machine's, and by which rules.

    Nothing is dropped: that is `human_only`'s work, or yours by the columns of the rules.

    Parameters
    ----------
    events : pandas.DataFrame
        Opens, unique opens or clicks, or several of them concatenated. Only rows with a `url_id`
        can break the rules on links.
    sends : pandas.DataFrame
        The sends of the same activities. Where a contact was sent an email more than once, the
        last send before the event counts.
    links : pandas.DataFrame, optional
        The links of the same activities, best loaded with those that nobody clicked. Without
        it an email has the links that were clicked.
    instant_within : float
        No person opens or clicks within so many seconds of the send.
    soon_within, habit_emails, habit_share
        Within so many seconds of the send, an event is a machine's if such are the contact's
        habit: in so many emails at least, and in that share of the emails in `sends` to the
        contact [0–1].
    burst_links, burst_share, burst_within
        No person clicks so many different links of an email, which are nearly all of them (that
        share at least [0–1]), within so many seconds. Three links of many an eager reader does.
    at_once_within : float
        No person clicks two different links of an email within so many seconds.

    Returns
    -------
    pandas.DataFrame
        One row per event, in the order and with the index of `events`: its
        campaign_activity_id, contact_id, created_time; `seconds` since the send, negative if it
        came before the send, missing if there is no send; for each rule whether the event breaks
        it: `instant`, `habitual`, `burst`, `at_once`; `suspect`, whether it breaks any; and
        `reason`, these in words, empty where there are none.

    Raises
    ------
    ColumnsError
        A frame lacks a column that the rules need.

    Notes
    -----
    The API marks no event as a machine's. Security scanners follow the links of an email within
    a minute or two of its arrival, often all of them; privacy proxies, such as Apple's, load the
    images of an email as it arrives, whether it is read or not. The rules rest on that, and on
    no address or program, which the API does not tell.

    What they cannot see: a proxy that loads images hours later, as Apple's does when a telephone
    is charged or comes online; a scanner that waits, or follows one link; a person's open of an
    email that a proxy loaded before, which often is not recorded at all. So the opens that are
    left are not all by people, and people are missing among them. The order of clicks is no
    rule, since the API does not say in which order the links stand in the email.

    An event before its send breaks no rule of time: there the clocks are wrong.

    Examples
    --------
    >>> import ccframes as ccf
    >>> _ = ccf.connect(demo=True)
    >>> activities = ccf.load_activity_stats(campaigns=ccf.load_campaign_summaries().head(3))
    >>> sends, clicks = ccf.load_sends(activities), ccf.load_clicks(activities)
    >>> suspects = suspect_machine(clicks, sends, links=ccf.load_links(activities))
    >>> len(suspects) == len(clicks)
    True
    >>> suspects["reason"].value_counts().index[1]
    '...links within 60 s...'

    Source: community.constantcontact.com 409175 (links clicked within 1 to 2 minutes of the send)
    and help.socketlabs.com, "Identifying Apple MPP opens" (when the proxy loads images).
    """
    _check(events, sends, links)
    mail = _match(events, sends)
    soon = mail.is_within(soon_within)
    followed = _Followed.of(events, mail, links)
    most = np.maximum(burst_links, np.ceil(burst_share * followed.links_of_email)).astype(np.int64)
    two = np.full_like(most, 2)
    broken = {
        "instant": mail.is_within(instant_within),
        "habitual": soon & _is_habit(mail, soon, habit_emails, habit_share),
        "burst": followed.in_bursts(burst_within, most),
        "at_once": followed.in_bursts(at_once_within, two),
    }
    words = {
        "instant": f"within {instant_within:g} s of the send",
        "habitual": f"within {soon_within:g} s of the send, as usual for the contact",
        "burst": f"many links within {burst_within:g} s",
        "at_once": f"two links within {at_once_within:g} s",
    }
    return _verdict(events, mail, broken, words)


def human_only(events: pd.DataFrame, suspects: pd.DataFrame) -> pd.DataFrame:
    """Return the events that no rule takes for a machine's.

    Parameters
    ----------
    events : pandas.DataFrame
        Opens or clicks.
    suspects : pandas.DataFrame
        What `suspect_machine` says of them; change its `suspect` to judge by rules of your own.

    Returns
    -------
    pandas.DataFrame
        The rows of `events` that are not suspect, as they are. `attrs["ccframes"]` says under
        `machines_dropped` how many others there were.

    Raises
    ------
    ColumnsError
        `suspects` is not about these events, row by row, or a frame lacks a column.

    Notes
    -----
    What is left are events that look like a person's, not all that persons did: `suspect_machine`
    says what its rules cannot see.

    Examples
    --------
    >>> at = pd.to_datetime(["2026-01-01T10:00:03Z", "2026-01-01T11:00:00Z"])
    >>> opens = pd.DataFrame({"campaign_activity_id": "a", "contact_id": "c", "created_time": at})
    >>> sends = opens.head(1).assign(created_time=pd.Timestamp("2026-01-01T10:00:00Z"))
    >>> human_only(opens, suspect_machine(opens, sends))["created_time"].dt.hour.tolist()
    [11]

    Source: the rules of `suspect_machine`, and theirs.
    """
    require(events, EVENT, "load_opens() or load_clicks()", what="events")
    require(suspects, (*EVENT, "suspect"), "suspect_machine()", what="suspects")
    if not _are_about(suspects, events):
        raise ColumnsError(
            f"suspects: {len(suspects):,} rows are not about these {len(events):,} events; "
            "suspect_machine() of the same events gives a frame with their index and their order"
        )
    suspect = suspects["suspect"].to_numpy(dtype=np.bool_, na_value=False)
    kept = events[~suspect].copy()
    kept.attrs[KEY] = {**kept.attrs.get(KEY, {}), "machines_dropped": int(suspect.sum())}
    return kept


def _are_about(suspects: pd.DataFrame, events: pd.DataFrame) -> bool:
    """Tell whether each row is about the event in its place; an index alone may be anybody's."""
    if not suspects.index.equals(events.index):
        return False
    ids = [shared_codes(suspects[name], events[name])[0] for name in EMAIL]
    times = [microseconds(frame["created_time"]) for frame in (suspects, events)]
    return all(np.array_equal(said, happened) for said, happened in [*ids, times])


@dataclass(frozen=True, slots=True)
class _Mail:
    """The email behind each event; and behind each send, for what is usual.

    `pair` numbers activity and contact together, `contact` contacts; `since` is the time from
    the send to the event [µs], NEVER where there is no send.
    """

    pair: Ints
    activity: Ints
    contact: Ints
    at: Ints
    since: Ints
    sent_pair: Ints
    contacts: int
    activity_names: list[str]

    def is_within(self, seconds: float) -> Mask:
        """Tell which events came so soon after their send."""
        return (self.since >= 0) & (self.since <= seconds * SECOND)


@dataclass(frozen=True, slots=True)
class _Followed:
    """The events that are clicks on a link, by their places among all events."""

    rows: Ints
    total: int
    pair: Ints
    link: Ints
    at: Ints
    links_of_email: Ints

    @classmethod
    def of(cls, events: pd.DataFrame, mail: _Mail, links: pd.DataFrame | None) -> _Followed:
        """Find them; the links of an email are those given and those clicked."""
        url = events["url_id"] if "url_id" in events else pd.Series(pd.NA, events.index, dtype=STR)
        listed = (
            pd.DataFrame(columns=["campaign_activity_id", "url_id"]) if links is None else links
        )
        [link, listed_link], _ = shared_codes(url, listed["url_id"])
        rows = np.flatnonzero(link >= 0)
        activity = mail.activity[rows]
        counts = _links_of_each(mail, activity, link[rows], listed, listed_link)
        return cls(rows, len(events), mail.pair[rows], link[rows], mail.at[rows], counts[activity])

    def in_bursts(self, seconds: float, needed: Ints) -> Mask:
        """Tell which of all events are clicks in a burst on so many links."""
        within = round(seconds * SECOND)
        inside = np.zeros(self.total, dtype=np.bool_)
        inside[self.rows] = in_bursts(self.pair, self.link, self.at, within=within, needed=needed)
        return inside


def _check(events: pd.DataFrame, sends: pd.DataFrame, links: pd.DataFrame | None) -> None:
    require(events, EVENT, "load_opens() or load_clicks()", what="events")
    require(sends, EVENT, "load_sends()", what="sends")
    if links is not None:
        require(links, ("campaign_activity_id", "url_id"), "load_links()", what="links")


def _match(events: pd.DataFrame, sends: pd.DataFrame) -> _Mail:
    [activity, sent_activity], activities = shared_codes(
        events["campaign_activity_id"], sends["campaign_activity_id"]
    )
    [contact, sent_contact], contacts = shared_codes(events["contact_id"], sends["contact_id"])
    count = max(1, len(contacts))
    pair, sent_pair = activity * count + contact, sent_activity * count + sent_contact
    at, sent_at = microseconds(events["created_time"]), microseconds(sends["created_time"])
    before = latest_before(pair, at, sent_pair, sent_at)
    since = np.where((before == NEVER) | (at == NEVER), NEVER, at - before)
    return _Mail(pair, activity, contact, at, since, sent_pair, count, activities)


def _is_habit(mail: _Mail, soon: Mask, least: int, share: float) -> Mask:
    """Tell which events are by contacts whose events come soon in most of their mail."""
    hasty = np.bincount(distinct(mail.pair[soon]) % mail.contacts, minlength=mail.contacts)
    sent = np.bincount(distinct(mail.sent_pair) % mail.contacts, minlength=mail.contacts)
    habit: Mask = ((hasty >= least) & (hasty >= share * sent))[mail.contact]
    return habit


def _links_of_each(
    mail: _Mail, activity: Ints, link: Ints, listed: pd.DataFrame, listed_link: Ints
) -> Ints:
    """Count the links of each activity, clicked or listed."""
    known = codes_in(mail.activity_names, listed["campaign_activity_id"])
    activities = np.r_[activity, known]
    return count_distinct(activities, np.r_[link, listed_link], len(mail.activity_names))


def _verdict(
    events: pd.DataFrame, mail: _Mail, broken: dict[str, Mask], words: dict[str, str]
) -> pd.DataFrame:
    """Put together what the rules say; `broken` and `words` are by rule."""
    case = np.zeros(len(events), dtype=np.int64)
    for bit, rule in enumerate(_RULES):
        case |= broken[rule].astype(np.int64) << bit
    reasons = [
        "; ".join(words[rule] for bit, rule in enumerate(_RULES) if number >> bit & 1)
        for number in range(1 << len(_RULES))
    ]
    seconds = np.where(mail.since == NEVER, np.nan, mail.since / SECOND)
    said: dict[str, Any] = {name: events[name] for name in EVENT}
    said["seconds"] = seconds
    said |= {rule: pd.array(broken[rule], dtype="boolean") for rule in _RULES}
    said["suspect"] = pd.array(case > 0, dtype="boolean")
    said["reason"] = pd.Categorical.from_codes(case, pd.Index(reasons, dtype=STR)).astype(STR)
    return pd.DataFrame(said, index=events.index)
