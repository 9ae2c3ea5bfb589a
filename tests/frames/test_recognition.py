"""A frame tells by its columns which report it is from, and by no more than them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ccframes as ccf
from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS
from ccframes.frames.conform import STR
from ccframes.frames.recognition import events_in, nearest, reports_of
from tests.frames import samples

_TWINS = {"opens", "unique_opens"}, {"landing_opens", "landing_unique_opens"}


def empty(name: str) -> pd.DataFrame:
    report = CAMPAIGN_TABLE if name == CAMPAIGN_TABLE.name else ENDPOINTS[name]
    return pd.DataFrame(columns=[column.name for column in report.columns])


def events(name: str, *kinds: str) -> pd.DataFrame:
    frame = empty(name).reindex(range(len(kinds)))
    return frame.assign(tracking_activity_type=pd.array(kinds, dtype=STR))


@pytest.mark.parametrize("name", [*ENDPOINTS, CAMPAIGN_TABLE.name])
def test_a_report_without_rows_is_known_but_for_those_with_the_same_columns(name: str) -> None:
    alike = {
        other
        for other in ENDPOINTS
        if set(empty(other).columns) == set(empty(name).columns) and name != CAMPAIGN_TABLE.name
    }
    assert set(reports_of(empty(name))) == alike | {name}


@pytest.mark.parametrize("name", [name for name, each in ENDPOINTS.items() if each.event])
def test_events_are_told_apart_by_their_kind(name: str) -> None:
    twins = next((each for each in _TWINS if name in each), {name})
    assert set(reports_of(events(name, ENDPOINTS[name].event))) == twins


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_fixture_is_known_whatever_its_attrs_say(name: str) -> None:
    frame = samples.expected(name)
    frame.attrs["ccframes"] = {"endpoint": "something else"}
    assert name in reports_of(frame)


def test_rows_of_several_reports_are_of_all_of_them() -> None:
    both = pd.concat([events("opens", "em_opens"), events("clicks", "em_clicks")])
    assert reports_of(both) == ("opens", "unique_opens", "clicks")


@pytest.mark.parametrize("name", ["sends", "opens", "clicks", "bounces"])
def test_events_without_personal_columns_that_are_optional_are_known(name: str) -> None:
    frame = events(name, ENDPOINTS[name].event).drop(columns=["first_name", "last_name"])
    assert name in reports_of(frame)


def test_joined_and_own_columns_do_no_harm() -> None:
    frame = events("sends", "em_sends").assign(campaign_id="", name="", role="", mine=1)
    assert reports_of(frame) == ("sends",)


@given(st.lists(st.one_of(st.text(), st.integers(), st.tuples(st.text())), unique=True))
def test_a_frame_of_other_columns_is_of_no_report(names: list[Any]) -> None:
    frame = pd.DataFrame([[0] * len(names)], columns=pd.Index(names, dtype=object))
    assert reports_of(frame) == ()


def test_a_kind_that_no_report_has_leaves_the_columns_to_tell() -> None:
    assert reports_of(events("sends", "em_new")) == ("sends", "did_not_opens")


def test_kinds_are_read_from_text_and_categories_and_missing_ones_are_none() -> None:
    text = pd.DataFrame({"tracking_activity_type": pd.array(["em_opens", None], dtype=STR)})
    assert events_in(text) == events_in(text.astype("category")) == {"em_opens"}
    assert events_in(pd.DataFrame({"contact_id": []})) == frozenset()


def test_a_category_counts_where_a_row_has_it() -> None:
    opens = ccf.flatten("opens", {"tracking_activities": []})
    assert events_in(opens) == frozenset()


def test_what_is_missing_of_the_nearest_report_is_named() -> None:
    name, lacking = nearest(empty("sends").drop(columns=["contact_id", "created_time"]))
    assert name in {"sends", "did_not_opens"}
    assert lacking == ("contact_id", "created_time")
    assert nearest(pd.DataFrame({"revenue": [1]})) == ("", ())
