"""What a load would cost, before it is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Any, Literal, Protocol

import pandas as pd

from ccframes.endpoints import ENDPOINTS
from ccframes.known import Known
from ccframes.load import OnError
from ccframes.schema import Endpoint

Params = Mapping[str, Any]
_NOUNS = {
    "campaign_id": ("campaign", "campaigns"),
    "campaign_activity_id": ("activity", "activities"),
    "contact_id": ("contact", "contacts"),
}
Certainty = Literal["exact", "about", "at least", "at most"]


@dataclass(frozen=True)
class Plan:
    """The cost of a load.

    Attributes
    ----------
    name : str
        Name of the report.
    ids : int
        How many ids it is loaded for, as they were given: campaigns, where these stand for their
        activities.
    requests : int
        Requests it takes, retries excluded.
    certainty : {"exact", "about", "at least", "at most"}
        How that number is meant: counted, estimated from a sample, or a bound.
    seconds_per_request : float
        Time between two requests at the present pace [s].
    quota, remaining : int or None
        Requests a day of the API key, and those left today as far as this machine knows.
    basis : str
        What the number of requests was reckoned from.
    key : str
        What ids they are, such as "campaign_id".
    """

    name: str
    ids: int
    requests: int
    certainty: Certainty
    seconds_per_request: float
    quota: int | None
    remaining: int | None
    basis: str
    key: str = ""

    @property
    def at_least(self) -> bool:
        """Whether the number is only a lower bound, for want of a count."""
        return self.certainty == "at least"

    @property
    def seconds(self) -> float:
        """Seconds that the pace makes it take, waiting for answers excluded [s]."""
        return self.requests * self.seconds_per_request

    @property
    def quota_share(self) -> float | None:
        """Share of the day's quota [0–1]; None where there is no quota."""
        return _share(self.requests, self.quota)

    @property
    def remaining_share(self) -> float | None:
        """Share of the requests left today [0–1], more where they do not suffice; None as above."""
        return _share(self.requests, self.remaining)

    @property
    def fits_today(self) -> bool:
        """Whether the requests left today suffice, as far as this number tells."""
        return self.remaining is None or self.requests <= self.remaining

    def __str__(self) -> str:
        """Say it in a line."""
        bound = "" if self.certainty == "exact" else f"{self.certainty} "
        one, several = _NOUNS.get(self.key, ("id", "ids"))
        noun = one if self.ids == 1 else several
        asked = f"{self.name} of {self.ids:,} {noun}" if self.ids else self.name
        requests = "1 request" if self.requests == 1 else f"{self.requests:,} requests"
        return (
            f"{asked}: {bound}{requests}, {bound}{duration(self.seconds)} at this pace"
            f"{self._of_quota()}; from {self.basis}"
        )

    def _of_quota(self) -> str:
        if self.quota is None or self.remaining is None:
            return ""
        if not self.fits_today:
            return f", more than the {self.remaining:,} of the day's {self.quota:,} that are left"
        share = f"{self.remaining_share:.1%} of the {self.remaining:,} left"
        return f", {self.quota_share:.1%} of the day's {self.quota:,} ({share})"


def together(plans: Sequence[Plan]) -> Plan | None:
    """Return what several loads cost together, made one after the other; None of none."""
    if len(plans) < 2:
        return plans[0] if plans else None
    others = [plan.certainty for plan in plans if plan.certainty != "exact"]
    return replace(
        plans[-1],  # what is left today, it knows best
        name=", ".join(plan.name for plan in plans),
        ids=max(plan.ids for plan in plans),
        requests=sum(plan.requests for plan in plans),
        certainty=others[0] if len(set(others)) == 1 else "about" if others else "exact",
        basis="what each takes",
    )


def duration(seconds: float) -> str:
    """Say a number of seconds as a person would.

    >>> duration(42), duration(1_000), duration(9_000)
    ('42 s', '17 min', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"


def _share(requests: int, quota: int | None) -> float | None:
    if quota is None:
        return None
    return requests / quota if quota else float("inf")


# --- reckoning ----------------------------------------------------------------------------------

SAMPLE = 20
"""Ids that are loaded to learn how many pages such ids have, where nothing counts their rows."""

LOOKED_UP = 40
"""Campaigns that are looked up to learn how many activities campaigns have; the load needs them."""

Reckoned = tuple[int, Certainty, str]


class Loads(Protocol):
    """What reckoning asks of a client."""

    known: Known

    def load(
        self,
        name: str,
        ids: Any = None,
        *,
        params: Params | None = None,
        on_error: OnError = "raise",
        progress: bool | None = None,
    ) -> pd.DataFrame:
        """Load a report."""

    def look_up(self, campaigns: list[str], on_error: OnError = "raise") -> pd.DataFrame:
        """Load the activities of the campaigns that have not been looked up."""

    def total(self, endpoint: Endpoint, params: Params) -> int | None:
        """Ask the API how many rows a report has; None where it does not say."""


def reckon(loads: Loads, endpoint: Endpoint, ids: Sequence[str], params: Params) -> Reckoned:
    """Return how many requests a load takes, how that is meant, and what it comes from.

    Counts that are not known and that a few requests bring are asked for.
    """
    if endpoint.walk == "batch":
        batches = math.ceil(len(ids) / endpoint.batch_size)
        return batches, "exact", "one answer for each batch of ids"
    if endpoint.walk == "single":
        return (len(ids) if endpoint.key else 1), "exact", "one answer each"
    if not endpoint.key:
        return _of_whole(loads, endpoint, params)
    if endpoint.counted_by:
        return _of_counted(loads, endpoint, ids, params)
    return _of_uncounted(loads, endpoint, ids, params)


def _of_whole(loads: Loads, endpoint: Endpoint, params: Params) -> Reckoned:
    """Reckon a report without ids, the walk for joined names included."""
    if endpoint.total:
        rows = loads.total(endpoint, params)
        if rows is not None:
            return _pages(endpoint, rows), "exact", f"{endpoint.total} of the API"
    walked = [endpoint, *([ENDPOINTS["campaigns"]] if endpoint.joined else [])]
    known = [None if params else loads.known.rows_of(one) for one in walked]
    if None in known:
        return len(walked), "at least", "one page each, since the API gives no total"
    pages = sum(_pages(one, rows or 0) for one, rows in zip(walked, known, strict=True))
    return pages, "exact", "the rows of the last load"


def _of_counted(loads: Loads, endpoint: Endpoint, ids: Sequence[str], params: Params) -> Reckoned:
    missing = loads.known.without_stats(ids)
    if missing:
        loads.load("activity_stats", missing, on_error="warn")
    rows = loads.known.expected(endpoint, ids)
    pages = sum(_pages(endpoint, rows.get(one, 0)) for one in ids)
    return pages, "at most" if params else "exact", f"{endpoint.counted_by} of activity stats"


def _of_uncounted(loads: Loads, endpoint: Endpoint, ids: Sequence[str], params: Params) -> Reckoned:
    rows = {} if params else loads.known.expected(endpoint, ids)
    pages = sum(_pages(endpoint, count) for count in rows.values())
    unknown = [one for one in ids if one not in rows]
    if not unknown:
        return pages, "exact", "the rows of the last load"
    lacking = any(param.required and param.name not in params for param in endpoint.params)
    if len(unknown) < 2 * SAMPLE or lacking:
        return pages + len(unknown), "at least", "a page each, since the API gives no total"
    sample = _sample(unknown, SAMPLE)
    frame = loads.load(endpoint.name, sample, params=params, on_error="warn", progress=False)
    counts = frame[endpoint.key].value_counts()
    sampled = sum(_pages(endpoint, int(counts.get(one, 0))) for one in sample)
    about = pages + round(sampled * len(unknown) / len(sample))
    return about, "about", f"a sample of {len(sample)} of the ids"


def reckon_campaigns(
    loads: Loads, endpoint: Endpoint, campaigns: Sequence[str], params: Params
) -> Reckoned:
    """Return the same for a report of all activities of campaigns, their look-ups included."""
    sample, left = _looked_up(loads, campaigns)
    known = loads.known.activities_of(campaigns)
    requests, certainty, basis = reckon(loads, endpoint, known, params)
    if not left or not sample:
        return requests + left, certainty, basis
    sampled, _, _ = reckon(loads, endpoint, loads.known.activities_of(sample), params)
    about = requests + left + round(left * sampled / len(sample))
    return about, "about", f"{basis}, of {len(campaigns) - left} of the campaigns"


def reckon_table(loads: Loads, campaigns: Sequence[str]) -> Reckoned:
    """Return the same for the campaign table of these campaigns, whose summaries are known."""
    sample, left = _looked_up(loads, campaigns)
    known = loads.known
    further = round(left * len(known.activities_of(sample)) / max(1, len(sample)))
    new = [one for one in campaigns if not known.is_kept("campaign_activities", one)]
    lacking = [one for one in campaigns if not known.is_kept_whole(one)]
    activities = len(known.activities_of(campaigns)) + further
    walked = ["campaign_summaries", *(["campaigns"] if known.has_kept else [])]
    requests = (
        int(known.zone is None and not known.no_zone)
        + sum(_pages(ENDPOINTS[one], known.rows_of(ENDPOINTS[one]) or 0) for one in walked)
        + len(new)
        + len(known.activities_of(lacking))
        + further
        + math.ceil(activities / ENDPOINTS["activity_stats"].batch_size)
        + math.ceil(len(campaigns) / ENDPOINTS["campaign_stats"].batch_size)
    )
    if not left:
        return requests, "exact", "the activities of the campaigns"
    return requests, "about", f"the activities of {len(campaigns) - left} of the campaigns"


def _looked_up(loads: Loads, campaigns: Sequence[str]) -> tuple[list[str], int]:
    """Look up campaigns until enough of those that were unknown tell of the others.

    Returns the campaigns that were picked for that, now or earlier, and the number left unknown.
    """
    known = loads.known
    sample = [one for one in campaigns if one in known.sampled]
    unknown = known.without_activities(campaigns)
    picked = _sample(unknown, LOOKED_UP - len(sample))
    loads.look_up(picked, "warn")
    known.sampled.update(picked)
    return [*sample, *picked], len(known.without_activities(campaigns))


def _sample(ids: Sequence[str], size: int) -> list[str]:
    """Return so many of the ids, one from each stretch of them; all where they are no more.

    Which one is left to chance, always the same: newsletters and resends come at intervals.
    """
    if size <= 0:
        return []
    if len(ids) <= size:
        return list(ids)
    chance = Random(size)  # noqa: S311 - no secret hangs on it
    ends = [part * len(ids) // size for part in range(size + 1)]
    return [ids[chance.randrange(*stretch)] for stretch in pairwise(ends)]


def _pages(endpoint: Endpoint, rows: int) -> int:
    return max(1, math.ceil(rows / endpoint.page_rows))
