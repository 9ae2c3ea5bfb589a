"""Identifiers in the forms the API gives them, derived from the seed."""

from __future__ import annotations

from uuid import UUID

from ccframes.demo.chance import digest

_GREGORIAN = 0x01B21DD213814000
"""Hundreds of nanoseconds from the start of UUIDv1 time (1582) to 1970."""
_NODE = 0x02420A320002


def random_uuid(*parts: object) -> str:
    """Return a UUID of version 4, as campaigns and activities have."""
    return str(UUID(int=digest(*parts) >> 128, version=4))


def time_uuid(created: int, *parts: object) -> str:
    """Return a UUID of version 1 made at that second, as lists and tags have."""
    return time_uuid_of(created, digest(*parts))


def time_uuid_of(created: int, chance: int) -> str:
    """Return a UUID of version 1 made at that second, the rest of it from a random number.

    >>> time_uuid_of(1558041240, 99)
    '860f9c63-781f-11e9-8000-02420a320002'
    """
    ticks = _GREGORIAN + created * 10_000_000 + chance % 10_000_000
    low, middle, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0xFFF
    sequence = chance >> 32 & 0x3FFF | 0x8000
    return f"{low:08x}-{middle:04x}-{high | 0x1000:04x}-{sequence:04x}-{_NODE:012x}"


def link_number(*parts: object) -> str:
    """Return the number of a link: 13 digits, or 19, more than a float can hold."""
    number = digest(*parts)
    if number % 3:
        return str(1_100_000_000_000 + (number >> 8) % 900_000_000_000)
    return str(4_000_000_000_000_000_000 + (number >> 8) % 5_000_000_000_000_000_000)
