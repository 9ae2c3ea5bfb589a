"""Reports on email campaigns: summaries, statistics, links and the eight kinds of events."""

from __future__ import annotations

from dataclasses import replace

from ccframes.endpoints.shared import (
    ACTIVITY_ID,
    CAMPAIGN_ID,
    DELETED_AT,
    DEVICE,
    DEVICES,
    GUIDE,
    INSTANT,
    LINK_ID,
    LINK_URL,
    REPORT,
    REPORTING_GUIDE,
    on_page,
    page_percent,
    tracking_columns,
    unique,
)
from ccframes.schema import Column, Endpoint, Param

STAT_DEVICES = (*DEVICES, "none")
BOUNCE_CODES = {
    "B": "the address does not exist",
    "D": "undeliverable after several tries",
    "F": "the mailbox is full",
    "S": "suspended, having been reported as non-existent before",
    "V": "a vacation or auto-reply: the message was delivered",
    "X": "any other reason",
    "Z": "blocked by the receiving provider",
}
BOUNCE_STATS = {
    "Z": "blocked",
    "F": "mailbox_full",
    "B": "nonexistent_address",
    "X": "other",
    "S": "suspended",
    "D": "undeliverable",
    "V": "vacation",
}
"""What the activity statistics call the bounces of each code, after `em_bounces_`."""
EMAIL_TRACKING_TYPES = (
    "em_sends",
    "em_opens",
    "em_clicks",
    "em_bounces",
    "em_optouts",
    "em_forwards",
    "em_didnotopens",
)

_LAST_REFRESH = Column(
    "last_refresh_time",
    INSTANT,
    "last_refresh_time",
    "UTC",
    "When the API last counted; event rows may be newer",
)
_UNDESCRIBED_DEVICE = replace(
    DEVICE, note="other readers of this report store it; the description does not name it"
)
_CAMPAIGN_NAME = Column(
    "name", "str", "name", "text", "Campaign name, from /emails; missing for campaigns not there"
)


def _stat(key: str, unit: str, meaning: str) -> Column:
    return Column(key, "Int64", f"stats.{key}", unit, meaning)


def _percent(key: str, meaning: str) -> Column:
    return Column(f"{key}_percent", "float64", f"percents.{key}", "percent 0–100", meaning)


_STATS = (
    _stat("em_sends", "contacts", "Contacts it was sent to"),
    _stat("em_opens", "contacts", "Contacts who opened"),
    _stat("em_clicks", "contacts", "Contacts who clicked"),
    _stat("em_bounces", "contacts", "Contacts it bounced for, vacation replies included"),
    _stat("em_optouts", "contacts", "Contacts who unsubscribed"),
    _stat("em_forwards", "contacts", "Contacts who forwarded it by the footer link"),
    _stat(
        "em_not_opened",
        "contacts",
        "max(0, sends − opens − bounces), as the API counts it",
    ),
    _stat("em_opens_all", "events", "Opens, repeats included"),
    *(
        _stat(f"em_opens_all_{device}", "events", f"Opens on device type {device}")
        for device in STAT_DEVICES
    ),
    _stat("em_clicks_all", "events", "Clicks, repeats included"),
    *(
        _stat(f"em_clicks_all_{device}", "events", f"Clicks on device type {device}")
        for device in STAT_DEVICES
    ),
)

_ACTIVITY_ONLY_STATS = (
    _stat("em_abuse", "contacts", "Contacts who reported it as spam"),
    *(
        _stat(f"em_bounces_{key}", "contacts", f"Bounces of code {code}: {BOUNCE_CODES[code]}")
        for code, key in BOUNCE_STATS.items()
    ),
)


_GUIDED = ("bounces", "clicks", "forwards", "optouts")
"""Tracking reports with a guide page of their own that was seen; the overview covers the rest."""


def _tracking(
    name: str,
    kind: str,
    rows: str,
    event: str,
    *extra: Column,
    counted_by: str = "",
    params: tuple[Param, ...] = (),
    created: str = "When it happened",
) -> Endpoint:
    return Endpoint(
        name=name,
        path=f"/reports/email_reports/{{campaign_activity_id}}/tracking/{kind}",
        records="tracking_activities",
        columns=(
            *tracking_columns(EMAIL_TRACKING_TYPES, created),
            *extra,
            DELETED_AT,
        ),
        walk="cursor",
        rows=rows,
        guide=f"{GUIDE}email-reporting/email-reporting-{kind}"
        if kind in _GUIDED
        else REPORTING_GUIDE,
        key="campaign_activity_id",
        page_limit=500,
        params=params,
        sort="created_time",
        counted_by=counted_by or event,
        event=event,
        **REPORT,
    )


EMAIL_REPORTS = (
    Endpoint(
        name="campaign_summaries",
        path="/reports/summary_reports/email_campaign_summaries",
        records="bulk_email_campaign_summaries",
        columns=(
            replace(CAMPAIGN_ID, required=True),
            Column(
                "campaign_type", "str", "campaign_type", "code", "Campaign type, e.g. Newsletter"
            ),
            Column("last_sent_date", INSTANT, "last_sent_date", "UTC", "When it was last sent"),
            unique("sends", "contacts", "Contacts it was sent to"),
            unique("opens", "contacts", "Contacts who opened"),
            unique("clicks", "contacts", "Contacts who clicked"),
            unique("forwards", "contacts", "Contacts who forwarded it by the footer link"),
            unique("optouts", "contacts", "Contacts who unsubscribed"),
            unique("abuse", "contacts", "Contacts who reported it as spam"),
            unique("bounces", "contacts", "Contacts it bounced for, vacation replies included"),
            unique("not_opened", "contacts", "Contacts who did not open, as the API counts it"),
            page_percent("click", "Clickers over openers"),
            page_percent("open", "Openers over delivered"),
            page_percent("did_not_open", "Non-openers over delivered"),
            page_percent("bounce", "Bounces over sends"),
            page_percent("unsubscribe", "Opt-outs over delivered"),
        ),
        walk="cursor",
        rows="one per sent campaign, its resends included",
        guide=f"{GUIDE}email_bulk_campaign_summary_report.html",
        page_limit=500,
        sort="last_sent_date",
        joined=(_CAMPAIGN_NAME,),
        **REPORT,
    ),
    Endpoint(
        name="campaign_stats",
        path="/reports/stats/email_campaigns/{campaign_ids}",
        records="results",
        columns=(
            CAMPAIGN_ID,
            *_STATS,
            _percent(
                "open",
                "Openers over delivered (sends − bounces); may exceed 100, since vacation replies "
                "count as bounces and yet open",
            ),
            _percent("click", "Clickers over openers: a click-to-open rate, despite its name"),
            _percent("did_not_open", "Non-openers over delivered (sends − bounces)"),
            _percent("bounce", "Bounces over sends"),
            _percent("unsubscribe", "Opt-outs over delivered (sends − bounces)"),
            _percent("desktop_open", "Opens on computers over all opens"),
            _percent("mobile_open", "Opens on mobiles and tablets over all opens"),
            _percent("desktop_click", "Clicks on computers over all clicks"),
            _percent("mobile_click", "Clicks on mobiles and tablets over all clicks"),
            _LAST_REFRESH,
        ),
        walk="batch",
        rows="one per campaign, its resends included",
        guide=f"{GUIDE}email_campaign_stats_report.html",
        key="campaign_id",
        batch_size=150,
        **REPORT,
    ),
    Endpoint(
        name="activity_stats",
        path="/reports/stats/email_campaign_activities/{campaign_activity_ids}",
        records="results",
        columns=(
            CAMPAIGN_ID,
            ACTIVITY_ID,
            Column(
                "campaign_activity_type",
                "Int64",
                "campaign_activity_type",
                "code",
                "Campaign type as a number; only in the guide's example so far",
                note="in the example of the guide's overview, not in the description",
            ),
            *_STATS,
            *_ACTIVITY_ONLY_STATS,
            replace(_LAST_REFRESH, note="described as text without a format; it is an instant"),
        ),
        walk="batch",
        rows="one per activity",
        guide=REPORTING_GUIDE,
        key="campaign_activity_id",
        batch_size=10,
        **REPORT,
    ),
    Endpoint(
        name="links",
        path="/reports/email_reports/{campaign_activity_id}/links",
        records="link_click_counts",
        columns=(
            on_page(ACTIVITY_ID),
            Column("url_id", "str", "url_id", "id", "Link; joins to clicks; up to 19 digits"),
            Column("link_url", "str", "link_url", "text", "Address the link leads to"),
            Column(
                "unique_clicks", "Int64", "unique_clicks", "contacts", "Contacts who clicked it"
            ),
            Column("list_action", "str", "list_action", "code", "What a click does, e.g. add"),
            Column("list_id", "str", "list_id", "id", "List that a click adds the contact to"),
            Column("link_tag", "str", "link_tag", "text", "Label given to the link"),
        ),
        walk="single",
        rows="one per link; the same URL twice in an email is one link",
        guide=REPORTING_GUIDE,
        key="campaign_activity_id",
        params=(Param("no_clicks", "bool", "Also list the links nobody clicked"),),
        **REPORT,
    ),
    _tracking("sends", "sends", "one per contact it was sent to", "em_sends"),
    _tracking(
        "opens",
        "opens",
        "one per open, repeats included",
        "em_opens",
        DEVICE,
        counted_by="em_opens_all",
    ),
    _tracking(
        "unique_opens",
        "unique_opens",
        "one per contact who opened: the latest open",
        "em_opens",
        DEVICE,
        created="When the contact last opened",
    ),
    _tracking(
        "did_not_opens",
        "didnotopens",
        "one per contact who did not open",
        "em_didnotopens",
        counted_by="em_not_opened",
        created="When it was sent to the contact",
    ),
    _tracking(
        "clicks",
        "clicks",
        "one per click, repeats included",
        "em_clicks",
        DEVICE,
        LINK_ID,
        LINK_URL,
        counted_by="em_clicks_all",
        params=(Param("url_id", "digits", "Only clicks on this link"),),
    ),
    _tracking(
        "forwards",
        "forwards",
        "one per forward by the footer link",
        "em_forwards",
        _UNDESCRIBED_DEVICE,
    ),
    _tracking(
        "optouts",
        "optouts",
        "one per contact who unsubscribed",
        "em_optouts",
        _UNDESCRIBED_DEVICE,
        Column(
            "opt_out_reason", "str", "opt_out_reason", "text", "Reason the contact gave, if any"
        ),
    ),
    _tracking(
        "bounces",
        "bounces",
        "one per bounce",
        "em_bounces",
        Column(
            "bounce_code",
            "category",
            "bounce_code",
            "code",
            "; ".join(f"{code}: {why}" for code, why in BOUNCE_CODES.items()),
            required=True,
            vocabulary=tuple(BOUNCE_CODES),
        ),
        Column(
            "current_email_address",
            "str",
            "current_email_address",
            "text",
            "Address of the contact now",
            pii=True,
        ),
        params=(
            Param(
                "bounce_code",
                "choice",
                "Only bounces of these codes",
                choices=tuple(BOUNCE_CODES),
                many="repeated",
            ),
        ),
    ),
)
