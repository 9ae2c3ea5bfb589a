"""Student's t distribution, which the standard library lacks."""

from __future__ import annotations

import math
from functools import lru_cache

_STEPS = 500  # of the continued fraction; it needs about the square root of the degrees of freedom
_TINY = 1e-300


def t_tails(statistic: float, dof: float) -> float:
    """Return the chance of a value at least as far from 0: the two-sided p-value.

    Parameters
    ----------
    statistic : float
        The t statistic; its sign does not matter.
    dof : float
        Degrees of freedom, more than 0; not necessarily whole.

    Notes
    -----
    The regularised incomplete beta function of dof/2 and ½ at dof / (dof + t²), by Lentz's
    continued fraction.

    Examples
    --------
    >>> round(t_tails(2.0, 10), 4)
    0.0734

    Source: Press et al., Numerical Recipes, 3rd ed. (2007), 6.4 and 6.14.
    """
    if not (dof > 0 and not math.isnan(statistic)):
        return math.nan
    square = statistic * statistic
    if math.isinf(square):
        return 0.0
    within, beyond = square / (dof + square), dof / (dof + square)
    # of the two fractions, the one that converges
    if beyond < (dof / 2 + 1) / (dof / 2 + 2.5):
        return _beta_share(dof / 2, 0.5, beyond, within)
    return 1.0 - _beta_share(0.5, dof / 2, within, beyond)


@lru_cache(maxsize=4096)
def t_quantile(ci: float, dof: float) -> float:
    """Return how far from 0 the interval reaches that holds this share of the distribution.

    Examples
    --------
    >>> round(t_quantile(0.95, 10), 4)
    2.2281
    """
    if not (dof > 0 and 0 < ci < 1):
        return math.nan
    outside = 1.0 - ci
    low, high = 0.0, 1.0
    while t_tails(high, dof) > outside:
        low, high = high, high * 2
    while (middle := (low + high) / 2) not in {low, high}:
        low, high = (middle, high) if t_tails(middle, dof) > outside else (low, middle)
    return high


def _beta_share(a: float, b: float, x: float, rest: float) -> float:
    """Return the regularised incomplete beta function at x, where `rest` is 1 − x."""
    if x <= 0:
        return 0.0
    logs = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(logs + a * math.log(x) + b * math.log(rest)) if rest > 0 else 0.0
    return front * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    numerator, denominator = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    value = denominator
    for step in range(1, _STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for term in (even, odd):
            denominator = 1.0 / _away(1.0 + term * denominator)
            numerator = _away(1.0 + term / numerator)
            value *= numerator * denominator
        if abs(numerator * denominator - 1.0) < 1e-16:
            break
    return value


def _away(number: float) -> float:
    """Keep a divisor away from 0."""
    return number if abs(number) > _TINY else _TINY
