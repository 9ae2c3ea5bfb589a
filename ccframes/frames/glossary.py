"""What each column of a frame is, whatever the frame was made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS, report_named
from ccframes.frames.conform import STR
from ccframes.frames.recognition import reports_of
from ccframes.schema import Column

_NAMING = "campaign_activities"  # the report that names what `campaign_activity_id` stands for
_UNKNOWN = "unknown: no report that ccframes loads has this column"


class _Entry(NamedTuple):
    unit: str
    source: str
    meaning: str
    pii: bool | None
    required: bool


def glossary(frame: pd.DataFrame) -> pd.DataFrame:
    """Say what each column of a frame is.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any frame: a loader's, rows and columns of one, or several joined.

    Returns
    -------
    pandas.DataFrame
        One row per column of the frame, in its order: column, dtype (as the frame has it), unit,
        source, meaning, pii (personal data; missing where that is not known) and required, as in
        `ccframes.describe`. A column that is not of the frame's own report, since it was joined
        or computed, has what the table says of it elsewhere. Where reports differ, and nothing
        tells which it is of, each is named; of a column that none has, it is said to be unknown.

    Examples
    --------
    >>> import ccframes as ccf
    >>> opens = ccf.flatten("opens", {"tracking_activities": []}).assign(open_rate=0.5, mine=1)
    >>> glossary(opens).set_index("column").loc[["device_type", "open_rate", "mine"], "unit"]
    column
    device_type        code
    open_rate      rate 0–1
    mine
    Name: unit, dtype: str
    """
    reports = reports_of(frame)
    names = [str(name) for name in frame.columns]
    entries = [_entry(name, reports, names) for name in names]
    table = pd.DataFrame.from_records(entries, columns=list(_Entry._fields))
    table.insert(0, "column", pd.Series(names, dtype=STR))
    table.insert(1, "dtype", pd.Series([str(dtype) for dtype in frame.dtypes], dtype=STR))
    texts = dict.fromkeys(("unit", "source", "meaning"), STR)
    return table.astype({**texts, "pii": "boolean", "required": "bool"})


def _entry(name: str, reports: tuple[str, ...], names: list[str]) -> _Entry:
    found = _of_reports(name, reports) or _of_others(name, names) or _of_derived(name, names)
    return found or _Entry("", "", _UNKNOWN, None, False)


def _of_reports(name: str, reports: Iterable[str]) -> _Entry | None:
    """Return what the frame's own reports say of a column."""
    found = _columns(name, reports)
    if not found:
        return None
    required = all(column.required for column in found.values())
    return _told(found)._replace(required=required)


def _of_others(name: str, names: list[str]) -> _Entry | None:
    """Return what the table says of a column that was joined or computed."""
    naming = [_NAMING] if "campaign_activity_id" in names else []
    found = _columns(name, naming) or _columns(name, (*ENDPOINTS, CAMPAIGN_TABLE.name))
    if not found:
        return None
    told = _told(found)
    return told if told.source == "computed" else told._replace(source=f"joined: {told.source}")


def _told(found: dict[str, Column]) -> _Entry:
    """Return what reports say of a column; where they differ, each with its name."""
    meanings: dict[str, str] = {}
    for report, column in found.items():
        meanings.setdefault(column.meaning, report)
    each = [f"{meaning} ({report})" for meaning, report in meanings.items()]
    units = dict.fromkeys(column.unit for column in found.values())
    return _Entry(
        unit=" or ".join(units),
        source=next(iter(found.values())).source,
        meaning="; ".join(each) if len(each) > 1 else next(iter(meanings)),
        pii=any(column.pii for column in found.values()),
        required=False,
    )


def _of_derived(name: str, names: list[str]) -> _Entry | None:
    """Return what a column is that ccframes makes of one beside it: `created_time_local`."""
    of, _, suffix = name.rpartition("_")
    if suffix == "local" and of in names:
        meaning = f"{of} on the clock there, without a zone"
        return _Entry("time in time_zone_id", "computed", meaning, pii=False, required=False)
    of = name.removesuffix("_as_sent")
    if of != name and of in names:
        meaning = f"What the API sent and {of} cannot hold"
        return _Entry("text", of, meaning, pii=None, required=False)
    return None


def _columns(name: str, reports: Iterable[str]) -> dict[str, Column]:
    """Return the column of that name in each of the reports that have it."""
    return {
        report: column
        for report in reports
        for column in (*report_named(report).columns, *report_named(report).joined)
        if column.name == name
    }
