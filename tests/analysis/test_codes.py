from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ccframes.analysis.codes import (
    NEVER,
    codes_in,
    latest_before,
    microseconds,
    shared_codes,
)

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


def test_text_and_categories_share_their_numbers() -> None:
    text = pd.Series(["x", "y", None])
    [first, second], names = shared_codes(text, text.astype("category").iloc[::-1])
    assert first.tolist() == second.tolist()[::-1] == [0, 1, -1]
    assert names == ["x", "y"]


def test_what_is_not_among_the_names_has_no_number() -> None:
    assert codes_in([], pd.Series(["x"])).tolist() == [-1]


def test_no_rows_have_no_numbers() -> None:
    [none], names = shared_codes(pd.Series([], dtype=object))
    assert (len(none), names) == (0, [])


def test_instants_read_back_from_text_are_the_same() -> None:
    instants = pd.to_datetime(pd.Series(["2026-01-01T00:00:00.123Z", None]), utc=True)
    text = instants.astype("string").astype(object)
    assert microseconds(instants).tolist() == microseconds(text).tolist()
    assert microseconds(instants.astype("datetime64[ns, UTC]"))[0] == 1_767_225_600_123_000
    assert microseconds(instants)[1] == NEVER
