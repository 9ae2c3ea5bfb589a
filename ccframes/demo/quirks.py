"""Switches for the inconsistencies and faults that the real API is known or feared to have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ccframes.schema import Endpoint

Fault = int | Literal["cut", "reset", "html"]
Body = dict[str, Any]
Change = Callable[[Body], Body]

LAST_LINKS: dict[str, Any] = {
    "empty": {},
    "null": None,
    "null next": {"next": None},
    "empty next": {"next": {}},
    "null href": {"next": {"href": None}},
    "blank href": {"next": {"href": ""}},
}
"""What a last page may say instead of nothing."""

_SUMMER_TIME = timezone(timedelta(hours=-4))
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@dataclass(frozen=True)
class Quirks:
    """How the server departs from the contract's usual form; by default not at all.

    Attributes
    ----------
    stat_keys : {"underscored", "dotted", "both"}
        Spelling of the statistics by device: `em_opens_all_mobile` or `em_opens.all.mobile`.
    string_counts : bool
        `unique_counts` are text ("3129").
    aggregate_array : bool
        `aggregate_percents` is an array of one object of texts.
    null_links : str
        How the last page says that it is the last: a key of LAST_LINKS; empty leaves `_links` out.
    href : str
        Form of a next link. `{origin}`, `{path}`, `{token}` and `{here}` (the link that led to
        this page) are filled in: "{origin}{path}?next={token}" is absolute, "{here}" repeats.
    numeric_offsets : bool
        Instants end in `-04:00`, not in `Z`.
    missing_names : bool
        No record has first or last names.
    unknown_field : str
        Name of a field that every record has in addition.
    late_rows : int
        So many new rows arrive between two pages: a page begins with the last rows of the one
        before.
    faults : mapping of int to status, "cut", "reset" or "html"
        What goes wrong with the requests of these numbers, counted from 1. A status has an HTML
        body; "cut" ends in the middle of the body, "reset" before it, and "html" is a 200.
    """

    stat_keys: Literal["underscored", "dotted", "both"] = "underscored"
    string_counts: bool = False
    aggregate_array: bool = False
    null_links: str = ""
    href: str = "{path}?next={token}"
    numeric_offsets: bool = False
    missing_names: bool = False
    unknown_field: str = ""
    late_rows: int = 0
    faults: Mapping[int, Fault] = field(default_factory=dict)

    def bend(self, endpoint: Endpoint, body: Body) -> Body:
        """Return the body of an answer with these quirks; the one given stays as it is."""
        changes = self._changes()
        records = body.get(endpoint.records)
        if changes and not endpoint.records:
            body = _changed(body, changes)
        elif changes and isinstance(records, list):
            body = body | {endpoint.records: [_changed(record, changes) for record in records]}
        if self.aggregate_array and "aggregate_percents" in body:
            percents = body["aggregate_percents"]
            body = body | {"aggregate_percents": [{key: str(percents[key]) for key in percents}]}
        if self.null_links and endpoint.walk == "cursor" and "_links" not in body:
            body = body | {"_links": LAST_LINKS[self.null_links]}
        return body

    def _changes(self) -> list[Change]:
        """Return what is done to each record."""
        switched: list[tuple[object, Change]] = [
            (self.stat_keys != "underscored", self._respell),
            (self.string_counts, _count_in_text),
            (self.numeric_offsets, _offset),
            (self.missing_names, _unname),
            (self.unknown_field, lambda record: record | {self.unknown_field: "new"}),
        ]
        return [change for switch, change in switched if switch]

    def _respell(self, record: Body) -> Body:
        if not isinstance(record.get("stats"), dict):
            return record
        stats = {_dotted(key): count for key, count in record["stats"].items()}
        return record | {"stats": record["stats"] | stats if self.stat_keys == "both" else stats}


def _changed(record: Body, changes: list[Change]) -> Body:
    for change in changes:
        record = change(record)
    return record


def _dotted(key: str) -> str:
    """Return the dotted spelling of a key that has one: `em_opens.all.mobile`."""
    if not key.startswith(("em_opens_all", "em_clicks_all")):
        return key
    return key.replace("_", ".").replace("em.", "em_", 1)


def _count_in_text(record: Body) -> Body:
    counts = record.get("unique_counts")
    if not isinstance(counts, dict):
        return record
    return record | {"unique_counts": {key: str(count) for key, count in counts.items()}}


def _offset(record: Body) -> Body:
    return {
        key: _in_summer_time(value)
        if isinstance(value, str) and _INSTANT.fullmatch(value)
        else value
        for key, value in record.items()
    }


def _in_summer_time(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(_SUMMER_TIME).isoformat(timespec="milliseconds")


def _unname(record: Body) -> Body:
    return {key: record[key] for key in record if key not in {"first_name", "last_name"}}
