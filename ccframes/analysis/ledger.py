"""The reports of an account as numbers that can be held against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Floats, Ints, Mask, floats
from ccframes.analysis.codes import codes_in, distinct, shared_codes
from ccframes.analysis.moments import NEVER, latest, microseconds

Values = TypeVar("Values", Ints, Floats)

EVENT_REPORTS = (
    *("sends", "opens", "unique_opens", "did_not_opens"),
    *("clicks", "forwards", "optouts", "bounces"),
)
"""The reports with one row for each event, all with activity, contact and time."""

BY_ACTIVITY = ("activity_stats", *EVENT_REPORTS, "links")
FOREVER = int(np.iinfo(np.int64).max)
"""Until when counts count that do not say it: after every instant."""

_DETAILS = ("device_type", "url_id", "bounce_code")


class Entries:
    """The rows of one report of events.

    Attributes
    ----------
    frame : pandas.DataFrame
        The rows as they were given.
    activity : array of int64
        The place of each row's activity.
    pair : array of int64
        Activity and contact of each row in one number: activity × `span` + contact.
    at : array of int64
        When it happened [µs since 1970].
    is_counted : array of bool
        Which rows are not newer than the statistics of their activity.
    """

    def __init__(
        self, frame: pd.DataFrame, activity: Ints, contact: Ints, span: int, refreshed: Ints
    ) -> None:
        self.frame = frame
        self.activity = activity
        self.pair = activity * span + contact
        self.at = microseconds(frame["created_time"])
        self.is_counted: Mask = self.at <= refreshed[activity]
        self.span, self._activities = span, len(refreshed)

    def rows(self, which: Mask | None = None) -> Floats:
        """Return how many rows each activity has."""
        return self._all_rows if which is None else self._tally(self.activity[which])

    def contacts(self, which: Mask | None = None) -> Floats:
        """Return how many different contacts each activity has."""
        return self._all_contacts if which is None else self.tally_pairs(distinct(self.pair[which]))

    def tally_pairs(self, pairs: Ints) -> Floats:
        """Return how many of some pairs each activity has."""
        return self._tally(pairs // self.span)

    @cached_property
    def pairs(self) -> Ints:
        """The different pairs of activity and contact, in order."""
        return distinct(self.pair)

    @cached_property
    def latest(self) -> Ints:
        """When each of `pairs` was seen last."""
        place = np.searchsorted(self.pairs, self.pair)
        return latest(place, self.at, len(self.pairs))

    @cached_property
    def is_copy(self) -> Mask:
        """Which rows repeat an earlier one: contact, time, device, link and code."""
        same_time = pd.DataFrame({"pair": self.pair, "at": self.at})
        again = np.flatnonzero(same_time.duplicated(keep=False))
        details = [name for name in _DETAILS if name in self.frame]
        whole = same_time.iloc[again].assign(
            **{name: pd.factorize(self.frame[name].iloc[again])[0] for name in details}
        )
        copies = np.zeros(len(self.pair), dtype=np.bool_)
        copies[again] = whole.duplicated()
        return copies

    @cached_property
    def copies(self) -> Floats:
        """How many such rows each activity has."""
        return self.rows(self.is_copy)

    @cached_property
    def _all_rows(self) -> Floats:
        return self._tally(self.activity)

    @cached_property
    def _all_contacts(self) -> Floats:
        return self.tally_pairs(self.pairs)

    def _tally(self, activity: Ints) -> Floats:
        return np.bincount(activity, minlength=self._activities).astype(np.float64)


class Counts:
    """The counts that the API gives by activity or by campaign; of several for one, the newest.

    Attributes
    ----------
    names : list of str
        The ids; each value of a count is that of the id in its place.
    is_known : array of bool
        Which ids have counts.
    refreshed : array of int64
        Until when they count [µs since 1970]; for ever where that is not said.
    """

    def __init__(self, frame: pd.DataFrame, key: str, names: list[str]) -> None:
        ordered = frame
        if "last_refresh_time" in frame:
            ordered = frame.iloc[
                np.argsort(microseconds(frame["last_refresh_time"]), kind="stable")
            ]
        self._frame = ordered.drop_duplicates(key, keep="last")
        self._place = codes_in(names, self._frame[key])
        self.names = names
        self.is_known: Mask = np.isin(np.arange(len(names)), self._place)
        self.refreshed = self._refreshed()

    def of(self, key: str) -> Floats:
        """Return a count for each name; NaN where the API does not give it."""
        if key not in self._frame:
            return np.full(len(self.names), np.nan)
        return self.spread(floats(self._frame[key]), np.nan)

    def column(self, key: str) -> pd.Series[Any]:
        """Return a column of text for each name; missing where there is none."""
        values = pd.Series(self._frame.get(key), self._frame.index, dtype=object)
        return values.set_axis(self._place).reindex(range(len(self.names)))

    def spread(self, values: Values, otherwise: float) -> Values:
        """Return values of the rows for each name."""
        known = self._place >= 0
        spread = np.full(len(self.names), otherwise, dtype=values.dtype)
        spread[self._place[known]] = values[known]
        return spread

    def _refreshed(self) -> Ints:
        if "last_refresh_time" not in self._frame:
            return np.full(len(self.names), FOREVER)
        at = microseconds(self._frame["last_refresh_time"])
        refreshed: Ints = self.spread(np.where(at == NEVER, FOREVER, at), FOREVER)
        return refreshed


class Ledger:
    """All reports, their activities, campaigns and contacts numbered.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        The reports by name; `activity_stats` is among them.
    chosen : sequence of str, optional
        The activities to look at; by default all.

    Attributes
    ----------
    frames : dict
        The reports as they were given, those by activity of the chosen activities only.
    activities, campaigns : list of str
        The ids.
    stats : Counts
        The activity stats, by activity.
    campaign : array of int64
        The place of each activity's campaign; −1 where it is not known.
    is_whole : array of bool
        Which campaigns have all their activities here, as far as the statistics tell.
    entries : dict
        The reports of events, by name.
    """

    def __init__(
        self, frames: Mapping[str, pd.DataFrame], chosen: Sequence[str] | None = None
    ) -> None:
        self.frames = {
            name: _chosen(frame, chosen) if name in BY_ACTIVITY else frame
            for name, frame in frames.items()
        }
        by_activity = [self.frames[name] for name in BY_ACTIVITY if name in frames]
        _, self.activities = shared_codes(*(each["campaign_activity_id"] for each in by_activity))
        stats = self.frames["activity_stats"]
        self.stats = Counts(stats, "campaign_activity_id", self.activities)
        [self.campaign], self.campaigns = shared_codes(self.stats.column("campaign_id"))
        self.is_whole = self._whole(frames["activity_stats"])
        self.entries = self._entries([name for name in EVENT_REPORTS if name in frames])

    def has(self, *names: str) -> bool:
        """Tell whether all these reports are there."""
        return all(name in self.frames for name in names)

    def places(self, frame: pd.DataFrame) -> Ints:
        """Return the place of each row's activity."""
        return codes_in(self.activities, frame["campaign_activity_id"])

    def per_campaign(self, values: Floats) -> Floats:
        """Return the sum over the activities of each campaign."""
        known = self.campaign >= 0
        total = np.bincount(
            self.campaign[known], weights=values[known], minlength=len(self.campaigns)
        )
        return total.astype(np.float64)

    def _whole(self, all_stats: pd.DataFrame) -> Mask:
        if "campaign_id" not in all_stats:
            return np.zeros(0, dtype=np.bool_)
        left_out = ~all_stats["campaign_activity_id"].isin(self.activities)
        in_part = codes_in(self.campaigns, all_stats.loc[left_out, "campaign_id"])
        return ~np.isin(np.arange(len(self.campaigns)), in_part)

    def _entries(self, names: Sequence[str]) -> dict[str, Entries]:
        contacts, known = shared_codes(*(self.frames[name]["contact_id"] for name in names))
        return {
            name: Entries(
                self.frames[name],
                self.places(self.frames[name]),
                contact + 1,  # a missing contact is one, too
                len(known) + 1,
                self.stats.refreshed,
            )
            for name, contact in zip(names, contacts, strict=True)
        }


def _chosen(frame: pd.DataFrame, ids: Sequence[str] | None) -> pd.DataFrame:
    """Return the rows of the chosen activities; rows without an activity belong to none."""
    ids_of = frame["campaign_activity_id"]
    return frame[ids_of.notna() if ids is None else ids_of.isin(ids)]
