"""`named()`: what activity ids stand for, joined to any frame that has them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.errors import ColumnsError
from ccframes.frames.names import KEY, campaigns_of, ids_in, names_of, with_names
from ccframes.frames.provenance import KEY as ORIGIN
from ccframes.known import Known, stacked
from ccframes.load import OnError, chain

_ACTIVITIES = "campaign_activities"
_DETAILS = "campaign_activity_details"


def named(
    frame: pd.DataFrame,
    *,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "warn",
) -> pd.DataFrame:
    """Join campaign, name, role and subject to a frame with activity ids.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any frame with `campaign_activity_id`.
    client : Client, optional
        The client to look them up with; by default the one that `connect()` made last.
    progress : bool, optional
        Show a progress bar; by default only where a person watches and the load takes seconds.
    on_error : {"raise", "warn"}, default "warn"
        "warn": leave the names missing that the API does not tell, and say so.

    Returns
    -------
    pandas.DataFrame
        The frame's rows, and after `campaign_activity_id` the columns campaign_id, name (of the
        campaign), role and subject. Where the frame has one of these, what is missing is filled.

    Raises
    ------
    ColumnsError
        The frame has no activity ids.
    LoadInterrupted
        The look-up stopped part-way: `.partial` is the frame with the names that came, `.resume()`
        goes on.

    Warns
    -----
    PartialResultWarning
        The API does not know an activity, as those of removed campaigns and of landing pages.

    Notes
    -----
    Each activity takes a request, and each campaign another one, once per client: what it has
    looked up it remembers, and after `load_campaign_table()` nothing is left to ask for.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> opens = ccf.load_opens(ccf.load_campaign_summaries().head(1))
    >>> named(opens).columns[:5].tolist()
    ['campaign_activity_id', 'campaign_id', 'name', 'role', 'subject']

    Source: GET /emails/activities/{campaign_activity_id}, /emails/{campaign_id} (scope
    campaign_data)
    """
    if list(frame.columns).count(KEY) != 1:
        raise ColumnsError(
            f"the frame has no column {KEY!r}, or more than one; the reports of activities, such "
            "as load_opens() or load_activity_stats(), have it"
        )
    loads = client or default_client()
    return _Naming(frame, loads, {"progress": progress, "on_error": on_error}).run()


class _Naming:
    """Looks up what the client has not looked up before, in two loads, and joins it."""

    def __init__(self, frame: pd.DataFrame, loads: Client, keywords: dict[str, Any]) -> None:
        self._frame = frame
        self._loads = loads
        self._keywords = keywords

    def run(self) -> pd.DataFrame:
        subjects = self._names()["subject"]
        without = [one for one in ids_in(self._frame) if pd.isna(subjects.get(one))]
        asked = self._loads.known.not_asked(_DETAILS, without)
        return chain(
            lambda client: self._load(_DETAILS, asked, client),
            lambda details, client: self._with_campaigns(asked, details, client),
            lambda details: self._partly_named(details=details),
        )

    def _with_campaigns(
        self, asked: list[str], details: pd.DataFrame, client: Client | None
    ) -> pd.DataFrame:
        self._remember(_DETAILS, asked, details)
        campaigns = campaigns_of(ids_in(self._frame), self._names())
        if "campaign_id" in self._frame:
            campaigns = list(dict.fromkeys([*campaigns, *ids_in(self._frame, "campaign_id")]))
        unknown = self._loads.known.not_asked(_ACTIVITIES, campaigns)

        def joined(activities: pd.DataFrame, _: Client | None) -> pd.DataFrame:
            self._remember(_ACTIVITIES, unknown, activities)
            return with_names(self._frame, self._names())

        return chain(
            lambda client: self._load(_ACTIVITIES, unknown, client),
            joined,
            lambda activities: self._partly_named(activities=activities),
            client,
        )

    def _load(self, name: str, ids: list[str], client: Client | None) -> pd.DataFrame:
        return (client or self._loads).load(name, ids, **self._keywords)

    def _remember(self, name: str, asked: list[str], came: pd.DataFrame) -> None:
        """Remember what came, without a stamp: the campaign table is to ask for it anew."""
        known: Known = self._loads.known
        known.keep(name, came, dict.fromkeys(known.not_asked(name, asked)))

    def _partly_named(self, **came: pd.DataFrame) -> pd.DataFrame:
        answer = with_names(self._frame, self._names(**came))
        answer.attrs[ORIGIN] = {**answer.attrs.get(ORIGIN, {}), "complete": False}
        return answer

    def _names(self, **came: pd.DataFrame) -> pd.DataFrame:
        """Return all names that are known, those included that have just come in part."""
        rows = self._loads.known.all_rows
        details, activities = came.get("details"), came.get("activities")
        return names_of(
            rows(_ACTIVITIES) if activities is None else stacked(rows(_ACTIVITIES), activities),
            rows(_DETAILS) if details is None else stacked(rows(_DETAILS), details),
            rows("resends"),
        )
