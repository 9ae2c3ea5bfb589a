"""The campaign table: loads in stages, each on what the ones before brought, joined at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import pandas as pd

from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS
from ccframes.errors import (
    CcframesError,
    ConfigError,
    LoadInterrupted,
    PartialResultWarning,
    ServerError,
)
from ccframes.frames.provenance import mark
from ccframes.frames.wide import wide_table
from ccframes.known import Known, Stamps, stacked, stamp
from ccframes.load import Part, listed
from ccframes.warn import warn
from ccframes.wire.pace import Cancelled

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
        *,
        within: str = "",
    ) -> pd.DataFrame:
        """Load reports together, as a part of what `within` names."""

    def time_zone(self) -> str:
        """Return the account's time zone."""

    def warn_of_quota(self, name: str, requests: int) -> None:
        """Say that a load needs more requests than are left."""


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
        self._zone_requests = int(loads.known.zone is None and not loads.known.no_zone)
        self._parts: list[Part] = []
        self._brought: dict[str, pd.DataFrame] = {}
        self._causes: dict[str, CcframesError] = {}
        self._last: pd.DataFrame | None = None

    def load(self) -> pd.DataFrame:
        """Load all stages and return the table."""
        try:
            self._zone = self._loads.time_zone()
        except (ConfigError, ServerError) as error:
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
            except (CcframesError, Cancelled, KeyboardInterrupt) as stop:
                if self._last is None and not isinstance(stop, LoadInterrupted):
                    raise
                raise self._interrupted(stop, stages[number:]) from (stop.__cause__ or stop)
            self._keep(loads.known)
            resume = None
        table = self._table()
        if self._name_gaps(table):
            table.attrs["ccframes"]["complete"] = False
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
        if loads.known.has_kept:
            parts.append(Part(ENDPOINTS["campaigns"]))
        return self._run(loads, parts)

    def _load_activities(self, loads: Loads) -> pd.DataFrame:
        sent = self._sent()
        if self._wanted is not None:
            _warn_of_unsent([one for one in self._wanted if one not in sent])
        listed = self._brought.get("campaigns")
        updated = {} if listed is None else _pairs(listed, "campaign_id", "updated_at")
        stamps = {one: stamp(updated.get(one), last) for one, last in sent.items()}
        parts = [self._lasting(loads.known, "campaign_activities", stamps)]
        asked, campaigns = len(parts[0].ids), len(sent)
        loads.warn_of_quota(
            CAMPAIGN_TABLE.name, 2 * asked + math.ceil(campaigns / 10) + math.ceil(campaigns / 150)
        )
        return self._run(loads, parts)

    def _load_emails(self, loads: Loads) -> pd.DataFrame:
        activities = self._brought["campaign_activities"]
        primaries = activities[activities["role"] == "primary_email"]
        resent = activities.loc[activities["role"] == "resend", "campaign_id"]
        asked = {
            "campaign_activity_details": primaries,
            "resends": primaries[primaries["campaign_id"].isin(resent)],
        }
        stamps = self._stamps()
        return self._run(
            loads,
            [
                self._lasting(
                    loads.known, name, {one: stamps[one] for one in rows["campaign_activity_id"]}
                )
                for name, rows in asked.items()
            ],
        )

    def _load_stats(self, loads: Loads) -> pd.DataFrame:
        activities = self._table()["campaign_activity_id"].dropna()
        return self._run(
            loads, [_part("activity_stats", activities), _part("campaign_stats", self._sent())]
        )

    def _lasting(self, known: Known, name: str, stamps: Stamps) -> Part:
        """Take what was kept of a report, and return the part that asks for the rest."""
        good = known.good(name, stamps)
        rows = known.kept_rows(name, good)
        if rows is not None:
            self._brought[name] = rows
        return _part(name, (one for one in stamps if one not in good))

    def _run(self, loads: Loads, parts: list[Part]) -> pd.DataFrame:
        self._parts = parts
        before = dict(self._brought)

        def take(frames: list[pd.DataFrame]) -> pd.DataFrame:
            for part, frame in zip(parts, frames, strict=True):
                self._brought[part.endpoint.name] = stacked(before.get(part.endpoint.name), frame)
                loads.known.learn(part, frame)
            return frames[0]

        return loads.run(parts, self._progress, take, after=self._last, within=CAMPAIGN_TABLE.name)

    def _keep(self, known: Known) -> None:
        """Keep what the stage that ended has brought and cannot change."""
        stamps = self._stamps()
        for part in self._parts:
            name = part.endpoint.name
            for error in part.failures.values():
                self._causes.setdefault(name, error)
            if name in ("campaign_activity_details", "resends"):
                known.keep(name, self._brought[name], {one: stamps[one] for one in part.answered})

    # --- what they brought ------------------------------------------------------------------

    def _sent(self) -> dict[str, Any]:
        """Return when the campaigns of the table were last sent, the last first."""
        summaries = self._brought["campaign_summaries"].drop_duplicates("campaign_id")
        if self._wanted is not None:
            summaries = summaries[summaries["campaign_id"].isin(self._wanted)]
        return _pairs(summaries, "campaign_id", "last_sent_date")

    def _stamps(self) -> dict[str, Any]:
        """Return for each activity what must stay equal for its rows to be good."""
        activities = self._brought.get("campaign_activities")
        if activities is None:
            return {}
        sent = self._sent()
        rows = zip(
            activities["campaign_activity_id"],
            activities["campaign_id"],
            activities["updated_at"],
            strict=True,
        )
        return {one: stamp(updated, sent.get(campaign)) for one, campaign, updated in rows}

    def _table(self) -> pd.DataFrame:
        return mark(
            wide_table(self._brought, self._sent(), self._zone),
            endpoint=CAMPAIGN_TABLE.name,
            ids=self._wanted or (),
            complete=True,
            requests=self._zone_requests,
            after=self._last,
        )

    def _name_gaps(self, table: pd.DataFrame) -> bool:
        """Say what could not be had and why, each row once; tell whether there was such a gap."""
        named: set[Any] = set()
        for column, (report, why) in _GAPS.items():
            rows = table.loc[table[column].isna() & ~table.index.isin(named), "campaign_id"]
            if len(rows):
                named |= set(rows.index)
                cause = self._causes.get(report)
                warn(
                    f"campaign_table: {column} is missing in {len(rows)} of {len(table)} rows: "
                    f"{why}{f' ({cause})' if cause else ''}; campaigns "
                    f"{listed(list(dict.fromkeys(rows)))}",
                    PartialResultWarning,
                )
        return bool(named)


_STAGES: tuple[_Stage, ...] = (
    CampaignTable._load_summaries,
    CampaignTable._load_activities,
    CampaignTable._load_emails,
    CampaignTable._load_stats,
)
_GAPS = {
    "campaign_activity_id": ("campaign_activities", "the API does not tell their activities"),
    "subject": ("campaign_activity_details", "the API has no details of the activity, or resend"),
    "sent_at": (
        "resends",
        "neither the summaries nor the resends tell when; load_send_history() may",
    ),
    "em_sends": ("activity_stats", "the API has no statistics of the activity"),
    "campaign_open_percent": ("campaign_stats", "the API has no statistics of the campaign"),
}


def _warn_of_unsent(campaigns: Sequence[str]) -> None:
    if campaigns:
        warn(
            f"campaign_table: {len(campaigns)} of the campaigns given are not in the summaries, so "
            f"they have no row: {listed(campaigns)}. They were never sent, or are older than the "
            "summaries go back",
            PartialResultWarning,
        )


def _pairs(frame: pd.DataFrame, key: str, value: str) -> dict[str, Any]:
    return dict(zip(frame[key], frame[value], strict=True))


def _part(name: str, ids: Iterable[str]) -> Part:
    return Part(ENDPOINTS[name], list(ids), on_error="warn", quiet=True)
