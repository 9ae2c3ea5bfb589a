"""What the table says, for people: `describe()`, `catalog()` and the loaders' column tables."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import pandas as pd

from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS, report_named
from ccframes.errors import ConfigError
from ccframes.schema import Column, Endpoint, Table

_Loader = TypeVar("_Loader", bound=Callable[..., Any])
_WIDTH = 88


def describe(name: str) -> pd.DataFrame:
    """Say what each column of a report is.

    Parameters
    ----------
    name : str
        Name of the report or its loader: `"opens"` or `"load_opens"`; see `catalog()`. With a
        column of it that holds several items, `"contacts.phone_numbers"`: what `unnest` makes of
        that column.

    Returns
    -------
    pandas.DataFrame
        One row per column, in the frame's order: column, dtype, unit, source (dotted path in the
        API's answer), meaning, pii (personal data), required (the API always sends it). Joined
        columns come from another endpoint.

    Raises
    ------
    ConfigError
        No report has that name, or it has no such column.

    Examples
    --------
    >>> import ccframes as ccf
    >>> ccf.describe("links").set_index("column").loc["unique_clicks", "unit"]
    'contacts'
    >>> ccf.describe("contacts.taggings")["column"].tolist()
    ['contact_id', 'tag_id']
    """
    report, dot, path = name.partition(".") if isinstance(name, str) else (name, "", "")
    found = report_named(report)
    return pd.DataFrame.from_records(
        _of_items(found, path) if dot else _of_rows(found),
        columns=["column", "dtype", "unit", "source", "meaning", "pii", "required"],
    )


_Described: TypeAlias = tuple[str, str, str, str, str, bool, bool]


def _of_rows(report: Endpoint | Table) -> list[_Described]:
    return [
        *(_described(column, column.source) for column in report.columns),
        *(_described(column, f"joined: {column.source}") for column in report.joined),
    ]


def _of_items(report: Endpoint | Table, path: str) -> list[_Described]:
    nested = report.nested.get(path)
    if nested is None:
        raise ConfigError(
            f"{report.name} has no column {path!r} of several items; it has: "
            f"{', '.join(report.nested) or 'none'}"
        )
    return [
        *(_described(key, key.source) for key in nested.keys),
        *(_described(item, nested.source_of(item)) for item in nested.fields),
    ]


def _described(column: Column, source: str) -> _Described:
    return (
        column.name,
        column.dtype,
        column.unit,
        source,
        column.meaning,
        column.pii,
        column.required,
    )


def catalog() -> pd.DataFrame:
    """List every report that ccframes loads.

    Returns
    -------
    pandas.DataFrame
        One row per endpoint, and one for the campaign table that is joined from several: name,
        loader, path, rows (what a row is), key (the ids it takes), walk (how its pages are
        fetched), page_limit (rows a request), batch_size (ids a request), cost (what a load
        takes), scope and privilege (what the token and its user need), guide (the provider's
        page).

    Examples
    --------
    >>> import ccframes as ccf
    >>> ccf.catalog().set_index("name").loc["opens", "cost"]
    '1 request for each 500 rows of each campaign_activity_id'
    """
    reports = [*ENDPOINTS.values(), CAMPAIGN_TABLE]
    table = pd.DataFrame.from_records(
        [[getattr(report, field, None) for field in _CATALOG] for report in reports],
        columns=_CATALOG,
    )
    table = table.fillna({"path": "", "walk": "joined"})
    return table.astype({"page_limit": "Int64", "batch_size": "Int64"})


_CATALOG = [
    *("name", "loader", "path", "rows", "key", "walk", "page_limit", "batch_size", "cost"),
    *("scope", "privilege", "guide"),
]

EMAIL_ACTIVITIES = """\
activities : str, iterable, Series, DataFrame or picker, optional
    Activities by id. A frame with campaigns only (`campaign_id`, no `campaign_activity_id`),
    or a campaign picker, stands for their primary emails and resends.
campaigns : as activities, optional
    Campaigns by id, in place of activities."""

LANDING_ACTIVITIES = """\
activities : str, iterable, Series or DataFrame
    Activities of landing pages by id; /emails does not list them, `load_contact_activity`
    names those that contacts visited."""

CONTACTS = """\
contacts : str, iterable, Series or DataFrame
    Contacts by id."""

COMMON_PARAMETERS = """\
client : Client, optional
    The client to load with; by default the one that `connect()` made last.
progress : bool, optional
    Show a progress bar; by default only where a person watches and the load takes seconds."""

ON_ERROR_PARAMETER = """\
on_error : {{"raise", "warn"}}, default "{default}"
    "warn": go on without ids that the API cannot answer, keep what came of them, and name them
    in a PartialResultWarning."""

MAX_PAGES_PARAMETER = """\
max_pages : int, optional
    Stop each walk after so many pages. The frame's attrs then say that it is not complete."""

_RAISES = """\
ConfigError, ColumnsError
    An argument, id or frame cannot be used; nothing was sent.
ApiError, TransportError
    The API refused or could not be reached, and no page had come yet.
LoadInterrupted
    The load stopped part-way: `.partial` has what came, `.resume()` goes on."""

_WARNS = """\
PartialResultWarning
    The API could not answer for some ids; they are named.
UnknownFieldWarning
    The API sent a field or value that the table does not know; it was kept."""


def documented(name: str) -> Callable[[_Loader], _Loader]:
    """Complete a loader's docstring from the table: common sections, columns, source."""
    report = report_named(name)

    def complete(loader: _Loader) -> _Loader:
        if loader.__doc__:
            loader.__doc__ = _completed(report, loader)
        return loader

    return complete


def _completed(report: Endpoint | Table, loader: Any) -> str:
    keywords = loader.__kwdefaults__ or {}
    doc = inspect.cleandoc(loader.__doc__ or "")
    doc, _, examples = doc.partition("Examples\n--------\n")
    summary, _, own = doc.partition("\nParameters\n----------\n")
    lines = [summary.rstrip(), "\nParameters\n----------"]
    lines += [text for text in (_key_parameters(report), own.strip()) if text]
    lines.append(COMMON_PARAMETERS)
    if "on_error" in keywords:
        lines.append(ON_ERROR_PARAMETER.format(default=keywords["on_error"]))
    if "max_pages" in keywords:
        lines.append(MAX_PAGES_PARAMETER)
    returns = _wrapped(f"{report.rows.capitalize()}; columns below.")
    lines.append(f"\nReturns\n-------\npandas.DataFrame\n    {returns}")
    lines.append(f"\nRaises\n------\n{_RAISES}")
    lines.append(f"\nWarns\n-----\n{_WARNS}")
    lines.append(f"\nNotes\n-----\n{column_table(report)}")
    if examples:
        lines.append(f"\nExamples\n--------\n{examples.rstrip()}")
    lines.append(f"\nSource: {_source(report)} (scope {report.scope}); {report.guide}\n")
    return "\n".join(lines)


def _source(report: Endpoint | Table) -> str:
    if isinstance(report, Endpoint):
        return f"GET {report.path}"
    return _wrapped(f"GET {', '.join(ENDPOINTS[name].path for name in report.sources)}")


def _key_parameters(endpoint: Endpoint | Table) -> str:
    if isinstance(endpoint, Table):
        return ""
    if endpoint.takes_campaigns:
        return EMAIL_ACTIVITIES
    return {"campaign_activity_id": LANDING_ACTIVITIES, "contact_id": CONTACTS}.get(
        endpoint.key, ""
    )


def column_table(report: Endpoint | Table) -> str:
    """Return the columns as a numpydoc list: name, dtype, unit and meaning."""
    return "\n".join(
        f"{column.name} : {column.dtype} [{column.unit}]\n    {_wrapped(_said_of(column))}"
        for column in (*report.columns, *report.joined)
    )


def _said_of(column: Column) -> str:
    said = column.meaning + ("; personal data" if column.pii else "")
    items = ", ".join(item.name for item in column.items)
    return f"{said}; `unnest` makes rows of it: {items}" if items else said


def _wrapped(text: str) -> str:
    if len(text) <= _WIDTH:  # wrapping all texts would take a tenth of the time to import ccframes
        return text
    return "\n    ".join(textwrap.wrap(text, _WIDTH))
