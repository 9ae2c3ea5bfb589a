"""Events as columns: everything that came of some emails, a few bytes each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ccframes.endpoints import BOUNCE_CODES, DEVICES

if TYPE_CHECKING:
    from ccframes.demo.draws import Ints

EVENT: Final = np.dtype(
    [
        ("at", "i8"),
        ("person", "i4"),
        ("mailing", "i2"),
        ("cause", "i1"),
        ("device", "i1"),
        ("link", "i1"),
        ("code", "i1"),
    ]
)
Events: TypeAlias = NDArray[np.void]
"""An array of EVENT; codes are places in CAUSES, DEVICE_TYPES and CODES, links in the email's."""


class Event(NamedTuple):
    """One event, its columns in the order of EVENT."""

    at: int
    person: int
    mailing: int
    cause: int
    device: int
    link: int
    code: int


CAUSES: Final = ("person", "proxy", "scanner", "system", "incident")
DEVICE_TYPES: Final = ("", *DEVICES)
CODES: Final = ("", *BOUNCE_CODES)
NO_LINK: Final = -1

_PERSONS = 1 << 24
"""More than there are persons: a mailing and a person make one number."""


def events(
    person: Ints, mailing: Ints, at: Ints, cause: str | Ints = "person", **more: Any
) -> Events:
    """Return events of these columns, in no order yet; a cause is a name or places in CAUSES."""
    made = np.zeros(len(person), EVENT)
    made["person"], made["mailing"], made["at"] = person, mailing, at
    made["cause"] = CAUSES.index(cause) if isinstance(cause, str) else cause
    made["link"] = NO_LINK
    for name, values in more.items():
        made[name] = values
    return made


def each_of(some: Events) -> list[Event]:
    """Return the events one by one."""
    return [Event(*row) for row in some.tolist()]


def pairs(of: Events) -> NDArray[np.int64]:
    """Return one number for each event's mailing and person together."""
    numbers: NDArray[np.int64] = of["mailing"].astype(np.int64) * _PERSONS + of["person"]
    return numbers


def newest_first(parts: list[Events]) -> Events:
    """Return all events of the parts in one, the newest first."""
    joined = np.concatenate(parts) if parts else np.zeros(0, EVENT)
    return joined[np.argsort(-joined["at"], kind="stable")]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that came of some emails, each kind newest first."""

    sends: Events
    opens: Events
    clicks: Events
    forwards: Events
    optouts: Events
    bounces: Events
    abuse: Events

    @classmethod
    def of(cls, **parts: list[Events]) -> Outcome:
        """Return the outcome that has these parts of each kind."""
        return cls(**{name: newest_first(some) for name, some in parts.items()})

    @property
    def unique_opens(self) -> Events:
        """The latest open of each contact who opened."""
        return self.opens[np.sort(np.unique(pairs(self.opens), return_index=True)[1])]

    @property
    def did_not_opens(self) -> Events:
        """The send to each contact who neither opened nor bounced."""
        reacted = np.concatenate([pairs(self.opens), pairs(self.bounces)])
        return self.sends[~np.isin(pairs(self.sends), reacted)]

    def until(self, at: int) -> Outcome:
        """Return what had happened then."""
        return Outcome(**{kind: of[of["at"] <= at] for kind, of in self._kinds().items()})

    def and_(self, other: Outcome) -> Outcome:
        """Return what came of these emails and of others."""
        others = other._kinds()
        return Outcome.of(**{kind: [of, others[kind]] for kind, of in self._kinds().items()})

    def _kinds(self) -> dict[str, Events]:
        return {field.name: getattr(self, field.name) for field in fields(self)}
