"""From one page to plain sequences, one for each column; no dtype yet.

A page of a flat report is decoded straight into records of the table's own type, in one step of C
(three times as fast as dictionaries that are then searched key by key). A page that does not fit
that type, because it has a new field, a number for a text, an unusual envelope, is taken apart
key by key, where any oddity can be dealt with alone. The other way that was weighed, handing
dictionaries to a struct type of pyarrow, was no faster and needs an optional package.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any, Literal

import msgspec

from ccframes.endpoints import ENDPOINTS
from ccframes.errors import SchemaError
from ccframes.page import Form, Page
from ccframes.schema import Column, Endpoint, Place, canonical_key

_ENVELOPE = frozenset({"_links", "errors"})
_TEXT = frozenset({str, type(None)})
_TEXT_DTYPES = frozenset({"str", "category"})

Values = Sequence[Any]
Record = dict[str, Any]
Unknown = tuple[Place, str]


@dataclass(slots=True)
class Extract:
    """The columns of one page: declared ones by name in table order, unknown ones by their path."""

    rows: int
    declared: dict[str, Values]
    unknown: dict[Unknown, Values]
    notes: dict[str, str] = field(default_factory=dict)
    errors: list[Any] = field(default_factory=list)


def extract(endpoint: Endpoint, page: Page, key_id: str | None = None) -> Extract:
    """Gather the columns of a page.

    `key_id` is the id that was asked for: it fills the key column where the answer omits it.
    """
    return _extract_typed(endpoint, page) or _extract_by_key(endpoint, page, key_id)


def _extract_typed(endpoint: Endpoint, page: Page) -> Extract | None:
    """Gather the columns of a page that has the form the table gives it; None of any other."""
    form = None if page.text is None else page_form(endpoint)
    envelope = form and page.formed(form)
    if envelope is None:
        return None
    records = envelope.records
    columns = zip(*map(msgspec.structs.astuple, records), strict=True) if records else repeat(())
    names = (column.name for column in endpoint.columns)
    return Extract(len(records), dict(zip(names, columns, strict=False)), {})


def page_form(endpoint: Endpoint) -> Form | None:
    """Return the form of pages whose records are flat and all text, as the event reports are."""
    return _page_form(endpoint.name)


@functools.cache
def _page_form(name: str) -> Form | None:
    endpoint = ENDPOINTS[name]
    flat_text = all(
        column.place == "record"
        and "." not in column.source
        and column.dtype not in {"Int64", "float64", "boolean"}
        and not column.title_case
        for column in endpoint.columns
    )
    if not (flat_text and endpoint.records):
        return None
    fields: list[Any] = [
        (column.source, _text_type(column))
        if column.required
        else (column.source, _text_type(column) | None, None)
        for column in endpoint.columns
    ]
    record = msgspec.defstruct("Record", fields, kw_only=True, gc=False, forbid_unknown_fields=True)
    envelope = msgspec.defstruct(
        "Envelope",
        [("records", list[record]), ("links", Any, None)],  # type: ignore[valid-type]
        rename={"records": endpoint.records, "links": "_links"},
        forbid_unknown_fields=True,
    )
    return msgspec.json.Decoder(envelope)


def _text_type(column: Column) -> Any:
    """Return text, or its known words: each is then one object, whatever number of times it comes.

    A page with a new word is taken apart key by key, which keeps it.
    """
    return Literal[column.vocabulary] if column.vocabulary else str


def _extract_by_key(endpoint: Endpoint, page: Page, key_id: str | None) -> Extract:
    try:
        body = page.body
    except ValueError as error:
        raise SchemaError(f"{endpoint.name}: a page is no JSON ({error})") from None
    found = _extract(endpoint, body, key_id)
    odd = _not_text(endpoint, found)
    if any(float in map(type, found.declared[name]) for name in odd):
        found = _extract(endpoint, page.exact_body(), key_id)
    for name in odd:
        found.declared[name] = [
            value if type(value) in _TEXT else text_of(value) or None
            for value in found.declared[name]
        ]
    for column in endpoint.columns:
        if column.title_case:
            found.declared[column.name] = [
                value and value.capitalize() for value in found.declared[column.name]
            ]
    return found


def _not_text(endpoint: Endpoint, found: Extract) -> list[str]:
    """Names of the text columns that hold anything but text."""
    return [
        column.name
        for column in endpoint.columns
        if column.dtype in _TEXT_DTYPES
        and not _TEXT.issuperset(map(type, found.declared[column.name]))
    ]


def _extract(endpoint: Endpoint, body: Any, key_id: str | None) -> Extract:
    records = _records(endpoint, body)
    notes: dict[str, str] = {}
    in_records = _gather(endpoint, records, notes)
    beside = _envelope(endpoint, body)
    on_page = _gather(endpoint, [beside], notes) if beside else {}
    rows = len(records)
    declared: dict[str, Values] = {}
    for column in endpoint.columns:
        once = on_page.pop(column.source, (None,))[0]
        said_once = column.place == "page" and once is not None
        values = None if said_once else in_records.pop(column.source, None)
        if values is None:
            values = [key_id if once is None and column.name == endpoint.key else once] * rows
        if column.required and None in values:
            _require(endpoint, column, records, beside)
        declared[column.name] = values
    unknown: dict[Unknown, Values] = {("record", path): in_records[path] for path in in_records}
    for path, (once,) in on_page.items():
        unknown["page", path] = [once] * rows
    return Extract(rows, declared, unknown, notes, _errors(body))


def _records(endpoint: Endpoint, body: Any) -> list[Record]:
    if endpoint.records and isinstance(body, dict):
        if endpoint.records not in body and not (endpoint.walk == "batch" and body.get("errors")):
            keys = ", ".join(repr(key)[:40] for key in list(body)[:10]) or "nothing"
            raise SchemaError(
                f"{endpoint.name}: the answer has no {endpoint.records!r}; it has {keys}. If the "
                "API changed, report it with the version of ccframes; if this is another "
                "report's page, name that report"
            )
        records = body.get(endpoint.records)
        if records is None:
            return []
    else:
        records = body if isinstance(body, list) else [body]
        if endpoint.records:
            raise SchemaError(
                f"{endpoint.name}: the answer is {_kind(body)}, not an object with "
                f"{endpoint.records!r}"
            )
    if not isinstance(records, list) or not {dict}.issuperset(map(type, records)):
        raise SchemaError(f"{endpoint.name}: its records are not an array of objects")
    return records


def _envelope(endpoint: Endpoint, body: Any) -> Record:
    if not endpoint.records:
        return {}
    return {
        key: value
        for key, value in body.items()
        if key not in _ENVELOPE and key != endpoint.records
    }


def _errors(body: Any) -> list[Any]:
    errors = body.get("errors") if isinstance(body, dict) else None
    return errors if isinstance(errors, list) else [errors] if errors else []


def _gather(
    endpoint: Endpoint, records: list[Record], notes: dict[str, str], group: str = ""
) -> dict[str, Values]:
    """Return the values of every field by its dotted path, nested groups followed."""
    gathered: dict[str, Values] = {}
    for key, values in _by_key(records, endpoint.keys_of(group)):
        path = group + canonical_key(key)
        if path in endpoint.groups or (
            path not in endpoint.by_source and dict in map(type, values)
        ):
            nested = [_object(value) for value in values]
            gathered.update(_gather(endpoint, nested, notes, f"{path}."))
            stray = [None if _object(value) is not _NOTHING else value for value in values]
            if any(stray):
                gathered[path] = stray
        elif path in gathered:
            gathered[path] = _one_spelling(path, key, gathered[path], values, notes)
        else:
            gathered[path] = values
    return gathered


def _by_key(records: list[Record], known: tuple[str, ...]) -> Iterator[tuple[str, Values]]:
    """Yield each key's values: the known ones that occur, then the others as they appear."""
    present = set().union(*records)
    keys = [key for key in known if key in present]
    if len(keys) < len(present):
        keys += [key for key in dict.fromkeys(chain.from_iterable(records)) if key not in keys]
    for key in keys:
        yield key, [record.get(key) for record in records]


_NOTHING: Record = {}


def _object(value: Any) -> Record:
    """Return the object itself, or the one inside an array of one; otherwise nothing."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) else _NOTHING


def _one_spelling(
    path: str, key: str, first: Values, second: Values, notes: dict[str, str]
) -> Values:
    """Merge the dotted and the underscored values of a key; the underscored one wins."""
    underscored, dotted = (first, second) if "." in key else (second, first)
    if any(
        u is not None and d is not None and u != d for u, d in zip(underscored, dotted, strict=True)
    ):
        notes[f"{path} (spellings)"] = (
            f"{path}: the dotted and the underscored key differ in one record; "
            "the underscored one was taken"
        )
    return [d if u is None else u for u, d in zip(underscored, dotted, strict=True)]


def _require(endpoint: Endpoint, column: Column, records: list[Record], beside: Record) -> None:
    """Refuse records in which a required field is absent; an explicit null is let pass."""
    top = column.source.partition(".")[0]
    for row, record in enumerate(records):
        if top not in record and top not in beside:
            raise SchemaError(
                f"{endpoint.name}: record {row} of a page lacks the required field "
                f"{column.source!r}; if the API changed, report it with the version of ccframes"
            )


def text_of(value: Any) -> str:
    """Return a JSON value as text: strings as they are, arrays of scalars comma-separated."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ",".join(text_of(item) for item in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _kind(body: Any) -> str:
    return {list: "an array", str: "a string", type(None): "null"}.get(type(body), "no object")
