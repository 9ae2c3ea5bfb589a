"""Activity ids get the names of what they stand for, and what was looked up is not asked again."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes import errors
from ccframes.demo import Answer, DemoServer, WorldAccount
from ccframes.demo.exchange import quota_exceeded
from ccframes.endpoints import ENDPOINTS
from ccframes.frames.names import NAMES
from ccframes.naming import named
from tests.analysis.accounts import Frames, account_of
from tests.frames.samples import names_of_dtypes
from tests.serving import client_of

KEY = "campaign_activity_id"
COLUMNS = [column.name for column in NAMES]
QUOTA = quota_exceeded().answer
BUSY = Answer.html("busy", 503)


@pytest.fixture
def account() -> Frames:
    return account_of("some seed", contacts=300, weeks=60)


@pytest.fixture
def server(account: Frames) -> Iterator[DemoServer]:
    assert isinstance(account.account, WorldAccount)
    with DemoServer(account.account) as server:
        yield server


@pytest.fixture
def client(server: DemoServer) -> Iterator[ccf.Client]:
    with client_of(server.base_url, server.token) as client:
        yield client


def truth(account: Frames, frame: pd.DataFrame) -> list[Any]:
    """Return campaign, name, role and subject of each row, as the account has them."""
    by_id = account.activities.set_index(KEY)[COLUMNS]
    return [tuple(by_id.loc[one]) for one in frame[KEY]]


def names_in(frame: pd.DataFrame) -> list[Any]:
    return list(frame[COLUMNS].itertuples(index=False, name=None))


def test_every_row_gets_the_names_of_its_activity(account: Frames, client: ccf.Client) -> None:
    opens = account.opens.iloc[::7]
    found = named(opens, client=client)
    assert names_in(found) == truth(account, opens)
    assert list(found.columns[:5]) == [KEY, *COLUMNS]
    pd.testing.assert_frame_equal(found[opens.columns], opens)
    found.loc[:, "contact_id"] = "of a copy"
    assert not (opens["contact_id"] == "of a copy").any()
    assert names_of_dtypes(found)["role"] == "category"


def test_an_activity_takes_a_request_and_its_campaign_another(
    account: Frames, client: ccf.Client
) -> None:
    stats = account.activity_stats.drop(columns="campaign_id")
    named(stats, client=client)
    assert (
        client.requests_sent == stats[KEY].nunique() + account.activities["campaign_id"].nunique()
    )


def test_what_was_looked_up_is_not_asked_again(account: Frames, client: ccf.Client) -> None:
    named(account.sends, client=client)
    before = client.requests_sent
    again = named(account.clicks, client=client)
    assert client.requests_sent == before
    assert names_in(again) == truth(account, account.clicks)


def test_after_the_campaign_table_nothing_is_left_to_ask(
    account: Frames, client: ccf.Client
) -> None:
    table = ccf.load_campaign_table(client=client)
    before = client.requests_sent
    found = named(account.activity_stats, client=client)
    assert client.requests_sent == before
    assert (found["role"] == "resend").any()
    assert names_in(found) == truth(account, found)
    again = named(table[[KEY, "em_sends"]], client=client)
    pd.testing.assert_frame_equal(again[[KEY, *COLUMNS]], table[[KEY, *COLUMNS]])


def test_the_campaign_table_is_whole_after_names_were_looked_up(
    account: Frames, client: ccf.Client, server: DemoServer
) -> None:
    named(account.activity_stats, client=client)
    with client_of(server.base_url, server.token) as other:
        pd.testing.assert_frame_equal(
            ccf.load_campaign_table(client=client), ccf.load_campaign_table(client=other)
        )


def test_names_that_are_there_stay_and_gaps_are_filled(account: Frames, client: ccf.Client) -> None:
    stats = account.activity_stats.head(4)
    whole = named(stats, client=client)
    again = whole.assign(name=whole["name"].where(whole.index != 1), mine=1)
    again.loc[2, "subject"] = "My own words"
    again.loc[3, "role"] = None
    filled = named(again, client=client)
    assert list(filled.columns) == list(again.columns)
    assert filled["subject"].tolist()[2] == "My own words"
    kept = [KEY, "campaign_id", "name", "role"]
    pd.testing.assert_frame_equal(filled[kept], whole[kept])
    pd.testing.assert_frame_equal(named(whole, client=client), whole)


def test_a_frame_read_back_from_a_file_is_named(account: Frames, client: ccf.Client) -> None:
    read = pd.read_csv(StringIO(account.links.head(9).to_csv(index=False)), dtype="str")
    assert names_in(named(read, client=client)) == truth(account, account.links.head(9))


def test_no_rows_and_missing_ids_are_no_error(account: Frames, client: ccf.Client) -> None:
    whole = named(account.sends.head(3), client=client)
    none = named(account.sends.iloc[:0], client=client)
    assert names_of_dtypes(none) == names_of_dtypes(whole)
    gap = account.sends.head(2).copy()
    gap.loc[gap.index[1], KEY] = None
    found = named(gap, client=client)
    assert found[COLUMNS].isna().all(axis="columns").tolist() == [False, True]


def test_an_activity_that_the_api_does_not_know_is_said_once_and_its_row_stays(
    account: Frames, client: ccf.Client
) -> None:
    lost = "11111111-2222-4333-8444-555555555555"
    sends = account.sends.head(2).assign(campaign_activity_id=[lost, account.sends[KEY].iloc[0]])
    with pytest.warns(errors.PartialResultWarning, match=lost):
        found = named(sends, client=client)
    assert found["name"].isna().tolist() == [True, False]
    before = client.requests_sent
    pd.testing.assert_frame_equal(named(sends, client=client), found)
    assert client.requests_sent == before


@pytest.mark.filterwarnings("ignore::ccframes.errors.PartialResultWarning")
@pytest.mark.parametrize("of", [KEY, "campaign_id"])
def test_a_look_up_that_failed_is_made_again(
    account: Frames, server: DemoServer, client: ccf.Client, of: str
) -> None:
    sends = account.sends.drop_duplicates(KEY).head(3)
    failing = account.activities.set_index(KEY)[["campaign_id"]].loc[sends[KEY]].reset_index()
    path = f"/{failing[of].iloc[0]}"
    server.intercept = lambda asked: BUSY if asked.path.endswith(path) else None
    assert named(sends, client=client)["name"].isna().any()
    server.intercept = None
    before = client.requests_sent
    found = named(sends, client=client)
    assert names_in(found) == truth(account, sends)
    assert client.requests_sent - before == (2 if of == KEY else 1)


def test_on_error_raise_raises(client: ccf.Client) -> None:
    lost = pd.DataFrame({KEY: ["11111111-2222-4333-8444-555555555555"]})
    with pytest.raises(errors.NotFoundError):
        named(lost, client=client, on_error="raise")


def test_a_frame_without_activities_is_refused_before_anything_is_sent(client: ccf.Client) -> None:
    with pytest.raises(errors.ColumnsError, match="campaign_activity_id"):
        named(pd.DataFrame({"campaign_id": ["x"]}), client=client)
    assert client.requests_sent == 0


@pytest.mark.parametrize("stops_after", [3, 66])
def test_a_look_up_that_stops_keeps_the_rows_and_resumes_with_another_client(
    account: Frames, server: DemoServer, stops_after: int
) -> None:
    opens = account.opens
    server.intercept = lambda _: QUOTA if server.requests.count > stops_after else None
    with (
        client_of(server.base_url, server.token) as client,
        pytest.raises(errors.LoadInterrupted, match="quota_exceeded") as caught,
    ):
        named(opens, client=client)
    partial = caught.value.partial
    pd.testing.assert_frame_equal(partial[opens.columns], opens)
    assert not partial.attrs["ccframes"]["complete"]
    server.intercept = None
    with client_of(server.base_url, server.token) as fresh:
        resumed = caught.value.resume(fresh)
    assert names_in(resumed) == truth(account, opens)
    assert set(ENDPOINTS["opens"].by_name) <= set(resumed.columns)
