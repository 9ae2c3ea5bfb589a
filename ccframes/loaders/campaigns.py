"""Loaders of email campaigns, their activities, and how each was sent."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.frames.docs import documented
from ccframes.load import OnError


@documented("campaigns")
def load_campaigns(
    *,
    after_date: Any = None,
    before_date: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load the campaigns of any status: drafts, scheduled, sent and removed ones.

    Parameters
    ----------
    after_date, before_date : anything pandas takes as a time, optional
        Only campaigns changed (`updated_at`) after or before that; in the account's zone where it
        names none.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaigns()
    >>> bool(campaigns["campaign_id"].is_unique)
    True
    """
    return (client or default_client()).load(
        "campaigns",
        params={"after_date": after_date, "before_date": before_date},
        progress=progress,
        max_pages=max_pages,
    )


@documented("campaign_activities")
def load_campaign_activities(
    campaigns: Any,
    *,
    details: bool = False,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
) -> pd.DataFrame:
    """Load the activities of campaigns: which ids their reports are under.

    Parameters
    ----------
    campaigns : str, iterable, Series, DataFrame or picker
        Campaigns by id; each takes one request.
    details : bool, default False
        Join subject, preheader, sender and lists, which takes one more request for each activity.
        Removed activities have none.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> activities = ccf.load_campaign_activities(campaigns, details=True)
    >>> activities.loc[activities["role"] == "primary_email", "subject"].notna().all()
    np.True_
    """
    client = client or default_client()
    if details:
        return client.load_activities_with_details(campaigns, progress=progress, on_error=on_error)
    return client.load("campaign_activities", campaigns, progress=progress, on_error=on_error)


@documented("campaign_table")
def load_campaign_table(
    campaigns: Any = None,
    *,
    client: Client | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Load the one wide table of sent emails: names, subjects, times, all counts, and rates.

    What could not be had is missing, and a PartialResultWarning says what, where and why: without
    the scope account_read, for example, `sent_at_local`. A second call with the same client asks
    again only for what can have changed.

    Parameters
    ----------
    campaigns : str, iterable, Series, DataFrame or picker, optional
        Only these campaigns, by id; by default all that were sent. `plan("campaign_table")` says
        what that takes: about two requests for each campaign.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(3)
    >>> table = ccf.load_campaign_table(campaigns)
    >>> table[["role", "em_opens", "delivered", "open_rate"]].round(3)
                role  em_opens  delivered  open_rate
    0  primary_email       576       1449      0.398
    1         resend       115        793      0.145
    2  primary_email       647       1454      0.445
    3  primary_email       562       1456      0.386
    """
    return (client or default_client()).load_campaign_table(campaigns, progress=progress)


@documented("send_history")
def load_send_history(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
) -> pd.DataFrame:
    """Load when activities were sent, and to how many contacts.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> history = ccf.load_send_history(ccf.load_campaign_summaries().head(2))
    >>> history["send_status"].unique().tolist()
    ['COMPLETED']
    """
    return (client or default_client()).load(
        "send_history",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
    )


@documented("resends")
def load_resends(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
) -> pd.DataFrame:
    """Load the resends of primary emails to those who did not open them.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> resends = ccf.load_resends(ccf.load_campaign_summaries().head(9))
    >>> "resend_date" in resends
    True
    """
    return (client or default_client()).load(
        "resends",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
    )


@documented("ab_tests")
def load_ab_tests(
    activities: Any = None,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
) -> pd.DataFrame:
    """Load the A/B tests of subjects; activities without one have no row.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> tests = ccf.load_ab_tests(ccf.load_campaign_summaries().head(9))
    >>> tests["test_size"].between(5, 50).all()
    np.True_
    """
    return (client or default_client()).load(
        "ab_tests",
        activities,
        campaigns=campaigns,
        progress=progress,
        on_error=on_error,
    )
