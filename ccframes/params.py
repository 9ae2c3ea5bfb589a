"""Query parameters: what a caller gave, checked against the table, as the API reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from ccframes.errors import ConfigError
from ccframes.ids import UUID_FORM
from ccframes.schema import Endpoint, Param

Zone = Callable[[], str]
"""Gives the time zone of times that name none; asked only if there are such times."""


def query(
    endpoint: Endpoint,
    given: Mapping[str, Any],
    zone: Zone = lambda: "UTC",
    *,
    partly: bool = False,
) -> dict[str, str | list[str]]:
    """Return the parameters to send; None means not given.

    Unknown ones are refused here, since the API ignores them without a word; missing ones too,
    unless they may be given `partly`.
    """
    known = {param.name: param for param in endpoint.params}
    sent: dict[str, str | list[str]] = {}
    for name, value in given.items():
        if name not in known:
            raise ConfigError(
                f"{endpoint.name} has no parameter {name!r}; it has: {', '.join(known) or 'none'}"
            )
        if value is not None:
            sent[name] = _sent(known[name], value, zone)
    for param in endpoint.params:
        if param.required and param.name not in sent and not partly:
            raise ConfigError(f"{endpoint.name} needs {param.name}=; nothing was sent")
    _check_company(endpoint, sent)
    return sent


def _check_company(endpoint: Endpoint, sent: Mapping[str, Any]) -> None:
    """Refuse parameters that do not go together."""
    for one, other in endpoint.exclusive:
        if one in sent and other in sent:
            raise ConfigError(f"give {one}= or {other}=, not both; nothing was sent")
    for param in endpoint.params:
        others = [f"{name}=" for name in sent if name != param.name]
        if param.alone and param.name in sent and others:
            raise ConfigError(
                f"{param.name}= goes with no other parameter; leave out {', '.join(others)}, or "
                "load once with each and join the frames; nothing was sent"
            )
    _check_ranges(endpoint, sent)


def _check_ranges(endpoint: Endpoint, sent: Mapping[str, Any]) -> None:
    """Refuse a time that ends before it starts, or is longer than the API allows.

    A day's grace is given, since clocks with summer time count years in other hours.
    """
    for first, last in _RANGES:
        if first not in sent or last not in sent:
            continue
        start, end = pd.Timestamp(sent[first]), pd.Timestamp(sent[last])
        if end < start:
            raise ConfigError(f"{last}= is before {first}=; nothing was sent")
        years = endpoint.longest_years
        if years and end > start + pd.DateOffset(years=years, days=1):
            raise ConfigError(
                f"from {first}= to {last}= it is more than the {years} years that {endpoint.name} "
                "may span; load it in parts, each of its own years. Nothing was sent"
            )


_RANGES = (
    ("start", "end"),
    ("start_at", "end_at"),
    ("after_date", "before_date"),
    ("created_after", "created_before"),
    ("updated_after", "updated_before"),
    ("optout_after", "optout_before"),
)


def _sent(param: Param, value: Any, zone: Zone) -> str | list[str]:
    if param.kind == "instant":
        return _instant(param, value, zone)
    if not param.many:
        return _one(param, value)
    values = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    if not values:
        raise ConfigError(f"{param.name} is empty; leave it out to ask for all")
    spelled = list(dict.fromkeys(_one(param, one) for one in values))
    if param.most and len(spelled) > param.most:
        raise ConfigError(
            f"{param.name} takes at most {param.most} values, not {len(spelled)}; load in several "
            "calls, concatenate the frames and drop duplicates; nothing was sent"
        )
    return spelled if param.many == "repeated" else ",".join(spelled)


def _one(param: Param, value: Any) -> str:
    if param.kind == "bool" and isinstance(value, bool | np.bool_):
        return str(value).lower()
    if param.kind == "choice" and value in param.choices:
        return str(value)
    if param.kind == "digits" and str(value).isascii() and str(value).isdecimal():
        return str(value)
    if param.kind == "text" and isinstance(value, str) and value.strip():
        return value
    if param.kind == "id" and UUID_FORM.fullmatch(str(value).strip().lower()):
        return str(value).strip().lower()
    wanted = {
        "bool": "True or False",
        "choice": f"one of {', '.join(param.choices)}",
        "digits": "a string of digits",
        "text": "a text",
        "id": "an id (UUID)",
    }[param.kind]
    raise ConfigError(f"{param.name} must be {wanted}, not {value!r}; nothing was sent")


def _instant(param: Param, value: Any, zone: Zone) -> str:
    if isinstance(value, Number):
        raise ConfigError(f"{param.name} must be a time, not the number {value!r}")
    try:
        instant = pd.Timestamp(value)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{param.name} must be a time, not {value!r} ({error})") from None
    if pd.isna(instant):
        raise ConfigError(f"{param.name} must be a time, not {value!r}; nothing was sent")
    if value in ("now", "today"):
        instant = pd.Timestamp.now("UTC")  # the words mean this instant, on whatever clock
    elif instant.tzinfo is None:
        instant = _local(param, instant, zone)
    utc = instant.tz_convert("UTC")
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def _local(param: Param, instant: pd.Timestamp, zone: Zone) -> pd.Timestamp:
    """Return what a clock in the zone showed; an hour that came twice is taken the first time."""
    try:
        clock = zone()
    except ConfigError as error:
        raise ConfigError(
            f"{param.name} names no time zone, and {error}: give it with one, such as "
            "'2026-01-02T00:00-05:00'"
        ) from error
    return instant.tz_localize(clock, ambiguous=True, nonexistent="shift_forward")
