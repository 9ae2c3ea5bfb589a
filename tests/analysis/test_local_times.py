"""Local times stand beside the instants they are of, with the zone that they are in."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ccframes as ccf
from ccframes import errors
from ccframes.analysis.local_times import local_time
from ccframes.frames.conform import STR
from tests.analysis.accounts import account_of

ZONES = ["America/New_York", "US/Pacific", "Asia/Kolkata", "UTC", "Pacific/Apia"]


def instants(*times: str | None) -> pd.Series[Any]:
    at = pd.to_datetime(pd.Series(times, dtype=object), utc=True, format="ISO8601")
    return at.astype("datetime64[us, UTC]")


@given(
    st.lists(
        st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2037, 1, 1)), min_size=1
    ),
    st.sampled_from(ZONES),
)
def test_the_time_is_that_of_the_standard_library(moments: list[datetime], zone: str) -> None:
    frame = pd.DataFrame({"sent_at": pd.DatetimeIndex(moments, tz="UTC").as_unit("us")})
    found = local_time(frame, zone)["sent_at_local"]
    wanted = [
        moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for moment in moments
    ]
    assert found.dtype == np.dtype("datetime64[us]")
    assert found.tolist() == wanted


def test_local_times_stand_after_their_instants_and_the_zone_last() -> None:
    sends = account_of("some seed", contacts=300, weeks=60).sends
    local = local_time(sends, "US/Eastern")
    place = list(sends.columns).index("created_time")
    assert local.columns[place + 1] == "created_time_local"
    assert local.columns[-1] == "time_zone_id"
    assert set(local["time_zone_id"]) == {"US/Eastern"}
    pd.testing.assert_frame_equal(local[sends.columns], sends)


def test_the_frame_given_stays_as_it_is() -> None:
    frame = pd.DataFrame({"sent_at": instants("2026-01-05T00:00Z"), "sent_at_local": [0]})
    before = frame.copy()
    local = local_time(frame, "Asia/Tokyo")
    local.loc[0, "sent_at"] = pd.NaT
    pd.testing.assert_frame_equal(frame, before)


def test_without_a_zone_each_row_has_its_own() -> None:
    frame = pd.DataFrame(
        {
            "sent_at": instants(
                "2026-01-05T03:30Z", "2026-01-05T03:30Z", "2026-01-05T03:30Z", None
            ),
            "time_zone_id": pd.array(["US/Pacific", "Asia/Tokyo", None, "UTC"], dtype=STR),
        }
    ).set_axis([7, 7, 2, 1])
    local = local_time(frame)
    assert local.index.tolist() == [7, 7, 2, 1]
    assert local["sent_at_local"].dropna().astype(str).tolist() == [
        *("2026-01-04 19:30:00", "2026-01-05 12:30:00")
    ]
    assert local["sent_at_local"].isna().tolist() == [False, False, True, True]
    assert local.columns.tolist() == ["sent_at", "sent_at_local", "time_zone_id"]


def test_the_campaign_table_has_its_own_local_times_again() -> None:
    with ccf.connect(demo=True) as client:
        table = ccf.load_campaign_table(ccf.load_campaign_summaries().head(3))
        zone = client.time_zone()
    again = local_time(table)
    pd.testing.assert_series_equal(again["sent_at_local"], table["sent_at_local"])
    assert set(again["time_zone_id"]) == {zone}
    assert list(local_time(table, columns="sent_at").columns) == list(table.columns)


def test_with_another_zone_no_local_time_is_left_in_the_old_one() -> None:
    frame = pd.DataFrame(
        {
            "sent_at": instants("2026-01-05T12:00Z"),
            "sent_at_local": pd.to_datetime(["2026-01-05T07:00"]),
            "last_refresh_time": instants("2026-01-05T13:00Z"),
            "time_zone_id": pd.array(["America/New_York"], dtype=STR),
        }
    )
    local = local_time(frame, "Asia/Tokyo", ["last_refresh_time"])
    assert local["sent_at_local"].astype(str).tolist() == ["2026-01-05 21:00:00"]
    assert local["last_refresh_time_local"].astype(str).tolist() == ["2026-01-05 22:00:00"]
    assert local["time_zone_id"].tolist() == ["Asia/Tokyo"]


def test_times_read_back_from_a_file_are_read() -> None:
    opens = account_of("some seed", contacts=300, weeks=60).opens.head(20)
    read = pd.read_csv(StringIO(opens.to_csv(index=False)))
    pd.testing.assert_series_equal(
        local_time(read, "US/Eastern")["created_time_local"],
        local_time(opens, "US/Eastern")["created_time_local"],
    )


def test_no_rows_give_the_same_columns() -> None:
    opens = account_of("some seed", contacts=300, weeks=60).opens
    some, none = local_time(opens, "UTC"), local_time(opens.iloc[:0], "UTC")
    assert none.empty
    assert list(none.dtypes.astype(str)) == list(some.dtypes.astype(str))


@pytest.mark.parametrize(
    ("frame", "tz", "columns", "message"),
    [
        (pd.DataFrame({"x": [1]}), "UTC", None, "no column of instants"),
        (pd.DataFrame({"sent_at": instants(None)}), None, None, "time_zone_id.*tz="),
        (pd.DataFrame({"sent_at": instants(None)}), "UTC", "created_time", "'created_time'"),
    ],
)
def test_what_is_missing_is_named(
    frame: pd.DataFrame, tz: str | None, columns: str | None, message: str
) -> None:
    with pytest.raises(errors.ColumnsError, match=message):
        local_time(frame, tz, columns)


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(errors.ConfigError, match="Mars/Olympus"):
        local_time(pd.DataFrame({"sent_at": instants("2026-01-05T00:00Z")}), "Mars/Olympus")
