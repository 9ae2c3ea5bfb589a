"""Arrays: their types, and what is done to them everywhere."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats: TypeAlias = Any  # numpy types the result of most operations on them as Any
Ints: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]


def floats(numbers: Any) -> Floats:
    """Return counts or other numbers as an array of float64; NaN where they are missing.

    >>> floats(pd.Series([1, None], dtype="Int64"))
    array([ 1., nan])
    """
    if hasattr(numbers, "to_numpy"):
        return numbers.to_numpy(dtype="float64", na_value=np.nan)
    return np.asarray(numbers, dtype="float64")


def whole_numbers(numbers: Any, known: Any = True) -> Any:
    """Return numbers as a column of counts, `Int64`; missing where they are not known.

    >>> whole_numbers(np.array([3.0, 0.0]), np.array([True, False])).tolist()
    [3, <NA>]
    """
    values = np.atleast_1d(numbers)
    if known is True and values.dtype.kind in "iu":
        return pd.array(values, dtype="Int64")
    return pd.array(np.where(known, values, np.nan), dtype="Int64")


def over(part: Any, whole: Any, otherwise: Any = np.nan) -> Floats:
    """Return one over the other; something else where there is nothing to divide by.

    >>> over([1, 1], [4, 0])
    array([0.25,  nan])
    """
    part, whole = np.broadcast_arrays(*(np.asarray(each, "float64") for each in (part, whole)))
    out = np.broadcast_to(np.asarray(otherwise, "float64"), part.shape).copy()
    return np.divide(part, whole, out=out, where=whole > 0)
