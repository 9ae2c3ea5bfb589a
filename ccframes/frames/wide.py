"""The campaign table's frame, joined from those of its sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS, REPORTED_ROLES
from ccframes.frames.conform import cast
from ccframes.frames.flatten import assemble
from ccframes.frames.measures import counts_of, rates_of

Pieces: TypeAlias = Mapping[str, pd.DataFrame]
"""Frames by the name of their report; what is not there yet counts as empty."""

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
        has one row of its own. The columns are the table's, whatever came.
    """
    rows = _rows(_piece(pieces, "campaign_activities"), sent)
    primary = rows["campaign_id"].map(_primaries(rows))
    is_resend = rows["role"] == "resend"
    details = _aligned(_piece(pieces, "campaign_activity_details"), primary)
    resends = _aligned(_piece(pieces, "resends"), primary)
    stats = _aligned(_piece(pieces, "activity_stats"), rows["campaign_activity_id"])
    percents = _aligned(_piece(pieces, "campaign_stats"), rows["campaign_id"])
    last_sent = pd.to_datetime(rows["campaign_id"].map(dict(sent)), utc=True)
    found: dict[str, Any] = {
        **percents.add_prefix("campaign_"),
        **stats,
        **details,
        **rows,
        "subject": details["subject"].where(~is_resend, resends["resend_subject"]),
        **_times(last_sent, resends, is_resend, zone),
        **_measures(stats),
    }
    table = pd.DataFrame(
        {column.name: cast(column, found[column.name]) for column in CAMPAIGN_TABLE.columns}
    )
    waits = is_resend & resends["resend_status"].notna() & resends["resend_date"].isna()
    return table[~waits].sort_values("sent_at", ascending=False, kind="stable", ignore_index=True)


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


def _times(
    last_sent: pd.Series[Any], resends: pd.DataFrame, is_resend: pd.Series[Any], zone: str | None
) -> dict[str, Any]:
    """Tell when each was sent: the API says it of a campaign's last email and of resends."""
    resent = resends["resend_date"]
    minutes = resends["delay_minutes"].fillna(resends["delay_days"] * _MINUTES_A_DAY)
    first = resent - pd.to_timedelta(minutes.astype("float64"), unit="min")
    sent_at = last_sent.where(resent.isna(), resent.where(is_resend, first))
    local = sent_at.dt.tz_convert(zone).dt.tz_localize(None) if zone else pd.Series(pd.NaT)
    return {
        "sent_at": sent_at,
        "sent_at_local": local.reindex(sent_at.index),
        "time_zone_id": pd.Series(zone, index=sent_at.index),
    }


def _measures(stats: pd.DataFrame) -> dict[str, Any]:
    counts = counts_of(stats)
    return {
        "delivered": counts["delivered"],
        "bounced": counts["bounced"],
        **rates_of(counts),
    }
