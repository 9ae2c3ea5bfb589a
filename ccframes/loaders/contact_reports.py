"""Loaders of the reports on single contacts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.frames.docs import documented
from ccframes.load import OnError


@documented("contact_activity")
def load_contact_activity(
    contacts: Any,
    *,
    tracking_activity_type: Any = None,
    tracking_activities_list: Any = None,
    include_campaign_activity_names: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every event of contacts, newest first.

    Parameters
    ----------
    tracking_activity_type, tracking_activities_list : str or iterable of str, optional
        Only events of these kinds: the API has two spellings of one filter; give one of them.
    include_campaign_activity_names : bool, optional
        Send the names of campaigns, which is the default.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> sends = ccf.load_sends(ccf.load_campaign_summaries().head(1), max_pages=1)
    >>> some = sends["contact_id"].head(2)
    >>> events = ccf.load_contact_activity(some, tracking_activity_type="em_sends")
    >>> events["contact_id"].nunique()
    2
    """
    return (client or default_client()).load(
        "contact_activity",
        contacts,
        params={
            "tracking_activity_type": tracking_activity_type,
            "tracking_activities_list": tracking_activities_list,
            "include_campaign_activity_names": include_campaign_activity_names,
        },
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("contact_rates")
def load_contact_rates(
    contacts: Any,
    *,
    start: Any,
    end: Any,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
) -> pd.DataFrame:
    """Load how much of what they were sent contacts opened and clicked.

    Parameters
    ----------
    start, end : anything pandas takes as a time
        The time considered, at most 5 years; in the account's zone where it names none.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> sends = ccf.load_sends(ccf.load_campaign_summaries().head(1), max_pages=1)
    >>> some = sends["contact_id"].head(2)
    >>> rates = ccf.load_contact_rates(some, start="2024-01-01", end="2026-06-30")
    >>> rates["average_open_rate"].between(0, 1).all()
    np.True_
    """
    return (client or default_client()).load(
        "contact_rates",
        contacts,
        params={"start": start, "end": end},
        progress=progress,
        on_error=on_error,
    )


@documented("contact_summary")
def load_contact_summary(
    contacts: Any,
    *,
    start: Any,
    end: Any,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load what contacts did with each email sent to them.

    Parameters
    ----------
    start, end : anything pandas takes as a time
        The time considered, in the account's zone where it names none.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> sends = ccf.load_sends(ccf.load_campaign_summaries().head(1), max_pages=1)
    >>> some = sends["contact_id"].head(2)
    >>> summary = ccf.load_contact_summary(some, start="2024-01-01", end="2026-06-30")
    >>> bool((summary["em_sends"] == 1).all())
    True
    """
    return (client or default_client()).load(
        "contact_summary",
        contacts,
        params={"start": start, "end": end},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )
