"""Incidents: emails of which a provider refused far more than it does as a rule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Floats, Ints, Mask, over, whole_numbers
from ccframes.analysis.codes import is_first
from ccframes.analysis.columns import require
from ccframes.analysis.deliverability import coded, emails_of
from ccframes.analysis.grouping import groups_of
from ccframes.analysis.mail import REPLIES, Mail, mail_of, undelivered
from ccframes.analysis.moments import DAY, earliest, times_of
from ccframes.analysis.overdispersion import beta_binomial_tail, intra_class
from ccframes.analysis.proportions import holm
from ccframes.analysis.providers import PROVIDER
from ccframes.endpoints.email_reports import BOUNCE_CODES
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR

_PERIODS: Final = ("email", "D", "W", "M")
_ACTIVITY: Final = "campaign_activity_id"
_OWN: Final = (
    *("first_sent", "sends", "bounced", "bounce_rate"),
    *("usual_sends", "usual_bounced", "usual_rate", "p_value", "p_adjusted"),
    *("flagged", "bounce_code", "reason"),
)
_MOST_ALIKE: Final = 0.999


def bounce_spikes(
    bounces: pd.DataFrame,
    sends: pd.DataFrame,
    *,
    by: str = PROVIDER,
    period: str = "email",
    alpha: float = 0.05,
    factor: float = 2.0,
    least: int = 20,
    guard_days: float = 28.0,
    most: float = 0.1,
    replies: Collection[str] = REPLIES,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return which emails a provider refused far more often than it does as a rule.

    Parameters
    ----------
    bounces, sends : pandas.DataFrame
        What `load_bounces()` and `load_sends()` give, of the same activities; the more of them,
        the better is it known what is usual.
    by : str
        "provider", the domain of the address mailed to, or a column of the sends.
    period : {"email", "D", "W", "M"}
        What is looked at: each email by itself, or all of a day, week or month.
    alpha : float
        The chance that anything at all is flagged where nothing happened.
    factor : float
        How many times the usual share is a spike; less is not flagged, however sure.
    least : int
        How many emails to one provider can be judged, and how many others say what is usual.
    guard_days : float
        Emails so close in time say nothing of what is usual, since they may have suffered from
        the same incident [days].
    most : float
        Up to which share of a provider's emails incidents can hide each other [0–1].
    replies : collection of str
        Bounce codes of emails that were delivered; they do not count.
    tz : str
        The time zone in which periods begin.

    Returns
    -------
    pandas.DataFrame
        One row per provider and email, or period, oldest first, flagged or not: what `by` names;
        campaign_activity_id, or period, its first day; first_sent [UTC]; sends, bounced [emails];
        bounce_rate [0–1]; usual_sends, usual_bounced [emails] and usual_rate [0–1], of the others
        it was compared with; p_value, and p_adjusted for the number of rows, missing where there
        are too few emails to judge; flagged; bounce_code, the most frequent, the last in the
        alphabet of those equally so; reason, in words, where flagged.

    Raises
    ------
    ColumnsError
        A frame lacks what every event has, or the sends lack the column `by`, or it is called
        like a column of the result.
    ConfigError
        No such period, or a rule is no positive number, or alpha no chance.

    Warns
    -----
    PartialResultWarning
        Bounces that belong to none of the sends. They do not count.

    Notes
    -----
    The number bounced is compared with what the provider's other emails let expect, by a
    one-sided test with the beta-binomial distribution. Its mean is (K + ½)/(N + 1) for K of the N
    others. Its intra-class correlation is that between the others, since bounces come in company:
    by the method of moments and two standard errors up, and more for not knowing the mean.
    p-values are 1 where no more bounced than expected; Holm's method adjusts them over all rows.

    Where incidents are several, each hides the others, as if such shares were usual. So the most
    surprising emails are taken away one after the other, and are flagged up to the last that is
    surprising without those before it (Rosner's procedure); the final p-values compare with what
    is not flagged. In accounts without an incident, 2 in 200 simulated had a false flag; where
    the chance itself differs from email to email as wildly as an exponential distribution, it
    was about one in ten with 20 emails, and fewer than one in twenty from 40 on.

    Examples
    --------
    >>> months = pd.Series(["2026-01", "2026-03", "2026-05", "2026-07"]).repeat(50)
    >>> sends = pd.DataFrame(
    ...     {
    ...         "campaign_activity_id": months.to_numpy(),
    ...         "contact_id": [str(number) for number in range(50)] * 4,
    ...         "email_address": "somebody@mail.example",
    ...         "created_time": months.to_numpy() + "-01T09:00Z",
    ...     }
    ... )
    >>> spikes = bounce_spikes(sends[100:130].assign(bounce_code="Z"), sends)
    >>> spikes[spikes["flagged"]]["reason"].item()
    '60.0 % of 50 emails to mail.example were not delivered, mostly Z (blocked by the receiving
    provider); of 150 others 0.0 %'

    Source: Kleinman (1973), J. Am. Stat. Assoc. 68, 46–54; Rosner (1983), Technometrics 25,
    165–172; Holm (1979), Scand. J. Statist. 6, 65–70.
    """
    _check(by, period, alpha=alpha, factor=factor, least=least, guard_days=guard_days, most=most)
    require(sends, ["email_address"] if by == PROVIDER else [by], "load_sends()", what="sends")
    mail = mail_of(sends)
    cells, keys = _cells(mail, sends, by, period, tz)
    code, codes = _failures(bounces, mail, replies)
    found = _Cells.of(cells, len(keys), mail, code >= 0)
    order = np.argsort(found.first_sent, kind="stable")
    line = pd.factorize(keys[by], use_na_sentinel=False)[0]
    windows = _Windows.of(found.first_sent, line, guard_days)
    usual, flagged = _judge(found, windows, _Rules(alpha, factor, least, most))
    frame = _table(keys, found, usual, flagged)
    worst = _commonest(cells, code, len(keys), len(codes))
    frame["bounce_code"] = coded(codes, worst)
    frame["reason"] = _reasons(frame, by)
    return frame.iloc[order].reset_index(drop=True)


def _check(by: str, period: str, **rules: float) -> None:
    if not isinstance(by, str):
        raise ConfigError(f"by={by!r}: give the name of one column of the sends")
    if period not in _PERIODS:
        raise ConfigError(f"period={period!r}: give one of {', '.join(map(repr, _PERIODS))}")
    for name, value in rules.items():
        if not 0 < value < np.inf:
            raise ConfigError(f"{name}={value!r}: give a number above 0")
    if rules["alpha"] >= 1:
        raise ConfigError(f"alpha={rules['alpha']!r}: a chance below 1 is needed")


# --- what is looked at --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cells:
    """Emails to one provider in one period: how many, how many failed, when the first was sent."""

    sends: Floats
    failed: Floats
    first_sent: Ints

    @classmethod
    def of(cls, cell: Ints, cells: int, mail: Mail, failed: Mask) -> _Cells:
        return cls(
            np.bincount(cell, minlength=cells).astype("float64"),
            np.bincount(cell[failed], minlength=cells).astype("float64"),
            earliest(cell, mail.sent_at, cells),
        )


def _cells(
    mail: Mail, sends: pd.DataFrame, by: str, period: str, tz: str
) -> tuple[Ints, pd.DataFrame]:
    """Return the cell of each email, and what the cells are."""
    names = [by, _ACTIVITY if period == "email" else period]
    groups = groups_of(emails_of(mail, sends, names), names, tz=tz, taken=_OWN)
    return groups.codes, groups.keys


def _failures(
    bounces: pd.DataFrame, mail: Mail, replies: Collection[str]
) -> tuple[Ints, list[str]]:
    """Return why each email failed, as the place of its last code; −1 for those that did not."""
    failed = undelivered(bounces, replies)
    place = mail.place(failed, "load_bounces()", "bounces")
    number, codes = pd.factorize(
        failed["bounce_code"].astype(STR), sort=True, use_na_sentinel=False
    )
    code = np.full(len(mail), -1)
    np.maximum.at(code, place[place >= 0], number[place >= 0])
    return code, list(codes)


def _commonest(cell: Ints, code: Ints, cells: int, codes: int) -> Ints:
    """Return the most frequent code of each cell; −1 where nothing failed."""
    failed = code >= 0
    pairs, counts = np.unique(cell[failed] * max(1, codes) + code[failed], return_counts=True)
    order = np.argsort(counts, kind="stable")
    worst = np.full(cells, -1)
    worst[pairs[order] // max(1, codes)] = pairs[order] % max(1, codes)
    return worst


# --- what is usual ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rules:
    """What makes a spike, as the caller says."""

    alpha: float
    factor: float
    least: int
    most: float

    def far(self, cells: _Cells, usual: _Usual) -> Mask:
        """Tell which cells are far above what is usual."""
        rate, usual_rate = over(cells.failed, cells.sends), over(usual.failed, usual.sends)
        far: Mask = rate >= self.factor * usual_rate
        return far


@dataclass(frozen=True, slots=True)
class _Usual:
    """The others that each cell is compared with, and how surprising it is beside them."""

    sends: Floats
    failed: Floats
    p_value: Floats


def _judge(cells: _Cells, windows: _Windows, rules: _Rules) -> tuple[_Usual, Mask]:
    """Flag cells, leave them out of what is usual, and judge again until nothing more is found."""
    spikes = _peeled(cells, windows, rules)
    usual = _usual(spikes, cells, windows, rules)
    spikes &= rules.far(cells, usual)
    while True:
        usual = _usual(spikes, cells, windows, rules)
        sure = holm(usual.p_value) <= rules.alpha
        more = spikes | (sure & rules.far(cells, usual))
        if np.array_equal(more, spikes):
            return usual, spikes
        spikes = more


def _peeled(cells: _Cells, windows: _Windows, rules: _Rules) -> Mask:
    """Return the cells that stand out once those that stand out even more are out of the way.

    From each line the most surprising cell is taken away, again and again. Of those that were
    taken, all up to the last that was surprising for certain stand out.
    """
    line = windows.line
    taken = np.zeros(len(line), dtype=np.bool_)
    step, chance = np.full(len(line), -1), np.full(len(line), np.nan)
    judged = ~np.isnan(_usual(taken, cells, windows, rules).p_value)
    steps = np.ceil(rules.most * np.bincount(line[judged], minlength=windows.lines))
    for number in range(int(steps.max(initial=0))):
        p_value = _usual(taken, cells, windows, rules).p_value
        worst = _least_of_each(np.where(taken, np.nan, p_value), line)
        worst = worst[(p_value[worst] < 1) & (number < steps[line[worst]])]
        taken[worst], step[worst], chance[worst] = True, number, p_value[worst]
    last = np.full(windows.lines, -1)
    sure = chance * np.count_nonzero(judged) <= rules.alpha
    np.maximum.at(last, line[sure], step[sure])
    stands_out: Mask = taken & (step <= last[line])
    return stands_out


def _usual(without: Mask, cells: _Cells, windows: _Windows, rules: _Rules) -> _Usual:
    """Compare each cell with its others, of which some are left out."""
    n, k = (np.where(without, 0.0, column) for column in (cells.sends, cells.failed))
    sends, failed, number = (windows.others(each) for each in (n, k, 1.0 * (n > 0)))
    sizes = windows.others(n * n)
    likeness = intra_class(
        cells=number,
        trials=sends,
        hits=failed,
        square_hits=windows.others(over(k * k, n, 0.0)),
        square_trials=sizes,
    )
    # two standard errors up, since it is known from so many cells only
    likeness *= 1 + 2 * np.sqrt(2 / np.maximum(1, number - 1))
    unsure = (1 + likeness * (over(sizes, sends, 1.0) - 1)) / (sends + 2)
    chance = (failed + 0.5) / (sends + 1)
    weight = 1 / np.minimum(likeness + unsure, _MOST_ALIKE) - 1
    p_value = np.where(np.minimum(cells.sends, sends) >= rules.least, 1.0, np.nan)
    above = (p_value == 1) & (cells.failed > cells.sends * chance)
    counts, weights = (cells.failed, cells.sends), (chance * weight, (1 - chance) * weight)
    p_value[above] = beta_binomial_tail(*(each[above] for each in (*counts, *weights)))
    return _Usual(sends, failed, p_value)


def _least_of_each(values: Floats, line: Ints) -> Ints:
    """Return the place of the least value of each line that has any."""
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.lexsort((values[known], line[known]))]
    return order[is_first(line[order])]


@dataclass(frozen=True, slots=True)
class _Windows:
    """Of each cell, those of the same line that are too close in time to be its others."""

    order: Ints
    line: Ints
    start: Ints
    end: Ints

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return int(self.line.max(initial=-1)) + 1

    @classmethod
    def of(cls, at: Ints, line: Ints, reach: float) -> _Windows:
        order = np.lexsort((at, line))
        since = (at - (at.min() if len(at) else 0)) / DAY
        # lines follow each other on one axis, too far apart for a window to reach the next
        apart = line * (since.max(initial=0.0) + 3 * reach)
        moments = (since + apart)[order]
        return cls(
            order,
            line,
            np.searchsorted(moments, since + apart - reach, side="left"),
            np.searchsorted(moments, since + apart + reach, side="right"),
        )

    def others(self, values: Floats) -> Floats:
        """Return the sum of the values over the others of each cell."""
        total = np.bincount(self.line, weights=values)[self.line]
        running = np.concatenate([[0.0], np.cumsum(values[self.order])])
        return total - (running[self.end] - running[self.start])


# --- the answer ---------------------------------------------------------------------------------


def _table(keys: pd.DataFrame, cells: _Cells, usual: _Usual, flagged: Mask) -> pd.DataFrame:
    return keys.assign(
        first_sent=times_of(cells.first_sent),
        sends=whole_numbers(cells.sends),
        bounced=whole_numbers(cells.failed),
        bounce_rate=over(cells.failed, cells.sends),
        usual_sends=whole_numbers(usual.sends),
        usual_bounced=whole_numbers(usual.failed),
        usual_rate=over(usual.failed, usual.sends),
        p_value=usual.p_value,
        p_adjusted=holm(usual.p_value),
        flagged=pd.array(flagged, dtype="boolean"),
    )


def _reasons(frame: pd.DataFrame, by: str) -> Any:
    """Return why each row is flagged; missing for those that are not."""
    flagged = frame["flagged"].to_numpy(dtype=bool)
    reasons = np.full(len(frame), np.nan, dtype=object)
    reasons[flagged] = [_reason(row, by) for row in frame[flagged].to_dict("records")]
    return pd.array(reasons, dtype=STR)


def _reason(row: dict[Any, Any], by: str) -> str:
    whose = f"an unknown {by}" if pd.isna(row[by]) else row[by]
    meaning = BOUNCE_CODES.get(row["bounce_code"], "not documented")
    rate, usual = (f"{row[name] * 100:.1f} %" for name in ("bounce_rate", "usual_rate"))
    return (
        f"{rate} of {row['sends']:,} emails to {whose} were not delivered, "
        f"mostly {row['bounce_code']} ({meaning}); of {row['usual_sends']:,} others {usual}"
    )
