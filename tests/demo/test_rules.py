"""The services of all endpoints, asked on a small account of given records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from ccframes.demo import DemoServer, Quirks, StaticAccount
from ccframes.demo.families import family_of
from ccframes.demo.queries import Asked, Cursor
from ccframes.demo.routes import Routes
from ccframes.demo.rules import rule_of
from ccframes.endpoints import ENDPOINTS
from ccframes.schema import Endpoint
from tests.demo.conftest import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTACT = "c36c8dda-bc12-11f1-aa3a-02420a320002"
OTHER = "c36c8dda-bc12-11f1-aa3a-02420a320003"
GONE = "c36c8dda-bc12-11f1-aa3a-02420a320004"
LIST = "c3639a04-bc12-11f1-aa3a-02420a320002"
TAG = "92229c0c-bc34-11f1-bccd-02420a320002"
ACTIVITY = "1dd44181-8b89-4c36-867a-b3490f373659"
UNTESTED = "1dd44181-8b89-4c36-867a-b3490f373650"
RANGE = {"start": "2026-01-01T00:00:00-0500", "end": "2026-06-30T00:00:00Z"}

_METRICS = "ui:campaign:metrics"


def coming(name: str, path: str, records: str = "", **settings: Any) -> Endpoint:
    scope, privilege = {
        "/contacts": ("contact_data", "contacts:read"),
        "/contact_lists": ("contact_data", "contacts:lists:read"),
        "/segments": ("contact_data", "contacts:lists:read"),
        "/contact_tags": ("contact_data", "contacts:read"),
        "/contact_custom_fields": ("contact_data", "contacts:read"),
        "/account/summary": ("account_read", "account:read"),
    }.get(path, ("campaign_data", _METRICS))
    return Endpoint(
        name,
        path,
        records,
        (),
        settings.pop("walk", "cursor"),
        "",
        scope=scope,
        privilege=privilege,
        guide="",
        **settings,
    )


_ONE = {"walk": "single", "key": "campaign_activity_id"}
_REPORTS = "/reports/contact_reports/{contact_id}"
COMING = [
    coming("contacts", "/contacts", "contacts", page_limit=500),
    coming("contact_lists", "/contact_lists", "lists", page_limit=1000),
    coming("tags", "/contact_tags", "tags", page_limit=500),
    coming("custom_fields", "/contact_custom_fields", "custom_fields", page_limit=100),
    coming("segments", "/segments", "segments", page_limit=1000),
    coming("account", "/account/summary", walk="single"),
    coming("send_history", "/emails/activities/{campaign_activity_id}/send_history", **_ONE),
    coming("resends", "/emails/activities/{campaign_activity_id}/non_opener_resends", **_ONE),
    coming("ab_tests", "/emails/activities/{campaign_activity_id}/abtest", **_ONE),
    coming(
        "contact_activity",
        f"{_REPORTS}/activity_details",
        "tracking_activities",
        key="contact_id",
        page_limit=100,
    ),
    coming("contact_rates", f"{_REPORTS}/open_and_click_rates", walk="single", key="contact_id"),
    coming(
        "contact_summary", f"{_REPORTS}/activity_summary", "campaign_activities", key="contact_id"
    ),
    coming(
        "landing_opens",
        "/reports/landing_pages/campaign_details/{campaign_activity_id}/p_contact_opens",
        "tracking_activities",
        key="campaign_activity_id",
        page_limit=500,
    ),
    coming(
        "sms_summaries",
        "/reports/summary_reports/sms_campaign_summaries",
        "bulk_sms_campaign_summaries",
        page_limit=50,
    ),
]
"""Endpoints as far as the server needs them, for as long as the table does not have them."""


def contact(contact_id: str, permission: str, day: int, **more: Any) -> dict[str, Any]:
    address = {"address": f"P{day}@reader.example", "permission_to_send": permission}
    if permission == "unsubscribed":
        address["opt_out_date"] = f"2026-03-{day:02d}T00:00:00Z"
    created = f"2026-02-{day:02d}T00:00:00Z"
    return {
        "contact_id": contact_id,
        "email_address": address,
        "created_at": created,
        "updated_at": created,
        **more,
    }


def summary(day: int, opens: int, clicks: int) -> dict[str, Any]:
    return {
        "campaign_activity_id": str(uuid4()),
        "start_on": f"2026-02-{day:02d}T00:00:00.000Z",
        "em_sends": 1,
        "em_opens": opens,
        "em_clicks": clicks,
        "em_bounces": 0,
        "em_forwards": 0,
        "em_unsubscribes": 0,
    }


def visitor(first_name: str, address: str) -> dict[str, Any]:
    return {"first_name": first_name, "email_address": address}


SENDS = [
    {"contact_id": CONTACT, "tracking_activity_type": "em_sends", "campaign_activity_name": "A"}
]
CLICKS = [row | {"tracking_activity_type": "em_clicks"} for row in SENDS]
HISTORY = [{"send_id": 1, "count": 200, "send_status": "COMPLETED", "reason_code": 0}]
RECORDS: dict[str, Any] = {
    "contacts": [
        contact(CONTACT, "implicit", 20, list_memberships=[LIST], taggings=[TAG]),
        contact(OTHER, "unsubscribed", 10),
        contact(GONE, "explicit", 1, deleted_at="2026-05-01"),
    ],
    "segment_contacts": {"14": [contact(CONTACT, "implicit", 20)]},
    "contact_lists": [
        {"list_id": LIST, "name": "All", "membership_count": 2},
        {"list_id": TAG, "name": "Old", "deleted_at": "2026-01-01T00:00:00Z"},
    ],
    "tags": [{"tag_id": TAG, "name": "Gold", "contacts_count": 1}],
    "custom_fields": [{"custom_field_id": str(uuid4())} for _ in range(120)],
    "segments": [
        {"segment_id": 1, "name": "b", "edited_at": "2026-01-01T00:00:00Z"},
        {"segment_id": 2, "name": "a", "edited_at": "2025-01-01T00:00:00Z"},
        {"segment_id": 3, "name": "c", "edited_at": "2026-02-01T00:00:00Z"},
    ],
    "account": {"": {"organization_name": "Wren", "physical_address": {"city": "Leeds"}}},
    "send_history": {ACTIVITY: HISTORY, UNTESTED: []},
    "resends": {ACTIVITY: []},
    "ab_tests": {ACTIVITY: {"alternative_subject": "B", "test_size": 30}},
    "contact_activity": {CONTACT: SENDS * 130 + CLICKS * 5},
    "contact_summary": {CONTACT: [summary(1 + n % 20, n % 2, n % 4 == 1) for n in range(240)]},
    "landing_opens": {
        ACTIVITY: [visitor("Josie", "j@x.example"), visitor("Ann", "mo@josie.example")] * 30
        + [visitor("Bo", "b@x.example")]
    },
    "sms_summaries": [
        {
            "campaign_id": str(uuid4()),
            "last_sent_date": f"2026-0{month}-02T17:13:13.000-04:00",
            "unique_counts": {"sends": 100, "delivers": 80, "clicks": 20, "optouts": 4},
        }
        for month in (5, 4, 3)
    ],
}


class SmallAccount(StaticAccount):
    """Given records, where a list may be a whole answer."""

    def document(self, endpoint: str, key: str) -> Any:
        answer = RECORDS[endpoint].get(key)
        return answer if isinstance(answer, list) else super().document(endpoint, key)


@pytest.fixture(scope="module")
def small() -> Iterator[Caller]:
    with pytest.MonkeyPatch.context() as patch:
        for endpoint in COMING:
            if endpoint.name not in ENDPOINTS:
                patch.setitem(ENDPOINTS, endpoint.name, endpoint)
        with DemoServer(SmallAccount(RECORDS)) as server:
            yield Caller(server)


def is_listing(caller: Caller, expected: int, path: str, **params: Any) -> bool:
    """Tell whether it is an array of one error, with a status that the endpoint declares."""
    answer = caller.get(path, **params)
    declared = {route.endpoint.path for route in [Routes().of("/v3" + path)] if route}
    assert all(expected in family_of(each).statuses for each in declared)
    return answer.status_code == expected and [set(e) for e in answer.json()] == [
        {"error_key", "error_message"}
    ]


# --- campaigns ------------------------------------------------------------------------------


def test_some_answers_are_bare_arrays(small: Caller) -> None:
    path = "/emails/activities/{}/{}"
    assert small.get(path.format(ACTIVITY, "send_history")).json() == HISTORY
    assert small.get(path.format(UNTESTED, "send_history")).json() == []
    assert small.get(path.format(ACTIVITY, "non_opener_resends")).json() == []
    assert is_listing(small, 404, path.format(uuid4(), "send_history"))


def test_an_activity_without_a_test_is_a_404(small: Caller) -> None:
    path = "/emails/activities/{}/abtest"
    assert small.get(path.format(ACTIVITY)).json()["test_size"] == 30
    assert is_listing(small, 404, path.format(UNTESTED))


def test_sms_summaries_need_a_start(small: Caller) -> None:
    path = "/reports/summary_reports/sms_campaign_summaries"
    assert is_listing(small, 400, path)
    assert is_listing(small, 400, path, start_at="spring")
    assert is_listing(small, 400, path, start_at="2026-01-01", limit="51")
    body = small.get(path, start_at="2026-04-01T00:00:00Z", end_at="2026-04-30").json()
    assert [row["last_sent_date"][:7] for row in body["bulk_sms_campaign_summaries"]] == ["2026-04"]
    assert body["aggregate_percents"] == {
        "deliver": 80.0,
        "click": 25.0,
        "bounce": 20.0,
        "unsubscribe": 5.0,
    }


def test_landing_pages_have_fifty_rows_and_a_filter(small: Caller) -> None:
    path = f"/reports/landing_pages/campaign_details/{ACTIVITY}/p_contact_opens"
    assert len(small.get(path).json()["tracking_activities"]) == 50
    assert len(small.walk(path, "tracking_activities", contacts_filter="JOSI", limit="7")) == 60
    assert len(small.walk(path, "tracking_activities", contacts_filter="mo@")) == 30
    assert is_listing(small, 400, path, limit="501")


# --- contact reports --------------------------------------------------------------------------


def test_kinds_of_contact_activity_are_asked_for_in_one_of_two_ways(small: Caller) -> None:
    path = f"/reports/contact_reports/{CONTACT}/activity_details"
    walk = {"records": "tracking_activities"}
    assert len(small.get(path).json()["tracking_activities"]) == 100
    assert len(small.walk(path, **walk)) == 135
    assert len(small.walk(path, **walk, tracking_activities_list="em_clicks,em_opens")) == 5
    kinds = ["em_sends", "em_clicks"]
    assert len(small.walk(path, **walk, tracking_activity_type=kinds, limit="9")) == 135
    both = {"tracking_activities_list": "em_clicks", "tracking_activity_type": "em_clicks"}
    assert is_listing(small, 400, path, **both)
    assert is_listing(small, 400, path, tracking_activity_type="em_didnotopens")
    assert is_listing(small, 400, path, limit="101")
    [named, *_] = small.walk(path, **walk)
    [nameless, *_] = small.walk(path, **walk, include_campaign_activity_names="false")
    assert named.keys() - nameless.keys() == {"campaign_activity_name"}


@pytest.mark.parametrize("kind", ["open_and_click_rates", "activity_summary"])
def test_contact_reports_need_a_range(small: Caller, kind: str) -> None:
    path = f"/reports/contact_reports/{CONTACT}/{kind}"
    assert is_listing(small, 400, path)
    assert is_listing(small, 400, path, start=RANGE["start"])
    assert is_listing(small, 400, path, start=RANGE["start"], end="")
    assert is_listing(small, 400, path, start=RANGE["start"], end="soon")
    assert is_listing(small, 404, path.replace(CONTACT, OTHER), **RANGE)


def test_a_summary_has_two_hundred_a_page_whatever_the_limit(small: Caller) -> None:
    path = f"/reports/contact_reports/{CONTACT}/activity_summary"
    first, second = small.pages(path, limit="3", **RANGE)
    assert (len(first["campaign_activities"]), len(second["campaign_activities"])) == (200, 40)
    assert first["contact_id"] == second["contact_id"] == CONTACT
    [part] = small.pages(path, start="2026-02-20T00:00:00Z", end="2026-02-20T00:00:00Z")
    assert len(part["campaign_activities"]) == 12


def test_rates_are_shares_of_the_summary(small: Caller) -> None:
    path = f"/reports/contact_reports/{CONTACT}/open_and_click_rates"
    assert small.get(path, **RANGE).json() == {
        "contact_id": CONTACT,
        "included_activities_count": 240,
        "average_open_rate": 0.5,
        "average_click_rate": 0.25,
    }
    none = small.get(path, start="2020-01-01", end="2020-02-01").json()
    assert [none["included_activities_count"], none["average_open_rate"]] == [0, 0.0]
    assert is_listing(small, 400, path, start="2019-01-01", end="2026-01-01")
    assert is_listing(small, 400, path, start="2026-01-02", end="2026-01-01")


# --- contacts ---------------------------------------------------------------------------------


def ids(caller: Caller, **params: Any) -> list[str]:
    return [each["contact_id"] for each in caller.walk("/contacts", "contacts", **params)]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, [CONTACT, OTHER]),
        ({"status": "all"}, [CONTACT, OTHER, GONE]),
        ({"status": "deleted"}, [GONE]),
        ({"status": "active,deleted"}, [CONTACT, GONE]),
        ({"status": "unsubscribed"}, [OTHER]),
        ({"email": "p20@READER.example"}, [CONTACT]),
        ({"lists": f"{TAG},{LIST}"}, [CONTACT]),
        ({"tags": TAG}, [CONTACT]),
        ({"created_after": "2026-02-15"}, [CONTACT]),
        ({"updated_before": "2026-02-15"}, [OTHER]),
        ({"optout_after": "2026-03-01", "optout_before": "2026-03-11"}, [OTHER]),
        ({"sms_status": "explicit"}, []),
        ({"first_name": "nobody"}, [CONTACT, OTHER]),
    ],
)
def test_contacts_are_filtered(small: Caller, params: dict[str, str], expected: list[str]) -> None:
    assert ids(small, **params) == ids(small, **params, limit="1") == expected


@pytest.mark.parametrize(
    "params",
    [
        {"status": "asleep"},
        {"lists": "all"},
        {"lists": ",".join([LIST] * 26)},
        {"tags": ",".join([TAG] * 51)},
        {"include": "everything"},
        {"created_after": "x"},
        {"limit": "501"},
        {"segment_id": "14", "status": "all"},
        {"include_count": "perhaps"},
    ],
)
def test_parameters_of_contacts_are_checked(small: Caller, params: dict[str, str]) -> None:
    assert is_listing(small, 400, "/contacts", **params)


def test_parts_of_contacts_come_when_included(small: Caller) -> None:
    [plain, _] = small.get("/contacts").json()["contacts"]
    [full, bare] = small.get("/contacts", include="taggings,notes").json()["contacts"]
    assert not {"taggings", "list_memberships", "notes"} & plain.keys()
    assert (full["taggings"], full["notes"]) == ([TAG], [])
    assert bare["taggings"] == []
    assert "list_memberships" not in full
    single = small.get(f"/contacts/{CONTACT}", include="list_memberships").json()
    assert single == plain | {"list_memberships": [LIST]}
    assert is_listing(small, 404, f"/contacts/{uuid4()}")
    assert is_listing(small, 404, "/contacts/nobody")


def test_the_link_of_contacts_is_a_cursor_and_may_come_with_a_count(small: Caller) -> None:
    pages = list(small.pages("/contacts", limit="1", include_count="true"))
    assert [page["contacts_count"] for page in pages] == [2, 2]
    assert "/v3/contacts?cursor=" in pages[0]["_links"]["next"]["href"]
    assert "contacts_count" not in small.get("/contacts").json()


def test_contacts_of_a_segment_are_prepared_first(small: Caller) -> None:
    first, second = (small.get("/contacts", segment_id="14", limit="5") for _ in range(2))
    assert (first.status_code, first.json()["contacts"]) == (202, [])
    assert (second.status_code, len(second.json()["contacts"])) == (200, 1)
    assert is_listing(small, 404, "/contacts", segment_id="15")
    [error] = small.get("/contacts", segment_id="15").json()
    assert error["error_message"] == "Could not find segment_id."


def test_contacts_are_counted(small: Caller) -> None:
    counts = {"total": 2, "explicit": 0, "implicit": 1, "pending": 0, "unsubscribed": 1}
    assert small.get("/contacts/counts").json() == counts
    more = small.get("/contacts/counts", include="new_subscriber").json()
    assert more == counts | {"new_subscriber": 2}


def test_counts_of_lists_and_tags_come_on_request(small: Caller) -> None:
    [plain] = small.get("/contact_lists").json()["lists"]
    counted = small.get(
        "/contact_lists", status="all", include_count="true", include_membership_count="all"
    ).json()
    assert "membership_count" not in plain
    assert counted["lists_count"] == 2
    assert counted["lists"][0]["membership_count"] == 2
    assert small.get("/contact_lists", status="all", name="Old").json()["lists"][0]["name"] == "Old"
    assert small.get("/contact_tags").json() == {"tags": [{"tag_id": TAG, "name": "Gold"}]}
    assert small.get("/contact_tags", include_count="true").json()["tags"][0]["contacts_count"] == 1


@pytest.mark.parametrize(
    ("path", "default", "largest"),
    [("/contact_custom_fields", 50, 100), ("/contact_lists", 50, 1000), ("/segments", 1000, 1000)],
)
def test_limits_of_the_join_endpoints(small: Caller, path: str, default: int, largest: int) -> None:
    [records] = (value for value in small.get(path).json().values() if isinstance(value, list))
    assert len(records) <= default
    assert small.get(path, limit=str(largest)).status_code == 200
    assert is_listing(small, 400, path, limit=str(largest + 1))


def test_lists_may_have_a_smaller_largest_limit(small: Caller) -> None:
    small.server.quirks = Quirks(lists_limit=500)
    try:
        assert is_listing(small, 400, "/contact_lists", limit="501")
        assert small.get("/contact_lists", limit="500").status_code == 200
    finally:
        small.server.quirks = Quirks()


def test_segments_are_sorted_by_date_or_name(small: Caller) -> None:
    by_date = [each["segment_id"] for each in small.get("/segments").json()["segments"]]
    by_name = [
        each["segment_id"] for each in small.get("/segments", sort_by="name").json()["segments"]
    ]
    assert (by_date, by_name) == ([3, 1, 2], [2, 1, 3])


# --- the account ------------------------------------------------------------------------------


def test_the_account_shows_more_on_request(small: Caller) -> None:
    assert small.get("/account/summary").json() == {"organization_name": "Wren"}
    more = small.get("/account/summary", extra_fields="physical_address,company_logo").json()
    assert more["physical_address"] == {"city": "Leeds"}
    assert is_listing(small, 400, "/account/summary", extra_fields="phone")


def test_privileges_need_none() -> None:
    rights = {"scopes": frozenset({"account_read"}), "privileges": frozenset({"contacts:read"})}
    with DemoServer(StaticAccount({}), **rights) as server:  # type: ignore[arg-type]
        answer = Caller(server).get("/account/user/privileges").json()
    assert answer == [{"privilege_id": 42, "privilege_name": "contacts:read"}]


# --- families ---------------------------------------------------------------------------------


def test_reports_mind_content_that_is_not_json(small: Caller) -> None:
    url = small.server.base_url + f"/reports/email_reports/{ACTIVITY}/tracking/opens"
    statuses = {
        kind: small.session.get(url, headers={"Content-Type": kind}, timeout=10).status_code
        for kind in ("application/json", "text/plain")
    }
    assert statuses == {"application/json": 404, "text/plain": 415}
    emails = small.server.base_url + "/emails"
    assert small.session.get(emails, headers={"Content-Type": "text/plain"}, timeout=10).ok


def test_every_paged_endpoint_has_a_page_size() -> None:
    for endpoint in (each for each in Routes().endpoints if each.walk == "cursor"):
        rule = rule_of(endpoint, Quirks())
        assert Cursor.of(Asked(endpoint, rule, {})).limit > 0


@pytest.mark.parametrize("endpoint", Routes().endpoints, ids=lambda each: each.name)
def test_every_endpoint_has_a_family(endpoint: Endpoint) -> None:
    assert {200, 401, 403, 500} <= family_of(endpoint.path).statuses
