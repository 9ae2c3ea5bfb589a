"""Rates without machines, beside those with them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.analysis.arrays import whole_numbers
from ccframes.analysis.codes import codes_in, count_distinct, shared_codes
from ccframes.analysis.columns import require
from ccframes.analysis.machines import human_only, suspect_machine
from ccframes.analysis.mail import EVENT
from ccframes.analysis.performance import metric_column
from ccframes.analysis.proportions import wilson
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of, share


def human_rates(
    stats: pd.DataFrame,
    sends: pd.DataFrame,
    opens: pd.DataFrame,
    clicks: pd.DataFrame | None = None,
    *,
    open_suspects: pd.DataFrame | None = None,
    click_suspects: pd.DataFrame | None = None,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return each activity's open and click rates, with and without what machines did.

    Parameters
    ----------
    stats : pandas.DataFrame
        Activity stats, for what was delivered.
    sends, opens : pandas.DataFrame
        Events of these activities.
    clicks : pandas.DataFrame, optional
        Clicks of these activities; without them there are open rates only.
    open_suspects, click_suspects : pandas.DataFrame, optional
        What `suspect_machine` says of the opens and of the clicks; by default by its usual rules.
    ci : float
        Confidence of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per activity and metric: campaign_activity_id; `metric`, open_rate or click_rate;
        `delivered` [contacts], the denominator of both rates; `contacts` who opened or clicked,
        `rate` [0–1] with its interval `low`, `high`; `human_contacts` who did so at least once
        in a way that no rule takes for a machine's, `human_rate` with `human_low`, `human_high`;
        `machine_only`, the contacts who are in the one and not in the other; and `ci`.
        An activity that has events and no statistics has no rates.

    Raises
    ------
    ColumnsError
        A frame lacks a column that this needs, or suspects are of other events.

    Notes
    -----
    A contact of whom there are machine opens only is not known to have opened, and not known not
    to have. So `human_rate` is a lower bound of the share who read the email, and `rate` would be
    an upper bound if every reader were seen. `delivered` is the same in both. The events are
    counted as they are given; the statistics may be older. A numerator larger than `delivered`
    has no rate above 1: the interval is missing there.

    The interval is Wilson's: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).

    Examples
    --------
    >>> import ccframes as ccf
    >>> _ = ccf.connect(demo=True)
    >>> stats = ccf.load_activity_stats(campaigns=ccf.load_campaign_summaries().head(1))
    >>> rates = human_rates(stats, ccf.load_sends(stats), ccf.load_opens(stats))
    >>> (rates["human_rate"] < rates["rate"]).all()
    np.True_

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212.
    """
    require(stats, ("campaign_activity_id",), "load_activity_stats()", what="stats")
    require(opens, EVENT, "load_opens()", what="opens")
    parts = {"open_rate": (opens, open_suspects)}
    if clicks is not None:
        require(clicks, EVENT, "load_clicks()", what="clicks")
        parts["click_rate"] = (clicks, click_suspects)
    frames = [stats, *(events for events, _ in parts.values())]
    _, names = shared_codes(*(frame["campaign_activity_id"] for frame in frames))
    counted = [
        _counted(metric, names, events, suspect_machine(events, sends) if said is None else said)
        for metric, (events, said) in parts.items()
    ]
    table = pd.concat(counted).sort_index(kind="stable")
    table["delivered"] = _delivered(stats, names).reindex(table.index)
    return _with_rates(table.reset_index(drop=True), ci)


def _counted(
    metric: str, names: list[str], events: pd.DataFrame, suspects: pd.DataFrame
) -> pd.DataFrame:
    """Count the contacts of each activity, with and without machines; the index is its place."""
    return pd.DataFrame(
        {
            "campaign_activity_id": pd.array(names, dtype=STR),
            "metric": metric_column([metric] * len(names)),
            "contacts": _contacts(names, events),
            "human_contacts": _contacts(names, human_only(events, suspects)),
        }
    )


def _contacts(names: list[str], events: pd.DataFrame) -> Any:
    """Count the different contacts of each activity."""
    activity = codes_in(names, events["campaign_activity_id"])
    [contact], _ = shared_codes(events["contact_id"])
    return whole_numbers(count_distinct(activity, contact, len(names)))


def _delivered(stats: pd.DataFrame, names: list[str]) -> pd.Series:
    """Return what was delivered of each activity, missing for those without statistics."""
    first = ~stats["campaign_activity_id"].duplicated()
    places = codes_in(names, stats.loc[first, "campaign_activity_id"])
    delivered = counts_of(stats.loc[first])["delivered"].set_axis(places)
    return delivered.reindex(range(len(names)))


def _with_rates(table: pd.DataFrame, ci: float) -> pd.DataFrame:
    for prefix in ("", "human_"):
        count, of = table[f"{prefix}contacts"], table["delivered"]
        table[f"{prefix}rate"] = share(count, of)
        table[f"{prefix}low"], table[f"{prefix}high"] = wilson(count, of, ci)
    table["machine_only"] = table["contacts"] - table["human_contacts"]
    table["ci"] = ci
    return table[
        [
            *("campaign_activity_id", "metric", "delivered"),
            *("contacts", "rate", "low", "high"),
            *("human_contacts", "human_rate", "human_low", "human_high"),
            *("machine_only", "ci"),
        ]
    ]
