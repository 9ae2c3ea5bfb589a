"""Quirks: what each switch does to the answers, and how they are chosen."""

from __future__ import annotations

import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import pytest
import requests

from ccframes.demo import DemoServer, Quirks, account
from ccframes.demo.bending import LAST_LINKS
from ccframes.demo.quirks import FORMS
from ccframes.errors import ConfigError
from tests.demo.conftest import Caller

if TYPE_CHECKING:
    from ccframes.demo.world import World

SUMMARIES = "/reports/summary_reports/email_campaign_summaries"
CAMPAIGN_STATS = "/reports/stats/email_campaigns/"
ACTIVITY_STATS = "/reports/stats/email_campaign_activities/"
UNKNOWN = "1dd44181-8b89-4c36-867a-b3490f373659"


def path_to(activity_id: str, kind: str = "opens") -> str:
    return f"/reports/email_reports/{activity_id}/tracking/{kind}"


@pytest.fixture(scope="module")
def sent(world: World) -> str:
    """Return the last primary email but two: rows for several pages."""
    return world.programme.sent[-3].id


# --- choosing ---------------------------------------------------------------------------------


def test_quirks_are_chosen_by_name_and_value() -> None:
    chosen = Quirks(stat_keys="dotted")
    assert Quirks.of({"stat_keys": "dotted"}) == chosen
    assert Quirks.of(chosen) is chosen
    assert Quirks.of(None) == Quirks.of({}) == Quirks()
    assert Quirks.of("guide") == Quirks.of(FORMS["guide"]) != Quirks()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"stat_key": "dotted"}, "no quirk is called 'stat_key'; there are: stat_keys, "),
        ({"stat_keys": "dashed"}, "'dashed'; it may be 'underscored', 'dotted' or 'both'"),
        ({"string_counts": 1}, "quirk string_counts cannot be 1; it may be True or False"),
        ({"late_rows": -1}, "a number from 0"),
        ({"late_rows": True}, "a number from 0"),
        ({"slow": "long"}, "a number from 0"),
        ({"href": None}, "a text"),
        ({"lists_limit": 50}, "1000 or 500"),
        ({"outage_every": 0}, "1 or more"),
        ({"href": "{host}"}, "a text with {origin}, {path}, {param}, {token} or {here}"),
        ({"faults": {1: "fire"}}, "a status from 400, 'cut', "),
        ({"faults": {1: 200}}, "a status from 400"),
        ({"faults": [503]}, "a mapping of numbers"),
        ("hurricane", "no quirks are called 'hurricane'; there are: guide, storm"),
        (["dotted"], "quirks are a mapping"),
    ],
)
def test_quirks_that_cannot_be_are_named_with_those_that_can(given: Any, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        Quirks.of(given)
    assert message in str(error.value)


def test_the_catalog_has_every_quirk_once() -> None:
    catalog = Quirks.catalog()
    assert [entry.name for entry in catalog] == [each.name for each in fields(Quirks)]
    assert all(all(entry) for entry in catalog)
    assert len({entry.meaning for entry in catalog}) == len(catalog)


def test_ends_of_walks_have_names() -> None:
    named = get_args(get_type_hints(Quirks)["last_links"])
    assert named == ("", *LAST_LINKS)


def test_every_choice_of_every_quirk_gives_answers(sent: str) -> None:
    """Each is served once, to a client that only looks whether it is HTTP."""
    with DemoServer(account("default")) as server:
        caller = Caller(server)
        for name, hint in get_type_hints(Quirks).items():
            choices = get_args(hint) if get_origin(hint) is Literal else ()
            for value in (True,) if hint is bool else choices:
                server.quirks = Quirks.of({name: value})
                assert caller.get(path_to(sent, "bounces")).status_code in {200, 500, 502, 503}
                assert caller.get(CAMPAIGN_STATS + UNKNOWN).status_code in {404, 500, 502, 503}


# --- forms ------------------------------------------------------------------------------------


def asked(path: str, quirks: Quirks, **params: Any) -> Any:
    with DemoServer(account("default"), quirks=quirks) as server:
        return Caller(server).get(path, **params).json()


def test_dotted_keys_are_the_twelve_of_the_guide(sent: str) -> None:
    [dotted] = asked(ACTIVITY_STATS + sent, Quirks(stat_keys="dotted"))["results"]
    [usual] = asked(ACTIVITY_STATS + sent, Quirks())["results"]
    [both] = asked(ACTIVITY_STATS + sent, Quirks(stat_keys="both"))["results"]
    assert sum("." in key for key in dotted["stats"]) == 12
    assert {
        "em_opens.all",
        "em_opens.all.mobile",
        "em_clicks.all.none",
        "em_bounces_blocked",
    } < set(dotted["stats"])
    assert {key.replace(".", "_"): n for key, n in dotted["stats"].items()} == usual["stats"]
    assert both["stats"] == usual["stats"] | dotted["stats"]


def test_counts_and_percents_as_text() -> None:
    page = asked(SUMMARIES, Quirks(string_counts=True, aggregate_array=True))
    counts = page["bulk_email_campaign_summaries"][0]["unique_counts"]
    assert all(count.isdecimal() for count in counts.values())
    [percents] = page["aggregate_percents"]
    assert float(percents["open"]) > 0


@pytest.mark.parametrize("how", ["empty", "null", "null next", "empty next", "null href", "blank"])
def test_the_last_page_may_say_so_in_other_ways(how: Any) -> None:
    page = asked("/emails", Quirks(last_links=how), limit="500")
    assert "_links" in page
    assert not ((page["_links"] or {}).get("next") or {}).get("href")


def test_next_links_may_be_absolute_foreign_or_the_same_again() -> None:
    absolute = Quirks(href="{origin}{path}?next={token}")
    assert asked("/emails", absolute)["_links"]["next"]["href"].startswith("http://127.0.0.1:")
    foreign = Quirks(href="https://example.com{path}?next={token}")
    assert "//example.com/v3/emails" in asked("/emails", foreign)["_links"]["next"]["href"]
    with DemoServer(account("default"), quirks=Quirks(href="{here}")) as server:
        caller = Caller(server)
        first = caller.get("/emails").json()["_links"]["next"]["href"]
        assert caller.get(first).json()["_links"]["next"]["href"] == first


def test_instants_names_and_fields_may_differ(sent: str) -> None:
    quirks = Quirks(instants="offset", missing_names=True, unknown_field="mood")
    usual = asked(path_to(sent), Quirks())["tracking_activities"]
    bent = asked(path_to(sent), quirks)["tracking_activities"]
    assert any("first_name" in row for row in usual)
    assert not any("first_name" in row or "last_name" in row for row in bent)
    assert all(row["mood"] == "new" for row in bent)
    assert all(row["created_time"].endswith(".000-04:00") for row in bent)


def test_late_rows_repeat_the_end_of_the_page_before(sent: str) -> None:
    with DemoServer(account("default"), quirks=Quirks(late_rows=2)) as server:
        first, second, *_ = Caller(server).pages(path_to(sent, "sends"), limit="50")
    assert first["tracking_activities"][-2:] == second["tracking_activities"][:2]


def test_faults_strike_the_numbered_requests() -> None:
    quirks = Quirks(faults={1: 503, 2: "html", 3: "cut", 4: "reset"})
    with DemoServer(account("default"), quirks=quirks) as server:
        caller = Caller(server)
        assert caller.get("/emails").status_code == 503
        assert caller.get("/emails").headers["content-type"].startswith("text/html")
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            caller.get("/emails")
        with pytest.raises(requests.ConnectionError):
            caller.get("/emails")
        assert caller.get("/emails").status_code == 200
        assert [served.status for served in server.requests] == [503, 200, 200, 0, 200]


def test_percentages_may_have_other_digits(world: World) -> None:
    campaign = next(each for each in world.programme.campaigns if each.sent).id
    [usual], [long], [whole] = (
        asked(CAMPAIGN_STATS + campaign, Quirks.of({"percents": digits}))["results"]
        for digits in ("rounded", "long", "whole")
    )
    assert len(repr(long["percents"]["open"])) > 12
    for key, value in usual["percents"].items():
        assert long["percents"][key] == pytest.approx(value)
        assert whole["percents"][key] == round(value)


@pytest.mark.parametrize(
    ("form", "end"),
    [
        ("offset", ".000-04:00"),
        ("basic offset", ".000-0400"),
        ("seconds", ":00Z"),
        ("microseconds", ".000000Z"),
    ],
)
def test_instants_may_end_otherwise(form: Any, end: str) -> None:
    [campaign, *_] = asked("/emails", Quirks(instants=form))["campaigns"]
    assert campaign["created_at"].endswith(end if form != "seconds" else "Z")
    assert ("." in campaign["created_at"]) == (form != "seconds")


def test_rows_may_hold_what_nobody_knows(sent: str) -> None:
    quirks = Quirks(unknown_bounce_code="Q", unknown_device="fridge")
    [first, second, *_] = asked(path_to(sent, "bounces"), quirks)["tracking_activities"]
    assert (first["bounce_code"], first["device_type"]) == ("Q", "fridge")
    assert second["bounce_code"] != "Q"


def test_fields_may_be_null_numbers_or_instants(world: World, sent: str) -> None:
    quirks = Quirks(explicit_nulls=True, url_ids="number", deleted_at="instant")
    clicks = asked(path_to(sent, "clicks"), quirks)["tracking_activities"]
    assert any(row["last_name"] is None or row["deleted_at"] is None for row in clicks)
    assert all(isinstance(row["url_id"], int) for row in clicks)
    sends = asked(path_to(world.programme.sent[9].id, "sends"), quirks)["tracking_activities"]
    assert {row["deleted_at"][-5:] for row in sends if row["deleted_at"]} == {".000Z"}


@pytest.mark.parametrize(("case", "is_so"), [("upper", str.isupper), ("lower", str.islower)])
def test_statuses_may_be_spelt_in_one_way(case: Any, is_so: Any) -> None:
    campaigns = asked("/emails", Quirks(status_case=case))["campaigns"]
    assert all(is_so(each["current_status"]) for each in campaigns)


def test_summaries_may_lack_counts_and_disagree() -> None:
    [first, second, *_] = asked(SUMMARIES, Quirks(missing_counts=True, loose_not_opened=True))[
        "bulk_email_campaign_summaries"
    ]
    assert set(first) == {"campaign_id", "campaign_type"}
    counts = second["unique_counts"]
    assert counts["not_opened"] < counts["sends"] - counts["opens"] - counts["bounces"]


def test_sms_summaries_are_not_bent_as_those_of_emails() -> None:
    path, start = "/reports/summary_reports/sms_campaign_summaries", "2023-06-01T00:00:00Z"
    quirks = Quirks(missing_counts=True, loose_not_opened=True)
    assert asked(path, quirks, start_at=start) == asked(path, Quirks(), start_at=start)


def test_batches_may_lose_one_and_their_order(world: World) -> None:
    ids = [each.id for each in world.programme.campaigns if each.sent][:4]
    quirks = Quirks(partial_errors=True, shuffled_results=True)
    answer = asked(CAMPAIGN_STATS + ",".join(ids), quirks)
    assert [each["campaign_id"] for each in answer["results"]] == ids[:3][::-1]
    assert len(answer["errors"]) == 1


def test_keys_may_be_there_twice() -> None:
    with DemoServer(account("default"), quirks=Quirks(duplicate_keys=True)) as server:
        answer = Caller(server).get("/emails", limit="1")
    assert answer.text.count('"campaigns":') == 2
    assert len(answer.json()["campaigns"]) == 1


def test_keys_of_an_empty_body_cannot_be_there_twice() -> None:
    quirks = Quirks(duplicate_keys=True, error_body="empty")
    with DemoServer(account("empty"), quirks=quirks) as server:
        answer = Caller(server).get("/emails", limit="0")
    assert (answer.status_code, answer.content) == (400, b"")


def test_names_of_the_link_may_differ() -> None:
    with DemoServer(account("default"), quirks=Quirks(token_param="cursor")) as server:
        pages = list(Caller(server).pages("/emails"))
    assert "?cursor=" in pages[0]["_links"]["next"]["href"]
    assert len(pages) == 3


def test_summaries_may_reach_back_so_far_only() -> None:
    page = asked(SUMMARIES, Quirks(summaries_reach=7))
    assert len(page["bulk_email_campaign_summaries"]) == 7
    assert "_links" not in page


# --- what is undocumented ---------------------------------------------------------------------


def test_the_other_reading_of_no_clicks(sent: str) -> None:
    path, quirks = f"/reports/email_reports/{sent}/links", Quirks(no_clicks="false")
    shown = [asked(path, quirks, **params) for params in ({}, {"no_clicks": "true"})]
    assert len(shown[0]["link_click_counts"]) == len(shown[1]["link_click_counts"]) + 1


def test_an_unknown_activity_may_have_no_events() -> None:
    quirks = Quirks(unknown_activity="empty")
    assert asked(path_to(UNKNOWN), quirks) == {"tracking_activities": []}
    links = asked(f"/reports/email_reports/{UNKNOWN}/links", quirks)
    assert links == {"campaign_activity_id": UNKNOWN, "link_click_counts": []}


@pytest.mark.parametrize(("limit", "rows"), [("0", 1), ("-3", 1), ("9999", 125), ("abc", 50)])
def test_a_limit_out_of_range_may_be_clamped(limit: str, rows: int) -> None:
    page = asked("/emails", Quirks(bad_limit="clamped"), limit=limit)
    assert len(page["campaigns"]) == rows


def test_a_batch_may_be_of_any_size(world: World) -> None:
    ids = [each.id for each in world.programme.sent][:12]
    answer = asked(ACTIVITY_STATS + ",".join(ids), Quirks(large_batch="answered"))
    assert len(answer["results"]) == 12


def test_errors_may_have_other_bodies() -> None:
    def body(form: Any) -> bytes:
        with DemoServer(account("default"), quirks=Quirks(error_body=form)) as server:
            answer = Caller(server).get(path_to(UNKNOWN))
        assert answer.status_code == 404
        return answer.content

    assert set(json.loads(body("object"))) == {"error_key", "error_message"}
    assert set(json.loads(body("message"))) == {"message"}
    assert body("html").startswith(b"<html>")
    assert body("empty") == b""


def test_refused_requests_may_count() -> None:
    for counted, statuses in ((False, [200, 429, 200]), (True, [200, 429, 429])):
        times = iter([0.0, 0.5, 1.2])
        now = [0.0]
        quirks = Quirks(count_refused=counted)
        with DemoServer(
            account("empty"), throttle=1, clock=partial(now.__getitem__, 0), quirks=quirks
        ) as server:
            answers = []
            for now[0] in times:
                answers.append(Caller(server).get("/emails").status_code)
        assert answers == statuses


# --- faults -----------------------------------------------------------------------------------


def test_bodies_may_end_early_and_agree_with_their_length() -> None:
    quirks = Quirks(faults={1: "truncated", 2: "gzip", 3: "empty"})
    with DemoServer(account("default"), quirks=quirks) as server:
        caller = Caller(server)
        with pytest.raises(requests.exceptions.JSONDecodeError):
            caller.get("/emails").json()
        raw = caller.session.get(server.base_url + "/emails", stream=True, timeout=10).raw
        with pytest.raises(EOFError):
            gzip.decompress(raw.read(decode_content=False))
        assert caller.get("/emails").content == b""


def test_single_requests_may_be_refused() -> None:
    quirks = Quirks(faults={1: 401, 2: 429, 3: "quota"}, retry_after=2)
    with DemoServer(account("default"), quirks=quirks) as server:
        answers = [Caller(server).get("/emails") for _ in range(4)]
    keys = [answer.json().get("error_key") for answer in answers]
    assert keys == ["unauthorized", "throttled", "quota_exceeded", None]
    assert [answer.headers.get("retry-after") for answer in answers] == [None, "2", "2", None]


def test_outages_come_in_bursts() -> None:
    quirks = Quirks(outage=502, outage_every=4, outage_length=2)
    with DemoServer(account("empty"), quirks=quirks) as server:
        statuses = [Caller(server).get("/emails").status_code for _ in range(8)]
    assert statuses == [200, 200, 502, 502] * 2


def test_the_content_type_may_be_wrong() -> None:
    with DemoServer(account("empty"), quirks=Quirks(content_type="text/plain")) as server:
        answer = Caller(server).get("/emails")
    assert answer.headers["content-type"] == "text/plain"
    assert answer.json() == {"campaigns": []}


def test_answers_may_be_slow_and_overtake_each_other() -> None:
    with (
        DemoServer(account("empty"), quirks=Quirks(slow=0.01, out_of_order=0.15)) as server,
        ThreadPoolExecutor(2) as pool,
    ):
        began = time.perf_counter()
        list(pool.map(lambda path: Caller(server).get(path), ["/emails", "/emails"]))
        assert time.perf_counter() - began >= 0.15
        first, last = server.requests
        assert first.at > last.at
