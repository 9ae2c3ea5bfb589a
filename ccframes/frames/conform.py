"""From plain lists to typed pandas columns; what a dtype cannot hold is handed back."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from ccframes.frames.extract import Values, text_of
from ccframes.schema import Column, Dtype

Array: TypeAlias = Any
Rejects = dict[int, Any]

STR = pd.StringDtype(na_value=np.nan)
"""pandas 3's `str`, on pandas 2.3 as well."""

_INT64 = range(-(2**63), 2**63)
_CLOCK_WORDS = frozenset({"now", "today"})  # pandas takes these for the time of the call
_LONGEST_WORD = max(map(len, _CLOCK_WORDS))


def typed(column: Column, values: Values) -> tuple[Array, Rejects]:
    """Return the values as an array of the column's dtype, and by row those that do not fit."""
    if column.dtype == "category":
        return _category(column.vocabulary, values), {}
    if column.dtype == "str":
        return _text(values), {}
    return _PARSERS[column.dtype](values)


def cast(column: Column, values: pd.Series[Any]) -> pd.Series[Any]:
    """Return values that are typed already, or all missing, in the column's dtype."""
    if column.dtype == "str":
        return values.astype(STR)
    if column.dtype == "category":
        return pd.Series(_category(column.vocabulary, _with_none(values)), index=values.index)
    if column.dtype == "datetime64[us, UTC]":
        return pd.to_datetime(values, utc=True).astype(column.dtype)
    return values.astype(column.dtype)


def _with_none(values: pd.Series[Any]) -> list[Any]:
    return values.astype(object).where(values.notna(), None).tolist()


def typed_unknown(values: Values) -> Array:
    """Return the values of a field the table does not know, in the plainest dtype that fits."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {bool}:
        return pd.array(values, dtype="boolean")
    if kinds and kinds <= {int, float} and _hold_no_long_number(values):
        if float in kinds:
            return np.array(values, dtype="float64")
        return pd.array(values, dtype="Int64")
    return _text([value if value is None else text_of(value) for value in values])


def _hold_no_long_number(values: Values) -> bool:
    return all(value in _INT64 for value in values if type(value) is int)


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
    number = Decimal(value) if isinstance(value, str) else value
    if isinstance(value, bool) or not -(2**63) <= number < 2**63 or number != int(number):
        raise ValueError(value)
    return int(number)


def _decimals(values: Values) -> tuple[Array, Rejects]:
    if set(map(type, values)) <= {float, type(None)}:
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
    known = [value for value in values if value is not None]
    instants = np.full(len(values), "NaT", dtype="datetime64[us]")
    if len(known) == len(values):
        instants[:] = _utc(known)
    elif known:
        instants[[value is not None for value in values]] = _utc(known)
    rejects: Rejects = {}
    missing = np.flatnonzero(np.isnat(instants))
    if len(missing) > len(values) - len(known):
        for row in missing.tolist():
            try:
                instants[row] = _far_instant(values[row])
            except (ValueError, TypeError, OverflowError):
                if values[row] not in (None, ""):
                    rejects[row] = values[row]
    return pd.DatetimeIndex(instants, tz="UTC").array, rejects


def _utc(values: Values) -> Array:
    plain = set(map(type, values)) <= {str} and min(map(len, values), default=0) > _LONGEST_WORD
    instants = pd.to_datetime(
        pd.Index(values if plain else _only_times(values), dtype=object),
        utc=True,
        format="ISO8601",
        errors="coerce",
        cache=False,  # finding out that instants do not repeat takes longer than parsing them
    )
    return pd.DatetimeIndex(instants).tz_localize(None).as_unit("us").to_numpy()


def _far_instant(value: Any) -> np.datetime64:
    """Parse what pandas 2 cannot, whose parser ends in 2262."""
    moment = datetime.fromisoformat(value)
    utc = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    return np.datetime64(utc.replace(tzinfo=None), "us")


def _days(values: Values) -> tuple[Array, Rejects]:
    instants, rejects = _instants(values)
    return pd.DatetimeIndex(instants).tz_localize(None).normalize().array, rejects


def _only_times(values: Values) -> Values:
    return [
        value if isinstance(value, str) and value not in _CLOCK_WORDS else None for value in values
    ]


def _each(values: Values, parse: Callable[[Any], Any]) -> tuple[Values, Rejects]:
    """Parse value by value; those that cannot be parsed are missing, and handed back."""
    parsed: list[Any] = []
    rejects: Rejects = {}
    for row, value in enumerate(values):
        try:
            parsed.append(None if value is None else parse(value))
        except (ValueError, TypeError, KeyError, ArithmeticError):
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
