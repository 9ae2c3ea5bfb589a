"""Whether a rate differs between groups of campaigns at all, more than campaigns do anyway."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Floats, whole_numbers
from ccframes.analysis.clusters import Clusters, campaign_numbers, clusters_of
from ccframes.analysis.grouping import By, groups_of
from ccframes.analysis.performance import metric_column, named_rate
from ccframes.analysis.proportions import normal_quantile
from ccframes.analysis.student import t_quantile
from ccframes.errors import ConfigError
from ccframes.frames.measures import counts_of

_COLUMNS = (
    *("metric", "numerator", "denominator", "rate", "low", "high"),
    *("n", "n_missing", "campaigns", "p_overall"),
)
_AT_ONCE = 1_000_000  # campaigns shuffled at a time, so that memory stays bounded
_ROUNDING = 1e-12


def differences(
    frame: pd.DataFrame,
    by: By,
    metric: str = "open_rate",
    *,
    ci: float = 0.95,
    permutations: int = 9_999,
    seed: int = 0,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return a rate of each group of campaigns, and whether the groups differ at all.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats or the campaign table.
    by : str, sequence of str or callable
        What makes the groups, as in `rates`: the hour of sending, the subject, a period.
    metric : str
        The rate.
    ci : float
        The level of the intervals.
    permutations : int
        How often the campaigns are shuffled among the groups; p is no smaller than one over one
        more than that.
    seed : int
        What the shuffling hangs on: the same seed gives the same p.
    tz : str
        The time zone in which periods begin.

    Returns
    -------
    pandas.DataFrame
        One row per group: the columns of `by`; `metric`; `numerator` and `denominator`
        [contacts]; the pooled `rate` [0–1] with the interval from `low` to `high`, which is NaN
        for one campaign; `n`, the rows it rests on, `n_missing`, those left out since a count is
        missing; `campaigns`, the number of campaigns among the rows; and `p_overall`, the same in
        all rows, NaN for a single group: how likely campaigns dealt to the groups by lot differ
        this much.

    Raises
    ------
    ColumnsError
        The frame has no counts, or lacks what `by` names.
    ConfigError
        An argument that cannot be used.

    Notes
    -----
    The intervals are those of ratios of sums over campaigns, with the jackknife's variance and
    Student's t. They allow for what the contacts of one campaign have in common.

    p_overall is that of a permutation test, so its level holds for any number of campaigns of any
    size, if the campaigns could have been in any group. Campaigns' own rates are compared, each
    with the weight 1 / (τ² + r(1 − r) / n): τ², how much campaigns differ beyond chance, is
    DerSimonian and Laird's. A primary email and its resend are one campaign in a group; where they
    are in different groups, they are shuffled like others, although they are not like others:
    choose the primary emails first. That groups differ does not say why: hours may differ in what
    was sent.

    Source: DerSimonian and Laird (1986), Control. Clin. Trials 7, 177–188; Phipson and Smyth
    (2010), Stat. Appl. Genet. Mol. Biol. 9, 39, for p = (1 + as far) / (1 + permutations).

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {
    ...         "hour": [7, 7, 7, 7, 17, 17, 17, 17],
    ...         "em_sends": [500] * 8,
    ...         "em_bounces": [0] * 8,
    ...         "em_opens": [150, 160, 170, 155, 190, 200, 215, 205],
    ...     }
    ... )
    >>> differences(stats, "hour")[["hour", "rate", "campaigns", "p_overall"]].round(3)
       hour   rate  campaigns  p_overall
    0     7  0.318          4      0.029
    1    17  0.405          4      0.029
    """
    rate = named_rate(metric)
    normal_quantile(ci)  # refuses what is no level
    if permutations < 1:
        raise ConfigError(f"permutations={permutations!r}; it is at least 1")
    groups = groups_of(frame, by, tz=tz, taken=_COLUMNS)
    clusters = clusters_of(counts_of(frame), campaign_numbers(frame), groups, rate)
    low, high = _interval(clusters, ci)
    p_overall = _p_overall(clusters, permutations, seed)
    columns: dict[str, Any] = {
        "metric": metric_column([metric] * len(groups)),
        "numerator": whole_numbers(clusters.numerator(), clusters.n > 0),
        "denominator": whole_numbers(clusters.denominator(), clusters.n > 0),
        "rate": clusters.rate(),
        "low": low,
        "high": high,
        "n": whole_numbers(clusters.n),
        "n_missing": whole_numbers(clusters.n_missing),
        "campaigns": whole_numbers(clusters.size()),
        "p_overall": np.full(len(groups), p_overall),
    }
    return pd.concat([groups.keys, pd.DataFrame(columns)], axis=1)


def _interval(clusters: Clusters, ci: float) -> tuple[Floats, Floats]:
    rate, error = clusters.rate(), np.sqrt(clusters.variance())
    freedom = clusters.freedom().tolist()
    reach = error * np.array([t_quantile(ci, dof) for dof in freedom], dtype="float64")
    return np.maximum(rate - reach, 0.0), np.minimum(rate + reach, np.maximum(rate, 1.0))


def _p_overall(clusters: Clusters, permutations: int, seed: int) -> float:
    some = clusters.whole > 0
    numbers, group = np.unique(clusters.group[some], return_inverse=True)
    if len(numbers) < 2:
        return float("nan")
    excess, weight = _excess(clusters.part[some], clusters.whole[some])
    seen = _between(group[np.newaxis], excess, weight, len(numbers)).item()
    draws, as_far = np.random.default_rng(seed), 0
    most = max(1, _AT_ONCE // len(group))
    for done in range(0, permutations, most):
        rows = min(most, permutations - done)
        shuffled = draws.permuted(np.tile(group, (rows, 1)), axis=1)
        spread = _between(shuffled, excess, weight, len(numbers))
        as_far += int((spread >= seen * (1 - _ROUNDING) - _ROUNDING).sum())
    return (1 + as_far) / (1 + permutations)


def _excess(part: Floats, whole: Floats) -> tuple[Floats, Floats]:
    """Return by how much each campaign's rate exceeds all campaigns' together, and its weight."""
    each, pooled = part / whole, part.sum() / whole.sum()
    chance = max(pooled * (1 - pooled), _ROUNDING) / whole
    weight = 1 / chance
    middle = (weight * each).sum() / weight.sum()
    spread = (weight * (each - middle) ** 2).sum() - (len(each) - 1)
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    weight = 1 / (chance + max(0.0, spread / scale if scale > 0 else 0.0))
    return each - (weight * each).sum() / weight.sum(), weight


def _between(groups: Any, excess: Floats, weight: Floats, n_groups: int) -> Floats:
    """Return how far the groups' means are apart, for each row of groups of the campaigns."""
    place = (groups + n_groups * np.arange(len(groups))[:, np.newaxis]).ravel()
    size = len(groups) * n_groups
    weights = np.tile(weight, len(groups))
    total = np.bincount(place, np.tile(weight * excess, len(groups)), minlength=size)
    over = np.bincount(place, weights, minlength=size)
    return (total**2 / over).reshape(len(groups), n_groups).sum(axis=1)
