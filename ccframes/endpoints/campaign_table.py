"""The one wide table of sent emails, joined from several endpoints."""

from __future__ import annotations

from dataclasses import replace

from ccframes.endpoints.account import ACCOUNT
from ccframes.endpoints.campaigns import CAMPAIGNS
from ccframes.endpoints.email_reports import EMAIL_REPORTS
from ccframes.endpoints.rates import RATES
from ccframes.endpoints.shared import DAY, INSTANT, REPORTING_GUIDE
from ccframes.schema import Column, Table

_BY_NAME = {endpoint.name: endpoint for endpoint in (*EMAIL_REPORTS, *CAMPAIGNS, *ACCOUNT)}
_OF_PRIMARY = "; a resend has that of its primary email"


def _from(endpoint: str, *names: str, prefix: str = "", note: str = "") -> tuple[Column, ...]:
    """Return columns of an endpoint as columns of the table."""
    return tuple(
        replace(
            column,
            name=prefix + column.name,
            source=f"{endpoint}: {column.source}",
            meaning=column.meaning + note,
            required=False,
            place="record",
        )
        for column in (_BY_NAME[endpoint].by_name[name] for name in names)
    )


def _counts(endpoint: str) -> tuple[str, ...]:
    return tuple(
        column.name for column in _BY_NAME[endpoint].columns if column.source.startswith("stats.")
    )


def _percents(endpoint: str) -> tuple[str, ...]:
    return tuple(column.name for column in _BY_NAME[endpoint].columns if "percent" in column.unit)


CAMPAIGN_TABLE = Table(
    name="campaign_table",
    rows="one per sent activity (primary email or resend), the last sent first",
    key="campaign_id",
    columns=(
        *_from("campaign_activities", "campaign_id", "name", "type"),
        *_from("campaign_activities", "campaign_activity_id", "role"),
        *_from("campaign_activity_details", "subject"),
        *_from(
            "campaign_activity_details",
            *("preheader", "from_name", "from_email", "reply_to_email"),
            note=_OF_PRIMARY,
        ),
        Column(
            "sent_at",
            INSTANT,
            "campaign_summaries: last_sent_date; resends: resend_date, delay_minutes",
            "UTC",
            "When it was last sent; of a primary email that was resent: when it was resent, less "
            "the delay",
        ),
        Column(
            "sent_at_local",
            DAY,
            "computed",
            "time in time_zone_id",
            "The same on the clock of the account, without a zone",
        ),
        *_from("account", "time_zone_id"),
        *_from("campaign_activity_details", "contact_list_ids", "segment_ids", note=_OF_PRIMARY),
        *_from("activity_stats", *_counts("activity_stats"), "last_refresh_time"),
        Column(
            "delivered",
            "Int64",
            "computed",
            "contacts",
            "em_sends − em_bounces + em_bounces_vacation: a vacation reply was delivered",
        ),
        Column("bounced", "Int64", "computed", "contacts", "em_sends − delivered"),
        *(
            Column(rate.name, "float64", "computed", "rate 0–1", f"{rate.meaning}; computed here")
            for rate in RATES
        ),
        *_from(
            "campaign_stats",
            *_percents("campaign_stats"),
            prefix="campaign_",
            note="; of the whole campaign, resends included",
        ),
    ),
    scope="campaign_data",
    privilege="ui:campaign:metrics",
    cost="2 requests for each campaign_id, 1 more for each resend, and about 1 for each 9 of them",
    guide=REPORTING_GUIDE,
    sources=(
        *("campaign_summaries", "campaign_activities", "campaign_activity_details", "resends"),
        *("activity_stats", "campaign_stats", "account"),
    ),
)
