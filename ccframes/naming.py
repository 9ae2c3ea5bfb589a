"""`named()`: what activity ids stand for, joined to any frame that has them."""

from __future__ import annotations

import pandas as pd

from ccframes.client import Client, check_keywords, default_client
from ccframes.endpoints import ENDPOINTS
from ccframes.errors import ColumnsError
from ccframes.frames.names import KEY, campaigns_of, ids_in, names_of, with_names
from ccframes.frames.provenance import KEY as ORIGIN
from ccframes.ids import ids_from
from ccframes.load import OnError, Part, chain

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
    check_keywords(on_error)
    return _Naming(frame, client or default_client(), progress, on_error).run()


class _Naming:
    """Looks up what the client has not looked up before, in two loads, and joins it."""

    def __init__(
        self, frame: pd.DataFrame, loads: Client, progress: bool | None, on_error: OnError
    ) -> None:
        self._frame = frame
        self._loads = loads
        self._progress = progress
        self._on_error: OnError = on_error

    def run(self) -> pd.DataFrame:
        subjects = self._names()["subject"]
        without = [one for one in ids_in(self._frame) if pd.isna(subjects.get(one))]
        return chain(
            lambda client: self._load(_DETAILS, without, client),
            lambda _, client: self._with_campaigns(client),
            lambda _: self._partly_named(),
        )

    def _with_campaigns(self, client: Client | None) -> pd.DataFrame:
        campaigns = campaigns_of(ids_in(self._frame), self._names())
        if "campaign_id" in self._frame:
            campaigns = list(dict.fromkeys([*campaigns, *ids_in(self._frame, "campaign_id")]))
        return chain(
            lambda client: self._load(_ACTIVITIES, campaigns, client),
            lambda _, __: with_names(self._frame, self._names()),
            lambda _: self._partly_named(),
            client,
        )

    def _load(self, name: str, ids: list[str], client: Client | None) -> pd.DataFrame:
        """Load the rows of ids that a report was not asked for, which the client then knows."""
        endpoint = ENDPOINTS[name]
        asked = ids_from(self._loads.known.not_asked(name, ids), endpoint.key)
        part = Part(endpoint, asked, on_error=self._on_error)
        return self._loads.load_part(part, self._progress, by=client)

    def _partly_named(self) -> pd.DataFrame:
        answer = with_names(self._frame, self._names())
        answer.attrs[ORIGIN] = {**answer.attrs.get(ORIGIN, {}), "complete": False}
        return answer

    def _names(self) -> pd.DataFrame:
        """Return all names that are known."""
        rows = self._loads.known.all_rows
        return names_of(rows(_ACTIVITIES), rows(_DETAILS), rows("resends"))
