"""What a frame says of its own origin, in `attrs["ccframes"]`: a hint for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd

KEY = "ccframes"
_IDS_NAMED = 20


def mark(
    frame: pd.DataFrame,
    *,
    endpoint: str,
    ids: Sequence[str] = (),
    complete: bool,
    requests: int = 0,
    errors: Sequence[Any] = (),
) -> pd.DataFrame:
    """Write the frame's origin into its attrs and return it.

    `ids` names the first twenty; `n_ids` counts them all, so that the attrs, which pandas copies
    at every operation, stay small.
    """
    frame.attrs[KEY] = {
        "endpoint": endpoint,
        "ids": list(ids[:_IDS_NAMED]),
        "n_ids": len(ids),
        "retrieved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "complete": complete,
        "requests": requests,
        "errors": list(errors),
    }
    return frame
