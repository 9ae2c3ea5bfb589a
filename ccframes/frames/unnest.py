"""Columns whose cells hold several items, as frames of one row per item."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ccframes.endpoints import ENDPOINTS
from ccframes.errors import ColumnsError
from ccframes.frames.extract import Record
from ccframes.frames.flatten import Rows, assemble, free_name
from ccframes.frames.provenance import mark_part
from ccframes.page import Page
from ccframes.schema import Column, Endpoint, Nested

Places: TypeAlias = "np.ndarray[Any, np.dtype[np.intp]]"


def unnest(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Make a tidy frame of a column whose cells hold several items.

    Parameters
    ----------
    frame : pandas.DataFrame
        A loader's frame, or any rows and columns of one that include the column and an id.
    column : str
        A column of JSON or of ids with commas between them: `"list_memberships"`, `"taggings"`,
        `"custom_fields"`, `"phone_numbers"`, `"street_addresses"`, `"notes"` or
        `"sms_channel_sms_channel_consents"` of contacts, `"choice_ids"` of their custom fields,
        `"choices"` of custom fields, `"contact_list_ids"` or `"segment_ids"` of activities and
        sends.

    Returns
    -------
    pandas.DataFrame
        One row per item, in the order of the frame's rows and then of the items: first the ids
        that say which row the item is of, as the frame has them, then the item's fields;
        `describe("contacts.phone_numbers")` says what they are. The same columns and dtypes
        whatever comes; items that repeat stay.

    Raises
    ------
    ColumnsError
        The frame has no such column, or none of the ids; or the column holds no items.

    Warns
    -----
    UnknownFieldWarning
        Items have fields or values that the table does not know; they follow as further columns.

    Notes
    -----
    A missing cell makes no row. Whether a contact has no phone number, or was loaded without
    `include="phone_numbers"`, can therefore not be told from the rows; it cannot be told from
    the cell either.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> contacts = ccf.load_contacts(include="list_memberships")
    >>> memberships = ccf.unnest(contacts, "list_memberships")
    >>> memberships.columns.tolist()
    ['contact_id', 'list_id']
    >>> named = memberships.merge(ccf.load_contact_lists()[["list_id", "name"]])
    >>> len(named) == len(memberships)
    True
    """
    found = _found(frame, column)
    keys = _keys(frame, found)
    rows, cells = _cells(frame, column)
    nested = found[0][1].column
    items = [_records(cell, nested) for cell in cells]
    fields = _typed(nested, list(chain.from_iterable(items)))
    whose = frame[keys].take(np.repeat(rows, list(map(len, items)))).reset_index(drop=True)
    return mark_part(_beside(whose, fields), frame, column)


def _found(frame: pd.DataFrame, column: str) -> list[tuple[Endpoint, Nested]]:
    """Return where the table has a column of that name; its items are the same everywhere."""
    if not isinstance(frame, pd.DataFrame):
        raise ColumnsError(f"{type(frame).__name__} is no DataFrame; give a loader's frame")
    found = [(endpoint, nested) for endpoint, nested in _all() if nested.column.name == column]
    if not found:
        raise _unfit(frame, f"{column!r} is no column that holds several items")
    if list(frame.columns).count(column) != 1:
        makers = " or ".join(dict.fromkeys(_maker(*each) for each in found))
        raise _unfit(
            frame,
            f"the frame has no column {column!r}, or more than one; {makers} gives a frame that "
            "has it",
        )
    return found


def _all() -> Iterator[tuple[Endpoint, Nested]]:
    """Yield the columns that hold several items, those that other reports join left out."""
    for endpoint in ENDPOINTS.values():
        for path, nested in endpoint.nested.items():
            if path.partition(".")[0] in endpoint.by_name:
                yield endpoint, nested


def _maker(endpoint: Endpoint, nested: Nested) -> str:
    outer, inner, _ = nested.path.rpartition(".")
    if inner:
        return f"unnest(…, {outer!r})"
    return endpoint.loader if endpoint.loader.endswith(")") else f"{endpoint.loader}()"


def _unfit(frame: pd.DataFrame, problem: str) -> ColumnsError:
    known = list(dict.fromkeys(nested.column.name for _, nested in _all()))
    here = [name for name in known if name in frame.columns]
    return ColumnsError(f"{problem}; columns that can be unnested: {', '.join(here or known)}")


def _keys(frame: pd.DataFrame, found: list[tuple[Endpoint, Nested]]) -> list[str]:
    """Return the ids that say which row an item is of, as far as the frame has them."""
    names = list(dict.fromkeys(key.name for _, nested in found for key in nested.keys))
    columns = list(frame.columns)
    keys = [name for name in names if name in columns]
    if not keys or any(columns.count(key) > 1 for key in keys):
        raise ColumnsError(
            f"the frame has no column {' or '.join(names)} to say whose items they are, or more "
            "than one; an index becomes a column by .reset_index()"
        )
    return keys


def _cells(frame: pd.DataFrame, column: str) -> tuple[Places, list[str]]:
    """Return the cells that are not missing, after the places of their rows."""
    rows = np.flatnonzero(frame[column].notna())
    cells = frame[column].iloc[rows].tolist()
    for cell in cells:
        if not isinstance(cell, str):
            raise _unfit(
                frame,
                f"{column!r} holds {type(cell).__name__} where a loader's frame has text; read "
                "files with dtype='str'",
            )
    return rows, cells


def _records(cell: str, column: Column) -> list[Record]:
    """Return the items of a cell as records; what is neither object nor id is kept as a field."""
    name = column.items[0].name if column.holds_ids else column.name
    items = _ids(cell) if column.holds_ids else _objects(cell)
    return [
        item if isinstance(item, dict) else {} if item is None else {name: item} for item in items
    ]


def _ids(cell: str) -> list[Any]:
    """Return the ids between the commas; a cell is JSON only if the API sent more than ids."""
    if cell.startswith(("[", "{")):
        objects = _objects(cell)
        if any(isinstance(item, dict | list) for item in objects):
            return objects
    return cell.split(",") if cell else []


def _objects(cell: str) -> list[Any]:
    """Return the items of a JSON array, or the one object; of any other text, the text."""
    decoded = _decoded(cell)
    if isinstance(decoded, list):
        return decoded
    return [decoded if isinstance(decoded, dict) else cell] if cell else []


def _decoded(cell: str) -> Any:
    """Return what a JSON text says, None for any other text."""
    try:
        return Page(cell.encode()).body
    except (ValueError, RecursionError):
        return None


def _typed(column: Column, records: list[Record]) -> pd.DataFrame:
    """Return the fields of items, with the dtypes of the table."""
    report = Endpoint(
        name=column.name,
        path="",
        records="items",
        columns=column.items,
        walk="single",
        rows="one per item",
        scope="",
        privilege="",
        guide="",
    )
    rows = Rows(report)
    rows.add(Page.of({report.records: records}))
    return assemble(report, [rows])


def _beside(whose: pd.DataFrame, fields: pd.DataFrame) -> pd.DataFrame:
    """Return the fields beside the ids; those that only repeat an id are left out."""
    columns = {str(name): whose[name] for name in whose.columns}
    for name, values in fields.items():
        if name not in whose.columns or not _repeats(values, whose[name]):
            columns[free_name(str(name), columns)] = values
    return pd.DataFrame(columns, index=whose.index, copy=False)


def _repeats(values: pd.Series[Any], ids: pd.Series[Any]) -> bool:
    known = values.notna()
    return list(map(str, values[known])) == list(map(str, ids[known]))
