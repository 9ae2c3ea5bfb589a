"""Query parameters as the services take them: limits, cursors and filters."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from ccframes.demo.exchange import Refusal

if TYPE_CHECKING:
    from ccframes.schema import Endpoint, Param

Query = Mapping[str, list[str]]

_DEFAULT_LIMITS = {"campaign_summaries": 50, "campaigns": 50}
_SUMMARY_TYPES = "14,15,12,43,2,1,26,21,19,17,30,11,23,10,44,16,22,18,24,25,20,57"
"""The campaign types that the cursor of the campaign summaries lists."""

_FILTERS: dict[str, Callable[[Mapping[str, Any], list[str]], bool]] = {
    "bounce_code": lambda record, codes: record.get("bounce_code") in codes,
    "url_id": lambda record, numbers: record.get("url_id") == numbers[-1],
    "after_date": lambda record, dates: _updated(record) > _instant(dates[-1]),
    "before_date": lambda record, dates: _updated(record) < _instant(dates[-1]),
}


@dataclass(frozen=True)
class Cursor:
    """Where a page begins, how long it is, and which records are left out: opaque to clients."""

    start: int
    limit: int
    filters: Query

    @classmethod
    def of(cls, endpoint: Endpoint, query: Query) -> Cursor:
        """Return the cursor a query asks for; raise Refusal (400) where it makes no sense."""
        if "next" in query:
            query = _opened(endpoint, query["next"][-1])
            start = _whole(endpoint, "next", query.get(_start_key(endpoint), [""])[-1])
        else:
            start = 0
        default = _DEFAULT_LIMITS.get(endpoint.name, endpoint.page_limit)
        limit = _whole(endpoint, "limit", query.get("limit", [str(default)])[-1])
        if not 1 <= limit <= (endpoint.page_limit or limit):
            raise invalid(endpoint, "limit")
        return cls(start, limit, filters_of(endpoint, query))

    def page(self, records: Sequence[Any], late: int = 0) -> tuple[list[Any], Cursor | None]:
        """Return the records of this page, and the cursor of the next one if there is one."""
        kept = [record for record in records if self._keeps(record)] if self.filters else records
        start = max(0, self.start - late)
        end = start + self.limit
        return list(kept[start:end]), replace(self, start=end) if end < len(kept) else None

    def token(self, endpoint: Endpoint) -> str:
        """Return the cursor as text: base64, its padding as it is."""
        pairs = [(name, text) for name, texts in self.filters.items() for text in texts]
        pairs += [("limit", str(self.limit)), (_start_key(endpoint), str(self.start))]
        if endpoint.name == "campaign_summaries":
            pairs.insert(0, ("campaign_types", _SUMMARY_TYPES))
        text = "&".join(f"{name}={quote(value, safe=',:')}" for name, value in pairs)
        return b64encode(text.encode()).decode()

    def _keeps(self, record: Mapping[str, Any]) -> bool:
        return all(_FILTERS[name](record, texts) for name, texts in self.filters.items())


def filters_of(endpoint: Endpoint, query: Query) -> dict[str, list[str]]:
    """Return the parameters that the endpoint knows; others are ignored, as the API does."""
    known = {param.name: query[param.name] for param in endpoint.params if param.name in query}
    for param in endpoint.params:
        if not all(_makes_sense(param, text) for text in known.get(param.name, ())):
            raise invalid(endpoint, param.name)
    return known


def invalid(endpoint: Endpoint, name: str) -> Refusal:
    """Return the refusal (400) of a query parameter."""
    service = "reportingsvc.bad_request.invalid_query_param"
    key = f"{service}.{name}" if "/reports/" in endpoint.path else "contacts.api.validation.error"
    return Refusal.listing(400, key, f"{name} does not have a valid value")


def _makes_sense(param: Param, text: str) -> bool:
    if param.kind == "bool":
        return text in {"true", "false"}
    if param.kind == "digits":
        return text.isdecimal()
    if param.kind == "choice":
        return text in param.choices
    try:
        _instant(text)
    except ValueError:
        return False
    return True


def _opened(endpoint: Endpoint, token: str) -> Query:
    try:
        return parse_qs(b64decode(token, validate=True).decode("ascii"), strict_parsing=True)
    except (Base64Error, ValueError):
        raise invalid(endpoint, "next") from None


def _start_key(endpoint: Endpoint) -> str:
    return "o" if endpoint.name == "campaign_summaries" else "next"


def _whole(endpoint: Endpoint, name: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,12}", text):
        raise invalid(endpoint, name)
    return int(text)


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _updated(record: Mapping[str, Any]) -> datetime:
    return _instant(record["updated_at"])
