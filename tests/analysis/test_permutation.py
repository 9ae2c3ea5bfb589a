"""The p-value of shuffling is that of all orders, where these can be gone through."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from ccframes.analysis.permutation import shuffled_p_value


def test_it_is_near_the_share_of_all_orders_that_are_as_far() -> None:
    values = np.array([1.0, 2.0, 4.0, 7.0, 11.0])

    def slope(rows: Any) -> Any:
        return np.abs(rows @ np.array([-2.0, -1.0, 0.0, 1.0, 2.0]))

    seen = slope(values[np.newaxis]).item()
    every = [slope(np.array([order])).item() >= seen for order in permutations(values.tolist())]
    found = shuffled_p_value(values, slope, 20_000, seed=3)
    assert found == pytest.approx(np.mean(every), abs=0.004)


def test_it_is_never_zero() -> None:
    values = np.arange(12.0)
    ordered = shuffled_p_value(values, lambda rows: (np.diff(rows) > 0).all(axis=1), 99, seed=1)
    assert ordered == 1 / 100
