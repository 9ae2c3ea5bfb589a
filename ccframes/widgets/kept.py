"""`Kept`: frames of campaigns, so that what was loaded for one question is not for the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

import pandas as pd

from ccframes.client import Client
from ccframes.errors import LoadInterrupted
from ccframes.known import stacked
from ccframes.plan import Plan, together

TABLE = "campaign_table"

PARAMS: Final[Mapping[str, Mapping[str, Any]]] = {"links": {"no_clicks": True}}
"""What reports are asked for beyond the campaigns."""


class Kept:
    """What one client has loaded of campaigns: each report of each campaign once.

    A load that was interrupted is kept too, and goes on when its campaigns are asked for again.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._loading = Lock()
        self._rows: dict[str, pd.DataFrame] = {}
        self._answered: dict[str, set[str]] = {}
        self._stopped: dict[tuple[str, tuple[str, ...]], LoadInterrupted] = {}

    def plan(self, reports: Sequence[str], campaigns: Sequence[str]) -> Plan | None:
        """Return what it costs to load what is not kept; None where everything is."""
        wanted = {report: self._lacking(report, campaigns) for report in reports}
        return together([self._planned(report, ids) for report, ids in wanted.items() if ids])

    def load(self, reports: Sequence[str], campaigns: Sequence[str]) -> dict[str, pd.DataFrame]:
        """Return the reports of one campaign or more, loading what is not kept.

        Raises
        ------
        LoadInterrupted
            A load stopped part-way; asked again, it goes on.
        """
        with self._loading:
            for report in reports:
                self._complete(report, self._lacking(report, campaigns))
            return {report: self._of(report, campaigns) for report in reports}

    def _lacking(self, report: str, campaigns: Sequence[str]) -> tuple[str, ...]:
        answered = self._answered.get(report, set())
        return tuple(one for one in campaigns if one not in answered)

    def _planned(self, report: str, campaigns: tuple[str, ...]) -> Plan:
        return self._client.plan(report, campaigns=campaigns, params=PARAMS.get(report))

    def _complete(self, report: str, campaigns: tuple[str, ...]) -> None:
        if not campaigns:
            return
        try:
            loaded = self._load(report, campaigns)
        except LoadInterrupted as stop:
            self._stopped[report, campaigns] = stop
            raise
        self._rows[report] = stacked(self._rows.get(report), loaded)
        self._answered.setdefault(report, set()).update(campaigns)

    def _load(self, report: str, campaigns: tuple[str, ...]) -> pd.DataFrame:
        stopped = self._stopped.pop((report, campaigns), None)
        if stopped:
            return stopped.resume(self._client)
        if report == TABLE:
            return self._client.load_campaign_table(campaigns)
        return self._client.load(report, campaigns=campaigns, params=PARAMS.get(report))

    def _of(self, report: str, campaigns: Sequence[str]) -> pd.DataFrame:
        """Return the rows of campaigns in the order in which a loader would return them."""
        rows = self._rows[report]
        if report == TABLE:
            chosen = rows[rows["campaign_id"].isin(campaigns)]
            return chosen.sort_values("sent_at", ascending=False, kind="stable", ignore_index=True)
        return _of_activities(rows, self._client.known.activities_of(campaigns))


def _of_activities(rows: pd.DataFrame, activities: Sequence[str]) -> pd.DataFrame:
    place = {one: number for number, one in enumerate(activities)}
    places = rows["campaign_activity_id"].map(place).dropna()
    return rows.loc[places.sort_values(kind="stable").index].reset_index(drop=True)
