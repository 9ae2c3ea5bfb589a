"""What an account answers, endpoint by endpoint, as records of plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ccframes.demo.clock import day, instant
from ccframes.demo.ids import random_uuid
from ccframes.demo.memo import Memo
from ccframes.demo.people import NEVER
from ccframes.demo.programme import TYPE_CODES, Activity, Campaign
from ccframes.demo.statistics import (
    activity_counts,
    campaign_counts,
    link_counts,
    percents,
    unique_counts,
)
from ccframes.endpoints import ENDPOINTS, REPORTED_ROLES

if TYPE_CHECKING:
    from ccframes.demo.behaviour import Event, Outcome
    from ccframes.demo.world import World

Record = dict[str, Any]


class Unknown(LookupError):
    """The account has nothing of that id."""


class NoStatistics(LookupError):
    """The account knows the id, and has no statistics for it."""


class Account(Protocol):
    """What the server asks of an account."""

    def records(self, endpoint: str, key: str = "") -> Sequence[Record]:
        """Return all records of a paged endpoint, in its order; raise Unknown."""

    def document(self, endpoint: str, key: str) -> Record:
        """Return the one answer for an id of any other endpoint; raise Unknown, NoStatistics."""


class StaticAccount:
    """An account of given records: by endpoint, and there by id where the path has one.

    A list given for an endpoint with one document (`links`) becomes its array of records.

    Examples
    --------
    >>> static = StaticAccount({"opens": {"some-id": [{"contact_id": "c"}]}, "campaigns": []})
    >>> static.records("opens", "some-id")
    [{'contact_id': 'c'}]
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def records(self, endpoint: str, key: str = "") -> Sequence[Record]:
        """Return the given records."""
        answers = self._answers.get(endpoint, {} if key else ())
        records: Sequence[Record] = _found(answers, key) if key else answers
        return records

    def document(self, endpoint: str, key: str) -> Record:
        """Return the given document, or one made of the given records."""
        answer = _found(self._answers.get(endpoint, {}), key)
        if isinstance(answer, Mapping):
            return dict(answer)
        table = ENDPOINTS[endpoint]
        return {table.key: key, table.records: answer}


class WorldAccount:
    """The account of a simulated world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._lists = Memo[list[Record]](size=64)
        self._singles = Memo[Record](size=2_048)
        self._paged: dict[str, Callable[[], list[Record]]] = {
            "campaigns": self._campaigns,
            "campaign_summaries": self._campaign_summaries,
        }
        self._documents: dict[str, Callable[[str], Record]] = {
            "campaign_activities": self._campaign_activities,
            "campaign_activity_details": self._campaign_activity_details,
            "campaign_stats": self._campaign_stats,
            "activity_stats": self._activity_stats,
            "links": self._links,
        }

    def records(self, endpoint: str, key: str = "") -> Sequence[Record]:
        """Return all records of a paged endpoint, newest first."""
        if not key:
            return self._lists.get(endpoint, self._paged[endpoint])
        activity = self._reported(key)
        return self._lists.get(
            (endpoint, key), lambda: _tracking(endpoint, activity, self.world.outcome(activity))
        )

    def document(self, endpoint: str, key: str) -> Record:
        """Return the one answer for an id."""
        return self._singles.get((endpoint, key), lambda: self._documents[endpoint](key))

    def _campaigns(self) -> list[Record]:
        return [_campaign(each, each.status) for each in reversed(self.world.programme.campaigns)]

    def _campaign_summaries(self) -> list[Record]:
        sent = [campaign for campaign in self.world.programme.campaigns if campaign.sent]
        sent.sort(key=lambda campaign: campaign.sent[-1].sent_at, reverse=True)
        return [self._campaign_summary(campaign) for campaign in sent]

    def _campaign_summary(self, campaign: Campaign) -> Record:
        return {
            "campaign_id": campaign.id,
            "campaign_type": campaign.type.replace("_", " ").title(),
            "last_sent_date": instant(campaign.sent[-1].sent_at),
            "unique_counts": unique_counts(self.world.outcomes(campaign)),
        }

    def _campaign_activities(self, key: str) -> Record:
        campaign = _found(self.world.campaigns, key)
        activities = [
            {"campaign_activity_id": activity.id, "role": activity.role}
            for activity in campaign.activities
        ]
        return {"campaign_activities": activities} | _campaign(campaign, campaign.status.upper())

    def _campaign_activity_details(self, key: str) -> Record:
        activity = _found(self.world.activities, key)
        campaign = self.world.campaigns[activity.campaign_id]
        if campaign.status == "Removed":
            raise Unknown(key)
        return self._details(activity, campaign)

    def _details(self, activity: Activity, campaign: Campaign) -> Record:
        name, address = activity.sender
        return {
            "campaign_activity_id": activity.id,
            "campaign_id": campaign.id,
            "role": activity.role,
            "contact_list_ids": [self.world.programme.list_ids[each] for each in activity.lists],
            "segment_ids": [],
            "current_status": campaign.status.upper(),
            "format_type": 5 if campaign.type == "CUSTOM_CODE_EMAIL" else 4,
            "from_email": address,
            "from_name": name,
            "reply_to_email": address,
            "subject": activity.subject,
            **({"preheader": activity.preheader} if activity.preheader else {}),
            "document_id": random_uuid(activity.id, "document"),
        }

    def _campaign_stats(self, key: str) -> Record:
        campaign = _found(self.world.campaigns, key)
        if not campaign.sent:
            raise NoStatistics(key)
        counts = campaign_counts(self.world.outcomes(campaign))
        return {
            "campaign_id": campaign.id,
            "stats": counts,
            "percents": percents(counts),
            "last_refresh_time": instant(self.world.now),
        }

    def _activity_stats(self, key: str) -> Record:
        activity = self._reported(key)
        if not activity.sent_at:
            raise NoStatistics(key)
        return {
            "campaign_id": activity.campaign_id,
            "campaign_activity_id": activity.id,
            "stats": activity_counts(self.world.outcome(activity)),
            "last_refresh_time": instant(self.world.now),
        }

    def _links(self, key: str) -> Record:
        activity = self._reported(key)
        clicked = link_counts(self.world.outcome(activity))
        links = [
            {
                "link_url": link.url,
                "url_id": link.url_id,
                "unique_clicks": clicked.get(link.url_id, 0),
                **({"link_tag": link.tag} if link.tag else {}),
            }
            for link in (activity.links if activity.sent_at else ())
        ]
        return {"campaign_activity_id": activity.id, "link_click_counts": links}

    def _reported(self, key: str) -> Activity:
        """Return the activity, unless it has no reports: a permalink, or removed."""
        activity: Activity = _found(self.world.activities, key)
        campaign = self.world.campaigns[activity.campaign_id]
        if activity.role not in REPORTED_ROLES or campaign.status == "Removed":
            raise Unknown(key)
        return activity


def _found(things: Mapping[str, Any], key: str) -> Any:
    if key not in things:
        raise Unknown(key)
    return things[key]


def _campaign(campaign: Campaign, status: str) -> Record:
    return {
        "campaign_id": campaign.id,
        "created_at": instant(campaign.created_at),
        "current_status": status,
        "name": campaign.name,
        "type": campaign.type,
        "type_code": TYPE_CODES[campaign.type],
        "updated_at": instant(campaign.updated_at),
    }


_EVENTS: dict[str, tuple[str, Callable[[Outcome], Iterable[Event]]]] = {
    "sends": ("em_sends", lambda outcome: outcome.sends),
    "opens": ("em_opens", lambda outcome: outcome.opens),
    "unique_opens": ("em_opens", lambda outcome: outcome.unique_opens),
    "did_not_opens": ("em_didnotopens", lambda outcome: outcome.did_not_opens),
    "clicks": ("em_clicks", lambda outcome: outcome.clicks),
    "forwards": ("em_forwards", lambda outcome: outcome.forwards),
    "optouts": ("em_optouts", lambda outcome: outcome.optouts),
    "bounces": ("em_bounces", lambda outcome: outcome.bounces),
}
"""Type and events of each tracking report."""


def _tracking(endpoint: str, activity: Activity, outcome: Outcome) -> list[Record]:
    kind, events_of = _EVENTS[endpoint]
    return [_event(activity, kind, event) for event in events_of(outcome)]


def _event(activity: Activity, kind: str, event: Event) -> Record:
    contact = event.contact
    record = {
        "contact_id": contact.id,
        "campaign_activity_id": activity.id,
        "tracking_activity_type": kind,
        "email_address": contact.address_at(event.at),
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "device_type": event.device,
        "url_id": event.link.url_id if event.link else "",
        "link_url": event.link.url if event.link else "",
        "opt_out_reason": event.reason,
        "bounce_code": event.code,
        "current_email_address": contact.address if event.code else "",
        "created_time": instant(event.at),
        "deleted_at": day(contact.stay.deleted_at) if contact.stay.deleted_at < NEVER else "",
    }
    return {name: value for name, value in record.items() if value}
