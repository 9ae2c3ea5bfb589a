"""Equal ids have equal numbers in every frame, whatever form pandas keeps them in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccframes.analysis.codes import (
    UNKNOWN,
    codes_in,
    count_distinct,
    looked_up,
    paired,
    shared_codes,
    shared_pairs,
)
from ccframes.analysis.mail import EMAIL
from ccframes.errors import ConfigError, PartialResultWarning
from ccframes.frames.conform import STR

IDS = st.sampled_from(["a", "b", "ab", None])
ROWS = st.lists(st.tuples(IDS, IDS), max_size=9)


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=3), st.sampled_from([STR, "object", "category"]))
def test_pairs_have_the_same_number_where_both_ids_are_the_same(
    frames: list[list[tuple[str | None, str | None]]], dtype: Any
) -> None:
    found = shared_pairs(
        [pd.DataFrame(rows, columns=[*EMAIL], dtype=object).astype(dtype) for rows in frames], EMAIL
    )
    assert [len(numbers) for numbers in found] == [len(rows) for rows in frames]
    numbers = np.concatenate(found).tolist()
    number_of: dict[tuple[str | None, str | None], int] = {}
    for pair, number in zip([pair for rows in frames for pair in rows], numbers, strict=True):
        assert number == (UNKNOWN if None in pair else number_of.setdefault(pair, number))
    assert sorted(number_of.values()) == list(range(len(number_of)))


def test_ids_that_a_file_turned_into_numbers_are_still_the_same() -> None:
    text, number = pd.Series(["7", "123456789012345678"]), pd.Series([123456789012345678, 7])
    assert [each.tolist() for each in shared_codes(text, number)[0]] == [[0, 1], [1, 0]]


@pytest.mark.parametrize("far", [1, 100_000_000])
def test_numbers_of_two_are_not_mistaken_for_those_of_two_others(far: int) -> None:
    first, second = np.array([0, 1, 0, far]), np.array([1, 0, far, 0])
    assert paired(first, second).tolist() == [0, 1, 0 if far == 1 else 2, 1 if far == 1 else 3]


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


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 5))))
def test_things_are_counted_once_in_each_group(rows: list[tuple[int, int]]) -> None:
    group, thing = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    things = [{thing for of, thing in rows if of == one and thing >= 0} for one in range(4)]
    assert count_distinct(group, thing, 4).tolist() == [len(each) for each in things]


def test_values_for_other_ids_are_told_and_a_list_is_refused() -> None:
    numbered = pd.Series(["2026-01-01"])  # whose index was forgotten
    with pytest.warns(PartialResultWarning, match="joined= has values for none of the 2 ids, ann"):
        assert pd.isna(looked_up(numbered, ["ann", "ben"], "joined")).all()
    with pytest.raises(ConfigError, match=r"joined=: a Series or a mapping is needed.* not list"):
        looked_up(["2026-01-01"], ["ann"], "joined")  # type: ignore[arg-type]
    assert len(looked_up({}, ["ann"], "joined")) == 1
