"""Instants keep their order as numbers, whatever form they come in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccframes.analysis.moments import (
    NEVER,
    earliest,
    instant,
    instants,
    latest,
    latest_before,
    microseconds,
    times_of,
)
from ccframes.errors import ConfigError

Pairs = list[tuple[int, int]]
PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=20)


@given(rows=PAIRS, events=PAIRS)
def test_the_latest_event_not_after_a_row_is_found_or_else_the_first(
    rows: Pairs, events: Pairs
) -> None:
    def expected(key: int, at: int) -> int:
        times = [time for other, time in events if other == key]
        return max([time for time in times if time <= at], default=min(times, default=NEVER))

    key, at = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    of_key, of_at = np.array(events, dtype=np.int64).reshape(-1, 2).T
    found = latest_before(key, at, of_key, of_at)
    assert found.tolist() == [expected(*row) for row in rows]


def test_instants_read_back_from_text_are_the_same() -> None:
    instants = pd.to_datetime(pd.Series(["2026-01-01T00:00:00.123Z", None]), utc=True)
    text = instants.astype("string").astype(object)
    assert microseconds(instants).tolist() == microseconds(text).tolist()
    assert microseconds(instants.astype("datetime64[ns, UTC]"))[0] == 1_767_225_600_123_000
    assert microseconds(instants)[1] == NEVER


def test_text_is_read_as_instants_and_other_text_refused() -> None:
    read = instants(pd.Series(["2026-01-05T09:00:00.000Z", "2026-01-05 10:00:00+01:00", None]))
    assert read[0] == read[1] == times_of([instant("2026-01-05 09:00", "until")])[0]
    assert read.isna().tolist() == [False, False, True]
    with pytest.raises(ConfigError, match=r"created_time: .*cannot be read"):
        instants(pd.Series(["last Tuesday"], name="created_time"))


@given(
    st.lists(
        st.tuples(
            st.integers(-1, 3), st.integers(-9, 9) | st.integers(2**62, 2**62 + 9) | st.just(NEVER)
        )
    )
)
def test_first_and_last_are_those_of_each_group_without_what_never_happened(rows: Pairs) -> None:
    group, at = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    times = [[at for of, at in rows if of == one and at != NEVER] for one in range(4)]
    assert earliest(group, at, 4).tolist() == [min(each, default=NEVER) for each in times]
    assert latest(group, at, 4).tolist() == [max(each, default=NEVER) for each in times]


def test_what_never_happened_is_a_missing_instant() -> None:
    assert times_of([0, NEVER]).isna().tolist() == [False, True]
