"""Comparisons of arms: how much they differ, how sure that is, and what it would take to tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Floats, whole_numbers
from ccframes.analysis.clusters import Clusters, campaign_numbers, clusters_of
from ccframes.analysis.contrasts import contrast
from ccframes.analysis.grouping import By, Groups, groups_of, labels_of, warn_of_repeats
from ccframes.analysis.performance import metric_column, named_rate
from ccframes.analysis.proportions import (
    equality_test,
    holm,
    newcombe,
    normal_quantile,
    ratio_interval,
)
from ccframes.analysis.verdicts import Finding, verdict
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of

Unit: TypeAlias = Literal["contact", "campaign"]

UNITS = ("contact", "campaign")
_POWER = 0.8


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of the arms."""

    metric: str
    unit: Unit
    ci: float
    worth: float


class _Judged(NamedTuple):
    """What is said of each arm against the baseline; arrays have a value for each."""

    difference_low: Floats
    difference_high: Floats
    lift_low: Floats
    lift_high: Floats
    p_value: Floats
    needed: list[int | None]


@dataclass(frozen=True, slots=True)
class _Arms:
    """The arms' names and counts, which of them is the baseline, and which are not."""

    labels: list[str]
    clusters: Clusters
    base: int

    @property
    def others(self) -> list[int]:
        return [arm for arm in range(len(self.labels)) if arm != self.base]


def compare(
    a: pd.DataFrame,
    b: pd.DataFrame | None = None,
    metric: str = "open_rate",
    *,
    by: By = None,
    unit: Unit | None = None,
    ci: float = 0.95,
    baseline: Any = None,
    worth: float = 0.1,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Compare a rate of two frames, or of the arms of one, with a baseline.

    Parameters
    ----------
    a, b : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats or the campaign table: two groups of
        campaigns or activities, called "a" and "b"; or `a` alone, with `by`.
    metric : str
        The rate.
    by : str, sequence of str or callable, optional
        What makes the arms of `a`, as in `rates`.
    unit : "contact" or "campaign", optional
        What varies independently. `"contact"` is right for the arms of one email, sent at one
        time to contacts drawn by lot. `"campaign"` is right for groups of campaigns: the contacts
        of one share its subject, season and hour, so thousands of them can be worth as little as
        one observation. If left out: `"contact"` where no arm has more than one row, else
        `"campaign"`.
    ci : float
        The level of the intervals; what is below 1 − ci counts as found.
    baseline : optional
        The arm that the others are compared with; the first, if left out. Of two frames "a".
    worth : float
        The lift that would be worth knowing, such as 0.1 for a tenth more; the verdict says how
        much it takes to see it.
    tz : str
        The time zone in which periods begin.

    Returns
    -------
    pandas.DataFrame
        One row per arm other than the baseline: `arm`, `baseline`, `metric`, `unit`; `n`, the
        rows of the arm, and `n_missing`, those of arm and baseline left out since a count is
        missing; `numerator`, `denominator` [contacts], `rate` [0–1] and the same of the baseline;
        `difference` of the rates [−1 to 1], `lift`, the rate over the baseline's less 1, each
        with the ends of its interval, whose level is `ci`; `p_value`, `p_adjusted` for there
        being several arms; and `verdict`, a plain sentence.

    Raises
    ------
    ColumnsError
        A frame has no counts, or lacks what `by` names.
    ConfigError
        Neither or both of `b` and `by`, or an argument that cannot be used.

    Warns
    -----
    PartialResultWarning
        Rows about an activity, or a campaign where the frame has no activities, that has a row in
        the same arm already. They count once more.

    Notes
    -----
    Contacts as units: Newcombe's interval of the difference, MOVER-R's of the ratio, and the
    pooled z test, or Fisher's where any expected count is below five (`equality_test`).

    Campaigns as units: the rates are ratios of sums over campaigns, their variance is the
    jackknife's over campaigns (a primary email and its resend are one), and the difference is
    compared with Student's t, whose degrees of freedom are Welch's of what each arm's sizes are
    worth; in simulations with 5 to 60 campaigns an arm, of sizes that differ twentyfold, it found
    a difference that was not there in 2 to 7 % where 5 % were allowed. The lift has Fieller's
    interval, which may be unbounded. Campaigns in both arms (its primary email in one, its resend
    in the other) are allowed for; the degrees of freedom are then the smaller arm's.

    Neither knows why arms differ: campaigns that were not drawn by lot may differ in list, season
    or hour as well. Adjusted p-values are Holm's. A difference counts as found where the adjusted
    p-value is below 1 − ci and the interval leaves out 0; the intervals are not adjusted.

    Examples
    --------
    >>> arms = pd.DataFrame(
    ...     {
    ...         "subject": ["News", "You made this possible"],
    ...         "em_sends": [1_000, 1_000],
    ...         "em_bounces": [20, 20],
    ...         "em_opens": [300, 400],
    ...     }
    ... )
    >>> found = compare(arms, by="subject")
    >>> found["verdict"].item()
    'higher by 10.2 points (6.0 to 14.4)'
    >>> print(compare(arms.head(1), arms.head(1))["verdict"].item())
    the data cannot tell: the difference lies between −4.1 and +4.1 points;
    about 3,650 contacts per arm are needed to see a lift of 10 %

    Source: Newcombe (1998), Statist. Med. 17, 873–890; Donner and Zou (2012), Stat. Methods Med.
    Res. 21, 347–359; Bell and McCaffrey (2002), Survey Methodology 28, 169–181; Fieller (1954),
    J. R. Stat. Soc. B 16, 175–185; Holm (1979), Scand. J. Statist. 6, 65–70.
    """
    rate = named_rate(metric)
    normal_quantile(ci)
    if unit not in (None, *UNITS):
        raise ConfigError(f"unit={unit!r}; it is one of {', '.join(UNITS)}")
    counts, campaign, groups = _arms_of(a, b, by, tz)
    labels = labels_of(groups.keys)
    arms = _Arms(labels, clusters_of(counts, campaign, groups, rate), _place(labels, baseline))
    alone = not len(groups) or np.bincount(groups.codes).max(initial=0) <= 1
    question = _Question(metric, unit or ("contact" if alone else "campaign"), ci, worth)
    judge = _by_contact if question.unit == "contact" else _by_campaign
    return _table(arms, question, judge(arms, question))


def sample_size(rate: float, lift: float, power: float = _POWER, alpha: float = 0.05) -> int:
    """Return how many contacts each of two arms needs to see a lift.

    Parameters
    ----------
    rate : float
        The baseline's rate, between 0 and 1.
    lift : float
        The relative difference to be seen: 0.1 for a tenth more, −0.1 for a tenth less.
    power : float
        How likely it is to be seen.
    alpha : float
        How likely a difference is found where there is none.

    Returns
    -------
    int
        Contacts in each arm, whichever rate has them as its denominator.

    Raises
    ------
    ConfigError
        A rate, lift, power or level outside its bounds.

    Notes
    -----
    n = (z(1 − α/2) + z(power))² · (p₁(1 − p₁) + p₂(1 − p₂)) / (p₁ − p₂)², the two-sided normal
    approximation with either proportion's own variance. It supposes that contacts decide
    independently, as in the arms of one email.

    Examples
    --------
    >>> sample_size(0.3, 0.1)
    3760

    Source: Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd ed. (2003),
    chapter 4.
    """
    other = rate * (1 + lift)
    if not (0 < rate < 1 and 0 <= other <= 1 and other != rate):
        raise ConfigError(
            f"rate={rate!r} and lift={lift!r}: the rate is between 0 and 1, and so is the rate "
            "with the lift, which differs from it"
        )
    variance = rate * (1 - rate) + other * (1 - other)
    return math.ceil(_reach(power, alpha) ** 2 * variance / (other - rate) ** 2)


def _reach(power: float, alpha: float) -> float:
    """Return how many standard errors a difference has to measure to be seen so often."""
    if not (0 < power < 1 and 0 < alpha < 1):
        raise ConfigError(f"power={power!r} and alpha={alpha!r} are between 0 and 1")
    return NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)


def _arms_of(
    a: pd.DataFrame, b: pd.DataFrame | None, by: By, tz: str
) -> tuple[pd.DataFrame, Any, Groups]:
    if (b is None) == (by is None):
        raise ConfigError("give two frames, or one and by= for its arms")
    if b is None:
        counts, groups = counts_of(a), groups_of(a, by, tz=tz)
        warn_of_repeats(a, groups)
        return counts, campaign_numbers(a), groups
    counts = pd.concat([counts_of(a), counts_of(b)], ignore_index=True)
    for frame in (a, b):
        warn_of_repeats(frame, groups_of(frame, None))
    both = ["a", "b"] if len(counts) else []
    keys = pd.DataFrame({"arm": pd.array(both, dtype=STR)})
    return counts, campaign_numbers(a, b), Groups(keys, np.repeat([0, 1], [len(a), len(b)]))


def _place(labels: list[str], baseline: Any) -> int:
    if baseline is None or not labels:
        return 0
    wanted = ", ".join(map(str, baseline)) if isinstance(baseline, tuple) else str(baseline)
    if wanted not in labels:
        raise ConfigError(f"there is no arm {baseline!r}; there are {', '.join(labels)}")
    return labels.index(wanted)


def _by_contact(arms: _Arms, question: _Question) -> _Judged:
    part, whole = arms.clusters.numerator(), arms.clusters.denominator()
    base = slice(arms.base, arms.base + 1)
    table = (part[arms.others], whole[arms.others], part[base], whole[base])
    lift_low, lift_high = ratio_interval(*table, ci=question.ci)
    return _Judged(
        *newcombe(*table, ci=question.ci),
        lift_low - 1,
        lift_high - 1,
        equality_test(*table),
        [_contacts_needed(arms, question)] * len(arms.others),
    )


def _contacts_needed(arms: _Arms, question: _Question) -> int | None:
    rate = float(arms.clusters.rate()[arms.base]) if arms.labels else math.nan
    if not (0 < rate < 1 and 0 <= rate * (1 + question.worth) <= 1):
        return None
    return sample_size(rate, question.worth, alpha=1 - question.ci)


def _by_campaign(arms: _Arms, question: _Question) -> _Judged:
    contrasts = [contrast(arms.clusters, arm, arms.base) for arm in arms.others]
    differences = np.array([each.difference(question.ci) for each in contrasts]).reshape(-1, 2)
    lifts = np.array([each.lift(question.ci) for each in contrasts]).reshape(-1, 2)
    return _Judged(
        differences[:, 0],
        differences[:, 1],
        lifts[:, 0],
        lifts[:, 1],
        np.array([each.p_value() for each in contrasts], dtype="float64"),
        [_campaigns_needed(arms, arm, question) for arm in arms.others],
    )


def _campaigns_needed(arms: _Arms, arm: int, question: _Question) -> int | None:
    """Return how many campaigns each arm needs, if they differ as much as these do."""
    spread = arms.clusters.variance() * arms.clusters.size()
    seen = question.worth * arms.clusters.rate()[arms.base]
    needed = _reach(_POWER, 1 - question.ci) ** 2 * (spread[arm] + spread[arms.base])
    return math.ceil(needed / seen**2) if seen and needed > 0 else None


def _table(arms: _Arms, question: _Question, judged: _Judged) -> pd.DataFrame:
    others, base, clusters = arms.others, [arms.base] * len(arms.others), arms.clusters
    rates = clusters.rate()
    known = clusters.n > 0
    numerator = whole_numbers(clusters.numerator(), known)
    denominator = whole_numbers(clusters.denominator(), known)
    difference = rates[others] - rates[base]
    return pd.DataFrame(
        {
            "arm": pd.array([arms.labels[arm] for arm in others], dtype=STR),
            "baseline": pd.array([arms.labels[arm] for arm in base], dtype=STR),
            "metric": metric_column([question.metric] * len(others)),
            "unit": _units(question.unit, len(others)),
            "n": whole_numbers(clusters.n[others]),
            "n_missing": whole_numbers(clusters.n_missing[others] + clusters.n_missing[base]),
            "numerator": numerator[others],
            "denominator": denominator[others],
            "rate": rates[others],
            "baseline_numerator": numerator[base],
            "baseline_denominator": denominator[base],
            "baseline_rate": rates[base],
            "difference": difference,
            "difference_low": judged.difference_low,
            "difference_high": judged.difference_high,
            "lift": _lift(rates[others], rates[base]),
            "lift_low": judged.lift_low,
            "lift_high": judged.lift_high,
            "ci": np.full(len(others), question.ci),
            "p_value": judged.p_value,
            "p_adjusted": holm(judged.p_value),
            "verdict": pd.array(_verdicts(difference, judged, question), dtype=STR),
        }
    )


def _units(unit: Unit, length: int) -> pd.Categorical:
    categories: Any = pd.Index(UNITS, dtype=STR)
    return pd.Categorical(pd.array([unit] * length, dtype=STR), categories=categories)


def _lift(rate: Floats, base: Floats) -> Floats:
    ratio = np.divide(rate, base, out=np.where(rate > 0, np.inf, np.nan), where=base != 0)
    return ratio - 1


def _verdicts(difference: Floats, judged: _Judged, question: _Question) -> list[str]:
    low, high = judged.difference_low, judged.difference_high
    found = (holm(judged.p_value) < 1 - question.ci) & ((low > 0) | (high < 0))
    return [
        verdict(
            Finding(
                difference=float(difference[arm]),
                low=float(low[arm]),
                high=float(high[arm]),
                found=bool(found[arm]),
                several=len(found) > 1,
                unit=question.unit,
                needed=needed,
                worth=question.worth,
            )
        )
        for arm, needed in enumerate(judged.needed)
    ]
