"""`connect()` and the Client: the one place where wire and frames meet."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from numbers import Integral
from types import TracebackType
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from ccframes.campaign_table import CampaignTable
from ccframes.endpoints import ENDPOINTS, endpoint_named, report_named
from ccframes.errors import ConfigError, LoadInterrupted, NotFoundError, QuotaWarning, ScopeError
from ccframes.frames.provenance import mark
from ccframes.ids import frame_of, ids_from
from ccframes.known import Known
from ccframes.load import Load, OnError, Part, chain
from ccframes.params import query
from ccframes.plan import Plan, Reckoned, reckon, reckon_campaigns, reckon_table
from ccframes.schema import Endpoint, Table
from ccframes.warn import warn
from ccframes.wire.auth import StaticToken, TokenSource
from ccframes.wire.pace import FileLedger, Ledger, MemoryLedger, Pace
from ccframes.wire.transport import DEFAULT_BASE_URL, Transport

RATE = 4.0
DAILY_QUOTA = 10_000
TOKEN_VARIABLE = "CCFRAMES_TOKEN"  # noqa: S105 - the name of a variable, not a token
BASE_URL_VARIABLE = "CCFRAMES_BASE_URL"

_default: Client | None = None


class Client:
    """A connection to one account; made by `connect()`, used by every loader.

    It is a context manager: leaving it closes the connections.

    Attributes
    ----------
    requests_sent : int
        Requests sent so far, retries included.
    remaining_today : int or None
        Requests left of the API key's day (UTC), as far as this machine knows; None without a
        quota.

    Examples
    --------
    >>> with ccf.connect(demo=True) as client:
    ...     campaigns = ccf.load_campaigns(client=client)
    >>> client.requests_sent
    1
    """

    def __init__(
        self,
        tokens: TokenSource,
        *,
        base_url: str = DEFAULT_BASE_URL,
        rate: float | None = RATE,
        daily_quota: int | None = DAILY_QUOTA,
        timeout: float | tuple[float, float] = (5, 60),
        ledger: Ledger | None = None,
        exchange: Callable[[bytes], bytes] | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self._base_url = base_url
        self._pace = Pace(
            ledger or FileLedger.of_key(tokens.key), rate=rate, daily_quota=daily_quota
        )
        self.transport = Transport(
            tokens, self._pace, base_url=base_url, timeout=timeout, exchange=exchange
        )
        self._daily_quota = daily_quota
        self._let_go = weakref.finalize(self, on_close or _nothing)
        self._warned: set[str] = set()
        self.known = Known()

    def __repr__(self) -> str:
        """Say where it is connected to, and nothing of the token."""
        return f"<ccframes.Client of {self._base_url}>"

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
        self.transport.close()
        self._let_go()
        if _default is self:
            _default = None

    @property
    def requests_sent(self) -> int:
        """Requests sent so far, retries included."""
        return self.transport.requests_sent

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
        check_keywords(on_error, max_pages)
        sent = query(endpoint, params or {}, self.time_zone)

        def load_for(
            asked: list[str], client: Client | None = None, after: pd.DataFrame | None = None
        ) -> pd.DataFrame:
            part = Part(
                endpoint,
                asked,
                params=sent,
                on_error=on_error,
                max_pages=max_pages,
                expected_rows=None if sent else self.known.expected(endpoint, asked),
            )
            return self.load_part(part, progress, by=client, after=after)

        looked_up = self._campaigns_in(endpoint, ids, campaigns)
        if looked_up is None:
            return load_for(self._ids_in(endpoint, ids, campaigns))
        return chain(
            lambda client: (client or self).look_up(looked_up, on_error, progress),
            lambda found, client: load_for(self._activities_of(looked_up, found), client, found),
            lambda found: _nothing_of(endpoint, found),
        )

    def load_part(
        self,
        part: Part,
        progress: bool | None,
        *,
        by: Client | None = None,
        after: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Load one report and learn from it, whichever client it is loaded or resumed by."""

        def learnt(frames: list[pd.DataFrame]) -> pd.DataFrame:
            self.known.learn(part, frames[0])
            return frames[0]

        return (by or self).run([part], progress, learnt, after)

    def load_summaries_with_names(
        self,
        *,
        further: Sequence[str] = (),
        max_pages: int | None = None,
        progress: bool | None = None,
    ) -> pd.DataFrame:
        """Load the campaign summaries and, beside them, the campaigns for names and further."""
        check_keywords("raise", max_pages)
        parts = [
            Part(ENDPOINTS["campaign_summaries"], max_pages=max_pages),
            Part(ENDPOINTS["campaigns"]),
        ]
        try:
            frame = self.run(parts, progress, partial(_with_names, further=further))
        except (LoadInterrupted, ScopeError) as stop:
            if isinstance(stop, ScopeError) or isinstance(stop.__cause__, ScopeError):
                stop.add_note("names=False loads the summaries without their campaigns' names")
            raise
        for part in parts:
            self.known.learn(part, frame)
        return frame

    def load_activities_with_details(
        self,
        campaigns: Any,
        *,
        on_error: OnError = "raise",
        progress: bool | None = None,
    ) -> pd.DataFrame:
        """Load the activities of campaigns and, after them, the details of each."""
        endpoint = ENDPOINTS["campaign_activity_details"]

        def with_details(activities: pd.DataFrame, client: Client | None) -> pd.DataFrame:
            # The API has no details of the activities of removed campaigns.
            kept = activities.loc[activities["current_status"] != "Removed", "campaign_activity_id"]
            details = Part(endpoint, list(kept.dropna()), on_error=on_error)
            return (client or self).run(
                [details],
                progress,
                lambda frames: _with_details(activities, frames[0]),
                after=activities,
            )

        return chain(
            lambda client: (client or self).load(
                "campaign_activities", campaigns, on_error=on_error, progress=progress
            ),
            with_details,
            lambda activities: _with_details(activities, _nothing_of(endpoint, activities)),
        )

    def load_campaign_table(
        self, campaigns: Any = None, *, progress: bool | None = None
    ) -> pd.DataFrame:
        """Load the campaign table, of all sent campaigns or of those given."""
        wanted = None if campaigns is None else ids_from(campaigns, "campaign_id")
        return CampaignTable(self, wanted, progress).load()

    def plan(
        self,
        name: str,
        ids: Any = None,
        *,
        campaigns: Any = None,
        params: Mapping[str, Any] | None = None,
    ) -> Plan:
        """Say what a load would cost; `ccframes.plan` documents it."""
        report = report_named(name)
        if isinstance(report, Table):
            return self._plan_of_table(ids, campaigns, params)
        sent = query(report, params, self.time_zone, partly=True) if params else {}
        looked_up = self._campaigns_in(report, ids, campaigns)
        if looked_up is not None:
            reckoned = reckon_campaigns(self, report, looked_up, sent)
            return self._planned(report.name, "campaign_id", looked_up, reckoned)
        asked = self._ids_in(report, ids, campaigns)
        return self._planned(report.name, report.key, asked, reckon(self, report, asked, sent))

    def _plan_of_table(self, ids: Any, campaigns: Any, params: Mapping[str, Any] | None) -> Plan:
        if params:
            raise ConfigError(f"campaign_table takes no {', '.join(params)}; nothing was sent")
        if ids is not None and campaigns is not None:
            raise ConfigError("give ids or campaigns=, not both; nothing was sent")
        given = ids if campaigns is None else campaigns
        wanted = None if given is None else set(ids_from(given, "campaign_id"))
        if not self.known.sent:
            self.load("campaign_summaries")
        asked = [one for one in self.known.sent if wanted is None or one in wanted]
        return self._planned("campaign_table", "campaign_id", asked, reckon_table(self, asked))

    def _planned(self, name: str, key: str, asked: list[str], reckoned: Reckoned) -> Plan:
        requests, certainty, basis = reckoned
        return Plan(
            name=name,
            ids=len(asked),
            requests=requests,
            certainty=certainty,
            seconds_per_request=self._pace.gap,
            quota=self._daily_quota,
            remaining=self.remaining_today,
            basis=basis,
            key=key,
        )

    def total(self, endpoint: Endpoint, params: Mapping[str, Any]) -> int | None:
        """Ask for the number of all rows, in one request; None where the API does not say."""
        asked = {**params, "limit": "1", "include_count": "true"}
        if any(param.alone and param.name in params for param in endpoint.params):
            return None
        body = self.transport.get(self.transport.url(endpoint.path, asked)).body
        total = body.get(endpoint.total) if isinstance(body, dict) else None
        return total if isinstance(total, int) else None

    def time_zone(self) -> str:
        """Return the account's time zone (IANA name), asked for once.

        Raises
        ------
        ConfigError
            The token may not read the account, or this machine does not know its zone.
        """
        if self.known.no_zone:
            raise ConfigError(self.known.no_zone)
        if self.known.zone is None:
            try:
                self.known.zone = self._asked_zone()
            except ConfigError as error:
                self.known.no_zone = str(error)
                raise
        return self.known.zone

    def _asked_zone(self) -> str:
        try:
            zone = self.load("account")["time_zone_id"].tolist()[0]
        except (ScopeError, NotFoundError) as error:
            raise ConfigError(
                "the account's time zone could not be read, which takes the scope account_read"
            ) from error
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
            raise ConfigError(
                f"the account's time zone {zone!r} is not known on this machine"
            ) from error
        return str(zone)

    def run(
        self,
        parts: list[Part],
        progress: bool | None,
        combine: Callable[[list[pd.DataFrame]], pd.DataFrame] | None = None,
        after: pd.DataFrame | None = None,
        *,
        within: str = "",
    ) -> pd.DataFrame:
        """Load reports together and combine them into one frame.

        Where it is one step `within` a larger load, that one has spoken of the quota already.
        """
        load = Load(
            self.transport,
            parts,
            warned=self._warned,
            progress=progress,
            combine=combine,
            after=after,
        )
        if not within:
            self.warn_of_quota(parts[0].endpoint.name, load.least_requests)
        return load.run()

    def warn_of_quota(self, name: str, requests: int) -> None:
        """Say before a load starts that it will not get through today."""
        remaining = self.remaining_today if requests > 1 else None
        if remaining is not None and requests > remaining:
            warn(
                f"{name} needs at least {requests:,} requests and {remaining:,} are left today: it "
                "will stop part-way, keep what came, and can be resumed from 00:00 UTC. plan() "
                "tells beforehand; load fewer ids to stay within the day",
                QuotaWarning,
            )

    def _ids_in(self, endpoint: Endpoint, ids: Any, campaigns: Any) -> list[str]:
        """Return the ids to ask for; a report on campaigns takes them by either keyword."""
        if not endpoint.key:
            if ids is not None or campaigns is not None:
                raise ConfigError(f"{endpoint.name} takes no ids; nothing was sent")
            return []
        if endpoint.key == "campaign_id" and ids is None:
            ids = campaigns
        return ids_from(ids, endpoint.key)

    def _campaigns_in(self, endpoint: Endpoint, ids: Any, campaigns: Any) -> list[str] | None:
        """Return the campaigns that stand for their activities; None where ids are as they are."""
        if campaigns is not None and ids is not None:
            raise ConfigError("give ids or campaigns=, not both; nothing was sent")
        if not endpoint.takes_campaigns:
            return None
        if campaigns is None and not _carries_campaigns(ids):
            return None
        return ids_from(ids if campaigns is None else campaigns, "campaign_id")

    def look_up(
        self, campaigns: list[str], on_error: OnError = "raise", progress: bool | None = None
    ) -> pd.DataFrame:
        """Load the activities of the campaigns that this client has not looked up yet."""
        unknown = self.known.without_activities(campaigns)
        return self.load("campaign_activities", unknown, on_error=on_error, progress=progress)

    def _activities_of(self, campaigns: list[str], found: pd.DataFrame) -> list[str]:
        """Return the primary emails and resends of campaigns, of which some were just found."""
        self.known.learn_activities(found)  # by another client, if the load was resumed with one
        return self.known.activities_of(campaigns)


def check_keywords(on_error: str, max_pages: Any = None) -> None:
    """Refuse keywords of a load that it cannot go by."""
    if on_error not in ("raise", "warn"):
        raise ConfigError(f'on_error must be "raise" or "warn", not {on_error!r}')
    whole = isinstance(max_pages, Integral) and not isinstance(max_pages, bool)
    if max_pages is not None and (not whole or max_pages < 1):
        raise ConfigError(f"max_pages must be a whole number above 0, not {max_pages!r}")


def _nothing() -> None:
    pass


def _nothing_of(endpoint: Endpoint, found: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of a report when only what it builds on was found, and that in part."""
    empty = Part(endpoint).frame(set())
    return mark(empty, endpoint=endpoint.name, complete=False, after=found)


def _carries_campaigns(carrier: Any) -> bool:
    if isinstance(carrier, pd.Series):
        return carrier.name == "campaign_id"
    frame = frame_of(carrier)
    return (
        frame is not None
        and "campaign_id" in frame.columns
        and "campaign_activity_id" not in frame.columns
    )


def _with_names(frames: list[pd.DataFrame], further: Sequence[str]) -> pd.DataFrame:
    summaries, campaigns = frames
    found = campaigns.drop_duplicates("campaign_id").set_index("campaign_id")
    told = {
        name: summaries["campaign_id"].map(found[name]).astype(found[name].dtype)
        for name in ("name", *further)
    }
    taken = {name: f"{name}_" for name in told if name in summaries}  # should the API send it
    named = summaries.rename(columns=taken)
    named.insert(1, "name", told.pop("name"))
    return named.assign(**told)


def _with_details(activities: pd.DataFrame, details: pd.DataFrame) -> pd.DataFrame:
    shared = [name for name in activities.columns if name in details.columns]
    joined = activities.merge(
        details.drop(columns=[name for name in shared if name != "campaign_activity_id"]),
        on="campaign_activity_id",
        how="left",
    )
    joined.attrs = details.attrs
    return joined


def connect(
    *,
    demo: bool | Literal["default", "large", "lagging", "empty"] = False,
    quirks: Mapping[str, Any] | str | None = None,
    token: str | None = None,
    base_url: str | None = None,
    rate: float | None = None,
    daily_quota: int | None = None,
    timeout: float | tuple[float, float] = (5, 60),
) -> Client:
    """Connect to an account and make it the one that loaders use.

    Parameters
    ----------
    demo : bool or {"default", "large", "lagging", "empty"}, default False
        Connect to the embedded account, which needs no credentials and no network: the default
        one, one of 458 campaigns and three million events, one whose statistics lag behind its
        events, or a new one. It is served over HTTP on this machine or, where there are no
        threads or sockets (in a browser), within the process.
    quirks : dict or str, optional
        How the embedded account's server departs from the usual, to try a notebook against it:
        `{"stat_keys": "dotted"}`, `{"faults": {3: 503}}`, or `"storm"` for many at once;
        `ccframes.demo.Quirks` documents them.
    token : str, optional
        Access token of the API; by default the environment variable CCFRAMES_TOKEN.
    base_url : str, optional
        Address of the API; by default the environment variable CCFRAMES_BASE_URL, and else the
        real one. The token is sent there only, by https unless it is this machine.
    rate : float, optional
        Requests a second, over all threads and kernels that use the same API key; by default 4,
        which is what the API allows, and no limit on the embedded account.
    daily_quota : int, optional
        Requests a day (UTC) of the API key; by default 10,000, and none on the embedded account.
    timeout : float or tuple of float
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
        name = "default" if demo is True else demo
        client = _embedded(name, quirks, rate, daily_quota, timeout)
    elif quirks is not None:
        raise ConfigError("quirks are the embedded account's: give demo=True with them")
    else:
        client = Client(
            StaticToken(_found_token(token)),
            base_url=_found_base_url(base_url),
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


def _found_base_url(base_url: str | None) -> str:
    if base_url is not None:
        return base_url
    return os.environ.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL


def _embedded(
    name: str,
    quirks: Mapping[str, Any] | str | None,
    rate: float | None,
    daily_quota: int | None,
    timeout: float | tuple[float, float],
) -> Client:
    from ccframes.demo import DemoServer, Quirks, account  # noqa: PLC0415 - only who asks pays

    served, bent = account(name), Quirks.of(quirks)
    try:
        server, exchange = DemoServer(served, quirks=bent).start(), None
    except (ConfigError, RuntimeError):  # no socket or no thread can be had, as in a browser
        server = DemoServer(served, quirks=bent, port=None)
        exchange = server.exchange
    return Client(
        StaticToken(server.token),
        base_url=server.base_url,
        rate=rate,
        daily_quota=daily_quota,
        timeout=timeout,
        ledger=MemoryLedger(),
        exchange=exchange,
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
