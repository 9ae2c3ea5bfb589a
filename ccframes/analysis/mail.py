"""Every email to every contact, once, and which of them events belong to: matched by number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, Mask
from ccframes.analysis.codes import UNKNOWN, codes_in, is_first, shared_codes
from ccframes.analysis.columns import require, warn_of
from ccframes.analysis.moments import NEVER, microseconds
from ccframes.frames.conform import STR

EMAIL: Final = ("campaign_activity_id", "contact_id")
"""What one email is known by."""
EVENT: Final = (*EMAIL, "created_time")
"""What every event row has: which email, and when."""
REPLIES: Final = ("V",)
"""The bounce codes of emails that were delivered, and answered by a machine."""


@dataclass(frozen=True)
class Mail:
    """The emails of a frame of sends: each contact's together, oldest first.

    Attributes
    ----------
    activities, contacts : list of str
        The ids that the numbers stand for, in the order in which the sends name them.
    activity, contact : numpy.ndarray
        Of each email the place of its ids.
    sent_at : numpy.ndarray
        When it was sent [µs since 1970, UTC].
    row : numpy.ndarray
        Its row in the sends; the earliest, if it is there more than once.
    """

    activities: list[str]
    contacts: list[str]
    activity: Ints
    contact: Ints
    sent_at: Ints
    row: Ints

    def __len__(self) -> int:
        return len(self.activity)

    def place(self, events: pd.DataFrame, loader: str, what: str) -> Ints:
        """Return the email that each event belongs to; −1 for none, with a warning.

        Parameters
        ----------
        events : pandas.DataFrame
            Rows that name an activity and a contact.
        loader, what : str
            The loader that gives such rows, and what they are: "load_opens()", "opens".
        """
        require(events, EMAIL, loader, what=what)
        activity = codes_in(self.activities, events["campaign_activity_id"])
        contact = codes_in(self.contacts, events["contact_id"])
        place = self._find(activity, contact)
        warn_of(
            place == UNKNOWN,
            f"{what} belong to no email of the sends, and do not count; load the sends of the "
            "same activities, or keep only their rows",
        )
        return place

    def having(self, events: pd.DataFrame, loader: str, what: str) -> Mask:
        """Tell which emails have an event."""
        return self.marked(self.place(events, loader, what))

    def marked(self, place: Ints) -> Mask:
        """Tell which emails are among these places; −1 is none of them."""
        marked = np.zeros(len(self), dtype=np.bool_)
        marked[place[place >= 0]] = True
        return marked

    def only(self, which: Mask) -> Mail:
        """Return some of the emails, of the same activities and contacts."""
        columns = (self.activity, self.contact, self.sent_at, self.row)
        return Mail(self.activities, self.contacts, *(column[which] for column in columns))

    def from_end(self) -> Ints:
        """Return how many emails its contact got from each on: 1 for the last."""
        counts = np.bincount(self.contact, minlength=len(self.contacts))
        ends: Ints = np.cumsum(counts)[self.contact]
        return ends - np.arange(len(self))

    def per_contact(self, which: Mask) -> Ints:
        """Return how many such emails each contact has."""
        counts: Ints = np.bincount(self.contact[which], minlength=len(self.contacts))
        return counts

    def _find(self, activity: Ints, contact: Ints) -> Ints:
        keys, places = self._lookup
        wanted = contact * len(self.activities) + activity
        slot = np.searchsorted(keys, wanted)
        slot[slot == len(keys)] = 0
        known = (activity >= 0) & (contact >= 0)
        if not len(keys):
            return np.full(len(wanted), UNKNOWN)
        return np.where(known & (keys[slot] == wanted), places[slot], UNKNOWN)

    @cached_property
    def _lookup(self) -> tuple[Ints, Ints]:
        keys = self.contact * len(self.activities) + self.activity
        order = np.argsort(keys, kind="stable")
        return keys[order], order


def mail_of(sends: pd.DataFrame) -> Mail:
    """Return the emails of a frame of sends.

    Rows without an activity, a contact or a time are no emails, and a warning counts them.

    Examples
    --------
    >>> sends = pd.DataFrame(
    ...     {
    ...         "campaign_activity_id": ["b", "a", "a"],
    ...         "contact_id": ["c", "c", "d"],
    ...         "created_time": ["2026-02-01T00:00Z", "2026-01-01T00:00Z", "2026-01-01T00:00Z"],
    ...     }
    ... )
    >>> mail = mail_of(sends)
    >>> [mail.activities[place] for place in mail.activity], mail.row.tolist()
    (['a', 'b', 'a'], [1, 0, 2])
    """
    require(sends, EVENT, "load_sends()", what="sends")
    [activity], activities = shared_codes(sends["campaign_activity_id"])
    [contact], contacts = shared_codes(sends["contact_id"])
    sent_at = microseconds(sends["created_time"])
    lacking = (activity == UNKNOWN) | (contact == UNKNOWN) | (sent_at == NEVER)
    warn_of(lacking, "sends name no activity, no contact or no time, and do not count")
    rows = np.flatnonzero(~lacking)
    rows = _earliest(rows, contact[rows] * len(activities) + activity[rows], sent_at[rows])
    rows = rows[np.lexsort((activity[rows], sent_at[rows], contact[rows]))]
    return Mail(activities, contacts, activity[rows], contact[rows], sent_at[rows], rows)


def delivered(
    mail: Mail,
    bounces: pd.DataFrame | None,
    *events: Mask,
    replies: Collection[str] = REPLIES,
) -> Mask:
    """Tell which emails were delivered.

    An email was delivered unless it bounced with another code than a vacation reply's, or if one
    of the events, an open or a click, tells of its arrival nonetheless.

    Parameters
    ----------
    mail : Mail
        The emails.
    bounces : pandas.DataFrame, optional
        What `load_bounces()` gives. Without it every email counts as delivered.
    *events : numpy.ndarray
        Which emails were opened, or clicked.
    replies : collection of str
        The bounce codes of emails that were delivered.
    """
    if bounces is None:
        return np.ones(len(mail), dtype=np.bool_)
    arrived: Mask = ~mail.having(undelivered(bounces, replies), "load_bounces()", "bounces")
    for which in events:
        arrived |= which
    return arrived


def undelivered(bounces: pd.DataFrame, replies: Collection[str] = REPLIES) -> pd.DataFrame:
    """Return the bounces of emails that did not arrive.

    >>> undelivered(pd.DataFrame({"bounce_code": ["B", "V"]}))["bounce_code"].tolist()
    ['B']
    """
    require(bounces, ["bounce_code"], "load_bounces()", what="bounces")
    return bounces[~bounces["bounce_code"].isin(list(replies))]


def _earliest(rows: Ints, keys: Ints, sent_at: Ints) -> Ints:
    """Return one row of each key."""
    order = np.lexsort((sent_at, keys))
    return rows[order[is_first(keys[order])]]


def addresses_of(sends: pd.DataFrame) -> Any:
    """Return the address of each row as text; missing where the frame does not have them.

    >>> addresses_of(pd.DataFrame({"contact_id": ["ann"]})).tolist()
    [nan]
    """
    if "email_address" in sends:
        return sends["email_address"].astype(STR).array
    return pd.array([np.nan] * len(sends), dtype=STR)
