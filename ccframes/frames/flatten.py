"""Pages in, one typed frame out, flattened as they arrive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pandas as pd

from ccframes.endpoints import endpoint_named
from ccframes.errors import ConfigError, PartialResultWarning, UnknownFieldWarning
from ccframes.frames.conform import Array, Rejects, typed, typed_unknown
from ccframes.frames.extract import Extract, Unknown, Values, extract, page_form, text_of
from ccframes.frames.provenance import mark
from ccframes.page import Form, Page
from ccframes.schema import Column, Endpoint, column_name
from ccframes.warn import warn

BLOCK_ROWS = 16_384
"""Rows of a walk gathered as plain objects before they become typed arrays, eight times smaller."""

SMALL_BLOCK_ROWS = 256
"""Rows below which a finished walk waits to be typed together with others."""

One = Mapping[str, Any] | list[Any] | str | bytes
Payload = Mapping[str, Any] | str | bytes | Sequence[One]


def flatten(name: str, payload: Payload) -> pd.DataFrame:
    """Turn answers of the API that you already have into the frame its loader gives.

    Parameters
    ----------
    name : str
        Name of the report, as in `catalog()`: `"opens"`, `"campaign_stats"`, …
    payload : dict, str, bytes, or a list of them
        One page or many in their order: decoded JSON or its text. A decoded answer that is
        itself an array is given in a list, as one of many.

    Returns
    -------
    pandas.DataFrame
        The columns and dtypes of `describe(name)` (joined ones excluded), whatever came.
        `attrs["ccframes"]["complete"]` is False where the last page links to a next one.

    Raises
    ------
    ConfigError
        No report has that name, or the text is no JSON.
    SchemaError
        A page lacks its records key or a required field.

    Warns
    -----
    UnknownFieldWarning
        A page has fields that the table does not know; they follow as further columns.
    PartialResultWarning
        A page says what it could not answer (`errors` beside `results`).

    Examples
    --------
    >>> import ccframes as ccf
    >>> page = {"tracking_activities": [], "_links": {}}
    >>> ccf.flatten("opens", page).dtypes["created_time"]
    datetime64[us, UTC]
    """
    endpoint = endpoint_named(name)
    rows = Rows(endpoint)
    page = None
    for one in _many(payload):
        page = _page(one, page_form(endpoint))
        rows.add(page)
    if rows.errors:
        warn(
            f"{endpoint.name}: the API could not answer in full: {json.dumps(rows.errors)}",
            PartialResultWarning,
        )
    return mark(
        assemble(endpoint, [rows]),
        endpoint=endpoint.name,
        complete=not rows.errors and not (page and page.next_href),
        errors=rows.errors,
    )


def _many(payload: Payload) -> Sequence[One]:
    pages = [payload] if isinstance(payload, Mapping | str | bytes) else payload
    if not isinstance(pages, list | tuple) or not all(
        isinstance(page, Mapping | list | str | bytes) for page in pages
    ):
        raise ConfigError("the payload must be a page as dict, str or bytes, or a list of them")
    return pages


def _page(payload: One, form: Form | None) -> Page:
    if isinstance(payload, list):
        return Page.of(payload)
    if isinstance(payload, Mapping):
        return Page.of(dict(payload))
    try:
        return Page.decode(payload.encode() if isinstance(payload, str) else payload, form)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"the payload is no JSON ({error}); give the whole text of an answer, or a dict"
        ) from None


@dataclass(slots=True)
class _Block:
    """Typed arrays of some rows."""

    rows: int
    declared: dict[str, Array]
    unknown: dict[Unknown, Values]
    rejects: dict[str, Rejects]


@dataclass(slots=True)
class Rows:
    """The rows of one walk, taken in page by page and kept as typed blocks."""

    endpoint: Endpoint
    key_id: str | None = None
    count: int = 0
    errors: list[Any] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    _blocks: list[_Block] = field(default_factory=list)
    _waiting: list[Extract] = field(default_factory=list)
    _waiting_rows: int = 0

    def add(self, page: Page) -> int:
        """Take a page in and return its number of rows."""
        found = extract(self.endpoint, page, self.key_id)
        self.errors += found.errors
        self._wait(found)
        return found.rows

    def extend(self, other: Rows) -> None:
        """Take in all rows of another walk, which is left as it is."""
        self.errors += other.errors
        self.notes.update(other.notes)
        if other._blocks:
            self._compact()
            self._blocks += other._blocks
            self.count += sum(block.rows for block in other._blocks)
        for found in other._waiting:
            self._wait(found)

    def finish(self) -> None:
        """Take note that the last page has come."""
        if self._waiting_rows >= SMALL_BLOCK_ROWS:
            self._compact()

    def blocks(self) -> list[_Block]:
        """Return all rows as typed blocks."""
        self._compact()
        return self._blocks

    def _wait(self, found: Extract) -> None:
        self.count += found.rows
        self.notes.update(found.notes)
        self._waiting.append(found)
        self._waiting_rows += found.rows
        if self._waiting_rows >= BLOCK_ROWS:
            self._compact()

    def _compact(self) -> None:
        if self._waiting:
            self._blocks.append(_block(self.endpoint, self._waiting, self._waiting_rows))
            self._waiting, self._waiting_rows = [], 0


def _block(endpoint: Endpoint, extracts: list[Extract], rows: int) -> _Block:
    block = _Block(rows, {}, {}, {})
    for column in endpoint.columns:
        values = list(chain.from_iterable(found.declared[column.name] for found in extracts))
        block.declared[column.name], rejects = typed(column, values)
        if rejects:
            block.rejects[column.name] = rejects
    for unknown in dict.fromkeys(unknown for found in extracts for unknown in found.unknown):
        block.unknown[unknown] = [
            value for found in extracts for value in found.unknown.get(unknown, [None] * found.rows)
        ]
    return block


def assemble(
    endpoint: Endpoint, walks: Iterable[Rows], warned: set[str] | None = None
) -> pd.DataFrame:
    """Return one frame of all walks' rows, in their order.

    What the table does not know is warned of, once for each subject in `warned`.
    """
    merged = Rows(endpoint)
    for rows in walks:
        merged.extend(rows)
    blocks = merged.blocks()
    columns = {column.name: _declared(column, blocks) for column in endpoint.columns}
    _note_new_words(endpoint, columns, merged.notes)
    for unknown in dict.fromkeys(unknown for block in blocks for unknown in block.unknown):
        name = free_name(column_name(unknown[1]), columns)
        columns[name] = _unknown(unknown, blocks)
        merged.notes[name] = f"{endpoint.name}: unknown field {name!r}, kept as a further column"
    for name in dict.fromkeys(name for block in blocks for name in block.rejects):
        kept = free_name(f"{name}_as_sent", columns)
        columns[kept] = _as_sent(name, blocks)
        merged.notes[f"{name} (values)"] = (
            f"{endpoint.name}: some values of {name!r} are not what the API documents; they are "
            f"missing there and kept as text in {kept!r}"
        )
    _warn(merged.notes, set() if warned is None else warned)
    return pd.DataFrame(columns, index=pd.RangeIndex(merged.count), copy=False)


def free_name(name: str, columns: Mapping[str, pd.Series[Any]]) -> str:
    """Return the name, with as many underscores behind it as make it a new one."""
    while name in columns:
        name += "_"
    return name


def _declared(column: Column, blocks: list[_Block]) -> pd.Series[Any]:
    arrays = [block.declared[column.name] for block in blocks]
    if not arrays:
        arrays = [typed(column, [])[0]]
    if column.dtype == "category":
        arrays = _one_vocabulary(arrays)
    return _joined(arrays)


def _one_vocabulary(arrays: list[Array]) -> list[Array]:
    words = list(dict.fromkeys(word for array in arrays for word in array.categories))
    index = pd.Index(words, dtype=arrays[0].categories.dtype)
    return [
        array if len(array.categories) == len(words) else array.set_categories(index)
        for array in arrays
    ]


def _joined(arrays: list[Array]) -> pd.Series[Any]:
    if len(arrays) == 1:
        return pd.Series(arrays[0], copy=False)
    return pd.concat([pd.Series(array, copy=False) for array in arrays], ignore_index=True)


def _unknown(unknown: Unknown, blocks: list[_Block]) -> pd.Series[Any]:
    values: list[Any] = []
    for block in blocks:
        values += block.unknown.get(unknown, [None] * block.rows)
    return pd.Series(typed_unknown(values))


def _as_sent(name: str, blocks: list[_Block]) -> pd.Series[Any]:
    values: list[Any] = []
    for block in blocks:
        rejects = block.rejects.get(name, {})
        values += [text_of(rejects[row]) if row in rejects else None for row in range(block.rows)]
    return pd.Series(typed_unknown(values))


def _note_new_words(
    endpoint: Endpoint, columns: Mapping[str, pd.Series[Any]], notes: dict[str, str]
) -> None:
    for column in endpoint.columns:
        if column.dtype == "category":
            new = list(columns[column.name].cat.categories[len(column.vocabulary) :])
            if new:
                notes[f"{column.name} (words)"] = (
                    f"{endpoint.name}: {column.name!r} has values that the API does not document, "
                    f"kept as further categories: {', '.join(map(repr, new[:10]))}"
                )


def _warn(notes: Mapping[str, str], warned: set[str]) -> None:
    for subject, message in notes.items():
        if subject not in warned:
            warned.add(subject)
            warn(message, UnknownFieldWarning)
