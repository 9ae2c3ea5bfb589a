"""Query parameters as the services take them: limits, cursors and filters."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from ccframes.demo.derived import instant_of
from ccframes.demo.families import Family, family_of

if TYPE_CHECKING:
    from ccframes.demo.rules import Query, Record, Rule, Taken
    from ccframes.schema import Endpoint

_SUMMARY_TYPES = "14,15,12,43,2,1,26,21,19,17,30,11,23,10,44,16,22,18,24,25,20,57"
"""The campaign types that the cursor of the campaign summaries lists."""


@dataclass(frozen=True)
class Asked:
    """The parameters of a request that the endpoint knows; others are ignored, as the API does.

    Attributes
    ----------
    endpoint : Endpoint
        What was asked for.
    rule : Rule
        How its service takes parameters.
    query : mapping
        Everything that was given; on further pages, what was given for the first.
    """

    endpoint: Endpoint
    rule: Rule
    query: Query

    @property
    def family(self) -> Family:
        """The endpoint's family."""
        return family_of(self.endpoint.path)

    @cached_property
    def given(self) -> Query:
        """Parameters that were given and are known."""
        return {name: self.query[name] for name in self._taken if name in self.query}

    @cached_property
    def _taken(self) -> Mapping[str, Taken]:
        return self.rule.taken(self.endpoint)

    def check(self) -> None:
        """Raise Refusal (400) where the parameters make no sense, alone or together."""
        self._check_presence()
        for name, values in self.given.items():
            check = self._taken[name].check
            if check and not all(map(check, values)):
                raise self.family.invalid(name)
        if self.endpoint.longest_years:
            start, end = (instant_of(self.given[name][-1]) for name in ("start", "end"))
            if not 0 <= (end - start).days <= 366 * self.endpoint.longest_years:
                raise self.family.invalid("end")

    def _check_presence(self) -> None:
        for param in self.endpoint.params:
            if param.required and not any(self.query.get(param.name, ())):
                raise self.family.invalid(param.name)
        for one, other in self.endpoint.exclusive:
            if one in self.given and other in self.given:
                raise self.family.invalid(one)
        for param in self.endpoint.params:
            if param.alone and param.name in self.given and len(self.given) > 1:
                raise self.family.invalid(param.name)

    def kept(self, records: Sequence[Record]) -> Sequence[Record]:
        """Return the records that the parameters keep, in the order they ask for."""
        values = {**self.rule.defaults, **self.given}
        tests = [
            (taken.keeps, values[name])
            for name, taken in self._taken.items()
            if taken.keeps and name in values
        ]
        if tests:
            records = [
                record for record in records if all(keeps(record, given) for keeps, given in tests)
            ]
        return self.rule.order(records, self.given) if self.rule.order else records

    def trimmed(self, records: Sequence[Record]) -> list[Record]:
        """Return the records with the fields that come on request only if they were asked for."""
        for shown in self.rule.shown:
            hidden = shown.hidden(self.query)
            empty: dict[str, Any] = {key: [] for key in shown.fields} if shown.empty else {}
            if hidden or empty:
                records = [
                    {name: each for name, each in (empty | record).items() if name not in hidden}
                    for record in map(dict, records)
                ]
        return list(records)


@dataclass(frozen=True)
class Cursor:
    """Where a page begins and how long it is: opaque to clients."""

    start: int
    limit: int

    @classmethod
    def of(cls, asked: Asked, *, clamped: bool = False) -> Cursor:
        """Return the cursor of a query; raise Refusal (400) where it makes no sense."""
        start = asked.query.get(_start_key(asked.endpoint), ["0"])[-1]
        if not re.fullmatch("[0-9]{1,12}", start):
            raise asked.family.invalid(asked.rule.link_param)
        return cls(int(start), _limit(asked, clamped=clamped))

    def page(self, records: Sequence[Any], late: int = 0) -> tuple[list[Any], Cursor | None]:
        """Return the records of this page, and the cursor of the next one if there is one."""
        start = max(0, self.start - late)
        end = start + self.limit
        following = replace(self, start=end) if end < len(records) else None
        return list(records[start:end]), following

    def token(self, asked: Asked) -> str:
        """Return the cursor and the filters as text: base64, its padding as it is."""
        pairs = [(name, value) for name, values in asked.given.items() for value in values]
        pairs += [("limit", str(self.limit)), (_start_key(asked.endpoint), str(self.start))]
        if asked.endpoint.name == "campaign_summaries":
            pairs.insert(0, ("campaign_types", _SUMMARY_TYPES))
        text = "&".join(f"{name}={quote(value, safe=',:')}" for name, value in pairs)
        return b64encode(text.encode()).decode()


def opened(endpoint: Endpoint, query: Query, param: str) -> Query:
    """Return what a cursor in that parameter stands for; other queries as they are.

    The name of the position is not for clients: outside of a cursor it is dropped.
    """
    if param not in query:
        return {name: query[name] for name in query if name != _start_key(endpoint)}
    try:
        text = b64decode(query[param][-1], validate=True).decode("ascii")
        within = parse_qs(text, strict_parsing=True, keep_blank_values=True)
    except (Base64Error, ValueError):
        raise family_of(endpoint.path).invalid(param) from None
    if _start_key(endpoint) not in within:
        raise family_of(endpoint.path).invalid(param)
    return within


def _limit(asked: Asked, *, clamped: bool) -> int:
    rule, largest = asked.rule, asked.rule.max_limit or asked.endpoint.page_limit or 0
    fixed = asked.endpoint.fixed_page
    usual = fixed or rule.default_limit or largest
    if fixed or "limit" not in asked.query:
        return usual
    text = asked.query["limit"][-1]
    if re.fullmatch("[0-9]{1,12}", text) and 1 <= int(text) <= largest:
        return int(text)
    if not clamped:
        raise asked.family.invalid("limit")
    return min(max(1, int(text)), largest) if re.fullmatch("-?[0-9]{1,12}", text) else usual


def _start_key(endpoint: Endpoint) -> str:
    return "o" if endpoint.name == "campaign_summaries" else "next"
