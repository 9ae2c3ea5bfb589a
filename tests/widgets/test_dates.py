"""A range of days: in order, or said to be none while the value stays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from ccframes.errors import ConfigError
from ccframes.widgets import DateRangePicker
from tests.widgets.frontend import FrontEnd

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


def sent(day: date | None) -> dict[str, int] | None:
    return {"year": day.year, "month": day.month - 1, "date": day.day} if day else None


def test_a_range_chosen_in_the_browser_is_the_value_and_told_once(front_end: FrontEnd) -> None:
    picker = DateRangePicker(MAY, JULY)
    told: list[Any] = []
    picker.observe(lambda change: told.append(tuple(change["new"])), "value")
    front_end.do(picker.first, value=sent(JUNE))
    front_end.do(picker.last, value=None)
    assert told == [(JUNE, JULY), (JUNE, None)]
    assert (picker.start, picker.end) == (JUNE, None)


def test_an_end_before_the_start_is_said_in_place_and_the_value_stays(front_end: FrontEnd) -> None:
    picker = DateRangePicker(MAY, JUNE)
    front_end.do(picker.first, value=sent(JULY))
    assert picker.value == (MAY, JUNE)
    said = front_end.shows(picker.said)
    assert ">2026-07-01 is after 2026-06-01: still 2026-05-01 to 2026-06-01<" in said["value"]
    assert front_end.shows(picker.said.layout)["display"] is None
    front_end.do(picker.last, value=sent(JULY))
    assert picker.value == (JULY, JULY)
    assert front_end.shows(picker.said)["value"] == ""
    assert front_end.shows(picker.said.layout)["display"] == "none"


def test_a_range_set_from_python_moves_the_view_even_past_the_old_one(front_end: FrontEnd) -> None:
    picker = DateRangePicker(MAY, MAY)
    told: list[Any] = []
    picker.observe(told.append, "value")
    picker.value = (JUNE, JULY)
    assert len(told) == 1
    picker.value = (MAY, JUNE)
    picker.value = (JUNE, JULY)
    assert len(told) == 3
    assert front_end.shows(picker.first)["value"] == sent(JUNE)
    assert front_end.shows(picker.last)["value"] == sent(JULY)
    front_end.do(picker.first, value=sent(date(2026, 8, 1)))
    picker.value = (MAY, JUNE)
    assert front_end.shows(picker.first)["value"] == sent(MAY)
    assert picker.said.value == ""


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        ("2026-05-01", MAY),
        (datetime(2026, 5, 1, 23), MAY),
        (pd.Timestamp("2026-05-01", tz="UTC"), MAY),
        (MAY, MAY),
        (None, None),
        (pd.NaT, None),
    ],
)
def test_days_are_taken_as_pandas_would_take_them(start: Any, shown: date | None) -> None:
    assert DateRangePicker(start).start == shown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ((JULY, MAY), "begins on 2026-07-01, after it ends on 2026-05-01"),
        (("soon", None), "'soon' is no day; write it like 2026-06-25"),
        ("2026", "'2026' is no range; give two days"),
        ((MAY,), "is no range; give two days"),
        (MAY, "is no range; give two days"),
    ],
)
def test_what_is_no_range_is_refused_and_the_value_stays(value: Any, said: str) -> None:
    picker = DateRangePicker(MAY, JUNE)
    with pytest.raises(ConfigError, match=said):
        picker.value = value
    assert picker.value == (MAY, JUNE)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (None, None, "any day"),
        (MAY, None, "from 2026-05-01"),
        (None, MAY, "until 2026-05-01"),
        (MAY, MAY, "2026-05-01"),
        (MAY, JUNE, "2026-05-01 to 2026-06-01"),
    ],
)
def test_a_range_is_said_as_a_person_would(start: Any, end: Any, said: str) -> None:
    assert repr(DateRangePicker(start, end)) == f"<DateRangePicker: {said}>"
