"""What the organisation mailed, and what it drafted, scheduled or removed: campaigns and links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ccframes.demo.chance import Chance
from ccframes.demo.clock import DAY, HOUR, WEEK, month_of, second
from ccframes.demo.ids import link_number, random_uuid, time_uuid
from ccframes.demo.words import (
    LINKS,
    ODD_CAMPAIGN_NAMES,
    OPENINGS,
    PREHEADERS,
    SENDERS,
    SUBJECTS,
)
from ccframes.demo.zones import offset

if TYPE_CHECKING:
    from collections.abc import Iterator

START = second(2024, 1, 2)
"""A Tuesday."""
UNSENT = 0
"""The `sent_at` of an activity that was not sent."""

READERS, DONORS, BUYERS, BOARD = "Newsletter", "Donors", "Shop friends", "Board"
LISTS = (READERS, DONORS, BUYERS, BOARD)
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
RESEND_AFTER = 3 * DAY
_RESENT_EVERY = 4
_SENDING_HOURS = (7, 9, 9, 10, 12, 14, 17, 19)
_TEST_SIZES, _TEST_WAITS = (10, 20, 30, 50), (6, 12, 24)


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A link in one email."""

    url_id: str
    url: str
    tag: str


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """An A/B test: `size` percent get either subject, the others the better one hours later."""

    subject: str
    appeal: float
    size: int
    wait: int


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
    trial: Trial | None = None


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


def programme_of(weeks: int, editions: int, seed: str) -> Programme:
    """Return the programme of so many weeks, everything mailed in so many editions."""
    now = START + weeks * WEEK + 14 * HOUR
    slots = [
        replace(slot, at=slot.at + edition * DAY)
        for edition in range(editions)
        for slot in _sent_slots(weeks)
    ]
    slots += _unsent_slots(weeks)
    campaigns = [_campaign(number, slot, now, seed) for number, slot in enumerate(slots)]
    return Programme(
        start=START,
        now=now,
        list_ids={name: time_uuid(START - WEEK, seed, "list", name) for name in LISTS},
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
    chance = Chance(seed, "email", number)
    subject, appeal = _subject(chance)
    sent_at = slot.at + chance.pick(_SENDING_HOURS) * HOUR
    sent_at = sent_at - offset(sent_at) if slot.sent else UNSENT
    activity_id = random_uuid(seed, "activity", number, "primary_email")
    primary = Activity(
        id=activity_id,
        campaign_id=campaign_id,
        role="primary_email",
        sent_at=sent_at,
        subject=subject,
        appeal=appeal,
        preheader=chance.pick(PREHEADERS),
        sender=chance.pick(SENDERS),
        lists=slot.lists,
        links=_links(activity_id),
        trial=_trial(chance) if slot.type == "AB_TEST" else None,
    )
    made = [primary, _again(primary, "permalink", UNSENT, seed, number)]
    if _is_resent(number, slot) and sent_at + RESEND_AFTER < now:
        made.append(_again(primary, "resend", sent_at + RESEND_AFTER, seed, number))
    return tuple(made)


def _subject(chance: Chance) -> tuple[str, float]:
    (opening, effect), (subject, appeal) = chance.pick(OPENINGS), chance.pick(SUBJECTS)
    return opening + subject, effect * appeal


def _trial(chance: Chance) -> Trial:
    return Trial(*_subject(chance), chance.pick(_TEST_SIZES), chance.pick(_TEST_WAITS))


def _is_resent(number: int, slot: _Slot) -> bool:
    suited = slot.sent and slot.type != "AB_TEST" and BOARD not in slot.lists
    return suited and number % _RESENT_EVERY == 1


def _again(primary: Activity, role: str, sent_at: int, seed: str, number: int) -> Activity:
    """Return the permalink or the resend of a primary email."""
    activity_id = random_uuid(seed, "activity", number, role)
    subject = f"Did you miss it? {primary.subject}" if sent_at else primary.subject
    links = _links(activity_id) if sent_at else ()
    return replace(
        primary,
        id=activity_id,
        role=role,
        sent_at=sent_at,
        subject=subject,
        links=links,
        trial=None,
    )


def _links(activity_id: str) -> tuple[Link, ...]:
    return tuple(Link(link_number(activity_id, url), url, tag) for url, tag in LINKS)
