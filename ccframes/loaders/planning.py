"""What a load would cost."""

from __future__ import annotations

from typing import Any

from ccframes.client import Client, default_client
from ccframes.plan import Plan


def plan(
    name: str,
    ids: Any = None,
    /,
    *,
    campaigns: Any = None,
    client: Client | None = None,
    **params: Any,
) -> Plan:
    """Say what a load would cost in requests, time and quota, before it is sent.

    Parameters
    ----------
    name : str
        Name of the report: `"opens"`; see `catalog()`.
    ids, campaigns : as the report's loader takes them, optional
        What it would be loaded for.
    client : Client, optional
        The client to plan for; by default the one that `connect()` made last.
    **params
        Filters, as the report's loader takes them.

    Returns
    -------
    Plan
        Requests, seconds at the present pace, share of the day's quota and of what is left of it;
        `str()` says it in a line. `certainty` says whether the number was counted, estimated, or
        is a bound.

    Notes
    -----
    What is not known and cheap to get is asked for, and remembered: activity statistics, which
    count the rows of event reports (ten activities a request; they lag behind the events); the
    activities of campaigns (a request each, of forty campaigns at most: of more, these stand for
    all, and the plan counts the look-ups that the load will make); the number
    of contacts or lists (one request); and, of reports that nothing counts, the pages of a sample
    of twenty ids. Of the rest the plan says the least that it takes.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> ccf.plan("links", campaigns).requests >= 2
    True
    """
    return (client or default_client()).plan(name, ids, campaigns=campaigns, params=params)
