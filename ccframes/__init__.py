"""Every Constant Contact V3 report as a tidy pandas DataFrame.

>>> import ccframes as ccf
>>> client = ccf.connect(demo=True)
>>> campaigns = ccf.load_campaign_summaries()
>>> opens = ccf.load_opens(campaigns.head(2))
"""

from ccframes import errors
from ccframes.client import Client, connect
from ccframes.frames.docs import catalog, describe
from ccframes.frames.flatten import flatten
from ccframes.loaders import (
    load_activity_stats,
    load_bounces,
    load_campaign_activities,
    load_campaign_stats,
    load_campaign_summaries,
    load_campaigns,
    load_clicks,
    load_did_not_opens,
    load_forwards,
    load_links,
    load_opens,
    load_optouts,
    load_sends,
    load_unique_opens,
    plan,
)

__version__ = "0.1.0"

__all__ = [
    "Client",
    "__version__",
    "catalog",
    "connect",
    "describe",
    "errors",
    "flatten",
    "load_activity_stats",
    "load_bounces",
    "load_campaign_activities",
    "load_campaign_stats",
    "load_campaign_summaries",
    "load_campaigns",
    "load_clicks",
    "load_did_not_opens",
    "load_forwards",
    "load_links",
    "load_opens",
    "load_optouts",
    "load_sends",
    "load_unique_opens",
    "plan",
]
