"""The difference of two rates over campaigns, and of what size it may really be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ccframes.analysis.clusters import Clusters
from ccframes.analysis.student import t_quantile, t_tails


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two rates over campaigns, with their variances and what they have in common.

    Attributes
    ----------
    rate, base : float
        The arm's rate and the baseline's.
    variance, base_variance, covariance : float
        The jackknife's; the covariance is that of campaigns in both arms.
    dof : float
        Degrees of freedom of the difference.
    """

    rate: float
    base: float
    variance: float
    base_variance: float
    covariance: float
    dof: float

    @property
    def error(self) -> float:
        """The standard error of the difference; NaN where the campaigns do not vary at all."""
        square = self.variance + self.base_variance - 2 * self.covariance
        return math.sqrt(square) if square > 0 else math.nan

    def p_value(self) -> float:
        """Return the two-sided p-value of the rates being equal."""
        return t_tails((self.rate - self.base) / self.error, self.dof)

    def difference(self, ci: float) -> tuple[float, float]:
        """Return the interval of the difference."""
        reach = t_quantile(ci, self.dof) * self.error
        return self.rate - self.base - reach, self.rate - self.base + reach

    def lift(self, ci: float) -> tuple[float, float]:
        """Return Fieller's interval of the lift; it has no upper end where the base may be 0.

        The ratios R for which t finds nothing between the rate and R times the base: so it
        leaves out a lift of 0 exactly where the difference leaves out 0.

        Source: Fieller (1954), J. R. Stat. Soc. B 16, 175–185.
        """
        if math.isnan(self.error):
            return math.nan, math.nan
        square = t_quantile(ci, self.dof) ** 2
        first = self.base**2 - square * self.base_variance
        middle = self.rate * self.base - square * self.covariance
        last = self.rate**2 - square * self.variance
        if math.isnan(first):
            return math.nan, math.nan
        if first <= 0:
            return -1.0, math.inf
        root = math.sqrt(max(0.0, middle**2 - first * last))
        return max(-1.0, (middle - root) / first - 1), (middle + root) / first - 1


def contrast(clusters: Clusters, arm: int, base: int) -> Contrast:
    """Return what distinguishes two groups.

    The degrees of freedom are Welch's of the two groups' own; where campaigns are in both groups,
    the lesser of these.
    """
    rates, variances = clusters.rate(), clusters.variance()
    covariance, shared = _covariance(clusters, arm, base)
    freedom = clusters.freedom()
    return Contrast(
        rate=float(rates[arm]),
        base=float(rates[base]),
        variance=float(variances[arm]),
        base_variance=float(variances[base]),
        covariance=covariance,
        dof=float(min(freedom[arm], freedom[base]))
        if shared
        else _welch(*map(float, (variances[arm], variances[base], freedom[arm], freedom[base]))),
    )


def _covariance(clusters: Clusters, arm: int, base: int) -> tuple[float, bool]:
    influence = clusters.influence()
    ours, theirs = clusters.group == arm, clusters.group == base
    shared, mine, other = np.intersect1d(
        clusters.campaign[ours], clusters.campaign[theirs], assume_unique=True, return_indices=True
    )
    products = influence[ours][mine] * influence[theirs][other]
    return float(products.sum()), len(shared) > 0


def _welch(variance: float, base_variance: float, dof: float, base_dof: float) -> float:
    spread = variance**2 / dof + base_variance**2 / base_dof if dof > 0 and base_dof > 0 else 0.0
    return (variance + base_variance) ** 2 / spread if spread > 0 else math.nan
