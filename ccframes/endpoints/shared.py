"""What entries of several families share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ccframes.schema import Column

INSTANT: Final = "datetime64[us, UTC]"
DAY: Final = "datetime64[us]"

DEVICES = ("computer", "mobile", "tablet", "other")

GUIDE = "https://developer.constantcontact.com/api_guide/"
REPORTING_GUIDE = f"{GUIDE}email_reporting_overview.html"
CAMPAIGNS_GUIDE = f"{GUIDE}tag_email_campaigns.html"

REPORT: dict[str, Any] = {"scope": "campaign_data", "privilege": "ui:campaign:metrics"}
CONTACT_REPORT: dict[str, Any] = {"scope": "contact_data", "privilege": "ui:campaign:metrics"}
CAMPAIGN: dict[str, Any] = {"scope": "campaign_data", "privilege": "campaign:read"}

CAMPAIGN_ID = Column("campaign_id", "str", "campaign_id", "id", "Campaign (UUID)")
ACTIVITY_ID = Column(
    "campaign_activity_id",
    "str",
    "campaign_activity_id",
    "id",
    "Campaign activity (UUID): the primary email or a resend",
)
DEVICE = Column(
    "device_type",
    "category",
    "device_type",
    "code",
    "Device the contact used; missing where it was not captured",
    vocabulary=DEVICES,
)
LIST_ID = Column("list_id", "str", "list_id", "id", "List (UUID); joins to contact_lists")
SEGMENT_ID = Column("segment_id", "str", "segment_id", "id", "Segment; joins to segments")
LINK_ID = Column(
    "url_id", "str", "url_id", "id", "Link; joins to links; up to 19 digits", required=True
)
LINK_URL = Column("link_url", "str", "link_url", "text", "Address the link leads to", required=True)


def ids(key: str, meaning: str, item: Column, *, pii: bool = False) -> Column:
    """Return the column of several plain ids."""
    return Column(key, "str", key, "ids, comma-separated", meaning, pii=pii, items=(item,))


def unique(key: str, unit: str, meaning: str, *, required: bool = False) -> Column:
    """Return the column of a count in `unique_counts`."""
    return Column(
        f"unique_{key}", "Int64", f"unique_counts.{key}", unit, meaning, required=required
    )


def page_percent(key: str, over: str) -> Column:
    """Return the column of a percentage that the API pools over a page of campaigns."""
    return Column(
        f"aggregate_{key}_percent",
        "float64",
        f"aggregate_percents.{key}",
        "percent 0–100",
        f"{over}, pooled by the API over the page this row came on, not over this campaign",
        place="page",
    )


def on_page(column: Column) -> Column:
    """Return the column as one that stands beside the records, once for all of a page."""
    return replace(column, place="page")


def tracking_columns(
    vocabulary: tuple[str, ...], created: str = "When it happened"
) -> tuple[Column, ...]:
    """Return the columns that all reports of events have."""
    return (
        replace(ACTIVITY_ID, required=True),
        Column(
            "contact_id",
            "str",
            "contact_id",
            "id",
            "Contact (UUID); may have been deleted since",
            required=True,
            pii=True,
        ),
        Column(
            "tracking_activity_type",
            "category",
            "tracking_activity_type",
            "code",
            "Kind of event, as sent",
            required=True,
            vocabulary=vocabulary,
        ),
        Column("created_time", INSTANT, "created_time", "UTC", created, required=True),
        Column(
            "email_address",
            "str",
            "email_address",
            "text",
            "Address of the contact at that time",
            required=True,
            pii=True,
        ),
        Column("first_name", "str", "first_name", "text", "First name, if known", pii=True),
        Column("last_name", "str", "last_name", "text", "Last name, if known", pii=True),
    )


DELETED_AT = Column(
    "deleted_at", DAY, "deleted_at", "day", "Day the contact was deleted, if it was"
)
