"""plan() says what a load then costs."""

from __future__ import annotations

import pytest

import ccframes as ccf
from ccframes import errors
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
        contacts = ccf.load_contacts()["contact_id"].head(40)
        plan = ccf.plan("contact_activity", contacts)
    assert (plan.requests, plan.at_least) == (40, True)


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
    assert "10.0% of the day's 1,000 (1,000 left)" in str(plan)


def test_an_unknown_report_is_refused_with_the_names_there_are() -> None:
    with ccf.connect(demo="empty"), pytest.raises(errors.ConfigError, match="campaign_summaries"):
        ccf.plan("openings")
