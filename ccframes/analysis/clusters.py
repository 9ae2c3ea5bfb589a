"""Rates whose contacts come in campaigns: what they share makes them vary together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Floats, Ints, floats, over
from ccframes.analysis.grouping import Groups
from ccframes.frames.measures import Rate

_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Clusters:
    """The counts of each campaign in each group; arrays have one value for each such pair.

    Attributes
    ----------
    groups : Groups
        The groups of the frame's rows.
    group, campaign : numpy.ndarray
        Numbers of the group and the campaign.
    part, whole : numpy.ndarray
        What the rate is made of [contacts].
    n, n_missing : numpy.ndarray
        Of each group, the rows whose counts are known, and the others.
    """

    groups: Groups
    group: Ints
    campaign: Ints
    part: Floats
    whole: Floats
    n: Ints
    n_missing: Ints

    def numerator(self) -> Floats:
        """Return the sum of the parts in each group."""
        return np.bincount(self.group, self.part, minlength=len(self.groups))

    def denominator(self) -> Floats:
        """Return the sum of the wholes in each group."""
        return np.bincount(self.group, self.whole, minlength=len(self.groups))

    def size(self) -> Ints:
        """Return how many campaigns each group has."""
        return np.bincount(self.group[self.whole > 0], minlength=len(self.groups))

    def rate(self) -> Floats:
        """Return the pooled rate of each group."""
        return over(self.numerator(), self.denominator())

    def influence(self) -> Floats:
        """Return what each campaign does to its group's rate, scaled so that squares add up.

        The sum of a group's squares is the jackknife's variance of the group's rate: the change
        of the rate if the campaign were left out, times √((G − 1) / G). For a ratio of sums that
        change has a closed form. One campaign alone has none.

        Source: Tukey (1958), Ann. Math. Stat. 29, 614; MacKinnon, Nielsen and Webb (2023),
        J. Appl. Econometrics 38, 671–694, who find it the most reliable with few clusters.
        """
        excess = self.part - self.rate()[self.group] * self.whole
        change = over(excess, self.denominator()[self.group] - self.whole)
        size = self.size()[self.group]
        return change * np.sqrt(over(size - 1, size))

    def variance(self) -> Floats:
        """Return the jackknife's variance of each group's rate; NaN of one campaign."""
        squares = np.bincount(self.group, self.influence() ** 2, minlength=len(self.groups))
        return np.where(self.size() > 1, squares, np.nan)

    def freedom(self) -> Floats:
        """Return the degrees of freedom of each group's variance.

        G − 1 where campaigns are alike in size, fewer where a few are most of the group:
        (G − 1) / G · (Σ w²)² / Σ w⁴ for wholes w, after Satterthwaite, as if the spread of a
        campaign's count grew with its size, which it does where campaigns differ.

        Source: Satterthwaite (1946), Biometrics Bull. 2, 110–114; Bell and McCaffrey (2002),
        Survey Methodology 28, 169–181.
        """
        squares = np.bincount(self.group, self.whole**2, minlength=len(self.groups))
        fourths = np.bincount(self.group, self.whole**4, minlength=len(self.groups))
        size = self.size()
        return over(squares**2, fourths) * over(size - 1, size)


def clusters_of(counts: pd.DataFrame, campaign: Ints, groups: Groups, rate: Rate) -> Clusters:
    """Return the counts of each campaign in each group.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `counts_of` gives; rows with a missing count are left out, and counted.
    campaign : numpy.ndarray
        A number for each row's campaign, as `campaign_numbers` gives them.
    groups : Groups
        The groups of the rows.
    rate : Rate
        What is counted of what.
    """
    part, whole = floats(counts[rate.numerator]), floats(counts[rate.denominator])
    known = ~np.isnan(part + whole)
    pairs, place = np.unique(
        np.stack([groups.codes[known], campaign[known]]), axis=1, return_inverse=True
    )
    place = place.ravel()
    return Clusters(
        groups=groups,
        group=pairs[0],
        campaign=pairs[1],
        part=np.bincount(place, part[known], minlength=pairs.shape[1]),
        whole=np.bincount(place, whole[known], minlength=pairs.shape[1]),
        n=groups.count(known),
        n_missing=groups.count(~known),
    )


def excess_of(part: Floats, whole: Floats) -> tuple[Floats, Floats]:
    """Return by how much each campaign's rate exceeds all campaigns' together, and its weight.

    The weight is 1 / (τ² + r(1 − r) / n): τ² is how much campaigns differ beyond chance, by the
    method of moments, and r their common rate.

    Source: DerSimonian and Laird (1986), Control. Clin. Trials 7, 177–188.

    >>> [each.round(2).tolist() for each in excess_of(np.array([2.0, 4]), np.array([8.0, 8]))]
    [[-0.12, 0.12], [32.0, 32.0]]
    """
    each, pooled = over(part, whole), over(part.sum(), whole.sum())
    chance = np.maximum(pooled * (1 - pooled), _ROUNDING) * over(1.0, whole, np.inf)
    weight, known = 1 / chance, whole > 0
    rates = np.where(known, each, 0.0)
    middle = over((weight * rates).sum(), weight.sum())
    spread = (weight * (rates - middle) ** 2).sum() - (np.count_nonzero(known) - 1)
    scale = weight.sum() - over((weight**2).sum(), weight.sum(), 0.0)
    weight = 1 / (chance + np.maximum(0.0, over(spread, scale, 0.0)))
    return rates - over((weight * rates).sum(), weight.sum()), weight


def campaign_numbers(*frames: pd.DataFrame) -> Ints:
    """Return a number for the campaign of each row of the frames, one after the other.

    A campaign's primary email and its resend have the same; a row that does not say its campaign
    has a number of its own.

    >>> campaign_numbers(pd.DataFrame({"campaign_id": ["a", "b", "a", None]})).tolist()
    [0, 1, 0, 7]
    """
    ids = np.concatenate([_ids(frame) for frame in frames])
    numbers, _ = pd.factorize(ids)
    return np.where(numbers < 0, len(ids) + np.arange(len(ids)), numbers)


def _ids(frame: pd.DataFrame) -> Any:
    if "campaign_id" not in frame:
        return np.full(len(frame), None, dtype=object)
    ids: Any = frame["campaign_id"]
    return ids.to_numpy(dtype=object, na_value=None)
