from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccframes.analysis.bursts import in_bursts

Rows = list[tuple[int, int, int]]
ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 30)), max_size=25)


def slowly(rows: Rows, within: int, needed: int) -> list[bool]:
    """Try every stretch of every key."""
    inside = set()
    for key, _, start in rows:
        stretch = [
            place
            for place, (other, _, at) in enumerate(rows)
            if other == key and start <= at <= start + within
        ]
        if len({rows[place][1] for place in stretch}) >= needed:
            inside.update(stretch)
    return [place in inside for place in range(len(rows))]


def quickly(rows: Sequence[tuple[int, int, int]], within: int, needed: int) -> list[bool]:
    key, thing, at = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    found = in_bursts(key, thing, at, within=within, needed=np.full(len(rows), needed))
    return [bool(row) for row in found]


@given(rows=ROWS, within=st.integers(0, 12), needed=st.integers(1, 4))
def test_finds_what_trying_every_stretch_finds(rows: Rows, within: int, needed: int) -> None:
    assert quickly(rows, within, needed) == slowly(rows, within, needed)


def test_keys_may_need_different_numbers() -> None:
    key, thing, at = np.array([[1, 1, 2, 2], [1, 2, 1, 2], [0, 0, 0, 0]])
    needed = np.array([2, 2, 3, 3])
    assert in_bursts(key, thing, at, within=1, needed=needed).tolist() == [True, True, False, False]


@pytest.mark.parametrize("start", [0, 1_700_000_000_000_000])
def test_many_keys_years_apart_do_not_overflow(start: int) -> None:
    key = np.repeat(np.arange(100_000), 2)
    at = start + key * 10**12
    found = in_bursts(key, np.tile([1, 2], 100_000), at, within=10**6, needed=np.full(len(at), 2))
    assert found.all()
