"""What one writes without us: `json_normalize`, brought to the dtypes of our frames."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np
import pandas as pd

from ccframes.endpoints import ENDPOINTS

CLICKS = ENDPOINTS["clicks"]
STR = pd.StringDtype(na_value=np.nan)


def normalize_at_once(pages: Iterable[bytes]) -> pd.DataFrame:
    """Decode every page as it comes, collect the records, and make one frame of them."""
    records = []
    for page in pages:
        records += json.loads(page)["tracking_activities"]
    return with_our_dtypes(pd.json_normalize(records))


def normalize_page_by_page(pages: Iterable[bytes]) -> pd.DataFrame:
    """Make a frame of every page as it comes, and concatenate them."""
    frames = [pd.json_normalize(json.loads(page), "tracking_activities") for page in pages]
    return with_our_dtypes(pd.concat(frames, ignore_index=True))


def with_our_dtypes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the table, in its order and with its dtypes."""
    dtypes = {
        column.name: STR
        if column.dtype == "str"
        else pd.CategoricalDtype(pd.Index(column.vocabulary, dtype=STR))
        for column in CLICKS.columns
        if column.dtype in {"str", "category"}
    }
    frame = frame.reindex(columns=[column.name for column in CLICKS.columns]).astype(dtypes)
    frame["created_time"] = pd.to_datetime(
        frame["created_time"], utc=True, format="ISO8601"
    ).dt.as_unit("us")
    frame["deleted_at"] = pd.to_datetime(frame["deleted_at"], format="ISO8601").dt.as_unit("us")
    return frame
