"""The tracking reports of emails and landing pages as records."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ccframes.demo.clock import instant
from ccframes.demo.events import CODES, DEVICE_TYPES, NO_LINK, Event, Events, each_of
from ccframes.demo.records import Record, Rows, found

if TYPE_CHECKING:
    from ccframes.demo.events import Outcome
    from ccframes.demo.landing import LandingPage, Visits
    from ccframes.demo.programme import Activity, Link
    from ccframes.demo.world import World

EMAIL_EVENTS: dict[str, tuple[str, Callable[[Outcome], Events]]] = {
    "sends": ("em_sends", lambda outcome: outcome.sends),
    "opens": ("em_opens", lambda outcome: outcome.opens),
    "unique_opens": ("em_opens", lambda outcome: outcome.unique_opens),
    "did_not_opens": ("em_didnotopens", lambda outcome: outcome.did_not_opens),
    "clicks": ("em_clicks", lambda outcome: outcome.clicks),
    "forwards": ("em_forwards", lambda outcome: outcome.forwards),
    "optouts": ("em_optouts", lambda outcome: outcome.optouts),
    "bounces": ("em_bounces", lambda outcome: outcome.bounces),
}
"""Type and events of each email tracking report."""

LANDING_EVENTS: dict[str, tuple[str, Callable[[Visits], Events]]] = {
    "landing_clicks": ("p_contact_click", lambda visits: visits.clicks),
    "landing_unique_opens": ("p_contact_opens", lambda visits: visits.unique_opens),
    "landing_opens": ("p_contact_opens", lambda visits: visits.opens),
    "landing_updates": ("p_contact_updates", lambda visits: visits.updates),
    "landing_adds": ("p_contact_adds", lambda visits: visits.adds),
    "landing_sms_optins": ("p_contact_sms_optins", lambda visits: visits.sms_optins),
}
"""Type and events of each landing page report."""

_WITH_DEVICE = frozenset(
    ("opens", "unique_opens", "clicks", "landing_opens", "landing_unique_opens", "landing_clicks")
)


class TrackingReports:
    """Builds the rows of tracking reports, a page at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._people = world.people
        self._pages = {page.id: page for page in world.landing_pages}

    def of_email(self, endpoint: str, activity: Activity) -> Rows:
        """Return the rows of an email's report."""
        kind, events_of = EMAIL_EVENTS[endpoint]
        record = partial(self._email_record, activity, kind, endpoint in _WITH_DEVICE)
        return _rows(events_of(self._world.outcome(activity)), record)

    def of_landing_page(self, endpoint: str, key: str) -> Rows:
        """Return the rows of a landing page's report; raise Unknown."""
        page: LandingPage = found(self._pages, key)
        kind, events_of = LANDING_EVENTS[endpoint]
        record = partial(self._landing_record, page, kind, endpoint in _WITH_DEVICE)
        return _rows(events_of(page.visits), record)

    def _email_record(
        self, activity: Activity, kind: str, with_device: bool, event: Event
    ) -> Record:
        bounced = event.code > 0
        return self._record(
            activity.id,
            kind,
            event,
            device_type=DEVICE_TYPES[event.device] if with_device else "",
            **_link(activity.links, event),
            opt_out_reason=self._people.reason(event.person) if kind == "em_optouts" else "",
            bounce_code=CODES[event.code],
            current_email_address=self._people.addresses[event.person] if bounced else "",
        )

    def _landing_record(
        self, page: LandingPage, kind: str, with_device: bool, event: Event
    ) -> Record:
        return self._record(
            page.id,
            kind,
            event,
            device_type=DEVICE_TYPES[event.device] if with_device else "",
            **_link(page.links, event),
            sms_channel=self._sms_channel(event.person),
        )

    def _record(self, key: str, kind: str, event: Event, **more: Any) -> Record:
        """Return a record without the fields that have no value, as the API leaves them out."""
        first_name, last_name = self._people.names[event.person]
        record = {
            "contact_id": self._people.ids[event.person],
            "campaign_activity_id": key,
            "tracking_activity_type": kind,
            "email_address": self._people.address_at(event.person, event.at),
            "first_name": first_name,
            "last_name": last_name,
            **more,
            "created_time": instant(event.at),
            "deleted_at": self._people.deletion_days[event.person],
        }
        return {name: value for name, value in record.items() if value}

    def _sms_channel(self, person: int) -> Record:
        state = self._world.texting.state(person, self._world.now)
        if not state:
            return {}
        phone = self._people.phone(person)
        return {
            "country_code": "US",
            "state": state,
            "formatted_international": f"+1 {phone.area}-{phone.exchange}-{phone.line}",
            "formatted_national": f"({phone.area}) {phone.exchange}-{phone.line}",
        }


def _rows(events: Events, record: Callable[[Event], Record]) -> Rows:
    return Rows(len(events), lambda part: [record(event) for event in each_of(events[part])])


def _link(links: tuple[Link, ...], event: Event) -> Record:
    if event.link == NO_LINK:
        return {}
    return {"url_id": links[event.link].url_id, "link_url": links[event.link].url}
