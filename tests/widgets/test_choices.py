"""No sequence of searching, filtering, sorting, refreshing and choosing loses or invents an id."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ccframes.errors import ConfigError
from ccframes.widgets.campaigns import campaign_listing
from ccframes.widgets.choices import Choices
from ccframes.widgets.listing import Listing
from ccframes.widgets.state import LISTED
from tests.widgets.rows import campaigns, id_of

NAMES = ("Été", "ete", "Spring <b>", None, "Spring sale", "")
SOME = st.lists(st.integers(0, 8), unique=True)
DAYS = st.none() | st.integers(0, 60).map(lambda days: date(2026, 6, 25) - timedelta(days=days))


def six(*numbers: int) -> pd.DataFrame:
    frame = campaigns(9, names=NAMES)
    frame.loc[[1, 4], "last_sent_date"] = pd.NaT
    return frame.iloc[list(numbers or range(6))]


def choices_of(count: int = 6, **settings: Any) -> Choices:
    return Choices(campaign_listing(campaigns(count)), **settings)


class Sequences(RuleBasedStateMachine):
    """Does what a person and a notebook do, and keeps a plain list of what must be chosen."""

    multiple = True

    def __init__(self) -> None:
        super().__init__()
        self.choices = Choices(campaign_listing(six()), multiple=self.multiple)
        self.there = [id_of(one) for one in range(6)]
        self.chosen: list[str] = []
        self.past: list[list[str]] = []
        self.told: list[Any] = []
        self.states = [self.choices.state]
        self.choices.on_change(lambda: self.told.append(self.choices.state))

    def remember(self, chosen: list[str]) -> None:
        if chosen != self.chosen:
            self.past.append(self.chosen)
            self.chosen = chosen

    # --- nothing of this may change what is chosen

    @rule(query=st.sampled_from(["", "ete", "SPRING", "spring sale", "coupon", "nothing", "june"]))
    def search(self, query: str) -> None:
        self.choices.search(query)

    @rule(value=st.sampled_from([None, "Coupon", "Newsletter"]))
    def narrow(self, value: str | None) -> None:
        self.choices.narrow("Type", value)

    @rule(since=DAYS, until=DAYS)
    def between(self, since: date | None, until: date | None) -> None:
        self.choices.between(since, until)

    @rule(at=st.integers(0, 5))
    def sort(self, at: int) -> None:
        titles = self.choices.state.listing.titles
        self.choices.sort(titles[at % len(titles)])

    @rule(only=st.booleans())
    def show_only_chosen(self, only: bool) -> None:
        self.choices.show_only_chosen(only)

    @rule()
    def show_more(self) -> None:
        self.choices.show_more()

    @rule(numbers=SOME)
    def refresh(self, numbers: list[int]) -> None:
        self.choices.refresh(campaign_listing(six(*numbers) if numbers else six().head(0)))
        self.there = [id_of(one) for one in numbers]

    # --- this changes it, and in no other way than it says

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def choose(self, data: st.DataObject) -> None:
        most = None if self.multiple else 1
        ids = data.draw(st.lists(st.sampled_from(self.there), unique=True, max_size=most))
        self.choices.choose(ids)
        self.remember(ids)

    @rule(data=st.data())
    def choose_in_the_list(self, data: st.DataObject) -> None:
        listed = self.choices.state.listed
        picked = [one for one in listed if data.draw(st.booleans())]
        if self.multiple:
            kept = [one for one in self.chosen if one not in listed or one in picked]
            after = kept + [one for one in picked if one not in kept]
        else:
            picked = picked[:1]
            after = picked or [one for one in self.chosen if one not in listed]
        self.choices.choose_listed(listed, picked)
        self.remember(after)
        assert self.choices.state.listed == listed

    @precondition(lambda self: self.multiple)
    @rule()
    def choose_shown(self) -> None:
        shown = self.choices.state.shown
        self.choices.choose_shown()
        self.remember(self.chosen + [one for one in shown if one not in self.chosen])

    @rule()
    def clear(self) -> None:
        self.choices.clear()
        self.remember([])

    @rule()
    def undo(self) -> None:
        self.choices.undo()
        if self.past:
            self.chosen = self.past.pop()

    @precondition(lambda self: self.chosen)
    @rule()
    def choose_what_is_chosen(self) -> None:
        self.choices.choose(self.choices.value)

    # --- what must hold after each of them

    @invariant()
    def chosen_is_what_was_chosen(self) -> None:
        assert list(self.choices.value) == self.chosen

    @invariant()
    def the_frame_has_the_rows_there_are_in_the_order_of_the_value(self) -> None:
        rows = self.choices.frame["campaign_id"].tolist()
        assert rows == [one for one in self.chosen if one in self.there]
        assert list(self.choices.state.gone) == [o for o in self.chosen if o not in self.there]

    @invariant()
    def what_is_shown_is_there_once(self) -> None:
        shown = self.choices.state.shown
        assert len(set(shown)) == len(shown)
        assert set(shown) <= set(self.there)

    @invariant()
    def each_real_change_is_told_once(self) -> None:
        if self.choices.state != self.states[-1]:
            self.states.append(self.choices.state)
        assert self.told == self.states[1:]


class SequencesOfOne(Sequences):
    multiple = False


TestSequences = Sequences.TestCase
TestSequencesOfOne = SequencesOfOne.TestCase
TestSequences.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestSequencesOfOne.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


# --- what is shown


def shown(choices: Choices) -> list[int]:
    return [
        [id_of(n) for n in range(len(choices.state.listing))].index(o) for o in choices.state.shown
    ]


def test_every_word_of_a_search_must_occur_in_whatever_case_and_accents() -> None:
    choices = Choices(campaign_listing(six()))
    for query, found in {
        "": [0, 2, 3, 5, 1, 4],
        "ETE": [0, 1],
        "spring": [2, 4],
        "  Sale   spring ": [4],
        "coupon": [0, 3],
        "2026-06-11": [2],
        "june ete": [0],
        "jun": [0, 2, 3],
        "2026-06": [0, 2, 3],
        "20": [],
        "06-11": [],
        "<b>": [2],
        "b>\n": [2],
        "springsale": [],
    }.items():
        choices.search(query)
        assert shown(choices) == found, query


def test_words_are_not_found_across_two_columns() -> None:
    choices = Choices(campaign_listing(campaigns(1, names=("end",))))
    choices.search("endcoupon")
    assert shown(choices) == []


def test_days_are_filtered_from_the_first_to_the_last_and_rows_without_one_only_show_without() -> (
    None
):
    choices = Choices(campaign_listing(six()))
    choices.between(date(2026, 6, 4), date(2026, 6, 11))
    assert shown(choices) == [2, 3]
    choices.between(date(2026, 6, 11), None)
    assert shown(choices) == [0, 2]
    choices.between(None, None)
    assert shown(choices) == [0, 2, 3, 5, 1, 4]


@pytest.mark.parametrize(
    ("tz", "days"),
    [("UTC", "2026-06-26"), ("US/Eastern", "2026-06-25"), ("Asia/Tokyo", "2026-06-26")],
)
def test_days_are_those_of_the_zone(tz: str, days: str) -> None:
    frame = campaigns(1).assign(last_sent_date=pd.Timestamp("2026-06-26 01:00", tz="UTC"))
    choices = Choices(campaign_listing(frame, tz))
    choices.between(date.fromisoformat(days), date.fromisoformat(days))
    assert shown(choices) == [0]
    assert choices.state.listing.lines[0].startswith(days)


def test_filters_join_with_and() -> None:
    choices = choices_of(12)
    choices.narrow("Type", "Coupon")
    assert shown(choices) == [0, 3, 6, 9]
    choices.narrow("Status", "Removed")
    assert shown(choices) == [0]
    choices.narrow("Type", None)
    assert shown(choices) == [0, 5, 10]
    choices.search("newsletter 5")
    assert shown(choices) == [5]


def test_orders_are_stable_and_missing_values_come_last() -> None:
    frame = campaigns(4)
    frame["unique_opens"] = pd.array([50, None, 50, 10], dtype="Int64")
    frame["unique_sends"] = pd.array([100, 100, 100, 100], dtype="Int64")
    frame["unique_bounces"] = pd.array([0, 0, 0, 0], dtype="Int64")
    choices = Choices(campaign_listing(frame))
    choices.sort("Open rate, highest first")
    assert shown(choices) == [0, 2, 3, 1]
    choices.sort("Open rate, lowest first")
    assert shown(choices) == [3, 0, 2, 1]
    choices.sort("Oldest first")
    assert shown(choices) == [3, 2, 1, 0]
    choices.sort("Most sends first")
    assert shown(choices) == [0, 1, 2, 3]


def test_of_many_rows_that_are_equal_the_order_stays() -> None:
    frame = campaigns(400).assign(last_sent_date=pd.Timestamp("2026-06-25", tz="UTC"))
    frame.loc[::2, "last_sent_date"] = pd.Timestamp("2026-06-24", tz="UTC")
    choices = Choices(campaign_listing(frame))
    assert shown(choices) == [*range(1, 400, 2), *range(0, 400, 2)]
    choices.sort("Oldest first")
    assert shown(choices) == [*range(0, 400, 2), *range(1, 400, 2)]


def test_the_list_has_the_first_rows_until_more_are_asked_for() -> None:
    choices = choices_of(250)
    assert len(choices.state.listed) == LISTED
    choices.show_more()
    assert len(choices.state.listed) == 2 * LISTED
    choices.search("newsletter")
    assert len(choices.state.listed) == LISTED
    assert len(choices.state.shown) == 250


def test_only_what_is_chosen_is_shown_when_asked_for() -> None:
    choices = choices_of()
    choices.choose([id_of(4), id_of(1)])
    choices.show_only_chosen(True)
    assert shown(choices) == [1, 4]
    choices.choose([id_of(2)])
    assert shown(choices) == [1, 2, 4]
    choices.show_only_chosen(True)
    assert shown(choices) == [2]
    choices.show_only_chosen(False)
    assert shown(choices) == [0, 1, 2, 3, 4, 5]


def test_a_list_does_not_move_under_the_hand_that_chooses_in_it() -> None:
    choices = choices_of()
    choices.choose([id_of(1), id_of(3), id_of(4)])
    choices.show_only_chosen(True)
    listed = choices.state.listed
    choices.choose_listed(listed, [id_of(4)])
    assert choices.state.listed == listed
    choices.choose_listed(listed, [id_of(3), id_of(4)])
    assert choices.value == (id_of(4), id_of(3))
    choices.choose([id_of(2)])
    choices.choose_listed(choices.state.listed, [])
    assert shown(choices) == [1, 2, 3, 4]


def test_filters_that_new_rows_do_not_have_are_let_go() -> None:
    choices = choices_of(6)
    choices.narrow("Type", "Coupon")
    choices.sort("Open rate, highest first")
    choices.refresh(campaign_listing(campaigns(6).iloc[[1, 2]]))
    assert choices.state.facets == {}
    assert choices.state.order == "Open rate, highest first"
    choices.refresh(campaign_listing(campaigns(2).drop(columns="unique_sends")))
    assert choices.state.order == "Newest first"


def test_nothing_is_listed_of_many_rows_before_something_is_asked_for() -> None:
    frame = campaigns(3)
    listing = Listing(
        frame, "campaign_id", "x", "xs", list(frame["name"]), [frame["name"]], typed_first=True
    )
    choices = Choices(listing)
    assert shown(choices) == []
    choices.search("  ")
    assert shown(choices) == []
    choices.search("2")
    assert shown(choices) == [2]


# --- what is chosen


def test_an_id_that_is_not_there_is_refused_by_name_and_nothing_changes() -> None:
    choices = choices_of()
    choices.choose([id_of(1)])
    with pytest.raises(ConfigError, match="'nope', 'b', 'c' and 2 more are not among the 6 campa"):
        choices.choose([id_of(2), "nope", "b", "c", "d", "e"])
    with pytest.raises(ConfigError, match=r"'nope' is not among .* 'campaign_id'"):
        choices.choose(["nope"])
    assert choices.value == (id_of(1),)


def test_one_id_is_one_and_not_its_letters() -> None:
    choices = choices_of()
    choices.choose(id_of(3))
    assert choices.value == (id_of(3),)


def test_where_one_can_be_chosen_two_are_refused() -> None:
    choices = choices_of(multiple=False)
    with pytest.raises(ConfigError, match="one campaign can be chosen here, and 2 were given"):
        choices.choose([id_of(1), id_of(2)])
    assert choices.value == ()


def test_what_is_gone_stays_chosen_can_be_chosen_again_and_is_told() -> None:
    choices = choices_of()
    choices.choose([id_of(1), id_of(2)])
    choices.refresh(campaign_listing(campaigns(6).drop(index=1)))
    assert choices.value == (id_of(1), id_of(2))
    assert list(choices.state.gone) == [id_of(1)]
    assert choices.frame["campaign_id"].tolist() == [id_of(2)]
    choices.choose(choices.state.gone)
    choices.refresh(campaign_listing(campaigns(6)))
    assert list(choices.state.gone) == []
    assert choices.frame["name"].tolist() == ["Newsletter 1"]


def test_an_empty_frame_has_nothing_to_choose() -> None:
    choices = Choices(campaign_listing(campaigns(0)))
    choices.search("x")
    choices.choose_shown()
    choices.undo()
    assert (choices.state.shown, choices.value, len(choices.frame)) == ((), (), 0)


def test_columns_that_are_missing_altogether_leave_a_list_that_works() -> None:
    empty = campaigns(3)[["campaign_id"]]
    empty[["name", "campaign_type", "last_sent_date", "unique_sends"]] = None
    choices = Choices(campaign_listing(empty))
    choices.sort("Name")
    assert shown(choices) == [0, 1, 2]
    assert choices.state.listing.lines == ["no date · (no name)"] * 3
    assert len(set(choices.state.listing.labels)) == 3


# --- telling


def test_a_callback_that_chooses_is_told_of_that_too_and_in_order() -> None:
    choices = choices_of()
    told: list[tuple[str, ...]] = []

    def react() -> None:
        told.append(choices.value)
        if len(choices.value) == 1:
            choices.choose([id_of(1), id_of(2)])

    choices.on_change(react)
    choices.choose([id_of(1)])
    assert told == [(id_of(1),), (id_of(1), id_of(2))]


def test_a_callback_that_fails_does_not_silence_the_next_change() -> None:
    choices = choices_of()
    told = []

    def fail_once() -> None:
        told.append(choices.value)
        if len(told) == 1:
            raise RuntimeError("a fault in a notebook")

    choices.on_change(fail_once)
    with pytest.raises(RuntimeError, match="a fault in a notebook"):
        choices.choose([id_of(1)])
    choices.choose([id_of(2)])
    assert told == [(id_of(1),), (id_of(2),)]


def test_a_callback_that_fails_does_not_silence_a_change_made_meanwhile() -> None:
    choices, told = choices_of(), list[tuple[str, ...]]()

    def callback() -> None:
        told.append(choices.value)
        if choices.value:
            choices.clear()
            raise ValueError("not mine")

    choices.on_change(callback)
    with pytest.raises(ValueError, match="not mine"):
        choices.choose([id_of(1)])
    assert told == [(id_of(1),), ()]


def test_while_a_callback_runs_other_threads_can_choose_and_it_is_told_afterwards() -> None:
    choices = choices_of()
    told: list[tuple[str, ...]] = []
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        told.append(choices.value)
        inside.set()
        assert go_on.wait(10)

    choices.on_change(slow)
    first = threading.Thread(target=choices.choose, args=([id_of(1)],))
    first.start()
    assert inside.wait(10)
    choices.choose([id_of(2)])  # does not wait for the callback
    assert told == [(id_of(1),)]
    go_on.set()
    first.join(10)
    assert told == [(id_of(1),), (id_of(2),)]


def test_threads_that_choose_at_once_lose_nothing() -> None:
    choices = choices_of(400)
    told: list[tuple[str, ...]] = []
    choices.on_change(lambda: told.append(choices.value))
    start = threading.Barrier(4)

    def add(numbers: range) -> None:
        start.wait(10)
        for number in numbers:
            choices.search(f"newsletter {number}")
            choices.choose_listed([id_of(number)], [id_of(number)])

    threads = [threading.Thread(target=add, args=(range(n, 400, 4),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(choices.value) == sorted(id_of(n) for n in range(400))
    assert told[-1] == choices.value
    assert sorted(told, key=len) == told
