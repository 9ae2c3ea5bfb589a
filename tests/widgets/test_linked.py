"""What follows a picker: it loads in the background, and says in place how things stand."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets
import pandas as pd
import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib import pyplot as plt

import ccframes as ccf
from ccframes import errors
from ccframes.demo import Answer, DemoServer, Request
from ccframes.plan import Plan
from ccframes.warn import warn
from ccframes.widgets import looks
from ccframes.widgets.linked import Chosen, Linked
from ccframes.wire.pace import Cancelled
from tests.serving import activity_id, client_of, opens_of, served
from tests.widgets.kernel import activity_picker, in_a_loop, texts, until, wait_for

A, B, C = (activity_id(number) for number in (1, 2, 3))
QUOTA = Answer.of({"error_key": "quota_exceeded", "error_message": "Limit Exceeded"}, 429)
UNAUTHORIZED = Answer.of({"error_key": "unauthorized", "error_message": "Unauthorized"}, 401)


def summed_up(opens: pd.DataFrame) -> str:
    return f"{len(opens)} opens of {opens['campaign_activity_id'].nunique()}"


def shown(linked: Linked) -> str:
    return "".join(child.value for child in linked.output.children)


def is_earlier(linked: Linked) -> bool:
    return looks.EARLIER in linked.output._dom_classes


@contextmanager
def account() -> Iterator[tuple[ccf.Client, DemoServer]]:
    """Serve three activities; of the first the opens are on three pages."""
    counts = {A: 1_200, B: 20, C: 7}
    opens = {one: opens_of(one, count) for one, count in counts.items()}
    stats = {
        one: {"campaign_activity_id": one, "stats": {"em_opens_all": count}}
        for one, count in counts.items()
    }
    with served({"opens": opens, "activity_stats": stats}) as (client, server):
        yield client, server


def answering(when: Callable[[Request], bool], answer: Answer) -> Any:
    return lambda request: answer if when(request) else None


def is_second_page(request: Request) -> bool:
    return "next" in request.query


class Held:
    """Lets requests to a path wait until they are let go."""

    def __init__(self, when: Callable[[Request], bool]) -> None:
        self._when = when
        self.asked = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, request: Request) -> None:
        if self._when(request):
            self.asked.set()
            wait_for(self.go_on)


# --- without a load -----------------------------------------------------------------------------


def test_without_a_load_the_function_is_given_the_rows_chosen_whenever_they_change() -> None:
    picker = activity_picker([A, B, C])
    linked = Linked(picker, lambda rows: ", ".join(rows["name"]))
    assert (linked.state, shown(linked)) == ("empty", "")
    picker.value = [B, A]
    assert (linked.state, shown(linked)) == ("done", "<pre>Email 1, Email 0</pre>")
    picker.value = [C]
    assert shown(linked) == "<pre>Email 2</pre>"
    picker.value = []
    assert (linked.state, shown(linked)) == ("empty", "")
    assert linked.notice.text == "Nothing is chosen."


def test_what_is_chosen_already_is_shown_at_once() -> None:
    picker = activity_picker([A])
    picker.value = [A]
    assert shown(Linked(picker, lambda rows: str(len(rows)))) == "<pre>1</pre>"


@pytest.mark.parametrize("load", [None, len])
def test_a_client_that_nothing_would_use_is_refused(load: Any) -> None:
    with ccf.connect(demo=True) as client:
        picker = ccf.CampaignPicker(client=client)
        with pytest.raises(errors.ConfigError, match="takes its client by itself"):
            picker.bind(len, load=load, client=client)


def test_a_function_that_fails_is_told_in_place_and_the_next_choice_works() -> None:
    def function(rows: pd.DataFrame) -> str:
        if len(rows) == 2:
            raise KeyError("<img src=x onerror=alert(1)>")
        return f"{len(rows)} chosen"

    picker = activity_picker([A, B, C])
    linked = Linked(picker, function)
    picker.value = [A]
    picker.value = [A, B]
    assert (linked.state, picker.value) == ("failed", (A, B))
    assert "KeyError" in linked.notice.text
    assert "an earlier choice" in linked.notice.text
    assert 'role="alert"' in linked.notice.words.value
    assert "<img" not in texts(linked)
    assert "Traceback" not in texts(linked)
    assert isinstance(linked.error, KeyError)
    assert (shown(linked), is_earlier(linked)) == ("<pre>1 chosen</pre>", True)
    picker.value = [A, B, C]
    assert linked.state == "done"
    assert linked.trait_values()["error"] is None
    assert (shown(linked), is_earlier(linked)) == ("<pre>3 chosen</pre>", False)


def test_what_is_chosen_in_another_thread_is_drawn_on_the_loop() -> None:
    async def scene() -> None:
        picker, where = activity_picker([A]), list[int]()
        linked = picker.bind(lambda rows: where.append(threading.get_ident()))
        await asyncio.to_thread(picker.set_trait, "value", (A,))
        await until(linked, lambda: linked.state == "done")
        assert where == [threading.get_ident()]

    in_a_loop(scene)


def test_what_the_function_warns_of_is_said_in_place() -> None:
    picker = activity_picker([A])
    linked = picker.bind(lambda rows: warn("few <rows>", errors.PartialResultWarning))
    picker.value = [A]
    assert "few &lt;rows&gt;" in linked.notice.words.value


def test_a_plot_on_pyplot_leaves_no_figure_open_even_if_it_fails() -> None:
    def function(rows: pd.DataFrame) -> Any:
        _, ax = plt.subplots()
        ax.set_title("How many")
        return ax if len(rows) == 1 else ax.plot([1], [1, 2])

    picker = activity_picker([A, B])
    linked = Linked(picker, function)
    picker.value = [A]
    assert 'alt="Plot. How many"' in shown(linked)
    picker.value = [A, B]
    assert linked.state == "failed"
    assert plt.get_fignums() == []


def test_what_the_function_prints_is_in_the_widget_and_nowhere_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    picker = activity_picker([A])
    linked = Linked(picker, lambda rows: print(f"<{len(rows)}>"))
    picker.value = [A]
    assert "<pre>&lt;1&gt;\n</pre>" in shown(linked)
    assert capsys.readouterr().out == ""


def test_when_closed_it_follows_no_more() -> None:
    picker, called = activity_picker([A]), list[int]()
    Linked(picker, lambda rows: called.append(len(rows))).close()
    picker.value = [A]
    assert called == []


def test_of_what_was_shown_for_earlier_choices_nothing_is_kept() -> None:
    picker = activity_picker([A, B])
    before = len(_instances)
    linked = Linked(picker, lambda rows: str(list(rows["name"])))
    picker.value = [A]
    once = len(_instances)
    for _ in range(20):
        picker.value = [B]
        picker.value = [A]
    assert (shown(linked), len(_instances)) == ("<pre>[&#x27;Email 0&#x27;]</pre>", once)
    linked.close()
    linked.close()
    assert len(_instances) == before


def test_a_widget_of_ones_own_is_not_closed_when_another_is_shown() -> None:
    picker, own = activity_picker([A, B]), ipywidgets.HTML("mine")
    linked = Linked(picker, lambda rows: own)
    picker.value = [A]
    picker.value = [B]
    linked.close()
    assert own.comm is not None
    assert own.layout.comm is not None


# --- loading ------------------------------------------------------------------------------------


def test_in_a_script_without_a_loop_it_loads_before_the_choice_returns() -> None:
    with account() as (client, _):
        picker = activity_picker([A, B, C])
        linked = picker.bind(summed_up, load=ccf.load_opens, client=client)
        picker.value = [A, B]
    assert shown(linked) == "<pre>1220 opens of 2</pre>"
    assert len(linked.loaded) == 1_220
    assert "1,220 rows" in linked.notice.text


def test_a_choice_made_in_another_thread_is_loaded_in_the_background_and_drawn_on_the_loop() -> (
    None
):
    async def scene() -> None:
        threads: dict[str, int] = {}

        def load(chosen: Chosen) -> pd.DataFrame:
            threads["load"] = threading.get_ident()
            return ccf.load_opens(chosen, client=client)

        def draw(opens: pd.DataFrame) -> str:
            threads["draw"] = threading.get_ident()
            return summed_up(opens)

        with account() as (client, server):
            picker = activity_picker([A, B])
            linked = picker.bind(draw, load=load)
            server.intercept = held = Held(lambda request: True)
            await asyncio.to_thread(picker.set_trait, "value", (A,))
            await asyncio.to_thread(wait_for, held.asked)  # the loop runs while it loads
            assert linked.state == "loading"
            held.go_on.set()
            await until(linked, lambda: linked.state == "done")
        assert threads["draw"] == threading.get_ident() != threads["load"]
        assert shown(linked) == "<pre>1200 opens of 1</pre>"

    in_a_loop(scene)


def test_a_late_answer_for_an_older_choice_is_never_shown() -> None:
    async def scene() -> None:
        drawn: list[str] = []

        def draw(opens: pd.DataFrame) -> str:
            drawn.append(summed_up(opens))
            return drawn[-1]

        loading: list[threading.Thread] = []

        def load(chosen: Chosen) -> pd.DataFrame:
            loading.append(threading.current_thread())
            frames = [client.load("opens", one) for one in chosen.value]
            if chosen.value == (A,):
                wait_for(newer_is_shown)  # an answer that cannot be cancelled any more
            return pd.concat(frames)

        newer_is_shown = threading.Event()
        with account() as (client, server):
            picker = activity_picker([A, B])
            linked = picker.bind(draw, load=load)
            server.intercept = held = Held(lambda request: A in request.path)
            picker.value = [A]
            await asyncio.to_thread(wait_for, held.asked)
            held.go_on.set()
            picker.value = [B]
            await until(linked, lambda: linked.state == "done")
            newer_is_shown.set()
            for thread in loading:
                await asyncio.to_thread(thread.join)
            await asyncio.sleep(0)  # what those threads brought home is done
        assert drawn == ["20 opens of 1"]
        assert shown(linked) == "<pre>20 opens of 1</pre>"

    in_a_loop(scene)


def test_choices_that_are_passed_on_the_way_to_another_send_nothing() -> None:
    async def scene() -> None:
        with account() as (client, server):
            picker = activity_picker([A, B, C])
            linked = picker.bind(summed_up, load=ccf.load_opens, client=client)
            for choice in ([A], [B], [A, B], [C]):
                picker.value = choice
            await until(linked, lambda: linked.state == "done")
            asked = [served.path for served in server.requests]
        assert len(asked) == 2  # the statistics that tell the cost, and the opens
        assert all(C in path for path in asked)

    in_a_loop(scene)


def test_a_function_of_ones_own_is_not_called_for_choices_that_are_passed() -> None:
    async def scene() -> None:
        called: list[Any] = []
        picker = activity_picker([A, B, C])
        linked = picker.bind(str, load=lambda chosen: called.append(chosen.value))
        for choice in ([A], [B], [C]):
            picker.value = choice
        await until(linked, lambda: linked.state == "done")
        assert called == [(C,)]

    in_a_loop(scene)


def test_the_cost_is_told_before_it_is_loaded() -> None:
    async def scene() -> None:
        with account() as (client, server):
            picker = activity_picker([A, B])
            linked = picker.bind(summed_up, load=ccf.load_opens, client=client)
            server.intercept = held = Held(lambda request: request.path.endswith("/opens"))
            picker.value = [A]
            await asyncio.to_thread(wait_for, held.asked)
            await until(linked, lambda: linked.state == "loading")
            assert "opens of 1 activity: 3 requests" in linked.notice.text
            held.go_on.set()
            await until(linked, lambda: linked.state == "done")

    in_a_loop(scene)


def test_how_far_it_has_come_is_said_with_a_button_to_cancel() -> None:
    async def scene() -> None:
        with account() as (client, server):
            picker = activity_picker([A])
            linked = picker.bind(summed_up, load=ccf.load_opens, client=client)
            server.intercept = held = Held(is_second_page)
            picker.value = [A]
            await asyncio.to_thread(wait_for, held.asked)
            await until(linked.notice.words, lambda: "500 rows" in linked.notice.text)
            assert "1 of 3 requests" in linked.notice.text
            assert linked.notice.button.description == "Cancel"
            held.go_on.set()
            await until(linked, lambda: linked.state == "done")

    in_a_loop(scene)


def test_what_the_load_warned_of_is_said_in_place() -> None:
    def load(chosen: Chosen) -> pd.DataFrame:
        warn("two ids are <missing>", errors.PartialResultWarning)
        return pd.DataFrame({"n": [1]})

    picker = activity_picker([A])
    linked = picker.bind(len, load=load)
    picker.value = [A]
    assert "two ids are &lt;missing&gt;" in linked.notice.words.value


def test_a_function_of_ones_own_may_load_and_reckon() -> None:
    plan = Plan("mine", 1, 5, "exact", 0.25, 100, 90, "a guess")
    picker = activity_picker([A])
    linked = picker.bind(str, load=lambda chosen: chosen.value[0], plan=lambda chosen: plan)
    picker.value = [A]
    assert shown(linked) == f"<pre>{A}</pre>"
    assert "mine of 1 id: 5 requests" in linked.notice.text


# --- cancelled, refused, failed ---------------------------------------------------------------


def test_a_load_cancelled_half_way_says_so_keeps_everything_and_goes_on() -> None:
    async def scene() -> None:
        with account() as (client, server):
            picker = activity_picker([A, B])
            picker.value = [B]
            linked = picker.bind(summed_up, load=ccf.load_opens, client=client)
            await until(linked, lambda: linked.state == "done")
            where = set[int]()
            linked.observe(lambda change: where.add(threading.get_ident()), "state")
            server.intercept = held = Held(is_second_page)
            picker.value = [A]
            await asyncio.to_thread(wait_for, held.asked)
            started = time.monotonic()
            await asyncio.to_thread(linked.notice.button.click)
            await until(linked, lambda: linked.state == "cancelled")
            assert time.monotonic() - started < 1
            assert picker.value == (A,)
            assert "stopped after 500 rows: it was cancelled" in linked.notice.text
            assert isinstance(linked.error, errors.LoadInterrupted)
            assert isinstance(linked.error.__cause__, Cancelled)
            assert (shown(linked), is_earlier(linked)) == ("<pre>20 opens of 1</pre>", True)
            held.go_on.set()
            server.intercept = None
            assert linked.notice.button.description == "Go on"
            await asyncio.to_thread(linked.notice.button.click)
            await until(linked, lambda: linked.state == "done")
            first_pages = [path for path, _ in server.requests.of("opens") if "limit=" in path]
            assert sum(A in path for path in first_pages) == 1
            assert shown(linked) == "<pre>1200 opens of 1</pre>"
            assert not is_earlier(linked)
            assert where == {threading.get_ident()}
            picker.value = [B]
            await until(linked, lambda: shown(linked) == "<pre>20 opens of 1</pre>")

    in_a_loop(scene)


def test_what_is_cancelled_before_anything_came_can_be_tried_again() -> None:
    async def scene() -> None:
        with account() as (client, server):
            picker = activity_picker([A])
            linked = picker.bind(summed_up, load=ccf.load_opens, client=client)
            server.intercept = held = Held(lambda request: True)
            picker.value = [A]
            await asyncio.to_thread(wait_for, held.asked)
            linked.cancel()
            await until(linked, lambda: linked.state == "cancelled")
            assert linked.notice.text.startswith("Cancelled.")
            held.go_on.set()
            linked.notice.button.click()
            await until(linked, lambda: linked.state == "done")

    in_a_loop(scene)


def test_more_than_is_left_today_is_asked_about_before_it_is_loaded() -> None:
    async def scene() -> None:
        with (
            account() as (_, server),
            client_of(server.base_url, server.token, daily_quota=3) as client,
        ):
            picker = activity_picker([A, B])
            linked = picker.bind(summed_up, load=ccf.load_opens, client=client)
            picker.value = [A]
            await until(linked, lambda: linked.state == "asking")
            assert server.requests.of("opens") == []
            assert "more than the 2 of the day's 3 that are left" in linked.notice.text
            linked.notice.button.click()
            await until(linked, lambda: linked.state == "failed")
            assert "requests of today are spent" in linked.notice.text
            assert len(server.requests.of("opens")) == 2
            assert picker.value == (A,)

    in_a_loop(scene)


@pytest.mark.parametrize(
    ("answer", "said"), [(QUOTA, "quota"), (UNAUTHORIZED, "token")], ids=["quota", "token"]
)
@pytest.mark.parametrize("when", [is_second_page, lambda request: True], ids=["half", "at once"])
def test_a_quota_reached_or_a_token_gone_is_said_and_the_next_choice_works(
    answer: Answer, said: str, when: Callable[[Request], bool]
) -> None:
    async def scene() -> None:
        with account() as (client, server):
            picker = activity_picker([A, B])
            linked = picker.bind(summed_up, load=ccf.load_opens, client=client)
            server.intercept = answering(when, answer)
            picker.value = [A]
            await until(linked, lambda: linked.state == "failed")
            assert picker.value == (A,)
            assert said in linked.notice.text
            assert server.token not in texts(linked)
            server.intercept = None
            picker.value = [B]
            await until(linked, lambda: linked.state == "done")
            assert shown(linked) == "<pre>20 opens of 1</pre>"

    in_a_loop(scene)


def test_after_a_new_connection_what_a_lost_token_stopped_goes_on() -> None:
    async def scene() -> None:
        with account() as (_, server):
            first = ccf.connect(token=server.token, base_url=server.base_url, rate=1_000)
            picker = activity_picker([A])
            linked = picker.bind(summed_up, load=ccf.load_opens)
            server.intercept = answering(is_second_page, UNAUTHORIZED)
            picker.value = [A]
            await until(linked, lambda: linked.state == "failed")
            server.intercept = None
            first.close()
            ccf.connect(token=server.token, base_url=server.base_url, rate=1_000)
            linked.notice.button.click()
            await until(linked, lambda: linked.state == "done")
            assert shown(linked) == "<pre>1200 opens of 1</pre>"

    in_a_loop(scene)


def test_a_load_that_fails_can_be_tried_again() -> None:
    tries: list[Chosen] = []

    def load(chosen: Chosen) -> int:
        tries.append(chosen)
        if len(tries) == 1:
            raise RuntimeError("no luck")
        return 5

    picker = activity_picker([A])
    linked = picker.bind(str, load=load)
    picker.value = [A]
    assert linked.notice.text == "RuntimeError: no luck"
    linked.notice.button.click()
    assert shown(linked) == "<pre>5</pre>"


def test_a_function_that_calls_several_loaders_is_called_again_and_gets_no_half_of_it() -> None:
    with account() as (client, server):

        def load(chosen: Chosen) -> tuple[int, int]:
            opens = ccf.load_opens(chosen, client=client)
            return len(opens), len(ccf.load_activity_stats(chosen, client=client))

        picker = activity_picker([A])
        linked = picker.bind(str, load=load)
        server.intercept = answering(is_second_page, QUOTA)
        picker.value = [A]
        assert isinstance(linked.error, errors.LoadInterrupted)
        assert linked.notice.button.description == "Try again"
        server.intercept = None
        linked.notice.button.click()
        assert shown(linked) == "<pre>(1200, 1)</pre>"


# --- where there is no front end ----------------------------------------------------------------


def test_without_a_front_end_it_is_text_and_html_without_effects() -> None:
    picker = activity_picker([A], name="<script>")
    linked = picker.bind(lambda rows: rows)
    picker.value = [A]
    bundle = linked._repr_mimebundle_()
    assert "&lt;script&gt;" in bundle["text/html"]
    assert "<script>" not in bundle["text/html"]
    assert bundle["text/plain"] == "done"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert repr(linked) == "<Linked: done>"
