"""The campaign table: what it holds, what it costs, and what it says when something is missing."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes import errors
from ccframes.demo import Answer, DemoServer, Quirks, Request, account
from ccframes.endpoints import CAMPAIGN_TABLE
from ccframes.frames.measures import RATES
from ccframes.wire.pace import cancellable
from tests.serving import client_of

FORBIDDEN = Answer.of([{"error_key": "forbidden", "error_message": "no scope"}], 403)
NOT_FOUND = Answer.of([{"error_key": "not_found", "error_message": "gone"}], 404)
QUOTA = Answer.of({"error_key": "quota_exceeded", "error_message": "Limit Exceeded"}, 429)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(account()) as running:
        yield running


@pytest.fixture
def client(server: DemoServer) -> Iterator[ccf.Client]:
    with client_of(server.base_url, server.token) as connected:
        yield connected


def refusing(part: str, answer: Answer) -> Callable[[Request], Answer | None]:
    return lambda request: answer if part in request.path else None


def asked(server: DemoServer) -> pd.Series[int]:
    """Return how often each endpoint was asked for."""
    return pd.Series([served.endpoint for served in server.requests]).value_counts()


# --- what it holds ------------------------------------------------------------------------------


def test_every_column_has_the_dtype_that_describe_says(client: ccf.Client) -> None:
    table = ccf.load_campaign_table(client=client)
    described = ccf.describe("campaign_table").set_index("column")["dtype"]
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == described.to_dict()


def test_there_is_one_row_for_each_sent_activity_the_last_sent_first(client: ccf.Client) -> None:
    table = ccf.load_campaign_table(client=client)
    sent = {one.id: one.sent_at for one in account().world.mailings.activities}
    assert set(table["campaign_activity_id"]) == set(sent)
    assert table["campaign_activity_id"].is_unique
    truth = pd.to_datetime(table["campaign_activity_id"].map(sent), unit="s", utc=True)
    assert (table["sent_at"] == truth).all()
    assert table["sent_at"].is_monotonic_decreasing


def test_times_are_in_the_accounts_zone_too(client: ccf.Client) -> None:
    table = ccf.load_campaign_table(client=client)
    assert set(table["time_zone_id"]) == {"US/Eastern"}
    local = table["sent_at"].dt.tz_convert("America/New_York").dt.tz_localize(None)
    assert (table["sent_at_local"] == local).all()


def test_names_subjects_counts_and_percents_are_those_of_their_loaders(
    client: ccf.Client,
) -> None:
    table = ccf.load_campaign_table(client=client).set_index("campaign_activity_id")
    details = ccf.load_campaign_activities(table, details=True, client=client)
    details = details.set_index("campaign_activity_id").loc[table.index]
    for name in ("name", "type", "subject", "preheader", "from_email", "contact_list_ids"):
        pd.testing.assert_series_equal(table[name], details[name])
    stats = ccf.load_activity_stats(table.index, client=client).set_index("campaign_activity_id")
    for name in stats.filter(like="em_").columns:
        pd.testing.assert_series_equal(table[name], stats[name])
    campaigns = ccf.load_campaign_stats(table, client=client).set_index("campaign_id")
    percent = campaigns["open_percent"].loc[table["campaign_id"]].tolist()
    assert table["campaign_open_percent"].tolist() == percent


def test_rates_are_the_counts_beside_them(client: ccf.Client) -> None:
    table = ccf.load_campaign_table(client=client)
    vacation = table["em_bounces_vacation"]
    assert (table["delivered"] == table["em_sends"] - table["em_bounces"] + vacation).all()
    assert (table["bounced"] + table["delivered"] == table["em_sends"]).all()
    columns = {"sends": "em_sends", "opens": "em_opens", "clicks": "em_clicks"}
    columns |= {"optouts": "em_optouts", "complaints": "em_abuse", "forwards": "em_forwards"}
    for rate in RATES:
        over, part = (columns.get(name, name) for name in (rate.denominator, rate.numerator))
        expected = (table[part] / table[over]).astype("float64").rename(rate.name)
        pd.testing.assert_series_equal(table[rate.name], expected)


def test_a_new_account_has_the_same_columns_and_no_rows(client: ccf.Client) -> None:
    full = ccf.load_campaign_table(client=client)
    with ccf.connect(demo="empty") as new:
        empty = ccf.load_campaign_table(client=new)
    assert len(empty) == 0
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()


@pytest.mark.parametrize("form", [Quirks.of("guide"), Quirks(shuffled_results=True)], ids=str)
def test_the_table_is_the_same_in_whatever_form_the_api_answers(
    server: DemoServer, form: Quirks
) -> None:
    with client_of(server.base_url, server.token) as usual:
        expected = ccf.load_campaign_table(client=usual)
    server.quirks = form
    with client_of(server.base_url, server.token) as other:
        pd.testing.assert_frame_equal(ccf.load_campaign_table(client=other), expected)


# --- what it costs ------------------------------------------------------------------------------


def test_it_takes_no_more_requests_than_lists_details_statistics_and_subjects(
    server: DemoServer, client: ccf.Client
) -> None:
    table = ccf.load_campaign_table(client=client)
    campaigns, activities = table["campaign_id"].nunique(), len(table)
    most = (
        2 * math.ceil(campaigns / 500)
        + campaigns
        + math.ceil(activities / 10)
        + math.ceil(campaigns / 150)
        + activities
    )
    assert server.requests.count <= most
    assert table.attrs["ccframes"]["requests"] == server.requests.count


def test_a_second_call_asks_only_for_what_can_have_changed(
    server: DemoServer, client: ccf.Client
) -> None:
    first = ccf.load_campaign_table(client=client)
    before = asked(server)
    pd.testing.assert_frame_equal(ccf.load_campaign_table(client=client), first)
    again = asked(server).sub(before, fill_value=0)
    assert again[again > 0].to_dict() == {
        "campaigns": 1,
        "campaign_summaries": 1,
        "activity_stats": math.ceil(len(first) / 10),
        "campaign_stats": 1,
    }


def test_a_campaign_that_was_changed_is_asked_for_again(
    server: DemoServer, client: ccf.Client
) -> None:
    first = ccf.load_campaign_table(client=client)
    changed = first["campaign_id"].iloc[0]

    def renamed(request: Request) -> Answer | None:
        if not request.path.startswith("/v3/emails") or "/activities/" in request.path:
            return None
        body = server._service.answer(request, server.quirks).decoded()
        for campaign in body.get("campaigns", [body]):
            if campaign.get("campaign_id") == changed:
                campaign |= {"updated_at": "2026-06-30T00:00:00.000Z"}
                if "name" in campaign:
                    campaign["name"] = "Renamed"
        return Answer.of(body)

    server.intercept = renamed
    before = asked(server)
    second = ccf.load_campaign_table(client=client)
    again = asked(server).sub(before, fill_value=0)
    assert again["campaign_activities"] == 1
    assert again["campaign_activity_details"] == 1
    assert set(second.loc[second["campaign_id"] == changed, "name"]) == {"Renamed"}
    others = ["name", "subject", "em_opens"]
    kept = second["campaign_id"] != changed
    pd.testing.assert_frame_equal(second.loc[kept, others], first.loc[kept, others])


def test_some_campaigns_cost_what_they_need_and_leave_the_others_remembered(
    server: DemoServer, client: ccf.Client
) -> None:
    whole = ccf.load_campaign_table(client=client)
    some = whole["campaign_id"].drop_duplicates().iloc[3:9]
    before = server.requests.count
    table = ccf.load_campaign_table(some, client=client)
    assert set(table["campaign_id"]) == set(some)
    assert server.requests.count - before == 4
    before = server.requests.count
    pd.testing.assert_frame_equal(ccf.load_campaign_table(client=client), whole)
    assert server.requests.count - before == 2 + math.ceil(len(whole) / 10) + 1


def test_activities_are_known_to_later_loads(server: DemoServer, client: ccf.Client) -> None:
    table = ccf.load_campaign_table(client=client)
    before = server.requests.count
    ccf.load_links(campaigns=table["campaign_id"].head(1), client=client)
    assert server.requests.count - before == (table["campaign_id"] == table["campaign_id"][0]).sum()


# --- what is missing ----------------------------------------------------------------------------


def load_part(server: DemoServer, intercept: Any, match: str) -> pd.DataFrame:
    """Load a few campaigns of a server that refuses something, and hear of it."""
    with client_of(server.base_url, server.token) as client:
        campaigns = ccf.load_campaign_summaries(client=client).head(6)
        server.intercept = intercept
        with pytest.warns(errors.PartialResultWarning, match=match):
            return ccf.load_campaign_table(campaigns, client=client)


def test_without_the_accounts_scope_only_local_times_are_missing(server: DemoServer) -> None:
    table = load_part(server, refusing("/account/", FORBIDDEN), "sent_at_local.*account_read")
    assert table[["sent_at_local", "time_zone_id"]].isna().all(axis=None)
    assert table[["sent_at", "subject", "em_opens"]].notna().all(axis=None)
    assert str(table["sent_at_local"].dtype) == "datetime64[us]"


@pytest.mark.filterwarnings("ignore::ccframes.errors.PartialResultWarning")
def test_a_campaign_that_the_api_does_not_know_keeps_a_row(server: DemoServer) -> None:
    def gone(request: Request) -> Answer | None:
        hit = request.path.startswith("/v3/emails/") and request.path.endswith(first)
        return NOT_FOUND if hit else None

    with client_of(server.base_url, server.token) as client:
        first = ccf.load_campaign_summaries(client=client)["campaign_id"][0]
    table = load_part(server, gone, "campaign_activity_id is missing in 1 of")
    row = table.set_index("campaign_id").loc[first]
    assert pd.isna(row["campaign_activity_id"])
    assert pd.notna(row["sent_at"])
    assert row["campaign_open_percent"] > 0
    assert not table.attrs["ccframes"]["complete"]


@pytest.mark.filterwarnings("ignore::ccframes.errors.PartialResultWarning")
@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("/emails/activities/", "subject"),
        ("/stats/email_campaign_activities/", "em_sends"),
        ("/stats/email_campaigns/", "campaign_open_percent"),
    ],
)
def test_what_the_api_does_not_have_is_missing_and_named(
    server: DemoServer, path: str, column: str
) -> None:
    table = load_part(server, refusing(path, NOT_FOUND), f"{column} is missing in")
    assert table[column].isna().all()
    assert table["campaign_activity_id"].notna().all()


def test_a_summary_without_date_leaves_its_time_missing(server: DemoServer) -> None:
    server.quirks = Quirks(missing_counts=True)
    table = load_part(server, None, "sent_at is missing in 1 of")
    assert table["sent_at"].isna().sum() == 1
    assert pd.isna(table["sent_at"].iloc[-1])


def test_campaigns_that_were_never_sent_are_named(client: ccf.Client) -> None:
    campaigns = ccf.load_campaigns(client=client)
    drafts = campaigns[campaigns["current_status"] == "Draft"].head(2)
    with pytest.warns(errors.PartialResultWarning, match="2 of the campaigns given") as caught:
        table = ccf.load_campaign_table(drafts, client=client)
    assert drafts["campaign_id"].iloc[0] in str(caught[0].message)
    assert len(table) == 0


def test_a_resend_that_waits_has_no_row(server: DemoServer) -> None:
    def waiting(request: Request) -> Answer | None:
        if not request.path.endswith("/non_opener_resends"):
            return None
        [resend] = server._service.answer(request, server.quirks).decoded()
        del resend["resend_date"]
        return Answer.of([resend | {"resend_status": "SCHEDULED"}])

    with client_of(server.base_url, server.token) as client:
        campaigns = ccf.load_campaign_summaries(client=client).head(6)
        server.intercept = waiting
        table = ccf.load_campaign_table(campaigns, client=client)
    assert set(table["role"]) == {"primary_email"}
    assert len(table) == 6


def failing_once(path: str, answer: Answer) -> Callable[[Request], Answer | None]:
    """Return what refuses the first request for a path, and every try of it."""
    first: list[str] = []

    def intercept(request: Request) -> Answer | None:
        if request.path.endswith(path):
            first[:] = first or [request.path]
        return answer if first == [request.path] else None

    return intercept


@pytest.mark.parametrize("answer", [Answer.html("busy", 503), NOT_FOUND], ids=["503", "404"])
@pytest.mark.filterwarnings("ignore::ccframes.errors.PartialResultWarning")
def test_without_its_resend_neither_email_of_a_campaign_has_a_time(
    server: DemoServer, client: ccf.Client, answer: Answer
) -> None:
    with client_of(server.base_url, server.token) as undisturbed:
        whole = ccf.load_campaign_table(client=undisturbed)
    server.intercept = failing_once("/non_opener_resends", answer)
    table = ccf.load_campaign_table(client=client)
    assert not table.attrs["ccframes"]["complete"]
    unknown = table[table["sent_at"].isna()]
    assert sorted(unknown["role"]) == ["primary_email", "resend"]
    assert unknown["campaign_id"].nunique() == 1
    known = table[table["sent_at"].notna()].reset_index(drop=True)
    same = whole[whole["campaign_activity_id"].isin(known["campaign_activity_id"])]
    pd.testing.assert_frame_equal(known, same.reset_index(drop=True))


@pytest.mark.filterwarnings("ignore::ccframes.errors.PartialResultWarning")
@pytest.mark.parametrize("path", ["/non_opener_resends", ""])
def test_what_failed_once_is_asked_for_again(
    server: DemoServer, client: ccf.Client, path: str
) -> None:
    with client_of(server.base_url, server.token) as undisturbed:
        whole = ccf.load_campaign_table(client=undisturbed)
    primary = whole.loc[whole["role"] == "primary_email", "campaign_activity_id"].iloc[-1]
    of_details = f"/emails/activities/{primary}"
    server.intercept = failing_once(path or of_details, Answer.html("busy", 503))
    assert not ccf.load_campaign_table(client=client).attrs["ccframes"]["complete"]
    server.intercept = None
    before = server.requests.count
    again = ccf.load_campaign_table(client=client)
    pd.testing.assert_frame_equal(again, whole)
    assert again.attrs["ccframes"]["complete"]
    assert server.requests.count - before == 2 + 1 + math.ceil(len(whole) / 10) + 1


@pytest.mark.filterwarnings("ignore::ccframes.errors.PartialResultWarning")
def test_what_the_api_does_not_have_is_not_asked_for_again_and_still_missing(
    server: DemoServer, client: ccf.Client
) -> None:
    server.intercept = refusing("/non_opener_resends", NOT_FOUND)
    first = ccf.load_campaign_table(client=client)
    before = asked(server)
    second = ccf.load_campaign_table(client=client)
    assert asked(server).sub(before, fill_value=0)["resends"] == 0
    pd.testing.assert_frame_equal(first, second)
    assert not second.attrs["ccframes"]["complete"]


def test_a_resend_that_is_done_keeps_its_row_without_a_date(server: DemoServer) -> None:
    def undated(request: Request) -> Answer | None:
        if not request.path.endswith("/non_opener_resends"):
            return None
        [resend] = server._service.answer(request, server.quirks).decoded()
        del resend["resend_date"]
        return Answer.of([resend])

    table = load_part(server, undated, "sent_at is missing in")
    resends = table[table["role"] == "resend"]
    assert len(resends)
    assert resends["em_sends"].notna().all()
    assert resends["sent_at"].isna().all()


@pytest.mark.parametrize("field", ["em_sends", "open_rate", "shiny"])
def test_an_unknown_field_changes_no_column_and_is_kept(
    server: DemoServer, client: ccf.Client, field: str
) -> None:
    usual = ccf.load_campaign_table(client=client)
    server.quirks = Quirks(unknown_field=field)
    with (
        client_of(server.base_url, server.token) as other,
        pytest.warns(errors.UnknownFieldWarning),
    ):
        table = ccf.load_campaign_table(client=other)
    pd.testing.assert_frame_equal(table[usual.columns], usual)
    further = [name for name in table.columns if name not in usual]
    assert further
    assert all(field in str(name) for name in further)
    assert table[further].notna().any().all()


@pytest.mark.filterwarnings("ignore::ccframes.errors.UnknownFieldWarning")
def test_a_new_count_of_activities_and_campaigns_is_kept_of_both(
    server: DemoServer, client: ccf.Client
) -> None:
    def counting(request: Request) -> Answer | None:
        if "/stats/" not in request.path:
            return None
        body = server._service.answer(request, server.quirks).decoded()
        for result in body["results"]:
            result["stats"]["em_new"] = 1 if "/email_campaign_activities/" in request.path else 2
        return Answer.of(body)

    server.intercept = counting
    table = ccf.load_campaign_table(client=client)
    assert set(table["em_new"]) == {1}
    assert set(table["campaign_stats_em_new"]) == {2}


def test_a_new_name_is_taken_though_nothing_else_changed(
    server: DemoServer, client: ccf.Client
) -> None:
    campaign = ccf.load_campaign_table(client=client)["campaign_id"][0]

    def renamed(request: Request) -> Answer | None:
        if request.path != "/v3/emails":
            return None
        body = server._service.answer(request, server.quirks).decoded()
        for each in body["campaigns"]:
            each["name"] = "Renamed" if each["campaign_id"] == campaign else each["name"]
        return Answer.of(body)

    server.intercept = renamed
    table = ccf.load_campaign_table(client=client)
    assert set(table.loc[table["campaign_id"] == campaign, "name"]) == {"Renamed"}


def test_the_zone_may_fail_without_the_table(server: DemoServer) -> None:
    table = load_part(server, refusing("/account/", Answer.html("busy", 500)), "sent_at_local")
    assert table["sent_at"].notna().all()


def test_the_quota_is_spoken_of_once_and_before_it_is_spent(server: DemoServer) -> None:
    with (
        client_of(server.base_url, server.token, daily_quota=150) as client,
        pytest.warns(errors.QuotaWarning, match="campaign_table needs at least 235") as caught,
        pytest.raises(errors.LoadInterrupted),
    ):
        ccf.load_campaign_table(client=client)
    assert len(caught) == 1


# --- interruptions ------------------------------------------------------------------------------


@pytest.mark.parametrize("stops_at", [3, 60, 120, 200, 250, 262])
def test_a_load_that_stops_anywhere_keeps_what_came_and_resumes(
    server: DemoServer, stops_at: int
) -> None:
    with client_of(server.base_url, server.token) as undisturbed:
        whole = ccf.load_campaign_table(client=undisturbed)
    last = server.requests.count + stops_at
    server.intercept = lambda _: QUOTA if server.requests.count >= last else None
    with (
        client_of(server.base_url, server.token) as client,
        pytest.raises(errors.LoadInterrupted, match="quota_exceeded") as caught,
    ):
        ccf.load_campaign_table(client=client)
    stop = caught.value
    assert isinstance(stop.__cause__, errors.QuotaExceededError)
    partial = stop.partial
    assert list(partial.columns) == [column.name for column in CAMPAIGN_TABLE.columns]
    assert not partial.attrs["ccframes"]["complete"]
    assert set(partial["campaign_id"]) == set(whole["campaign_id"])
    assert partial["em_sends"].notna().sum() < len(whole)
    server.intercept = None
    before = server.requests.count
    with client_of(server.base_url, server.token) as fresh:
        resumed = stop.resume(fresh)
    pd.testing.assert_frame_equal(resumed, whole)
    assert resumed.attrs["ccframes"]["complete"]
    assert server.requests.count - before <= 266 - stops_at + 8  # those under way are asked again


def test_a_load_that_stopped_and_is_run_again_repeats_no_stage(
    server: DemoServer, client: ccf.Client
) -> None:
    server.intercept = refusing("/stats/", QUOTA)
    with pytest.raises(errors.LoadInterrupted):
        ccf.load_campaign_table(client=client)
    server.intercept = None
    before = asked(server)
    assert len(ccf.load_campaign_table(client=client))
    again = asked(server).sub(before, fill_value=0)
    assert again[["campaign_activities", "campaign_activity_details", "resends"]].sum() == 0


def test_an_error_before_anything_came_raises_itself(server: DemoServer) -> None:
    server.intercept = lambda _: QUOTA
    with (
        client_of(server.base_url, server.token) as client,
        pytest.raises(errors.QuotaExceededError),
    ):
        ccf.load_campaign_table(client=client)


def test_a_table_cancelled_between_its_stages_keeps_what_came_and_resumes(
    server: DemoServer, client: ccf.Client
) -> None:
    cancelled, campaigns = threading.Event(), ccf.load_campaign_summaries(client=client).head(3)

    def cancel(request: Request) -> None:
        if "email_campaign_activities" in request.path:
            cancelled.set()

    server.intercept = cancel
    with (
        pytest.raises(errors.LoadInterrupted, match="it was cancelled") as caught,
        cancellable(cancelled),
    ):
        ccf.load_campaign_table(campaigns, client=client)
    assert set(caught.value.partial["campaign_id"]) == set(campaigns["campaign_id"])
    assert not caught.value.partial.attrs["ccframes"]["complete"]
    whole = caught.value.resume()
    assert whole["em_sends"].notna().all()
