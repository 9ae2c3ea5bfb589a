"""What a client has learned of its account, so that it plans well and asks for nothing twice."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from ccframes.endpoints import ENDPOINTS, REPORTED_ROLES
from ccframes.load import Part
from ccframes.schema import Endpoint

_COUNTS = tuple(
    column.name for column in ENDPOINTS["activity_stats"].columns if column.dtype == "Int64"
)

LASTING = ("campaign_activities", "campaign_activity_details", "resends")
"""Reports whose rows stay as they are while their campaign is neither changed nor sent again."""


class Known:
    """What earlier loads of one client have brought.

    Attributes
    ----------
    zone : str or None
        The account's time zone, as the API names it.
    as_of : dict
        When campaigns, of which lasting rows are kept, were last changed and last sent.
    """

    def __init__(self) -> None:
        self.zone: str | None = None
        self.as_of: dict[str, tuple[Any, Any]] = {}
        self._lasting: dict[str, pd.DataFrame] = {}
        self._activities: dict[str, list[str]] = {}
        self._stats: dict[str, dict[str, int]] = {}
        self._rows: dict[tuple[str, str], int] = {}

    # --- how many rows a report has ---------------------------------------------------------

    def take_counts(self, part: Part, frame: pd.DataFrame) -> None:
        """Learn from a report that was loaded; `frame` holds its rows."""
        if part.endpoint.name == "activity_stats":
            rows = frame[[*_COUNTS]].fillna(0).astype("int64").to_dict(orient="records")
            self._stats |= dict(zip(frame["campaign_activity_id"], rows, strict=True))
        if not part.is_filtered:
            name = part.endpoint.name
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

    def take_activities(self, found: pd.DataFrame) -> None:
        """Learn the activities of campaigns from the rows of load_campaign_activities."""
        new: dict[str, list[str]] = {one: [] for one in found["campaign_id"].dropna()}
        reported = found[found["role"].isin(REPORTED_ROLES)]
        pairs = zip(reported["campaign_id"], reported["campaign_activity_id"], strict=True)
        for campaign, activity in pairs:
            new[campaign].append(activity)
        self._activities |= new

    def without_activities(self, campaigns: Sequence[str]) -> list[str]:
        """Return the campaigns whose activities have not been looked up."""
        return [one for one in campaigns if one not in self._activities]

    def activities_of(self, campaigns: Iterable[Any]) -> list[str]:
        """Return the primary emails and resends of campaigns that were looked up."""
        return [activity for one in campaigns for activity in self._activities.get(one, ())]

    # --- what cannot have changed -----------------------------------------------------------

    def unchanged(self, sent: Mapping[str, Any], updated: Mapping[str, Any]) -> set[str]:
        """Return the campaigns that were neither changed nor sent since their rows were kept."""
        return {
            one
            for one, last_sent in sent.items()
            if one in updated and self.as_of.get(one) == (updated[one], last_sent)
        }

    def lasting_rows(self, name: str, campaigns: Container[str]) -> pd.DataFrame | None:
        """Return the kept rows of campaigns; None where nothing was kept."""
        rows = self._lasting.get(name)
        if rows is None:
            return None
        return rows[self._campaigns_of(rows).map(campaigns.__contains__).astype(bool)]

    def take_lasting(
        self,
        frames: Mapping[str, pd.DataFrame],
        updated: Mapping[str, Any],
        sent: Mapping[str, Any],
    ) -> None:
        """Keep the rows of campaigns, given when these were last changed and last sent."""
        others = self.as_of.keys() - updated.keys()
        for name in reversed(LASTING):
            kept = self.lasting_rows(name, others)
            self._lasting[name] = stacked(kept, frames[name])
        self.as_of |= {one: (updated[one], sent[one]) for one in updated if one in sent}

    def _campaigns_of(self, rows: pd.DataFrame) -> pd.Series[Any]:
        """Return the campaign of each row, which resends do not say themselves."""
        if "campaign_id" in rows:
            return rows["campaign_id"]
        activities = self._lasting["campaign_activities"]
        return rows["campaign_activity_id"].map(
            dict(zip(activities["campaign_activity_id"], activities["campaign_id"], strict=True))
        )


def stacked(first: pd.DataFrame | None, second: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of two frames of one report."""
    if first is None or first.empty:
        return second
    return first if second.empty else pd.concat([first, second], ignore_index=True)
