"""What a frame says of its own origin, in `attrs["ccframes"]`: a hint for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd

KEY = "ccframes"
_IDS_NAMED = 20
_ERRORS_NAMED = 20
_LONGEST_ERROR = 300


def mark(
    frame: pd.DataFrame,
    *,
    endpoint: str,
    ids: Sequence[str] = (),
    complete: bool,
    requests: int = 0,
    errors: Sequence[Any] = (),
    after: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Write the frame's origin into its attrs and return it.

    `ids` and `errors` name the first twenty, and `n_ids` and `n_errors` count them all, so that
    the attrs, which pandas copies at every operation, stay small. `after` is a frame that this
    one was made from: what that one lacks, this one lacks.
    """
    before = {} if after is None else after.attrs.get(KEY, {})
    named = [_short(error) for error in errors[:_ERRORS_NAMED]]
    frame.attrs[KEY] = {
        "endpoint": endpoint,
        "ids": list(ids[:_IDS_NAMED]),
        "n_ids": len(ids),
        "retrieved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "complete": complete and before.get("complete", True),
        "requests": requests + before.get("requests", 0),
        "errors": (before.get("errors", []) + named)[:_ERRORS_NAMED],
        "n_errors": len(errors) + before.get("n_errors", 0),
    }
    return frame


def mark_part(part: pd.DataFrame, whole: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give a part the origin of the frame that it was taken from, if that has one; return it."""
    origin = whole.attrs.get(KEY)
    if isinstance(origin, dict):
        part.attrs[KEY] = {**origin, "endpoint": f"{origin.get('endpoint', '')}.{name}"}
    return part


def _short(error: Any) -> Any:
    if isinstance(error, dict):
        return {key: _short(value) for key, value in error.items()}
    text = str(error)
    return text if len(text) <= _LONGEST_ERROR else f"{text[:_LONGEST_ERROR]}…"
