"""What bounced, why, and with whom again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, Mask, whole_numbers
from ccframes.analysis.codes import count_distinct
from ccframes.analysis.columns import require
from ccframes.analysis.grouping import PERIOD, groups_of
from ccframes.analysis.local_times import ZONE
from ccframes.analysis.mail import EVENT, Mail, addresses_of, mail_of
from ccframes.analysis.moments import earliest, latest, microseconds, times_of
from ccframes.analysis.proportions import wilson
from ccframes.analysis.providers import PROVIDER, providers_of
from ccframes.endpoints.email_reports import BOUNCE_CODES
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import share

BOUNCE_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {**dict.fromkeys("BS", "hard"), **dict.fromkeys("DFXZ", "soft"), "V": "delivered"}
)
"""Bounce codes: hard for good, soft for now, or delivered and answered by a machine."""

KINDS: Final = ("hard", "soft", "delivered", "unknown")
"""What a bounce can be; unknown is what `kinds` does not name."""

_CODE: Final = "bounce_code"
_OWN: Final = ("kind", "bounces", *KINDS, "contacts", "sends", "share", "low", "high", "ci", ZONE)
_BOUNCE: Final = (*EVENT, _CODE)


def bounce_summary(
    bounces: pd.DataFrame,
    sends: pd.DataFrame,
    *,
    by: str | Sequence[str] = (_CODE, PROVIDER),
    tz: str = "UTC",
    kinds: Mapping[str, str] = BOUNCE_KINDS,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return how many emails bounced, by code and by provider, or by what else is asked for.

    Parameters
    ----------
    bounces, sends : pandas.DataFrame
        What `load_bounces()` and `load_sends()` give, of the same activities.
    by : str or sequence of str
        Any of "bounce_code"; "provider", the domain of the address mailed to; a column of the
        sends; and a period of sending ("D", "W", "M", "Q" or "Y"), in a column called period.
    tz : str
        The time zone in which periods begin.
    kinds : mapping
        What each code is: "hard", "soft" or "delivered". All others are "unknown".
    ci : float
        The level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per group, the most bounces first: what `by` names; kind, if it names
        "bounce_code"; bounces, and of them hard, soft, delivered, unknown [emails]; contacts
        [contacts]; sends to the same group, whatever the code [emails]; share, bounces over
        sends, with low, high [0–1], whose level is ci; and of periods time_zone_id, the zone in
        which they begin. Groups without a bounce have a row unless codes are asked for.

    Raises
    ------
    ColumnsError
        A frame lacks what every event has, or the sends lack a column of `by`.
    ConfigError
        A kind is none of those, or `ci` is no level.

    Warns
    -----
    PartialResultWarning
        Bounces that belong to none of the sends. They do not count.

    Notes
    -----
    Hard: B (the address does not exist) and S (suspended, since it did not exist before). Soft:
    D (undeliverable after several tries), F (mailbox full), X (other) and Z (blocked by the
    provider). Delivered: V, a vacation reply, which the API counts as a bounce although the email
    arrived. So `share` is the API's bounce rate, and all but `delivered` over sends is the share
    that did not arrive. An email counts once in each number, however often the frame has it.

    The interval is Wilson's, as if emails bounced independently.

    Examples
    --------
    >>> import ccframes as ccf
    >>> with ccf.connect(demo=True):
    ...     emails = ccf.load_campaign_summaries().tail(2)
    ...     bounces, sends = ccf.load_bounces(emails), ccf.load_sends(emails)
    >>> bounce_summary(bounces, sends, by="bounce_code")[["bounce_code", "kind", "bounces"]].head(1)
      bounce_code       kind  bounces
    0           V  delivered       10

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212.
    """
    names = [by] if isinstance(by, str) else list(by)
    _check(kinds)
    mail = mail_of(sends)
    rest = [name for name in names if name != _CODE]
    groups = groups_of(emails_of(mail, sends, rest), rest or None, tz=tz, taken=_OWN)
    bounced = _Bounced.of(bounces, mail)
    keys = groups.keys.assign(sends=np.bincount(groups.codes, minlength=len(groups)))
    cell = groups.codes[bounced.email]
    if _CODE in names:
        cells, cell = np.unique(cell * len(bounced.codes) + bounced.code, return_inverse=True)
        keys = keys.iloc[cells // max(1, len(bounced.codes))].reset_index(drop=True)
        codes = coded(bounced.codes, cells % max(1, len(bounced.codes)))
        keys.insert(min(names.index(_CODE), len(rest)), _CODE, pd.Series(codes))
        keys.insert(len(names), "kind", pd.Series(_kind(codes, kinds)))
    frame = _summed(keys, cell, bounced, mail, kinds)
    frame["share"] = share(frame["bounces"], frame["sends"])
    frame["low"], frame["high"] = wilson(frame["bounces"], frame["sends"], ci)
    frame["ci"] = ci
    if PERIOD in frame:
        frame[ZONE] = pd.Series(tz, index=frame.index, dtype=STR)
    return frame.sort_values("bounces", ascending=False, kind="stable", ignore_index=True)


def repeat_bouncers(
    bounces: pd.DataFrame,
    sends: pd.DataFrame,
    *,
    at_least: int = 2,
    kinds: Mapping[str, str] = BOUNCE_KINDS,
) -> pd.DataFrame:
    """Return the contacts whose mail bounced again and again, and whether any came through since.

    Parameters
    ----------
    bounces, sends : pandas.DataFrame
        What `load_bounces()` and `load_sends()` give, of the same activities.
    at_least : int
        How many emails have to have bounced.
    kinds : mapping
        What each code is, as for `bounce_summary`. Bounces that are "delivered" do not count.

    Returns
    -------
    pandas.DataFrame
        One row per contact, the most bounces first: contact_id; email_address as last mailed to;
        bounces, and of them hard [emails]; codes, in the alphabet's order, with commas between;
        first_bounce, last_bounce [UTC]; sent, of all emails in the sends [emails]; last_sent
        [UTC]; sent_since, emails sent after the last that bounced, all of which were delivered
        [emails]; came_through, whether there are any.

    Raises
    ------
    ColumnsError
        A frame lacks what every event has, or the bounces have no code.
    ConfigError
        `at_least` is less than 1, or a kind is none.

    Warns
    -----
    PartialResultWarning
        Bounces that belong to none of the sends. They do not count.

    Notes
    -----
    An email counts once, however often it bounced. That an email did not bounce is taken for its
    coming through: the API says nothing of what was thrown away in silence.

    Examples
    --------
    >>> sends = pd.DataFrame(
    ...     {
    ...         "campaign_activity_id": ["first", "second", "third"],
    ...         "contact_id": ["ann"] * 3,
    ...         "created_time": ["2026-01-01T09:00Z", "2026-02-01T09:00Z", "2026-03-01T09:00Z"],
    ...     }
    ... )
    >>> bounces = sends.head(2).assign(bounce_code=["F", "B"])
    >>> repeat_bouncers(bounces, sends)[["bounces", "hard", "codes", "sent_since", "came_through"]]
       bounces  hard codes  sent_since  came_through
    0        2     1  B, F           1          True

    Source: GET /reports/email_reports/{campaign_activity_id}/tracking/bounces.
    """
    if at_least < 1:
        raise ConfigError(f"at_least={at_least!r}: at least one email has to have bounced")
    _check(kinds)
    mail = mail_of(sends)
    failed = _Bounced.of(bounces, mail).failed(kinds)
    times = mail.per_contact(mail.marked(failed.email))
    who = np.flatnonzero(times >= at_least)
    who = who[np.argsort(-times[who], kind="stable")]
    hard = failed.only(failed.kind(kinds) == "hard")
    last_failed = _last_of(mail, failed.email)
    end = np.cumsum(mail.per_contact(np.ones(len(mail), dtype=np.bool_)))
    since = end[who] - 1 - last_failed[who]
    first, last = failed.span(mail)
    return pd.DataFrame(
        {
            "contact_id": pd.array(mail.contacts, dtype=STR).take(who),
            "email_address": addresses_of(sends).take(mail.row[end[who] - 1]),
            "bounces": whole_numbers(times[who]),
            "hard": whole_numbers(mail.per_contact(mail.marked(hard.email))[who]),
            "codes": failed.codes_of(who, mail),
            "first_bounce": times_of(first[who]),
            "last_bounce": times_of(last[who]),
            "sent": whole_numbers(mail.per_contact(np.ones(len(mail), dtype=np.bool_))[who]),
            "last_sent": times_of(mail.sent_at[end[who] - 1]),
            "sent_since": whole_numbers(since),
            "came_through": pd.array(since > 0, dtype="boolean"),
        }
    )


def emails_of(mail: Mail, sends: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return, for each email, what it can be grouped by: of the sends, its provider, its time."""
    frame = sends[[name for name in dict.fromkeys(names) if name in sends]].iloc[mail.row]
    frame = frame.reset_index(drop=True).assign(sent_at=times_of(mail.sent_at))
    if PROVIDER in names and PROVIDER not in frame:
        require(sends, ["email_address"], "load_sends()", what="sends")
        frame[PROVIDER] = providers_of(sends["email_address"]).array.take(mail.row)
    return frame


def coded(codes: Sequence[str], places: Ints) -> pd.Categorical:
    """Return the bounce codes at these places, −1 for none, as categories: the documented first.

    >>> coded(["Z", "?"], np.array([0, 1, -1])).tolist()
    ['Z', '?', nan]
    """
    texts = pd.array([*codes, np.nan], dtype=STR).take(places)
    words = [*BOUNCE_CODES, *sorted({*codes} - {*BOUNCE_CODES, np.nan})]
    return pd.Categorical(texts, categories=pd.Index(words, dtype=STR))


class _Bounced:
    """Bounces of the emails of a mail, each code of an email once."""

    def __init__(self, codes: list[str], email: Ints, code: Ints, at: Ints) -> None:
        self.codes, self.email, self.code, self.at = codes, email, code, at

    @classmethod
    def of(cls, bounces: pd.DataFrame, mail: Mail) -> _Bounced:
        """Return the bounces that belong to an email; a missing code is one of its own."""
        require(bounces, _BOUNCE, "load_bounces()", what="bounces")
        code, codes = pd.factorize(bounces[_CODE].astype(STR), use_na_sentinel=False)
        place = mail.place(bounces, "load_bounces()", "bounces")
        known = np.flatnonzero(place >= 0)
        width = max(1, len(codes))
        once = known[np.unique(place[known] * width + code[known], return_index=True)[1]]
        at = microseconds(bounces["created_time"])
        return cls(list(codes), place[once], code[once], at[once])

    def only(self, which: Mask) -> _Bounced:
        """Return some of them."""
        return _Bounced(self.codes, self.email[which], self.code[which], self.at[which])

    def kind(self, kinds: Mapping[str, str]) -> Any:
        """Return what each bounce is."""
        names = np.array([kinds.get(code, "unknown") for code in self.codes], dtype=object)
        return names[self.code]

    def failed(self, kinds: Mapping[str, str]) -> _Bounced:
        """Return those whose email was not delivered."""
        return self.only(self.kind(kinds) != "delivered")

    def span(self, mail: Mail) -> tuple[Ints, Ints]:
        """Return when each contact's first and last bounce came."""
        contact, contacts = mail.contact[self.email], len(mail.contacts)
        return earliest(contact, self.at, contacts), latest(contact, self.at, contacts)

    def codes_of(self, who: Ints, mail: Mail) -> Any:
        """Return the codes of these contacts as text."""
        named = pd.DataFrame({"contact": mail.contact[self.email], "code": self.code})
        named = named[named["contact"].isin(who)].drop_duplicates()
        named["code"] = pd.array(self.codes, dtype=STR).fillna("").take(named["code"].to_numpy())
        joined = named.sort_values("code").groupby("contact")["code"].agg(", ".join)
        return pd.array(joined.reindex(who).to_numpy(dtype=object), dtype=STR)


def _check(kinds: Mapping[str, str]) -> None:
    strange = sorted(set(kinds.values()) - set(KINDS))
    if strange:
        raise ConfigError(f"kinds: {strange} are none of {', '.join(KINDS)}")


def _kind(codes: Any, kinds: Mapping[str, str]) -> pd.Categorical:
    words = [kinds.get(code, "unknown") for code in codes]
    return pd.Categorical(words, categories=pd.Index(KINDS, dtype=STR))


def _summed(
    keys: pd.DataFrame, cell: Ints, bounced: _Bounced, mail: Mail, kinds: Mapping[str, str]
) -> pd.DataFrame:
    """Return the keys with each cell's emails and contacts, and its sends last."""
    kind = bounced.kind(kinds)
    counts = {"bounces": count_distinct(cell, bounced.email, len(keys))}
    for name in KINDS:
        of_kind = kind == name
        counts[name] = count_distinct(cell[of_kind], bounced.email[of_kind], len(keys))
    counts["contacts"] = count_distinct(cell, mail.contact[bounced.email], len(keys))
    counts["sends"] = keys.pop("sends").to_numpy()
    return keys.assign(**{name: whole_numbers(numbers) for name, numbers in counts.items()})


def _last_of(mail: Mail, email: Ints) -> Ints:
    """Return the last of these emails of each contact; −1 for none."""
    last = np.full(len(mail.contacts), -1)
    np.maximum.at(last, mail.contact[email], email)
    return last
