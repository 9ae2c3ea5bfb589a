"""Instants as the clock on the wall has them, beside the instants."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

import pandas as pd

from ccframes.analysis.clocks import local_times
from ccframes.analysis.columns import require
from ccframes.analysis.moments import instants
from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS
from ccframes.endpoints.shared import INSTANT
from ccframes.errors import ColumnsError
from ccframes.frames.conform import STR

ZONE: Final = "time_zone_id"
_COLUMNS = chain(CAMPAIGN_TABLE.columns, *(report.columns for report in ENDPOINTS.values()))
_INSTANTS: Final = frozenset(column.name for column in _COLUMNS if column.dtype == INSTANT)


def local_time(
    frame: pd.DataFrame, tz: str | None = None, columns: str | Iterable[str] | None = None
) -> pd.DataFrame:
    """Return the frame with what the clock on the wall said at its instants.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any frame with instants; text is read, as it comes from a CSV file.
    tz : str, optional
        IANA name of the zone, such as the account's, `client.time_zone()`. If left out, each row's
        own in a column `time_zone_id`, as the campaign table has it.
    columns : str or iterable of str, optional
        Which instants; if left out, all that the frame has.

    Returns
    -------
    pandas.DataFrame
        The frame with, after each of these columns, one called `<column>_local`: the time in that
        zone, without a zone, `datetime64[us]`; and a last column `time_zone_id`, which says what
        zone that is. Columns of these names are replaced, those of other instants with them. Time
        is missing where the instant or the zone is.

    Raises
    ------
    ColumnsError
        The frame has no instants, not those named, or no `time_zone_id` where `tz` is left out.
    ConfigError
        There is no such zone, or a time cannot be read.

    Notes
    -----
    In the hour that is there twice when summer time ends, two instants have one local time:
    differences between times are those between the instants.

    Examples
    --------
    >>> opens = pd.DataFrame({"created_time": pd.to_datetime(["2026-07-01T13:00Z"])})
    >>> local_time(opens, "America/New_York")["created_time_local"].astype(str).tolist()
    ['2026-07-01 09:00:00']

    Source: the time zone database of IANA.
    """
    chosen = _chosen(frame, columns)
    zones = _zones(frame, tz)
    answer = frame.assign()  # a copy, which pandas 3 puts off until it is written to
    for name in chosen:
        local = pd.Series(local_times(instants(frame[name]), zones), index=frame.index)
        _put(answer, f"{name}_local", local, after=name)
    if tz is not None:
        zone = pd.Series(tz, index=frame.index, dtype=STR)
        _put(answer, ZONE, zone, after=answer.columns[-1])
    return answer


def is_instant(frame: pd.DataFrame, name: Any) -> bool:
    """Tell whether a column holds instants, by its dtype or, if it is text, by its name."""
    dtype = frame.dtypes[name] if list(frame.columns).count(name) == 1 else None
    return isinstance(dtype, pd.DatetimeTZDtype) or (
        name in _INSTANTS and dtype is not None and pd.api.types.is_string_dtype(dtype)
    )


def _chosen(frame: pd.DataFrame, columns: str | Iterable[str] | None) -> list[str]:
    """Return the columns asked for, and those that have a local time already."""
    there = [name for name in frame.columns if is_instant(frame, name)]
    if columns is None:
        if not there:
            raise ColumnsError("the frame has no column of instants, such as created_time")
        return there
    asked = [columns] if isinstance(columns, str) else list(columns)
    require(frame, asked, "the loader of the report that has it")
    local = {name for name in there if f"{name}_local" in frame}
    return [name for name in frame.columns if name in local.union(asked)]


def _zones(frame: pd.DataFrame, tz: str | None) -> Any:
    if tz is not None:
        return tz
    if ZONE not in frame:
        raise ColumnsError(
            f"the frame has no column {ZONE!r}, as load_campaign_table() gives it; say which zone "
            "by tz=, such as client.time_zone()"
        )
    return frame[ZONE].astype(object).to_numpy()


def _put(frame: pd.DataFrame, name: str, values: pd.Series[Any], *, after: str) -> None:
    if name in frame:
        frame[name] = values
    else:
        frame.insert(list(frame.columns).index(after) + 1, name, values)
