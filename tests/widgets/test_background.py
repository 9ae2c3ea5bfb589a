"""Work in the background: the latest counts, whatever comes when, and news comes home."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import ccframes as ccf
from ccframes.errors import LoadInterrupted
from ccframes.progress import Progress, Standing
from ccframes.warn import warn
from ccframes.widgets.background import Home, Latest, Outcome
from ccframes.wire.pace import Cancelled, check_cancelled
from tests.serving import activity_id, client_of, opens_of, opens_page, served
from tests.widgets.kernel import TIMEOUT, in_a_loop, wait_for
from tests.wire.misbehaving import MisbehavingServer, Reply, Request, json_reply

ONE = activity_id(1)


async def outcome_of(latest: Latest, work: Callable[[], Any], **more: Any) -> Any:
    """Start work and wait for its end."""
    ended = asyncio.get_running_loop().create_future()
    latest.start(work, ended.set_result, **more)
    return await ended


# --- the home of a widget -----------------------------------------------------------------------


def test_what_is_brought_home_from_another_thread_is_done_on_the_loop() -> None:
    async def scene() -> None:
        home, done = Home(), asyncio.Event()
        where: list[int] = []

        def act() -> None:
            where.append(threading.get_ident())
            done.set()

        await asyncio.to_thread(home.bring, act)
        await done.wait()
        assert where == [threading.get_ident()]

    in_a_loop(scene)


def test_at_home_things_are_done_at_once() -> None:
    async def scene() -> None:
        done: list[str] = []
        Home().bring(lambda: done.append("here"))
        assert done == ["here"]

    in_a_loop(scene)


def test_where_no_thread_can_be_had_work_is_done_before_start_returns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def scene() -> None:
        told: list[Outcome[int]] = []
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", refuse)
            Latest(Home()).start(lambda: 7, told.append, after=TIMEOUT)
        assert [outcome.value for outcome in told] == [7]

    in_a_loop(scene)


def test_where_no_loop_runs_things_are_done_at_once() -> None:
    done: list[str] = []
    Home().bring(lambda: done.append("here"))
    assert done == ["here"]


def test_while_its_loop_stands_still_things_are_done_as_without_one() -> None:
    async def at_home() -> Home:
        return Home()

    loop, done = asyncio.new_event_loop(), list[int]()
    home = loop.run_until_complete(at_home())
    home.bring(lambda: done.append(1))
    has_loop = home.has_loop
    loop.close()
    assert (done, has_loop) == ([1], False)


def test_after_its_loop_has_closed_things_are_done_as_without_one() -> None:
    async def made() -> Home:
        return Home()

    home, done = asyncio.run(made()), list[Any]()
    Latest(home).start(threading.get_ident, done.append)
    assert [outcome.value for outcome in done] == [threading.get_ident()]


# --- the latest ---------------------------------------------------------------------------------


def test_the_loop_goes_on_while_work_is_done_in_another_thread() -> None:
    async def scene() -> None:
        go_on = threading.Event()

        def work() -> int:
            wait_for(go_on)
            return threading.get_ident()

        asyncio.get_running_loop().call_soon(go_on.set)
        outcome = await outcome_of(Latest(Home()), work)
        assert outcome.value != threading.get_ident()

    in_a_loop(scene)


def test_the_end_is_told_on_the_loop() -> None:
    async def scene() -> None:
        told = asyncio.get_running_loop().create_future()
        Latest(Home()).start(
            lambda: 1, lambda outcome: told.set_result((outcome.value, threading.get_ident()))
        )
        assert await told == (1, threading.get_ident())

    in_a_loop(scene)


def test_a_late_answer_to_an_older_question_is_dropped() -> None:
    async def scene() -> None:
        latest, answered = Latest(Home()), threading.Event()
        thread: list[threading.Thread] = []
        told: list[Any] = []

        def slow() -> str:
            thread.append(threading.current_thread())
            wait_for(answered)
            return "old"

        latest.start(slow, told.append)
        outcome = await outcome_of(latest, lambda: "new")
        answered.set()
        await asyncio.to_thread(thread[0].join)
        await asyncio.sleep(0)  # whatever that thread has brought home is done now
        assert outcome.value == "new"
        assert told == []

    in_a_loop(scene)


def test_newer_work_cancels_what_is_under_way() -> None:
    async def scene() -> None:
        latest, ended = Latest(Home()), threading.Event()
        started = threading.Event()

        def endless() -> None:
            started.set()
            try:
                while True:
                    check_cancelled()
            finally:
                ended.set()

        latest.start(endless, print)
        await asyncio.to_thread(wait_for, started)
        await outcome_of(latest, lambda: None)
        await asyncio.to_thread(wait_for, ended)

    in_a_loop(scene)


def test_work_that_is_superseded_before_it_began_is_never_done() -> None:
    async def scene() -> None:
        latest, done = Latest(Home()), list[int]()
        for number in range(5):
            latest.start(partial(done.append, number), print, after=TIMEOUT)
        await outcome_of(latest, lambda: done.append(5))
        assert done == [5]

    in_a_loop(scene)


def test_an_error_is_told_and_the_next_work_is_done() -> None:
    async def scene() -> None:
        latest = Latest(Home())
        outcome = await outcome_of(latest, lambda: 1 // 0)
        assert isinstance(outcome.error, ZeroDivisionError)
        assert (await outcome_of(latest, lambda: "next")).value == "next"

    in_a_loop(scene)


def test_what_was_dropped_tells_nothing_and_what_was_cancelled_tells_so() -> None:
    async def scene() -> None:
        latest, told = Latest(Home()), list[Any]()
        latest.start(lambda: None, told.append, after=TIMEOUT)
        latest.drop()
        ended = asyncio.get_running_loop().create_future()
        latest.start(lambda: None, ended.set_result, after=TIMEOUT)
        latest.cancel()
        assert isinstance((await ended).error, Cancelled)
        assert told == []

    in_a_loop(scene)


def test_without_a_loop_work_is_done_before_start_returns() -> None:
    told: list[Outcome[str]] = []
    Latest(Home()).start(lambda: threading.current_thread().name, told.append, after=TIMEOUT)
    assert told[0].value == threading.current_thread().name


def test_warnings_are_told_with_the_end_each_once_and_to_nobody_else() -> None:
    async def scene() -> None:
        def work() -> None:
            warn("one", UserWarning)
            warn("two", UserWarning)
            warn("one", UserWarning)

        assert (await outcome_of(Latest(Home()), work)).warnings == ("one", "two")

    in_a_loop(scene)


# --- loads --------------------------------------------------------------------------------------


def test_a_load_tells_how_far_it_has_come() -> None:
    async def scene() -> None:
        told: list[Standing] = []
        with served({"opens": {ONE: opens_of(ONE, 700)}}) as (client, _):
            outcome = await outcome_of(
                Latest(Home()), lambda: ccf.load_opens(ONE, client=client), meanwhile=told.append
            )
        assert len(outcome.value) == 700
        assert (told[0].name, told[0].answers, told[0].rows) == ("opens", 1, 500)

    in_a_loop(scene)


def test_of_many_answers_in_a_row_only_some_are_told() -> None:
    async def scene() -> None:
        told: list[Standing] = []

        def work() -> None:
            with Progress("opens", 1_000, show=False) as progress:
                for number in range(1_000):
                    progress.update(rows=number, further=-1)

        await outcome_of(Latest(Home()), work, meanwhile=told.append)
        assert 1 <= len(told) < 500

    in_a_loop(scene)


def test_a_load_cancelled_half_way_ends_soon_and_can_be_resumed() -> None:
    mended = threading.Event()

    def script(request: Request) -> Reply:
        if "next=" not in request.path:
            return json_reply(opens_page(ONE, 500, href=f"{request.path}&next=x"))
        return json_reply(opens_page(ONE, 7, first=500)) if mended.is_set() else Reply(stall=True)

    async def scene() -> None:
        with MisbehavingServer(script) as server, client_of(server.base_url) as client:
            latest = Latest(Home())
            ended = asyncio.get_running_loop().create_future()
            latest.start(lambda: ccf.load_opens(ONE, client=client), ended.set_result)
            await asyncio.to_thread(server.wait_for_requests, 2)
            latest.cancel()
            stop = (await ended).error
            assert isinstance(stop, LoadInterrupted)
            assert len(stop.partial) == 500
            mended.set()
            assert len((await outcome_of(latest, stop.resume)).value) == 507

    in_a_loop(scene)


def test_a_load_that_waits_for_the_pace_can_be_cancelled() -> None:
    async def scene() -> None:
        with (
            served({"opens": {ONE: opens_of(ONE, 5)}}) as (_, server),
            client_of(server.base_url, server.token, rate=0.001) as slow,
        ):
            ccf.load_opens(ONE, client=slow)
            latest = Latest(Home())
            ended = asyncio.get_running_loop().create_future()
            latest.start(lambda: ccf.load_opens(ONE, client=slow), ended.set_result)
            latest.cancel()
            assert isinstance((await ended).error, Cancelled)
            assert server.requests.count == 1

    in_a_loop(scene)
