"""`connect()` and the Client: the one place where wire and frames meet."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Literal

import pandas as pd

from ccframes.endpoints import ENDPOINTS, REPORTED_ROLES, endpoint_named
from ccframes.errors import ConfigError
from ccframes.ids import frame_of, ids_from
from ccframes.load import Load, OnError, Part, chain
from ccframes.params import query
from ccframes.plan import Plan
from ccframes.schema import Endpoint
from ccframes.wire.auth import StaticToken, TokenSource
from ccframes.wire.pace import FileLedger, Ledger, MemoryLedger, Pace
from ccframes.wire.transport import DEFAULT_BASE_URL, Transport

RATE = 4.0
DAILY_QUOTA = 10_000
TOKEN_VARIABLE = "CCFRAMES_TOKEN"  # noqa: S105 - the name of a variable, not a token

_default: Client | None = None


class Client:
    """A connection to one account; made by `connect()`, used by every loader.

    It is a context manager: leaving it closes the connections.
    """

    def __init__(
        self,
        tokens: TokenSource,
        *,
        base_url: str = DEFAULT_BASE_URL,
        rate: float | None = RATE,
        daily_quota: int | None = DAILY_QUOTA,
        timeout: tuple[float, float] = (5, 60),
        ledger: Ledger | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self._pace = Pace(
            ledger or FileLedger.of_key(tokens.key), rate=rate, daily_quota=daily_quota
        )
        self._transport = Transport(tokens, self._pace, base_url=base_url, timeout=timeout)
        self._base_url = base_url
        self._daily_quota = daily_quota
        self._on_close = on_close
        self._warned: set[str] = set()
        self._activities: dict[str, list[str]] = {}
        self._stats: dict[str, dict[str, int]] = {}
        self._row_counts: dict[str, int] = {}

    def __repr__(self) -> str:
        """Say where it is connected to, and nothing of the token."""
        return f"<ccframes.Client of {self._base_url}, {self.requests_sent} requests sent>"

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; loaders then need another client."""
        global _default  # noqa: PLW0603 - the one setting that DESIGN.md allows
        self._transport.close()
        if self._on_close is not None:
            self._on_close()
        if _default is self:
            _default = None

    @property
    def requests_sent(self) -> int:
        """Requests sent so far, retries included."""
        return self._transport.requests_sent

    @property
    def remaining_today(self) -> int | None:
        """Requests left of the API key's day (UTC), as far as this machine knows."""
        return self._pace.remaining_today

    def load(
        self,
        name: str,
        ids: Any = None,
        *,
        campaigns: Any = None,
        params: Mapping[str, Any] | None = None,
        on_error: OnError = "raise",
        max_pages: int | None = None,
        progress: bool | None = None,
    ) -> pd.DataFrame:
        """Load one report; the loaders say which there are and what they take."""
        endpoint = endpoint_named(name)
        if on_error not in ("raise", "warn"):
            raise ConfigError(f'on_error must be "raise" or "warn", not {on_error!r}')
        if max_pages is not None and (not isinstance(max_pages, int) or max_pages < 1):
            raise ConfigError(f"max_pages must be a whole number above 0, not {max_pages!r}")
        sent = query(endpoint, params or {})

        def load_for(asked: list[str]) -> pd.DataFrame:
            part = Part(
                endpoint,
                asked,
                params=sent,
                on_error=on_error,
                max_pages=max_pages,
                expected_rows=self._expected(endpoint, asked),
            )
            frame = self._run([part], progress)
            self._remember(endpoint, frame, filtered=bool(sent))
            return frame

        looked_up = self._campaigns_in(endpoint, ids, campaigns)
        if looked_up is None:
            return load_for(ids_from(ids, endpoint.key) if endpoint.key else [])
        return chain(
            lambda: self._look_up(looked_up, on_error, progress),
            lambda found: load_for(self._activities_of(looked_up, found)),
            lambda _: Part(endpoint).frame(self._warned, 0, stopped=True),
        )

    def load_summaries_with_names(
        self, *, max_pages: int | None = None, progress: bool | None = None, **kwargs: Any
    ) -> pd.DataFrame:
        """Load the campaign summaries and, beside them, the campaigns for their names."""
        summaries = Part(ENDPOINTS["campaign_summaries"], max_pages=max_pages)
        campaigns = Part(ENDPOINTS["campaigns"])
        return self._run([summaries, campaigns], progress, _with_names)

    def load_activities_with_details(
        self,
        campaigns: Any,
        *,
        on_error: OnError = "raise",
        progress: bool | None = None,
    ) -> pd.DataFrame:
        """Load the activities of campaigns and, after them, the details of each."""
        endpoint = ENDPOINTS["campaign_activity_details"]

        def with_details(activities: pd.DataFrame) -> pd.DataFrame:
            # The API has no details of removed activities.
            kept = activities.loc[activities["current_status"] != "Removed", "campaign_activity_id"]
            ids = ids_from(kept.dropna(), "campaign_activity_id")
            details = Part(endpoint, ids, on_error=on_error)
            return self._run(
                [details], progress, lambda frames: _with_details(activities, frames[0])
            )

        return chain(
            lambda: self.load(
                "campaign_activities", campaigns, on_error=on_error, progress=progress
            ),
            with_details,
            lambda activities: _with_details(activities, Part(endpoint).frame(self._warned, 0)),
        )

    def plan(self, name: str, ids: Any = None, *, campaigns: Any = None) -> Plan:
        """Say what a load would cost; `ccframes.plan` documents it."""
        endpoint = endpoint_named(name)
        asked = self._ids(endpoint, ids, campaigns)
        rows, basis = self._rows_to_come(endpoint, asked)
        return Plan(
            name=endpoint.name,
            ids=len(asked),
            requests=_requests(endpoint, asked, rows),
            at_least=rows is None,
            seconds_per_request=self._pace.gap,
            quota=self._daily_quota,
            remaining=self.remaining_today,
            basis=basis,
        )

    def _run(
        self,
        parts: list[Part],
        progress: bool | None,
        combine: Callable[[list[pd.DataFrame]], pd.DataFrame] | None = None,
    ) -> pd.DataFrame:
        return Load(
            self._transport, parts, warned=self._warned, progress=progress, combine=combine
        ).run()

    def _ids(self, endpoint: Endpoint, ids: Any, campaigns: Any) -> list[str]:
        looked_up = self._campaigns_in(endpoint, ids, campaigns)
        if looked_up is None:
            return ids_from(ids, endpoint.key) if endpoint.key else []
        return self._activities_of(looked_up, self._look_up(looked_up, "raise", None))

    def _campaigns_in(self, endpoint: Endpoint, ids: Any, campaigns: Any) -> list[str] | None:
        """Return the campaigns that stand for their activities; None where ids are as they are."""
        if endpoint.key != "campaign_activity_id":
            return None
        if campaigns is not None and ids is not None:
            raise ConfigError("give activities or campaigns=, not both; nothing was sent")
        if campaigns is None and not _carries_campaigns(ids):
            return None
        return ids_from(ids if campaigns is None else campaigns, "campaign_id")

    def _look_up(
        self, campaigns: list[str], on_error: OnError, progress: bool | None
    ) -> pd.DataFrame:
        """Load the activities of the campaigns that this client has not looked up yet."""
        unknown = [one for one in campaigns if one not in self._activities]
        return self.load("campaign_activities", unknown, on_error=on_error, progress=progress)

    def _activities_of(self, campaigns: list[str], found: pd.DataFrame) -> list[str]:
        """Return the primary emails and resends of campaigns, and keep those just found."""
        self._activities |= {one: [] for one in found["campaign_id"]}
        reported = found[found["role"].isin(REPORTED_ROLES)]
        for campaign, activity in zip(
            reported["campaign_id"], reported["campaign_activity_id"], strict=True
        ):
            self._activities[campaign].append(activity)
        return [activity for one in campaigns for activity in self._activities.get(one, ())]

    def _remember(self, endpoint: Endpoint, frame: pd.DataFrame, *, filtered: bool) -> None:
        """Keep the counts that plans and the order of walks are made from."""
        if endpoint.name == "activity_stats":
            counts = frame.set_index("campaign_activity_id").filter(like="em_").fillna(0)
            for activity, row in counts.astype("int64").iterrows():
                self._stats[str(activity)] = {str(key): int(count) for key, count in row.items()}
        elif not endpoint.key and not filtered and frame.attrs["ccframes"]["complete"]:
            self._row_counts[endpoint.name] = len(frame)

    def _expected(self, endpoint: Endpoint, ids: list[str]) -> dict[str, int]:
        return {
            one: self._stats[one][endpoint.counted_by]
            for one in ids
            if endpoint.counted_by and one in self._stats
        }

    def _rows_to_come(self, endpoint: Endpoint, ids: list[str]) -> tuple[list[int] | None, str]:
        if endpoint.walk != "cursor":
            return [1] * len(ids), "one answer for each batch of ids"
        if endpoint.counted_by:
            missing = [one for one in ids if one not in self._stats]
            if missing:
                self.load("activity_stats", missing, on_error="warn")
            expected = self._expected(endpoint, ids)
            return [expected.get(one, 0) for one in ids], f"{endpoint.counted_by} of activity stats"
        if endpoint.name in self._row_counts:
            return [self._row_counts[endpoint.name]], "rows of the last load"
        return None, "the API gives no total for this report"


def _requests(endpoint: Endpoint, ids: list[str], rows: list[int] | None) -> int:
    if rows is None:
        return 1
    if endpoint.walk == "batch":
        return math.ceil(len(ids) / endpoint.batch_size)
    limit = endpoint.page_limit or 1
    return sum(max(1, math.ceil(count / limit)) for count in rows)


def _carries_campaigns(carrier: Any) -> bool:
    frame = frame_of(carrier)
    return (
        frame is not None
        and "campaign_id" in frame.columns
        and "campaign_activity_id" not in frame.columns
    )


def _with_names(frames: list[pd.DataFrame]) -> pd.DataFrame:
    summaries, campaigns = frames
    names = campaigns.drop_duplicates("campaign_id").set_index("campaign_id")["name"]
    named = summaries.copy(deep=False)
    named.insert(1, "name", summaries["campaign_id"].map(names).astype(names.dtype))
    return named


def _with_details(activities: pd.DataFrame, details: pd.DataFrame) -> pd.DataFrame:
    shared = [name for name in activities.columns if name in details.columns]
    joined = activities.merge(
        details.drop(columns=[name for name in shared if name != "campaign_activity_id"]),
        on="campaign_activity_id",
        how="left",
    )
    joined.attrs = activities.attrs | details.attrs
    return joined


def connect(
    *,
    demo: bool | Literal["default", "empty"] = False,
    token: str | None = None,
    base_url: str = DEFAULT_BASE_URL,
    rate: float | None = None,
    daily_quota: int | None = None,
    timeout: tuple[float, float] = (5, 60),
) -> Client:
    """Connect to an account and make it the one that loaders use.

    Parameters
    ----------
    demo : bool or {"default", "empty"}, default False
        Connect to the embedded account, which needs no credentials and no network.
    token : str, optional
        Access token of the API; by default the environment variable CCFRAMES_TOKEN.
    base_url : str
        Address of the API. The token is sent there only, by https unless it is this machine.
    rate : float, optional
        Requests a second, over all threads and kernels that use the same API key; by default 4,
        which is what the API allows, and no limit on the embedded account.
    daily_quota : int, optional
        Requests a day (UTC) of the API key; by default 10,000, and none on the embedded account.
    timeout : tuple of float
        Seconds to wait for a connection and for an answer.

    Returns
    -------
    Client
        It may be used as a context manager.

    Raises
    ------
    ConfigError
        There is no token, or a setting cannot be used.

    Examples
    --------
    >>> import ccframes as ccf
    >>> with ccf.connect(demo=True) as client:
    ...     campaigns = ccf.load_campaigns(client=client)
    >>> "name" in campaigns
    True
    """
    global _default  # noqa: PLW0603 - the one setting that DESIGN.md allows
    if demo:
        if token is not None:
            raise ConfigError("give demo=True or a token, not both: the demo needs none")
        client = _embedded("default" if demo is True else demo, rate, daily_quota, timeout)
    else:
        client = Client(
            StaticToken(_found_token(token)),
            base_url=base_url,
            rate=RATE if rate is None else rate,
            daily_quota=DAILY_QUOTA if daily_quota is None else daily_quota,
            timeout=timeout,
        )
    _default = client
    return client


def _found_token(token: str | None) -> str:
    found = token if token is not None else os.environ.get(TOKEN_VARIABLE)
    if not found:
        raise ConfigError(
            f"no access token: pass token=, or set the environment variable {TOKEN_VARIABLE}; "
            "to look around without one, ccf.connect(demo=True)"
        )
    return found


def _embedded(
    name: str, rate: float | None, daily_quota: int | None, timeout: tuple[float, float]
) -> Client:
    from ccframes.demo import DemoServer, account  # noqa: PLC0415 - only who asks for it pays

    server = DemoServer(account(name))
    server.start()
    return Client(
        StaticToken(server.token),
        base_url=server.base_url,
        rate=rate,
        daily_quota=daily_quota,
        timeout=timeout,
        ledger=MemoryLedger(),
        on_close=server.stop,
    )


def default_client() -> Client:
    """Return the client that `connect()` made last."""
    if _default is None:
        raise ConfigError(
            "not connected: call ccf.connect(demo=True) for the embedded account, "
            f"or ccf.connect(token=...) or set {TOKEN_VARIABLE} and ccf.connect() for your own"
        )
    return _default
