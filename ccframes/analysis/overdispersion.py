"""Counts that vary more than chance alone would make them."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from ccframes.analysis.arrays import Floats, over

_NEGLIGIBLE: Final = 1e-17
_ROUNDING: Final = 1e-9


def beta_binomial_tail(hits: Any, trials: Any, a: Any, b: Any) -> Floats:
    """Return the chance of so many hits or more.

    Parameters
    ----------
    hits, trials : array of numbers
        How many [count], of how many.
    a, b : array of float
        The parameters, more than 0: the mean is a/(a + b).

    Returns
    -------
    numpy.ndarray
        The chance of each [0–1]. The sum goes upwards from the hits, so that it is exact where it
        is small.

    Examples
    --------
    >>> beta_binomial_tail([8], [10], [1.0], [1.0]).round(6).tolist()
    [0.272727]
    """
    k, n, a, b = (np.atleast_1d(np.asarray(each, dtype="float64")) for each in (hits, trials, a, b))
    chance = _log_gamma(n + 1) - _log_gamma(k + 1) - _log_gamma(n - k + 1)
    chance += _log_gamma(k + a) + _log_gamma(n - k + b) - _log_gamma(n + a + b)
    chance += _log_gamma(a + b) - _log_gamma(a) - _log_gamma(b)
    term = np.exp(chance)
    total, left = term.copy(), np.arange(len(k))
    while len(left := left[(k[left] < n[left]) & (term[left] > _NEGLIGIBLE * total[left])]):
        step, rest = k[left], n[left] - k[left]
        term[left] *= rest / (step + 1) * (step + a[left]) / (rest + b[left] - 1)
        total[left] += term[left]
        k[left] += 1
    return np.minimum(total, 1.0)


def intra_class(
    *, cells: Floats, trials: Floats, hits: Floats, square_hits: Floats, square_trials: Floats
) -> Floats:
    """Return how alike trials of one cell are, from sums over cells; 0 at least.

    Parameters
    ----------
    cells, trials, hits : numpy.ndarray
        How many cells, trials and hits [count].
    square_hits : numpy.ndarray
        The sum over the cells of hits² / trials.
    square_trials : numpy.ndarray
        The sum over the cells of trials².

    Returns
    -------
    numpy.ndarray
        The intra-class correlation [0–1]; 0 where it cannot be told.

    Notes
    -----
    The method of moments with weights: the spread of the cells' proportions about the common one,
    less what chance alone makes of it.

    Examples
    --------
    >>> half_of_them_all = {"cells": [2.0], "trials": [8.0], "hits": [4.0]}
    >>> sums = {name: np.array(value) for name, value in half_of_them_all.items()}
    >>> intra_class(**sums, square_hits=np.array([4.0]), square_trials=np.array([32.0])).tolist()
    [1.0]

    Source: Kleinman (1973), J. Am. Stat. Assoc. 68, 46–54.
    """
    rate = over(hits, trials, 0.0)
    spread = over(square_hits - rate * hits, rate * (1 - rate), 0.0)
    room = trials - over(square_trials, trials, 0.0) - (cells - 1)
    room = np.where((cells > 1) & (room > _ROUNDING * trials), room, 0.0)
    return np.clip(over(spread - (cells - 1), room, 0.0), 0.0, 1.0)


def _log_gamma(values: Floats) -> Floats:
    return np.fromiter(map(math.lgamma, values.tolist()), dtype="float64", count=len(values))
