"""Student's t distribution agrees with scipy's."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ccframes.analysis.student import t_quantile, t_tails

DOF = st.floats(0.5, 1e5)


@settings(deadline=None)
@given(statistic=st.floats(-60, 60), dof=DOF)
def test_tails_are_those_of_scipy(statistic: float, dof: float) -> None:
    assert t_tails(statistic, dof) == pytest.approx(
        2 * stats.t.sf(abs(statistic), dof), rel=1e-9, abs=1e-10
    )


@settings(deadline=None)
@given(ci=st.floats(0.01, 0.999), dof=st.floats(1, 1e5))
def test_quantiles_are_those_of_scipy(ci: float, dof: float) -> None:
    assert t_quantile(ci, dof) == pytest.approx(stats.t.ppf((1 + ci) / 2, dof), rel=1e-9)


@pytest.mark.parametrize("dof", [0.0, -1.0, math.nan])
def test_without_degrees_of_freedom_there_is_no_number(dof: float) -> None:
    assert math.isnan(t_tails(1.0, dof))
    assert math.isnan(t_quantile(0.95, dof))


@pytest.mark.parametrize("ci", [0.0, 1.0, 1.5, math.nan])
def test_a_level_that_is_none_has_no_quantile(ci: float) -> None:
    assert math.isnan(t_quantile(ci, 10))


def test_at_the_middle_and_at_infinity_the_tails_are_everything_and_nothing() -> None:
    assert t_tails(0.0, 3) == 1.0
    assert t_tails(-math.inf, 3) == 0.0
    assert math.isnan(t_tails(math.nan, 3))
