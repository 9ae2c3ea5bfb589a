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
    for column in (*endpoint.columns, *endpoint.joined)
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
