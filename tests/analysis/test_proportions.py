"""Intervals and tests of proportions agree with statsmodels, scipy and exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats import multitest
from statsmodels.stats import proportion as oracle

from ccframes.analysis.proportions import (
    equality_test,
    fisher_test,
    holm,
    newcombe,
    ratio_interval,
    wilson,
    z_test,
)
from ccframes.errors import ConfigError

LEVEL = st.floats(0.5, 0.999)


@st.composite
def proportions(draw: st.DrawFn, most: int = 200_000) -> tuple[int, int]:
    """A count of a whole: none and all of it as often as anything between."""
    whole = draw(st.integers(1, most))
    return draw(st.sampled_from([0, whole]) | st.integers(0, whole)), whole


def near(value: Any, *, rel: float = 1e-9) -> Any:
    return pytest.approx(value, rel=rel, abs=1e-9)


@given(one=proportions(), ci=LEVEL)
@example(one=(0, 1), ci=0.95)
@example(one=(1, 1), ci=0.95)
def test_wilson_is_that_of_statsmodels(one: tuple[int, int], ci: float) -> None:
    low, high = wilson([one[0]], [one[1]], ci)
    assert (low[0], high[0]) == near(oracle.proportion_confint(*one, 1 - ci, method="wilson"))
    assert 0 <= low[0] <= one[0] / one[1] <= high[0] <= 1


@given(one=proportions(), base=proportions(), ci=LEVEL)
def test_newcombe_is_that_of_statsmodels(
    one: tuple[int, int], base: tuple[int, int], ci: float
) -> None:
    low, high = newcombe(*one, *base, ci)
    assert (float(low), float(high)) == near(
        oracle.confint_proportions_2indep(
            *one, *base, method="newcomb", compare="diff", alpha=1 - ci
        )
    )


@settings(deadline=None)
@given(one=proportions(2_000), base=proportions(2_000), ci=LEVEL)
@example(one=(5, 10), base=(0, 10), ci=0.95)
@example(one=(0, 10), base=(5, 10), ci=0.95)
@example(one=(10, 10), base=(10, 10), ci=0.95)
def test_the_ratios_ends_are_where_newcombes_way_finds_nothing_between(
    one: tuple[int, int], base: tuple[int, int], ci: float
) -> None:
    (low, high), (rate, base_rate) = (
        ratio_interval(*one, *base, ci),
        (count / whole for count, whole in (one, base)),
    )
    (one_low, one_high), (base_low, base_high) = wilson(*one, ci), wilson(*base, ci)

    def below(ratio: float) -> float:
        return (
            rate - ratio * base_rate - math.hypot(rate - one_low, ratio * (base_high - base_rate))
        )

    def above(ratio: float) -> float:
        return (
            rate - ratio * base_rate + math.hypot(one_high - rate, ratio * (base_rate - base_low))
        )

    if one[0]:
        assert float(low) == near(optimize.brentq(below, 0, 1e6, xtol=1e-14), rel=1e-7)
    else:
        assert low == 0
    if base[0]:
        assert float(high) == near(optimize.brentq(above, 0, 1e7, xtol=1e-14), rel=1e-7)
    else:
        assert high == math.inf


@given(one=proportions(), base=proportions(), ci=LEVEL)
def test_the_ratio_leaves_out_1_where_the_difference_leaves_out_0(
    one: tuple[int, int], base: tuple[int, int], ci: float
) -> None:
    low, high = newcombe(*one, *base, ci)
    assume(min(abs(low), abs(high)) > 1e-9)
    ratio_low, ratio_high = ratio_interval(*one, *base, ci)
    assert (low > 0, high < 0) == (ratio_low > 1, ratio_high < 1)


@given(one=proportions(), base=proportions())
def test_the_z_test_is_that_of_statsmodels(one: tuple[int, int], base: tuple[int, int]) -> None:
    assume(0 < one[0] + base[0] < one[1] + base[1])
    counts, wholes = zip(one, base, strict=True)
    expected = oracle.proportions_ztest(np.array(counts), np.array(wholes))[1]
    assert float(z_test(*one, *base)) == near(expected)


@settings(deadline=None)
@given(one=proportions(60), base=proportions(60))
def test_fishers_test_is_that_of_exact_arithmetic(
    one: tuple[int, int], base: tuple[int, int]
) -> None:
    hits, whole = one[0] + base[0], one[1] + base[1]
    tables = {
        cell: Fraction(
            math.comb(one[1], cell) * math.comb(base[1], hits - cell), math.comb(whole, hits)
        )
        for cell in range(max(0, hits - base[1]), min(hits, one[1]) + 1)
    }
    expected = sum(chance for chance in tables.values() if chance <= tables[one[0]])
    assert fisher_test(*one, *base) == near(float(expected))


@settings(deadline=None)
@given(one=proportions(), base=proportions())
@example(one=(3, 200_000), base=(0, 190_000))
def test_fishers_test_is_that_of_scipy(one: tuple[int, int], base: tuple[int, int]) -> None:
    table = [[one[0], one[1] - one[0]], [base[0], base[1] - base[0]]]
    assert fisher_test(*one, *base) == near(stats.fisher_exact(table)[1])


def test_small_tables_are_tested_exactly_and_large_ones_are_not() -> None:
    one, whole, base, base_whole = [56, 3, 0], [70, 10, 4], [48, 0, 0], [80, 9, 5]
    p_values = equality_test(one, whole, base, base_whole)
    assert p_values[0] == z_test(one, whole, base, base_whole)[0]
    assert p_values[1] == fisher_test(3, 10, 0, 9)
    assert p_values[2] == 1.0


@pytest.mark.parametrize(
    ("table", "exact"),
    [
        ((6, 30, 3, 30), True),  # 4.5 are expected
        ((7, 30, 3, 30), False),
        ((23, 30, 27, 30), False),
        ((24, 30, 27, 30), True),
    ],
)
def test_a_table_is_small_where_less_than_five_are_expected_in_a_cell(
    table: tuple[int, int, int, int], exact: bool
) -> None:
    by_z, by_fisher = float(z_test(*table)), fisher_test(*table)
    assert abs(by_z - by_fisher) > 0.01
    assert float(equality_test(*table)) == (by_fisher if exact else by_z)


@pytest.mark.parametrize("everybody", [False, True])
def test_nobody_or_everybody_on_both_sides_is_no_difference(everybody: bool) -> None:
    one, base = (300, 300) if everybody else (0, 300), (900, 900) if everybody else (0, 900)
    assert z_test(*one, *base) == 1.0
    assert equality_test(*one, *base) == 1.0


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_that_of_statsmodels(p_values: list[float]) -> None:
    with mock.patch(
        "gc.collect"
    ):  # statsmodels does it every time, over all the accounts in memory
        expected = multitest.multipletests(p_values, method="holm")[1]
    assert holm(p_values).tolist() == near(expected.tolist())


@given(st.lists(st.floats(0, 1), max_size=8), st.data())
def test_a_test_that_could_not_be_made_does_not_count(
    p_values: list[float], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(p_values)))
    adjusted = holm([*p_values[:place], math.nan, *p_values[place:]])
    assert math.isnan(adjusted[place])
    assert np.delete(adjusted, place).tolist() == holm(p_values).tolist()


@pytest.mark.parametrize("count", [(0, 0), (3, 2), (-1, 5), (np.nan, 5), (1, np.nan)])
def test_what_is_no_part_of_a_whole_has_no_number(count: tuple[float, float]) -> None:
    other = (5, 10)
    numbers = [
        *wilson(*count),
        *newcombe(*count, *other),
        *newcombe(*other, *count),
        *ratio_interval(*count, *other),
        *ratio_interval(*other, *count),
        equality_test(*count, *other),
        equality_test(*other, *count),
    ]
    assert np.isnan(np.array(numbers, dtype="float64")).all()


def test_missing_counts_of_a_frame_have_no_number() -> None:
    counts = pd.Series([1, None], dtype="Int64")
    low, high = wilson(counts, pd.Series([4, 4], dtype="Int64"))
    assert np.isnan([low, high]).tolist() == [[False, True]] * 2


@pytest.mark.parametrize("ci", [0, 1, 95, -0.1])
def test_a_level_that_is_none_is_refused(ci: float) -> None:
    with pytest.raises(ConfigError, match="between 0 and 1"):
        wilson([1], [2], ci)
