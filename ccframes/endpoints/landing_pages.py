"""Reports on landing pages: who came, clicked, joined, changed details, opted in to SMS."""

from __future__ import annotations

from dataclasses import replace

from ccframes.endpoints.shared import (
    DELETED_AT,
    DEVICE,
    GUIDE,
    LINK_ID,
    LINK_URL,
    REPORT,
    tracking_columns,
)
from ccframes.schema import Column, Endpoint, Param

LANDING_TYPES = (
    "p_contact_opens",
    "p_contact_click",
    "p_contact_adds",
    "p_contact_updates",
    "p_contact_sms_optins",
)

SMS_STATES = {
    "N": "not set",
    "T": "temporarily held",
    "P": "confirmation pending",
    "I": "implicit consent",
    "E": "explicit consent",
    "O": "unsubscribed",
    "D": "deprecated",
}


_UNDESCRIBED_DEVICE = replace(
    DEVICE, note="in the guide's example; the description does not name it"
)


def _sms(key: str, meaning: str, *, pii: bool = False) -> Column:
    return Column(f"sms_channel_{key}", "str", f"sms_channel.{key}", "text", meaning, pii=pii)


_SMS_CHANNEL = (
    _sms("country_code", "Country of the contact's SMS number"),
    Column(
        "sms_channel_state",
        "category",
        "sms_channel.state",
        "code",
        "; ".join(f"{code}: {state}" for code, state in SMS_STATES.items()),
        vocabulary=tuple(SMS_STATES),
    ),
    _sms("formatted_international", "SMS number, international form", pii=True),
    _sms("formatted_national", "SMS number, national form", pii=True),
)


def _landing(name: str, kind: str, rows: str, event: str, *extra: Column) -> Endpoint:
    return Endpoint(
        name=name,
        path=f"/reports/landing_pages/campaign_details/{{campaign_activity_id}}/{kind}",
        records="tracking_activities",
        columns=(*tracking_columns(LANDING_TYPES), *extra, DELETED_AT, *_SMS_CHANNEL),
        walk="cursor",
        rows=rows,
        guide=f"{GUIDE}tags/reporting",
        key="campaign_activity_id",
        page_limit=500,
        params=(
            Param(
                "contacts_filter",
                "text",
                "Only contacts whose first name, last name or address has this in it",
            ),
        ),
        sort="created_time",
        event=event,
        **REPORT,
    )


LANDING_PAGES = (
    _landing(
        "landing_clicks",
        "p_unique_contact_clicks",
        "one per contact and link clicked",
        "p_contact_click",
        DEVICE,
        replace(LINK_ID, required=False),
        LINK_URL,
    ),
    _landing(
        "landing_unique_opens",
        "p_unique_contact_opens",
        "one per contact who opened the page",
        "p_contact_opens",
        DEVICE,
    ),
    _landing(
        "landing_opens", "p_contact_opens", "one per open of the page", "p_contact_opens", DEVICE
    ),
    _landing(
        "landing_updates",
        "p_unique_contact_updates",
        "one per contact who changed details there",
        "p_contact_updates",
        _UNDESCRIBED_DEVICE,
    ),
    _landing(
        "landing_adds",
        "p_unique_contact_adds",
        "one per contact who joined there",
        "p_contact_adds",
        _UNDESCRIBED_DEVICE,
    ),
    _landing(
        "landing_sms_optins",
        "p_unique_contact_sms_optins",
        "one per contact who opted in to SMS there",
        "p_contact_sms_optins",
    ),
)
