"""connect() and Client: one account at a time, and nothing of its token anywhere."""

from __future__ import annotations

import copy
import gc
import json
import logging
import pickle
import threading
from typing import Any

import pytest

import ccframes as ccf
from ccframes import errors
from ccframes.client import BASE_URL_VARIABLE, TOKEN_VARIABLE
from ccframes.known import Known
from ccframes.wire.pace import MemoryLedger
from tests.serving import TOKEN, activity_id, client_of, opens_of, served
from tests.wire.misbehaving import MisbehavingServer, Reply, json_reply


def test_without_a_token_connect_says_what_to_do() -> None:
    with pytest.raises(errors.ConfigError, match=r"CCFRAMES_TOKEN.*demo=True"):
        ccf.connect()


def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    with (
        MisbehavingServer([json_reply({"campaigns": []})]) as server,
        ccf.connect(base_url=server.base_url, rate=1000),
    ):
        assert ccf.load_campaigns().empty
        assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_the_address_comes_from_the_environment_unless_it_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(BASE_URL_VARIABLE, "ftp://nowhere")
    with served({"campaigns": []}) as (_, server):
        with ccf.connect(token=server.token, base_url=server.base_url):
            assert ccf.load_campaigns().empty
        with pytest.raises(errors.ConfigError, match="ftp://nowhere"):
            ccf.connect(token=server.token)
        monkeypatch.setenv(BASE_URL_VARIABLE, server.base_url)
        with ccf.connect(token=server.token):
            assert ccf.load_campaigns().empty


def test_loaders_without_a_client_say_what_to_do() -> None:
    with pytest.raises(errors.ConfigError, match=r"ccf\.connect"):
        ccf.load_campaigns()


def test_a_closed_client_is_the_default_no_longer() -> None:
    with ccf.connect(demo="empty"):
        assert ccf.load_campaigns().empty
    with pytest.raises(errors.ConfigError, match="not connected"):
        ccf.load_campaigns()


def test_closing_an_older_client_leaves_the_default_alone() -> None:
    older = ccf.connect(demo="empty")
    with ccf.connect(demo="empty"):
        older.close()
        assert ccf.load_campaigns().empty


def test_a_loader_uses_the_client_it_is_given() -> None:
    with ccf.connect(demo="empty") as empty, ccf.connect(demo=True):
        assert ccf.load_campaigns(client=empty).empty
        assert not ccf.load_campaigns().empty


def test_demo_and_a_token_exclude_each_other() -> None:
    with pytest.raises(errors.ConfigError, match="not both"):
        ccf.connect(demo=True, token=TOKEN)


def test_an_unknown_embedded_account_is_refused() -> None:
    with pytest.raises(errors.ConfigError, match="default"):
        ccf.connect(demo="medium")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.cc.email/v3",
        "ftp://x/v3",
        "nonsense",
        "",
        "https://api.cc.email/v3/../x",
        "https://аpi.cc.email/v3",
        "https://api.cc.email:0x/v3",
        4,
    ],
)
def test_an_address_that_is_not_safe_is_refused(base_url: Any) -> None:
    with pytest.raises(errors.ConfigError, match="base_url") as caught:
        ccf.connect(token=TOKEN, base_url=base_url)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1, "5", (5,), (5, None), (1, 2, 3), None])
def test_a_timeout_that_cannot_be_is_refused(timeout: Any) -> None:
    with pytest.raises(errors.ConfigError, match="timeout"):
        ccf.connect(token=TOKEN, timeout=timeout)


def test_one_number_is_both_timeouts() -> None:
    with served({}) as (_, server), client_of(server.base_url, server.token, timeout=3) as client:
        assert ccf.load_campaigns(client=client).empty


def test_a_base_url_may_have_white_space_around_it() -> None:
    with served({}) as (_, server), client_of(f" {server.base_url}/\n", server.token) as client:
        assert ccf.load_campaigns(client=client).empty


def test_connecting_to_the_demo_again_and_again_leaves_no_server_behind() -> None:
    ccf.connect(demo="empty")
    before = threading.active_count()
    for _ in range(5):
        ccf.connect(demo="empty")
    gc.collect()
    assert threading.active_count() <= before


def test_a_closed_client_says_that_it_is_closed() -> None:
    with served({}) as (client, _):
        client.close()
        with pytest.raises(errors.ConfigError, match="closed"):
            ccf.load_campaigns(client=client)


def test_a_redirect_to_nowhere_is_an_error_of_ours() -> None:
    script = [Reply(b"", 302, {"Location": "http://[bad"})]
    with (
        MisbehavingServer(script) as server,
        client_of(server.base_url) as client,
        pytest.raises(errors.TransportError),
    ):
        ccf.load_campaigns(client=client)


def test_a_token_that_the_server_repeats_reaches_no_frame_and_no_message() -> None:
    body = {"campaigns": [{"campaign_id": "x", "name": f"hello {TOKEN}"}], TOKEN: 1}
    with (
        MisbehavingServer([json_reply(body), json_reply({TOKEN: 1})]) as server,
        client_of(server.base_url) as client,
    ):
        with pytest.warns(errors.UnknownFieldWarning) as caught:
            frame = ccf.load_campaigns(client=client)
        with pytest.raises(errors.SchemaError) as refused:
            ccf.load_campaigns(client=client)
    assert TOKEN not in frame.to_csv() + str(caught[0].message) + str(refused.value)


@pytest.mark.parametrize("settings", [{"rate": 0}, {"rate": -1.0}])
def test_a_pace_that_cannot_be_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(errors.ConfigError):
        ccf.connect(token=TOKEN, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("settings", [{"max_pages": 0}, {"max_pages": "3"}, {"on_error": "ignore"}])
def test_a_keyword_that_cannot_be_is_refused_before_anything_is_sent(
    settings: dict[str, object],
) -> None:
    with served({}) as (client, server):
        with pytest.raises(errors.ConfigError, match=next(iter(settings))):
            ccf.load_opens(activity_id(1), client=client, **settings)  # type: ignore[arg-type]
        assert server.requests.count == 0


def test_activities_and_campaigns_exclude_each_other() -> None:
    with served({}) as (client, _), pytest.raises(errors.ConfigError, match="not both"):
        ccf.load_opens(activity_id(1), campaigns=activity_id(2), client=client)


def test_campaigns_stand_for_their_primary_emails_and_resends_looked_up_once() -> None:
    with ccf.connect(demo=True) as client:
        campaigns = ccf.load_campaign_summaries()
        activities = ccf.load_campaign_activities(campaigns)
        resent = activities.loc[activities["role"] == "resend", "campaign_id"].iloc[:2]
        expected = ccf.load_opens(activities[activities["campaign_id"].isin(resent)])
        client.known = Known()
        before = client.requests_sent
        chosen = campaigns[campaigns["campaign_id"].isin(resent)]
        by_frame = ccf.load_opens(chosen)
        once = client.requests_sent - before
        by_keyword = ccf.load_opens(campaigns=list(chosen["campaign_id"]))
        twice = client.requests_sent - before
    assert by_frame.equals(by_keyword)
    assert by_frame.equals(expected)
    assert by_frame["campaign_activity_id"].nunique() == 4
    assert twice == 2 * once - 2


def test_activities_that_were_loaded_need_no_look_up_and_fresh_ones_count() -> None:
    campaign, old, new = (activity_id(number) for number in (900, 1, 2))

    def page(*activities: str) -> dict[str, Any]:
        listed = [{"campaign_activity_id": one, "role": "primary_email"} for one in activities]
        return {"campaign_id": campaign, "name": "x", "campaign_activities": listed}

    answers: dict[str, Any] = {
        "campaign_activities": {campaign: page(old)},
        "opens": {old: opens_of(old, 1), new: opens_of(new, 2)},
    }
    with served(answers) as (client, server):
        ccf.load_campaign_activities(campaign, client=client)
        assert len(ccf.load_opens(campaigns=campaign, client=client)) == 1
        assert server.requests.count == 2
        answers["campaign_activities"][campaign] = page(old, new)
        ccf.load_campaign_activities(campaign, client=client)
        assert len(ccf.load_opens(campaigns=campaign, client=client)) == 3


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", None])
def test_an_account_without_a_usable_zone_asks_for_times_with_one(zone: str | None) -> None:
    with served({"account": {"": {"time_zone_id": zone}}, "campaigns": []}) as (client, server):
        for _ in range(2):
            with pytest.raises(errors.ConfigError, match="after_date names no time zone"):
                ccf.load_campaigns(after_date="2026-01-02", client=client)
        assert server.requests.count == 1
        assert len(ccf.load_campaigns(after_date="2026-01-02T00:00Z", client=client)) == 0


def test_a_frame_with_roles_leaves_its_permalinks_out() -> None:
    with ccf.connect(demo=True) as client:
        activities = ccf.load_campaign_activities(ccf.load_campaign_summaries().head(1))
        assert "permalink" in set(activities["role"])
        before = client.requests_sent
        ccf.load_opens(activities, max_pages=1)
        assert client.requests_sent - before == (activities["role"] != "permalink").sum()


def test_the_token_is_in_no_representation(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    one = activity_id(1)
    with served({"opens": {one: opens_of(one, 600)}}, token=TOKEN) as (client, _):
        frame = ccf.load_opens(one, client=client)
        shown = [repr(client), str(client), json.dumps(frame.attrs), caplog.text]
        shown += [repr(value) for value in vars(client).values()]
        shown += [repr(value) for value in vars(client.transport).values()]
    assert not [text for text in shown if TOKEN in text]


def test_a_client_is_not_pickled_since_it_holds_a_token() -> None:
    with MisbehavingServer([]) as server, client_of(server.base_url) as client:
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(client)
        with pytest.raises(TypeError):
            copy.deepcopy(client)


def test_one_warning_for_an_unknown_field_and_client() -> None:
    one = activity_id(1)
    rows = [row | {"mood": "fine"} for row in opens_of(one, 3)]
    with served({"opens": {one: rows}}) as (client, server):
        with pytest.warns(errors.UnknownFieldWarning, match="mood") as caught:
            first = ccf.load_opens(one, client=client)
        second = ccf.load_opens(one, client=client)
        with (
            client_of(server.base_url, server.token) as other,
            pytest.warns(errors.UnknownFieldWarning, match="mood"),
        ):
            ccf.load_opens(one, client=other)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert first["mood"].tolist() == second["mood"].tolist() == ["fine"] * 3


def test_the_days_quota_is_known_and_kept() -> None:
    one = activity_id(1)
    with served({"opens": {one: opens_of(one, 1_200)}}) as (_, server):
        ledger = MemoryLedger()
        with client_of(server.base_url, server.token, daily_quota=5, ledger=ledger) as client:
            ccf.load_opens(one, client=client)
            assert client.remaining_today == 2
            with (
                pytest.warns(errors.QuotaWarning, match="at least 3 requests and 2 are left"),
                pytest.raises(errors.LoadInterrupted) as caught,
            ):
                ccf.load_opens(one, client=client)
            assert isinstance(caught.value.__cause__, errors.QuotaExceededError)
            assert len(caught.value.partial) == 1_000
            with (
                pytest.warns(errors.QuotaWarning, match="0 are left"),
                pytest.raises(errors.QuotaExceededError),
            ):
                ccf.load_opens(one, client=client)
        assert server.requests.count == 5
