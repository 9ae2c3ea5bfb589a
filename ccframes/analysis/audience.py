"""The audience: what each contact was sent and made of it, and who has stopped reading."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, Mask, whole_numbers
from ccframes.analysis.columns import require
from ccframes.analysis.mail import EVENT, Mail, addresses_of, delivered, mail_of
from ccframes.analysis.moments import (
    DAY,
    NEVER,
    earliest,
    instant,
    latest,
    microseconds,
    times_of,
)
from ccframes.analysis.proportions import wilson
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import share

SENT: Final = 1
OPENED: Final = 2
CLICKED: Final = 3
"""The steps of `engagement_matrix`; 0 is not sent."""

_SPARSE_COST: Final = 5  # bytes for each email: its step, and a place of 32 bits


def engagement(
    sends: pd.DataFrame,
    opens: pd.DataFrame,
    clicks: pd.DataFrame | None = None,
    *,
    bounces: pd.DataFrame | None = None,
    now: Any = None,
    last: int = 10,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return what each contact was sent, opened and clicked, and how long ago.

    Parameters
    ----------
    sends, opens : pandas.DataFrame
        What `load_sends()` and `load_opens()` or `load_unique_opens()` give, of the same
        activities.
    clicks : pandas.DataFrame, optional
        What `load_clicks()` gives. Without it clicks are missing.
    bounces : pandas.DataFrame, optional
        What `load_bounces()` gives. Without it every email counts as delivered.
    now : instant, optional
        Up to when days are counted. By default the newest event of all the frames given.
    last : int
        How many of the last emails `opens_last_n` looks at.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per contact, in the order in which the sends name them: contact_id;
        email_address as last mailed to; first_sent, last_sent [UTC]; sent, delivered, opened,
        clicked [emails]; open_rate over delivered with open_low, open_high, and click_rate over
        delivered with click_low, click_high [0–1]; last_opened [UTC]; days_since_open [days];
        last_n, how many of the last emails delivered were looked at, and opens_last_n, how many
        of those were opened [emails]; unopened_run, how many emails in a row were delivered and
        not opened up to the last [emails]; never_opened, which is missing where nothing was
        delivered.

    Raises
    ------
    ColumnsError
        A frame lacks what every event has.
    ConfigError
        `last` is less than 1, `now` is no instant, or `ci` is no level.

    Warns
    -----
    PartialResultWarning
        Events that belong to none of the sends. They do not count. Sends without a time; a
        contact who has no others was sent 0, and address and dates are missing.

    Notes
    -----
    An email counts once, however often it is opened, clicked, or listed in the frame. It was
    delivered unless it bounced with another code than V, a vacation reply; and also if it
    bounced but was opened or clicked. Opens by machines are opens here; leave their rows out
    first if they should not be. Whoever reads with images off is not seen to open.

    The intervals are Wilson's, as if a contact decided on each email alike and independently.

    Examples
    --------
    >>> import ccframes as ccf
    >>> with ccf.connect(demo=True):
    ...     latest = ccf.load_campaign_summaries().head(3)
    ...     sends, opens = ccf.load_sends(latest), ccf.load_opens(latest)
    >>> people = engagement(sends, opens)
    >>> int(people["sent"].sum()) == len(sends)
    True

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    if last < 1:
        raise ConfigError(f"last={last!r}: at least one email has to be looked at")
    given = _given(sends=sends, opens=opens, clicks=clicks, bounces=bounces)
    mail = mail_of(sends)
    place = mail.place(opens, "load_opens()", "opens")
    opened = mail.marked(place)
    clicked = None if clicks is None else mail.having(clicks, "load_clicks()", "clicks")
    arrived = delivered(mail, bounces, opened, *([] if clicked is None else [clicked]))
    counts = {
        "sent": mail.per_contact(np.ones(len(mail), dtype=np.bool_)),
        "delivered": mail.per_contact(arrived),
        "opened": mail.per_contact(opened),
    }
    frame = _people(mail, sends).assign(
        **{name: whole_numbers(count) for name, count in counts.items()},
        clicked=pd.array(
            [pd.NA] * len(mail.contacts) if clicked is None else mail.per_contact(clicked),
            dtype="Int64",
        ),
    )
    for rate, numerator in (("open", "opened"), ("click", "clicked")):
        frame[f"{rate}_rate"] = share(frame[numerator], frame["delivered"])
        low, high = wilson(frame[numerator], frame["delivered"], ci)
        frame[f"{rate}_low"], frame[f"{rate}_high"] = low, high
    last_opened = _last_opened(mail, opens, place)
    until = _newest(given) if now is None else instant(now, "now")
    frame["last_opened"] = times_of(last_opened)
    frame["days_since_open"] = np.where(last_opened == NEVER, np.nan, (until - last_opened) / DAY)
    return frame.assign(**_recent(mail, arrived, opened, last))


def never_opened(people: pd.DataFrame, *, last: int | None = None) -> pd.DataFrame:
    """Return the contacts who opened none of the last emails that were delivered to them.

    Parameters
    ----------
    people : pandas.DataFrame
        What `engagement()` gives.
    last : int, optional
        How many of the last emails. Contacts to whom fewer were delivered are not returned:
        about them one cannot say. By default those who have never opened any.

    Returns
    -------
    pandas.DataFrame
        The rows of those contacts, the longest without an open first.

    Raises
    ------
    ColumnsError
        The frame is not that of `engagement()`.
    ConfigError
        `last` is less than 1.

    Notes
    -----
    Whoever reads with images off is not seen to open, and is in this list all the same. Leave
    those who clicked out of it (`people["clicked"] == 0`) before writing anybody off.

    Examples
    --------
    >>> people = pd.DataFrame({"unopened_run": [2, 5, 0], "never_opened": [True, False, False]})
    >>> never_opened(people, last=3)["unopened_run"].tolist()
    [5]

    Source: GET /reports/email_reports/{campaign_activity_id}/tracking/opens.
    """
    require(people, ["unopened_run", "never_opened"], "analysis.engagement()", what="people")
    if last is not None and last < 1:
        raise ConfigError(f"last={last!r}: at least one email has to be looked at")
    quiet = people["never_opened"] if last is None else people["unopened_run"] >= last
    chosen = people[quiet.astype("boolean").fillna(value=False).to_numpy(dtype=bool)]
    return chosen.sort_values("unopened_run", ascending=False, kind="stable", ignore_index=True)


def engagement_matrix(
    sends: pd.DataFrame,
    opens: pd.DataFrame,
    *,
    clicks: pd.DataFrame | None = None,
    sparse: bool | Literal["auto"] = "auto",
) -> pd.DataFrame:
    """Return contacts by activities: not sent, sent, opened or clicked.

    Parameters
    ----------
    sends, opens : pandas.DataFrame
        What `load_sends()` and `load_opens()` or `load_unique_opens()` give.
    clicks : pandas.DataFrame, optional
        What `load_clicks()` gives. Without it nothing is 3.
    sparse : bool or "auto"
        Whether columns are sparse (`pandas.SparseDtype`). "auto" takes what needs less memory.

    Returns
    -------
    pandas.DataFrame
        One row per contact, by contact_id in the order in which the sends name them, and one
        column per activity, by campaign_activity_id from the first sent to the last, `int8`:
        0 not sent, 1 sent, 2 opened, 3 clicked, whether or not an open was seen.

    Raises
    ------
    ColumnsError
        A frame lacks what every event has.
    ConfigError
        `sparse` is none of True, False and "auto".

    Warns
    -----
    PartialResultWarning
        Events that belong to none of the sends. They do not count.

    Notes
    -----
    Dense, it takes a byte for each contact and activity: 40 MB for 100,000 contacts and 400
    activities. Sparse, it takes five bytes for each email, which is less where contacts got under
    a fifth of the activities.

    Examples
    --------
    >>> sends = pd.DataFrame(
    ...     {
    ...         "campaign_activity_id": ["second", "first", "first"],
    ...         "contact_id": ["ann", "ann", "ben"],
    ...         "created_time": ["2026-02-01T09:00Z", "2026-01-01T09:00Z", "2026-01-01T09:00Z"],
    ...     }
    ... )
    >>> engagement_matrix(sends, sends.tail(1))
    campaign_activity_id  first  second
    contact_id
    ann                       1       1
    ben                       2       0

    Source: GET /reports/email_reports/{campaign_activity_id}/tracking/sends, …/opens and …/clicks.
    """
    if not isinstance(sparse, bool) and sparse != "auto":
        raise ConfigError(f'sparse={sparse!r}: give True, False or "auto"')
    mail = mail_of(sends)
    step = np.full(len(mail), SENT, dtype=np.int8)
    step[mail.having(opens, "load_opens()", "opens")] = OPENED
    if clicks is not None:
        step[mail.having(clicks, "load_clicks()", "clicks")] = CLICKED
    cells = len(mail.contacts) * len(mail.activities)
    if sparse == "auto":
        sparse = len(mail) * _SPARSE_COST < cells
    order = _by_first_sending(mail)
    frame = _sparse(mail, step, order) if sparse else _dense(mail, step, order)
    frame.index = pd.Index(mail.contacts, dtype=STR, name="contact_id")
    names = [mail.activities[place] for place in order]
    frame.columns = pd.Index(names, dtype=STR, name="campaign_activity_id")
    return frame


# --- engagement ---------------------------------------------------------------------------------


def _given(**frames: pd.DataFrame | None) -> list[pd.DataFrame]:
    """Return the frames that were given; all have to be of events."""
    given = {what: frame for what, frame in frames.items() if frame is not None}
    for what, frame in given.items():
        require(frame, EVENT, f"load_{what}()", what=what)
    return [*given.values()]


def _people(mail: Mail, sends: pd.DataFrame) -> pd.DataFrame:
    """Return who the contacts are, and when they were mailed first and last, if at all."""
    last = mail.from_end() == 1
    last_row = np.full(len(mail.contacts), -1)
    last_row[mail.contact[last]] = mail.row[last]
    return pd.DataFrame(
        {
            "contact_id": pd.array(mail.contacts, dtype=STR),
            "email_address": addresses_of(sends).take(last_row, allow_fill=True),
            "first_sent": times_of(earliest(mail.contact, mail.sent_at, len(mail.contacts))),
            "last_sent": times_of(latest(mail.contact, mail.sent_at, len(mail.contacts))),
        }
    )


def _last_opened(mail: Mail, opens: pd.DataFrame, place: Ints) -> Ints:
    """Return when each contact opened anything last; NEVER for those who did not."""
    known = place >= 0
    at = microseconds(opens["created_time"])
    return latest(mail.contact[place[known]], at[known], len(mail.contacts))


def _recent(mail: Mail, arrived: Mask, opened: Mask, last: int) -> dict[str, Any]:
    """Return what became of the last emails delivered to each contact."""
    got, read = mail.only(arrived), opened[arrived]
    delivered_to = np.bincount(got.contact, minlength=len(mail.contacts))
    place = got.from_end()
    latest_read = np.full(len(mail.contacts), np.iinfo(np.int64).max)
    np.minimum.at(latest_read, got.contact[read], place[read])
    unread = pd.array(delivered_to == got.per_contact(~read), dtype="boolean")
    unread[delivered_to == 0] = pd.NA
    return {
        "last_n": whole_numbers(np.minimum(delivered_to, last)),
        "opens_last_n": whole_numbers(got.per_contact(read & (place <= last))),
        "unopened_run": whole_numbers(np.minimum(latest_read - 1, delivered_to)),
        "never_opened": unread,
    }


def _newest(frames: list[pd.DataFrame]) -> int:
    return max(int(microseconds(frame["created_time"]).max(initial=NEVER)) for frame in frames)


# --- matrix -------------------------------------------------------------------------------------


def _by_first_sending(mail: Mail) -> Ints:
    """Return the activities from the first sent to the last."""
    first = earliest(mail.activity, mail.sent_at, len(mail.activities))
    # activities of which no email counts come last
    return np.lexsort((first, first == NEVER))


def _dense(mail: Mail, step: Any, order: Ints) -> pd.DataFrame:
    column = np.empty(len(order), dtype=np.int64)
    column[order] = np.arange(len(order))
    cells = np.zeros((len(mail.contacts), len(order)), dtype=np.int8)
    cells[mail.contact, column[mail.activity]] = step
    return pd.DataFrame(cells)


def _sparse(mail: Mail, step: Any, order: Ints) -> pd.DataFrame:
    by_activity = np.argsort(mail.activity, kind="stable")
    ends = np.cumsum(np.bincount(mail.activity, minlength=len(order)))
    starts = np.concatenate([[0], ends[:-1]])
    columns = {}
    for place, activity in enumerate(order.tolist()):
        emails = by_activity[starts[activity] : ends[activity]]
        cells = np.zeros(len(mail.contacts), dtype=np.int8)
        cells[mail.contact[emails]] = step[emails]
        columns[place] = pd.arrays.SparseArray(cells, fill_value=0)
    return pd.DataFrame(columns, index=range(len(mail.contacts)))
