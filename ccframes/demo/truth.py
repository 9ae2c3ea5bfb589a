"""The ground truth: the cause behind each row, and the planted numbers an analysis should find."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ccframes.demo.clock import instant
from ccframes.demo.events import CAUSES, each_of
from ccframes.demo.records import found
from ccframes.demo.tracking import EMAIL_EVENTS
from ccframes.demo.zones import ZONES

if TYPE_CHECKING:
    from ccframes.demo.causes import Causes
    from ccframes.demo.programme import Activity
    from ccframes.demo.world import World


class TrueRow(NamedTuple):
    """Who did it and when, as the row of a report says, and why, which no report says."""

    contact_id: str
    created_time: str
    cause: str


class Truth:
    """What nobody knows of a real account.

    Examples
    --------
    >>> from ccframes.demo import account
    >>> truth = account("default").truth
    >>> truth.planted.best_hour, truth.planted.blocking_provider
    (17, 'quartz.example')
    >>> 0.3 < truth.share("opens", "proxy") < 0.5
    True
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._tallies: dict[str, Counter[str]] = {}

    @property
    def planted(self) -> Causes:
        """The planted parameters."""
        return self._world.causes

    def rows(self, endpoint: str, activity_id: str) -> list[TrueRow]:
        """Return the cause of each row of an email report, in the order of the rows.

        Parameters
        ----------
        endpoint : str
            A tracking report, such as "opens".
        activity_id : str
            A campaign activity that was sent.
        """
        activity = found(self._world.activities, activity_id)
        people = self._world.people
        return [
            TrueRow(people.ids[event.person], instant(event.at), CAUSES[event.cause])
            for event in each_of(self._events(endpoint, activity))
        ]

    def tally(self, endpoint: str) -> Counter[str]:
        """Return how many rows of a report, over all activities, have each cause."""
        if endpoint not in self._tallies:
            count: Counter[str] = Counter()
            for activity in self._world.mailings.activities:
                causes = self._events(endpoint, activity)["cause"].tolist()
                count.update(CAUSES[cause] for cause in causes)
            self._tallies[endpoint] = count
        return self._tallies[endpoint]

    def share(self, endpoint: str, cause: str) -> float:
        """Return the share of a report's rows, over all activities, that have this cause."""
        tally = self.tally(endpoint)
        return tally[cause] / max(1, tally.total())

    def contact(self, contact_id: str) -> dict[str, Any]:
        """Return the habits of a contact: affinity, zone, device, and what machines are there."""
        people = self._world.people
        habits = people.habits_of(found(people.numbers, contact_id))
        return habits | {"zone": ZONES[habits["zone"]].name}

    def attraction(self, activity_id: str) -> float:
        """Return what subject, season, hour and being a resend do to the chance of an open."""
        mailings = self._world.mailings
        return float(mailings.attraction[found(mailings.number, activity_id)])

    @cached_property
    def subjects(self) -> dict[str, float]:
        """What each primary email's subject does to the chance of an open, by activity."""
        return {activity.id: activity.appeal for activity in self._world.programme.sent}

    def second_subject(self, activity_id: str) -> set[str]:
        """Return the contacts who were sent the alternative subject of an A/B test."""
        post = self._world.post(found(self._world.activities, activity_id))
        return {self._world.people.ids[person] for person in post.person[post.has_rival].tolist()}

    def _events(self, endpoint: str, activity: Activity) -> Any:
        return EMAIL_EVENTS[endpoint][1](self._world.outcome(activity))
