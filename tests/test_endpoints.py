"""The table agrees with the loaders, with what is said of it, and with the provider's swagger."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.endpoints import (
    BOUNCE_CODES,
    DEVICES,
    EMAIL_TRACKING_TYPES,
    ENDPOINTS,
    ROLES,
    endpoint_named,
)
from ccframes.errors import ConfigError
from ccframes.schema import Endpoint, canonical_key

EVERY = pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda e: e.name)

# Reports of the overview page, and the three /emails endpoints they are joined with.
NAMES = [
    *("campaign_summaries", "campaign_stats", "activity_stats", "links", "sends", "opens"),
    *("unique_opens", "did_not_opens", "clicks", "forwards", "optouts", "bounces"),
    *("campaigns", "campaign_activities", "campaign_activity_details"),
]


def test_table_has_the_twelve_reports_and_the_three_they_are_joined_with() -> None:
    assert list(ENDPOINTS) == NAMES
    assert all(endpoint.name == name for name, endpoint in ENDPOINTS.items())


@EVERY
def test_loader_exists(endpoint: Endpoint) -> None:
    loader, _, options = endpoint.loader.partition("(")
    assert callable(getattr(ccf, loader))
    if options:
        name, _, value = options.removesuffix(")").partition("=")
        assert inspect.signature(getattr(ccf, loader)).parameters[name].default is not value
    else:
        assert loader == f"load_{endpoint.name}"


def test_only_the_details_have_another_endpoints_loader() -> None:
    others = {e.name: e.loader for e in ENDPOINTS.values() if e.loader != f"load_{e.name}"}
    assert others == {"campaign_activity_details": "load_campaign_activities(details=True)"}


@EVERY
def test_endpoint_is_found_by_its_name_and_by_its_loaders(endpoint: Endpoint) -> None:
    assert endpoint_named(endpoint.name) is endpoint
    assert endpoint_named(f"load_{endpoint.name}") is endpoint


def test_name_of_no_endpoint_is_an_error_that_lists_those_there_are() -> None:
    with pytest.raises(ConfigError, match=f"'opened'.*{', '.join(NAMES)}"):
        endpoint_named("opened")


@EVERY
def test_vocabularies_are_the_documented_ones(endpoint: Endpoint) -> None:
    documented = {
        "device_type": DEVICES,
        "tracking_activity_type": EMAIL_TRACKING_TYPES,
        "bounce_code": tuple(BOUNCE_CODES),
        "role": ROLES,
    }
    for column in endpoint.columns:
        assert column.vocabulary == documented.get(column.name, ())


def test_documented_words_are_those_of_the_contract() -> None:
    assert DEVICES == ("computer", "mobile", "tablet", "other")
    assert "".join(BOUNCE_CODES) == "BDFSVXZ"
    assert ROLES == ("primary_email", "resend", "permalink")
    assert len(EMAIL_TRACKING_TYPES) == 7
    assert "em_didnotopens" in EMAIL_TRACKING_TYPES


@EVERY
def test_rows_are_counted_by_an_activity_statistic(endpoint: Endpoint) -> None:
    is_tracking = "/tracking/" in endpoint.path
    assert bool(endpoint.counted_by) == is_tracking
    if is_tracking:
        assert endpoint.counted_by in ENDPOINTS["activity_stats"].by_name


def test_joined_columns_come_from_another_endpoint_with_the_same_dtype() -> None:
    sources = {
        "campaign_summaries": "campaigns",
        "campaign_activities": "campaign_activity_details",
    }
    assert {name for name, e in ENDPOINTS.items() if e.joined} == set(sources)
    for name, source in sources.items():
        for column in ENDPOINTS[name].joined:
            assert ENDPOINTS[source].by_name[column.name].dtype == column.dtype


# --- what is said of the table ---------------------------------------------------------------


def test_catalog_has_one_row_for_each_endpoint() -> None:
    catalog = ccf.catalog()
    assert catalog["name"].tolist() == NAMES
    assert list(catalog.columns) == [
        *("name", "loader", "path", "rows", "key", "walk", "page_limit", "batch_size"),
        *("scope", "privilege", "guide"),
    ]
    assert str(catalog["page_limit"].dtype) == str(catalog["batch_size"].dtype) == "Int64"
    clicks = catalog.set_index("name").loc["clicks"]
    assert clicks["page_limit"] == 500
    assert clicks["path"] == "/reports/email_reports/{campaign_activity_id}/tracking/clicks"
    assert catalog["guide"].str.startswith("https://developer.constantcontact.com/").all()


@EVERY
def test_describe_has_one_row_for_each_column_in_the_frames_order(endpoint: Endpoint) -> None:
    said = ccf.describe(endpoint.name)
    assert list(said.columns) == [
        *("column", "dtype", "unit", "source", "meaning", "pii", "required")
    ]
    frame = ccf.flatten(endpoint.name, [])
    declared = said.iloc[: len(endpoint.columns)]
    assert declared["column"].tolist() == list(frame.columns)
    assert declared["dtype"].tolist() == [str(dtype) for dtype in frame.dtypes]
    joined = said.iloc[len(endpoint.columns) :]
    assert joined["column"].tolist() == [column.name for column in endpoint.joined]
    assert joined["source"].str.startswith("joined: ").all()
    assert not declared["source"].str.startswith("joined: ").any()
    pd.testing.assert_frame_equal(said, ccf.describe(f"load_{endpoint.name}"))


@EVERY
def test_loaders_documentation_lists_every_column(endpoint: Endpoint) -> None:
    doc = inspect.getdoc(getattr(ccf, endpoint.loader.partition("(")[0])) or ""
    for column in endpoint.columns:
        assert f"{column.name} : {column.dtype} [{column.unit}]" in doc


# --- the provider's own description -----------------------------------------------------------
#
# tests/fixtures/swagger.json is what the provider's swagger (build 3.0.172) states of our
# endpoints; where the swagger itself is at hand, the extract is compared with it.

EXTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parent / "fixtures" / "swagger.json").read_text(encoding="utf-8")
)
_AT_HAND = Path(__file__).resolve().parents[2] / "shared" / "wire"
SWAGGERS = [json.loads(path.read_bytes()) for path in _AT_HAND.glob("*.swagger.json")]

# Fields of the swagger that are no columns, and why.
_ASKED_FOR = "sent only when asked for with include="
EXCEPTIONS = {
    "campaign_activity_details": {
        "html_content": _ASKED_FOR,
        "permalink_url": _ASKED_FOR,
        "physical_address_in_footer": _ASKED_FOR,
        "document_properties": _ASKED_FOR,
    }
}

# Columns that are no fields of the swagger, and where they were seen.
ADDITIONS = {
    "activity_stats": {"campaign_activity_type": "the guide's example"},
    "forwards": {"device_type": "stored by other connectors"},
    "optouts": {"device_type": "stored by other connectors"},
    "campaign_activity_details": {"document_id": "recorded answers, and a later swagger"},
}


def theirs(endpoint: Endpoint) -> dict[str, bool]:
    """The fields that the swagger has, without the excepted ones, and which are required."""
    excepted = EXCEPTIONS.get(endpoint.name, {})
    fields: dict[str, bool] = EXTRACT[endpoint.name]["fields"]
    return {
        path: required
        for path, required in fields.items()
        if path.partition(".")[0] not in excepted
    }


@EVERY
def test_every_field_of_the_swagger_is_a_column_or_an_explained_exception(
    endpoint: Endpoint,
) -> None:
    fields = set(theirs(endpoint))
    assert fields - set(endpoint.by_source) == set()
    assert set(endpoint.by_source) - fields == set(ADDITIONS.get(endpoint.name, ()))
    tops = {path.partition(".")[0] for path in EXTRACT[endpoint.name]["fields"]}
    assert set(EXCEPTIONS.get(endpoint.name, ())) <= tops


@EVERY
def test_required_marks_are_those_of_the_swagger(endpoint: Endpoint) -> None:
    required = {path for path, needed in theirs(endpoint).items() if needed}
    assert {column.source for column in endpoint.columns if column.required} == required


@EVERY
def test_scope_is_that_of_the_swagger(endpoint: Endpoint) -> None:
    assert EXTRACT[endpoint.name]["scopes"] == [endpoint.scope]


@EVERY
def test_parameters_and_limits_are_those_of_the_swagger(endpoint: Endpoint) -> None:
    limits = dict(EXTRACT[endpoint.name]["parameters"])
    assert limits.pop("limit", None) == endpoint.page_limit
    if endpoint.placeholder:
        assert limits.pop(endpoint.placeholder) == (
            endpoint.batch_size if endpoint.walk == "batch" else None
        )
    limits.pop("include", None)  # we ask for no more than the activity itself
    assert set(limits) == {param.name for param in endpoint.params}


def extracted(swagger: dict[str, Any]) -> dict[str, Any]:
    """What a swagger states of our endpoints, as the extract has it."""

    def resolved(schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        return swagger["definitions"][name] if name else schema

    def fields(schema: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, bool]]:
        for key, inner in schema["properties"].items():
            nested = resolved(inner)
            if "properties" in nested:
                yield from fields(nested, f"{prefix}{canonical_key(key)}.")
            else:
                yield f"{prefix}{canonical_key(key)}", key in schema.get("required", [])

    def maximum(parameter: dict[str, Any]) -> int | None:
        prose = [int(number) for number in re.findall(r"\d+", parameter.get("description", ""))]
        in_prose = max(prose, default=None) if parameter["name"] == "limit" else None
        found: int | None = parameter.get("maximum", in_prose)
        return found

    def operation(endpoint: Endpoint) -> dict[str, Any]:
        stated = swagger["paths"][endpoint.path]["get"]
        page = resolved(stated["responses"]["200"]["schema"])
        found = dict(fields(page))
        if endpoint.records:
            del found[endpoint.records]
            found |= fields(resolved(page["properties"][endpoint.records]["items"]))
        scopes = {
            scope for grant in stated["security"] for names in grant.values() for scope in names
        }
        return {
            "scopes": sorted(scopes),
            "parameters": {p["name"]: maximum(p) for p in stated["parameters"]},
            "fields": {
                path: required
                for path, required in found.items()
                if path.partition(".")[0] not in {"_links", "errors"}
            },
        }

    return {endpoint.name: operation(endpoint) for endpoint in ENDPOINTS.values()}


if SWAGGERS:  # a skipped test is a failure in CI, where the swagger is not

    @pytest.mark.parametrize("swagger", SWAGGERS, ids=lambda swagger: swagger["info"]["version"])
    def test_extract_is_what_the_swagger_states(swagger: dict[str, Any]) -> None:
        assert extracted(swagger) == EXTRACT
