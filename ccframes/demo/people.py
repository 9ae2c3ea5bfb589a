"""The contacts of the embedded account, and the habits that cause what the reports show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccframes.demo.chance import Chance
from ccframes.demo.clock import DAY, HOUR, MONTH
from ccframes.demo.ids import time_uuid
from ccframes.demo.programme import BOARD, BUYERS, DONORS, READERS, Activity, Programme
from ccframes.demo.words import FIRST_NAMES, HOSTILE_NAMES, LAST_NAMES, OTHER_NAMES, PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Sequence

NEVER = 1 << 62
"""An instant that does not come."""

FOUNDERS = 5
"""The first contacts are the board: they open everything, one of them while on vacation."""


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """What a contact does with email, unknown to the reports: the ground truth.

    `affinity` is the chance of an open at the start, `stamina` the months until half of it is
    gone, `zone` the hours from UTC. `proxied` mail is opened by a machine on arrival, `scanned`
    mail has every link clicked by one, and opens with images `blocked` are not seen.
    """

    affinity: float
    stamina: float
    zone: int
    device: str
    proxied: bool
    scanned: bool
    blocked: bool
    replies_in: int
    """Month of the year in which the contact's mailbox sends vacation replies; 0 for never."""


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    """When a contact came and went, and when the address failed; NEVER for what did not happen.

    `left_by` is the activity by which the contact unsubscribes at `left_at`; empty for none.
    """

    joined_at: int
    left_at: int = NEVER
    left_by: str = ""
    dead_from: int = NEVER
    full_from: int = NEVER
    deleted_at: int = NEVER


@dataclass(frozen=True, slots=True, eq=False)
class Contact:
    """A person on the lists."""

    id: str
    address: str
    former_address: str
    moved_at: int
    first_name: str
    last_name: str
    lists: frozenset[str]
    stay: Stay
    habits: Habits

    def address_at(self, at: int) -> str:
        """Return the address that the contact had then."""
        return self.former_address if at < self.moved_at else self.address

    def subscribes(self, activity: Activity, at: int) -> bool:
        """Tell whether an email of that activity goes to the contact."""
        stay = self.stay
        return stay.joined_at <= at < stay.left_at and not self.lists.isdisjoint(activity.lists)


def people_of(programme: Programme, count: int, seed: str) -> tuple[Contact, ...]:
    """Return the contacts, the founders first."""
    return tuple(_contact(programme, number, count, seed) for number in range(count))


def _contact(programme: Programme, number: int, count: int, seed: str) -> Contact:
    chance = Chance(seed, "contact", number)
    founder = number < FOUNDERS
    lists = frozenset({BOARD, READERS}) if founder else _lists(chance)
    joined_at = _joining(programme, number, count, chance)
    stay = Stay(joined_at) if founder else _stay(programme, joined_at, lists, chance)
    address, former_address = _addresses(number, chance)
    first_name, last_name = _name(number, chance)
    return Contact(
        id=time_uuid(joined_at, seed, "contact", number),
        address=address,
        former_address=former_address,
        moved_at=joined_at + chance.between(2, 24) * MONTH,
        first_name=first_name,
        last_name=last_name,
        lists=lists,
        stay=stay,
        habits=_founder_habits(number) if founder else _habits(chance),
    )


def _joining(programme: Programme, number: int, count: int, chance: Chance) -> int:
    """Return when the contact joins: a fifth before the start, the others evenly after."""
    share = (number - count / 5) / (count * 4 / 5)
    return (
        programme.start
        + int(max(share, 0.0) * (programme.now - programme.start) * 0.98)
        - (chance.below(DAY) if share > 0 else chance.between(DAY, 12 * MONTH))
    )


def _lists(chance: Chance) -> frozenset[str]:
    names = [name for name, share in ((DONORS, 0.3), (BUYERS, 0.35)) if chance.happens(share)]
    return frozenset([*names, READERS] if not names or chance.happens(0.9) else names)


def _habits(chance: Chance) -> Habits:
    return Habits(
        affinity=0.08 + 0.85 * chance.random() * chance.random(),
        stamina=4.0 + 40.0 * chance.random(),
        zone=chance.weigh(((-5, 0.55), (-8, 0.2), (0, 0.12), (1, 0.09), (9, 0.04))),
        device=chance.weigh((("mobile", 0.5), ("computer", 0.38), ("tablet", 0.08), ("", 0.04))),
        proxied=chance.happens(0.18),
        scanned=chance.happens(0.012),
        blocked=chance.happens(0.03),
        replies_in=chance.between(1, 13) if chance.happens(0.12) else 0,
    )


def _founder_habits(number: int) -> Habits:
    return Habits(
        affinity=1.0,
        stamina=1e9,
        zone=-5,
        device=("computer", "mobile", "tablet", "", "other")[number],
        proxied=False,
        scanned=False,
        blocked=False,
        replies_in=8 if number == 0 else 0,
    )


def _stay(programme: Programme, joined_at: int, lists: frozenset[str], chance: Chance) -> Stay:
    left_at, left_by = _leaving(programme, joined_at, lists, chance)
    dead_from = joined_at + chance.between(1, 30) * MONTH if chance.happens(0.05) else NEVER
    left_at = min(left_at, dead_from + 3 * MONTH)
    deleted_at = _deletion(programme, joined_at, left_at, chance)
    return Stay(
        joined_at=joined_at,
        left_at=min(left_at, deleted_at),
        left_by=left_by,
        dead_from=dead_from,
        full_from=joined_at + 3 * MONTH if chance.happens(0.01) else NEVER,
        deleted_at=deleted_at,
    )


def _deletion(programme: Programme, joined_at: int, left_at: int, chance: Chance) -> int:
    """Return when the contact is deleted: some who left, and a few who had not."""
    if left_at < NEVER:
        at = left_at + chance.below(20 * DAY) if chance.happens(0.3) else NEVER
    else:
        at = joined_at + chance.between(1, 20) * MONTH if chance.happens(0.01) else NEVER
    return at if at <= programme.now else NEVER


def _leaving(
    programme: Programme, joined_at: int, lists: frozenset[str], chance: Chance
) -> tuple[int, str]:
    """Return when the contact leaves, and by which activity: soon after one of its emails."""
    if not chance.happens(0.22):
        return NEVER, ""
    tired_at = joined_at + MONTH + chance.wait(9 * MONTH)
    last = _last_before(programme.sent, tired_at, lists)
    if tired_at > programme.now or last is None or last.sent_at < joined_at:
        return NEVER, ""
    return last.sent_at + HOUR // 4 + min(chance.wait(5 * HOUR), 5 * DAY), last.id


def _last_before(sent: Sequence[Activity], at: int, lists: frozenset[str]) -> Activity | None:
    received = (
        activity
        for activity in reversed(sent)
        if activity.sent_at < at and not lists.isdisjoint(activity.lists)
    )
    return next(received, None)


def _addresses(number: int, chance: Chance) -> tuple[str, str]:
    address = f"reader{number:04d}@{chance.weigh(PROVIDERS)}"
    if chance.happens(0.04):
        return address, f"Reader.{number}+old@{chance.weigh(PROVIDERS)}"
    return address, address


def _name(number: int, chance: Chance) -> tuple[str, str]:
    if number % 60 == 7:
        return chance.pick(HOSTILE_NAMES)
    if number % 12 == 6:
        return chance.pick(OTHER_NAMES)
    first, last = chance.pick(FIRST_NAMES), chance.pick(LAST_NAMES)
    return first if chance.happens(0.9) else "", last if chance.happens(0.85) else ""
