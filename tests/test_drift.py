"""Drift: the table against descriptions that are changed, odd or broken."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ccframes import errors
from ccframes.drift import drift

RECORD = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "segment_id": {"type": "integer", "format": "int32"},
        "created_at": {"type": "string", "format": "date-time"},
        "edited_at": {"type": "string", "format": "date-time"},
    },
}
PARAMETERS = [
    {"in": "query", "name": "limit", "type": "string"},
    {"in": "query", "name": "sort_by", "type": "string"},
]
GET: dict[str, Any] = {
    "security": [{"oauth": ["contact_data"]}],
    "parameters": PARAMETERS,
    "responses": {
        "200": {
            "schema": {
                "type": "object",
                "properties": {"segments": {"type": "array", "items": RECORD}},
            }
        }
    },
}


def described(get: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"swagger": "2.0", "host": "api.cc.email", "basePath": "/v3"}
    return base | {"paths": {"/segments": {"get": get}}} | more


def found(document: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    table = drift(document)
    table = table[table["kind"] != "missing endpoint"]
    columns = ["field", "kind", "table", "description"]
    return list(table[columns].itertuples(index=False, name=None))


def test_what_is_as_the_table_says_is_no_difference() -> None:
    assert found(described(GET)) == []


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the description with one place of it changed."""
    get = copy.deepcopy(GET)
    *steps, last = path.split("/")
    place: Any = get
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = value
    return described(get)


FIELDS = "responses/200/schema/properties/segments/items/properties"


@pytest.mark.parametrize(
    ("path", "value", "difference"),
    [
        (f"{FIELDS}/mood", {"type": "string"}, ("mood", "new field", "", "string")),
        (f"{FIELDS}/name", {"type": "integer"}, ("name", "type", "str", "integer")),
        (
            f"{FIELDS}/edited_at",
            {"type": "string", "format": "date"},
            ("edited_at", "type", "datetime64[us, UTC]", "string date"),
        ),
        (
            "responses/200/schema/properties/segments/items/required",
            ["name"],
            ("name", "required", "optional", "required"),
        ),
        ("parameters/0/maximum", 50, ("limit", "limit", "1000", "50")),
        ("parameters/1/required", True, ("sort_by", "parameter", "optional", "required")),
        ("security", [{"oauth": ["other"]}], ("", "scope", "contact_data", "other")),
    ],
)
def test_each_kind_of_difference_is_found(path: str, value: Any, difference: Any) -> None:
    assert found(changed(path, value)) == [difference]


def test_a_field_that_is_gone_is_found() -> None:
    document = changed("tags", [])
    schema = document["paths"]["/segments"]["get"]["responses"]["200"]["schema"]
    del schema["properties"]["segments"]["items"]["properties"]["edited_at"]
    assert found(document) == [("edited_at", "missing field", "datetime64[us, UTC]", "")]


def test_another_address_is_found() -> None:
    assert found(described(GET, basePath="/v4"))[0][1] == "address"


def test_references_and_joined_schemas_are_followed() -> None:
    get = copy.deepcopy(GET)
    get["parameters"] = [{"$ref": "#/parameters/limit"}]
    get["responses"]["200"] = {"$ref": "#/responses/segments"}
    answer = {"schema": {"allOf": [GET["responses"]["200"]["schema"]]}}
    document = described(
        get,
        responses={"segments": answer},
        parameters={"limit": PARAMETERS[0] | {"maximum": 7}},
    )
    document["paths"]["/segments"]["parameters"] = PARAMETERS[1:]
    assert found(document) == [("limit", "limit", "1000", "7")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (FIELDS, {"$ref": "#/definitions/none"}),
        (f"{FIELDS}/name", {"$ref": "other.json#/x"}),
        (f"{FIELDS}/name", {"$ref": 5}),
        (f"{FIELDS}/name", None),
        (FIELDS, None),
        ("responses", {}),
        ("responses/200", None),
        ("responses/200/schema", None),
        ("responses/200/schema/properties/segments", {"type": "array"}),
        ("security", None),
        ("parameters", [None]),
        ("parameters/0/maximum", "seven"),
    ],
)
def test_a_description_that_cannot_be_followed_is_an_error_of_ours(path: str, value: Any) -> None:
    with pytest.raises(errors.SchemaError, match="description"):
        drift(changed(path, value))


def test_a_reference_to_itself_is_no_endless_loop() -> None:
    loop = {"$ref": "#/definitions/loop"}
    document = changed(f"{FIELDS}/name", loop) | {"definitions": {"loop": loop}}
    with pytest.raises(errors.SchemaError):
        drift(document)


def test_a_schema_within_itself_is_no_endless_recursion() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/definitions/tree"}}}
    document = changed(f"{FIELDS}/name", tree) | {"definitions": {"tree": tree}}
    with pytest.raises(errors.SchemaError):
        drift(document)


@pytest.mark.parametrize("document", [{}, {"openapi": "3.0.0", "paths": {}}, {"swagger": "1.2"}])
def test_what_is_no_swagger_2_document_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(errors.SchemaError, match=r"no Swagger 2\.0"):
        drift(document)


CHOICE = {
    "custom_field_id": {"type": "string", "format": "uuid"},
    "choice_id": {"type": "integer"},
    "choice_label": {"type": "string"},
    "display_order": {"type": "integer"},
    "created_at": {"type": "string", "format": "date-time"},
    "updated_at": {"type": "string", "format": "date-time"},
    "deleted_at": {"type": "string", "format": "date"},
}


def of_choices(choice: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return the differences in the choices of custom fields, described as given."""
    record = {"properties": {"choices": {"type": "array", "items": {"$ref": "#/definitions/C"}}}}
    fields = {"type": "array", "items": record}
    body = {"schema": {"type": "object", "properties": {"custom_fields": fields}}}
    document = described(
        {},
        paths={"/contact_custom_fields": {"get": {"parameters": [], "responses": {"200": body}}}},
        definitions={"C": {"type": "object", "properties": choice}},
    )
    return [each for each in found(document) if each[0].startswith("choices[]")]


def test_items_that_are_as_the_table_says_are_no_difference() -> None:
    assert of_choices(CHOICE) == []


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"colour": {"type": "string"}}, ("choices[].colour", "new field", "", "string")),
        (
            {"display_order": {"type": "number"}},
            ("choices[].display_order", "type", "Int64", "number"),
        ),
    ],
)
def test_items_of_arrays_are_compared_field_by_field(
    change: dict[str, Any], difference: tuple[str, str, str, str]
) -> None:
    assert of_choices(CHOICE | change) == [difference]


def test_a_field_that_items_no_longer_have_is_missing() -> None:
    fewer = {name: field for name, field in CHOICE.items() if name != "choice_label"}
    assert of_choices(fewer) == [("choices[].choice_label", "missing field", "str", "")]
