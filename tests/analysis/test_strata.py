"""Intervals and effects agree with statsmodels, and hold what they say they hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from ccframes.analysis.proportions import wilson
from ccframes.analysis.strata import clustered_interval, levels_within, slope_within


class Sample:
    """Cases in strata, clusters and levels, drawn with a seed."""

    def __init__(self, seed: int, cases: int = 160, levels: int = 4) -> None:
        rng = np.random.default_rng(seed)
        self.stratum, self.cluster = rng.integers(0, 6, cases), rng.integers(0, 25, cases)
        self.level = np.concatenate([np.arange(levels), rng.integers(0, levels, cases - levels)])
        liking = rng.random(25)[self.cluster]
        self.outcome = rng.random(cases) < liking
        self.exposure = rng.normal(size=cases) + self.stratum

    def fit(self, columns: Any) -> Any:
        """Return what statsmodels makes of the columns besides a constant for each stratum."""
        dummies = self.stratum[:, None] == np.unique(self.stratum)
        design = np.column_stack([columns, dummies.astype(float)])
        return sm.OLS(self.outcome.astype(float), design).fit(
            cov_type="cluster",
            cov_kwds={"groups": self.cluster, "use_correction": False},
        )

    @property
    def correction(self) -> float:
        """G/(G−1), which statsmodels multiplies by more than we do."""
        clusters = len(np.unique(self.cluster))
        return clusters / (clusters - 1)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_a_slope_and_its_error_are_those_of_statsmodels(seed: int) -> None:
    sample = Sample(seed)
    ours = slope_within(sample.outcome, sample.exposure, sample.stratum, sample.cluster)
    theirs = sample.fit(sample.exposure)
    assert ours.values[0] == pytest.approx(theirs.params[0], abs=1e-9)
    variance = theirs.cov_params()[0, 0] * sample.correction
    assert ours.covariance[0, 0] == pytest.approx(variance, abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_levels_and_their_covariance_are_those_of_statsmodels(seed: int) -> None:
    sample = Sample(seed)
    ours = levels_within(sample.outcome, sample.level, 4, sample.stratum, sample.cluster)
    theirs = sample.fit((sample.level[:, None] == np.arange(1, 4)).astype(float))
    # theirs are differences from the first level, ours from the mean of all cases
    contrast = np.eye(4)[1:] - np.eye(4)[0]
    assert contrast @ ours.values == pytest.approx(theirs.params[:3], abs=1e-9)
    covariance = theirs.cov_params()[:3, :3] * sample.correction
    assert contrast @ ours.covariance @ contrast.T == pytest.approx(covariance, abs=1e-9)
    assert np.bincount(sample.level) @ ours.values == pytest.approx(0, abs=1e-9)


def test_levels_that_no_stratum_links_have_no_effects() -> None:
    outcome, level = np.array([True, False, True, False]), np.array([0, 0, 1, 1])
    effects = levels_within(outcome, level, 2, level, np.arange(4))
    assert np.isnan(effects.values).all()
    assert np.isnan(effects.interval(0.95)).all()
    assert np.isnan(effects.p_values()).all()


def test_an_exposure_that_is_the_same_within_strata_has_no_slope() -> None:
    stratum = np.array([0, 0, 1, 1])
    effects = slope_within(stratum == 0, stratum * 2.0, stratum, np.arange(4))
    assert np.isnan(effects.values).all()


def test_the_interval_of_independent_cases_is_wilsons_but_for_students_t() -> None:
    hits = np.arange(4000) % 4 == 0
    ours = clustered_interval(hits, np.zeros(4000, dtype=int), np.arange(4000), 1)
    theirs = wilson([1000], [4000])
    assert np.array(ours) == pytest.approx(np.array(theirs), abs=1e-4)


def test_cases_that_repeat_their_cluster_say_no_more_than_one() -> None:
    once = np.arange(60) % 3 == 0
    one = clustered_interval(once, np.zeros(60, dtype=int), np.arange(60), 1)
    many = clustered_interval(
        np.repeat(once, 10), np.zeros(600, dtype=int), np.repeat(np.arange(60), 10), 1
    )
    assert np.array(many) == pytest.approx(np.array(one), abs=1e-9)


def test_intervals_of_likeminded_clusters_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    group = np.repeat(np.arange(400), 600)  # 400 trials of 40 clusters of 15
    cluster = np.tile(np.repeat(np.arange(40), 15), 400)
    chance = np.repeat(rng.beta(1.0, 3.0, size=400 * 40), 15)
    hits = rng.random(len(group)) < chance
    low, high = clustered_interval(hits, group, cluster, 400)
    held = ((low <= 0.25) & (high >= 0.25)).mean()
    assert 0.92 <= held <= 0.98
    counted = np.bincount(group[hits], minlength=400)
    naive_low, naive_high = wilson(counted, np.full(400, 600))
    assert ((naive_low <= 0.25) & (naive_high >= 0.25)).mean() < 0.85


def test_none_and_all_have_intervals_and_a_single_cluster_has_not() -> None:
    hits = np.array([False] * 5 + [True] * 5 + [True, False])
    group = np.array([0] * 5 + [1] * 5 + [2] * 2)
    cluster = np.array([*range(5), *range(5), 0, 0])
    low, high = clustered_interval(hits, group, cluster, 4)
    assert (low[0], high[1]) == (0, 1)
    assert 0.3 < high[0] < 0.8
    assert np.isnan(low[2:]).all()
