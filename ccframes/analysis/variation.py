"""Whether a rate differs between groups of campaigns at all, more than campaigns do anyway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ccframes.analysis.adjustment import Adjusted, adjusted
from ccframes.analysis.arrays import Floats, Ints, whole_numbers
from ccframes.analysis.clusters import Clusters, campaign_numbers, clusters_of, excess_of
from ccframes.analysis.grouping import By, Groups, groups_of, warn_of_repeats
from ccframes.analysis.performance import metric_column, named_rate
from ccframes.analysis.permutation import shuffled_p_value
from ccframes.analysis.proportions import normal_quantile
from ccframes.analysis.student import t_quantile
from ccframes.errors import ConfigError
from ccframes.frames.measures import Rate, counts_of

_COLUMNS = (
    *("metric", "numerator", "denominator", "rate", "low", "high"),
    *("n", "n_missing", "campaigns"),
    *("adjusted_rate", "adjusted_low", "adjusted_high", "compared", "p_overall"),
)


class _Asked(NamedTuple):
    """How it is to be compared."""

    ci: float
    permutations: int
    seed: int
    tz: str


def differences(
    frame: pd.DataFrame,
    by: By,
    metric: str = "open_rate",
    *,
    adjust: str | Sequence[str] = (),
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
    adjust : str or sequence of str
        What else may make campaigns differ, and is taken out: columns, or periods of the sending,
        such as `("subject", "Q")`.
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
        missing; `campaigns`, the number of campaigns among the rows; `adjusted_rate` [0–1] with
        its interval from `adjusted_low` to `adjusted_high`, what the rate would be had the groups
        had campaigns alike in what `adjust` names, and `compared`, the campaigns that tell it, all
        missing without `adjust`; and `p_overall`, the same in all rows, NaN where there are no two
        groups to compare: how likely campaigns dealt to the groups by lot differ this much.

    Raises
    ------
    ColumnsError
        The frame has no counts, or lacks what `by` or `adjust` names.
    ConfigError
        An argument that cannot be used.

    Warns
    -----
    PartialResultWarning
        Rows about an activity, or a campaign where the frame has no activities, that has a row in
        the same group already. They count once more.

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

    With `adjust` the same rates and weights go through least squares with a constant for each
    group and for each level of what is adjusted for, effects being added up; a campaign that is
    alone with its level tells nothing, and a group that shares no level with others, even over
    third ones, has no adjusted rate. p_overall is then that of the F statistic, the residuals of
    the model without groups being shuffled (Freedman and Lane), and the intervals are Student's,
    as if the residuals of all campaigns were alike. Subject, season and list are most of what
    campaigns differ by: of six simulated accounts of 111 campaigns with an effect of the hour, none
    had p_overall below 0.01 without `adjust` and four with `("subject", "Q", "lists")`; where
    hours were dealt by lot, it was below 0.05 in 2 to 7 %. A few campaigns unlike all others, as
    to a list of their own, hide effects: adjust for the list, or leave them out.

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

    Source: DerSimonian and Laird (1986), Control. Clin. Trials 7, 177–188; Phipson and Smyth
    (2010), Stat. Appl. Genet. Mol. Biol. 9, 39, for p = (1 + as far) / (1 + permutations);
    Freedman and Lane (1983), J. Bus. Econ. Stat. 1, 292–298.
    """
    rate = named_rate(metric)
    normal_quantile(ci)  # refuses what is no level
    if permutations < 1:
        raise ConfigError(f"permutations={permutations!r}; it is at least 1")
    counts = counts_of(frame)
    groups = groups_of(frame, by, tz=tz, taken=_COLUMNS)
    warn_of_repeats(frame, groups)
    clusters = clusters_of(counts, campaign_numbers(frame), groups, rate)
    low, high = interval_over_campaigns(clusters, ci)
    asked = _Asked(ci, permutations, seed, tz)
    names = [adjust] if isinstance(adjust, str) else list(adjust)
    beside = _adjusted(frame, groups, rate, names, asked) if names else _unadjusted(clusters, asked)
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
        "adjusted_rate": beside.rate,
        "adjusted_low": beside.low,
        "adjusted_high": beside.high,
        "compared": whole_numbers(beside.compared, bool(names)),
        "p_overall": np.full(len(groups), beside.p_overall),
    }
    return pd.concat([groups.keys, pd.DataFrame(columns)], axis=1)


def interval_over_campaigns(clusters: Clusters, ci: float = 0.95) -> tuple[Floats, Floats]:
    """Return the ends of the interval of each group's rate; NaN of one campaign.

    That of a ratio of sums over campaigns: the jackknife's variance and Student's t. It allows
    for what the contacts of one campaign, or the events of one contact, have in common.
    """
    rate, error = clusters.rate(), np.sqrt(clusters.variance())
    freedom = clusters.freedom().tolist()
    reach = error * np.array([t_quantile(ci, dof) for dof in freedom], dtype="float64")
    return np.maximum(rate - reach, 0.0), np.minimum(rate + reach, np.maximum(rate, 1.0))


def _adjusted(
    frame: pd.DataFrame, groups: Groups, rate: Rate, adjust: Sequence[str], asked: _Asked
) -> Adjusted:
    """Compare the groups beside these columns or periods of the frame."""
    factors = [groups_of(frame, name, tz=asked.tz).codes for name in adjust]
    alike, unit = np.unique(
        np.stack([campaign_numbers(frame), *factors]), axis=1, return_inverse=True
    )
    # a campaign whose emails differ in what is adjusted for is several
    clusters = clusters_of(counts_of(frame), unit.ravel(), groups, rate)
    of_unit = [each[clusters.campaign] for each in alike[1:]]
    return adjusted(clusters, of_unit, asked.ci, asked.permutations, asked.seed)


def _unadjusted(clusters: Clusters, asked: _Asked) -> Adjusted:
    unknown = np.full(len(clusters.groups), np.nan)
    p_overall = _p_overall(clusters, asked.permutations, asked.seed)
    return Adjusted(unknown, unknown, unknown, unknown, p_overall)


def _p_overall(clusters: Clusters, permutations: int, seed: int) -> float:
    some = clusters.whole > 0
    numbers, group = np.unique(clusters.group[some], return_inverse=True)
    if len(numbers) < 2:
        return float("nan")
    excess, weight = excess_of(clusters.part[some], clusters.whole[some])

    def between(groups: Ints) -> Floats:
        return _between(groups, excess, weight, len(numbers))

    return shuffled_p_value(group, between, permutations, seed)


def _between(groups: Any, excess: Floats, weight: Floats, n_groups: int) -> Floats:
    """Return how far the groups' means are apart, for each row of groups of the campaigns."""
    place = (groups + n_groups * np.arange(len(groups))[:, np.newaxis]).ravel()
    size = len(groups) * n_groups
    weights = np.tile(weight, len(groups))
    total = np.bincount(place, np.tile(weight * excess, len(groups)), minlength=size)
    over = np.bincount(place, weights, minlength=size)
    return (total**2 / over).reshape(len(groups), n_groups).sum(axis=1)
