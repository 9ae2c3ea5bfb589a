"""The view of a picker: what it shows is what holds, and what one does there is what happens."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from ipywidgets.widgets.widget import _instances

from ccframes.errors import CcframesError, ConfigError
from ccframes.widgets import CampaignPicker
from ccframes.widgets.names import in_one_line, legible
from tests.widgets.frontend import FrontEnd
from tests.widgets.rows import HOSTILE, campaigns, id_of

TWIN = "Twin"
NAMES = ("Spring", TWIN, TWIN, "Été", "Spring", None)


def twins() -> pd.DataFrame:
    """Return campaigns of which two look alike in every respect."""
    frame = campaigns(6, names=NAMES)
    alike = frame.iloc[[0, 1, 1, 3, 4, 5]].reset_index(drop=True)
    return alike.assign(campaign_id=frame["campaign_id"])


def numbers(picker: CampaignPicker) -> list[int]:
    at = {id_of(number): number for number in range(5_000)}
    return [at[one] for one in picker.value]


class OnTheScreen(RuleBasedStateMachine):
    """Drives the widgets as a front end does, and keeps a list of what must be chosen."""

    multiple = True

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.front_end = FrontEnd()
        self.patch.setattr("comm.create_comm", self.front_end.comm)
        self.picker = CampaignPicker(twins(), multiple=self.multiple)
        self.controls = self.picker.controls
        self.chosen: list[str] = []
        self.past: list[list[str]] = []
        self.changes: list[list[str]] = []
        self.observed: list[list[str]] = []
        self.picker.observe(lambda change: self.observed.append(list(change["new"])), "value")

    def teardown(self) -> None:
        self.patch.undo()

    @property
    def listed(self) -> list[str]:
        return list(self.picker.choices.state.listed)

    def remember(self, chosen: list[str], past: list[str] | None = None) -> None:
        if chosen != self.chosen:
            self.past.append(self.chosen)
            self.chosen = chosen
            self.changes.append(chosen)

    @rule(query=st.sampled_from(["", "spring", "twin", "ete", "nothing"]))
    def type(self, query: str) -> None:
        self.front_end.do(self.controls.search, value=query)

    @precondition(lambda self: self.controls.search.value)
    @rule()
    def clear_search(self) -> None:
        self.front_end.click(self.controls.clear_search)

    @rule(at=st.integers(0, 2))
    def narrow(self, at: int) -> None:
        options = self.front_end.shows(self.controls.facets["Type"])["_options_labels"]
        self.front_end.do(self.controls.facets["Type"], index=min(at, len(options) - 1))

    @rule(at=st.integers(0, 6))
    def sort(self, at: int) -> None:
        self.front_end.do(self.controls.order, index=at)

    @rule(days=st.none() | st.integers(0, 40))
    def from_day(self, days: int | None) -> None:
        day = None if days is None else date(2026, 6, 25) - timedelta(days=days)
        sent = day and {"year": day.year, "month": day.month - 1, "date": day.day}
        self.front_end.do(self.controls.days.first, value=sent)

    @precondition(lambda self: self.multiple)
    @rule(only=st.booleans())
    def only_chosen(self, only: bool) -> None:
        self.front_end.do(self.controls.only_chosen, value=only)

    @rule(numbers=st.lists(st.integers(0, 5), unique=True))
    def refresh(self, numbers: list[int]) -> None:
        self.picker.campaigns = twins().iloc[numbers]

    @rule(data=st.data())
    def mark(self, data: st.DataObject) -> None:
        listed = self.listed
        index = [at for at in range(len(listed)) if data.draw(st.booleans())]
        if not self.multiple:
            if not index:
                return
            self.front_end.do(self.controls.list, index=index[0])
            self.remember([listed[index[0]]])
            return
        marked = [listed[at] for at in index]
        self.front_end.do(self.controls.list, index=index)
        kept = [one for one in self.chosen if one not in listed or one in marked]
        self.remember(kept + [one for one in marked if one not in kept])

    @rule(data=st.data())
    def assign(self, data: st.DataObject) -> None:
        there = self.picker.campaigns["campaign_id"].tolist()
        most = None if self.multiple else 1
        if there:
            ids = data.draw(st.lists(st.sampled_from(there), unique=True, max_size=most))
            self.picker.value = ids
            self.remember(ids)

    @precondition(lambda self: self.multiple and not self.controls.choose_shown.disabled)
    @rule()
    def choose_shown(self) -> None:
        shown = self.picker.choices.state.shown
        self.front_end.click(self.controls.choose_shown)
        self.remember(self.chosen + [one for one in shown if one not in self.chosen])

    @precondition(lambda self: self.chosen)
    @rule()
    def clear(self) -> None:
        self.front_end.click(self.controls.clear)
        self.remember([])

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        self.front_end.click(self.controls.undo)
        self.chosen = self.past.pop()
        self.changes.append(self.chosen)

    @invariant()
    def the_value_is_what_was_chosen(self) -> None:
        assert list(self.picker.value) == list(self.picker.choices.value) == self.chosen

    @invariant()
    def observers_are_told_once_of_each_real_change(self) -> None:
        assert self.observed == self.changes

    @invariant()
    def the_browser_shows_what_holds(self) -> None:
        labels = self.picker.choices.state.listing.labels
        at = self.picker.choices.state.listing.positions
        looks = self.front_end.shows(self.controls.list)
        assert looks["_options_labels"] == [labels[at[one]] for one in self.listed]
        marked = [one for one in self.listed if one in self.chosen]
        assert self.front_end.lines(self.controls.list) == [labels[at[one]] for one in marked]
        undo, clear = (self.front_end.shows(b) for b in (self.controls.undo, self.controls.clear))
        assert undo["disabled"] == (not self.past)
        assert clear["disabled"] == (not self.chosen)


class OnTheScreenOne(OnTheScreen):
    multiple = False


TestOnTheScreen = OnTheScreen.TestCase
TestOnTheScreenOne = OnTheScreenOne.TestCase
TestOnTheScreen.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestOnTheScreenOne.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)


# --- searching


def test_typing_waits_for_a_pause_and_then_lists_once(front_end: FrontEnd) -> None:
    picker = CampaignPicker(campaigns(6))

    async def type_quickly() -> list[int]:
        counts = []
        for query in ("n", "ne", "newsletter 3"):
            front_end.do(picker.controls.search, value=query)
            counts.append(len(picker.controls.list.options))
        front_end.messages.clear()
        while picker.choices.state.query != "newsletter 3":
            await asyncio.sleep(0.005)
        return counts

    assert asyncio.run(asyncio.wait_for(type_quickly(), 10)) == [6, 6, 6]
    assert front_end.shows(picker.controls.list)["_options_labels"][0].startswith("2026-06-04")
    models = [model for model, _ in front_end.messages]
    assert models.count(picker.controls.list.model_id) == 1


def test_a_click_before_the_list_has_followed_the_typing_chooses_what_was_seen(
    front_end: FrontEnd,
) -> None:
    picker = CampaignPicker(campaigns(6))

    async def type_and_click() -> None:
        front_end.do(picker.controls.search, value="newsletter 3")
        front_end.do(picker.controls.list, index=[1])

    asyncio.run(type_and_click())
    assert numbers(picker) == [1]


def test_where_no_loop_runs_the_list_follows_at_once() -> None:
    picker = CampaignPicker(campaigns(6))
    picker.controls.search.value = "newsletter 3"
    assert len(picker.controls.list.options) == 1


def test_clearing_the_search_does_not_wait(front_end: FrontEnd) -> None:
    picker = CampaignPicker(campaigns(6))
    picker.controls.search.value = "newsletter 3"

    async def clear() -> int:
        front_end.click(picker.controls.clear_search)
        return len(picker.controls.list.options)

    assert asyncio.run(clear()) == 6
    assert front_end.shows(picker.controls.search)["value"] == ""


def test_a_keystroke_in_5000_campaigns_is_one_list_of_100_lines(front_end: FrontEnd) -> None:
    picker = CampaignPicker(campaigns(5_000))
    picker.value = picker.campaigns.iloc[[0, 1, 12, 123, 1_234]]
    for query in ("n", "ne", "news", "newsl", "news 1", "news 12", "news 123"):
        front_end.messages.clear()
        front_end.do(picker.controls.search, value=query)
        sent = [model for model, content in front_end.messages if content["method"] == "update"]
        assert sent.count(picker.controls.list.model_id) <= 1
        assert len(sent) <= 3  # the list, the status, and whether there is more
        assert front_end.bytes < 12_000
    assert len(picker.controls.list.options) == len(picker.choices.state.shown) == 15


def test_no_widget_holds_more_than_the_lines_it_shows(front_end: FrontEnd) -> None:
    picker = CampaignPicker(campaigns(5_000))
    assert front_end.bytes < 60_000
    front_end.messages.clear()
    front_end.click(picker.controls.choose_shown)
    assert len(picker.value) == 5_000
    assert front_end.bytes < 2_000


def test_each_control_lists_what_it_says(front_end: FrontEnd) -> None:
    picker = CampaignPicker(campaigns(8))
    controls = picker.controls

    def listed() -> list[int]:
        lines = front_end.shows(controls.list)["_options_labels"]
        return [int(line.split("Newsletter ")[1].split("\u2069")[0]) for line in lines]

    front_end.do(controls.days.first, value={"year": 2026, "month": 4, "date": 21})
    assert listed() == [0, 1, 2, 3, 4, 5]
    front_end.do(controls.days.last, value={"year": 2026, "month": 5, "date": 18})
    assert listed() == [1, 2, 3, 4, 5]
    front_end.do(controls.order, index=1)
    assert listed() == [5, 4, 3, 2, 1]
    front_end.do(controls.facets["Type"], index=1)
    assert listed() == [3]
    front_end.do(controls.facets["Type"], index=0)
    front_end.do(controls.facets["Status"], index=2)
    assert listed() == [5]
    front_end.do(controls.facets["Status"], index=0)
    front_end.do(controls.search, value="newsletter 4")
    assert listed() == [4]
    front_end.do(controls.list, index=[0])
    front_end.do(controls.search, value="newsletter 3")
    front_end.do(controls.only_chosen, value=True)
    assert listed() == []
    front_end.click(controls.clear_search)
    assert listed() == [4]


# --- choosing


def test_campaigns_that_look_alike_can_be_told_apart(front_end: FrontEnd) -> None:
    picker = CampaignPicker(twins())
    front_end.do(picker.controls.list, index=[2])
    assert numbers(picker) == [2]
    lines = front_end.shows(picker.controls.list)["_options_labels"]
    assert [lines[at].endswith(id_of(at)) for at in range(3)] == [False, True, True]


def test_what_is_chosen_can_be_given_as_a_list_a_series_a_frame_or_a_picker() -> None:
    picker, frame = CampaignPicker(campaigns(6)), campaigns(6)
    for given in ([id_of(1), id_of(3)], frame["campaign_id"].iloc[[1, 3]], frame.iloc[[1, 3]]):
        picker.value = ()
        picker.value = given
        assert numbers(picker) == [1, 3]
    other = CampaignPicker(campaigns(6))
    other.value = picker
    assert numbers(other) == [1, 3]
    other.value = id_of(2)
    assert numbers(other) == [2]


def test_an_unknown_id_is_refused_and_the_value_stays() -> None:
    picker = CampaignPicker(campaigns(6))
    picker.value = [id_of(1)]
    with pytest.raises(ConfigError, match="'nope' is not among the 6 campaigns"):
        picker.value = ["nope"]
    assert numbers(picker) == [1]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (pd.DataFrame({"name": ["June"]}), "no column 'campaign_id'"),
        (campaigns(2).set_index("campaign_id"), r"reset_index\(\)"),
        (None, r"NoneType holds no ids; .* and \[\] to choose nothing"),
        (5, "int holds no ids"),
        (b"5", "bytes holds no ids"),
        ([[id_of(1)]], "is not among the 6 campaigns"),
    ],
)
def test_what_holds_no_ids_is_refused_with_what_does_and_the_value_stays(
    given: Any, error: str
) -> None:
    picker = CampaignPicker(campaigns(6))
    picker.value = [id_of(1)]
    with pytest.raises(CcframesError, match=error):
        picker.value = given
    assert numbers(picker) == [1]


def test_assigning_what_is_chosen_tells_nobody() -> None:
    picker = CampaignPicker(campaigns(6))
    picker.value = [id_of(1), id_of(2)]
    told: list[Any] = []
    picker.observe(told.append, "value")
    picker.value = pd.Series([id_of(1), id_of(2)])
    picker.campaigns = campaigns(4)
    picker.controls.search.value = "nothing"
    assert told == []


def test_an_observer_that_chooses_is_followed_by_the_view(front_end: FrontEnd) -> None:
    picker = CampaignPicker(campaigns(6))

    def never_the_first(change: Any) -> None:
        picker.value = [one for one in change["new"] if one != id_of(0)]

    picker.observe(never_the_first, "value")
    front_end.do(picker.controls.list, index=[0, 2])
    assert numbers(picker) == [2]
    assert front_end.shows(picker.controls.list)["index"] == [2]


def test_an_observer_that_fails_leaves_a_picker_that_works(front_end: FrontEnd) -> None:
    picker = CampaignPicker(campaigns(6))

    def fail(_: Any) -> None:
        raise RuntimeError("a fault in a notebook")

    picker.observe(fail, "value")
    with pytest.raises(RuntimeError, match="a fault in a notebook"):
        picker.value = [id_of(1)]
    picker.unobserve(fail, "value")
    front_end.do(picker.controls.list, index=[1, 3])
    assert numbers(picker) == [1, 3]
    assert front_end.shows(picker.controls.list)["index"] == [1, 3]


def test_messages_in_one_thread_and_cells_in_another_leave_value_and_view_as_one(
    front_end: FrontEnd,
) -> None:
    picker = CampaignPicker(campaigns(60))
    start = threading.Barrier(2)

    def as_the_browser() -> None:
        start.wait(10)
        for step in range(60):
            front_end.do(picker.controls.search, value=("", "newsletter 1", "coupon")[step % 3])

    thread = threading.Thread(target=as_the_browser)
    thread.start()
    start.wait(10)
    for step in range(60):
        picker.value = [id_of(step), id_of((step * 7) % 60)]
        if step % 5 == 0:
            picker.campaigns = campaigns(60).iloc[:: (-1) ** step]
    thread.join(60)
    assert not thread.is_alive()
    picker.campaigns = campaigns(60)
    state = picker.choices.state
    assert numbers(picker) == [59, 53]
    assert picker.value == state.value
    lines = [state.listing.labels[state.listing.positions[one]] for one in state.listed]
    assert list(picker.controls.list.options) == lines
    marked = [at for at, one in enumerate(state.listed) if one in picker.value]
    assert list(picker.controls.list.index) == marked


# --- what it says


def test_the_status_counts_what_is_chosen_seen_and_gone() -> None:
    picker = CampaignPicker(campaigns(250))

    def status() -> str:
        return str(picker.controls.status.value)

    assert ">0 chosen · 250 of 250 match, the first 100 listed<" in status()
    picker.value = [id_of(1), id_of(200)]
    assert ">2 chosen (1 not in the list) · 250 of 250 match, the first 100" in status()
    picker.controls.search.value = "newsletter 249"
    assert ">2 chosen (2 not in the list) · 1 of 250 matches<" in status()
    picker.campaigns = campaigns(100)
    assert ">2 chosen (1 not in the list) · 1 chosen is no longer there · 0 of" in status()
    picker.campaigns = campaigns(0)
    assert "2 chosen are no longer there · there are no campaigns<" in status()


def test_controls_that_would_do_nothing_are_hidden_or_off() -> None:
    picker = CampaignPicker(campaigns(6))
    controls = picker.controls
    assert controls.more.layout.display == "none"
    assert (controls.clear.disabled, controls.undo.disabled) == (True, True)
    picker.value = picker.campaigns
    assert controls.choose_shown.disabled
    assert (controls.clear.disabled, controls.undo.disabled) == (False, False)
    picker.campaigns = campaigns(250).assign(campaign_type="Newsletter")
    assert controls.more.layout.display is None
    assert controls.facets["Type"].layout.display == "none"
    controls.more.click()
    controls.more.click()
    assert len(controls.list.options) == 250
    assert controls.more.layout.display == "none"


def test_every_control_has_a_name_for_those_who_do_not_see_it(front_end: FrontEnd) -> None:
    CampaignPicker(campaigns(6))
    named = {
        look["description"]
        for look in front_end.looks.values()
        if look.get("_view_name") not in {None, "HTMLView"} and "description" in look
    }
    assert named == {
        *("Search", "Clear search", "Type", "Status", "From", "To", "Sort by", "Campaigns"),
        *("Only chosen", "Select all matching", "Clear selection", "Undo", "Show more"),
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stand_in_lines_and_nowhere_that_reads_html_or_formulas(
    front_end: FrontEnd, name: str | None
) -> None:
    frame = campaigns(2, names=(name,))
    frame["campaign_type"] = pd.Series([name, "Newsletter"], dtype="object")
    picker = CampaignPicker(frame)
    picker.value = frame
    picker.controls.facets["Type"].index = len(picker.controls.facets["Type"].options) - 1

    shown = in_one_line(name)
    for look in front_end.looks.values():
        lines = look.get("_options_labels", [])
        assert not any("\n" in line or len(line) > 160 for line in lines)
        elsewhere = [value for value in look.values() if isinstance(value, str)]
        assert not shown or not any(shown in value for value in elsewhere)
    assert any(legible(name) in line for line in picker.choices.state.listing.lines)


# --- closing


def test_of_a_picker_that_is_closed_nothing_is_kept(front_end: FrontEnd) -> None:
    gc.collect()
    before = len(_instances)
    picker = CampaignPicker(campaigns(6))
    picker.value = [id_of(1)]
    kept = weakref.ref(picker.choices.state.listing)
    assert len(_instances) > before
    picker.close()
    picker.close()
    assert len(_instances) == before
    assert numbers(picker) == [1]
    del picker
    gc.collect()
    assert kept() is None
