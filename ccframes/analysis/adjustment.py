"""Rates of groups of campaigns beside what else distinguishes the campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from ccframes.analysis.arrays import Floats, Ints, Mask, over
from ccframes.analysis.clusters import Clusters, excess_of
from ccframes.analysis.permutation import shuffled_p_value
from ccframes.analysis.student import t_quantile

_NEGLIGIBLE: Final = 1e-9  # of a column's own size: what rounding leaves of nothing


class Adjusted(NamedTuple):
    """What the groups' rates would be, all else alike; arrays have a value for each group.

    Attributes
    ----------
    rate, low, high : numpy.ndarray
        The rate and its interval [0–1]; NaN of a group that cannot be compared with the largest.
    compared : numpy.ndarray
        How many campaigns tell it [campaigns].
    p_overall : float
        How likely the groups differ so much by chance [0–1]; NaN if they cannot be compared.
    """

    rate: Floats
    low: Floats
    high: Floats
    compared: Ints
    p_overall: float


def adjusted(
    clusters: Clusters, factors: Sequence[Ints], ci: float, permutations: int, seed: int
) -> Adjusted:
    """Return the rates of the groups, had all had campaigns with the same factors.

    Parameters
    ----------
    clusters : Clusters
        The counts of the campaigns in each group.
    factors : sequence of numpy.ndarray
        What else distinguishes campaigns: numbers from 0, one for each of the clusters' values.
    ci : float
        The level of the intervals.
    permutations, seed : int
        How many times residuals are shuffled, and what their order hangs on.

    Notes
    -----
    Weighted least squares of the campaigns' own rates, with a constant for each group and each
    level of each factor. A campaign that is alone with the level of a factor tells nothing of the
    groups and is left out. p_overall is that of the F statistic with the residuals of the model
    without groups shuffled.

    Source: Freedman and Lane (1983), J. Bus. Econ. Stat. 1, 292–298; Winkler et al. (2014),
    NeuroImage 92, 381–397.
    """
    excess, weight = excess_of(clusters.part, clusters.whole)
    rows = _telling(factors, clusters.whole > 0)
    groups = len(clusters.groups)
    compared = np.bincount(clusters.group[rows], minlength=groups)
    unknown = np.full(groups, np.nan)
    if not rows.any():
        return Adjusted(unknown, unknown, unknown, compared, float("nan"))
    root = np.sqrt(weight[rows])
    model = _Model.of([each[rows] for each in factors], root)
    columns = model.rest(_dummies(clusters.group[rows], groups, root))
    fit = _Fit.of(columns, model.rest(root * excess[rows]), model)
    linked = fit.linked(int(np.argmax(np.where(compared, clusters.denominator(), -1.0))))
    effect, error = fit.centred(clusters.denominator() * linked)
    level = over(clusters.numerator()[linked].sum(), clusters.denominator()[linked].sum())
    rate = np.where(linked, level + effect, np.nan)
    reach = t_quantile(ci, fit.freedom) * error
    return Adjusted(
        rate,
        np.maximum(rate - reach, 0.0),
        np.minimum(rate + reach, np.maximum(rate, 1.0)),
        compared,
        fit.p_overall(model, permutations, seed),
    )


def _telling(factors: Sequence[Ints], rows: Mask) -> Mask:
    """Return the rows that share each of their factors' levels with another."""
    numbers = [np.unique(each, return_inverse=True)[1] for each in factors]
    while True:
        shared = rows.copy()
        for each in numbers:
            shared &= np.bincount(each[rows], minlength=each.max(initial=0) + 1)[each] > 1
        if np.array_equal(shared, rows):
            return rows
        rows = shared


def _dummies(levels: Ints, count: int, root: Floats) -> Floats:
    """Return a column for each level, weighted."""
    columns = np.zeros((count, len(levels)))
    columns[levels, np.arange(len(levels))] = root
    return columns


@dataclass(frozen=True, slots=True)
class _Model:
    """The factors: the one of most levels, whose means are taken out, and a basis of the others.

    So the work grows with the campaigns times the levels of the other factors.
    """

    level: Ints
    levels: int
    root: Floats
    basis: Floats

    @classmethod
    def of(cls, factors: Sequence[Ints], root: Floats) -> _Model:
        """Return the model of these factors, for rows with these square roots of weights."""
        numbered = [np.unique(each, return_inverse=True)[1] for each in factors]
        largest, *others = sorted(numbered, key=lambda each: -int(each.max()))
        levels = int(largest.max()) + 1
        alone = cls(largest, levels, root, np.zeros((0, len(root))))
        columns = [_dummies(each, int(each.max()) + 1, root) for each in others]
        rest = alone.rest(np.concatenate([np.zeros((0, len(root))), *columns]))
        _, sizes, right = np.linalg.svd(rest, full_matrices=False)
        return cls(largest, levels, root, right[sizes > _NEGLIGIBLE * alone.size])

    @property
    def size(self) -> float:
        """How long a column is that has a 1 for each row."""
        return float(np.linalg.norm(self.root))

    @property
    def free(self) -> int:
        """How many degrees of freedom the factors leave."""
        return len(self.root) - self.levels - len(self.basis)

    def rest(self, values: Floats) -> Floats:
        """Return what the factors do not explain of each row of values."""
        rows = np.atleast_2d(values)
        place = self.level + self.levels * np.arange(len(rows))[:, np.newaxis]
        sums = np.bincount(
            place.ravel(), (rows * self.root).ravel(), minlength=len(rows) * self.levels
        ).reshape(len(rows), self.levels)
        means = sums / np.bincount(self.level, self.root**2)
        left = rows - means[:, self.level] * self.root
        left -= left @ self.basis.T @ self.basis
        return left.reshape(np.shape(values))


@dataclass(frozen=True, slots=True)
class _Fit:
    """What the groups explain of the rest.

    Attributes
    ----------
    basis : numpy.ndarray
        Of the groups' columns, each with what the factors do not explain of it.
    solution : numpy.ndarray
        From coordinates in that basis to the groups' effects.
    rest : numpy.ndarray
        What the factors do not explain of the rates.
    freedom : int
        Degrees of freedom that factors and groups leave.
    """

    basis: Floats
    solution: Floats
    rest: Floats
    freedom: int

    @classmethod
    def of(cls, columns: Floats, rest: Floats, model: _Model) -> _Fit:
        """Fit the groups' columns, one row for each, to the rest."""
        left, sizes, right = np.linalg.svd(columns, full_matrices=False)
        kept = sizes > _NEGLIGIBLE * model.size
        return cls(right[kept], left[:, kept] / sizes[kept], rest, model.free - int(kept.sum()))

    def linked(self, group: int) -> Mask:
        """Tell which groups can be compared with this one."""
        # the effects of others may change together without the fit changing
        told = self.solution @ np.linalg.pinv(self.solution)
        differences = np.eye(len(told)) - np.eye(len(told))[group]
        mask: Mask = np.abs(differences @ told - differences).max(axis=1) < np.sqrt(_NEGLIGIBLE)
        return mask & (len(self.basis) > 0)

    def centred(self, share: Floats) -> tuple[Floats, Floats]:
        """Return the effects, whose mean over these shares is 0, and their standard errors."""
        centre = np.eye(len(share)) - over(share, share.sum(), 0.0)
        solution = centre @ self.solution
        spread = float(self.rest @ self.rest - np.square(self.basis @ self.rest).sum())
        scale = over(max(spread, 0.0), self.freedom)
        effects: Floats = solution @ (self.basis @ self.rest)
        return effects, np.sqrt(scale * np.square(solution).sum(axis=1))

    def p_overall(self, model: _Model, permutations: int, seed: int) -> float:
        """Return how likely shuffled residuals differ as much between the groups."""
        if not len(self.basis) or self.freedom < 1:
            return float("nan")

        def explained(rests: Floats) -> Floats:
            left = model.rest(rests)
            within = np.square(left @ self.basis.T).sum(axis=1)
            return over(within, np.square(left).sum(axis=1), 0.0)

        size = float(np.linalg.norm(self.rest))
        if size <= _NEGLIGIBLE * model.size:
            return 1.0
        return shuffled_p_value(self.rest / size, explained, permutations, seed)
