"""THE TABLE: one entry for each endpoint of the API.

The URL, the walk, the frame, the loader's documentation, `describe()`, the embedded account's
routes and the parametrised tests all come from here. Add an endpoint by adding an entry.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ccframes.errors import ConfigError
from ccframes.schema import Column, Endpoint, Param

INSTANT: Final = "datetime64[us, UTC]"
DAY: Final = "datetime64[us]"

ROLES = ("primary_email", "resend", "permalink")
REPORTED_ROLES = ("primary_email", "resend")
DEVICES = ("computer", "mobile", "tablet", "other")
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
EMAIL_TRACKING_TYPES = (
    "em_sends",
    "em_opens",
    "em_clicks",
    "em_bounces",
    "em_optouts",
    "em_forwards",
    "em_didnotopens",
)

_GUIDE = "https://developer.constantcontact.com/api_guide/"
_REPORTING_GUIDE = f"{_GUIDE}email_reporting_overview.html"
_CAMPAIGNS_GUIDE = f"{_GUIDE}tag_email_campaigns.html"
_REPORT: dict[str, Any] = {"scope": "campaign_data", "privilege": "ui:campaign:metrics"}
_CAMPAIGN: dict[str, Any] = {"scope": "campaign_data", "privilege": "campaign:read"}

# --- columns that several endpoints share ---------------------------------------------------

_CAMPAIGN_ID = Column("campaign_id", "str", "campaign_id", "id", "Campaign (UUID)")
_ACTIVITY_ID = Column(
    "campaign_activity_id",
    "str",
    "campaign_activity_id",
    "id",
    "Campaign activity (UUID): the primary email or a resend",
)
_LAST_REFRESH = Column(
    "last_refresh_time",
    INSTANT,
    "last_refresh_time",
    "UTC",
    "When the API last counted; event rows may be newer",
)
_DEVICE = Column(
    "device_type",
    "category",
    "device_type",
    "code",
    "Device the contact used; missing where it was not captured",
    vocabulary=DEVICES,
)
_CAMPAIGN_NAME = Column(
    "name", "str", "name", "text", "Campaign name, from /emails; missing for campaigns not there"
)


def _stat(key: str, unit: str, meaning: str) -> Column:
    return Column(key, "Int64", f"stats.{key}", unit, meaning)


def _percent(key: str, meaning: str) -> Column:
    return Column(f"{key}_percent", "float64", f"percents.{key}", "percent 0–100", meaning)


def _unique(key: str, unit: str, meaning: str) -> Column:
    return Column(f"unique_{key}", "Int64", f"unique_counts.{key}", unit, meaning)


def _page_percent(key: str, over: str) -> Column:
    return Column(
        f"aggregate_{key}_percent",
        "float64",
        f"aggregate_percents.{key}",
        "percent 0–100",
        f"{over}, pooled by the API over the page this row came on, not over this campaign",
        place="page",
    )


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
        for code, key in {
            "Z": "blocked",
            "F": "mailbox_full",
            "B": "nonexistent_address",
            "X": "other",
            "S": "suspended",
            "D": "undeliverable",
            "V": "vacation",
        }.items()
    ),
)


_GUIDED = ("bounces", "clicks", "forwards", "optouts")
"""Tracking reports with a guide page of their own that was seen; the overview covers the rest."""


def _tracking(
    name: str,
    kind: str,
    rows: str,
    counted_by: str,
    *extra: Column,
    params: tuple[Param, ...] = (),
    created: str = "When it happened",
) -> Endpoint:
    columns = (
        replace(_ACTIVITY_ID, required=True),
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
            vocabulary=EMAIL_TRACKING_TYPES,
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
        *extra,
        Column("deleted_at", DAY, "deleted_at", "day", "Day the contact was deleted, if it was"),
    )
    return Endpoint(
        name=name,
        path=f"/reports/email_reports/{{campaign_activity_id}}/tracking/{kind}",
        records="tracking_activities",
        columns=columns,
        walk="cursor",
        rows=rows,
        guide=f"{_GUIDE}email-reporting/email-reporting-{kind}"
        if kind in _GUIDED
        else _REPORTING_GUIDE,
        key="campaign_activity_id",
        page_limit=500,
        params=params,
        sort="created_time",
        counted_by=counted_by,
        **_REPORT,
    )


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


def _on_page(column: Column) -> Column:
    """Return the column as one that stands beside the records, once for all of a page."""
    return replace(column, place="page")


_ACTIVITY_DETAILS = Endpoint(
    name="campaign_activity_details",
    path="/emails/activities/{campaign_activity_id}",
    records="",
    columns=(
        _CAMPAIGN_ID,
        _ACTIVITY_ID,
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
        Column(
            "contact_list_ids",
            "str",
            "contact_list_ids",
            "ids, comma-separated",
            "Lists it goes or went to",
        ),
        Column(
            "segment_ids",
            "str",
            "segment_ids",
            "ids, comma-separated",
            "Segments it goes or went to",
        ),
        Column("format_type", "Int64", "format_type", "code", "How the email was made, 1–5"),
        Column("document_id", "str", "document_id", "id", "Design document (UUID), newer emails"),
        Column("template_id", "str", "template_id", "id", "Template, older emails"),
    ),
    walk="single",
    rows="one per activity",
    guide=f"{_GUIDE}email-campaigns/email-campaigns-activity-id",
    key="campaign_activity_id",
    loader="load_campaign_activities(details=True)",
    **_CAMPAIGN,
)

_ALL = (
    Endpoint(
        name="campaign_summaries",
        path="/reports/summary_reports/email_campaign_summaries",
        records="bulk_email_campaign_summaries",
        columns=(
            replace(_CAMPAIGN_ID, required=True),
            Column(
                "campaign_type", "str", "campaign_type", "code", "Campaign type, e.g. Newsletter"
            ),
            Column("last_sent_date", INSTANT, "last_sent_date", "UTC", "When it was last sent"),
            _unique("sends", "contacts", "Contacts it was sent to"),
            _unique("opens", "contacts", "Contacts who opened"),
            _unique("clicks", "contacts", "Contacts who clicked"),
            _unique("forwards", "contacts", "Contacts who forwarded it by the footer link"),
            _unique("optouts", "contacts", "Contacts who unsubscribed"),
            _unique("abuse", "contacts", "Contacts who reported it as spam"),
            _unique("bounces", "contacts", "Contacts it bounced for, vacation replies included"),
            _unique("not_opened", "contacts", "Contacts who did not open, as the API counts it"),
            _page_percent("click", "Clickers over openers"),
            _page_percent("open", "Openers over delivered"),
            _page_percent("did_not_open", "Non-openers over delivered"),
            _page_percent("bounce", "Bounces over sends"),
            _page_percent("unsubscribe", "Opt-outs over delivered"),
        ),
        walk="cursor",
        rows="one per sent campaign, its resends included",
        guide=f"{_GUIDE}email_bulk_campaign_summary_report.html",
        page_limit=500,
        sort="last_sent_date",
        joined=(_CAMPAIGN_NAME,),
        **_REPORT,
    ),
    Endpoint(
        name="campaign_stats",
        path="/reports/stats/email_campaigns/{campaign_ids}",
        records="results",
        columns=(
            _CAMPAIGN_ID,
            *_STATS,
            _percent("open", "Openers over delivered (sends − bounces)"),
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
        guide=f"{_GUIDE}email_campaign_stats_report.html",
        key="campaign_id",
        batch_size=150,
        **_REPORT,
    ),
    Endpoint(
        name="activity_stats",
        path="/reports/stats/email_campaign_activities/{campaign_activity_ids}",
        records="results",
        columns=(
            _CAMPAIGN_ID,
            _ACTIVITY_ID,
            Column(
                "campaign_activity_type",
                "Int64",
                "campaign_activity_type",
                "code",
                "Campaign type as a number; only in the guide's example so far",
            ),
            *_STATS,
            *_ACTIVITY_ONLY_STATS,
            _LAST_REFRESH,
        ),
        walk="batch",
        rows="one per activity",
        guide=_REPORTING_GUIDE,
        key="campaign_activity_id",
        batch_size=10,
        **_REPORT,
    ),
    Endpoint(
        name="links",
        path="/reports/email_reports/{campaign_activity_id}/links",
        records="link_click_counts",
        columns=(
            _on_page(_ACTIVITY_ID),
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
        guide=_REPORTING_GUIDE,
        key="campaign_activity_id",
        params=(Param("no_clicks", "bool", "Also list the links nobody clicked"),),
        **_REPORT,
    ),
    _tracking("sends", "sends", "one per contact it was sent to", "em_sends"),
    _tracking("opens", "opens", "one per open, repeats included", "em_opens_all", _DEVICE),
    _tracking(
        "unique_opens",
        "unique_opens",
        "one per contact who opened: the latest open",
        "em_opens",
        _DEVICE,
        created="When the contact last opened",
    ),
    _tracking(
        "did_not_opens",
        "didnotopens",
        "one per contact who did not open",
        "em_not_opened",
        created="When it was sent to the contact",
    ),
    _tracking(
        "clicks",
        "clicks",
        "one per click, repeats included",
        "em_clicks_all",
        _DEVICE,
        Column(
            "url_id",
            "str",
            "url_id",
            "id",
            "Link; joins to links; up to 19 digits",
            required=True,
        ),
        Column("link_url", "str", "link_url", "text", "Address the link leads to", required=True),
        params=(Param("url_id", "digits", "Only clicks on this link"),),
    ),
    _tracking("forwards", "forwards", "one per forward by the footer link", "em_forwards", _DEVICE),
    _tracking(
        "optouts",
        "optouts",
        "one per contact who unsubscribed",
        "em_optouts",
        _DEVICE,
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
                repeated=True,
            ),
        ),
    ),
    Endpoint(
        name="campaigns",
        path="/emails",
        records="campaigns",
        columns=(
            _CAMPAIGN_ID,
            Column("name", "str", "name", "text", "Campaign name"),
            *_CAMPAIGN_FIELDS,
        ),
        walk="cursor",
        rows="one per email campaign of any status, removed ones included",
        guide=_CAMPAIGNS_GUIDE,
        page_limit=500,
        params=(
            Param("after_date", "instant", "Only campaigns changed after this instant"),
            Param("before_date", "instant", "Only campaigns changed before this instant"),
        ),
        **_CAMPAIGN,
    ),
    Endpoint(
        name="campaign_activities",
        path="/emails/{campaign_id}",
        records="campaign_activities",
        columns=(
            _on_page(_CAMPAIGN_ID),
            Column("name", "str", "name", "text", "Campaign name", place="page"),
            _ACTIVITY_ID,
            Column(
                "role",
                "category",
                "role",
                "code",
                "Role in the campaign; a permalink has no reports",
                vocabulary=ROLES,
            ),
            *(_on_page(column) for column in _CAMPAIGN_FIELDS),
        ),
        walk="single",
        rows="one per activity of the campaign",
        guide=_CAMPAIGNS_GUIDE,
        key="campaign_id",
        joined=tuple(
            replace(column, required=False)
            for column in _ACTIVITY_DETAILS.columns
            if column.name not in {"campaign_id", "campaign_activity_id", "role", "current_status"}
        ),
        **_CAMPAIGN,
    ),
    _ACTIVITY_DETAILS,
)

ENDPOINTS: dict[str, Endpoint] = {endpoint.name: endpoint for endpoint in _ALL}
"""Every endpoint by name; a name is its loader's without `load_`."""


def endpoint_named(name: str) -> Endpoint:
    """Return the endpoint of that name (`opens`) or loader (`load_opens`)."""
    found = ENDPOINTS.get(name.removeprefix("load_"))
    if found is None:
        raise ConfigError(f"no report is called {name!r}; there are: {', '.join(ENDPOINTS)}")
    return found
