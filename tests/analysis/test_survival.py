"""The Kaplan–Meier estimate agrees with statsmodels, and says where it knows nothing."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from ccframes.analysis.survival import KaplanMeier
from ccframes.errors import ConfigError

Watched: TypeAlias = list[tuple[int, bool]]

WATCHED = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60)
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def fit(watched: Watched) -> KaplanMeier:
    return KaplanMeier.fit([time for time, _ in watched], [event for _, event in watched])


def oracle_of(watched: Watched) -> SurvfuncRight:
    times, events = np.array(watched).T
    return SurvfuncRight(times.astype(float), events)


@given(WATCHED)
@example([(3, True)])
@example([(3, True), (3, False), (3, True)])
def test_the_estimate_and_its_error_are_those_of_statsmodels(watched: Watched) -> None:
    ours = fit(watched)
    if not any(event for _, event in watched):
        assert len(ours.time) == 0
        return
    theirs = oracle_of(watched)
    rises = np.isin(theirs.surv_times, ours.time)
    assert ours.time.tolist() == theirs.surv_times[rises].tolist()
    assert ours.survival == pytest.approx(theirs.surv_prob[rises], abs=1e-9)
    assert ours.at_risk.tolist() == theirs.n_risk[rises].tolist()
    assert ours.events.tolist() == theirs.n_events[rises].tolist()
    left = ours.survival > 0
    error = ours.survival[left] * np.sqrt(ours.hazard_variance[left])
    assert error == pytest.approx(theirs.surv_prob_se[rises][left], abs=1e-9)


@given(WATCHED, st.sampled_from([0.5, 0.9, 0.95, 0.99]), st.sampled_from(SHARES))
def test_the_interval_of_a_quantile_is_that_of_statsmodels(
    watched: Watched, ci: float, q: float
) -> None:
    ours = fit(watched)
    low, high = ours.band(ci)
    # statsmodels takes the last time that it does not reject; the same unless the band turns back
    assume((ours.survival > 0).all() and (np.diff(high) <= 0).all())
    assume(((low < 1 - q - 1e-9) & (high > 1 - q + 1e-9)).any())
    _, first, last = (each[0] for each in ours.quantiles([q], ci))
    lower, upper = oracle_of(watched).quantile_ci(q, 1 - ci, method="cloglog")
    assert first == lower
    assert (np.inf if np.isnan(last) else last) == upper


@given(WATCHED)
def test_a_quantile_is_the_first_time_at_which_the_share_is_reached(watched: Watched) -> None:
    ours = fit(watched)
    estimates, low, high = ours.quantiles(SHARES)
    for q, estimate, first, last in zip(SHARES, estimates, low, high, strict=True):
        reached = ours.time[ours.survival <= 1 - q + 1e-9]
        assert np.array_equal(estimate, reached.min() if len(reached) else np.nan, equal_nan=True)
        assert not first > estimate
        assert not estimate > last


@given(WATCHED)
def test_without_censoring_it_is_the_share_counted(watched: Watched) -> None:
    times = np.array([time for time, _ in watched])
    ours = KaplanMeier.fit(times, np.ones(len(times)))
    grid = np.arange(-1, 32)
    counted = [(times > when).mean() for when in grid]
    assert ours.at(grid) == pytest.approx(counted, abs=1e-12)
    assert ours.risked(grid).tolist() == [(times >= when).sum() for when in grid]


@given(WATCHED)
def test_the_band_holds_the_estimate_and_stays_between_0_and_1(watched: Watched) -> None:
    ours = fit(watched)
    low, high = ours.band()
    left = ours.survival > 0
    assert (low[left] >= 0).all()
    assert (low[left] < ours.survival[left]).all()
    assert (ours.survival[left] < high[left]).all()
    assert (high[left] <= 1).all()
    assert np.isnan(low[~left]).all()
    assert np.isnan(high[~left]).all()


def test_the_band_holds_the_truth_as_often_as_it_says() -> None:
    random = np.random.default_rng(4)
    held = []
    for _ in range(2_000):
        waits, watched = random.exponential(1, 80), random.uniform(0.2, 3, 80)
        curve = KaplanMeier.fit(np.minimum(waits, watched), waits <= watched)
        low, high = curve.band(0.9)
        place = np.searchsorted(curve.time, np.log(2), side="right") - 1
        held.append(low[place] <= 0.5 <= high[place])
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)


def test_nothing_is_known_after_the_last_was_watched() -> None:
    curve = KaplanMeier.fit([1, 4], [True, False])
    assert np.array_equal(curve.at([0, 1, 4, 5]), [1, 0.5, 0.5, np.nan], equal_nan=True)
    done = KaplanMeier.fit([1, 4], [True, True])
    assert done.at([4, 5]).tolist() == [0, 0]


def test_times_that_are_not_known_do_not_count() -> None:
    curve = KaplanMeier.fit([1, np.nan, 4], [True, True, False])
    assert curve.n == 2
    assert curve.survival.tolist() == [0.5]


def test_nobody_gives_no_curve() -> None:
    curve = KaplanMeier.fit([], [])
    assert curve.n == len(curve.time) == 0
    assert np.isnan(curve.at([0.0])).all()
    assert np.isnan(curve.quantiles([0.5])).all()


@pytest.mark.parametrize("q", [0, 1, -0.1, np.nan])
def test_a_quantile_is_of_a_share_between_0_and_1(q: float) -> None:
    with pytest.raises(ConfigError, match="between 0 and 1"):
        KaplanMeier.fit([1], [True]).quantiles([q])
