"""Rates of campaigns and activities: over what, with an interval, beside the API's percent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from ccframes.analysis.api_percents import (
    API_PERCENTS,
    api_counts_of,
    one_per_campaign,
    percents_of,
)
from ccframes.analysis.arrays import Floats, floats, over, whole_numbers
from ccframes.analysis.grouping import By, Groups, groups_of, warn_of_repeats
from ccframes.analysis.proportions import normal_quantile, wilson
from ccframes.analysis.student import t_quantile
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import RATES, Rate, counts_of, share

Weighting: TypeAlias = Literal["pooled", "campaign"]

WEIGHTINGS = ("pooled", "campaign")
METRICS = tuple(rate.name for rate in RATES)

_COLUMNS = (
    *("metric", "numerator", "denominator", "rate", "low", "high"),
    *("n", "n_missing", "weighting", "api_percent"),
)


def rates(
    frame: pd.DataFrame,
    by: By = None,
    *,
    weighting: Weighting = "pooled",
    ci: float = 0.95,
    metrics: str | Iterable[str] | None = None,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return every rate of the campaigns or activities, or of groups of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats, or the campaign table.
    by : str, sequence of str or callable, optional
        What makes the groups: a column, several, a period of the sending (`"W"`, `"M"`, `"Q"`,
        `"Y"`; it needs `sent_at` or `last_sent_date`), or a function of the frame that gives a
        value for each row. One group of all, if left out.
    weighting : "pooled" or "campaign"
        `"pooled"` weighs each contact alike: the sum of the numerators over that of the
        denominators. `"campaign"` weighs each row alike: the mean of the rows' rates.
    ci : float
        The level of the intervals.
    metrics : str or iterable of str, optional
        Names of rates; all, if left out.
    tz : str
        The time zone in which periods begin: the account's, as in `load_account()`.

    Returns
    -------
    pandas.DataFrame
        One row per group and metric: the columns of `by` (of a period, `period`, its first day);
        `metric`; `numerator` and `denominator` [contacts], the group's totals whatever the
        weighting; `rate`, `low` and `high` [0–1]; `n`, the campaigns or activities that the rate
        rests on, and `n_missing`, the others of the group; `weighting`; and `api_percent`
        [0–100], the API's own percent of the same thing, weighted in the same way.

    Raises
    ------
    ColumnsError
        The frame has no counts, or lacks what `by` names.
    ConfigError
        A metric or weighting that there is not, or a level outside 0 to 1.

    Warns
    -----
    PartialResultWarning
        Rows about an activity, or a campaign where the frame has no activities, that has a row in
        the same group already. They count once more.

    Notes
    -----
    Pooled rates have Wilson's interval of the totals. It says how sure the share of *these*
    emails' contacts is, and supposes that contacts decide independently; it knows nothing of how
    campaigns differ (for that, `differences`). Means of campaigns have Student's interval of the
    mean over the rows, mean ± t(n − 1) · s / √n, which supposes that the rows are a sample of
    campaigns; one campaign has none. Neither end is beyond 0 and 1.

    A row in which a count is missing adds to neither sum. A row without anything in the
    denominator has no rate, and is among `n_missing` of a mean. Where the API's counts contradict
    each other (more opens than delivered, as for vacation replies), a pooled rate above 1 is
    shown as it is, without an interval.

    The API's percents are of campaigns: pooled with the API's own denominators (vacation replies
    are bounces there), rounded as sent. There is none for delivery, clicks over delivered,
    complaints and forwards; its `click_percent` is a click-to-open rate. The campaign table's
    percents go with the primary email.

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {"em_sends": [100, 900], "em_bounces": [0, 0], "em_opens": [55, 270]}
    ... )
    >>> for weighting in ("pooled", "campaign"):
    ...     print(rates(stats, weighting=weighting, metrics="open_rate")["rate"].round(3).tolist())
    [0.325]
    [0.425]

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    normal_quantile(ci)  # refuses what is no level
    if weighting not in WEIGHTINGS:
        raise ConfigError(f"weighting={weighting!r}; it is one of {', '.join(WEIGHTINGS)}")
    chosen = [named_rate(name) for name in _names(metrics)]
    ours, theirs = counts_of(frame), api_counts_of(frame)
    groups = groups_of(frame, by, tz=tz, taken=_COLUMNS)
    warn_of_repeats(frame, groups)
    plain = frame.reset_index(drop=True)
    parts = [
        _rate_of(rate, ours, groups, weighting, ci).assign(
            api_percent=_api_percent(rate, plain, theirs, groups, weighting)
        )
        for rate in sorted(chosen, key=RATES.index)
    ]
    return _tidy(parts, groups, weighting)


def named_rate(name: str) -> Rate:
    """Return the rate of this name.

    >>> named_rate("open_rate").denominator
    'delivered'
    """
    found = next((rate for rate in RATES if rate.name == name), None)
    if found is None:
        raise ConfigError(f"there is no metric {name!r}; there are {', '.join(METRICS)}")
    return found


def metric_column(names: list[str]) -> pd.Categorical:
    """Return names of rates as a column, in the order of `RATES` whichever there are."""
    metrics: Any = pd.Index(METRICS, dtype=STR)
    return pd.Categorical(pd.array(names, dtype=STR), categories=metrics)


def _names(metrics: str | Iterable[str] | None) -> list[str]:
    if metrics is None:
        return list(METRICS)
    return [metrics] if isinstance(metrics, str) else list(dict.fromkeys(metrics))


def _rate_of(
    rate: Rate, counts: pd.DataFrame, groups: Groups, weighting: Weighting, ci: float
) -> pd.DataFrame:
    part, whole = floats(counts[rate.numerator]), floats(counts[rate.denominator])
    known = ~np.isnan(part + whole)
    numerator = groups.total(np.where(known, part, 0))
    denominator = groups.total(np.where(known, whole, 0))
    each = floats(share(counts[rate.numerator], counts[rate.denominator]))
    rests_on = known if weighting == "pooled" else ~np.isnan(each)
    n = groups.count(rests_on)
    if weighting == "pooled":
        middle = over(numerator, denominator)
        low, high = wilson(numerator, denominator, ci)
    else:
        middle, low, high = _mean(each, groups, ci)
    return pd.DataFrame(
        {
            "metric": metric_column([rate.name] * len(groups)),
            "numerator": whole_numbers(numerator, groups.count(known) > 0),
            "denominator": whole_numbers(denominator, groups.count(known) > 0),
            "rate": middle,
            "low": low,
            "high": high,
            "n": whole_numbers(n),
            "n_missing": whole_numbers(groups.count(~rests_on)),
        }
    )


def _mean(each: Floats, groups: Groups, ci: float) -> tuple[Floats, Floats, Floats]:
    """Return each group's mean, and the ends of its interval."""
    n = groups.count(~np.isnan(each))
    mean = over(groups.total(each), n)
    squares = groups.total((each - mean[groups.codes]) ** 2)
    error = np.sqrt(over(over(squares, n - 1), n))
    reach = error * np.array([t_quantile(ci, dof) for dof in (n - 1).tolist()], dtype="float64")
    return mean, np.maximum(mean - reach, 0.0), np.minimum(mean + reach, np.maximum(mean, 1.0))


def _api_percent(
    rate: Rate, frame: pd.DataFrame, counts: pd.DataFrame, groups: Groups, weighting: Weighting
) -> Floats:
    api = API_PERCENTS.get(rate.name)
    percents = percents_of(frame, api.name) if api else None
    if api is None or percents is None:
        return np.full(len(groups), np.nan)
    weight = floats(counts[api.denominator].where(counts[api.denominator] > 0))
    stands = one_per_campaign(frame, api.name).to_numpy() & percents.notna().to_numpy()
    weight = np.where(stands, weight, np.nan)
    if weighting == "campaign":
        weight = np.where(np.isnan(weight), np.nan, 1.0)
    return over(groups.total(percents.to_numpy() * weight), groups.total(weight))


def _tidy(parts: list[pd.DataFrame], groups: Groups, weighting: Weighting) -> pd.DataFrame:
    """Put the metrics of each group together, behind the group's key."""
    places = np.tile(np.arange(len(groups)), len(parts))
    order = np.argsort(places, kind="stable")
    if not parts:
        raise ConfigError(f"metrics=[] asks for nothing; there are {', '.join(METRICS)}")
    long = pd.concat(parts, ignore_index=True)
    long["weighting"] = pd.Categorical(
        [weighting] * len(long), categories=pd.Index(WEIGHTINGS, dtype=STR)
    )
    long = long[list(_COLUMNS)].iloc[order].reset_index(drop=True)
    keys = groups.keys.iloc[places[order]].reset_index(drop=True)
    return pd.concat([keys, long], axis=1)
