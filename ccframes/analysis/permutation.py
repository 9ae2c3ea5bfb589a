"""How likely shuffled values differ as much as those that were seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from ccframes.analysis.arrays import Floats

_AT_ONCE: Final = 1_000_000  # values shuffled at a time, so that memory stays bounded
_ROUNDING: Final = 1e-12


def shuffled_p_value(
    values: Floats, statistic: Callable[[Floats], Floats], permutations: int, seed: int
) -> float:
    """Return the p-value of a statistic by shuffling.

    Parameters
    ----------
    values : numpy.ndarray
        What is shuffled.
    statistic : callable
        Gives for each row of an array, which has the values in some order, how far it is from
        what is expected.
    permutations : int
        How many times they are shuffled.
    seed : int
        What the order hangs on.

    Notes
    -----
    p = (1 + how often it was as far) / (1 + permutations).

    Examples
    --------
    >>> values = np.array([1.0, 2, 3, 4, 5, 6, 7])
    >>> shuffled_p_value(values, lambda rows: rows[:, 0] == 1, 20_000, seed=0)  # about 1 in 7
    0.14...

    Source: Phipson and Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9, 39.
    """
    seen = statistic(values[np.newaxis]).item()
    draws, as_far = np.random.default_rng(seed), 0
    most = max(1, _AT_ONCE // len(values))
    for done in range(0, permutations, most):
        rows = min(most, permutations - done)
        shuffled = draws.permuted(np.tile(values, (rows, 1)), axis=1)
        as_far += int((statistic(shuffled) >= seen * (1 - _ROUNDING) - _ROUNDING).sum())
    return (1 + as_far) / (1 + permutations)
