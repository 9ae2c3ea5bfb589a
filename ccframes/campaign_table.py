"""The campaign table: loads in stages, each on what the ones before brought, joined at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pandas as pd

from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS
from ccframes.errors import CcframesError, ConfigError, LoadInterrupted, PartialResultWarning
from ccframes.frames.provenance import mark
from ccframes.frames.wide import wide_table
from ccframes.known import LASTING, Known, stacked
from ccframes.load import Part, listed
from ccframes.warn import warn

_Stage = Callable[["CampaignTable", "Loads"], pd.DataFrame]


class Loads(Protocol):
    """What the table asks of a client."""

    known: Known

    def run(
        self,
        parts: list[Part],
        progress: bool | None,
        combine: Callable[[list[pd.DataFrame]], pd.DataFrame] | None = None,
        after: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Load reports together."""

    def time_zone(self) -> str:
        """Return the account's time zone."""


class CampaignTable:
    """Loads what the table is joined from, and joins it.

    What the client remembers of campaigns that have not changed since is not asked for again:
    `updated_at` of the campaign list and `last_sent_date` of the summaries tell.
    """

    def __init__(
        self, loads: Loads, campaigns: Sequence[str] | None = None, progress: bool | None = None
    ) -> None:
        self._loads = loads
        self._wanted = campaigns
        self._progress = progress
        self._zone: str | None = None
        self._zone_requests = int(loads.known.zone is None)
        self._brought: dict[str, pd.DataFrame] = {}
        self._last: pd.DataFrame | None = None

    def load(self) -> pd.DataFrame:
        """Load all stages and return the table."""
        try:
            self._zone = self._loads.time_zone()
        except ConfigError as error:
            warn(f"campaign_table: sent_at_local is missing, since {error}", PartialResultWarning)
        return self._go_on(self._loads, _STAGES)

    def _go_on(
        self,
        loads: Loads,
        stages: Sequence[_Stage],
        resume: Callable[[Any], pd.DataFrame] | None = None,
    ) -> pd.DataFrame:
        """Load the stages that are left, the first of them by `resume` if that is given."""
        for number, stage in enumerate(stages):
            try:
                self._last = resume(loads) if resume else stage(self, loads)
            except (CcframesError, KeyboardInterrupt) as stop:
                if self._last is None and not isinstance(stop, LoadInterrupted):
                    raise
                raise self._interrupted(stop, stages[number:]) from (stop.__cause__ or stop)
            resume = None
        self._remember(loads.known)
        table = self._table()
        _warn_of_gaps(table)
        return table

    def _interrupted(self, stop: BaseException, stages: Sequence[_Stage]) -> LoadInterrupted:
        inner = stop if isinstance(stop, LoadInterrupted) else None

        def partial() -> pd.DataFrame:
            self._last = inner.partial if inner else self._last
            table = self._table()
            table.attrs["ccframes"]["complete"] = False
            return table

        return LoadInterrupted(
            f"campaign_table: {str(stop) or 'stopped by Ctrl-C'}",
            partial=partial,
            resume=lambda client: self._go_on(
                client or self._loads, stages, inner.resume if inner else None
            ),
        )

    # --- the stages -------------------------------------------------------------------------

    def _load_summaries(self, loads: Loads) -> pd.DataFrame:
        parts = [Part(ENDPOINTS["campaign_summaries"])]
        if loads.known.as_of:
            parts.append(Part(ENDPOINTS["campaigns"]))
        return self._run(loads, parts)

    def _load_activities(self, loads: Loads) -> pd.DataFrame:
        known = loads.known
        sent = self._sent()
        if self._wanted is not None:
            _warn_of_unsent([one for one in self._wanted if one not in sent])
        unchanged = known.unchanged(sent, self._updated())
        for name in LASTING:
            rows = known.lasting_rows(name, unchanged)
            if rows is not None:
                self._brought[name] = rows
        asked = [one for one in sent if one not in unchanged]
        return self._run(loads, [Part(ENDPOINTS["campaign_activities"], asked, on_error="warn")])

    def _load_emails(self, loads: Loads) -> pd.DataFrame:
        activities = self._brought["campaign_activities"]
        loads.known.take_activities(activities)
        described = self._brought.get("campaign_activity_details")
        have = () if described is None else described["campaign_id"]
        new = activities[~activities["campaign_id"].isin(have)]
        primaries = new[new["role"] == "primary_email"]
        resent = new.loc[new["role"] == "resend", "campaign_id"]
        resent_primaries = primaries[primaries["campaign_id"].isin(resent)]
        return self._run(
            loads,
            [
                _part("campaign_activity_details", primaries["campaign_activity_id"]),
                _part("resends", resent_primaries["campaign_activity_id"]),
            ],
        )

    def _load_stats(self, loads: Loads) -> pd.DataFrame:
        activities = self._table()["campaign_activity_id"].dropna()
        return self._run(
            loads, [_part("activity_stats", activities), _part("campaign_stats", [*self._sent()])]
        )

    def _run(self, loads: Loads, parts: list[Part]) -> pd.DataFrame:
        before = dict(self._brought)

        def keep(frames: list[pd.DataFrame]) -> pd.DataFrame:
            for part, frame in zip(parts, frames, strict=True):
                name = part.endpoint.name
                self._brought[name] = stacked(before.get(name), frame)
                loads.known.take_counts(part, frame)
            return frames[0]

        return loads.run(parts, self._progress, keep, after=self._last)

    # --- what they brought ------------------------------------------------------------------

    def _sent(self) -> dict[str, pd.Timestamp]:
        """Return when the campaigns of the table were last sent, the last first."""
        summaries = self._brought["campaign_summaries"].drop_duplicates("campaign_id")
        if self._wanted is not None:
            summaries = summaries[summaries["campaign_id"].isin(self._wanted)]
        return dict(zip(summaries["campaign_id"], summaries["last_sent_date"], strict=True))

    def _updated(self) -> dict[str, pd.Timestamp]:
        """Return when campaigns were last changed, as the list of campaigns tells."""
        listed = self._brought.get("campaigns")
        if listed is None:
            return {}
        return dict(zip(listed["campaign_id"], listed["updated_at"], strict=True))

    def _remember(self, known: Known) -> None:
        activities = self._brought["campaign_activities"]
        updated = dict(zip(activities["campaign_id"], activities["updated_at"], strict=True))
        known.take_lasting({name: self._brought[name] for name in LASTING}, updated, self._sent())

    def _table(self) -> pd.DataFrame:
        table = wide_table(self._brought, self._sent(), self._zone)
        return mark(
            table,
            endpoint=CAMPAIGN_TABLE.name,
            ids=self._wanted or (),
            complete=True,
            requests=self._zone_requests,
            after=self._last,
        )


_STAGES: tuple[_Stage, ...] = (
    CampaignTable._load_summaries,
    CampaignTable._load_activities,
    CampaignTable._load_emails,
    CampaignTable._load_stats,
)


def _warn_of_unsent(campaigns: Sequence[str]) -> None:
    if campaigns:
        warn(
            f"campaign_table: {len(campaigns)} of the campaigns given are not in the summaries, so "
            f"they have no row: {listed(campaigns)}. They were never sent, or are older than the "
            "summaries go back",
            PartialResultWarning,
        )


def _warn_of_gaps(table: pd.DataFrame) -> None:
    """Say what could not be had, and why."""
    for column, why in _GAPS.items():
        rows = table.loc[table[column].isna(), "campaign_id"]
        if len(rows):
            warn(
                f"campaign_table: {column} is missing in {len(rows)} of {len(table)} rows: {why}; "
                f"campaigns {listed(list(dict.fromkeys(rows)))}",
                PartialResultWarning,
            )


_GAPS = {
    "campaign_activity_id": "the API does not know their activities",
    "sent_at": "neither the summaries nor the resends tell when they were sent, "
    "load_send_history() may",
    "subject": "the API has no details of the activity, or of the resend",
    "em_sends": "the API has no statistics of the activity",
    "campaign_open_percent": "the API has no statistics of the campaign",
}


def _part(name: str, ids: Any) -> Part:
    return Part(ENDPOINTS[name], list(ids), on_error="warn")
