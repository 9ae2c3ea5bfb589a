"""Answers that the server makes of an account's other answers, so that they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ccframes.demo.documents import Unknown

if TYPE_CHECKING:
    from ccframes.demo.documents import Account

Record = Mapping[str, Any]

_NEW = timedelta(days=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRIVILEGE_IDS = {
    "account:read": 2,
    "campaign:list": 29,
    "ui:campaign:metrics": 39,
    "contacts:read": 42,
    "ui:contacts:contactreports": 49,
}
"""The ids that were seen; others follow from 100."""


@dataclass(frozen=True)
class Question:
    """What an answer may be made of.

    Attributes
    ----------
    account : Account
        Who is asked.
    key : str
        Id in the path, empty where it has none.
    kept : callable
        Gives, of some records, those that the filters of the request keep.
    privileges : frozenset of str
        What the user may do.
    """

    account: Account
    key: str
    kept: Callable[[Sequence[Record]], Sequence[Record]]
    privileges: frozenset[str]


def instant_of(text: str) -> datetime:
    """Return an instant; one without a zone is in UTC. Raises ValueError.

    >>> instant_of("2019-01-01T00:00:00-0500")
    datetime.datetime(2019, 1, 1, 0, 0, tzinfo=...)
    """
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def contact_rates(question: Question) -> dict[str, Any]:
    """Return a contact's rates, 0–1, over the emails of the contact's summary."""
    activities = question.kept(question.account.records("contact_summary", question.key))
    included = [each for each in activities if each["em_sends"]]
    return {
        "contact_id": question.key,
        "included_activities_count": len(included),
        "average_open_rate": _share(included, "em_opens"),
        "average_click_rate": _share(included, "em_clicks"),
    }


def contact(question: Question) -> Record:
    """Return one contact, who may have been deleted."""
    for record in question.account.records("contacts"):
        if record["contact_id"] == question.key:
            return record
    raise Unknown(question.key)


def contact_counts(question: Question) -> dict[str, int]:
    """Return how many contacts there are, by permission."""
    contacts = [each for each in question.account.records("contacts") if "deleted_at" not in each]
    permissions = Counter(permission_of(each) for each in contacts)
    return {
        "total": len(contacts),
        "explicit": permissions["explicit"],
        "implicit": permissions["implicit"],
        "pending": permissions["pending_confirmation"],
        "unsubscribed": permissions["unsubscribed"],
        "new_subscriber": _count_new(contacts),
    }


def permission_of(record: Record) -> str:
    """Return the permission to send to a contact; one without an address has none set."""
    permission: str = record.get("email_address", {}).get("permission_to_send", "not_set")
    return permission


def privileges(question: Question) -> list[dict[str, Any]]:
    """Return what the user may do."""
    others = enumerate(sorted(question.privileges - set(_PRIVILEGE_IDS)), 100)
    numbers = _PRIVILEGE_IDS | {name: number for number, name in others}
    return [
        {"privilege_id": numbers[name], "privilege_name": name}
        for name in sorted(question.privileges)
    ]


def sms_percents(summaries: Iterable[Record]) -> dict[str, float]:
    """Return the percentages pooled over one page of SMS summaries."""
    total: Counter[str] = Counter()
    for summary in summaries:
        total.update(summary["unique_counts"])
    return {
        "deliver": _percent(total["delivers"], total["sends"]),
        "click": _percent(total["clicks"], total["delivers"]),
        "bounce": _percent(total["sends"] - total["delivers"], total["sends"]),
        "unsubscribe": _percent(total["optouts"], total["delivers"]),
    }


def _share(activities: Sequence[Record], key: str) -> float:
    """Return the share of the activities with any of that."""
    return sum(bool(each[key]) for each in activities) / max(1, len(activities))


def _count_new(contacts: Sequence[Record]) -> int:
    """Count who came in the 30 days before the newest: the account's now is not known here."""
    created = [instant_of(each["created_at"]) for each in contacts]
    since = max(created, default=_EPOCH) - _NEW
    return sum(at > since for at in created)


def _percent(part: int, whole: int) -> float:
    return round(100.0 * part / whole, 2) if whole > 0 else 0.0
