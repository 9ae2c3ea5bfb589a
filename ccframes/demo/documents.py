"""What an account answers, endpoint by endpoint, as records of plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from ccframes.demo.campaign_reports import CampaignReports
from ccframes.demo.contact_records import ContactRecords
from ccframes.demo.contact_reports import ContactReports
from ccframes.demo.memo import Memo
from ccframes.demo.records import NoStatistics, Record, Unknown, found
from ccframes.demo.tracking import EMAIL_EVENTS, LANDING_EVENTS, TrackingReports
from ccframes.demo.truth import Truth
from ccframes.demo.world import World
from ccframes.endpoints import ENDPOINTS

__all__ = ["Account", "NoStatistics", "Record", "StaticAccount", "Unknown", "WorldAccount"]


class Account(Protocol):
    """What the server asks of an account."""

    def records(self, endpoint: str, key: str = "") -> Sequence[Record]:
        """Return all records of a paged endpoint, in its order; raise Unknown."""

    def document(self, endpoint: str, key: str) -> Any:
        """Return the one answer of any other endpoint; raise Unknown, NoStatistics."""


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
        records: Sequence[Record] = found(answers, key) if key else answers
        return records

    def document(self, endpoint: str, key: str) -> Any:
        """Return the given document, or one made of the given records."""
        answer = found(self._answers.get(endpoint, {}), key)
        if isinstance(answer, Mapping):
            return dict(answer)
        table = ENDPOINTS[endpoint]
        return {table.key: key, table.records: answer}


class WorldAccount:
    """The account of a simulated world: records are built when they are asked for.

    `records` answers for the tracking reports of emails and landing pages, `contact_activity`,
    `contact_summary` and `segment_contacts`, by id, and for `campaigns`, `campaign_summaries`,
    `sms_summaries`, `contacts`, `contact_lists`, `tags`, `custom_fields` and `segments`.
    `document` answers for all others: a record, or the array that an answer is; `account` has no
    id. Fields that come on request only are there: who serves them leaves them out.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._kept = Memo[Sequence[Record]](size=16)
        campaigns, contacts = CampaignReports(world), ContactRecords(world)
        self._reported = campaigns.reported
        self._tracking = TrackingReports(world)
        self._lists = _lists(campaigns, contacts)
        self._lists_of = _lists_of(ContactReports(world), contacts)
        self._documents = _documents(campaigns, contacts)

    @cached_property
    def truth(self) -> Truth:
        """What nobody knows of a real account: the cause of each row."""
        return Truth(self.world)

    def records(self, endpoint: str, key: str = "") -> Sequence[Record]:
        """Return all records of an endpoint, newest first."""
        return self._kept.get((endpoint, key), lambda: self._records(endpoint, key))

    def document(self, endpoint: str, key: str = "") -> Any:
        """Return the one answer of an endpoint."""
        return self._documents[endpoint](key)

    def _records(self, endpoint: str, key: str) -> Sequence[Record]:
        if endpoint in EMAIL_EVENTS:
            return self._tracking.of_email(endpoint, self._reported(key)[0])
        if endpoint in LANDING_EVENTS:
            return self._tracking.of_landing_page(endpoint, key)
        if endpoint in self._lists_of:
            return self._lists_of[endpoint](key)
        return self._lists[endpoint]()


def _lists(
    campaigns: CampaignReports, contacts: ContactRecords
) -> dict[str, Callable[[], Sequence[Record]]]:
    return {
        "campaigns": campaigns.campaigns,
        "campaign_summaries": campaigns.campaign_summaries,
        "sms_summaries": campaigns.sms_summaries,
        "contacts": contacts.contacts,
        "contact_lists": contacts.contact_lists,
        "tags": contacts.tags,
        "custom_fields": contacts.custom_fields,
        "segments": contacts.segments,
    }


def _lists_of(
    reports: ContactReports, contacts: ContactRecords
) -> dict[str, Callable[[str], Sequence[Record]]]:
    return {
        "contact_activity": reports.contact_activity,
        "contact_summary": reports.contact_summary,
        "segment_contacts": contacts.segment_contacts,
    }


def _documents(
    campaigns: CampaignReports, contacts: ContactRecords
) -> dict[str, Callable[[str], Any]]:
    return {
        "account": contacts.account,
        "contact": contacts.contact,
        "campaign_activities": campaigns.campaign_activities,
        "campaign_activity_details": campaigns.campaign_activity_details,
        "campaign_stats": campaigns.campaign_stats,
        "activity_stats": campaigns.activity_stats,
        "links": campaigns.links,
        "send_history": campaigns.send_history,
        "resends": campaigns.resends,
        "ab_tests": campaigns.ab_tests,
        "schedules": campaigns.schedules,
    }
