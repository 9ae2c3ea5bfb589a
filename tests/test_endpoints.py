"""The table agrees with the loaders, with what is said of it, and with the provider's swagger."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.drift import drift
from ccframes.endpoints import (
    BOUNCE_CODES,
    DEVICES,
    EMAIL_TRACKING_TYPES,
    ENDPOINTS,
    ROLES,
    UNREAD,
    endpoint_named,
)
from ccframes.endpoints.audience import CONTACT_STATUSES, PERMISSIONS
from ccframes.endpoints.contact_reports import CONTACT_TRACKING_TYPES
from ccframes.endpoints.landing_pages import LANDING_TYPES, SMS_STATES
from ccframes.errors import ConfigError
from ccframes.schema import Endpoint

EVERY = pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda e: e.name)

# Family by family, in the order of the families.
NAMES = [
    *("campaign_summaries", "campaign_stats", "activity_stats", "links", "sends", "opens"),
    *("unique_opens", "did_not_opens", "clicks", "forwards", "optouts", "bounces"),
    *("campaigns", "campaign_activities", "campaign_activity_details"),
    *("send_history", "resends", "ab_tests"),
    *("contact_activity", "contact_rates", "contact_summary"),
    *("landing_clicks", "landing_unique_opens", "landing_opens"),
    *("landing_updates", "landing_adds", "landing_sms_optins"),
    "sms_summaries",
    *("contacts", "contact_lists", "tags", "custom_fields", "segments"),
    "account",
]


def test_table_has_every_report_and_what_they_are_joined_with() -> None:
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
    tracking = {"landing": LANDING_TYPES, "contact": CONTACT_TRACKING_TYPES}
    documented = {
        "device_type": DEVICES,
        "tracking_activity_type": tracking.get(
            endpoint.name.partition("_")[0], EMAIL_TRACKING_TYPES
        ),
        "bounce_code": tuple(BOUNCE_CODES),
        "role": ROLES,
        "sms_channel_state": tuple(SMS_STATES),
        "email_address_permission_to_send": PERMISSIONS,
    }
    for column in endpoint.columns:
        assert column.vocabulary == documented.get(column.name, ())


def test_documented_words_are_those_of_the_contract() -> None:
    assert DEVICES == ("computer", "mobile", "tablet", "other")
    assert "".join(BOUNCE_CODES) == "BDFSVXZ"
    assert ROLES == ("primary_email", "resend", "permalink")
    assert len(EMAIL_TRACKING_TYPES) == 7
    assert "em_didnotopens" in EMAIL_TRACKING_TYPES
    assert len(CONTACT_TRACKING_TYPES) == 10
    assert "".join(SMS_STATES) == "NTPIEOD"
    assert set(PERMISSIONS) <= set(CONTACT_STATUSES) | {"explicit", "implicit"}


def test_landing_pages_types_are_plural_and_those_of_contacts_singular() -> None:
    """The API spells one event in two ways; only clicks are spelt alike."""
    landing = {kind for kind in LANDING_TYPES if kind != "p_contact_sms_optins"}
    contacts = {kind for kind in CONTACT_TRACKING_TYPES if kind.startswith("p_")}
    assert {kind.removesuffix("s") for kind in landing} == contacts
    assert landing & contacts == {"p_contact_click"}


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
    assert catalog["name"].tolist() == [*NAMES, "campaign_table"]
    assert list(catalog.columns) == [
        *("name", "loader", "path", "rows", "key", "walk", "page_limit", "batch_size", "cost"),
        *("scope", "privilege", "guide"),
    ]
    assert str(catalog["page_limit"].dtype) == str(catalog["batch_size"].dtype) == "Int64"
    clicks = catalog.set_index("name").loc["clicks"]
    assert clicks["page_limit"] == 500
    assert clicks["cost"] == "1 request for each 500 rows of each campaign_activity_id"
    assert (catalog[["cost", "scope", "privilege"]] != "").all(axis=None)
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
def test_describe_says_what_is_in_the_columns_of_several_items(endpoint: Endpoint) -> None:
    for path, nested in endpoint.nested.items():
        said = ccf.describe(f"{endpoint.name}.{path}")
        columns = [*nested.keys, *nested.fields]
        assert said["column"].tolist() == [column.name for column in columns]
        assert said["column"].is_unique
        assert said["dtype"].tolist() == [column.dtype for column in columns]
        assert said["source"].str.contains("[]", regex=False).tolist()[len(nested.keys) :] == [
            True
        ] * len(nested.fields)


def test_describe_says_where_an_item_stands_in_the_answer() -> None:
    def sources(name: str) -> list[str]:
        return ccf.describe(name)["source"].tolist()

    assert sources("load_contacts.taggings") == ["contact_id", "taggings[]"]
    assert sources("contacts.sms_channel_sms_channel_consents")[1] == (
        "sms_channel.sms_channel_consents[].sms_consent_permission"
    )
    assert sources("contacts.custom_fields.choice_ids") == [
        *("contact_id", "custom_fields[].custom_field_id", "custom_fields[].choice_ids[]")
    ]


@pytest.mark.parametrize("path", ["first_name", "nothing", "notes.content", "", "."])
def test_describe_of_what_holds_no_items_is_an_error_that_lists_what_does(path: str) -> None:
    with pytest.raises(ConfigError, match=r"contacts has no column .*; it has: list_memberships"):
        ccf.describe(f"contacts.{path}")


@EVERY
def test_loaders_documentation_lists_every_column(endpoint: Endpoint) -> None:
    doc = inspect.getdoc(getattr(ccf, endpoint.loader.partition("(")[0])) or ""
    for column in endpoint.columns:
        assert f"{column.name} : {column.dtype} [{column.unit}]" in doc
        items = ", ".join(item.name for item in column.items)
        assert f"`unnest` makes rows of it: {items}" in " ".join(doc.split()) or not items


# --- the provider's own description -----------------------------------------------------------

DESCRIPTIONS = sorted(
    (Path(__file__).resolve().parents[2] / "shared" / "wire").glob("*.swagger.json")
)

# Parameters of the description that no loader offers, and why.
_COUNT = "asks for a number that is the same as that of the rows"
NOT_OFFERED = {
    "campaign_activity_details": {"include": "we ask for no more than the activity itself"},
    "contacts": {"include_count": _COUNT},
    "contact_lists": {
        "include_count": _COUNT,
        "channel_type": "we read the lists for email, which are those of the default",
        "include_sms_membership_count": "for lists of the other channel only",
    },
}

NO_LONGER = {"template_id"}  # noted for descriptions later than 3.0.172

if DESCRIPTIONS:  # which are the provider's, and not part of the project

    @pytest.fixture(scope="module", params=DESCRIPTIONS, ids=lambda path: path.name)
    def path(request: pytest.FixtureRequest) -> Path:
        chosen: Path = request.param
        return chosen

    @pytest.fixture(scope="module")
    def differences(path: Path) -> pd.DataFrame:
        return drift(path)

    def test_every_difference_from_the_description_is_explained(
        differences: pd.DataFrame,
    ) -> None:
        unexplained = differences[differences["explained"] == ""]
        assert unexplained.empty, unexplained.to_string()

    def test_every_explanation_is_of_a_difference_that_there_is(
        differences: pd.DataFrame,
    ) -> None:
        explained = set(differences["explained"])
        assert set(UNREAD) == set(differences.query("kind == 'new endpoint'")["endpoint"])
        for name, endpoint in ENDPOINTS.items():
            fields = differences.loc[differences["endpoint"] == name, "field"]
            tops = {str(field).partition(".")[0] for field in fields}
            assert set(endpoint.left_out) <= tops
            assert {column.source for column in endpoint.columns if column.note} <= (
                tops | NO_LONGER
            )
            assert {endpoint.limit_note} - {""} <= explained

    @EVERY
    def test_parameters_are_those_of_the_description(endpoint: Endpoint, path: Path) -> None:
        operation = json.loads(path.read_text(encoding="utf-8"))["paths"][endpoint.path]["get"]
        stated = {parameter["name"]: parameter for parameter in operation.get("parameters", ())}
        assert ("limit" in stated) == (endpoint.page_limit is not None)
        stated.pop("limit", None)
        if endpoint.placeholder:
            assert stated.pop(endpoint.placeholder)["in"] == "path"
        not_offered = set(NOT_OFFERED.get(endpoint.name, ()))
        assert set(stated) - not_offered == {param.name for param in endpoint.params}
        assert not_offered <= set(stated)
