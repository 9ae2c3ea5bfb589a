"""Loaders of the reports on email campaigns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.frames.docs import documented
from ccframes.load import OnError


@documented("campaign_summaries")
def load_campaign_summaries(
    *,
    names: bool = True,
    client: Client | None = None,
    progress: bool | None = None,
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load the unique counts of every sent campaign, newest first, with its name.

    Parameters
    ----------
    names : bool, default True
        Join `name` from the campaigns, which takes one more request for each 500 of them.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries()
    >>> campaigns["last_sent_date"].is_monotonic_decreasing
    True
    """
    client = client or default_client()
    if names:
        return client.load_summaries_with_names(progress=progress, max_pages=max_pages)
    return client.load("campaign_summaries", progress=progress, max_pages=max_pages)


@documented("campaign_stats")
def load_campaign_stats(
    campaigns: Any,
    *,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "warn",
) -> pd.DataFrame:
    """Load statistics of campaigns: unique and all counts, by device, and the API's percents.

    Parameters
    ----------
    campaigns : str, iterable, Series, DataFrame or picker
        Campaigns by id; 150 are asked for in one request.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> stats = ccf.load_campaign_stats(campaigns)
    >>> list(stats["campaign_id"]) == list(campaigns["campaign_id"])
    True
    """
    return (client or default_client()).load(
        "campaign_stats", campaigns, progress=progress, on_error=on_error
    )


@documented("activity_stats")
def load_activity_stats(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "warn",
) -> pd.DataFrame:
    """Load statistics of activities, bounces by cause and spam reports among them.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> stats = ccf.load_activity_stats(campaigns)
    >>> bool((stats["em_opens_all"] >= stats["em_opens"]).all())
    True
    """
    return (client or default_client()).load(
        "activity_stats", activities, campaigns=campaigns, progress=progress, on_error=on_error
    )


@documented("links")
def load_links(
    activities: Any = None,
    *,
    campaigns: Any = None,
    no_clicks: bool | None = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
) -> pd.DataFrame:
    """Load the links of activities and how many contacts clicked each.

    Parameters
    ----------
    no_clicks : bool, optional
        Also list the links that nobody clicked.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> links = ccf.load_links(campaigns, no_clicks=True)
    >>> int(links["unique_clicks"].min())
    0
    """
    return (client or default_client()).load(
        "links",
        activities,
        campaigns=campaigns,
        params={"no_clicks": no_clicks},
        progress=progress,
        on_error=on_error,
    )


@documented("sends")
def load_sends(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every contact that activities were sent to.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> sends = ccf.load_sends(campaigns)
    >>> int(sends.duplicated(["campaign_activity_id", "contact_id"]).sum())
    0
    """
    return (client or default_client()).load(
        "sends",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("opens")
def load_opens(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every open of activities, repeats included.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> opens = ccf.load_opens(campaigns)
    >>> opens["created_time"].dtype
    datetime64[us, UTC]
    """
    return (client or default_client()).load(
        "opens",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("unique_opens")
def load_unique_opens(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load the latest open of every contact who opened activities.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> unique_opens = ccf.load_unique_opens(campaigns)
    >>> len(unique_opens) <= len(ccf.load_opens(campaigns))
    True
    """
    return (client or default_client()).load(
        "unique_opens",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("did_not_opens")
def load_did_not_opens(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every contact who did not open activities.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> did_not_opens = ccf.load_did_not_opens(campaigns)
    >>> did_not_opens["tracking_activity_type"].unique().tolist()
    ['em_didnotopens']
    """
    return (client or default_client()).load(
        "did_not_opens",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("clicks")
def load_clicks(
    activities: Any = None,
    *,
    campaigns: Any = None,
    url_id: str | None = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every click in activities, repeats included.

    Parameters
    ----------
    url_id : str, optional
        Only clicks on this link; `load_links` has the ids.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> clicks = ccf.load_clicks(campaigns)
    >>> one_link = ccf.load_clicks(campaigns, url_id=clicks["url_id"].iloc[0])
    >>> len(one_link) < len(clicks)
    True
    """
    return (client or default_client()).load(
        "clicks",
        activities,
        campaigns=campaigns,
        params={"url_id": url_id},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("forwards")
def load_forwards(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every forward of activities by the link in their footer.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> forwards = ccf.load_forwards(campaigns)
    >>> forwards.columns[0]
    'campaign_activity_id'
    """
    return (client or default_client()).load(
        "forwards",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("optouts")
def load_optouts(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every contact who unsubscribed through activities, with the reason if given.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> optouts = ccf.load_optouts(campaigns)
    >>> "opt_out_reason" in optouts
    True
    """
    return (client or default_client()).load(
        "optouts",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("bounces")
def load_bounces(
    activities: Any = None,
    *,
    campaigns: Any = None,
    bounce_code: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every bounce of activities, with its cause.

    Parameters
    ----------
    bounce_code : str or iterable of str, optional
        Only bounces of these codes; `describe("bounces")` says what they mean.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> bounces = ccf.load_bounces(campaigns, bounce_code=["B", "V"])
    >>> set(bounces["bounce_code"]) <= {"B", "V"}
    True
    """
    return (client or default_client()).load(
        "bounces",
        activities,
        campaigns=campaigns,
        params={"bounce_code": bounce_code},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )
