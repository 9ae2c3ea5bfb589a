"""Walks, batches, interruptions: nothing is lost, and no part is passed off as the whole.

What holds for each report alike is tried for each in test_every_loader.py.
"""

from __future__ import annotations

import json
import signal
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes import errors
from ccframes.demo import Answer, Quirks
from ccframes.wire.pace import Cancelled, cancellable
from tests.serving import (
    activity_id,
    addresses,
    client_of,
    opens_of,
    opens_page,
    served,
)
from tests.wire.misbehaving import (
    QUOTA_EXCEEDED,
    UNAUTHORIZED,
    MisbehavingServer,
    Reply,
    Request,
    html_reply,
    json_reply,
)

ONE = activity_id(1)
NEXT = f"/v3/reports/email_reports/{ONE}/tracking/opens?next=bGltaXQ9NTAwJm5leHQ9NTAw"


def stats_of(activity: str, **stats: int) -> dict[str, Any]:
    return {
        "campaign_id": activity_id(900),
        "campaign_activity_id": activity,
        "stats": {"em_sends": 1} | stats,
        "last_refresh_time": "2026-01-01T00:00:00.000Z",
    }


# --- walks --------------------------------------------------------------------------------------


def test_12345_opens_over_25_pages_come_whole_and_in_order() -> None:
    opens = opens_of(ONE, 12_345)
    with served({"opens": {ONE: opens}}) as (client, server):
        frame = ccf.load_opens(ONE, client=client)
        assert server.requests.count == 25
    assert list(frame["email_address"]) == addresses(opens)
    assert frame.attrs["ccframes"]["complete"]
    assert frame.attrs["ccframes"]["requests"] == 25


def test_40_activities_at_once_give_the_frame_of_one_by_one() -> None:
    rows = {activity_id(n): opens_of(activity_id(n), (n * 211) % 1_400) for n in range(40)}
    ids = list(rows)[::-1]
    with served({"opens": rows}, latency=0.003) as (client, _):
        together = ccf.load_opens(ids, client=client)
        one_by_one = [ccf.load_opens(one, client=client) for one in ids]
    expected = pd.concat(one_by_one, ignore_index=True)
    pd.testing.assert_frame_equal(together, expected)
    assert len(together) == sum(map(len, rows.values()))


def test_the_same_id_given_twice_is_loaded_once() -> None:
    with served({"opens": {ONE: opens_of(ONE, 3)}}) as (client, server):
        frame = ccf.load_opens(pd.Series([ONE, ONE.upper(), ONE]), client=client)
        assert server.requests.count == 1
    assert len(frame) == 3


def test_no_ids_give_an_empty_typed_frame_without_a_request() -> None:
    with served({}) as (client, server):
        frame = ccf.load_opens([], client=client)
        assert server.requests.count == 0
    pd.testing.assert_frame_equal(frame, ccf.flatten("opens", {"tracking_activities": []}))


def test_rows_that_move_to_the_next_page_while_we_walk_are_not_deduplicated() -> None:
    with served({"opens": {ONE: opens_of(ONE, 700)}}, quirks=Quirks(late_rows=2)) as (client, _):
        frame = ccf.load_opens(ONE, client=client)
    assert len(frame) == 702
    assert (
        list(frame["email_address"][498:502])
        == [
            "498@reader.example",
            "499@reader.example",
        ]
        * 2
    )


def test_an_empty_page_with_a_next_link_does_not_end_the_walk() -> None:
    script = [json_reply(opens_page(ONE, 0, href=NEXT)), json_reply(opens_page(ONE, 2))]
    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        assert len(ccf.load_opens(ONE, client=client)) == 2


def test_max_pages_cuts_and_says_so() -> None:
    with served({"opens": {ONE: opens_of(ONE, 1_200)}}) as (client, server):
        cut = ccf.load_opens(ONE, client=client, max_pages=2)
        whole = ccf.load_opens(ONE, client=client, max_pages=3)
        assert server.requests.count == 5
    assert (len(cut), cut.attrs["ccframes"]["complete"]) == (1_000, False)
    assert (len(whole), whole.attrs["ccframes"]["complete"]) == (1_200, True)


@pytest.mark.parametrize("href", ["http://{host}{path}", "{path}", "{path}&limit=500"])
def test_a_next_link_of_the_same_host_is_followed(href: str) -> None:
    def script(request: Request) -> Reply:
        host = request.headers["host"]
        link = href.format(host=host, path=NEXT)
        return json_reply(opens_page(ONE, 1, href=None if request.number else link))

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        assert len(ccf.load_opens(ONE, client=client)) == 2
        assert server.requests[1].path.startswith(NEXT)


def test_a_next_link_to_another_host_is_not_followed_and_the_token_goes_nowhere() -> None:
    with MisbehavingServer([json_reply({})]) as foreign:
        link = f"http://127.0.0.1:{foreign.port}/v3/reports"
        with (
            MisbehavingServer([json_reply(opens_page(ONE, 3, href=link))]) as server,
            client_of(server.base_url) as client,
            pytest.raises(errors.LoadInterrupted) as caught,
        ):
            ccf.load_opens(ONE, client=client)
        assert not foreign.requests
    assert isinstance(caught.value.__cause__, errors.PagingError)
    assert len(caught.value.partial) == 3


@pytest.mark.parametrize("link", ["string", "//evil.example/v3/x", "ftp://x/v3", 7, ["/v3/x"]])
def test_a_next_link_that_is_no_path_is_not_followed(link: Any) -> None:
    with (
        MisbehavingServer([json_reply(opens_page(ONE, 3, href=link))]) as server,
        client_of(server.base_url) as client,
        pytest.raises(errors.LoadInterrupted) as caught,
    ):
        ccf.load_opens(ONE, client=client)
    assert isinstance(caught.value.__cause__, errors.PagingError)
    assert len(server.requests) == 1


def test_a_cursor_that_repeats_is_an_error_and_not_an_end() -> None:
    script = [json_reply(opens_page(ONE, 1, href=NEXT))]
    with (
        MisbehavingServer(script) as server,
        client_of(server.base_url) as client,
        pytest.raises(errors.LoadInterrupted) as caught,
    ):
        ccf.load_opens(ONE, client=client)
    assert isinstance(caught.value.__cause__, errors.PagingError)
    assert len(server.requests) == 2
    assert len(caught.value.partial) == 2
    with pytest.raises(errors.LoadInterrupted, match="fetched before"):
        caught.value.resume()
    assert len(server.requests) == 2


# --- batches ------------------------------------------------------------------------------------


def test_batches_come_in_the_order_of_the_ids_whatever_the_api_answers() -> None:
    ids = [activity_id(number) for number in (31, 5, 17, 2, 99, 40, 41, 42, 43, 44, 45, 46, 3)]

    def script(request: Request) -> Reply:
        asked = request.path.rpartition("/")[2].split(",")
        return json_reply({"errors": [], "results": [stats_of(one) for one in sorted(asked)]})

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        frame = ccf.load_activity_stats(ids, client=client)
        assert len(server.requests) == 2
    assert list(frame["campaign_activity_id"]) == ids


def test_what_a_batch_leaves_out_is_named_in_a_warning() -> None:
    ids = [activity_id(number) for number in range(1, 13)]
    known = {one: stats_of(one) for one in ids[:11]}
    with served({"activity_stats": known}) as (client, _):
        with pytest.warns(errors.PartialResultWarning, match=f"{ids[11]} .1 of 12 ids.") as caught:
            frame = ccf.load_activity_stats(ids, client=client)
        assert len(caught) == 1
    assert list(frame["campaign_activity_id"]) == ids[:11]
    provenance = frame.attrs["ccframes"]
    assert not provenance["complete"]
    assert provenance["errors"]
    json.dumps(provenance)


def test_with_on_error_raise_what_a_batch_leaves_out_is_an_error_with_the_good_rows() -> None:
    ids = [activity_id(1), activity_id(2)]
    answers: dict[str, Any] = {"activity_stats": {ids[0]: stats_of(ids[0])}}
    with served(answers) as (client, server):
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_activity_stats(ids, client=client, on_error="raise")
        assert isinstance(caught.value.__cause__, errors.NotFoundError)
        assert list(caught.value.partial["campaign_activity_id"]) == ids[:1]
        answers["activity_stats"][ids[1]] = stats_of(ids[1])
        whole = caught.value.resume()
        asked = [path.rpartition("/")[2] for path, _ in server.requests.of("activity_stats")]
    assert list(whole["campaign_activity_id"]) == ids
    assert asked == [",".join(ids), ids[1]]


def test_a_404_for_a_batch_is_bisected_to_the_offending_ids() -> None:
    ids = [str(uuid.UUID(int=number, version=4)) for number in range(200)]
    bad = {ids[3], ids[77], ids[160]}
    stats = {
        one: {"campaign_id": one, "stats": {"em_sends": 7}, "percents": {}}
        for one in ids
        if one not in bad
    }
    with served({"campaign_stats": stats}) as (client, server):
        with pytest.warns(errors.PartialResultWarning, match="3 of 200 ids") as caught:
            frame = ccf.load_campaign_stats(ids, client=client)
        assert server.requests.count < 50
    assert list(frame["campaign_id"]) == [one for one in ids if one not in bad]
    assert all(one in str(caught[0].message) for one in bad)


def test_an_id_that_has_no_report_stops_the_load_and_the_error_says_what_may_be_wrong() -> None:
    with served({"opens": {ONE: opens_of(ONE, 2)}}) as (client, _):
        with pytest.raises(errors.NotFoundError) as caught:
            ccf.load_opens(activity_id(404), client=client)
        assert "permalink" in "".join(caught.value.__notes__)
        with pytest.warns(errors.PartialResultWarning, match=activity_id(404)):
            frame = ccf.load_opens([activity_id(404), ONE], client=client, on_error="warn")
    assert len(frame) == 2
    assert not frame.attrs["ccframes"]["complete"]
    assert frame.attrs["ccframes"]["errors"][0]["id"] == activity_id(404)


# --- interruptions ------------------------------------------------------------------------------


def test_a_spent_quota_says_when_the_load_can_go_on() -> None:
    script = [json_reply(opens_page(ONE, 500, href=NEXT)), QUOTA_EXCEEDED]
    with (
        MisbehavingServer(script) as server,
        client_of(server.base_url) as client,
        pytest.raises(errors.LoadInterrupted) as caught,
    ):
        ccf.load_opens(ONE, client=client)
    assert isinstance(caught.value.__cause__, errors.QuotaExceededError)
    assert caught.value.__cause__.resets_at is not None
    assert caught.value.__cause__.resets_at.hour == 0


def test_the_partial_of_several_ids_holds_all_that_came_for_each() -> None:
    ids = [activity_id(number) for number in range(1, 4)]

    def script(request: Request) -> Reply:
        activity = request.path.split("/")[4]
        if activity == ids[1] and "next=" in request.path:
            return html_reply(415)
        more = activity == ids[1]
        return json_reply(opens_page(activity, 2, href=request.path + "&next=x" if more else None))

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_opens(ids, client=client)
        came = caught.value.partial["campaign_activity_id"]
        assert list(came[came == ids[1]]) == [ids[1]] * 2
        assert list(came) == sorted(came, key=ids.index)
        assert {request.path.split("/")[4] for request in server.requests} >= set(came)


def in_another_thread(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_ctrl_c_stops_at_once_keeps_what_came_and_resumes() -> None:
    mended = threading.Event()

    def script(request: Request) -> Reply:
        if "next=" not in request.path:
            return json_reply(opens_page(ONE, 500, href=NEXT))
        return json_reply(opens_page(ONE, 7, first=500)) if mended.is_set() else Reply(stall=True)

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:

        def interrupt() -> None:
            server.wait_for_requests(2)
            signal.raise_signal(signal.SIGINT)

        thread = in_another_thread(interrupt)
        started = time.monotonic()
        with pytest.raises(errors.LoadInterrupted, match="Ctrl-C") as caught:
            ccf.load_opens(ONE, client=client)
        assert time.monotonic() - started < 5
        thread.join()
        assert isinstance(caught.value.__cause__, KeyboardInterrupt)
        assert len(caught.value.partial) == 500
        mended.set()
        assert len(caught.value.resume()) == 507


def test_ctrl_c_before_anything_came_is_ctrl_c() -> None:
    with (
        MisbehavingServer([Reply(stall=True)]) as server,
        client_of(server.base_url) as client,
    ):

        def interrupt() -> None:
            server.wait_for_requests(1)
            signal.raise_signal(signal.SIGINT)

        thread = in_another_thread(interrupt)
        with pytest.raises(KeyboardInterrupt):
            ccf.load_opens(ONE, client=client)
        thread.join()


def test_a_load_cancelled_from_another_thread_stops_at_once_keeps_what_came_and_resumes() -> None:
    cancelled, mended = threading.Event(), threading.Event()

    def script(request: Request) -> Reply:
        if "next=" not in request.path:
            return json_reply(opens_page(ONE, 500, href=NEXT))
        return json_reply(opens_page(ONE, 7, first=500)) if mended.is_set() else Reply(stall=True)

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:

        def cancel() -> None:
            server.wait_for_requests(2)
            cancelled.set()

        thread = in_another_thread(cancel)
        with (
            pytest.raises(errors.LoadInterrupted, match="it was cancelled") as caught,
            cancellable(cancelled),
        ):
            ccf.load_opens(ONE, client=client)
        thread.join()
        assert isinstance(caught.value.__cause__, Cancelled)
        assert len(caught.value.partial) == 500
        mended.set()
        assert len(caught.value.resume()) == 507


def test_a_load_that_answers_without_end_can_be_cancelled_too() -> None:
    cancelled = threading.Event()

    def script(request: Request) -> Reply:
        if request.number == 20:
            cancelled.set()
        return json_reply(opens_page(ONE, 1, href=f"{NEXT}{request.number}"))

    with (
        MisbehavingServer(script) as server,
        client_of(server.base_url) as client,
        pytest.raises(errors.LoadInterrupted),
        cancellable(cancelled),
    ):
        ccf.load_opens(ONE, client=client)


def test_a_load_that_is_cancelled_before_it_begins_sends_nothing() -> None:
    cancelled = threading.Event()
    cancelled.set()
    with served({"opens": {ONE: opens_of(ONE, 5)}}) as (client, server):
        with pytest.raises(Cancelled), cancellable(cancelled):
            ccf.load_opens(ONE, client=client)
        assert server.requests.count == 0


def test_after_an_interruption_no_thread_of_the_load_goes_on() -> None:
    ids = [activity_id(number) for number in range(1, 9)]
    rows = {one: opens_of(one, 5_000) for one in ids}
    rows.pop(ids[0])
    with served({"opens": rows}, latency=0.01) as (client, _):
        with pytest.raises((errors.LoadInterrupted, errors.NotFoundError)):
            ccf.load_opens(ids, client=client)
        deadline = time.monotonic() + 5
        while any(thread.name == "ccframes-walk" for thread in threading.enumerate()):
            assert time.monotonic() < deadline


def test_a_load_for_campaigns_that_stops_while_looking_them_up_resumes_through_both_steps() -> None:
    mended = threading.Event()

    def script(request: Request) -> Reply:
        last = request.path.split("?")[0].split("/")[-1]
        if "/emails/" not in request.path:
            return json_reply(opens_page(request.path.split("/")[4], 4))
        if last == activity_id(2) and not mended.is_set():
            return Reply(b"", 415, delay=0.3)  # after the other campaign's answer
        activity = {"campaign_activity_id": last.replace("-4", "-5", 1), "role": "primary_email"}
        return json_reply({"campaign_id": last, "campaign_activities": [activity]})

    campaigns = [activity_id(1), activity_id(2)]
    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_opens(campaigns=campaigns, client=client)
        partial = caught.value.partial
        assert list(partial.columns) == list(ccf.describe("opens")["column"])
        assert not partial.attrs["ccframes"]["complete"]
        mended.set()
        assert len(caught.value.resume()) == 8


def test_a_load_that_stops_does_not_assemble_anything_until_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = [json_reply(opens_page(ONE, 5, href=NEXT)), UNAUTHORIZED]
    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        with monkeypatch.context() as patch:
            patch.setattr("ccframes.load.assemble", None)
            with pytest.raises(errors.LoadInterrupted) as caught:
                ccf.load_opens(ONE, client=client)
        assert len(caught.value.partial) == 5
        assert caught.value.partial is caught.value.partial


def test_ctrl_c_while_the_threads_start_leaves_none_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [activity_id(number) for number in range(1, 9)]
    start, started = threading.Thread.start, []

    def interrupted_start(thread: threading.Thread) -> None:
        if thread.name == "ccframes-walk":
            started.append(thread)
            if len(started) == 4:
                raise KeyboardInterrupt
        start(thread)

    with served({"opens": {one: opens_of(one, 3_000) for one in ids}}) as (client, _):
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", interrupted_start)
            with pytest.raises((errors.LoadInterrupted, KeyboardInterrupt)):
                ccf.load_opens(ids, client=client)
        for thread in started[:3]:
            thread.join(timeout=5)
            assert not thread.is_alive()


def test_one_bad_id_among_many_does_not_keep_the_others_from_coming() -> None:
    ids = [activity_id(number) for number in range(40)]
    rows = {one: opens_of(one, 3) for one in ids if one != ids[20]}
    with served({"opens": rows}) as (client, _):
        with pytest.raises(errors.LoadInterrupted, match="on_error") as caught:
            ccf.load_opens(ids, client=client)
        assert isinstance(caught.value.__cause__, errors.NotFoundError)
        assert ids[20] in "".join(caught.value.__cause__.__notes__)
        assert len(caught.value.partial) == 39 * 3
        assert not caught.value.partial.attrs["ccframes"]["complete"]
        rows[ids[20]] = opens_of(ids[20], 3)
        assert len(caught.value.resume()) == 40 * 3


@pytest.mark.parametrize("on_error", ["raise", "warn"])
@pytest.mark.parametrize("load", [ccf.load_activity_stats, ccf.load_opens])
def test_an_outage_is_never_taken_for_unknown_ids(on_error: Any, load: Any) -> None:
    with (
        MisbehavingServer([html_reply(503)]) as server,
        client_of(server.base_url) as client,
        pytest.raises(errors.ServerError) as caught,
    ):
        load([activity_id(1), activity_id(2)], client=client, on_error=on_error)
    assert caught.value.retryable


def test_what_failed_before_an_interruption_and_came_after_it_is_not_held_against_the_frame() -> (
    None
):
    ids = [activity_id(1), activity_id(2)]
    mended = threading.Event()

    def script(request: Request) -> Reply:
        activity = request.path.split("/")[4]
        if mended.is_set() or (activity == ids[1] and "next=" not in request.path):
            return json_reply(opens_page(activity, 2, href=None if mended.is_set() else NEXT))
        return html_reply(500) if activity == ids[0] else Reply(UNAUTHORIZED.body, 401, delay=0.5)

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_opens(ids, client=client, on_error="warn")
        mended.set()
        whole = caught.value.resume()
    assert whole.attrs["ccframes"]["complete"]
    assert whole.attrs["ccframes"]["errors"] == []
    assert len(whole) == 6


def test_a_load_goes_on_with_another_client() -> None:
    def script(request: Request) -> Reply:
        if "next=" not in request.path:
            return json_reply(opens_page(ONE, 500, href=NEXT))
        fresh = request.headers["authorization"].endswith("fresh")
        return json_reply(opens_page(ONE, 1, first=500)) if fresh else UNAUTHORIZED

    with MisbehavingServer(script) as server:
        with (
            client_of(server.base_url) as client,
            pytest.raises(errors.LoadInterrupted, match="with a new token") as caught,
        ):
            ccf.load_opens(ONE, client=client)
        with pytest.raises(errors.LoadInterrupted, match="closed"):
            caught.value.resume()
        with client_of(server.base_url, "fresh") as renewed:
            assert len(caught.value.resume(renewed)) == 501
        assert sum("next=" not in request.path for request in server.requests) == 1


def test_one_interruption_resumed_from_two_threads_doubles_no_row() -> None:
    ids = [activity_id(number) for number in range(1, 6)]
    mended = threading.Event()

    def script(request: Request) -> Reply:
        activity = request.path.split("/")[4]
        if "next=" in request.path and not mended.is_set():
            return html_reply(415)
        more = None if "next=" in request.path else f"{request.path}&next=x"
        return json_reply(opens_page(activity, 2, href=more))

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_opens(ids, client=client)
        mended.set()
        wholes: list[pd.DataFrame] = []
        threads = [
            in_another_thread(lambda: wholes.append(caught.value.resume())) for _ in range(2)
        ]
        for thread in threads:
            thread.join()
    assert [len(whole) for whole in wholes] == [20, 20]


def test_requests_are_counted_over_interruptions_and_for_each_load_alone() -> None:
    script = [
        json_reply(opens_page(ONE, 500, href=NEXT)),
        html_reply(503),
        html_reply(415),
        json_reply(opens_page(ONE, 1)),
    ]
    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_opens(ONE, client=client)
        assert caught.value.partial.attrs["ccframes"]["requests"] == 3
        assert caught.value.resume().attrs["ccframes"]["requests"] == 4
        assert ccf.load_opens(ONE, client=client).attrs["ccframes"]["requests"] == 1


def test_a_fault_of_our_own_loses_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    with served({"opens": {ONE: opens_of(ONE, 5)}}) as (client, _):
        with monkeypatch.context() as patch:
            patch.setattr("ccframes.load.mark", None)
            with pytest.raises(errors.LoadInterrupted, match="TypeError") as caught:
                ccf.load_opens(ONE, client=client)
        assert len(caught.value.partial) == 5


# --- what a frame says of itself ------------------------------------------------------------------


def test_what_a_look_up_could_not_find_is_missing_from_the_frame_too() -> None:
    primary = [{"campaign_activity_id": ONE, "role": "primary_email"}]
    answers = {
        "campaign_activities": {activity_id(7): campaign(7, campaign_activities=primary)},
        "opens": {ONE: opens_of(ONE, 2)},
    }
    with (
        served(answers) as (client, _),
        pytest.warns(errors.PartialResultWarning, match=activity_id(8)),
    ):
        frame = ccf.load_opens(
            campaigns=[activity_id(7), activity_id(8)], client=client, on_error="warn"
        )
    provenance = frame.attrs["ccframes"]
    assert len(frame) == 2
    assert not provenance["complete"]
    assert [error["id"] for error in provenance["errors"]] == [activity_id(8)]
    assert provenance["requests"] == 3


def test_details_that_are_missing_or_interrupted_are_not_called_complete() -> None:
    primary = [{"campaign_activity_id": ONE, "role": "primary_email"}]
    answers = {"campaign_activities": {activity_id(7): campaign(7, campaign_activities=primary)}}
    with served(answers) as (client, server):
        with pytest.warns(errors.PartialResultWarning, match=ONE):
            frame = ccf.load_campaign_activities(
                activity_id(7), details=True, client=client, on_error="warn"
            )
        assert not frame.attrs["ccframes"]["complete"]
        server.intercept = lambda request: (
            Answer.of([], 415) if activity_id(8) in request.path else None
        )
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_campaign_activities(
                [activity_id(7), activity_id(8)], details=True, client=client
            )
        partial = caught.value.partial
    assert list(partial.columns) == list(ccf.describe("campaign_activities")["column"])
    assert not partial.attrs["ccframes"]["complete"]


def test_the_attrs_stay_small_whatever_fails() -> None:
    ids = [activity_id(number) for number in range(60)]
    with (
        served({"opens": {ids[0]: []}}) as (client, _),
        pytest.warns(errors.PartialResultWarning, match="59 of 60 ids"),
    ):
        frame = ccf.load_opens(ids, client=client, on_error="warn")
    assert frame.attrs["ccframes"]["n_errors"] == 59
    assert len(json.dumps(frame.attrs)) < 12_000


def test_two_threads_that_look_up_the_same_campaigns_double_no_row() -> None:
    campaigns = {
        activity_id(number): campaign(
            number,
            campaign_activities=[
                {"campaign_activity_id": activity_id(500 + number), "role": "primary_email"}
            ],
        )
        for number in range(40)
    }
    opens = {activity_id(500 + n): opens_of(activity_id(500 + n), 1) for n in range(40)}
    with served({"campaign_activities": campaigns, "opens": opens}) as (client, _):
        frames: list[pd.DataFrame] = []
        threads = [
            in_another_thread(
                lambda: frames.append(ccf.load_opens(campaigns=list(campaigns), client=client))
            )
            for _ in range(3)
        ]
        for thread in threads:
            thread.join()
    assert [len(frame) for frame in frames] == [40] * 3


@pytest.mark.filterwarnings("ignore::ccframes.errors.UnknownFieldWarning")
def test_statistics_that_are_no_numbers_do_not_cost_the_frame() -> None:
    stats = {ONE: stats_of(ONE) | {"stats": {"em_opens": "n/a", "em_proxy": "abc"}}}
    with served({"activity_stats": stats}) as (client, _):
        frame = ccf.load_activity_stats(ONE, client=client)
    assert frame["em_opens_as_sent"].tolist() == ["n/a"]
    assert frame["em_proxy"].tolist() == ["abc"]


@pytest.mark.filterwarnings("ignore::ccframes.errors.UnknownFieldWarning")
def test_a_name_that_the_summaries_begin_to_send_does_not_cost_the_frame() -> None:
    answers = {
        "campaign_summaries": [{"campaign_id": activity_id(1), "name": "theirs"}],
        "campaigns": [campaign(1)],
    }
    with served(answers) as (client, _):
        frame = ccf.load_campaign_summaries(client=client)
    assert frame["name"].tolist() == ["Campaign 1"]
    assert frame["name_"].tolist() == ["theirs"]


def test_without_the_scope_for_names_the_error_says_how_to_do_without() -> None:
    with served({"campaign_summaries": [{"campaign_id": ONE}]}) as (client, server):
        server.intercept = lambda request: (
            Answer.of([], 403) if request.path.endswith("/emails") else None
        )
        with pytest.raises((errors.LoadInterrupted, errors.ScopeError)) as caught:
            ccf.load_campaign_summaries(client=client)
    assert "names=False" in "".join(caught.value.__notes__)


# --- joins --------------------------------------------------------------------------------------


def campaign(number: int, **fields: Any) -> dict[str, Any]:
    return {"campaign_id": activity_id(number), "name": f"Campaign {number}"} | fields


def test_names_are_joined_and_missing_where_the_api_has_none() -> None:
    summaries = [{"campaign_id": activity_id(number)} for number in (3, 2, 1)]
    answers = {"campaign_summaries": summaries, "campaigns": [campaign(1), campaign(3)]}
    with served(answers) as (client, server):
        frame = ccf.load_campaign_summaries(client=client)
        assert server.requests.count == 2
        bare = ccf.load_campaign_summaries(client=client, names=False)
        assert server.requests.count == 3
    assert list(frame.columns[:2]) == ["campaign_id", "name"]
    assert frame["name"].fillna("-").tolist() == ["Campaign 3", "-", "Campaign 1"]
    assert str(frame["name"].dtype) == "str"
    pd.testing.assert_frame_equal(frame.drop(columns="name"), bare)
    assert frame.attrs["ccframes"]["endpoint"] == "campaign_summaries"


def test_names_are_joined_for_an_empty_account_too() -> None:
    with served({}) as (client, _):
        frame = ccf.load_campaign_summaries(client=client)
    assert frame.empty
    assert str(frame["name"].dtype) == "str"


def test_details_are_asked_for_each_activity_but_not_for_removed_ones() -> None:
    activities = {
        activity_id(1): campaign(
            1,
            current_status="DONE",
            campaign_activities=[
                {"campaign_activity_id": activity_id(10), "role": "primary_email"},
                {"campaign_activity_id": activity_id(11), "role": "permalink"},
            ],
        ),
        activity_id(2): campaign(
            2,
            current_status="REMOVED",
            campaign_activities=[
                {"campaign_activity_id": activity_id(20), "role": "primary_email"}
            ],
        ),
    }
    details = {
        activity_id(number): {
            "campaign_activity_id": activity_id(number),
            "subject": f"Subject {number}",
            "from_name": "a",
            "from_email": "b",
            "reply_to_email": "c",
        }
        for number in (10, 11)
    }
    answers = {"campaign_activities": activities, "campaign_activity_details": details}
    with served(answers) as (client, server):
        frame = ccf.load_campaign_activities(list(activities), details=True, client=client)
        assert len(server.requests.of("campaign_activity_details")) == 2
    assert frame["subject"].fillna("-").tolist() == ["Subject 10", "Subject 11", "-"]
    declared = ccf.describe("campaign_activities")["column"]
    assert list(frame.columns) == list(declared)


def test_activities_with_a_document_or_with_a_template_have_the_same_columns_and_dtypes() -> None:
    primary = [{"campaign_activity_id": ONE, "role": "primary_email"}]
    sender = {"subject": "a", "from_name": "b", "from_email": "c", "reply_to_email": "d"}
    design = {"document_id": activity_id(2), "template_id": "1016"}
    frames = {}
    for key, value in design.items():
        answers = {
            "campaign_activities": {activity_id(7): campaign(7, campaign_activities=primary)},
            "campaign_activity_details": {ONE: {"campaign_activity_id": ONE, key: value} | sender},
        }
        with served(answers) as (client, _):
            frames[key] = ccf.load_campaign_activities(activity_id(7), details=True, client=client)
        assert frames[key][key].tolist() == [value]
        assert frames[key][list(design.keys() - {key})].isna().all(axis=None)
    pd.testing.assert_series_equal(frames["document_id"].dtypes, frames["template_id"].dtypes)
