"""The table's vocabulary: how a field's place in the answer names its column."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from ccframes.endpoints import ENDPOINTS
from ccframes.schema import Column, Dtype, Endpoint, Place, Walk, canonical_key, column_name

COLUMNS = [
    pytest.param(endpoint, column, id=f"{endpoint.name}-{column.name}")
    for endpoint in ENDPOINTS.values()
    for column in (
        *endpoint.columns,
        *endpoint.joined,
        *(item for nested in endpoint.nested.values() for item in nested.column.items),
    )
]
EVERY_COLUMN = pytest.mark.parametrize(("endpoint", "column"), COLUMNS)
EVERY_ENDPOINT = pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda e: e.name)

# Named like ids: the number of a send among those of its activity, and a zone's name.
NO_IDS = {"send_id", "time_zone_id"}

# What names a person, or is said of one that others should not read.
PERSONAL = {
    *("contact_id", "email_address", "current_email_address", "first_name", "last_name"),
    *("job_title", "company_name", "birthday_month", "birthday_day", "anniversary"),
    *("custom_fields", "phone_numbers", "street_addresses", "notes"),
    *("value", "choice_ids", "phone_number", "content"),
    *("street", "city", "state", "postal_code", "country"),
    *("sms_channel_sms_address", "sms_channel_formatted_national"),
    *("sms_channel_formatted_international", "contact_email", "contact_phone"),
}

# The twelve dotted keys of the guide's activity page.
DOTTED = {
    f"em_{kind}.all{device}": f"em_{kind}_all{device.replace('.', '_')}"
    for kind in ("opens", "clicks")
    for device in ("", ".computer", ".mobile", ".tablet", ".other", ".none")
}


@pytest.mark.parametrize(("dotted", "underscored"), DOTTED.items())
def test_dotted_keys_have_the_name_of_the_underscored(dotted: str, underscored: str) -> None:
    assert canonical_key(dotted) == canonical_key(underscored) == underscored
    assert underscored in ENDPOINTS["activity_stats"].by_name


@pytest.mark.parametrize(
    ("source", "name"),
    {
        "em_sends": "em_sends",
        "stats.em_sends": "em_sends",
        "percents.open": "open_percent",
        "aggregate_percents.click": "aggregate_click_percent",
        "unique_counts.sends": "unique_sends",
        "sms_channel.state": "sms_channel_state",
        "email_address.address": "email_address",
        "email_address.opt_in_date": "email_address_opt_in_date",
        "physical_address.city": "physical_address_city",
        "metadata.integer": "metadata_integer",
        "geo.point.lat": "geo_point_lat",
    }.items(),
)
def test_column_is_named_by_its_group_and_field(source: str, name: str) -> None:
    assert column_name(source) == name


@EVERY_COLUMN
def test_column_has_the_name_that_its_source_makes(endpoint: Endpoint, column: Column) -> None:
    assert column.name == column_name(column.source)
    assert canonical_key(column.name) == column.name


@EVERY_COLUMN
def test_column_says_its_unit_and_meaning(endpoint: Endpoint, column: Column) -> None:
    assert column.unit.strip() == column.unit != ""
    assert column.meaning.strip() == column.meaning != ""
    assert column.meaning[0].isupper() or column.dtype in {"category", "Int64"}
    assert not column.meaning.endswith(".")


@EVERY_COLUMN
def test_columns_dtype_and_unit_agree(endpoint: Endpoint, column: Column) -> None:
    assert column.dtype in get_args(Dtype)
    assert column.place in get_args(Place)
    assert (column.unit == "UTC") == (column.dtype == "datetime64[us, UTC]")
    assert (column.unit == "day") == (column.dtype == "datetime64[us]")
    assert (column.unit == "percent 0–100") == column.name.endswith("_percent")
    assert (column.unit == "rate 0–1") == column.name.endswith("_rate")
    assert column.name.endswith(("_percent", "_rate")) == (column.dtype == "float64")
    assert (column.unit == "yes or no") == (column.dtype == "boolean")
    assert (column.unit in {"contacts", "events"}) <= (column.dtype == "Int64")
    if column.name not in NO_IDS:
        assert column.name.endswith("_id") <= (column.dtype == "str" and column.unit == "id")


@EVERY_COLUMN
def test_vocabularies_are_those_of_category_columns(endpoint: Endpoint, column: Column) -> None:
    assert bool(column.vocabulary) == (column.dtype == "category")
    assert len(set(column.vocabulary)) == len(column.vocabulary)


@EVERY_COLUMN
def test_what_names_a_contact_is_marked_as_personal(endpoint: Endpoint, column: Column) -> None:
    assert column.pii == (column.name in PERSONAL)


@EVERY_COLUMN
def test_columns_of_several_items_are_text_and_say_in_which_form(
    endpoint: Endpoint, column: Column
) -> None:
    if column.items:
        assert column.dtype == "str"
        assert (column.unit == "ids, comma-separated") == column.holds_ids
        assert (column.unit == "JSON") != column.holds_ids
        assert len({item.name for item in column.items}) == len(column.items)
        assert not any(item.required or item.title_case for item in column.items)
        assert all(item.place == "record" and "." not in item.source for item in column.items)
    else:
        assert column.unit not in {"ids, comma-separated", "JSON"}


def test_columns_of_one_name_hold_the_same_items_in_every_report() -> None:
    held: dict[str, set[tuple[Column, ...]]] = {}
    for endpoint in ENDPOINTS.values():
        for nested in endpoint.nested.values():
            held.setdefault(nested.column.name, set()).add(nested.column.items)
    assert {name for name, items in held.items() if len(items) > 1} == set()


@pytest.mark.parametrize(
    ("report", "path", "keys"),
    [
        ("contacts", "list_memberships", ["contact_id"]),
        ("contacts", "sms_channel_sms_channel_consents", ["contact_id"]),
        ("contacts", "custom_fields.choice_ids", ["contact_id", "custom_field_id"]),
        ("custom_fields", "choices", ["custom_field_id"]),
        ("campaign_activities", "segment_ids", ["campaign_id", "campaign_activity_id"]),
        ("campaign_activity_details", "segment_ids", ["campaign_id", "campaign_activity_id"]),
        ("send_history", "contact_list_ids", ["campaign_activity_id", "send_id"]),
    ],
)
def test_an_item_is_told_by_the_ids_of_its_row(report: str, path: str, keys: list[str]) -> None:
    assert [key.name for key in ENDPOINTS[report].nested[path].keys] == keys


@EVERY_ENDPOINT
def test_column_names_and_places_are_unique(endpoint: Endpoint) -> None:
    names = [column.name for column in (*endpoint.columns, *endpoint.joined)]
    assert len(set(names)) == len(names)
    places = [(column.place, column.source) for column in endpoint.columns]
    assert len(set(places)) == len(places)


@EVERY_ENDPOINT
def test_key_is_a_column_and_fills_the_paths_placeholder(endpoint: Endpoint) -> None:
    assert bool(endpoint.key) == bool(endpoint.placeholder) == ("{" in endpoint.path)
    if endpoint.key:
        assert endpoint.by_name[endpoint.key].dtype == "str"
        assert endpoint.placeholder.removesuffix("s") == endpoint.key


@EVERY_ENDPOINT
def test_only_parameters_of_several_values_say_how_many_there_may_be(endpoint: Endpoint) -> None:
    for param in endpoint.params:
        assert param.most == 0 or (param.most > 1 and param.many)
        assert not (param.alone and param.required)


@EVERY_ENDPOINT
def test_walk_says_what_a_request_holds(endpoint: Endpoint) -> None:
    assert endpoint.walk in get_args(Walk)
    has_limit = endpoint.walk == "cursor" and endpoint.name != "contact_summary"
    assert (endpoint.page_limit is not None) == has_limit
    assert (endpoint.batch_size > 1) == (endpoint.walk == "batch")


@EVERY_ENDPOINT
def test_groups_and_keys_are_those_of_the_columns(endpoint: Endpoint) -> None:
    for column in endpoint.columns:
        group, dot, field = column.source.rpartition(".")
        assert not dot or group in endpoint.groups
        assert field in endpoint.keys_of(f"{group}." if dot else "")
        assert endpoint.by_source[column.source] is endpoint.by_name[column.name] is column
    assert endpoint.keys_of("no such group.") == ()


def test_table_cannot_be_changed() -> None:
    endpoint = ENDPOINTS["opens"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        endpoint.path = "/"  # type: ignore[misc]
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
        endpoint.columns[0].name = "x"  # type: ignore[misc]


@pytest.mark.parametrize("group", ["{", "a{}b", "{0}"])
def test_braces_in_a_groups_name_are_letters_like_others(group: str) -> None:
    assert column_name(f"{group}.x") == f"{group}_x"
