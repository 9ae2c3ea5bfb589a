"""Why our rate differs from the API's percent or a dashboard's: one step after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from ccframes.analysis.api_percents import (
    API_PERCENTS,
    COMPLEMENT,
    ApiPercent,
    api_counts_of,
    one_per_campaign,
    percents_of,
)
from ccframes.analysis.arrays import Mask, floats, over
from ccframes.analysis.columns import require, warn_of
from ccframes.analysis.grouping import groups_of, warn_of_repeats
from ccframes.analysis.performance import WEIGHTINGS, Weighting, named_rate
from ccframes.errors import ColumnsError, ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import Rate, counts_of

Over: TypeAlias = Literal["delivered", "sends", "opens"]

REASONS = (
    *("vacation", "denominator", "level", "weighting"),
    *("nothing_delivered", "clamp", "rounding", "rest"),
)
_OVER = ("delivered", "sends", "opens")
_EXPLAINED = {**API_PERCENTS, "click_rate": ApiPercent("click", "opens")}
_MOST_DECIMALS = 6


class _Step(NamedTuple):
    """What the number is once one more thing is done as they do it, and what that thing is."""

    reason: str
    number: float
    explanation: str


@dataclass(frozen=True)
class _Reading:
    """How they come to their number: all that distinguishes it from ours."""

    percent: str
    over: str
    weighting: str
    complement: bool
    theirs: float | None


@dataclass(frozen=True)
class _Units:
    """The campaigns or activities that a number is made of; arrays have a value for each."""

    part: Any
    whole: Any
    percent: Any

    def known(self) -> Mask:
        mask: Mask = ~np.isnan(self.part + self.whole)
        return mask

    def pooled(self) -> float:
        known = self.known()
        return _divided(float(self.part[known].sum()), float(self.whole[known].sum()))

    def each(self) -> Any:
        return over(self.part, self.whole)

    def combined(self, each: Any, weighting: str) -> float:
        """Return one number of the units' own, each weighted as they weigh it."""
        weight = np.ones(len(each)) if weighting == "campaign" else self.whole
        known = ~np.isnan(each + weight)
        return _divided(float((each * weight)[known].sum()), float(weight[known].sum()))


def explain(
    frame: pd.DataFrame,
    metric: str = "open_rate",
    *,
    campaigns: pd.DataFrame | None = None,
    theirs: float | str | None = None,
    over: Over | None = None,
    weighting: Weighting = "campaign",
) -> pd.DataFrame:
    """Return why our rate differs from the API's percent, or from a dashboard's number.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign stats, campaign summaries, activity stats, or the campaign table.
    metric : str
        Which rate of ours: `"open_rate"`, `"click_rate"`, `"click_to_open_rate"`, `"bounce_rate"`
        or `"optout_rate"`.
    campaigns : pandas.DataFrame, optional
        Campaign stats, where the frame's rows are activities: how the API counts their campaigns.
    theirs : float or str, optional
        Their number: the percent that a dashboard shows [0–100]; or `"did_not_open_percent"` for
        an open rate that is 100 less that percent. If left out, what the API's percents come to.
    over : "delivered", "sends" or "opens", optional
        What they divide by; if left out, what the API does: clicks by opens, bounces by sends,
        all else by sends less bounces.
    weighting : "campaign" or "pooled"
        How they make one number of several campaigns: by the mean of the percents, or by the sums.

    Returns
    -------
    pandas.DataFrame
        One row per reason, always all eight, in the order in which they are taken: `reason`;
        `ours`, the number before; `theirs`, the number once this too is done as they do it;
        `difference` [points of 0–1], theirs less ours; and `explanation`. The first row's `ours`
        is our pooled rate, the last row's `theirs` is their number, and the differences add up to
        what lies between. What the reasons do not explain is the last row, `rest`. A frame
        without rows has none.

    Raises
    ------
    ColumnsError
        The frame has no counts, or not the percents that were asked for.
    ConfigError
        A metric of which the API has no percent, or another argument that cannot be used.

    Warns
    -----
    PartialResultWarning
        Rows about an activity, or a campaign where the frame has no activities, that has a row
        already. They count once more. Rows of which a count is missing: only their percents count.

    Notes
    -----
    The reasons: `vacation`, a vacation reply was delivered, but the API counts it as bounced;
    `denominator`, what they divide by; `level`, the API counts a campaign's contacts once over
    its primary email and its resend, activities count them twice; `weighting`, the mean of the
    campaigns' rates instead of the rate of all contacts; `nothing_delivered`, such a campaign has
    no rate here, and 0 in the API's; `clamp`, the API's not-opened count stops at 0; `rounding`,
    of each percent. A step's size depends on the steps before it: the order is ours.

    Without `campaigns`, the campaign table's own percents stand for the counts of campaigns with
    several activities, weighted by what its primary email delivered: their rounding is then part
    of `level`.

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {
    ...         "campaign_id": ["a", "b"],
    ...         "em_sends": [100, 900],
    ...         "em_bounces": [0, 0],
    ...         "em_opens": [55, 270],
    ...         "open_percent": [55.0, 30.0],
    ...     }
    ... )
    >>> why = explain(stats)
    >>> why.loc[why["difference"] != 0, ["reason", "ours", "theirs", "difference"]]
          reason   ours  theirs  difference
    3  weighting  0.325   0.425         0.1

    Source: definitions of `/reports/stats/email_campaigns` in the provider's description.
    """
    rate = named_rate(metric)
    reading = _reading(rate, theirs, over, weighting)
    plain = frame.reset_index(drop=True)
    units = _units(plain, counts_of(plain), rate.numerator, rate.denominator, reading)
    ours = units.pooled()
    if plain.empty:
        return _table(ours, [])
    warn_of_repeats(plain, groups_of(plain, None))
    warn_of(~units.known(), f"rows lack a count that {metric} needs; only their percents count")
    vacation, denominator, units = _by_their_counts(plain, rate, reading)
    level, units = _by_campaign(plain, units, rate, reading, campaigns)
    return _table(ours, [vacation, denominator, level, *_to_their_number(units, reading)])


def _reading(
    rate: Rate, theirs: float | str | None, over: Over | None, weighting: Weighting
) -> _Reading:
    api = _EXPLAINED.get(rate.name)
    if api is None:
        raise ConfigError(
            f"the API has no percent beside {rate.name!r}; there is one beside "
            f"{', '.join(_EXPLAINED)}"
        )
    if weighting not in WEIGHTINGS:
        raise ConfigError(f"weighting={weighting!r}; it is one of {', '.join(WEIGHTINGS)}")
    if over not in (None, *_OVER):
        raise ConfigError(f"over={over!r}; it is one of {', '.join(_OVER)}")
    complement = isinstance(theirs, str)
    if complement and (theirs != COMPLEMENT or rate.name != "open_rate"):
        raise ConfigError(
            f"theirs={theirs!r} for {rate.name!r}; it is a number of percent, or, for the open "
            f"rate, {COMPLEMENT!r}"
        )
    return _Reading(
        percent=COMPLEMENT.removesuffix("_percent") if complement else api.name,
        over=over or api.denominator,
        weighting=weighting,
        complement=complement,
        theirs=None if theirs is None or isinstance(theirs, str) else float(theirs) / 100,
    )


def _units(
    frame: pd.DataFrame, counts: pd.DataFrame, part: str, whole: str, reading: _Reading
) -> _Units:
    percents = percents_of(frame, reading.percent)
    if percents is None and reading.complement:
        raise ColumnsError(
            f"the frame has no column {COMPLEMENT!r}; load_campaign_stats() gives a frame with it"
        )
    given = np.full(len(frame), np.nan) if percents is None else percents.to_numpy() / 100
    return _Units(
        floats(counts[part]), floats(counts[whole]), 1 - given if reading.complement else given
    )


def _by_their_counts(
    frame: pd.DataFrame, rate: Rate, reading: _Reading
) -> tuple[_Step, _Step, _Units]:
    counts = api_counts_of(frame)
    bounced = _units(frame, counts, rate.numerator, rate.denominator, reading)
    vacation = _Step("vacation", bounced.pooled(), _vacation(frame))
    units = _units(frame, counts, rate.numerator, reading.over, reading)
    same = rate.denominator == reading.over
    denominator = _Step(
        "denominator",
        units.pooled(),
        f"Both divide by {_named(reading.over)}."
        if same
        else f"We divide by {_named(rate.denominator)}, they by {_named(reading.over)}.",
    )
    return vacation, denominator, units


def _vacation(frame: pd.DataFrame) -> str:
    if "em_bounces_vacation" not in frame:
        return (
            "This report does not tell vacation replies from bounces, so both count them as "
            "bounced; load_activity_stats() tells them."
        )
    replies = int(frame["em_bounces_vacation"].astype("Int64").sum())
    return f"{replies:,} vacation replies were delivered; the API counts them as bounced."


def _by_campaign(
    frame: pd.DataFrame,
    units: _Units,
    rate: Rate,
    reading: _Reading,
    campaigns: pd.DataFrame | None,
) -> tuple[_Step, _Units]:
    """Go from the frame's rows to what the API counts percents of: campaigns."""
    repeated = "campaign_id" in frame and bool(frame["campaign_id"].duplicated().any())
    if campaigns is not None:
        units, text = _units_of(frame, campaigns, rate, reading)
    elif not repeated:
        text = "Each row is a campaign of its own, as the API counts."
    elif np.isnan(units.percent).all():
        text = (
            "Some campaigns have several activities here, counted apart; with "
            "campaigns=load_campaign_stats() this says what counting their contacts once does."
        )
    else:
        units, text = _units_by_percent(frame, units, reading)
    return _Step("level", units.pooled(), text), units


def _units_of(
    frame: pd.DataFrame, campaigns: pd.DataFrame, rate: Rate, reading: _Reading
) -> tuple[_Units, str]:
    require(frame, ["campaign_id"], "load_activity_stats()", what="frame")
    require(campaigns, ["campaign_id"], "load_campaign_stats()", what="campaigns")
    wanted = frame["campaign_id"].dropna().unique()
    rows = campaigns[campaigns["campaign_id"].isin(wanted)].drop_duplicates("campaign_id")
    rows = rows.reset_index(drop=True)
    text = f"{len(frame):,} rows here are {len(rows):,} campaigns there; "
    text += "the API counts a campaign's contacts once over its primary email and its resend."
    if missing := len(wanted) - len(rows):
        text += f" Of {missing:,} campaigns there are no stats; they are left out from here on."
    return _units(rows, api_counts_of(rows), rate.numerator, reading.over, reading), text


def _units_by_percent(frame: pd.DataFrame, units: _Units, reading: _Reading) -> tuple[_Units, str]:
    """Let their percents stand for the counts of campaigns with several activities."""
    stands = one_per_campaign(frame, reading.percent).to_numpy()
    several = frame["campaign_id"].duplicated(keep=False).to_numpy() & ~np.isnan(units.percent)
    part = np.where(several, units.percent * units.whole, units.part)
    return (
        _Units(part[stands], units.whole[stands], units.percent[stands]),
        f"{len(frame):,} activities here are {int(stands.sum()):,} campaigns there, whose "
        "contacts the API counts once; where there are several activities, its rounded percent "
        "stands for the counts.",
    )


def _to_their_number(units: _Units, reading: _Reading) -> list[_Step]:
    each = units.each()
    steps = [_Step("weighting", units.combined(each, reading.weighting), _weighting(reading))]
    nothing = np.flatnonzero(units.whole == 0)
    each[nothing] = 1.0 if reading.complement else 0.0
    steps.append(
        _Step(
            "nothing_delivered",
            units.combined(each, reading.weighting),
            f"{len(nothing):,} campaigns have nothing to divide by; they have no rate here, but a "
            "percent of 0 there.",
        )
    )
    if reading.complement:
        each = np.minimum(each, 1.0)
    steps.append(_Step("clamp", units.combined(each, reading.weighting), _clamp(reading)))
    decimals = _decimals(units.percent)
    if decimals is not None:
        each = np.round(each * 100, decimals) / 100
    steps.append(
        _Step(
            "rounding",
            units.combined(each, reading.weighting),
            "No percents were given, so none were rounded."
            if decimals is None
            else f"Each percent is rounded, to {decimals} decimals.",
        )
    )
    return [*steps, _rest(units, reading, steps[-1].number)]


def _weighting(reading: _Reading) -> str:
    if reading.weighting == "pooled":
        return "Both divide the sum over all campaigns by the sum over all campaigns."
    return "They take the mean of the campaigns' rates; we divide the sums, so each contact counts."


def _clamp(reading: _Reading) -> str:
    if reading.complement:
        return (
            "The count of those who did not open stops at 0, where more opened than were "
            "delivered by the API's count; 100 less its percent stops at 100."
        )
    return "Of no effect: it limits did_not_open_percent alone."


def _rest(units: _Units, reading: _Reading, reached: float) -> _Step:
    if reading.theirs is not None:
        return _Step("rest", reading.theirs, "What these reasons do not explain of their number.")
    theirs = units.combined(units.percent, reading.weighting)
    if np.isnan(theirs):
        text = "The frame has no percents of the API: theirs is computed by its definitions."
        return _Step("rest", reached, text)
    return _Step("rest", theirs, "What these reasons do not explain of the API's percents.")


def _decimals(shares: Any) -> int | None:
    """Return to how many decimals percents were rounded; None of none."""
    percents = shares[~np.isnan(shares)] * 100
    if not len(percents):
        return None
    exact = (
        np.abs(np.round(percents, places) - percents) < 1e-9 for places in range(_MOST_DECIMALS)
    )
    return next((places for places, same in enumerate(exact) if same.all()), _MOST_DECIMALS)


def _named(count: str) -> str:
    return {"delivered": "those delivered", "sends": "all sends", "opens": "those who opened"}[
        count
    ]


def _table(ours: float, steps: list[_Step]) -> pd.DataFrame:
    theirs = np.array([step.number for step in steps], dtype="float64")
    before = np.array([ours, *theirs[:-1]], dtype="float64")[: len(steps)]
    reasons: Any = pd.Index(REASONS, dtype=STR)
    return pd.DataFrame(
        {
            "reason": pd.Categorical(
                pd.array([step.reason for step in steps], dtype=STR), categories=reasons
            ),
            "ours": before,
            "theirs": theirs,
            "difference": theirs - before,
            "explanation": pd.array([step.explanation for step in steps], dtype=STR),
        }
    )


def _divided(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
