"""What a client has learned of its account, so that it plans well and asks for nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from ccframes.endpoints import ENDPOINTS, REPORTED_ROLES
from ccframes.load import Part
from ccframes.schema import Endpoint

_COUNTS = tuple(
    column.name for column in ENDPOINTS["activity_stats"].columns if column.dtype == "Int64"
)

Stamps = Mapping[str, Any]
"""For ids, what must stay equal for their rows to be still good: when last changed, last sent."""


class Known:
    """What earlier loads of one client have brought.

    Attributes
    ----------
    zone : str or None
        The account's time zone, as the API names it.
    no_zone : str
        Why the zone cannot be had; empty where it was not refused.
    sampled : set of str
        Campaigns that were looked up as a sample of others.
    sent : dict
        When each campaign was last sent, as the summaries said last; empty before that.
    """

    def __init__(self) -> None:
        self.zone: str | None = None
        self.no_zone = ""
        self.sampled: set[str] = set()
        self.sent: dict[str, Any] = {}
        self._activities: dict[str, list[str]] = {}
        self._stats: dict[str, dict[str, int]] = {}
        self._rows: dict[tuple[str, str], int] = {}
        self._kept: dict[str, pd.DataFrame] = {}
        self._stamps: dict[str, dict[str, Any]] = {}

    # --- how many rows a report has ---------------------------------------------------------

    def learn(self, part: Part, frame: pd.DataFrame) -> None:
        """Learn from a report that was loaded; `frame` holds its rows."""
        name = part.endpoint.name
        if name == "activity_stats":
            rows = frame[[*_COUNTS]].fillna(0).astype("int64").to_dict(orient="records")
            self._stats |= dict(zip(frame["campaign_activity_id"], rows, strict=True))
        if name in ("campaign_activities", "campaign_activity_details"):
            stamps: dict[str, Any] = dict.fromkeys(self.not_asked(name, part.answered))
            if name == "campaign_activities":
                self.learn_activities(frame)
                updated = zip(frame["campaign_id"], frame["updated_at"], strict=True)
                stamps |= {one: stamp(at, self.sent.get(one)) for one, at in updated}
            self.keep(name, frame, stamps)
        if name == "campaign_summaries" and part.whole_counts:
            self.sent = dict(zip(frame["campaign_id"], frame["last_sent_date"], strict=True))
        if not part.is_filtered:
            self._rows |= {(name, one): count for one, count in part.whole_counts.items()}

    def rows_of(self, endpoint: Endpoint, one: str = "") -> int | None:
        """Return how many rows a report has, of one id where it takes ids; None if unknown."""
        if endpoint.counted_by and one in self._stats:
            return self._stats[one][endpoint.counted_by]
        return self._rows.get((endpoint.name, one))

    def expected(self, endpoint: Endpoint, ids: Iterable[str]) -> dict[str, int]:
        """Return the rows to come for each id of which that is known."""
        counts = {one: self.rows_of(endpoint, one) for one in ids}
        return {one: count for one, count in counts.items() if count is not None}

    def without_stats(self, activities: Sequence[str]) -> list[str]:
        """Return the activities whose statistics have not been seen."""
        return [one for one in activities if one not in self._stats]

    # --- which activities a campaign has ----------------------------------------------------

    def learn_activities(self, found: pd.DataFrame) -> None:
        """Learn the activities of campaigns from rows of load_campaign_activities."""
        new: dict[str, list[str]] = {one: [] for one in found["campaign_id"].dropna()}
        reported = found[found["role"].isin(REPORTED_ROLES)]
        pairs = zip(reported["campaign_id"], reported["campaign_activity_id"], strict=True)
        for campaign, activity in pairs:
            new[campaign].append(activity)
        self._activities |= new

    def without_activities(self, campaigns: Iterable[str]) -> list[str]:
        """Return the campaigns whose activities have not been looked up."""
        return [one for one in campaigns if one not in self._activities]

    def activities_of(self, campaigns: Iterable[Any]) -> list[str]:
        """Return the primary emails and resends of campaigns that were looked up."""
        return [activity for one in campaigns for activity in self._activities.get(one, ())]

    # --- what cannot have changed -----------------------------------------------------------

    def good(self, name: str, stamps: Stamps) -> set[str]:
        """Return the ids whose kept rows are still good, those that have no rows included."""
        kept = self._stamps.get(name, {})
        return {one for one, stamp in stamps.items() if stamp and kept.get(one) == stamp}

    def kept_rows(self, name: str, ids: Iterable[str]) -> pd.DataFrame | None:
        """Return the kept rows of ids; None where nothing was kept."""
        rows = self._kept.get(name)
        return None if rows is None else rows[rows[ENDPOINTS[name].key].isin(list(ids))]

    def all_rows(self, name: str) -> pd.DataFrame | None:
        """Return all kept rows of a report; None where nothing was kept."""
        return self._kept.get(name)

    def keep(self, name: str, frame: pd.DataFrame, stamps: Stamps) -> None:
        """Keep the rows of ids in place of earlier ones; without a stamp they are never good."""
        key = ENDPOINTS[name].key
        rows = frame[frame[key].isin(list(stamps))]
        earlier = self.kept_rows(name, self._stamps.get(name, {}).keys() - stamps.keys())
        self._kept[name] = stacked(earlier, rows)
        self._stamps.setdefault(name, {}).update(stamps)

    def not_asked(self, name: str, ids: Iterable[str]) -> list[str]:
        """Return the ids that a report was not asked for, or of which it kept nothing."""
        return [one for one in ids if one not in self._stamps.get(name, {})]

    def is_kept(self, name: str, one: str) -> bool:
        """Tell whether rows of an id were kept that are good unless its campaign changes."""
        return bool(self._stamps.get(name, {}).get(one))

    def is_kept_whole(self, campaign: str) -> bool:
        """Tell whether the details of all emails of a campaign were kept."""
        primaries = self._activities.get(campaign, [])[:1]
        return all(self.is_kept("campaign_activity_details", one) for one in primaries)

    @property
    def has_kept(self) -> bool:
        """Whether any rows were kept."""
        return bool(self._kept)


def stamp(updated: Any, last_sent: Any) -> tuple[Any, Any] | None:
    """Return what must stay equal for a campaign's rows to be good; None if that is not known."""
    if pd.isna(updated):
        return None
    return updated, None if pd.isna(last_sent) else last_sent


def stacked(first: pd.DataFrame | None, second: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of two frames of one report."""
    if first is None or first.empty:
        return second
    return first if second.empty else pd.concat([first, second], ignore_index=True)
