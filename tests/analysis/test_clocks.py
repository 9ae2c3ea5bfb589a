"""The clock on the wall is that of Python's own zones, also where it is put forward or back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccframes.analysis.clocks import wall_clock, zones_of
from ccframes.analysis.moments import instants
from ccframes.errors import ConfigError

ZONES = ("UTC", "US/Eastern", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe")
SPRING = datetime(2026, 3, 8, 7, tzinfo=UTC)  # 2 o'clock in New York, which there was not


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
            st.sampled_from(ZONES),
        )
    )
)
@example([(SPRING, "US/Eastern"), (SPRING, "UTC"), (SPRING.replace(month=11), "US/Eastern")])
def test_weekday_and_hour_are_those_of_python(moments: list[tuple[datetime, str]]) -> None:
    at = instants(pd.Series([moment for moment, _ in moments], dtype="datetime64[us, UTC]"))
    zones = np.array([zone for _, zone in moments], dtype=object)
    weekday, hour = wall_clock(at, zones)
    local = [moment.astimezone(ZoneInfo(zone)) for moment, zone in moments]
    assert weekday.tolist() == [each.weekday() for each in local]
    assert hour.tolist() == [each.hour for each in local]


def test_a_missing_instant_or_zone_has_no_hour() -> None:
    at = instants(pd.Series(["2026-01-05T09:00Z", None, "2026-01-05T09:00Z"]))
    zones = np.array(["UTC", "UTC", None], dtype=object)
    assert [each.tolist() for each in wall_clock(at, zones)] == [[0, -1, -1], [9, -1, -1]]


def test_each_contact_has_its_own_zone() -> None:
    contacts = pd.Series(["b", None, "a", "c"], dtype="str")
    given_ = {"a": "UTC", "b": "Asia/Tokyo"}
    for tz in (given_, pd.Series(given_), pd.Series(given_, dtype="category")):
        zones = pd.Series(zones_of(contacts, tz), dtype=object)
        assert zones.fillna("missing").tolist() == ["Asia/Tokyo", "missing", "UTC", "missing"]
    assert zones_of(contacts, "UTC") == "UTC"
    with pytest.raises(ConfigError, match="two time zones"):
        zones_of(contacts, pd.Series(["UTC", "UTC"], index=["a", "a"]))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "", "US", 5])
def test_an_unknown_zone_is_refused(zone: object) -> None:
    at = instants(pd.Series(["2026-01-05T09:00Z"]))
    with pytest.raises(ConfigError, match="no time zone"):
        wall_clock(at, np.array([zone], dtype=object))
