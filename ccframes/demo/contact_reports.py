"""What one contact received and did, as the contact reports tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ccframes.demo.clock import instant
from ccframes.demo.events import Event, Events, Outcome, each_of
from ccframes.demo.memo import Memo
from ccframes.demo.records import Record, found

if TYPE_CHECKING:
    from ccframes.demo.world import World

_EMAIL_KINDS = ("sends", "opens", "clicks", "bounces", "optouts", "forwards")
_LANDING_KINDS = {
    "opens": "p_contact_open",
    "clicks": "p_contact_click",
    "adds": "p_contact_add",
    "updates": "p_contact_update",
}
_SUMMARY_KEYS = {
    "em_bounces": "bounces",
    "em_clicks": "clicks",
    "em_forwards": "forwards",
    "em_opens": "opens",
    "em_sends": "sends",
    "em_unsubscribes": "optouts",
}


class ContactReports:
    """Builds the reports about one contact."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stories = Memo[Outcome](size=64)

    def contact_activity(self, key: str) -> list[Record]:
        """Return everything the contact received and did, newest first."""
        person = self._person(key)
        rows = self._email_rows(person, key) + self._landing_rows(person, key)
        return sorted(rows, key=lambda row: str(row["created_time"]), reverse=True)

    def contact_summary(self, key: str) -> list[Record]:
        """Return what the contact did with each email sent to it, the last first."""
        story, mailings = self._story(key), self._world.mailings
        counts = {name: _by_mailing(getattr(story, kind)) for name, kind in _SUMMARY_KEYS.items()}
        return [
            {
                "campaign_activity_id": mailings.activities[mailing].id,
                "start_on": instant(mailings.activities[mailing].sent_at),
                **{name: of.get(mailing, 0) for name, of in counts.items()},
            }
            for mailing in np.sort(story.sends["mailing"])[::-1].tolist()
        ]

    def _person(self, key: str) -> int:
        number: int = found(self._world.people.numbers, key)
        return number

    def _story(self, key: str) -> Outcome:
        person = self._person(key)
        return self._stories.get(person, lambda: self._world.story(person))

    def _email_rows(self, person: int, key: str) -> list[Record]:
        story, mailings = self._story(key), self._world.mailings
        rows = []
        for kind in _EMAIL_KINDS:
            for event in each_of(getattr(story, kind)):
                activity = mailings.activities[event.mailing]
                name = mailings.campaign(activity).name
                rows.append(_row(key, activity.id, event, f"em_{kind}", name))
        return rows

    def _landing_rows(self, person: int, key: str) -> list[Record]:
        rows = []
        for page in self._world.landing_pages:
            for name, kind in _LANDING_KINDS.items():
                visits: Events = getattr(page.visits, name)
                own = each_of(visits[visits["person"] == person])
                rows += [_row(key, page.id, event, kind, page.name) for event in own]
        return rows


def _row(key: str, activity_id: str, event: Event, kind: str, name: str) -> Record:
    return {
        "contact_id": key,
        "campaign_activity_id": activity_id,
        "created_time": instant(event.at),
        "tracking_activity_type": kind,
        "campaign_activity_name": name,
    }


def _by_mailing(some: Events) -> dict[int, int]:
    mailings, counts = np.unique(some["mailing"], return_counts=True)
    return dict(zip(mailings.tolist(), counts.tolist(), strict=True))
