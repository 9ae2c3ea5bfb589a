"""Frames as text for spreadsheets: CSV that evaluates nothing, times as ISO 8601."""

from __future__ import annotations

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spelled(frame: pd.DataFrame, *, raw: bool = False) -> tuple[pd.DataFrame, int]:
    """Return a frame as CSV should have it, and how many cells have an apostrophe before them.

    It keeps a spreadsheet from evaluating other people's text; a `raw` one has no apostrophes.

    >>> rows, quoted = spelled(pd.DataFrame({"name": pd.Series(["=1+1"], dtype="str")}))
    >>> rows["name"].tolist(), quoted
    (["'=1+1"], 1)
    """
    text = with_iso_times(frame)
    return (text, 0) if raw else _without_formulas(text)


def with_iso_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with instants, local times and days as ISO 8601 text."""
    spelled = frame.copy(deep=False)
    for name, column in frame.items():
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            spelled[name] = column.dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        elif pd.api.types.is_datetime64_dtype(column.dtype):
            are_days = (column.dt.normalize() == column).where(column.notna(), True).all()
            spelled[name] = column.dt.strftime("%Y-%m-%d" if are_days else "%Y-%m-%dT%H:%M:%S")
    return spelled


def _without_formulas(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the frame with an apostrophe before text that a spreadsheet would evaluate."""
    safe, quoted = frame.copy(deep=False), 0
    for name, column in frame.items():
        if not isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
            continue
        text = column.astype(pd.StringDtype(na_value=float("nan")))
        risky = text.str.startswith(_FORMULA, na=False).astype(bool)
        if risky.any():
            safe[name] = text.mask(risky, "'" + text)
            quoted += int(risky.sum())
    return safe, quoted
