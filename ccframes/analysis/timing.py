"""How long contacts take to open and to click: a time for each email, or that it has none yet."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, Mask
from ccframes.analysis.codes import UNKNOWN, shared_pairs
from ccframes.analysis.columns import require, warn_of
from ccframes.analysis.mail import EMAIL, EVENT, undelivered
from ccframes.analysis.moments import (
    NEVER,
    SECOND,
    earliest,
    instant,
    microseconds,
    times_of,
)
from ccframes.errors import PartialResultWarning
from ccframes.frames.conform import STR
from ccframes.frames.provenance import KEY
from ccframes.warn import warn

_REPEATS_EXPECTED_AMONG: Final = 100


def time_to_open(
    opens: pd.DataFrame,
    sends: pd.DataFrame,
    *,
    until: Any = None,
    bounces: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how long each contact took to open each email first, or has not opened it so far.

    Parameters
    ----------
    opens : pandas.DataFrame
        What `load_opens()` gives, with or without machines.
    sends : pandas.DataFrame
        What `load_sends()` gives. Those who were sent an email are who could open it.
    until : instant, optional
        Until when it was watched: later events do not count, and emails sent later are left out.
        By default the newest event of both frames, which is the least that can be assumed; give
        the time of loading if that was later.
    bounces : pandas.DataFrame, optional
        What `load_bounces()` gives: emails that bounced are left out, unless with a vacation
        reply (code V), since they cannot be opened. Without it every email counts as delivered,
        and shares are shares of those sent.

    Returns
    -------
    pandas.DataFrame
        One row per email, that is activity and contact, in the order of the sends:
        campaign_activity_id; contact_id; sent_at [UTC], the earlier if it was sent twice;
        first_at [UTC], the first open, missing if there was none; seconds, from sent_at to
        first_at or, where there was none, to `until`; observed, whether there was one.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks a column, or a time cannot be read.

    Warns
    -----
    PartialResultWarning
        Opens of emails that are not among the sends, or that bounced; they are counted nowhere.
        Opens before their sending; their `seconds` are 0. Opens of which none is a repeat, as
        `load_unique_opens()` gives them: those are the latest opens and not the first, so that
        the times are too long. One such frame cannot be told from another in which each contact
        opened once; the warning comes from 100 openers on, or where the frame's attrs say so.

    Notes
    -----
    Who has not opened is censored at `until`: he may open yet. Sends that name no contact stay,
    and no open can be found for them; sends without a time have no `seconds`. Images that are not
    loaded hide opens, and machines open for people within seconds: `analysis.human_only` takes
    those out.

    Examples
    --------
    >>> import ccframes as ccf
    >>> from ccframes.analysis.timing import time_to_open
    >>> client = ccf.connect(demo=True)
    >>> campaign = ccf.load_campaign_summaries().head(1)
    >>> times = time_to_open(ccf.load_opens(campaign), ccf.load_sends(campaign))
    >>> list(times.columns)
    ['campaign_activity_id', 'contact_id', 'sent_at', 'first_at', 'seconds', 'observed']

    Source: GET /reports/email_reports/{campaign_activity_id}/tracking/opens and …/sends.
    """
    require(opens, EVENT, "load_opens()", what="opens")
    return _times_to("opens", opens, sends, until, bounces)


def time_to_click(
    clicks: pd.DataFrame,
    sends: pd.DataFrame,
    *,
    until: Any = None,
    bounces: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how long each contact took to click in each email first, or has not clicked so far.

    Parameters
    ----------
    clicks : pandas.DataFrame
        What `load_clicks()` gives, with or without machines.
    sends, until, bounces
        As in `time_to_open`.

    Returns
    -------
    pandas.DataFrame
        One row per email, as `time_to_open` gives it; first_at is the first click on any link.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks a column, or a time cannot be read.

    Warns
    -----
    PartialResultWarning
        Clicks of emails that are not among the sends, or that bounced; clicks before sending.

    Notes
    -----
    Who has not clicked is censored at `until`: he may click yet. Scanners follow links within a
    minute of delivery; `analysis.human_only` takes them out.

    Examples
    --------
    >>> import ccframes as ccf
    >>> from ccframes.analysis.timing import time_to_click
    >>> client = ccf.connect(demo=True)
    >>> campaign = ccf.load_campaign_summaries().head(1)
    >>> times = time_to_click(ccf.load_clicks(campaign), ccf.load_sends(campaign))
    >>> bool((times["seconds"] >= 0).all())
    True

    Source: GET /reports/email_reports/{campaign_activity_id}/tracking/clicks and …/sends.
    """
    require(clicks, EVENT, "load_clicks()", what="clicks")
    return _times_to("clicks", clicks, sends, until, bounces)


def _times_to(
    what: str,
    events: pd.DataFrame,
    sends: pd.DataFrame,
    until: Any,
    bounces: pd.DataFrame | None,
) -> pd.DataFrame:
    require(sends, EVENT, "load_sends()", what="sends")
    returned = sends.head(0)
    if bounces is not None:
        require(bounces, EMAIL, "load_bounces()", what="bounces")
        returned = undelivered(bounces)
    emails, of_event, of_bounce = shared_pairs([sends, events, returned], EMAIL)
    if what == "opens":
        _warn_of_latest(events, of_event)
    sent_at, at = microseconds(sends["created_time"]), microseconds(events["created_time"])
    end = _newest(sent_at, at) if until is None else instant(until, "until")
    # a slot for each email, and last the one to which the number of the unknown points
    slots = 2 + max(int(numbers.max(initial=UNKNOWN)) for numbers in (emails, of_event, of_bounce))
    delivered = _named(emails, slots) & ~_named(of_bounce, slots)
    _warn_of_lost(what, ~delivered[of_event] | (at == NEVER))
    first = earliest(of_event, np.where(at > end, NEVER, at), slots)
    sent_at = np.where(emails == UNKNOWN, sent_at, earliest(emails, sent_at, slots)[emails])
    is_one = delivered[emails] & ~pd.Series(emails).duplicated().to_numpy()
    rows = np.flatnonzero((is_one | (emails == UNKNOWN)) & (sent_at <= end))
    return _frame(what, sends.iloc[rows], sent_at[rows], first[emails[rows]], end)


def _newest(*times: Ints) -> int:
    return max(int(at.max(initial=NEVER)) for at in times)


def _named(numbers: Ints, slots: int) -> Mask:
    """Return for each number whether it occurs; the last one, which is the unknown, never does."""
    flags = np.zeros(slots, dtype=np.bool_)
    flags[numbers] = True
    flags[UNKNOWN] = False
    return flags


def _frame(what: str, sends: pd.DataFrame, sent_at: Ints, first: Ints, end: int) -> pd.DataFrame:
    observed, dated = first != NEVER, sent_at != NEVER
    waited = np.where(observed, first, end) - sent_at
    warn_of(
        dated & (waited < 0), f"emails have {what} from before they were sent; their seconds are 0"
    )
    seconds = np.maximum(waited, 0) / SECOND
    return pd.DataFrame(
        {
            **{name: sends[name].astype(STR).reset_index(drop=True) for name in EMAIL},
            "sent_at": times_of(sent_at),
            "first_at": times_of(first),
            "seconds": np.where(dated, seconds, np.nan),
            "observed": pd.array(observed, dtype="boolean"),
        }
    )


def _warn_of_latest(opens: pd.DataFrame, of_open: Ints) -> None:
    said = opens.attrs.get(KEY, {}).get("endpoint") == "unique_opens"
    repeated = np.bincount(of_open[of_open != UNKNOWN]).max(initial=0) > 1
    if said or (len(opens) >= _REPEATS_EXPECTED_AMONG and not repeated):
        warn(
            "opens: no email was opened twice, as in the frames of load_unique_opens(), which "
            "have the latest opens and not the first, so that the times are too long; give the "
            "frame of load_opens()",
            PartialResultWarning,
        )


def _warn_of_lost(what: str, lost: Mask) -> None:
    warn_of(
        lost,
        f"{what} have no time, or are of emails that are not among the sends or that bounced; "
        f"they are not in the times. Load the sends of the same activities as the {what}",
    )
