"""From plain lists to typed pandas columns; what a dtype cannot hold is handed back."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from ccframes.frames.extract import Values, text_of
from ccframes.schema import Column, Dtype

Array: TypeAlias = Any
Rejects = dict[int, Any]

STR = pd.StringDtype(na_value=np.nan)
"""pandas 3's `str`, on pandas 2.3 as well."""

_INT64 = range(-(2**63), 2**63)


def typed(column: Column, values: Values) -> tuple[Array, Rejects]:
    """Return the values as an array of the column's dtype, and by row those that do not fit."""
    if column.dtype == "category":
        return _category(column.vocabulary, values), {}
    if column.dtype == "str":
        return _text(values), {}
    return _PARSERS[column.dtype](values)


def typed_unknown(values: Values) -> Array:
    """Return the values of a field the table does not know, in the plainest dtype that fits."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {bool}:
        return pd.array(values, dtype="boolean")
    if kinds == {int} and all(value is None or value in _INT64 for value in values):
        return pd.array(values, dtype="Int64")
    if kinds and kinds <= {int, float}:
        return np.array(values, dtype="float64")
    return _text([value if value is None else text_of(value) for value in values])


def _text(values: Values) -> Array:
    if STR.storage == "pyarrow":
        import pyarrow as pa  # noqa: PLC0415 - only where pandas itself stores text with it

        return pd.array(pa.array(values, type=pa.large_string()), dtype=STR)
    return pd.array(values, dtype=STR)


def _category(vocabulary: tuple[str, ...], values: Values) -> pd.Categorical:
    new = set(values).difference(vocabulary, [None])
    words = (
        (*vocabulary, *(word for word in dict.fromkeys(values) if word in new))
        if new
        else vocabulary
    )
    codes: dict[str | None, int] = {word: code for code, word in enumerate(words)} | {None: -1}
    numbers = np.fromiter(map(codes.__getitem__, values), dtype=np.int32, count=len(values))
    return pd.Categorical.from_codes(numbers, categories=pd.Index(words, dtype=STR))


def _whole_numbers(values: Values) -> tuple[Array, Rejects]:
    if set(map(type, values)) == {int}:
        try:
            return pd.array(np.array(values, dtype="int64"), dtype="Int64"), {}
        except OverflowError:
            pass
    parsed, rejects = _each(values, _whole_number)
    return pd.array(parsed, dtype="Int64"), rejects


def _whole_number(value: Any) -> int:
    number = int(value) if isinstance(value, str | int) else value
    if isinstance(value, bool) or number != int(number) or int(number) not in _INT64:
        raise ValueError(value)
    return int(number)


def _decimals(values: Values) -> tuple[Array, Rejects]:
    if set(map(type, values)) <= {float, int, type(None)}:
        return np.array(values, dtype="float64"), {}
    parsed, rejects = _each(values, _decimal)
    return np.array(parsed, dtype="float64"), rejects


def _decimal(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError(value)
    return number


def _truths(values: Values) -> tuple[Array, Rejects]:
    parsed, rejects = _each(values, _truth)
    return pd.array(parsed, dtype="boolean"), rejects


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}[str(value).casefold()]


def _instants(values: Values) -> tuple[Array, Rejects]:
    if not any(values):
        nothing = np.full(len(values), "NaT", dtype="datetime64[us]")
        return pd.DatetimeIndex(nothing, tz="UTC").array, {}
    texts = values if set(map(type, values)) <= {str, type(None)} else _only_text(values)
    try:
        return _utc(texts), {}
    except ValueError:
        array = _utc(texts, errors="coerce")
        missing = zip(array.isna(), values, strict=True)
        return array, {
            row: value for row, (gone, value) in enumerate(missing) if gone and value is not None
        }


def _utc(texts: Values, errors: Literal["raise", "coerce"] = "raise") -> Array:
    instants = pd.to_datetime(
        pd.Index(texts, dtype=object), utc=True, format="ISO8601", errors=errors
    )
    return pd.DatetimeIndex(instants).as_unit("us").array


def _days(values: Values) -> tuple[Array, Rejects]:
    instants, rejects = _instants(values)
    return pd.DatetimeIndex(instants).tz_localize(None).normalize().array, rejects


def _only_text(values: Values) -> Values:
    return [value if isinstance(value, str) else None for value in values]


def _each(values: Values, parse: Callable[[Any], Any]) -> tuple[Values, Rejects]:
    """Parse value by value; those that cannot be parsed are missing, and handed back."""
    parsed: list[Any] = []
    rejects: Rejects = {}
    for row, value in enumerate(values):
        try:
            parsed.append(None if value is None else parse(value))
        except (ValueError, TypeError, KeyError, OverflowError):
            parsed.append(None)
            rejects[row] = value
    return parsed, rejects


_PARSERS: dict[Dtype, Callable[[Values], tuple[Array, Rejects]]] = {
    "Int64": _whole_numbers,
    "float64": _decimals,
    "boolean": _truths,
    "datetime64[us, UTC]": _instants,
    "datetime64[us]": _days,
}
