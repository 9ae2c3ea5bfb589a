"""Reports on SMS campaigns."""

from __future__ import annotations

from ccframes.endpoints.shared import GUIDE, INSTANT, REPORT, page_percent, unique
from ccframes.schema import Column, Endpoint, Param

SMS = (
    Endpoint(
        name="sms_summaries",
        path="/reports/summary_reports/sms_campaign_summaries",
        records="bulk_sms_campaign_summaries",
        columns=(
            Column("campaign_id", "str", "campaign_id", "id", "Campaign (UUID)", required=True),
            Column("campaign_name", "str", "campaign_name", "text", "Its name", required=True),
            Column("campaign_type", "str", "campaign_type", "code", "SMS", required=True),
            Column(
                "last_sent_date",
                INSTANT,
                "last_sent_date",
                "UTC",
                "When it was last sent",
                required=True,
            ),
            unique("sends", "contacts", "Contacts it was sent to", required=True),
            unique("delivers", "contacts", "Contacts it was delivered to", required=True),
            unique("opens", "contacts", "Contacts who opened, where the API counts them"),
            unique("clicks", "contacts", "Contacts who clicked", required=True),
            unique("optouts", "contacts", "Contacts who unsubscribed", required=True),
            page_percent("deliver", "Delivered over sends"),
            page_percent("click", "Clickers over delivered"),
            page_percent("bounce", "Bounces over sends"),
            page_percent("unsubscribe", "Opt-outs over delivered"),
        ),
        walk="cursor",
        rows="one per SMS campaign sent",
        guide=f"{GUIDE}tags/reporting",
        page_limit=50,
        params=(
            Param("start_at", "instant", "Only campaigns sent from then on", required=True),
            Param("end_at", "instant", "Only campaigns sent until then"),
        ),
        sort="last_sent_date",
        **REPORT,
    ),
)
