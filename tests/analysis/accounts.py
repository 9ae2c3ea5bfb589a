"""Frames of whole simulated accounts, made without HTTP: what the loaders would give."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

import ccframes as ccf
from ccframes.demo import WorldAccount
from ccframes.demo.world import World
from ccframes.endpoints import ENDPOINTS, REPORTED_ROLES


class Frames:
    """Every report of one account, each made when it is first asked for.

    >>> frames = Frames(World(contacts=60, weeks=8))
    >>> set(frames.activities["role"]) <= {"primary_email", "resend"}
    True
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.account = WorldAccount(world)
        self.truth = self.account.truth
        self._made: dict[str, pd.DataFrame] = {}

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return a report by its name in the catalog; of activities those that were sent."""
        if name not in ENDPOINTS:
            raise AttributeError(name)
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    @property
    def activities(self) -> pd.DataFrame:
        """The sent activities: campaign_id, name, campaign_activity_id, role, subject, sent_at."""
        if "activities" not in self._made:
            self._made["activities"] = self._activities()
        return self._made["activities"]

    def _activities(self) -> pd.DataFrame:
        found = self.campaign_activities
        found = found[found["role"].isin(REPORTED_ROLES)]
        details = self.campaign_activity_details[["campaign_activity_id", "subject"]]
        sent = {one.id: one.sent_at for one in self.world.mailings.activities}
        joined = found.merge(details, on="campaign_activity_id", validate="one_to_one")
        seconds = joined["campaign_activity_id"].map(sent).astype("int64")
        return joined.assign(
            sent_at=pd.to_datetime(seconds, unit="s", utc=True).astype("datetime64[us, UTC]")
        )

    def _make(self, name: str) -> pd.DataFrame:
        endpoint = ENDPOINTS[name]
        if not endpoint.key and endpoint.walk == "cursor":
            records = list(self.account.records(name))
            return ccf.flatten(name, {endpoint.records: records})
        sent = self.world.mailings.activities
        if endpoint.key == "campaign_id":
            ids = [one.id for one in self.world.programme.campaigns if one.sent]
        else:
            ids = [one.id for one in sent]
        if endpoint.walk == "cursor":
            rows = [row for one in ids for row in self.account.records(name, one)]
            return ccf.flatten(name, {endpoint.records: rows})
        documents = [self.account.document(name, one) for one in ids]
        if endpoint.walk == "batch":
            return ccf.flatten(name, {"results": documents})
        return ccf.flatten(name, documents)


@cache
def account_of(seed: str = "harbour garden", **size: Any) -> Frames:
    """Return the account of a seed; `contacts=`, `weeks=`, `causes=` as World takes them."""
    return Frames(World(seed, **size))
