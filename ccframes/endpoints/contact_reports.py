"""Reports on single contacts: what each did with the emails sent to it."""

from __future__ import annotations

from ccframes.endpoints.shared import CONTACT_REPORT, GUIDE, INSTANT
from ccframes.schema import Column, Endpoint, Param

CONTACT_TRACKING_TYPES = (
    "em_sends",
    "em_opens",
    "em_clicks",
    "em_bounces",
    "em_optouts",
    "em_forwards",
    "p_contact_open",
    "p_contact_click",
    "p_contact_add",
    "p_contact_update",
)

_CONTACT_GUIDE = f"{GUIDE}contact_reporting_overview.html"
_CONTACT_ID = Column(
    "contact_id", "str", "contact_id", "id", "Contact (UUID)", required=True, pii=True
)
_ACTIVITY_ID = Column(
    "campaign_activity_id",
    "str",
    "campaign_activity_id",
    "id",
    "Campaign activity (UUID), of email or landing page",
    required=True,
)
_RANGE = (
    Param("start", "instant", "Beginning of the time considered", required=True),
    Param("end", "instant", "End of the time considered", required=True),
)


def _count(key: str, unit: str, meaning: str) -> Column:
    return Column(key, "Int64", key, unit, meaning, required=True)


def _rate(key: str, meaning: str) -> Column:
    return Column(key, "float64", key, "rate 0–1", meaning, required=True)


CONTACT_REPORTS = (
    Endpoint(
        name="contact_activity",
        path="/reports/contact_reports/{contact_id}/activity_details",
        records="tracking_activities",
        columns=(
            _CONTACT_ID,
            _ACTIVITY_ID,
            Column(
                "tracking_activity_type",
                "category",
                "tracking_activity_type",
                "code",
                "Kind of event, as sent",
                vocabulary=CONTACT_TRACKING_TYPES,
            ),
            Column("created_time", INSTANT, "created_time", "UTC", "When it happened"),
            Column(
                "campaign_activity_name",
                "str",
                "campaign_activity_name",
                "text",
                "Name of the campaign; missing where names were not asked for",
            ),
        ),
        walk="cursor",
        rows="one per event of the contact, without device, link or bounce code",
        guide=_CONTACT_GUIDE,
        key="contact_id",
        page_limit=100,
        params=(
            Param(
                "tracking_activity_type",
                "choice",
                "Only events of these kinds",
                choices=CONTACT_TRACKING_TYPES,
                many="repeated",
            ),
            Param(
                "tracking_activities_list",
                "choice",
                "The same in the API's other spelling; not both",
                choices=CONTACT_TRACKING_TYPES,
                many="comma",
            ),
            Param("include_campaign_activity_names", "bool", "Send campaign names; the default"),
        ),
        exclusive=(("tracking_activity_type", "tracking_activities_list"),),
        sort="created_time",
        **CONTACT_REPORT,
    ),
    Endpoint(
        name="contact_rates",
        path="/reports/contact_reports/{contact_id}/open_and_click_rates",
        records="",
        columns=(
            _CONTACT_ID,
            _count(
                "included_activities_count", "activities", "Bulk emails sent to the contact then"
            ),
            _rate("average_open_rate", "Share of them that the contact opened"),
            _rate("average_click_rate", "Share with a click; over what, the API does not say"),
        ),
        walk="single",
        rows="one per contact",
        guide=_CONTACT_GUIDE,
        key="contact_id",
        params=_RANGE,
        longest_years=5,
        **CONTACT_REPORT,
    ),
    Endpoint(
        name="contact_summary",
        path="/reports/contact_reports/{contact_id}/activity_summary",
        records="campaign_activities",
        columns=(
            Column(
                "contact_id",
                "str",
                "contact_id",
                "id",
                "Contact (UUID)",
                required=True,
                pii=True,
                place="page",
            ),
            _ACTIVITY_ID,
            Column("start_on", INSTANT, "start_on", "UTC", "When it was sent", required=True),
            _count("em_sends", "events", "Sends to the contact"),
            _count("em_opens", "events", "Opens by the contact, repeats included"),
            _count("em_clicks", "events", "Clicks by the contact, repeats included"),
            _count("em_bounces", "events", "Bounces"),
            _count("em_forwards", "events", "Forwards by the footer link"),
            _count("em_unsubscribes", "events", "Opt-outs; em_optouts in the other reports"),
        ),
        walk="cursor",
        rows="one per contact and activity sent to it",
        guide=_CONTACT_GUIDE,
        key="contact_id",
        params=_RANGE,
        fixed_page=200,
        sort="start_on",
        **CONTACT_REPORT,
    ),
)
