"""Tails and likeness agree with scipy and with what was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ccframes.analysis.overdispersion import beta_binomial_tail, intra_class


@given(
    st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0.01, 300),
    st.floats(0.01, 300),
)
def test_the_tail_is_that_of_scipy(counts: tuple[int, int], a: float, b: float) -> None:
    hits, trials = counts
    theirs = stats.betabinom(trials, a, b).pmf(np.arange(hits, trials + 1)).sum()
    assert beta_binomial_tail([hits], [trials], [a], [b])[0] == pytest.approx(theirs, abs=1e-9)


def test_a_tail_far_out_keeps_its_digits() -> None:
    ours = beta_binomial_tail([60], [80], [3.0], [200.0])[0]
    theirs = stats.betabinom(80, 3.0, 200.0).pmf(np.arange(60, 81)).sum()
    assert 0 < ours < 1e-20
    assert ours == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("likeness", [0.0, 0.02, 0.2])
def test_likeness_that_was_drawn_is_found(likeness: float) -> None:
    rng = np.random.default_rng(5)
    trials = rng.integers(20, 200, 4000)
    weight = np.inf if likeness == 0 else 1 / likeness - 1
    chance = 0.1 if likeness == 0 else rng.beta(0.1 * weight, 0.9 * weight, 4000)
    hits = rng.binomial(trials, chance)
    sums = [4000.0, trials.sum(), hits.sum(), (hits**2 / trials).sum(), (trials**2).sum()]
    names = ("cells", "trials", "hits", "square_hits", "square_trials")
    found = intra_class(
        **{name: np.array([value]) for name, value in zip(names, sums, strict=True)}
    )
    assert found[0] == pytest.approx(likeness, abs=0.002 + 0.1 * likeness)


def test_likeness_of_nothing_or_of_one_cell_is_none() -> None:
    one = {"cells": 1.0, "trials": 9.0, "hits": 3.0, "square_hits": 1.0, "square_trials": 81.0}
    for sums in (one, dict.fromkeys(one, 0.0)):
        assert intra_class(**{name: np.array([value]) for name, value in sums.items()}) == [0]
