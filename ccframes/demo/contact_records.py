"""Contacts, and what they are sorted by: lists, tags, custom fields and segments, as records."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ccframes.demo.chance import Chance
from ccframes.demo.clock import DAY, MONTH, WEEK, day, instant, moment
from ccframes.demo.ids import random_uuid, time_uuid
from ccframes.demo.mailings import NEVER
from ccframes.demo.programme import LISTS
from ccframes.demo.records import Record, Rows, Unknown, found
from ccframes.demo.words import (
    CITIES,
    CUSTOM_FIELDS,
    INTERESTS,
    JOBS,
    LIST_DESCRIPTIONS,
    NOTES,
    OTHER_LISTS,
    PLANTS,
    SEGMENTS,
    STREETS,
    TAGS,
    TEXT_LIST,
)
from ccframes.demo.zones import ACCOUNT_ZONE, ZONES

if TYPE_CHECKING:
    from ccframes.demo.world import World

_PERMISSIONS = {"E": "explicit", "O": "unsubscribed"}
_TAG_SHARE, _FIELD_SHARE = 0.12, 0.3


class ContactRecords:
    """Builds contacts with all their parts, and the names of the parts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._people = world.people
        self._stays = world.people.stays

    def account(self, _: str) -> Record:
        """Return the account, address and logo included."""
        return {
            "contact_email": "lola@garden.example",
            "contact_phone": "6175550142",
            "country_code": "us",
            "encoded_account_id": "p07e1l8cdif9dl",
            "first_name": "Lola",
            "last_name": "Zang",
            "organization_name": "Harbour Garden",
            "time_zone_id": ZONES[ACCOUNT_ZONE].name,
            "website": "https://garden.example",
            "physical_address": {
                "address_line1": "1 Harbour Street",
                "city": "Boston",
                "state_code": "MA",
                "postal_code": "02108",
                "country_code": "US",
            },
            "company_logo": {"url": "https://garden.example/logo.png", "internal_id": "LOGO.1"},
        }

    def contacts(self) -> list[Record]:
        """Return all contacts, deleted ones included, with all their parts; newest first."""
        return self._contacts

    def contact(self, key: str) -> Record:
        """Return one contact; raise Unknown."""
        return self._contact(found(self._people.numbers, key))

    def segment_contacts(self, key: str) -> Rows:
        """Return some of the contacts; raise Unknown for a segment that there is not."""
        ids = [str(segment["segment_id"]) for segment in self.segments()]
        if key not in ids:
            raise Unknown(key)
        active = np.flatnonzero(self._stays.left_at == NEVER)
        some = active[ids.index(key) :: len(ids)].tolist()
        return Rows(len(some), lambda part: [self._contact(person) for person in some[part]])

    def contact_lists(self) -> list[Record]:
        """Return the lists; `membership_count` counts those who are active on each."""
        return [
            {
                "list_id": list_id,
                "name": name,
                **_described(name),
                "favorite": name == LISTS[0],
                **_changed(self._world.programme.start - WEEK),
                "membership_count": self._members[list_id],
            }
            for name, list_id in self._list_ids.items()
        ]

    def tags(self) -> list[Record]:
        """Return the tags."""
        return [
            {
                "tag_id": tag_id,
                "name": name,
                **_changed(self._world.programme.start - WEEK),
                "contacts_count": self._tagged[tag_id],
            }
            for name, tag_id in self._tag_ids.items()
        ]

    def custom_fields(self) -> list[Record]:
        """Return the custom fields; the one of several choices has them with it."""
        start = self._world.programme.start - WEEK
        return [
            {
                "custom_field_id": field_id,
                "label": label,
                "name": label.replace(" ", "_"),
                "type": kind,
                "version": 1,
                **_changed(start),
                **({"choices": _choices(field_id, start)} if kind == "multi_select" else {}),
            }
            for (label, kind), field_id in zip(CUSTOM_FIELDS, self._field_ids, strict=True)
        ]

    def segments(self) -> list[Record]:
        """Return the segments."""
        start = self._world.programme.start
        return [
            {
                "segment_id": 14 + 3 * number,
                "name": name,
                "created_at": instant(start + number * MONTH),
                "edited_at": instant(start + (number + 2) * MONTH),
            }
            for number, name in enumerate(SEGMENTS)
        ]

    @cached_property
    def _contacts(self) -> list[Record]:
        """All contacts: kept, since filters look at every one of them for each page."""
        joined_at = self._stays.joined_at
        order = sorted(range(len(self._people)), key=lambda each: (-joined_at[each], each))
        return [self._contact(person) for person in order]

    @cached_property
    def _list_ids(self) -> dict[str, str]:
        made_at = self._world.programme.start - DAY
        others = {
            name: time_uuid(made_at, self._world.seed, "list", name)
            for name in (TEXT_LIST, *OTHER_LISTS)
        }
        return self._world.programme.list_ids | others

    @cached_property
    def _tag_ids(self) -> dict[str, str]:
        made_at = self._world.programme.start - WEEK
        return {name: time_uuid(made_at, self._world.seed, "tag", name) for name in TAGS}

    @cached_property
    def _field_ids(self) -> list[str]:
        made_at = self._world.programme.start - WEEK
        return [time_uuid(made_at, self._world.seed, "field", label) for label, _ in CUSTOM_FIELDS]

    @cached_property
    def _members(self) -> dict[str, int]:
        """How many contacts are on each list."""
        members = dict.fromkeys(self._list_ids.values(), 0)
        for person in range(len(self._people)):
            for list_id in self._memberships(person):
                members[list_id] += 1
        return members

    @cached_property
    def _tagged(self) -> dict[str, int]:
        """How many contacts have each tag, without those who were deleted."""
        tagged = dict.fromkeys(self._tag_ids.values(), 0)
        deleted = self._people.deletion_days
        for person in range(len(self._people)):
            for tag_id in self._taggings(person) if not deleted[person] else ():
                tagged[tag_id] += 1
        return tagged

    def _contact(self, person: int) -> Record:
        chance = Chance(self._world.seed, "contact", person)
        joined_at = int(self._stays.joined_at[person])
        first_name, last_name = self._people.names[person]
        record = {
            "contact_id": self._people.ids[person],
            "email_address": self._email_address(person, joined_at),
            "first_name": first_name,
            "last_name": last_name,
            "job_title": chance.pick(JOBS),
            "update_source": "Contact" if self._people.stays.left_by[person] >= 0 else "Account",
            "create_source": "Account" if person % 3 else "Contact",
            "created_at": moment(joined_at),
            "updated_at": moment(self._updated_at(person, joined_at)),
            "deleted_at": self._people.deletion_days[person],
            "sms_channel": self._sms_channel(person),
        }
        parts = {
            "custom_fields": self._fields(chance, joined_at),
            "phone_numbers": self._phone_numbers(person, chance, joined_at),
            "street_addresses": self._addresses(person, chance, joined_at),
            "list_memberships": self._memberships(person),
            "taggings": self._taggings(person),
            "notes": self._notes(person, chance, joined_at),
        }
        return {name: value for name, value in record.items() if value} | parts

    def _email_address(self, person: int, joined_at: int) -> Record:
        if not self._people.addresses[person]:
            return {}
        source = "Account" if person % 3 else "Contact"
        address = {
            "address": self._people.addresses[person],
            "permission_to_send": "implicit" if person % 3 else "explicit",
            "created_at": moment(joined_at),
            "updated_at": moment(self._updated_at(person, joined_at)),
            "opt_in_source": source,
            "opt_in_date": moment(joined_at),
            "confirm_status": "off",
        }
        return address | self._opt_out(person)

    def _opt_out(self, person: int) -> Record:
        """Return what an unsubscribed contact's email address says in addition."""
        by_contact = self._stays.left_by[person] >= 0
        if not self._people.is_unsubscribed(person):
            return {}
        reason = self._people.reason(person) if by_contact else ""
        return {
            "permission_to_send": "unsubscribed",
            "opt_out_source": "Contact" if by_contact else "Account",
            "opt_out_date": moment(int(self._stays.left_at[person])),
            **({"opt_out_reason": reason} if reason else {}),
        }

    def _updated_at(self, person: int, joined_at: int) -> int:
        """Return when the contact was last changed: left, moved, or joined."""
        changes = (int(self._stays.left_at[person]), int(self._stays.deleted_at[person]))
        moved_at, _ = self._people.former_addresses.get(person, (NEVER, ""))
        happened = [at for at in (*changes, moved_at) if at <= self._world.now]
        return max(happened, default=joined_at)

    def _sms_channel(self, person: int) -> Record:
        state = self._world.texting.state(person, self._world.now)
        if not state:
            return {}
        return {
            "sms_channel_id": random_uuid(self._people.ids[person], "sms"),
            "sms_address": "".join(self._people.phone(person)),
            "dial_code": "1",
            "country_code": "US",
            "update_source": "Contact",
            "create_source": "Contact",
            "sms_channel_consents": [
                {
                    "sms_consent_permission": _PERMISSIONS[state],
                    "consent_type": "promotional_sms",
                    "opt_in_date": moment(int(self._world.texting.since[person])),
                }
            ],
        }

    def _memberships(self, person: int) -> list[str]:
        """Return the lists of a contact: none for those who unsubscribed or were deleted."""
        if self._stays.left_at[person] < NEVER:
            return []
        bits = int(self._people.lists[person])
        ids = [self._list_ids[name] for place, name in enumerate(LISTS) if bits >> place & 1]
        texted = self._world.texting.state(person, self._world.now) == "E"
        return [*ids, self._list_ids[TEXT_LIST]] if texted else ids

    def _taggings(self, person: int) -> list[str]:
        chance = Chance(self._world.seed, "tags", person)
        return [tag_id for tag_id in self._tag_ids.values() if chance.happens(_TAG_SHARE)]

    def _fields(self, chance: Chance, joined_at: int) -> list[Record]:
        values: tuple[Record, ...] = (
            {"value": chance.pick(PLANTS)},
            {"value": day(joined_at)},
            {"value": str(chance.between(1, 240))},
            {"choice_ids": [str(n + 1) for n in range(len(INTERESTS)) if chance.happens(0.4)]},
            {"value": "=1+1"},
        )
        return [
            {"custom_field_id": field_id, **value}
            for field_id, value in zip(self._field_ids, values, strict=True)
            if chance.happens(_FIELD_SHARE)
        ]

    def _phone_numbers(self, person: int, chance: Chance, at: int) -> list[Record]:
        if not chance.happens(0.3):
            return []
        return [
            {
                "phone_number_id": random_uuid(self._people.ids[person], "phone"),
                "phone_number": "-".join(self._people.phone(person)),
                "kind": chance.pick(("home", "mobile", "work")),
                **_changed(at),
                "update_source": "Account",
                "create_source": "Account",
            }
        ]

    def _addresses(self, person: int, chance: Chance, at: int) -> list[Record]:
        city, state, postal_code, country = CITIES[self._people.habits.zone[person]]
        if not chance.happens(0.25):
            return []
        address = {
            "street_address_id": random_uuid(self._people.ids[person], "address"),
            "kind": "home",
            "street": f"{chance.between(1, 200)} {chance.pick(STREETS)}",
            "city": city,
            "state": state,
            "postal_code": postal_code,
            "country": country,
            **_changed(at),
        }
        return [{name: value for name, value in address.items() if value}]

    def _notes(self, person: int, chance: Chance, at: int) -> list[Record]:
        if not chance.happens(0.03):
            return []
        note_id = random_uuid(self._people.ids[person], "note")
        return [{"note_id": note_id, "created_at": moment(at), "content": chance.pick(NOTES)}]


def _changed(at: int) -> Record:
    return {"created_at": moment(at), "updated_at": moment(at)}


def _described(name: str) -> Record:
    return {"description": LIST_DESCRIPTIONS[name]} if name in LIST_DESCRIPTIONS else {}


def _choices(field_id: str, at: int) -> list[Record]:
    return [
        {
            "custom_field_id": field_id,
            "choice_id": number,
            "choice_label": label,
            "display_order": number,
            **_changed(at),
        }
        for number, label in enumerate(INTERESTS, start=1)
    ]
