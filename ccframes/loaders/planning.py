"""What a load would cost."""

from __future__ import annotations

from typing import Any

from ccframes.client import Client, default_client
from ccframes.plan import Plan


def plan(
    name: str, ids: Any = None, *, campaigns: Any = None, client: Client | None = None
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

    Returns
    -------
    Plan
        Requests, seconds at the present pace, share of the day's quota; `str()` says it in a line.

    Notes
    -----
    The pages of an event report follow from activity statistics. Those that the client has not
    loaded yet are asked for, ten activities a request. Statistics lag behind the events.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> ccf.plan("links", campaigns).requests >= 2
    True
    """
    return (client or default_client()).plan(name, ids, campaigns=campaigns)
