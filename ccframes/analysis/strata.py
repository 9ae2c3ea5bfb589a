"""Uncertainty of rates where each contact decides on many emails, and not each time anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccframes.analysis.arrays import Floats, Ints, Mask, over
from ccframes.analysis.codes import distinct
from ccframes.analysis.proportions import normal_quantile, wilson
from ccframes.analysis.student import t_quantile, t_tails

_NEGLIGIBLE = 1e-9  # of the greatest eigenvalue: what rounding leaves of a zero


def clustered_interval(
    hits: Mask, group: Ints, cluster: Ints, groups: int, ci: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the interval of each group's rate, where what belongs to one cluster is alike.

    Parameters
    ----------
    hits : numpy.ndarray
        What counts, as True or False.
    group, cluster : numpy.ndarray
        The group and the cluster of each, as whole numbers from 0.
    groups : int
        How many groups there are.
    ci : float
        The level.

    Returns
    -------
    low, high : numpy.ndarray
        The interval of each group's rate [0–1]; NaN where a group has none, or one cluster.

    Notes
    -----
    Wilson's interval with an effective number of independent cases. That is the number of cases
    divided by the design effect: the variance of the rate between clusters (ratio estimator) over
    that of independent cases, 1 at least. It is reduced further by (z/t)², t having a degree of
    freedom less than clusters. Where all or none count, the cases are as many as the clusters.

    Examples
    --------
    >>> hits, group = np.array([True, True, False, False]), np.zeros(4, dtype=int)
    >>> [end.round(2).tolist() for end in clustered_interval(hits, group, np.arange(4), 1)]
    [[0.06], [0.94]]

    Source: Franco, Little, Louis and Slud (2019), J. Surv. Stat. Methodol. 7, 334–364.
    """
    total = np.bincount(group, minlength=groups)
    rate = over(np.bincount(group, weights=hits, minlength=groups), total)
    pair, place = np.unique(group * (cluster.max(initial=0) + 1) + cluster, return_inverse=True)
    of_group = pair // (cluster.max(initial=0) + 1)
    part, whole = np.bincount(place, weights=hits), np.bincount(place)
    clusters = np.bincount(of_group, minlength=groups)
    spread = np.bincount(of_group, weights=(part - rate[of_group] * whole) ** 2, minlength=groups)
    between = over(clusters, clusters - 1) * over(spread, total.astype("float64") ** 2)
    # 0 over 0 where all or none count
    effect = np.maximum(1.0, over(between, over(rate * (1 - rate), total)))
    effective = np.where(np.isnan(effect), clusters, total / effect)
    effective = effective * _small_sample(clusters, ci)
    return wilson(rate * effective, effective, ci)


@dataclass(frozen=True, slots=True)
class Effects:
    """Coefficients within strata, and how sure they are.

    Attributes
    ----------
    values : numpy.ndarray
        The coefficients; NaN where the strata do not tell them.
    covariance : numpy.ndarray
        Their covariance, robust to likeness within clusters.
    dof : int
        Degrees of freedom: one less than there are clusters.
    """

    values: Floats
    covariance: Floats
    dof: int

    def interval(self, ci: float) -> tuple[Floats, Floats]:
        """Return the interval of each coefficient, by Student's t."""
        reach = t_quantile(ci, self.dof) * self.errors
        return self.values - reach, self.values + reach

    def p_values(self) -> list[float]:
        """Return the two-sided p-value of each coefficient being 0, by Student's t."""
        statistics = over(self.values, self.errors)
        return [t_tails(float(one), self.dof) for one in statistics]

    @property
    def errors(self) -> Floats:
        """The standard error of each."""
        return np.sqrt(np.maximum(0.0, np.diag(self.covariance)))


def slope_within(outcome: Mask, exposure: Floats, stratum: Ints, cluster: Ints) -> Effects:
    """Return how the outcome's rate changes with the exposure, strata being compared within.

    Parameters
    ----------
    outcome : numpy.ndarray
        What came of each case, as True or False.
    exposure : numpy.ndarray
        A number for each case.
    stratum, cluster : numpy.ndarray
        The stratum and the cluster of each case, as whole numbers from 0.

    Notes
    -----
    Least squares with a constant for each stratum; covariance by the sandwich, summed by cluster
    and multiplied by G/(G−1) for G clusters.

    Source: Liang and Zeger (1986), Biometrika 73, 13–22.
    """
    spread = exposure - _mean(exposure, stratum)[stratum]
    rest = outcome - _mean(outcome, stratum)[stratum]
    bread = float(spread @ spread)
    clusters = len(distinct(cluster))
    if clusters < 2 or bread <= _NEGLIGIBLE * float(exposure @ exposure):
        return _unknown(1)
    slope = float(spread @ rest) / bread
    scores = np.bincount(cluster, weights=spread * (rest - slope * spread))
    variance = clusters / (clusters - 1) * float(scores @ scores) / bread**2
    return Effects(np.array([slope]), np.array([[variance]]), clusters - 1)


def levels_within(outcome: Mask, level: Ints, levels: int, stratum: Ints, cluster: Ints) -> Effects:
    """Return how the outcome's rate differs between levels, strata being compared within.

    Parameters
    ----------
    outcome : numpy.ndarray
        What came of each case, as True or False.
    level, stratum, cluster : numpy.ndarray
        The level, the stratum and the cluster of each case, as whole numbers from 0.
    levels : int
        How many levels there are, each with a case.

    Returns
    -------
    Effects
        One for each level: by how much its rate is above that of all, had all levels had the same
        strata. All are NaN unless the strata link every level with every other.

    Notes
    -----
    Least squares with a constant for each stratum and each level, those of the levels having a
    mean of 0 over the cases; covariance as that of `slope_within`.

    Source: Liang and Zeger (1986), Biometrika 73, 13–22.
    """
    strata = int(stratum.max(initial=-1)) + 1
    count = np.bincount(level * strata + stratum, minlength=levels * strata)
    table = count.reshape(levels, strata).astype("float64")
    share = np.nan_to_num(over(table, table.sum(axis=0)))  # strata may have no cases
    inverse = _inverse(np.diag(table.sum(axis=1)) - share @ table.T)
    clusters = len(distinct(cluster))
    if inverse is None or clusters < 2:
        return _unknown(levels)
    rest = outcome - _mean(outcome, stratum)[stratum]
    values = inverse @ np.bincount(level, weights=rest, minlength=levels)
    fitted = values[level] - (values @ share)[stratum]
    scores = _scores(rest - fitted, level, share, stratum, cluster)
    spread = clusters / (clusters - 1) * inverse @ (scores.T @ scores) @ inverse
    centred = np.eye(levels) - table.sum(axis=1) / table.sum()
    return Effects(centred @ values, centred @ spread @ centred.T, clusters - 1)


def _scores(rest: Floats, level: Ints, share: Floats, stratum: Ints, cluster: Ints) -> Floats:
    """Return each cluster's part in the equations of the levels, one column each."""
    clusters = int(cluster.max()) + 1
    scores = np.bincount(
        cluster * len(share) + level, weights=rest, minlength=clusters * len(share)
    ).reshape(clusters, len(share))
    for place, of_stratum in enumerate(share):
        scores[:, place] -= np.bincount(
            cluster, weights=rest * of_stratum[stratum], minlength=clusters
        )
    return scores


def _inverse(matrix: Floats) -> Floats | None:
    """Return the pseudoinverse of a matrix, whose rows add up to 0 and do nothing else."""
    values, vectors = np.linalg.eigh(matrix)
    tiny = values <= _NEGLIGIBLE * max(1.0, values.max(initial=0.0))
    if len(values) < 2 or np.count_nonzero(tiny) != 1:
        return None
    kept = vectors[:, ~tiny]
    return kept / values[~tiny] @ kept.T


def _unknown(number: int) -> Effects:
    return Effects(np.full(number, np.nan), np.full((number, number), np.nan), 0)


def _small_sample(clusters: Ints, ci: float) -> Floats:
    """Return (z/t)² for so many clusters; NaN for one."""
    counts, place = np.unique(clusters, return_inverse=True)
    quantiles = np.array([t_quantile(ci, count - 1) for count in counts.tolist()])
    return (normal_quantile(ci) / quantiles)[place] ** 2


def _mean(values: Floats, group: Ints) -> Floats:
    return over(np.bincount(group, weights=values), np.bincount(group))
