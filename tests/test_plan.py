"""plan() says what a load then costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes import errors
from ccframes.demo import DemoServer, account
from ccframes.known import Known
from tests.serving import activity_id, client_of, opens_of, served


@pytest.mark.parametrize(
    "name",
    ["sends", "opens", "unique_opens", "did_not_opens", "clicks", "optouts", "bounces", "links"],
)
def test_a_plan_for_activities_is_what_the_load_then_sends(name: str) -> None:
    with ccf.connect(demo=True) as client:
        activities = ccf.load_campaign_activities(ccf.load_campaign_summaries().iloc[::9])
        plan = ccf.plan(name, activities)
        before = client.requests_sent
        getattr(ccf, f"load_{name}")(activities)
        assert plan.requests == client.requests_sent - before
        assert not plan.at_least


def test_a_plan_counts_batches() -> None:
    with ccf.connect(demo=True) as client:
        campaigns = ccf.load_campaign_summaries()
        sent = client.requests_sent
        activities = ccf.load_campaign_activities(campaigns)
        reported = activities[activities["role"] != "permalink"]
        assert ccf.plan("campaign_stats", campaigns).requests == 1
        assert ccf.plan("activity_stats", reported).requests == -(-len(reported) // 10)
        assert client.requests_sent - sent == len(campaigns)


def test_a_second_plan_asks_for_no_count_again() -> None:
    one = activity_id(1)
    stats = {one: {"campaign_activity_id": one, "stats": {"em_opens_all": 1_201}}}
    with served({"opens": {one: opens_of(one, 1)}, "activity_stats": stats}) as (client, server):
        first, second = (ccf.plan("opens", one, client=client) for _ in range(2))
        assert server.requests.count == 1
    assert first == second
    assert first.requests == 3
    assert first.basis == "em_opens_all of activity stats"


def test_what_has_no_count_is_planned_as_at_least() -> None:
    with ccf.connect(demo=True):
        assert ccf.plan("campaigns").at_least
        assert "at least 1 request" in str(ccf.plan("campaigns"))
        ccf.load_campaigns()
        assert not ccf.plan("campaigns").at_least


def test_a_plan_of_the_summaries_counts_the_walk_for_their_names() -> None:
    with ccf.connect(demo=True) as client:
        before = ccf.plan("campaign_summaries")
        assert (before.requests, before.at_least) == (2, True)
        sent = client.requests_sent
        ccf.load_campaign_summaries()
        plan = ccf.plan("campaign_summaries")
        assert (plan.requests, plan.at_least) == (client.requests_sent - sent, False)


def test_a_report_on_contacts_is_planned_with_one_page_each_at_least() -> None:
    with ccf.connect(demo=True):
        contacts = ccf.load_contacts()["contact_id"].head(39)
        plan = ccf.plan("contact_activity", contacts)
    assert (plan.requests, plan.at_least) == (39, True)


def test_a_plan_speaks_of_time_and_of_the_days_quota() -> None:
    ids = [activity_id(number) for number in range(100)]
    with (
        served({}) as (_, server),
        client_of(server.base_url, server.token, rate=4.0, daily_quota=1_000) as client,
    ):
        plan = ccf.plan("links", ids, client=client)
        assert server.requests.count == 0
    assert plan.requests == 100
    assert 25 <= plan.seconds <= 27
    assert plan.quota_share == 0.1
    assert "100 requests" in str(plan)
    assert "10.0% of the day's 1,000 (10.0% of the 1,000 left)" in str(plan)


def test_an_unknown_report_is_refused_with_the_names_there_are() -> None:
    with ccf.connect(demo="empty"), pytest.raises(errors.ConfigError, match="campaign_summaries"):
        ccf.plan("openings")


# --- ten loads of different kind, planned and then counted by the server -------------------------

YEARS = {"start": "2024-01-01", "end": "2026-07-01"}
LOADS: dict[str, tuple[str | None, dict[str, Any]]] = {
    "campaign_table": (None, {}),
    "campaign_summaries": (None, {}),
    "campaign_stats": ("campaign_id", {}),
    "activity_stats": ("campaign_activity_id", {}),
    "links": ("campaign_activity_id", {}),
    "opens": ("campaign_activity_id", {}),
    "did_not_opens": ("campaign_activity_id", {}),
    "send_history": ("campaign_activity_id", {}),
    "contacts": (None, {"status": "unsubscribed"}),
    "contact_lists": (None, {}),
    "contact_activity": ("contact_id", {}),
    "contact_summary": ("contact_id", YEARS),
    "contact_rates": ("contact_id", YEARS),
}


@pytest.fixture(scope="module")
def account_table() -> Iterator[tuple[ccf.Client, DemoServer, pd.DataFrame, pd.DataFrame]]:
    with (
        DemoServer(account()) as server,
        client_of(server.base_url, server.token) as client,
    ):
        contacts = ccf.load_contacts(created_before="2024-06-01", client=client)
        table = client.load_campaign_table(ccf.load_campaign_summaries(client=client).tail(50))
        client.known = Known()  # what these loads taught must not help the plans
        yield client, server, table, contacts


@pytest.mark.parametrize("name", LOADS)
def test_a_plan_is_within_5_percent_of_what_the_server_then_counts(
    name: str, account_table: tuple[ccf.Client, DemoServer, pd.DataFrame, pd.DataFrame]
) -> None:
    client, server, table, contacts = account_table
    key, params = LOADS[name]
    carrier = contacts if key == "contact_id" else table
    ids = [] if key is None else [carrier[key].drop_duplicates()]
    if name == "campaign_summaries":
        ccf.load_campaign_summaries(client=client)
    plan = ccf.plan(name, *ids, client=client, **params)
    before = server.requests.count
    getattr(ccf, f"load_{name}")(*ids, client=client, **params)
    counted = server.requests.count - before
    assert abs(plan.requests - counted) <= 0.05 * counted
    assert plan.certainty == "about" or plan.requests == counted


def test_a_plan_from_a_sample_says_so(
    account_table: tuple[ccf.Client, DemoServer, pd.DataFrame, pd.DataFrame],
) -> None:
    client, server, _, contacts = account_table
    client.known = Known()
    before = server.requests.count
    plan = ccf.plan("contact_activity", contacts["contact_id"], client=client)
    assert plan.requests > len(contacts)
    assert server.requests.count - before < 0.1 * plan.requests
    assert str(plan).startswith(f"contact_activity of {len(contacts)} contacts: about ")
    assert "a sample of 2" in plan.basis


def test_filters_that_only_narrow_a_counted_report_make_the_plan_an_upper_bound() -> None:
    with ccf.connect(demo=True) as client:
        campaigns = ccf.load_campaign_summaries().head(2)
        plan = ccf.plan("bounces", campaigns, bounce_code="B")
        before = client.requests_sent
        ccf.load_bounces(campaigns, bounce_code="B")
        assert plan.certainty == "at most"
        assert client.requests_sent - before <= plan.requests


def test_a_filter_that_there_is_not_is_refused_by_a_plan_too() -> None:
    with ccf.connect(demo="empty"), pytest.raises(errors.ConfigError, match="no parameter"):
        ccf.plan("contacts", state="active")


def test_a_plan_speaks_of_what_is_left_of_the_day() -> None:
    ids = [activity_id(number) for number in range(100)]
    with (
        served({}) as (_, server),
        client_of(server.base_url, server.token, rate=4.0, daily_quota=50) as client,
    ):
        plan = ccf.plan("links", ids, client=client)
    assert plan.remaining_share == 2.0
    assert not plan.fits_today
    assert "more than the 50 of the day's 50 that are left" in str(plan)


def test_a_load_that_the_day_does_not_suffice_for_says_so_before_it_starts() -> None:
    ids = [activity_id(number) for number in range(100)]
    with (
        served({}) as (_, server),
        client_of(server.base_url, server.token, daily_quota=50) as client,
        pytest.warns(errors.QuotaWarning, match="at least 100 requests and 50 are left"),
        pytest.raises(errors.NotFoundError),
    ):
        ccf.load_links(ids, client=client)


def test_the_statistics_that_are_known_count_for_that_warning() -> None:
    one = activity_id(1)
    stats = {one: {"campaign_activity_id": one, "stats": {"em_opens_all": 5_000}}}
    answers = {"opens": {one: opens_of(one, 5_000)}, "activity_stats": stats}
    with (
        served(answers) as (_, server),
        client_of(server.base_url, server.token, daily_quota=8) as client,
    ):
        client.load("activity_stats", one)
        with (
            pytest.warns(errors.QuotaWarning, match="at least 10 requests and 7 are left"),
            pytest.raises(errors.LoadInterrupted) as caught,
        ):
            ccf.load_opens(one, client=client)
    assert len(caught.value.partial) == 3_500


def test_the_rows_that_a_filter_may_leave_out_do_not_count_for_that_warning() -> None:
    one = activity_id(1)
    stats = {one: {"campaign_activity_id": one, "stats": {"em_clicks_all": 5_000}}}
    with (
        served({"clicks": {one: []}, "activity_stats": stats}) as (_, server),
        client_of(server.base_url, server.token, daily_quota=8) as client,
    ):
        client.load("activity_stats", one)
        assert ccf.load_clicks(one, url_id="1", client=client).empty


@pytest.mark.parametrize("resent", [True, False])
def test_a_plan_of_the_table_knows_what_the_client_knows(resent: bool) -> None:
    with ccf.connect(demo=True) as client:
        campaigns = ccf.load_campaign_summaries()
        activities = ccf.load_campaign_activities(campaigns)
        of_resent = activities.loc[activities["role"] == "resend", "campaign_id"]
        client.known = Known()
        ccf.load_campaign_table(campaigns[campaigns["campaign_id"].isin(of_resent) == resent])
        plan = ccf.plan("campaign_table")
        before = client.requests_sent
        ccf.load_campaign_table()
        counted = client.requests_sent - before
    assert abs(plan.requests - counted) <= 0.05 * counted


def test_planning_again_costs_nothing_and_says_the_same() -> None:
    with ccf.connect(demo=True) as client:
        campaigns = ccf.load_campaign_summaries()
        for name in ("campaign_table", "links"):
            first = ccf.plan(name, campaigns)
            before = client.requests_sent
            assert ccf.plan(name, campaigns) == first
            assert client.requests_sent == before
        assert first.certainty == "about"


def test_a_plan_for_campaigns_looks_up_some_and_counts_the_look_ups_of_the_others() -> None:
    with ccf.connect(demo=True) as client:
        campaigns = ccf.load_campaign_summaries()
        before = client.requests_sent
        plan = ccf.plan("links", campaigns)
        assert client.requests_sent - before == 40
        before = client.requests_sent
        ccf.load_links(campaigns)
        counted = client.requests_sent - before
    assert abs(plan.requests - counted) <= 0.05 * counted


def test_a_plan_leaves_out_what_the_api_does_not_know_as_the_load_does() -> None:
    with ccf.connect(demo=True):
        campaigns = [*ccf.load_campaign_summaries()["campaign_id"].head(3), activity_id(404)]
        with pytest.warns(errors.PartialResultWarning, match=activity_id(404)):
            plan = ccf.plan("links", campaigns=campaigns)
    assert plan.requests >= 4


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("campaign_table", {"nonsense": 3}),
        ("campaign_table", {"campaigns": [activity_id(1)]}),
        (None, {}),
        (ccf.load_opens, {}),
    ],
)
def test_what_no_plan_takes_is_refused(name: Any, given: dict[str, Any]) -> None:
    with ccf.connect(demo="empty"), pytest.raises(errors.ConfigError):
        ccf.plan(name, [activity_id(1)], **given)


def test_filters_may_have_the_names_of_the_plans_own_parameters() -> None:
    with ccf.connect(demo=True):
        assert ccf.plan("contact_lists", name="Newsletter").requests == 1
