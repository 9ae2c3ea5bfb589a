"""Intervals and tests of one and two proportions, for arrays of counts."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np

from ccframes.analysis.arrays import Floats, floats, over
from ccframes.errors import ConfigError

_FEWEST_EXPECTED = 5.0
_TIE = 1e-9  # tables as likely as the observed one differ by rounding only


def wilson(numerator: Any, denominator: Any, ci: float = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's score interval of each proportion.

    Parameters
    ----------
    numerator, denominator : array of numbers
        How many [count], of how many.
    ci : float
        The level, between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        The interval [0–1]; NaN where nothing is counted, or more than there is.

    Raises
    ------
    ConfigError
        `ci` is no level.

    Notes
    -----
    It supposes that the contacts decide independently, each with the same chance. It never
    leaves 0 to 1, and has a width for none of n and for all of n.

    Examples
    --------
    >>> low, high = wilson([0, 34], [20, 100])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.255], [0.161, 0.437])

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    part, whole = _counts(numerator, denominator)
    z = normal_quantile(ci)
    rate, spread = part / whole, z * z / whole
    centre = rate + spread / 2
    reach = z * np.sqrt(rate * (1 - rate) / whole + spread / (4 * whole))
    low, high = (centre - reach) / (1 + spread), (centre + reach) / (1 + spread)
    # exactly 0 and 1 at the ends, where subtraction leaves a rounding error
    return np.where(part == 0, 0.0, low), np.where(part == whole, 1.0, high)


def newcombe(
    numerator: Any, denominator: Any, base_numerator: Any, base_denominator: Any, ci: float = 0.95
) -> tuple[Floats, Floats]:
    """Return Newcombe's interval of the difference of two independent proportions.

    Parameters
    ----------
    numerator, denominator, base_numerator, base_denominator : array of numbers
        The counts; the base's proportion is subtracted.
    ci : float
        The level, between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        The interval [−1 to 1]; NaN where either proportion has none.

    Raises
    ------
    ConfigError
        `ci` is no level.

    Notes
    -----
    The hybrid score interval, without continuity correction: Wilson's limits of either
    proportion, combined as if each were a standard error.

    Examples
    --------
    >>> low, high = newcombe([56], [70], [48], [80])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0524], [0.3339])

    Source: Newcombe (1998), Statist. Med. 17, 873–890, method 10.
    """
    rate, low, high = _with_wilson(numerator, denominator, ci)
    base, base_low, base_high = _with_wilson(base_numerator, base_denominator, ci)
    difference = rate - base
    return (
        difference - np.hypot(rate - low, base_high - base),
        difference + np.hypot(high - rate, base - base_low),
    )


def ratio_interval(
    numerator: Any, denominator: Any, base_numerator: Any, base_denominator: Any, ci: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the interval of the ratio of two independent proportions.

    Parameters
    ----------
    numerator, denominator, base_numerator, base_denominator : array of numbers
        The counts; the base's proportion divides.
    ci : float
        The level, between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        The interval [0 to infinity]. It has no upper end where the base's count is 0; NaN where
        either proportion has no interval.

    Raises
    ------
    ConfigError
        `ci` is no level.

    Notes
    -----
    MOVER-R: the ratios R for which Newcombe's way of combining Wilson's limits finds nothing
    between the proportion and R times the base's. So it leaves out 1 exactly where `newcombe`
    leaves out 0. Unlike the interval of the logarithm, it needs no correction for zero counts,
    and unlike Koopman's, no iteration.

    Examples
    --------
    >>> low, high = ratio_interval([56], [70], [48], [80])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([1.078], [1.663])

    Source: Donner and Zou (2012), Stat. Methods Med. Res. 21, 347–359.
    """
    rate, low, high = _with_wilson(numerator, denominator, ci)
    base, base_low, base_high = _with_wilson(base_numerator, base_denominator, ci)
    product = rate * base
    # each end solves a quadratic in R; of the two forms of its root, the one that cannot cancel
    square = low * (2 * rate - low)
    root = np.sqrt(product**2 - square * base_high * (2 * base - base_high))
    lower = _ratio(square, product + root, 0.0)
    square = base_low * (2 * base - base_low)
    root = np.sqrt(product**2 - square * high * (2 * rate - high))
    return lower, _ratio(product + root, square, np.inf)


def equality_test(
    numerator: Any, denominator: Any, base_numerator: Any, base_denominator: Any
) -> Floats:
    """Return the two-sided p-values of two independent proportions being equal.

    Parameters
    ----------
    numerator, denominator, base_numerator, base_denominator : array of numbers
        The counts.

    Returns
    -------
    numpy.ndarray
        p-values [0–1]; NaN where a denominator is 0 or a numerator exceeds it.

    Notes
    -----
    The z test with the pooled proportion (`z_test`), but Fisher's exact test (`fisher_test`)
    where any cell of the table is expected to hold fewer than five.

    Examples
    --------
    >>> equality_test([56, 3], [70, 10], [48, 0], [80, 9]).round(4).tolist()
    [0.008, 0.2105]

    Source: Cochran (1954), Biometrics 10, 417–451.
    """
    part, whole = _counts(numerator, denominator)
    base_part, base_whole = _counts(base_numerator, base_denominator)
    table = np.broadcast_arrays(part, whole, base_part, base_whole)
    part, whole, base_part, base_whole = table
    hits = part + base_part
    rarer = np.minimum(hits, whole + base_whole - hits)
    expected = rarer * np.minimum(whole, base_whole) / (whole + base_whole)
    p_values = np.array(z_test(*table))
    for place in map(tuple, np.argwhere(expected < _FEWEST_EXPECTED)):
        p_values[place] = fisher_test(*(int(column[place]) for column in table))
    return p_values


def z_test(numerator: Any, denominator: Any, base_numerator: Any, base_denominator: Any) -> Floats:
    """Return the two-sided p-values of the z test with the pooled proportion.

    Nobody, or everybody, on both sides is no difference: the p-value is 1.

    >>> z_test([56], [70], [48], [80]).round(4).tolist()
    [0.008]
    """
    part, whole = _counts(numerator, denominator)
    base_part, base_whole = _counts(base_numerator, base_denominator)
    pooled = (part + base_part) / (whole + base_whole)
    error = np.sqrt(pooled * (1 - pooled) * (1 / whole + 1 / base_whole))
    difference = part / whole - base_part / base_whole
    z = np.divide(difference, error, out=np.where(error == 0, 0.0, np.nan), where=error > 0)
    return normal_tails(z)


def fisher_test(
    numerator: int, denominator: int, base_numerator: int, base_denominator: int
) -> float:
    """Return the two-sided p-value of Fisher's exact test of one table.

    Two-sided: all tables with the same margins that are at most as likely as the one seen.

    Source: Fisher (1935), J. R. Stat. Soc. 98, 39–82.

    >>> round(fisher_test(3, 10, 0, 9), 4)
    0.2105
    """
    hits = numerator + base_numerator
    first = max(0, hits - base_denominator)
    # the logarithms of ratios of neighbours are exact enough, where factorials are not
    cell = np.arange(first, min(hits, denominator), dtype="float64")
    steps = np.log((hits - cell) * (denominator - cell)) - np.log(
        (cell + 1) * (base_denominator - hits + cell + 1)
    )
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    chance = np.exp(logs - logs.max())
    as_unlikely = chance <= chance[numerator - first] * (1 + _TIE)
    return float(min(1.0, chance[as_unlikely].sum() / chance.sum()))


def holm(p_values: Any) -> Floats:
    """Return p-values adjusted for there being several, by Holm's step-down method.

    Parameters
    ----------
    p_values : array of float
        NaN stands for a test that could not be made; it stays, and does not count.

    Returns
    -------
    numpy.ndarray
        The adjusted p-values, in the same order. To call those below alpha true is wrong
        anywhere among them with a chance of alpha at most, however the tests depend on each other.

    Notes
    -----
    The least of m p-values is multiplied by m, the next by m − 1, and so on; none is less than
    the one before it, and none above 1.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, float("nan")]).tolist()
    [0.03, 0.06, 0.06, nan]

    Source: Holm (1979), Scand. J. Statist. 6, 65–70.
    """
    given = np.array(p_values, dtype="float64")
    known = np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(given[known], kind="stable")]
    stepped = given[order] * np.arange(len(order), 0, -1)
    given[order] = np.minimum(1.0, np.maximum.accumulate(stepped))
    return given


def normal_quantile(ci: float) -> float:
    """Return how many standard errors to either side an interval of this level reaches.

    >>> round(normal_quantile(0.95), 3)
    1.96
    """
    if not 0 < ci < 1:
        raise ConfigError(f"ci={ci!r} is no level; it is between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf((1 + ci) / 2)


def normal_tails(z: Any) -> Floats:
    """Return the two-sided p-value of each z.

    >>> normal_tails([0.0, -1.96]).round(3).tolist()
    [1.0, 0.05]
    """
    far = np.abs(np.asarray(z, dtype="float64"))
    tails = [math.erfc(value / math.sqrt(2)) for value in far.ravel().tolist()]
    return np.array(tails, dtype="float64").reshape(far.shape)


def _counts(numerator: Any, denominator: Any) -> tuple[Floats, Floats]:
    """Return the counts as floats; NaN where they are no part of a whole."""
    part, whole = (floats(count) for count in (numerator, denominator))
    part, whole = np.broadcast_arrays(part, whole)
    proper = (whole > 0) & (part >= 0) & (part <= whole)
    return np.where(proper, part, np.nan), np.where(proper, whole, np.nan)


def _with_wilson(part: Any, whole: Any, ci: float) -> tuple[Floats, Floats, Floats]:
    known_part, known_whole = _counts(part, whole)
    low, high = wilson(known_part, known_whole, ci)
    return known_part / known_whole, low, high


def _ratio(part: Floats, whole: Floats, where_zero: float) -> Floats:
    return over(part, whole, np.where(np.isnan(part + whole), np.nan, where_zero))
