"""Counts are whole numbers, however they are written, and what is none is named."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from ccframes.analysis.comparison import compare
from ccframes.analysis.performance import rates
from ccframes.analysis.variation import differences
from ccframes.errors import ColumnsError
from ccframes.frames.measures import counts_of


def stats(sends: Any) -> pd.DataFrame:
    return pd.DataFrame({"em_sends": sends, "em_bounces": pd.Series([0] * len(sends))})


@pytest.mark.parametrize(
    "sends",
    [
        [7, 5],
        [7.0, None],
        ["7", "5"],
        ["7.0", None],
        pd.array([7, None], dtype="Int64"),
        pd.array([7.0, None], dtype="Float64"),
        pd.Series([7, None], dtype=object),
        pd.Categorical(["7", "5"]),
    ],
    ids=repr,
)
def test_whole_numbers_are_counts_whatever_their_dtype(sends: Any) -> None:
    found = counts_of(stats(sends))["sends"]
    assert found.dtype == "Int64"
    assert found[0] == 7
    assert found.isna()[1] == pd.Series(sends).isna()[1]


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ("1,000", "'1,000'"),
        ("", "''"),
        (100.5, "100.5"),
        (-0.5, "-0.5"),
        (float("inf"), "inf"),
        (1e30, "1e+30"),
        (pd.Timestamp("2026-01-01"), "Timestamp"),
    ],
)
def test_what_is_no_count_is_named_with_its_column(odd: Any, said: str) -> None:
    for column in (pd.Series([None, odd]), pd.Series([5, odd], dtype=object)):
        with pytest.raises(ColumnsError, match=r"^em_sends: .* is no count; whole") as refused:
            counts_of(stats(column))
        assert said in str(refused.value)


def test_a_part_of_a_contact_is_not_rounded_off() -> None:
    with pytest.raises(ColumnsError, match=r"em_sends: 1\.5 is no count"):
        counts_of(stats(pd.array([1.5], dtype="Float64")))


def test_a_count_that_is_there_twice_is_named() -> None:
    twice = pd.concat([stats([5]), stats([6])], axis=1)
    with pytest.raises(ColumnsError, match="2 columns 'em_sends'"):
        rates(twice)


def test_what_is_no_frame_is_refused() -> None:
    nothing: Any = None
    for ask in (
        rates,
        lambda frame: compare(frame, by="role"),
        lambda frame: differences(frame, "role"),
    ):
        with pytest.raises(ColumnsError, match="a DataFrame is needed, not NoneType"):
            ask(nothing)
    with pytest.raises(ColumnsError, match="a DataFrame is needed, not Series"):
        compare(stats([5]), stats([5])["em_sends"])  # type: ignore[arg-type]
