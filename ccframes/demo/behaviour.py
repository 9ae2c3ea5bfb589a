"""What the recipients of one mailing do: the cause of every row of its reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

from ccframes.demo.chance import Chance
from ccframes.demo.clock import DAY, HOUR, MONTH, WEEK, month_of, second
from ccframes.demo.people import NEVER, Contact
from ccframes.demo.words import BLOCKING_PROVIDER, OPT_OUT_REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccframes.demo.programme import Activity, Link

Cause = Literal["person", "proxy", "scanner", "system"]

INCIDENT = (second(2025, 3, 10), second(2025, 3, 24))
"""The two weeks in which one provider blocks most of our mail."""
SEASON = (1.0, 0.95, 1.0, 1.05, 1.1, 1.0, 0.85, 0.8, 0.95, 1.0, 1.1, 1.25)
"""How much more, or less, is opened in each month of the year."""

_SENT_EACH_SECOND = 20
_HALF_OPEN_WITHIN = 2 * HOUR
_FORGOTTEN_AFTER = 45 * DAY
_MORNING, _EVENING = 7, 21
_STRAY_BOUNCES = (("D", 0.55), ("X", 0.22), ("F", 0.12), ("Z", 0.11))
_OTHER_DEVICES = (("mobile", 0.4), ("computer", 0.4), ("tablet", 0.1), ("other", 0.1))


class Event(NamedTuple):
    """Something that happened to one contact; `cause` is the ground truth behind it."""

    at: int
    contact: Contact
    cause: Cause = "person"
    device: str = ""
    link: Link | None = None
    code: str = ""
    reason: str = ""


@dataclass(slots=True)
class Outcome:
    """All that came of one mailing, each list newest first once it is settled."""

    sends: list[Event] = field(default_factory=list)
    opens: list[Event] = field(default_factory=list)
    clicks: list[Event] = field(default_factory=list)
    forwards: list[Event] = field(default_factory=list)
    optouts: list[Event] = field(default_factory=list)
    bounces: list[Event] = field(default_factory=list)
    abuse: list[Event] = field(default_factory=list)

    @property
    def unique_opens(self) -> list[Event]:
        """The latest open of each contact who opened."""
        latest: dict[Contact, Event] = {}
        for event in self.opens:
            latest.setdefault(event.contact, event)
        return list(latest.values())

    @property
    def did_not_opens(self) -> list[Event]:
        """The send to each contact who neither opened nor bounced."""
        reacted = {event.contact for event in (*self.opens, *self.bounces)}
        return [event for event in self.sends if event.contact not in reacted]

    def settle(self, now: int) -> Outcome:
        """Forget what has not happened yet, and bring the newest to the front."""
        for name in self.__slots__:
            happened = [event for event in getattr(self, name) if event.at <= now]
            setattr(self, name, sorted(happened, key=attrgetter("at"), reverse=True))
        return self


def outcome_of(
    activity: Activity, recipients: Sequence[Contact], closes_at: int, now: int, seed: str
) -> Outcome:
    """Return what the recipients do; those who have not opened by `closes_at` never do."""
    mailing = _Mailing(activity, closes_at, Chance(seed, "outcome", activity.id))
    for number, contact in enumerate(recipients):
        mailing.reach(contact, activity.sent_at + number // _SENT_EACH_SECOND)
    return mailing.outcome.settle(now)


def attraction(activity: Activity) -> float:
    """Return what subject and season do to the chance of an open."""
    return activity.appeal * SEASON[month_of(activity.sent_at) - 1]


def open_probability(contact: Contact, at: int, attraction: float) -> float:
    """Return the planted chance that the person opens: affinity × fatigue × attraction."""
    habits = contact.habits
    if habits.affinity == 1.0:
        return 1.0
    months = (at - contact.stay.joined_at) / MONTH
    fatigue = habits.stamina / (habits.stamina + months)
    return min(habits.affinity * fatigue * attraction, 0.97)


class _Mailing:
    """One mailing while it happens, contact by contact."""

    def __init__(self, activity: Activity, closes_at: int, chance: Chance) -> None:
        self.outcome = Outcome()
        self._activity = activity
        self._month = month_of(activity.sent_at)
        self._attraction = attraction(activity)
        self._closes_at = closes_at
        self._chance = chance

    def reach(self, contact: Contact, at: int) -> None:
        """Send to a contact; what is delivered, a machine or a person may react to."""
        self.outcome.sends.append(Event(at, contact, "system"))
        code = self._bounce_code(contact, at)
        if code:
            bounced_at = at + 1 + self._chance.below(90)
            self.outcome.bounces.append(Event(bounced_at, contact, "system", code=code))
        if code in {"", "V"}:
            self._react_as_machine(contact, at)
            self._react_as_person(contact, at)

    def _bounce_code(self, contact: Contact, at: int) -> str:
        if at >= contact.stay.dead_from:
            return "B" if at < contact.stay.dead_from + 3 * WEEK else "S"
        if contact.stay.full_from <= at < contact.stay.full_from + 4 * MONTH:
            return "F"
        if _is_blocked(contact, at) and self._chance.happens(0.7):
            return "Z"
        if contact.habits.replies_in == self._month:
            return "V"
        return self._chance.weigh(_STRAY_BOUNCES) if self._chance.happens(0.005) else ""

    def _react_as_machine(self, contact: Contact, at: int) -> None:
        """Let a privacy proxy open within seconds, and a scanner follow links within a minute."""
        if contact.habits.proxied:
            opened_at = at + 1 + self._chance.below(20)
            self.outcome.opens.append(Event(opened_at, contact, "proxy", "computer"))
        if contact.habits.scanned:
            self.outcome.clicks += [
                Event(at + 2 + self._chance.below(55), contact, "scanner", link=link)
                for link in self._activity.links
                if link.share
            ]

    def _react_as_person(self, contact: Contact, at: int) -> None:
        """Let the person read, now or later or never, and unsubscribe if it is time."""
        left_at = contact.stay.left_at
        leaves = contact.stay.left_by == self._activity.id and at < left_at < self._closes_at
        opened_at = left_at - 60 if leaves else self._opening(contact, at)
        opened_at = max(opened_at, at + 5)
        if opened_at < self._closes_at:
            self._read(contact, opened_at)
        if leaves:
            self._leave(contact)

    def _opening(self, contact: Contact, at: int) -> int:
        """Return when the contact first opens; NEVER if not."""
        if not self._chance.happens(open_probability(contact, at, self._attraction)):
            return NEVER
        delay = self._chance.wait(_HALF_OPEN_WITHIN)
        return self._awake(contact, at + 5 + delay) if delay < _FORGOTTEN_AFTER else NEVER

    def _awake(self, contact: Contact, at: int) -> int:
        """Put off to the morning most of what would happen in the contact's night."""
        hour = _local_hour(contact, at)
        if hour >= _MORNING or self._chance.happens(0.15):
            return at
        return at + (_MORNING - hour) * HOUR + self._chance.below(2 * HOUR)

    def _read(self, contact: Contact, at: int) -> None:
        """Let the person open, perhaps click and forward, and perhaps come back."""
        while True:
            device = self._device(contact, at)
            if not contact.habits.blocked:
                self.outcome.opens.append(Event(at, contact, device=device))
            if self._chance.happens(0.2):
                self._follow(contact, at, device)
            if self._chance.happens(0.006):
                self.outcome.forwards.append(Event(at + 120, contact))
            if not self._chance.happens(0.25):
                return
            at = self._awake(contact, at + 60 + self._chance.wait(9 * HOUR))

    def _device(self, contact: Contact, at: int) -> str:
        """Return the usual device, at times another; in the evening rather the telephone."""
        if not _MORNING <= _local_hour(contact, at) < _EVENING and self._chance.happens(0.4):
            return "mobile"
        if self._chance.happens(0.12):
            return self._chance.weigh(_OTHER_DEVICES)
        return contact.habits.device

    def _follow(self, contact: Contact, at: int, device: str) -> None:
        """Click one link, and perhaps more."""
        choices = [(link, link.share) for link in self._activity.links]
        while True:
            at += 4 + self._chance.below(50)
            link = self._chance.weigh(choices)
            self.outcome.clicks.append(Event(at, contact, device=device, link=link))
            if not self._chance.happens(0.3):
                return

    def _leave(self, contact: Contact) -> None:
        """Unsubscribe, half of the time with a reason, and rarely report the email as spam."""
        reason = self._chance.pick(OPT_OUT_REASONS) if self._chance.happens(0.5) else ""
        self.outcome.optouts.append(Event(contact.stay.left_at, contact, reason=reason))
        if self._chance.happens(0.05):
            self.outcome.abuse.append(Event(contact.stay.left_at, contact))


def _is_blocked(contact: Contact, at: int) -> bool:
    return INCIDENT[0] <= at < INCIDENT[1] and contact.address.endswith(BLOCKING_PROVIDER)


def _local_hour(contact: Contact, at: int) -> int:
    return (at // HOUR + contact.habits.zone) % 24
