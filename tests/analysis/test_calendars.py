"""Events are counted in the hour, day, week or month of a zone's calendar, gaps included."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccframes.analysis.calendars import Unit, events_over_time
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from ccframes.frames.conform import STR

UNITS: tuple[Unit, ...] = ("hour", "day", "week", "month")
ZONES = ("UTC", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo", "Australia/Lord_Howe")
MINUTES = st.integers(0, 60 * 24 * 200)
ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), MINUTES), max_size=25)


def opens(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """Return opens so many minutes after the beginning of October 2017."""
    frame = pd.DataFrame(rows, columns=["campaign_activity_id", "contact_id", "created_time"])
    after = pd.to_timedelta(frame["created_time"].astype("float64"), unit="min")
    at = (pd.Timestamp("2017-10-01", tz="UTC") + after).astype("datetime64[us, UTC]")
    ids: dict[str, Any] = dict.fromkeys(("campaign_activity_id", "contact_id"), STR)
    return frame.astype(ids).assign(created_time=at)


@settings(deadline=None)
@given(ROWS, st.sampled_from(UNITS), st.sampled_from(ZONES))
@example([("a", "x", 14 * 1440 + 200)], "day", "America/Sao_Paulo")  # a day without a midnight
def test_each_event_is_in_the_one_row_whose_time_it_is(
    rows: list[tuple[str, str, int]], unit: Unit, tz: str
) -> None:
    frame = opens(rows)
    table = events_over_time(frame, unit=unit, tz=tz)
    assert int(table["events"].sum()) == len(frame)
    assert int(table["first_events"].sum()) == len({row[:2] for row in rows})
    assert table["end"].iloc[:-1].tolist() == table["start"].iloc[1:].tolist()
    begun, over = (
        frame["created_time"].to_numpy()[:, None] >= table[end].dt.tz_convert("UTC").to_numpy()
        for end in ("start", "end")
    )
    assert table["events"].tolist() == (begun & ~over).sum(axis=0).tolist()


@given(ROWS, st.sampled_from(UNITS))
def test_the_rows_begin_with_the_first_event_and_end_with_the_last(
    rows: list[tuple[str, str, int]], unit: Unit
) -> None:
    table = events_over_time(opens(rows), unit=unit, what="opens")
    assert list(table) == ["unit", "start", "end", "opens", "first_opens"]
    assert table["opens"].dtype == table["first_opens"].dtype == "Int64"
    assert len(table) == 0 if not rows else bool(table["opens"].iloc[[0, -1]].gt(0).all())


@pytest.mark.parametrize(
    ("days", "unit"), [(0, "hour"), (4, "hour"), (6, "day"), (119, "day"), (300, "week")]
)
def test_the_unit_is_the_finest_that_makes_few_rows(days: int, unit: str) -> None:
    table = events_over_time(opens([("a", "x", 0), ("a", "x", days * 1440)]))
    assert table["unit"].unique().tolist() == [unit]
    assert len(table) <= 120


def test_ten_years_are_months() -> None:
    table = events_over_time(opens([("a", "x", 0), ("a", "x", 3650 * 1440)]))
    assert table["unit"].iloc[0] == "month"


def test_events_without_a_time_are_named_and_not_counted() -> None:
    frame = opens([("a", "x", 0), ("a", "y", 5)])
    frame.loc[1, "created_time"] = pd.NaT
    with pytest.warns(PartialResultWarning, match="1 of 2 opens"):
        table = events_over_time(frame, what="opens")
    assert table["opens"].tolist() == [1]


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(ColumnsError, match="created_time"):
        events_over_time(pd.DataFrame({"campaign_activity_id": [], "contact_id": []}))
    with pytest.raises(ConfigError, match="hour, day, week, month"):
        events_over_time(opens([]), unit="year")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="Nowhere"):
        events_over_time(opens([("a", "x", 0)]), unit="day", tz="Nowhere/Land")
