"""Email campaigns, their activities, and how each was sent: what names the reports."""

from __future__ import annotations

from dataclasses import replace

from ccframes.endpoints.shared import (
    ACTIVITY_ID,
    CAMPAIGN,
    CAMPAIGN_ID,
    CAMPAIGNS_GUIDE,
    GUIDE,
    INSTANT,
    LIST_ID,
    SEGMENT_ID,
    ids,
    on_page,
)
from ccframes.schema import Column, Endpoint, Param

ROLES = ("primary_email", "resend", "permalink")
REPORTED_ROLES = ("primary_email", "resend")
SEND_REASONS = {
    0: "sent",
    1: "failed",
    2: "the account is under review",
    3: "the account may not send",
    4: "too many contacts",
    5: "staging failed",
    6: "sent in part",
    7: "bad images",
    8: "a link is too long",
    9: "the sender's address is not authenticated",
    10: "the sender's address is not authenticated",
    11: "surveys are not allowed",
    12: "nobody to send to",
}

_CAMPAIGN_FIELDS = (
    Column(
        "current_status",
        "str",
        "current_status",
        "code",
        "Draft, Scheduled, Executing, Done, Error or Removed; brought to this one spelling",
        title_case=True,
    ),
    Column("type", "str", "type", "code", "Campaign type, e.g. NEWSLETTER, CUSTOM_CODE_EMAIL"),
    Column("type_code", "Int64", "type_code", "code", "Campaign type as a number, e.g. 10, 26"),
    Column("created_at", INSTANT, "created_at", "UTC", "When the campaign was made"),
    Column("updated_at", INSTANT, "updated_at", "UTC", "When the campaign was last changed"),
)


ACTIVITY_DETAILS = Endpoint(
    name="campaign_activity_details",
    path="/emails/activities/{campaign_activity_id}",
    records="",
    columns=(
        CAMPAIGN_ID,
        ACTIVITY_ID,
        Column("role", "category", "role", "code", "Role in the campaign", vocabulary=ROLES),
        Column(
            "current_status",
            "str",
            "current_status",
            "code",
            "Draft, Scheduled, Executing, Done, Error or Removed; brought to this one spelling",
            title_case=True,
        ),
        Column("subject", "str", "subject", "text", "Subject line", required=True),
        Column("preheader", "str", "preheader", "text", "Preview text, if any"),
        Column("from_name", "str", "from_name", "text", "Sender's name", required=True),
        Column("from_email", "str", "from_email", "text", "Sender's address", required=True),
        Column(
            "reply_to_email", "str", "reply_to_email", "text", "Address for replies", required=True
        ),
        ids("contact_list_ids", "Lists it goes or went to", LIST_ID),
        ids("segment_ids", "Segments it goes or went to", SEGMENT_ID),
        Column("format_type", "Int64", "format_type", "code", "How the email was made, 1–5"),
        Column(
            "document_id",
            "str",
            "document_id",
            "id",
            "Design document (UUID), newer emails",
            note="seen in answers; described from 3.0.178 on",
        ),
        Column(
            "template_id",
            "str",
            "template_id",
            "id",
            "Template, older emails",
            note="described until 3.0.172",
        ),
    ),
    walk="single",
    rows="one per activity",
    guide=f"{GUIDE}email-campaigns/email-campaigns-activity-id",
    key="campaign_activity_id",
    left_out=dict.fromkeys(
        ("html_content", "permalink_url", "physical_address_in_footer", "document_properties"),
        "sent only on request (include=), and no matter of reports",
    ),
    loader="load_campaign_activities(details=True)",
    **CAMPAIGN,
)

CAMPAIGNS = (
    Endpoint(
        name="campaigns",
        path="/emails",
        records="campaigns",
        columns=(
            CAMPAIGN_ID,
            Column("name", "str", "name", "text", "Campaign name"),
            *_CAMPAIGN_FIELDS,
        ),
        walk="cursor",
        rows="one per email campaign of any status, removed ones included",
        guide=CAMPAIGNS_GUIDE,
        page_limit=500,
        params=(
            Param("after_date", "instant", "Only campaigns changed after this instant"),
            Param("before_date", "instant", "Only campaigns changed before this instant"),
        ),
        **CAMPAIGN,
    ),
    Endpoint(
        name="campaign_activities",
        path="/emails/{campaign_id}",
        records="campaign_activities",
        columns=(
            on_page(CAMPAIGN_ID),
            Column("name", "str", "name", "text", "Campaign name", place="page"),
            ACTIVITY_ID,
            Column(
                "role",
                "category",
                "role",
                "code",
                "Role in the campaign; a permalink has no reports",
                vocabulary=ROLES,
            ),
            *(on_page(column) for column in _CAMPAIGN_FIELDS),
        ),
        walk="single",
        rows="one per activity of the campaign",
        guide=CAMPAIGNS_GUIDE,
        key="campaign_id",
        joined=tuple(
            replace(column, required=False)
            for column in ACTIVITY_DETAILS.columns
            if column.name not in {"campaign_id", "campaign_activity_id", "role", "current_status"}
        ),
        **CAMPAIGN,
    ),
    ACTIVITY_DETAILS,
    Endpoint(
        name="send_history",
        path="/emails/activities/{campaign_activity_id}/send_history",
        records="",
        columns=(
            on_page(ACTIVITY_ID),
            Column("send_id", "Int64", "send_id", "id", "Number of the send, from 1"),
            Column("run_date", INSTANT, "run_date", "UTC", "When it was sent"),
            Column("count", "Int64", "count", "contacts", "Contacts it was sent to"),
            Column("send_status", "str", "send_status", "code", "COMPLETED or ERRORED"),
            Column(
                "reason_code",
                "Int64",
                "reason_code",
                "code",
                "; ".join(f"{code}: {reason}" for code, reason in SEND_REASONS.items()),
            ),
            ids("contact_list_ids", "Lists it went to", LIST_ID),
            ids("segment_ids", "Segments it went to", SEGMENT_ID),
        ),
        walk="single",
        rows="one per send of the activity, oldest first; none if never sent",
        guide=CAMPAIGNS_GUIDE,
        key="campaign_activity_id",
        **CAMPAIGN,
    ),
    Endpoint(
        name="resends",
        path="/emails/activities/{campaign_activity_id}/non_opener_resends",
        records="",
        columns=(
            on_page(ACTIVITY_ID),
            Column("resend_request_id", "str", "resend_request_id", "id", "DRAFT, or a number"),
            Column("resend_subject", "str", "resend_subject", "text", "Subject of the resend"),
            Column("resend_status", "str", "resend_status", "code", "State of the resend"),
            Column("resend_date", INSTANT, "resend_date", "UTC", "When it was resent, if it was"),
            Column("delay_days", "Int64", "delay_days", "days", "Delay; missing if not whole days"),
            Column("delay_minutes", "Int64", "delay_minutes", "minutes", "Delay"),
        ),
        walk="single",
        rows="one per primary email that is resent to those who did not open it",
        guide=CAMPAIGNS_GUIDE,
        key="campaign_activity_id",
        **CAMPAIGN,
    ),
    Endpoint(
        name="ab_tests",
        path="/emails/activities/{campaign_activity_id}/abtest",
        records="",
        columns=(
            on_page(ACTIVITY_ID),
            Column(
                "alternative_subject",
                "str",
                "alternative_subject",
                "text",
                "The subject tested against the activity's own",
                required=True,
            ),
            Column(
                "test_size",
                "Int64",
                "test_size",
                "percent 5–50",
                "Share of the contacts that the test was sent to",
                required=True,
            ),
            Column(
                "winner_wait_duration",
                "Int64",
                "winner_wait_duration",
                "hours",
                "Hours until the winner went to the others",
                required=True,
            ),
        ),
        walk="single",
        rows="one per activity with an A/B test; the API does not say who won",
        guide=CAMPAIGNS_GUIDE,
        key="campaign_activity_id",
        missing_is_none=True,
        **CAMPAIGN,
    ),
)
