"""Pages and frames that the frame tests share: the fixture folders, and pages made on the spot."""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import ccframes as ccf
from ccframes.endpoints import ENDPOINTS
from ccframes.schema import Column, Endpoint

Body = dict[str, Any]
FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
ARRAYS = frozenset({"send_history", "resends"})
"""Reports whose answer is a bare array of records."""


def page_texts(name: str) -> list[bytes]:
    """The fixture pages of an endpoint, in their order."""
    paths = sorted((FIXTURES / name).glob("page_*.json"))
    assert paths, f"tests/fixtures/{name}/page_1.json is missing; see CONTRIBUTING.md"
    return [path.read_bytes() for path in paths]


def pages(name: str) -> list[Any]:
    """The fixture pages of an endpoint, decoded."""
    return [json.loads(text) for text in page_texts(name)]


def expected(name: str) -> pd.DataFrame:
    """The frame that expected.csv states, with the table's dtypes."""
    with (FIXTURES / name / "expected.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == [column.name for column in ENDPOINTS[name].columns]
    cells = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            column.name: _typed(column, [cell or None for cell in found])
            for column, found in zip(ENDPOINTS[name].columns, cells, strict=True)
        }
    )


def _typed(column: Column, cells: list[Any]) -> Any:
    if column.dtype == "Int64":
        return pd.array([cell and int(cell) for cell in cells], dtype="Int64")
    if column.dtype == "boolean":
        truths = [None if cell is None else cell == "true" for cell in cells]
        return pd.array(truths, dtype="boolean")
    if column.dtype == "float64":
        return np.array([cell and float(cell) for cell in cells], dtype="float64")
    if column.dtype == "datetime64[us, UTC]":
        times = [cell and datetime.fromisoformat(cell).astimezone(UTC) for cell in cells]
        return pd.DatetimeIndex(times, dtype="datetime64[us, UTC]")
    if column.dtype == "datetime64[us]":
        return pd.DatetimeIndex(cells, dtype="datetime64[us]")
    text = pd.array(cells, dtype=pd.StringDtype(na_value=np.nan))
    if column.dtype == "category":
        return pd.Categorical(text, categories=pd.Index(column.vocabulary, dtype=text.dtype))
    return text


def body(endpoint: Endpoint, *records: Body, **beside: Any) -> Any:
    """A page of these records."""
    if endpoint.name in ARRAYS:
        return list(records)
    return {endpoint.records: list(records), **beside} if endpoint.records else dict(records[0])


def text(page: Any) -> bytes:
    """A page as the API writes it."""
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()


def values(column: pd.Series[Any]) -> list[Any]:
    """The values of a column, None where one is missing."""
    return [None if pd.isna(value) else value for value in column]


def names_of_dtypes(frame: pd.DataFrame) -> dict[str, str]:
    """The dtypes by their names: one `str` may be stored in two ways."""
    return {str(name): str(dtype) for name, dtype in frame.dtypes.items()}


def heard(load: Callable[[], pd.DataFrame]) -> tuple[pd.DataFrame, list[str]]:
    """What a load gives, and the UnknownFieldWarnings it utters; any other warning is an error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("error")
        warnings.simplefilter("always", ccf.errors.UnknownFieldWarning)
        frame = load()
    return frame, [str(warning.message) for warning in caught]


@dataclass(frozen=True)
class Report:
    """A report to try drift on: a plain record of it, and columns of the kinds that drift hits."""

    name: str
    plain: Body
    text: str
    optional: str
    time: str
    id: str

    @property
    def endpoint(self) -> Endpoint:
        return ENDPOINTS[self.name]

    def page(self, *changes: Body, **beside: Any) -> Body:
        """A page of plain records, each with its changes."""
        made: Body = body(
            self.endpoint, *({**self.plain, **change} for change in changes), **beside
        )
        return made

    def frame(self, *pages: Any) -> pd.DataFrame:
        """Flatten pages: dicts are first written out, as they would come."""
        return ccf.flatten(
            self.name, [page if isinstance(page, bytes) else text(page) for page in pages]
        )

    def __str__(self) -> str:
        return self.name


CLICKS = Report(
    name="clicks",
    plain={
        "contact_id": "a2fdc285-f4bc-408c-9e64-f3f89038ec82",
        "campaign_activity_id": "98edac88-f4bc-408c-9e64-acd890384231",
        "tracking_activity_type": "em_clicks",
        "email_address": "maddieb@gmail.com",
        "first_name": "Maddie",
        "device_type": "computer",
        "url_id": "1100407204171",
        "link_url": "http://www.yoursite.com",
        "created_time": "2019-04-25T11:08:00.000Z",
    },
    text="first_name",
    optional="last_name",
    time="created_time",
    id="url_id",
)
CAMPAIGNS = Report(
    name="campaigns",
    plain={
        "campaign_id": "20f8c15d-2d60-4fed-b6a0-9e320cbf1c7a",
        "name": "Maddie",
        "current_status": "Draft",
        "type_code": 26,
        "created_at": "2019-04-25T11:08:00.000Z",
    },
    text="name",
    optional="type",
    time="created_at",
    id="campaign_id",
)
CAMPAIGN_STATS = Report(
    name="campaign_stats",
    plain={
        "stats": {"em_sends": 15, "em_opens.all": 6},
        "percents": {"open": 66.7},
        "last_refresh_time": "2019-04-25T11:08:00.000Z",
    },
    text="campaign_id",
    optional="campaign_id",
    time="last_refresh_time",
    id="campaign_id",
)
