"""Time zones as tables of their own: the same on machines with old, new or no zone data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

import numpy as np

from ccframes.demo.clock import DAY, HOUR
from ccframes.demo.draws import Ints

_YEARS = range(2022, 2029)
_SUNDAY = 6
_MONDAY_OF_1970 = 3
"""The first of January 1970 was a Thursday."""


class Zone(NamedTuple):
    """A time zone: its name, hours from UTC in winter, and whose summer time it has."""

    name: str
    offset: int
    summer: Literal["", "America", "Europe"] = ""
    share: float = 0.0
    """Share of the contacts who live there."""


ZONES = (
    Zone("US/Eastern", -5, "America", 0.55),
    Zone("US/Pacific", -8, "America", 0.2),
    Zone("Europe/London", 0, "Europe", 0.12),
    Zone("Europe/Berlin", 1, "Europe", 0.09),
    Zone("Asia/Tokyo", 9, "", 0.04),
)
ACCOUNT_ZONE = 0
"""The place in ZONES of the account's own."""


def local(at: Ints, zone: Ints) -> Ints:
    """Return the wall clock at instants, as seconds since 1970, in the zones of these places."""
    changes = (at[:, None] >= _CHANGES[zone]).sum(axis=1)
    clock: Ints = at + _OFFSETS[zone] + (changes & 1) * HOUR
    return clock


def offset(at: int) -> int:
    """Return by how many seconds the account's wall clock is ahead of UTC."""
    return int(local(np.array([at]), np.array([ACCOUNT_ZONE]))[0]) - at


def hour_of(clock: Ints) -> Ints:
    """Return the hour, 0–23, on a wall clock."""
    return clock // HOUR % 24


def weekday_of(clock: Ints) -> Ints:
    """Return the day of the week, 0 for Monday, on a wall clock."""
    return (clock // DAY + _MONDAY_OF_1970) % 7


def _changes(zone: Zone) -> list[int]:
    """Return the instants at which summer time begins and ends, in turn; far away if never."""
    instants: list[int] = []
    for year in _YEARS:
        if zone.summer == "America":
            instants.append(_sunday(year, 3, 8) + (2 - zone.offset) * HOUR)
            instants.append(_sunday(year, 11, 1) + (1 - zone.offset) * HOUR)
        elif zone.summer == "Europe":
            instants += [_sunday(year, 3, 25) + HOUR, _sunday(year, 10, 25) + HOUR]
        else:
            instants += [1 << 62, 1 << 62]
    return instants


def _sunday(year: int, month: int, day: int) -> int:
    """Return midnight UTC of the first Sunday from that day on."""
    first = datetime(year, month, day, tzinfo=UTC)
    return int((first + timedelta(_SUNDAY - first.weekday())).timestamp())


_OFFSETS = np.array([zone.offset * HOUR for zone in ZONES])
_CHANGES = np.array([_changes(zone) for zone in ZONES])
