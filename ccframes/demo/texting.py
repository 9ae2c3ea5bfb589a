"""Text messages: who may be sent them, and what came of each campaign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ccframes.demo.clock import HOUR, MONTH
from ccframes.demo.draws import Draws, Ints, key_of, mixed
from ccframes.demo.ids import random_uuid
from ccframes.demo.mailings import NEVER
from ccframes.demo.words import SMS_NAMES

if TYPE_CHECKING:
    from ccframes.demo.people import People
    from ccframes.demo.programme import Programme

_DELIVERED, _CLICKED, _STOPPED = 0.96, 0.14, 0.03


class SmsCampaign(NamedTuple):
    """An SMS campaign that was sent, and how many contacts did what."""

    id: str
    name: str
    sent_at: int
    sends: int
    delivers: int
    clicks: int
    optouts: int


@dataclass(frozen=True, slots=True)
class Texting:
    """SMS campaigns, oldest first, and from when until when each contact could be texted."""

    campaigns: tuple[SmsCampaign, ...]
    since: Ints
    until: Ints

    def state(self, person: int, now: int) -> str:
        """Return the state of consent: explicit, unsubscribed, or empty for none."""
        if self.since[person] > now:
            return ""
        return "O" if self.until[person] <= now else "E"


def texting_of(programme: Programme, people: People, since: Ints, seed: str) -> Texting:
    """Return what came of the SMS campaigns; who stops one gets no other."""
    until = people.stays.left_at.copy()
    campaigns = []
    for number, name in enumerate(SMS_NAMES):
        campaign_id = random_uuid(seed, "sms", number)
        sent_at = programme.start + (6 + 4 * number) * MONTH + 17 * HOUR
        draws = Draws(mixed(people.key ^ key_of(campaign_id)))
        sent = (since <= sent_at) & (sent_at < until)
        delivered = sent & draws.happens("delivered", _DELIVERED)
        stops = delivered & draws.happens("stops", _STOPPED)
        clicks = delivered & draws.happens("clicks", _CLICKED)
        until[stops] = sent_at + HOUR
        counts = (int(np.count_nonzero(each)) for each in (sent, delivered, clicks, stops))
        if sent_at < programme.now:
            campaigns.append(SmsCampaign(campaign_id, name, sent_at, *counts))
    return Texting(tuple(campaigns), since, np.where(since < NEVER, until, NEVER))
