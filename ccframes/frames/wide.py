"""The campaign table's frame, joined from those of its sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS, REPORTED_ROLES
from ccframes.frames.conform import cast
from ccframes.frames.flatten import assemble
from ccframes.frames.measures import counts_of, rates_of
from ccframes.schema import Column

Pieces: TypeAlias = Mapping[str, pd.DataFrame]
"""Frames by the name of their report; what is not there yet counts as empty."""

Pieced: TypeAlias = Mapping[str, "pd.Series[Any]"]
"""Columns by name."""

_MINUTES_A_DAY = 1_440


def wide_table(pieces: Pieces, sent: Mapping[str, pd.Timestamp], zone: str | None) -> pd.DataFrame:
    """Join the campaign table.

    Parameters
    ----------
    pieces : mapping of str to pandas.DataFrame
        What came of the table's sources.
    sent : mapping of str to pandas.Timestamp
        When each campaign was last sent, the last first.
    zone : str or None
        The account's time zone; None if it is not known.

    Returns
    -------
    pandas.DataFrame
        One row per sent activity, the last sent first; a campaign whose activities are not known
        has one row of its own. The columns are the table's, whatever came; fields that no table
        knows follow them.
    """
    rows = _rows(_piece(pieces, "campaign_activities"), sent)
    primary = rows["campaign_id"].map(_primaries(rows))
    aligned = {
        "campaign_activities": rows,
        "campaign_activity_details": _aligned(_piece(pieces, "campaign_activity_details"), primary),
        "resends": _aligned(_piece(pieces, "resends"), primary),
        "activity_stats": _aligned(_piece(pieces, "activity_stats"), rows["campaign_activity_id"]),
        "campaign_stats": _aligned(_piece(pieces, "campaign_stats"), rows["campaign_id"]),
    }
    last_sent = pd.to_datetime(rows["campaign_id"].map(dict(sent)), utc=True)
    computed = {
        **_words(aligned, _piece(pieces, "campaigns")),
        **_times(last_sent, aligned, zone),
        **_measures(aligned["activity_stats"]),
    }
    table = pd.DataFrame(
        {
            column.name: cast(column, _found(column, computed, aligned))
            for column in CAMPAIGN_TABLE.columns
        }
    )
    table = _with_unknown(table, aligned)[~_waits(aligned)]
    return table.sort_values("sent_at", ascending=False, kind="stable", ignore_index=True)


def _found(column: Column, computed: Pieced, aligned: Pieces) -> pd.Series[Any]:
    """Return the values of a column, from the source that the table names."""
    if column.name in computed:
        return computed[column.name]
    report, _, source = column.source.partition(": ")
    return aligned[report][ENDPOINTS[report].by_source[source].name]


def _with_unknown(table: pd.DataFrame, aligned: Pieces) -> pd.DataFrame:
    """Return the table with the fields that no table knows, after the declared columns."""
    further: dict[str, pd.Series[Any]] = {}
    for report, rows in aligned.items():
        for name in rows.columns.difference(list(ENDPOINTS[report].by_name), sort=False):
            is_taken = name in table or name in further
            further[f"{report}_{name}" if is_taken else name] = rows[name]
    return table.assign(**further) if further else table


def _piece(pieces: Pieces, name: str) -> pd.DataFrame:
    found = pieces.get(name)
    return assemble(ENDPOINTS[name], []) if found is None else found


def _rows(activities: pd.DataFrame, sent: Mapping[str, Any]) -> pd.DataFrame:
    """Return the activities that have reports; of campaigns not looked up, the campaign alone."""
    of_sent = activities["campaign_id"].isin(sent) & activities["role"].isin(REPORTED_ROLES)
    kept = activities[of_sent].drop_duplicates("campaign_activity_id").reset_index(drop=True)
    looked_up = set(activities["campaign_id"])
    lone = [one for one in sent if one not in looked_up]
    rows = kept.reindex(range(len(kept) + len(lone)))
    rows.loc[len(kept) :, "campaign_id"] = lone
    place = rows["campaign_id"].map({one: number for number, one in enumerate(sent)})
    return rows.iloc[place.argsort(kind="stable")].reset_index(drop=True)


def _primaries(rows: pd.DataFrame) -> dict[str, str]:
    primaries = rows[rows["role"] == "primary_email"]
    return dict(zip(primaries["campaign_id"], primaries["campaign_activity_id"], strict=True))


def _aligned(frame: pd.DataFrame, ids: pd.Series[Any]) -> pd.DataFrame:
    """Return the rows of these ids, in their order; one of missing values for each unknown id."""
    key = "campaign_activity_id" if "campaign_activity_id" in frame else "campaign_id"
    known = frame.drop_duplicates(key).set_index(key)
    return known.reindex(ids.astype(known.index.dtype)).reset_index(drop=True)


def _words(aligned: Pieces, campaigns: pd.DataFrame) -> Pieced:
    """Return names as the campaign list has them now, and the subject of each email."""
    rows, details, resends = (
        aligned[name] for name in ("campaign_activities", "campaign_activity_details", "resends")
    )
    listed = _aligned(campaigns, rows["campaign_id"])["name"]
    is_resend = rows["role"] == "resend"
    return {
        "name": listed.where(listed.notna(), rows["name"]),
        "subject": details["subject"].where(~is_resend, resends["resend_subject"]),
    }


def _times(last_sent: pd.Series[Any], aligned: Pieces, zone: str | None) -> Pieced:
    """Tell when each was sent: the API says it of a campaign's last email and of resends.

    Where a campaign has a resend of which the API tells nothing, neither of the two is known.
    """
    rows, resends = aligned["campaign_activities"], aligned["resends"]
    is_resend, resent = rows["role"] == "resend", resends["resend_date"]
    minutes = resends["delay_minutes"].fillna(resends["delay_days"] * _MINUTES_A_DAY)
    first = resent - pd.to_timedelta(minutes.astype("float64"), unit="min")
    has_resend = rows["campaign_id"].isin(rows.loc[is_resend & ~_waits(aligned), "campaign_id"])
    sent_at = last_sent.where(~has_resend, resent.where(is_resend, first))
    local = sent_at.dt.tz_convert(zone).dt.tz_localize(None) if zone else pd.Series(pd.NaT)
    return {
        "sent_at": sent_at,
        "sent_at_local": local.reindex(sent_at.index),
        "time_zone_id": pd.Series(zone, index=sent_at.index),
    }


def _waits(aligned: Pieces) -> pd.Series[bool]:
    """Tell which are resends that are still to be sent."""
    status = aligned["resends"]["resend_status"].str.upper()
    waits = status.notna() & (status != "DONE") & aligned["resends"]["resend_date"].isna()
    return waits & (aligned["campaign_activities"]["role"] == "resend")


def _measures(stats: pd.DataFrame) -> Pieced:
    counts = counts_of(stats)
    return {
        "delivered": counts["delivered"],
        "bounced": counts["bounced"],
        **rates_of(counts),
    }
