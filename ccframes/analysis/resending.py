"""Resends to non-openers: what they added, and what they cost."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, whole_numbers
from ccframes.analysis.codes import UNKNOWN, distinct, shared_codes
from ccframes.analysis.columns import require
from ccframes.analysis.mail import EVENT
from ccframes.analysis.moments import NEVER, earliest, microseconds
from ccframes.analysis.proportions import wilson
from ccframes.errors import ColumnsError, PartialResultWarning
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of, share
from ccframes.warn import warn

_ACTIVITY: Final = "campaign_activity_id"
_RESEND: Final = f"{_ACTIVITY}_resend"
_IDS: Final = ("campaign_id", _ACTIVITY, "role")
_LOADERS: Final = "load_campaign_table(), or load_activity_stats() with the roles joined to it,"


def resend_lift(
    frame: pd.DataFrame,
    *,
    opens: pd.DataFrame | None = None,
    sends: pd.DataFrame | None = None,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return how many contacts each resend to non-openers reached besides, and what it cost.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per activity, with campaign_id, campaign_activity_id, role and the counts of
        `load_activity_stats()`, such as the campaign table.
    opens : pandas.DataFrame, optional
        What `load_opens()` gives, of primary emails and resends: contacts are then counted, and
        those told apart who opened the primary email late. Rows of `load_unique_opens()` do not
        do, since they hold the last open.
    sends : pandas.DataFrame, optional
        What `load_sends()` gives, of the resends at least; only used with `opens`. They say when
        the resend went out, if the frame has no `sent_at`.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per resend, in the order of the frame's primary emails: campaign_id; name, if the
        frame has it; primary_id, resend_id, the activities; delivered, of the primary email;
        opens_before, contacts who opened it before the resend; late, contacts who opened it
        first after the resend went out, not having opened that; added, contacts who opened the
        resend first; opens_after, all of those [contacts]; rate_before, rate_after, both over
        delivered; added_rate, added over delivered, with low, high [0–1]; resend_delivered,
        resend_opens [contacts], resend_open_rate with resend_low, resend_high [0–1];
        resend_bounced, resend_optouts, resend_complaints [contacts], the cost, with
        resend_optout_rate and resend_complaint_rate over resend_delivered [0–1]; counted,
        whether contacts were counted (True) or the statistics added up (False).

    Raises
    ------
    ColumnsError
        The frame has no roles or no counts, or nothing says when the resends went out.
    ConfigError
        `ci` is no level.

    Warns
    -----
    PartialResultWarning
        A resend whose primary email is not in the frame, or not known since a campaign_id is
        missing; it is left out. An activity that was
        opened, as the statistics say, of which `opens` has no row; its opens count as none.

    Notes
    -----
    Without `opens`, `added` is the number who opened the resend, on the assumption that nobody
    opened both, since a resend goes to non-openers; and `opens_before` is all who opened the
    primary email, among them those who did so late, who cannot be told; `late` is missing. So
    `added` is then an upper bound: whoever opened both counts twice.

    With `opens`, who opened the primary email before the resend counts there, even if the resend
    was opened too; of the others each counts by what was opened first.

    `added` is what the resend was opened for, not what it caused: some would have opened the
    primary email later, and only a group without a resend could tell. Privacy proxies open the
    primary email of all their users, so a resend hardly goes to them. The intervals are Wilson's.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "campaign_id": ["c", "c"],
    ...         "campaign_activity_id": ["first", "again"],
    ...         "role": ["primary_email", "resend"],
    ...         "em_sends": [1000, 700],
    ...         "em_bounces": [0, 0],
    ...         "em_opens": [300, 70],
    ...     }
    ... )
    >>> resend_lift(table)[["rate_before", "rate_after", "added_rate", "low", "high"]].round(3)
       rate_before  rate_after  added_rate    low   high
    0          0.3        0.37        0.07  0.056  0.088

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    require(frame, _IDS, _LOADERS, what="frame")
    paired = _paired(frame)
    counts = _by_statistics(paired) if opens is None else _by_contacts(paired, opens, sends)
    answer = _identity(paired).join(counts)
    answer["opens_after"] = answer["opens_before"] + answer["late"].fillna(0) + answer["added"]
    answer["rate_before"] = share(answer["opens_before"], answer["delivered"])
    answer["rate_after"] = share(answer["opens_after"], answer["delivered"])
    answer["added_rate"] = share(answer["added"], answer["delivered"])
    answer["low"], answer["high"] = wilson(answer["added"], answer["delivered"], ci)
    return _with_cost(answer, paired, ci).assign(
        counted=pd.array([opens is not None] * len(answer), dtype="boolean")
    )


# --- pairs of primary email and resend ----------------------------------------------------------


def _paired(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each resend, with the primary email of its campaign."""
    counts = counts_of(frame)
    rows = frame.assign(**{f"n_{name}": counts[name] for name in counts}).reset_index(drop=True)
    role = rows["role"].astype(STR)
    carried = [*_IDS[:2], *(name for name in ("name", "sent_at") if name in rows)]
    carried += [f"n_{name}" for name in counts]
    rows = rows[carried].astype({"campaign_id": STR, _ACTIVITY: STR})
    first = rows[role == "primary_email"].drop_duplicates(_ACTIVITY).dropna(subset="campaign_id")
    again = rows[role == "resend"].drop_duplicates(_ACTIVITY)
    orphans = again.loc[~again["campaign_id"].isin(first["campaign_id"]), _ACTIVITY].tolist()
    if orphans:
        warn(
            f"{len(orphans):,} resends are left out, {orphans[0]} the first of them: the frame has "
            "no primary email of their campaigns",
            PartialResultWarning,
        )
    return first.merge(again, on="campaign_id", suffixes=("", "_resend"))


def _identity(paired: pd.DataFrame) -> pd.DataFrame:
    known = {"name": paired["name"]} if "name" in paired else {}
    return pd.DataFrame(
        {
            "campaign_id": paired["campaign_id"],
            **known,
            "primary_id": paired[_ACTIVITY],
            "resend_id": paired[_RESEND],
            "delivered": paired["n_delivered"],
        }
    )


def _with_cost(answer: pd.DataFrame, paired: pd.DataFrame, ci: float) -> pd.DataFrame:
    got, opened = paired["n_delivered_resend"], answer["resend_opens"]
    low, high = wilson(opened, got, ci)
    order = [*(name for name in answer if name not in {"resend_opens", "opens_after"})]
    order.insert(order.index("added") + 1, "opens_after")
    return answer[order].assign(
        resend_delivered=got,
        resend_opens=opened,
        resend_open_rate=share(opened, got),
        resend_low=low,
        resend_high=high,
        resend_bounced=paired["n_bounced_resend"],
        resend_optouts=paired["n_optouts_resend"],
        resend_complaints=paired["n_complaints_resend"],
        resend_optout_rate=share(paired["n_optouts_resend"], got),
        resend_complaint_rate=share(paired["n_complaints_resend"], got),
    )


# --- who opened what first ----------------------------------------------------------------------


def _by_statistics(paired: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "opens_before": paired["n_opens"],
            "late": pd.array([pd.NA] * len(paired), dtype="Int64"),
            "added": paired["n_opens_resend"],
            "resend_opens": paired["n_opens_resend"],
        }
    )


def _by_contacts(
    paired: pd.DataFrame, opens: pd.DataFrame, sends: pd.DataFrame | None
) -> pd.DataFrame:
    """Count contacts by which of the two they opened first."""
    require(opens, EVENT, "load_opens()", what="opens")
    _warn_of_unloaded(paired, opens)
    sent_at = _resent_at(paired, sends)
    pair, first, again = _first_opens(paired, opens)
    opened, opened_again = first != NEVER, again != NEVER
    before = opened & (first < sent_at[pair])
    late = opened & ~before & (~opened_again | (first <= again))
    added = opened_again & ~before & ~late
    chosen = {"opens_before": before, "late": late, "added": added, "resend_opens": opened_again}
    return pd.DataFrame(
        {
            name: whole_numbers(np.bincount(pair[which], minlength=len(paired)))
            for name, which in chosen.items()
        }
    )


def _warn_of_unloaded(paired: pd.DataFrame, opens: pd.DataFrame) -> None:
    loaded = set(opens[_ACTIVITY].astype(STR).unique())
    unloaded = [
        activity
        for end in ("", "_resend")
        for activity in paired.loc[paired[f"n_opens{end}"].fillna(0) > 0, f"{_ACTIVITY}{end}"]
        if activity not in loaded
    ]
    if unloaded:
        warn(
            f"opens: {len(unloaded):,} activities that were opened have no row, {unloaded[0]} the "
            "first of them; load the opens of all activities of the frame",
            PartialResultWarning,
        )


def _first_opens(paired: pd.DataFrame, opens: pd.DataFrame) -> tuple[Ints, Ints, Ints]:
    """Return for each pair and contact when either email was opened first."""
    [contact], contacts = shared_codes(opens["contact_id"])
    at = microseconds(opens["created_time"])
    usable = (contact != UNKNOWN) & (at != NEVER)
    width = max(1, len(contacts))
    sides = []
    for column in (_ACTIVITY, _RESEND):
        [pair, opened], _ = shared_codes(paired[column], opens[_ACTIVITY])
        rows = pd.DataFrame({"activity": opened, "contact": contact, "at": at})[usable]
        pairs = pd.DataFrame({"activity": pair, "pair": np.arange(len(pair))})
        found = rows.merge(pairs, on="activity")
        keys_of = (found["pair"] * width + found["contact"]).to_numpy()
        sides.append((keys_of, found["at"].to_numpy()))
    keys = distinct(np.concatenate([key for key, _ in sides]))
    first, again = (
        earliest(np.searchsorted(keys, of_key), when, len(keys)) for of_key, when in sides
    )
    return keys // width, first, again


def _resent_at(paired: pd.DataFrame, sends: pd.DataFrame | None) -> Ints:
    """Return when each resend went out: as the frame says, or at its first send."""
    if sends is not None:
        require(sends, EVENT, "load_sends()", what="sends")
        [pair, sent], names = shared_codes(paired[_RESEND], sends[_ACTIVITY])
        first = earliest(sent, microseconds(sends["created_time"]), len(names))[pair]
    elif "sent_at_resend" in paired:
        first = microseconds(paired["sent_at_resend"])
    else:
        raise ColumnsError(
            "nothing says when the resends went out; give sends=, what load_sends() gives of them, "
            "or a frame with sent_at, such as that of load_campaign_table()"
        )
    silent = paired.loc[first == NEVER, _RESEND].tolist()
    if silent:
        raise ColumnsError(
            f"nothing says when {len(silent):,} of the resends went out, {silent[0]} the first of "
            "them; load their sends, or leave them out of the frame"
        )
    return first
