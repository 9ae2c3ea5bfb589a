"""What an analysis asks of its frames, and what it says when they lack it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Mask
from ccframes.errors import ColumnsError, PartialResultWarning
from ccframes.warn import warn


def require(frame: pd.DataFrame, columns: Iterable[str], loaders: str, *, what: str = "") -> None:
    """Raise ColumnsError unless the frame has each of these columns, and has it once.

    Parameters
    ----------
    frame : pandas.DataFrame
        What was given.
    columns : iterable of str
        What is needed.
    loaders : str
        The loaders whose frames have them, as one would call them: `"load_opens()"`.
    what : str, optional
        Which of several frames it is: `"sends"`.

    Examples
    --------
    >>> require(pd.DataFrame({"a": [1]}), ["a", "b"], "load_opens()", what="opens")
    Traceback (most recent call last):
    ccframes.errors.ColumnsError: opens: the frame has no column 'b'; load_opens() gives a frame...
    """
    name = f"{what}: " if what else ""
    if not isinstance(frame, pd.DataFrame):
        raise ColumnsError(f"{name}a DataFrame is needed, not {type(frame).__name__}; {loaders}")
    columns = list(columns)
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        named = ", ".join(map(repr, missing))
        raise ColumnsError(
            f"{name}the frame has no column {named}; {loaders} gives a frame with it"
        )
    twice = sorted(set(columns) & set(frame.columns[frame.columns.duplicated()]))
    if twice:
        raise ColumnsError(
            f"{name}the frame has several columns {', '.join(map(repr, twice))}; keep one of each"
        )


def warn_of(rows: Mask, said: str) -> None:
    """Warn of rows, if there are any: how many of how many, and what is said of them."""
    found = int(np.count_nonzero(rows))
    if found:
        warn(f"{found:,} of {len(rows):,} {said}", PartialResultWarning)
