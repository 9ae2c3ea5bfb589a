"""Time on the list: generations of contacts, and whether they tire as it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, Mask, whole_numbers
from ccframes.analysis.clocks import calendar_periods, first_days, numbered_periods
from ccframes.analysis.codes import Lookup, count_distinct, distinct, is_first, looked_up
from ccframes.analysis.mail import Mail, delivered, mail_of
from ccframes.analysis.moments import DAY, NEVER, microseconds, times_of
from ccframes.analysis.proportions import normal_quantile
from ccframes.analysis.strata import clustered_interval, levels_within, slope_within
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import share

PERIODS: Final = {"M": "month", "Q": "quarter", "Y": "year"}
_MONTH: Final = 365.25 / 12 * DAY


def cohorts(
    sends: pd.DataFrame,
    opens: pd.DataFrame,
    *,
    bounces: pd.DataFrame | None = None,
    period: str = "Q",
    tz: str = "UTC",
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return how each generation of contacts opens, period after period.

    Parameters
    ----------
    sends, opens : pandas.DataFrame
        What `load_sends()` and `load_opens()` or `load_unique_opens()` give, of the same
        activities.
    bounces : pandas.DataFrame, optional
        What `load_bounces()` gives. Without it every email counts as delivered.
    period : {"M", "Q", "Y"}
        Months, quarters or years of the calendar.
    tz : str
        The time zone in which they begin.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per generation and period in which it was mailed: cohort, the first day of the
        period of a contact's first email; age, periods since then [count]; contacts who were
        mailed [contacts]; sent, delivered, opened [emails]; open_rate over delivered, low, high
        [0–1]; unit, what a period is: "month", "quarter" or "year"; time_zone_id, the zone in
        which they begin; ci, the level of the interval.

    Raises
    ------
    ColumnsError
        A frame lacks what every event has.
    ConfigError
        No such period, time zone or level.

    Warns
    -----
    PartialResultWarning
        Events that belong to none of the sends. They do not count.

    Notes
    -----
    A contact's first email is the first in the frame. So the earliest generation of a frame that
    does not reach back to the beginning holds all who had joined before it.

    The intervals take the emails to one contact for alike (`fatigue` says how). They compare a
    generation with itself under other emails and in another season; `fatigue` does not.

    Examples
    --------
    >>> import ccframes as ccf
    >>> with ccf.connect(demo=True):
    ...     first = ccf.load_campaign_summaries().tail(2)
    ...     sends, opens = ccf.load_sends(first), ccf.load_opens(first)
    >>> cohorts(sends, opens, period="M")[["cohort", "age"]]
          cohort  age
    0 2024-01-01    0

    Source: Franco, Little, Louis and Slud (2019), J. Surv. Stat. Methodol. 7, 334–364.
    """
    if period not in PERIODS:
        raise ConfigError(f"period={period!r}: give one of {', '.join(map(repr, PERIODS))}")
    mail = mail_of(sends)
    opened = mail.having(opens, "load_opens()", "opens")
    arrived = delivered(mail, bounces, opened)
    when = np.asarray(calendar_periods(times_of(mail.sent_at), period, tz).asi8)
    born = _first(mail, when)[mail.contact]
    width = int((when - born).max(initial=0)) + 1
    group, groups = pd.factorize(born * width + when - born, sort=True)
    frame = pd.DataFrame(
        {
            "cohort": first_days(numbered_periods(groups // width, period)),
            "age": whole_numbers(groups % width),
            "contacts": whole_numbers(count_distinct(group, mail.contact, len(groups))),
            "sent": whole_numbers(np.bincount(group, minlength=len(groups))),
        }
    )
    rates = _rates(opened[arrived], group[arrived], mail.contact[arrived], len(groups), ci)
    told = {"unit": PERIODS[period], "time_zone_id": tz}
    texts = {name: pd.Series(text, index=frame.index, dtype=STR) for name, text in told.items()}
    return frame.join(rates).assign(**texts, ci=ci)


def fatigue(
    sends: pd.DataFrame,
    opens: pd.DataFrame,
    *,
    bounces: pd.DataFrame | None = None,
    joined: Lookup | None = None,
    by: Lookup | None = None,
    unit_months: int = 1,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return how contacts open by how long they have been on the list.

    Parameters
    ----------
    sends, opens : pandas.DataFrame
        What `load_sends()` and `load_opens()` or `load_unique_opens()` give, of the same
        activities.
    bounces : pandas.DataFrame, optional
        What `load_bounces()` gives. Without it every email counts as delivered.
    joined : Series or mapping, optional
        When each contact joined, by contact_id, such as
        `contacts.set_index("contact_id")["created_at"]`. By default, and for those it does not
        name, their first email in the frame. Emails sent before are in the first row.
    by : Series or mapping, optional
        Groups of activities, by campaign_activity_id, each looked at by itself, such as
        `details.set_index("campaign_activity_id")["contact_list_ids"]`. Activities that it does
        not name are a group of their own, the last, whose name is missing. The others are in the
        order of their names, as text.
    unit_months : int
        How many months make one row.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per group and age: group, or what the Series `by` is called, if it is given;
        months on the list at the time of sending, from so many on [30.44 days each]; contacts
        [contacts]; delivered, opened [emails]; open_rate, low, high [0–1]; adjusted_rate,
        adjusted_low, adjusted_high, what the rate would be had all ages got the same emails
        [0–1]; emails, how many were compared [activities].

    Raises
    ------
    ColumnsError
        A frame lacks what every event has.
    ConfigError
        `unit_months` is no whole number from 1 on, `ci` is no level, an id has two values, or
        `by` or `joined` cannot be used.

    Warns
    -----
    PartialResultWarning
        Events that belong to none of the sends. They do not count. `joined` or `by` names none of
        the contacts or activities.

    Notes
    -----
    `open_rate` compares ages that got other emails, in other seasons. `adjusted_rate` compares
    contacts of different ages within the same email, by least squares with a constant for each
    email. It is missing where emails do not link the ages: if all joined on one day, age cannot
    be told from the calendar. One could instead follow each contact, which would leave out
    differences between contacts, but takes every change of subjects and seasons for one of age.

    So it shows what age does if those who joined at different times are alike otherwise, and if
    those who left would have opened as those who stay. As a rule the less engaged leave sooner;
    then it shows less fatigue than there is. Opens by machines do not tire, and hide it too;
    leave their rows out first.

    The intervals take the emails to one contact for alike: Wilson's with an effective number of
    emails, and a sandwich covariance summed by contact for the adjusted.

    Examples
    --------
    >>> import ccframes as ccf
    >>> with ccf.connect(demo=True):
    ...     emails = ccf.load_campaign_summaries().tail(3)
    ...     sends, opens = ccf.load_sends(emails), ccf.load_opens(emails)
    >>> fatigue(sends, opens)["months"].tolist()
    [0]

    Source: Franco, Little, Louis and Slud (2019), J. Surv. Stat. Methodol. 7, 334–364; Liang and
    Zeger (1986), Biometrika 73, 13–22.
    """
    if not (unit_months >= 1 and unit_months % 1 == 0):
        raise ConfigError(f"unit_months={unit_months!r}: one row is a whole number of months")
    parts = []
    for name, aged in _aged_groups(sends, opens, bounces, joined, by):
        age = np.floor(aged.months / unit_months).astype("int64") * unit_months
        part = _by_age(aged, age, ci)
        parts.append(part if by is None else _named(part, name, by))
    return pd.concat(parts, ignore_index=True)


def fatigue_trend(
    sends: pd.DataFrame,
    opens: pd.DataFrame,
    *,
    bounces: pd.DataFrame | None = None,
    joined: Lookup | None = None,
    by: Lookup | None = None,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return by how much contacts open less with each month on the list, and whether they do.

    Parameters
    ----------
    sends, opens, bounces, joined, by, ci
        As in `fatigue`.

    Returns
    -------
    pandas.DataFrame
        One row, or one per group of `by`: group, or what the Series `by` is called, if it is
        given; contacts [contacts]; delivered, opened [emails]; open_rate [0–1]; slope, the
        change of the open rate with each month, with low, high [0–1 per month]; relative, the
        slope over the open rate [per month]; p_value of there being no change; emails, how many
        were compared [activities].

    Raises
    ------
    ColumnsError, ConfigError
        As in `fatigue`.

    Warns
    -----
    PartialResultWarning
        As in `fatigue`.

    Notes
    -----
    Contacts of different ages are compared within the same email, by least squares with a
    constant for each email; what that assumes, `fatigue` says. Interval and p-value take the
    emails to one contact for alike: a sandwich covariance summed by contact, with Student's t.
    They need many contacts rather than many emails: of 200 simulated accounts without fatigue, of
    200 contacts each, 12 had a p-value below 0.05. A straight line is the mean of what may bend:
    the first month is often better than all others, and counts in it.

    Examples
    --------
    >>> sends = pd.DataFrame(columns=["campaign_activity_id", "contact_id", "created_time"])
    >>> fatigue_trend(sends, sends)[["delivered", "slope", "p_value"]]
       delivered  slope  p_value
    0          0    NaN      NaN

    Source: Liang and Zeger (1986), Biometrika 73, 13–22.
    """
    normal_quantile(ci)  # refuses what is no level
    parts = []
    for name, aged in _aged_groups(sends, opens, bounces, joined, by):
        effect = slope_within(aged.opened, aged.months, aged.activity, aged.contact)
        (low,), (high,) = effect.interval(ci)
        part = _totals(aged).assign(slope=effect.values, low=low, high=high)
        part["relative"] = part["slope"] / part["open_rate"].where(part["open_rate"] > 0)
        part["p_value"] = effect.p_values()
        part["emails"] = whole_numbers(len(distinct(aged.activity)))
        parts.append(part if by is None else _named(part, name, by))
    return pd.concat(parts, ignore_index=True)


# --- rates --------------------------------------------------------------------------------------


def _first(mail: Mail, values: Any) -> Any:
    """Return each contact's first value; the mail is oldest first."""
    first = is_first(mail.contact)
    found = np.zeros(len(mail.contacts), dtype=values.dtype)
    found[mail.contact[first]] = values[first]
    return found


def _rates(opened: Mask, group: Ints, contact: Ints, groups: int, ci: float) -> pd.DataFrame:
    """Return each group's rate over what was delivered, emails to one contact being alike."""
    low, high = clustered_interval(opened, group, contact, groups, ci)
    counts = pd.DataFrame(
        {
            "delivered": whole_numbers(np.bincount(group, minlength=groups)),
            "opened": whole_numbers(np.bincount(group[opened], minlength=groups)),
        }
    )
    rate = share(counts["opened"], counts["delivered"])
    return counts.assign(open_rate=rate, low=low, high=high)


# --- fatigue ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Aged:
    """Emails that were delivered: who was how old by which, and who opened."""

    activity: Ints
    contact: Ints
    months: Any
    opened: Mask

    def only(self, which: Mask) -> _Aged:
        return _Aged(
            self.activity[which], self.contact[which], self.months[which], self.opened[which]
        )


def _aged_groups(
    sends: pd.DataFrame,
    opens: pd.DataFrame,
    bounces: pd.DataFrame | None,
    joined: Lookup | None,
    by: Lookup | None,
) -> list[tuple[Any, _Aged]]:
    """Return the emails of each group with their ages; all as one where nothing groups them."""
    mail = mail_of(sends)
    opened = mail.having(opens, "load_opens()", "opens")
    arrived = delivered(mail, bounces, opened)
    born = _joining(mail, joined)[mail.contact]
    months = np.maximum(0.0, (mail.sent_at - born) / _MONTH)
    aged = _Aged(mail.activity, mail.contact, months, opened).only(arrived)
    if by is None:
        return [(None, aged)]
    named = pd.Series(looked_up(by, mail.activities, "by"), dtype=object)
    texts = named.map(str, na_action="ignore").astype(STR)
    group, names = pd.factorize(texts, sort=True, use_na_sentinel=False)
    of_email = group[aged.activity] if len(aged.activity) else aged.activity
    return [(name, aged.only(of_email == place)) for place, name in enumerate(names)] or [
        (None, aged)
    ]


def _joining(mail: Mail, joined: Lookup | None) -> Ints:
    first: Ints = _first(mail, mail.sent_at)
    if joined is None:
        return first
    known = microseconds(pd.Series(looked_up(joined, mail.contacts, "joined"), name="joined"))
    moments: Ints = np.where(known == NEVER, first, known)
    return moments


def _by_age(aged: _Aged, age: Ints, ci: float) -> pd.DataFrame:
    level, ages = pd.factorize(age, sort=True)
    levels = len(ages)
    frame = pd.DataFrame(
        {
            "months": whole_numbers(ages),
            "contacts": whole_numbers(count_distinct(level, aged.contact, levels)),
        }
    )
    frame = frame.join(_rates(aged.opened, level, aged.contact, levels, ci))
    effects = levels_within(aged.opened, level, levels, aged.activity, aged.contact)
    low, high = effects.interval(ci)
    overall = aged.opened.mean() if len(level) else np.nan
    return frame.assign(
        adjusted_rate=overall + effects.values,
        adjusted_low=overall + low,
        adjusted_high=overall + high,
        emails=whole_numbers(count_distinct(level, aged.activity, levels)),
    )


def _totals(aged: _Aged) -> pd.DataFrame:
    counts = pd.DataFrame(
        {
            "contacts": whole_numbers(len(distinct(aged.contact))),
            "delivered": whole_numbers(len(aged.opened)),
            "opened": whole_numbers(np.count_nonzero(aged.opened)),
        }
    )
    return counts.assign(open_rate=share(counts["opened"], counts["delivered"]))


def _named(part: pd.DataFrame, name: Any, by: Lookup) -> pd.DataFrame:
    label = str(getattr(by, "name", None) or "group")
    if label in part:
        raise ConfigError(f"by= is called {label!r}, as a column of the result is; rename it")
    names = pd.Series([name] * len(part), index=part.index, dtype=STR, name=label)
    return pd.concat([names, part], axis=1)
