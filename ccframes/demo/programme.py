"""What the organisation mailed, and what it drafted, scheduled or removed: campaigns and links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccframes.demo.chance import Chance
from ccframes.demo.clock import DAY, HOUR, WEEK, month_of, second
from ccframes.demo.ids import link_number, random_uuid, time_uuid
from ccframes.demo.words import LINKS, ODD_CAMPAIGN_NAMES, PREHEADERS, SENDERS, SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

START = second(2024, 1, 2, 14)
"""A Tuesday, 9 o'clock in New York."""
UNSENT = 0
"""The `sent_at` of an activity that was not sent."""

READERS, DONORS, BUYERS, BOARD = "Newsletter", "Donors", "Shop friends", "Board"
TYPE_CODES = {
    "NEWSLETTER": 10,
    "ANNOUNCEMENT": 11,
    "COUPON": 21,
    "FUNDRAISER": 25,
    "CUSTOM_CODE_EMAIL": 26,
    "AB_TEST": 57,
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_SPECIALS = ("ANNOUNCEMENT", "COUPON", "CUSTOM_CODE_EMAIL", "AB_TEST")
_LISTS_OF_TYPE = {"COUPON": (BUYERS, DONORS), "FUNDRAISER": (DONORS,)}
_UNSENT_STATUSES = ("Draft",) * 6 + ("Scheduled",) * 2 + ("Removed",) * 4 + ("Error", "Executing")
_RESEND_AFTER = 3 * DAY
_RESENT_EVERY = 4


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A link in one email."""

    url_id: str
    url: str
    tag: str
    share: float
    """Share of the clicks that go to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """One mailing of a campaign, or its permalink, which has no reports."""

    id: str
    campaign_id: str
    role: str
    sent_at: int
    subject: str
    appeal: float
    """What the subject does to the chance of an open."""
    preheader: str
    sender: tuple[str, str]
    lists: tuple[str, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Campaign:
    """An email campaign with its activities: primary email, permalink and perhaps a resend."""

    id: str
    name: str
    type: str
    status: str
    created_at: int
    updated_at: int
    activities: tuple[Activity, ...]

    @property
    def sent(self) -> tuple[Activity, ...]:
        """The activities that were sent, the primary email first."""
        return tuple(activity for activity in self.activities if activity.sent_at)


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """Everything mailed or planned between `start` and `now`, oldest first."""

    start: int
    now: int
    list_ids: dict[str, str]
    campaigns: tuple[Campaign, ...]

    @property
    def sent(self) -> tuple[Activity, ...]:
        """The primary emails that were sent, oldest first."""
        return tuple(campaign.sent[0] for campaign in self.campaigns if campaign.sent)


def programme_of(weeks: int, seed: str) -> Programme:
    """Return the programme of so many weeks."""
    now = START + weeks * WEEK
    slots = [*_sent_slots(weeks), *_unsent_slots(weeks)]
    campaigns = [_campaign(number, slot, now, seed) for number, slot in enumerate(slots)]
    lists = (READERS, DONORS, BUYERS, BOARD)
    return Programme(
        start=START,
        now=now,
        list_ids={name: time_uuid(START - WEEK, seed, "list", name) for name in lists},
        campaigns=tuple(sorted(campaigns, key=lambda campaign: campaign.created_at)),
    )


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place in the calendar that a campaign takes."""

    at: int
    type: str
    status: str = "Done"
    lists: tuple[str, ...] = (READERS,)
    sent: bool = True


def _sent_slots(weeks: int) -> Iterator[_Slot]:
    """Plan a newsletter every other week, specials between them, and an appeal each quarter."""
    for week in range(weeks):
        at = START + week * WEEK
        if week % 2 == 0:
            yield _Slot(at, "NEWSLETTER")
        elif week % 4 == 1:
            kind = _SPECIALS[week // 4 % len(_SPECIALS)]
            yield _Slot(at + 2 * DAY, kind, lists=_LISTS_OF_TYPE.get(kind, (READERS,)))
        elif week % 12 == 3:
            yield _Slot(at + DAY, "FUNDRAISER", lists=_LISTS_OF_TYPE["FUNDRAISER"])
        if week % 52 == 32:
            yield _Slot(at + 3 * DAY, "CUSTOM_CODE_EMAIL", lists=(BOARD,))


def _unsent_slots(weeks: int) -> Iterator[_Slot]:
    for number, status in enumerate(_UNSENT_STATUSES):
        week = weeks - 1 if status == "Scheduled" else (number * 37 + 11) % weeks
        yield _Slot(START + week * WEEK + 3 * HOUR, "NEWSLETTER", status, sent=False)


def _campaign(number: int, slot: _Slot, now: int, seed: str) -> Campaign:
    campaign_id = random_uuid(seed, "campaign", number)
    activities = _activities(campaign_id, number, slot, now, seed)
    last = max(activity.sent_at for activity in activities)
    return Campaign(
        id=campaign_id,
        name=_name(number, slot),
        type=slot.type,
        status=slot.status,
        created_at=slot.at - 4 * DAY,
        updated_at=last or slot.at - 4 * DAY + HOUR,
        activities=activities,
    )


def _name(number: int, slot: _Slot) -> str:
    kind = slot.type.replace("_", " ").capitalize()
    plain = f"{MONTHS[month_of(slot.at) - 1]} {kind} {number + 1}"
    return ODD_CAMPAIGN_NAMES.get(number, plain)


def _activities(
    campaign_id: str, number: int, slot: _Slot, now: int, seed: str
) -> tuple[Activity, ...]:
    chance = Chance(seed, "subject", number)
    subject, appeal = chance.pick(SUBJECTS)
    preheader, sender = chance.pick(PREHEADERS), chance.pick(SENDERS)

    def activity(role: str, sent_at: int, subject: str, appeal: float) -> Activity:
        activity_id = random_uuid(seed, "activity", number, role)
        links = _links(activity_id) if role != "permalink" else ()
        return Activity(
            activity_id,
            campaign_id,
            role,
            sent_at,
            subject,
            appeal,
            preheader,
            sender,
            slot.lists,
            links,
        )

    made = [
        activity("primary_email", slot.at if slot.sent else UNSENT, subject, appeal),
        activity("permalink", UNSENT, subject, appeal),
    ]
    resent_at = slot.at + _RESEND_AFTER
    if slot.sent and BOARD not in slot.lists and number % _RESENT_EVERY == 1 and resent_at < now:
        made.append(activity("resend", resent_at, f"Did you miss it? {subject}", appeal * 0.7))
    return tuple(made)


def _links(activity_id: str) -> tuple[Link, ...]:
    return tuple(Link(link_number(activity_id, url), url, tag, share) for url, tag, share in LINKS)
