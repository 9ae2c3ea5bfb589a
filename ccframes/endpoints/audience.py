"""Contacts and what they are sorted by: lists, tags, custom fields, segments."""

from __future__ import annotations

from typing import Any

from ccframes.endpoints.shared import DAY, GUIDE, INSTANT, LIST_ID, ids
from ccframes.schema import Column, Dtype, Endpoint, Param

CONTACT_STATUSES = (
    "all",
    "active",
    "deleted",
    "not_set",
    "pending_confirmation",
    "temp_hold",
    "unsubscribed",
)
PERMISSIONS = (
    "explicit",
    "implicit",
    "not_set",
    "pending_confirmation",
    "temp_hold",
    "unsubscribed",
)
SMS_STATUSES = ("all", "explicit", "unsubscribed", "pending_confirmation", "not_set")
SUBRESOURCES = (
    "custom_fields",
    "list_memberships",
    "taggings",
    "notes",
    "phone_numbers",
    "street_addresses",
)

_CONTACTS: dict[str, Any] = {"scope": "contact_data", "privilege": "contacts:read"}
_LISTS: dict[str, Any] = {"scope": "contact_data", "privilege": "contacts:lists:read"}
_CREATED = Column("created_at", INSTANT, "created_at", "UTC", "When it was made")
_UPDATED = Column("updated_at", INSTANT, "updated_at", "UTC", "When it was last changed")
_FAVORITE = Column("favorite", "boolean", "favorite", "yes or no", "Whether it is a favourite")


def _text(key: str, meaning: str, *, unit: str = "text", pii: bool = False) -> Column:
    return Column(key, "str", key, unit, meaning, pii=pii)


def _email(key: str, dtype: Dtype, unit: str, meaning: str) -> Column:
    return Column(f"email_address_{key}", dtype, f"email_address.{key}", unit, meaning)


def _metadata(key: str, dtype: Dtype, unit: str, meaning: str) -> Column:
    return Column(f"metadata_{key}", dtype, f"metadata.{key}", unit, meaning)


_ON_REQUEST = "missing where none or not included"
_NEEDED_TO_WRITE = "marked for those who write it; nothing is refused for the lack of it"
_FIELD_ID = Column(
    "custom_field_id",
    "str",
    "custom_field_id",
    "id",
    "Custom field (UUID); joins to custom_fields",
    note=_NEEDED_TO_WRITE,
)
_TAG_ID = Column("tag_id", "str", "tag_id", "id", "Tag (UUID); joins to tags")
_CHOICE_ID = Column("choice_id", "str", "choice_id", "id", "Choice of the custom field")
_SOURCES = (
    _text("create_source", "Who added it: Account or Contact", unit="code"),
    _text("update_source", "Who last changed it: Account or Contact", unit="code"),
)
_PHONE_NUMBER = (
    Column("phone_number_id", "str", "phone_number_id", "id", "Phone number (UUID)"),
    _text("phone_number", "Number, as sent", pii=True),
    _text("kind", "Kind of number: home, work, mobile or other", unit="code"),
    _CREATED,
    _UPDATED,
    *_SOURCES,
)
_STREET_ADDRESS = (
    Column("street_address_id", "str", "street_address_id", "id", "Street address (UUID)"),
    Column(
        "kind",
        "str",
        "kind",
        "code",
        "Kind of address: home, work or other",
        note=_NEEDED_TO_WRITE,
    ),
    _text("street", "Number and street", pii=True),
    _text("city", "City", pii=True),
    _text("state", "State or province", pii=True),
    _text("postal_code", "Postal code", pii=True),
    _text("country", "Country", pii=True),
    _CREATED,
    _UPDATED,
)
_CUSTOM_FIELD = (
    _FIELD_ID,
    _text("value", "Its value, as text; missing where choices are its value", pii=True),
    ids("choice_ids", "Choices that were made, if it has choices", _CHOICE_ID, pii=True),
)
_NOTE = (
    Column("note_id", "str", "note_id", "id", "Note (UUID)"),
    _CREATED,
    _text("content", "What it says", pii=True),
)
_CONSENT = (
    _text("sms_consent_permission", "Whether and why texts may be sent", unit="code"),
    _text("consent_type", "What may be sent, e.g. promotional_sms", unit="code"),
    Column("opt_in_date", INSTANT, "opt_in_date", "UTC", "When it was given, if it was"),
    Column("opt_out_date", INSTANT, "opt_out_date", "UTC", "When it was withdrawn, if it was"),
    _text("advertised_frequency", "How often texts were said to come", unit="texts an interval"),
    _text("advertised_interval", "Interval of that, e.g. monthly", unit="code"),
    _CREATED,
    _UPDATED,
)
_CHOICE = (
    _FIELD_ID,
    _CHOICE_ID,
    _text("choice_label", "Its name as people see it"),
    Column("display_order", "Int64", "display_order", "place", "Place among the choices"),
    _CREATED,
    _UPDATED,
    Column("deleted_at", DAY, "deleted_at", "day", "Day it was deleted, if it was"),
)


def _parts(key: str, meaning: str, items: tuple[Column, ...]) -> Column:
    return Column(key, "str", key, "JSON", f"{meaning}; {_ON_REQUEST}", pii=True, items=items)


_CONTACT_COLUMNS = (
    Column("contact_id", "str", "contact_id", "id", "Contact (UUID)", pii=True),
    Column(
        "email_address",
        "str",
        "email_address.address",
        "text",
        "Address; missing for contacts with SMS only",
        pii=True,
    ),
    Column(
        "email_address_permission_to_send",
        "category",
        "email_address.permission_to_send",
        "code",
        "Whether and why email may be sent",
        vocabulary=PERMISSIONS,
    ),
    _email("created_at", INSTANT, "UTC", "When the address was added"),
    _email("updated_at", INSTANT, "UTC", "When the address was last changed"),
    _email("opt_in_source", "str", "code", "Who opted in: Account or Contact"),
    _email("opt_in_date", INSTANT, "UTC", "When it was opted in"),
    _email("opt_out_source", "str", "code", "Who opted out: Account or Contact"),
    _email("opt_out_date", INSTANT, "UTC", "When it was opted out"),
    _email("opt_out_reason", "str", "text", "Reason for opting out, if given"),
    _email("confirm_status", "str", "code", "State of the confirmation request"),
    _text("first_name", "First name", pii=True),
    _text("last_name", "Last name", pii=True),
    _text("job_title", "Job title", pii=True),
    _text("company_name", "Company", pii=True),
    Column("birthday_month", "Int64", "birthday_month", "month 1–12", "Birthday", pii=True),
    Column("birthday_day", "Int64", "birthday_day", "day 1–31", "Birthday", pii=True),
    _text("anniversary", "Anniversary, as sent", pii=True),
    _text("create_source", "Who made it: Account or Contact", unit="code"),
    _text("update_source", "Who last changed it: Account or Contact", unit="code"),
    _CREATED,
    _UPDATED,
    Column("deleted_at", DAY, "deleted_at", "day", "Day it was deleted, if it was"),
    ids("list_memberships", f"Lists it is on; {_ON_REQUEST}", LIST_ID),
    ids("taggings", f"Tags it has; {_ON_REQUEST}", _TAG_ID),
    _parts("custom_fields", "Values of custom fields", _CUSTOM_FIELD),
    _parts("phone_numbers", "Phone numbers", _PHONE_NUMBER),
    _parts("street_addresses", "Street addresses", _STREET_ADDRESS),
    _parts("notes", "Notes", _NOTE),
    *(
        Column(f"sms_channel_{key}", "str", f"sms_channel.{key}", unit, meaning, pii=pii)
        for key, unit, meaning, pii in (
            ("sms_channel_id", "id", "SMS channel (UUID)", False),
            ("sms_address", "text", "SMS number", True),
            ("dial_code", "code", "Dial code of the number", False),
            ("country_code", "code", "Country of the number", False),
            ("create_source", "code", "Who added the number", False),
            ("update_source", "code", "Who last changed the number", False),
        )
    ),
    Column(
        "sms_channel_sms_channel_consents",
        "str",
        "sms_channel.sms_channel_consents",
        "JSON",
        "Consents to SMS",
        items=_CONSENT,
    ),
)


def _instant(name: str, meaning: str) -> Param:
    return Param(name, "instant", f"Only contacts {meaning}")


AUDIENCE = (
    Endpoint(
        name="contacts",
        path="/contacts",
        records="contacts",
        columns=_CONTACT_COLUMNS,
        walk="cursor",
        rows="one per contact",
        guide=f"{GUIDE}index.html",
        page_limit=500,
        params=(
            Param(
                "status",
                "choice",
                "Only contacts of these states; all but deleted ones by default",
                choices=CONTACT_STATUSES,
                many="comma",
            ),
            Param(
                "sms_status",
                "choice",
                "Only contacts whose SMS channel has one of these states",
                choices=SMS_STATUSES,
                many="comma",
            ),
            Param("email", "text", "Only the contact with this address"),
            Param("lists", "id", "Only contacts on these lists", many="comma", most=25),
            Param("tags", "id", "Only contacts with these tags", many="comma", most=50),
            Param("segment_id", "digits", "Only contacts in this segment", alone=True),
            _instant("created_after", "made after then"),
            _instant("created_before", "made before then"),
            _instant("updated_after", "changed after then"),
            _instant("updated_before", "changed before then"),
            _instant("optout_after", "opted out after then"),
            _instant("optout_before", "opted out before then"),
            Param(
                "include",
                "choice",
                "What to send with each contact",
                choices=SUBRESOURCES,
                many="comma",
            ),
        ),
        total="contacts_count",
        left_out={
            "contacts_count": "a number on request, the same as that of the rows",
            "status": "says that a segment is being prepared, which is waited for",
        },
        **_CONTACTS,
    ),
    Endpoint(
        name="contact_lists",
        path="/contact_lists",
        records="lists",
        columns=(
            Column("list_id", "str", "list_id", "id", "List (UUID)", required=True),
            Column("name", "str", "name", "text", "Its name", required=True),
            _text("description", "Its description, if any"),
            _FAVORITE,
            Column(
                "membership_count",
                "Int64",
                "membership_count",
                "contacts",
                "Members; missing where not asked for",
            ),
            _CREATED,
            _UPDATED,
            Column("deleted_at", INSTANT, "deleted_at", "UTC", "When it was deleted, if it was"),
        ),
        walk="cursor",
        rows="one per list",
        guide=f"{GUIDE}index.html",
        page_limit=500,
        params=(
            Param(
                "include_membership_count",
                "choice",
                "Count the members: all, or those that may be sent to",
                choices=("all", "active"),
            ),
            Param(
                "status", "choice", "Only lists of this state", choices=("active", "deleted", "all")
            ),
            Param("name", "text", "Only the list of this name"),
        ),
        limit_note="the description says 1000 and its prose 500",
        total="lists_count",
        left_out={"lists_count": "a number on request, the same as that of the rows"},
        **_LISTS,
    ),
    Endpoint(
        name="tags",
        path="/contact_tags",
        records="tags",
        columns=(
            Column("tag_id", "str", "tag_id", "id", "Tag (UUID)"),
            _text("name", "Its name"),
            Column(
                "contacts_count",
                "Int64",
                "contacts_count",
                "contacts",
                "Contacts that have it; missing where not asked for",
            ),
            _text("tag_source", "Where it comes from", unit="code"),
            _CREATED,
            _UPDATED,
        ),
        walk="cursor",
        rows="one per tag",
        guide=f"{GUIDE}index.html",
        page_limit=500,
        params=(Param("include_count", "bool", "Count the contacts that have each tag"),),
        **_CONTACTS,
    ),
    Endpoint(
        name="custom_fields",
        path="/contact_custom_fields",
        records="custom_fields",
        columns=(
            Column("custom_field_id", "str", "custom_field_id", "id", "Custom field (UUID)"),
            Column("label", "str", "label", "text", "Its name as people see it", required=True),
            _text("name", "Its name as programs see it"),
            Column("type", "str", "type", "code", "Kind of value", required=True),
            Column("version", "Int64", "version", "version", "Version of the definition"),
            _CREATED,
            _UPDATED,
            Column(
                "choices",
                "str",
                "choices",
                "JSON",
                "What may be chosen, if anything",
                items=_CHOICE,
            ),
            _metadata("display_type", "str", "code", "How it is shown"),
            _metadata("display_format", "str", "code", "How its value is formatted"),
            _metadata("allow_negative", "boolean", "yes or no", "Whether it may be negative"),
            _metadata("decimal_places", "Int64", "digits", "Decimal places"),
            _metadata("integer", "boolean", "yes or no", "Whether it is a whole number"),
            _metadata("currency_code", "str", "code", "Currency"),
        ),
        walk="cursor",
        rows="one per custom field",
        guide=f"{GUIDE}index.html",
        page_limit=100,
        **_CONTACTS,
    ),
    Endpoint(
        name="segments",
        path="/segments",
        records="segments",
        columns=(
            Column("segment_id", "str", "segment_id", "id", "Segment; a number"),
            _text("name", "Its name"),
            _CREATED,
            Column("edited_at", INSTANT, "edited_at", "UTC", "When it was last changed"),
        ),
        walk="cursor",
        rows="one per segment",
        guide=f"{GUIDE}index.html",
        page_limit=1000,
        params=(Param("sort_by", "choice", "Order of the rows", choices=("name", "date")),),
        **_LISTS,
    ),
)
