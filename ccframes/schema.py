"""The vocabulary of the endpoint table: Column, Param and Endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile
from typing import Literal

Dtype = Literal[
    "str", "category", "Int64", "float64", "boolean", "datetime64[us, UTC]", "datetime64[us]"
]
Place = Literal["record", "page"]
Walk = Literal["cursor", "batch", "single"]

GROUP_NAMES = {
    "stats": "{}",
    "percents": "{}_percent",
    "aggregate_percents": "aggregate_{}_percent",
    "unique_counts": "unique_{}",
}
"""How a field of a nested group is named as a column; other groups give `group_field`."""


def canonical_key(key: str) -> str:
    """Return the one spelling of a key that the API writes dotted or underscored.

    >>> canonical_key("em_opens.all.mobile")
    'em_opens_all_mobile'
    """
    return key.replace(".", "_")


def column_name(source: str) -> str:
    """Return the column name of a field, given its dotted path in the record.

    >>> column_name("unique_counts.sends"), column_name("percents.open")
    ('unique_sends', 'open_percent')
    >>> column_name("sms_channel.state")
    'sms_channel_state'
    """
    group, _, field = source.rpartition(".")
    if not group:
        return field
    if group.endswith(f"_{field}"):  # email_address.address
        return group
    if group in GROUP_NAMES:
        return GROUP_NAMES[group].format(field)
    return f"{canonical_key(group)}_{field}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report's frame, and where its values stand in the API's answer.

    `items` are the fields of what a cell holds several of: those of objects, kept as JSON text,
    or a single one for plain ids, kept with commas between them. `note` says why the column
    knowingly differs from the provider's description of the API.
    """

    name: str
    dtype: Dtype
    source: str
    unit: str
    meaning: str
    required: bool = False
    pii: bool = False
    vocabulary: tuple[str, ...] = ()
    place: Place = "record"
    title_case: bool = False
    note: str = ""
    items: tuple[Column, ...] = ()

    @property
    def holds_ids(self) -> bool:
        """Whether a cell holds plain ids, with commas between them."""
        return len(self.items) == 1


@dataclass(frozen=True, slots=True)
class Nested:
    """A column whose cells hold several items, in the frame that it is a column of.

    `path` is the column's name, after those of the columns that it is nested in; `source` the
    place of an item in the answer; `keys` are the columns that say which row an item is of.
    """

    column: Column
    path: str
    source: str
    keys: tuple[Column, ...]

    @property
    def fields(self) -> tuple[Column, ...]:
        """What is said of an item beside the keys."""
        known = {key.name for key in self.keys}
        return tuple(item for item in self.column.items if item.name not in known)

    def source_of(self, field: Column) -> str:
        """Place of a field in the answer; a plain id is the item itself."""
        return self.source if self.column.holds_ids else f"{self.source}.{field.source}"


def nested_in(
    columns: tuple[Column, ...],
    keys: tuple[Column, ...] = (),
    path: str = "",
    source: str = "",
) -> Iterator[Nested]:
    """Yield the columns that hold several items, each followed by those within its items.

    A row is told by the ids that stand before the first such column.
    """
    first = takewhile(lambda column: not column.items, columns)
    ids = (column for column in first if column.unit == "id")
    told_by = (*keys, *(replace(each, source=source + each.source) for each in ids))
    for column in columns:
        if column.items:
            found = Nested(column, path + column.name, f"{source}{column.source}[]", told_by)
            yield found
            yield from nested_in(column.items, told_by, f"{found.path}.", f"{found.source}.")


@dataclass(frozen=True, slots=True)
class Param:
    """One query parameter of an endpoint.

    Of several values (`many`), the API wants either the parameter repeated or one value with
    commas, and takes no more than `most` (0: any number). One that stands `alone` goes with no
    other.
    """

    name: str
    kind: Literal["bool", "digits", "choice", "instant", "text", "id"]
    meaning: str
    choices: tuple[str, ...] = ()
    many: Literal["", "repeated", "comma"] = ""
    required: bool = False
    most: int = 0
    alone: bool = False


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of the API: the URL, the walk, the frame and the words for them.

    `path` has at most one placeholder; the ids that fill it are those of the column `key`.
    `records` is the key of the array of records; empty where the body itself is the record
    (an object) or the records (an array). `joined` columns are added by the loader from another
    endpoint and are not in this one's answer. `counted_by` names the activity statistic that
    counts this report's rows, and `event` is their `tracking_activity_type`. `missing_is_none`
    marks reports whose 404 means that there is nothing to report. `left_out` says why fields of the
    answer have no column, and `limit_note` why the page size differs from the provider's
    description. `fixed_page` is the number of rows of a page where no `limit` can be given, `total`
    the key under which `include_count=true` has the number of all rows, and `longest_years` bounds
    the time from `start` to `end`.
    """

    name: str
    path: str
    records: str
    columns: tuple[Column, ...]
    walk: Walk
    rows: str
    scope: str
    privilege: str
    guide: str
    key: str = ""
    page_limit: int | None = None
    fixed_page: int = 0
    total: str = ""
    longest_years: int = 0
    batch_size: int = 1
    params: tuple[Param, ...] = ()
    sort: str = ""
    exclusive: tuple[tuple[str, str], ...] = ()
    missing_is_none: bool = False
    left_out: Mapping[str, str] = field(default_factory=dict)
    limit_note: str = ""
    joined: tuple[Column, ...] = ()
    counted_by: str = ""
    event: str = ""
    loader: str = ""

    def __post_init__(self) -> None:
        if not self.loader:
            object.__setattr__(self, "loader", f"load_{self.name}")

    @cached_property
    def placeholder(self) -> str:
        """Name of the path parameter, empty where the path has none."""
        found = re.search(r"\{(\w+)\}", self.path)
        return found[1] if found else ""

    @property
    def page_rows(self) -> int:
        """The most rows that a request brings; 1 where that is not known."""
        return self.page_limit or self.fixed_page or 1

    @property
    def cost(self) -> str:
        """What a load takes, in words."""
        each = f" for each {self.key}" if self.key else ""
        if self.walk == "batch":
            return f"1 request for each {self.batch_size} {self.key}s"
        if self.walk == "single":
            return f"1 request{each}"
        return f"1 request for each {self.page_rows} rows{f' of each {self.key}' if each else ''}"

    @property
    def takes_campaigns(self) -> bool:
        """Whether campaigns may stand for the activities asked for: those of emails only."""
        return self.key == "campaign_activity_id" and "landing_pages" not in self.path

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The declared columns by name, joined ones excluded."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_source(self) -> dict[str, Column]:
        """The declared columns by their dotted path."""
        return {column.source: column for column in self.columns}

    @cached_property
    def nested(self) -> dict[str, Nested]:
        """The columns that hold several items, by path; joined ones and inner ones included."""
        return {found.path: found for found in nested_in((*self.columns, *self.joined))}

    @cached_property
    def groups(self) -> frozenset[str]:
        """The nested groups that declared columns come from."""
        return frozenset(
            column.source.rpartition(".")[0] for column in self.columns if "." in column.source
        )

    def keys_of(self, group: str) -> tuple[str, ...]:
        """Keys that declared columns come from, in a nested group (`stats.`) or at the top ("")."""
        return self._keys_of_groups.get(group, ())

    @cached_property
    def _keys_of_groups(self) -> dict[str, tuple[str, ...]]:
        keys: dict[str, dict[str, None]] = {"": {}}
        for column in self.columns:
            top, dot, field = column.source.partition(".")
            keys[""][top] = None
            if dot:
                keys.setdefault(f"{top}.", {})[field] = None
        return {group: tuple(names) for group, names in keys.items()}


@dataclass(frozen=True)
class Table:
    """A frame that a loader joins from several endpoints.

    The source of a column names its endpoint: `activity_stats: stats.em_sends`.
    """

    name: str
    columns: tuple[Column, ...]
    rows: str
    key: str
    scope: str
    privilege: str
    cost: str
    guide: str
    sources: tuple[str, ...]
    joined: tuple[Column, ...] = ()
    loader: str = ""

    def __post_init__(self) -> None:
        if not self.loader:
            object.__setattr__(self, "loader", f"load_{self.name}")

    @cached_property
    def nested(self) -> dict[str, Nested]:
        """The columns that hold several items, by path."""
        return {found.path: found for found in nested_in(self.columns)}
