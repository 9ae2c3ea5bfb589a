"""The contacts as columns: who they are, when they came and went, and the habits behind it all."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ccframes.demo.clock import DAY, HOUR, MONTH, day
from ccframes.demo.draws import Draws, Floats, Ints, Keys, Mask, key_of, mixed
from ccframes.demo.events import DEVICE_TYPES
from ccframes.demo.ids import time_uuid_of
from ccframes.demo.mailings import NEVER, Mailings, mask_of
from ccframes.demo.programme import BOARD, BUYERS, DONORS, READERS
from ccframes.demo.words import (
    FIRST_NAMES,
    HOSTILE_NAMES,
    LAST_NAMES,
    OPT_OUT_REASONS,
    OTHER_NAMES,
    PROVIDERS,
)
from ccframes.demo.zones import ZONES

if TYPE_CHECKING:
    from ccframes.demo.causes import Causes
    from ccframes.demo.programme import Programme

FOUNDERS = 5
"""The first contacts are the board: they open everything, one of them while on vacation."""
SURE = 1.0
"""The affinity of those who open everything."""

_PROVIDER_NAMES, _PROVIDER_SHARES = zip(*PROVIDERS, strict=True)
_DEVICE_SHARES = {"mobile": 0.5, "computer": 0.38, "tablet": 0.08, "": 0.04}
_FOUNDERS_DEVICES = ("computer", "mobile", "tablet", "", "other")
_AUGUST = 8


class Phone(NamedTuple):
    """A telephone number in the United States that nobody has."""

    area: str
    exchange: str
    line: str


@dataclass(frozen=True, slots=True)
class Habits:
    """What contacts do with email, unknown to the reports: the ground truth.

    `affinity` is a newcomer's chance of an open, `zone` the place in ZONES, `device` the usual
    one's place in DEVICE_TYPES, `replies_in` the month of vacation replies (0 for none).
    """

    affinity: Floats
    zone: Ints
    device: Ints
    proxied: Mask
    scanned: Mask
    images_off: Mask
    replies_in: Ints


@dataclass(frozen=True, slots=True)
class Stays:
    """When contacts came and went, and when addresses failed; NEVER for what did not happen.

    `left_by` is the mailing by which the contact unsubscribes at `left_at`; −1 for none.
    """

    joined_at: Ints
    left_at: Ints
    left_by: Ints
    dead_from: Ints
    full_from: Ints
    deleted_at: Ints
    moved_at: Ints


class People:
    """All contacts, the founders first and those who have no email address last."""

    def __init__(
        self, programme: Programme, mailings: Mailings, count: int, seed: str, causes: Causes
    ) -> None:
        self.count = count
        self.without_email = count // 60
        numbers = np.arange(count + self.without_email, dtype=np.uint64)
        self.key: Keys = mixed(numbers ^ key_of(seed, "contacts"))
        self._seed = seed
        self._draws = Draws(self.key)
        self.lists = self._lists()
        self.provider = self._draws.pick("provider", _PROVIDER_SHARES)
        self.habits = self._habits(causes)
        self.stays = self._stays(programme, mailings, causes)
        self.explains = self._draws.happens("explains", causes.explained)

    def __len__(self) -> int:
        return len(self.key)

    @cached_property
    def ids(self) -> list[str]:
        """The contacts' ids."""
        made = zip(self.stays.joined_at.tolist(), self.key.tolist(), strict=True)
        return [time_uuid_of(at, key) for at, key in made]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The place of each contact by id."""
        return {each: number for number, each in enumerate(self.ids)}

    @cached_property
    def addresses(self) -> list[str]:
        """The contacts' email addresses; empty for those who have none."""
        names = [_PROVIDER_NAMES[provider] for provider in self.provider.tolist()]
        addresses = [f"reader{number:04d}@{name}" for number, name in enumerate(names)]
        return addresses[: self.count] + [""] * self.without_email

    @cached_property
    def former_addresses(self) -> dict[int, tuple[int, str]]:
        """Until when some contacts had another address at their provider, by place, and which."""
        moved = np.flatnonzero(self._draws.happens("moves", 0.04)[: self.count])
        return {
            number: (
                int(self.stays.moved_at[number]),
                f"Reader.{number}+old@{_PROVIDER_NAMES[self.provider[number]]}",
            )
            for number in moved.tolist()
        }

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """First and last names; empty where they are not known."""
        names = list(
            zip(
                self._texts("first name", ("", *FIRST_NAMES), unknown=0.1),
                self._texts("last name", ("", *LAST_NAMES), unknown=0.15),
                strict=True,
            )
        )
        for first, every, others in ((6, 12, OTHER_NAMES), (7, 60, HOSTILE_NAMES)):
            picks = self._draws.below("other name", len(others))[first::every]
            names[first::every] = [others[pick] for pick in picks]
        return names

    @cached_property
    def deletion_days(self) -> list[str]:
        """The days on which contacts were deleted; empty for those who were not."""
        return [day(at) if at < NEVER else "" for at in self.stays.deleted_at.tolist()]

    def address_at(self, number: int, at: int) -> str:
        """Return the email address that the contact had then."""
        moved_at, former = self.former_addresses.get(number, (0, ""))
        return former if at < moved_at else self.addresses[number]

    def reason(self, number: int) -> str:
        """Return why the contact unsubscribed; empty if no reason was given."""
        if not self.explains[number]:
            return ""
        return OPT_OUT_REASONS[int(self.key[number]) % len(OPT_OUT_REASONS)]

    def phone(self, number: int) -> Phone:
        """Return the contact's telephone number."""
        key = int(self.key[number])
        return Phone(f"{201 + key % 700}", "555", f"{100 + key // 700 % 100:04d}")

    def is_unsubscribed(self, number: int) -> bool:
        """Tell whether the contact unsubscribed or was taken off the lists, not just deleted."""
        stays = self.stays
        return bool(stays.left_by[number] >= 0 or stays.left_at[number] < stays.deleted_at[number])

    def habits_of(self, number: int) -> dict[str, Any]:
        """Return the habits of one contact."""
        return {
            each.name: getattr(self.habits, each.name)[number].item() for each in fields(Habits)
        }

    def _texts(self, purpose: str, texts: tuple[str, ...], unknown: float) -> list[str]:
        """Return one of the texts for each contact, the first of them where it is not known."""
        picks = 1 + self._draws.below(purpose, len(texts) - 1)
        picks[self._draws.happens(f"{purpose} is unknown", unknown)] = 0
        return [texts[pick] for pick in picks]

    def _lists(self) -> Ints:
        """Return the lists as bits: donors and buyers get the newsletter as well, most of them."""
        donor, buyer = self._draws.happens("donates", 0.3), self._draws.happens("buys", 0.35)
        reader = ~(donor | buyer) | self._draws.happens("reads", 0.9)
        lists: Ints = donor * mask_of([DONORS]) + buyer * mask_of([BUYERS])
        lists += reader * mask_of([READERS])
        lists[:FOUNDERS] = mask_of([BOARD, READERS])
        lists[self.count :] = 0
        return lists

    def _habits(self, causes: Causes) -> Habits:
        draws = self._draws
        devices = np.array([DEVICE_TYPES.index(device) for device in _DEVICE_SHARES])
        vacations = draws.happens("has vacations", causes.vacationers)
        habits = Habits(
            affinity=0.08 + 0.87 * draws.share("affinity") * draws.share("affinity too"),
            zone=draws.pick("zone", [zone.share for zone in ZONES]),
            device=devices[draws.pick("device", tuple(_DEVICE_SHARES.values()))],
            proxied=draws.happens("proxied", causes.proxied),
            scanned=draws.happens("scanned", causes.scanned),
            images_off=draws.happens("images off", causes.images_off),
            replies_in=vacations * (1 + draws.below("vacation month", 12)),
        )
        _make_founders(habits)
        return habits

    def _stays(self, programme: Programme, mailings: Mailings, causes: Causes) -> Stays:
        draws, now = self._draws, programme.now
        joined_at = self._joining(programme)
        dying = draws.happens("dies", causes.dying)
        dead_from = np.where(dying, joined_at + (1 + draws.below("death", 29)) * MONTH, NEVER)
        filling = draws.happens("fills", causes.filling)
        dead_from[:FOUNDERS], filling[:FOUNDERS] = NEVER, False
        left_at, left_by = self._leaving(mailings, joined_at, dead_from, now, causes)
        deleted_at = self._deletion(joined_at, left_at, now)
        return Stays(
            joined_at=joined_at,
            left_at=np.minimum(left_at, deleted_at),
            left_by=left_by,
            dead_from=dead_from,
            full_from=np.where(filling, joined_at + 3 * MONTH, NEVER),
            deleted_at=deleted_at,
            moved_at=joined_at + (2 + draws.below("move", 22)) * MONTH,
        )

    def _joining(self, programme: Programme) -> Ints:
        """Return when contacts join: a fifth before the start, the others evenly after."""
        share = np.arange(len(self)) / len(self) * 1.25 - 0.25
        after = programme.start + share * 0.98 * (programme.now - programme.start)
        before = programme.start - DAY - self._draws.below("joins before", 11 * MONTH)
        evenly = after.astype(np.int64) - self._draws.below("joins", DAY)
        joined_at: Ints = np.where(share > 0, evenly, before)
        return joined_at

    def _leaving(
        self, mailings: Mailings, joined_at: Ints, dead_from: Ints, now: int, causes: Causes
    ) -> tuple[Ints, Ints]:
        """Return when contacts leave, and by which email: soon after it came.

        Addresses that no longer exist are taken off the lists after three months.
        """
        draws = self._draws
        tired_at = joined_at + MONTH + draws.wait("patience", 9 * MONTH)
        left_by = mailings.last_before(tired_at, self.lists)
        sent_at = mailings.sent_at[left_by]
        left_at = sent_at + HOUR // 4 + np.minimum(draws.wait("hesitates", 5 * HOUR), 60 * HOUR)
        leaves = draws.happens("leaves", causes.leaving) & (left_by >= 0) & (tired_at <= now)
        leaves &= (joined_at <= sent_at) & (left_at <= np.minimum(now, dead_from))
        leaves[:FOUNDERS] = False
        cleaned_at = np.where(dead_from + 3 * MONTH <= now, dead_from + 3 * MONTH, NEVER)
        return np.where(leaves, left_at, cleaned_at), np.where(leaves, left_by, -1)

    def _deletion(self, joined_at: Ints, left_at: Ints, now: int) -> Ints:
        """Return when contacts are deleted: some who left, and a few who had not."""
        draws, left = self._draws, left_at < NEVER
        at = np.where(
            left,
            np.minimum(left_at, now) + draws.below("deletion", 20 * DAY),
            joined_at + (1 + draws.below("deletion", 19)) * MONTH,
        )
        deleted = draws.happens("deleted", np.where(left, 0.3, 0.01)) & (at <= now)
        deleted[:FOUNDERS] = False
        return np.where(deleted, at, NEVER)


def _make_founders(habits: Habits) -> None:
    board = slice(FOUNDERS)
    habits.affinity[board], habits.zone[board], habits.replies_in[board] = SURE, 0, 0
    habits.device[board] = [DEVICE_TYPES.index(device) for device in _FOUNDERS_DEVICES]
    for habit in (habits.proxied, habits.scanned, habits.images_off):
        habit[board] = False
    habits.replies_in[0] = _AUGUST
