"""What people pass to a loader, as the ids to ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pandas as pd

from ccframes.errors import ColumnsError, ConfigError

UUID_FORM = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_WHERE = {
    "campaign_id": "load_campaign_summaries() or load_campaigns()",
    "campaign_activity_id": "load_campaign_activities()",
    "contact_id": "load_sends() or load_contacts()",
}


def frame_of(carrier: Any) -> pd.DataFrame | None:
    """Return the frame that was passed, or the rows a picker has chosen; None of anything else."""
    if isinstance(carrier, pd.DataFrame):
        return carrier
    rows = getattr(carrier, "frame", None)
    return rows if isinstance(rows, pd.DataFrame) else None


def ids_from(carrier: Any, key: str) -> list[str]:
    """Return the distinct ids in a string, iterable, Series, frame or picker, in their order.

    Of a frame with roles, the permalinks are left out: they have no reports.

    >>> ids_from("4399ce90-5b89-13e7-ba80-00163e498a99", "campaign_id")
    ['4399ce90-5b89-13e7-ba80-00163e498a99']
    """
    if carrier is None:
        raise ConfigError(f"no {key} given; pass ids, a Series or a frame of {_WHERE[key]}")
    frame = frame_of(carrier)
    if frame is not None:
        carrier = _column(frame, key)
    elif isinstance(carrier, str | UUID):
        carrier = [carrier]
    elif isinstance(carrier, pd.Series) and carrier.name in _WHERE and carrier.name != key:
        raise ColumnsError(f"the Series holds {carrier.name}s, but {key}s are needed here")
    if not isinstance(carrier, Iterable) or isinstance(carrier, bytes | dict):
        raise ConfigError(
            f"{type(carrier).__name__} holds no ids; pass a string, a list, a Series or a frame "
            f"with the column {key!r}"
        )
    return list(dict.fromkeys(_checked(value, key) for value in carrier))


def _column(frame: pd.DataFrame, key: str) -> pd.Series[Any]:
    if list(frame.columns).count(key) != 1:
        raise ColumnsError(
            f"the frame has no column {key!r}, or more than one; {_WHERE[key]} gives a frame that "
            "has it; an index becomes a column by .reset_index()"
        )
    ids = frame[key]
    if key == "campaign_activity_id" and "role" in frame.columns:
        ids = ids[frame["role"] != "permalink"]
    ids = ids.dropna()
    if len(frame) and ids.empty:
        raise ColumnsError(
            f"none of the frame's {len(frame):,} rows has a {key} that can be asked for: it is "
            "missing, or of a permalink, which has no reports"
        )
    return ids


def _checked(value: Any, key: str) -> str:
    text = str(value).strip().lower() if isinstance(value, str | UUID) else ""
    if not UUID_FORM.fullmatch(text):
        raise ConfigError(
            f"{value!r} is no {key}: that is a UUID such as 4399ce90-5b89-13e7-ba80-00163e498a99. "
            f"{_WHERE[key]} has the ids; nothing was sent"
        )
    return text
