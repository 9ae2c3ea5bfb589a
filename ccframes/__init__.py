"""Every Constant Contact V3 report as a tidy pandas DataFrame.

>>> import ccframes as ccf
>>> client = ccf.connect(demo=True)
>>> campaigns = ccf.load_campaign_summaries()
>>> opens = ccf.load_opens(campaigns.head(2))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ccframes import accessor, errors
from ccframes.client import Client, connect
from ccframes.frames.docs import catalog, describe
from ccframes.frames.flatten import flatten
from ccframes.frames.unnest import unnest
from ccframes.loaders import (
    load_ab_tests,
    load_account,
    load_activity_stats,
    load_bounces,
    load_campaign_activities,
    load_campaign_stats,
    load_campaign_summaries,
    load_campaign_table,
    load_campaigns,
    load_clicks,
    load_contact_activity,
    load_contact_lists,
    load_contact_rates,
    load_contact_summary,
    load_contacts,
    load_custom_fields,
    load_did_not_opens,
    load_forwards,
    load_landing_adds,
    load_landing_clicks,
    load_landing_opens,
    load_landing_sms_optins,
    load_landing_unique_opens,
    load_landing_updates,
    load_links,
    load_opens,
    load_optouts,
    load_resends,
    load_segments,
    load_send_history,
    load_sends,
    load_sms_summaries,
    load_tags,
    load_unique_opens,
    plan,
)

if TYPE_CHECKING:
    from ccframes import analysis, plot, widgets
    from ccframes.widgets import ActivityPicker, CampaignPicker, Explorer

__version__ = "0.1.0"

__all__ = [
    "ActivityPicker",
    "CampaignPicker",
    "Client",
    "Explorer",
    "__version__",
    "analysis",
    "catalog",
    "connect",
    "describe",
    "errors",
    "flatten",
    "load_ab_tests",
    "load_account",
    "load_activity_stats",
    "load_bounces",
    "load_campaign_activities",
    "load_campaign_stats",
    "load_campaign_summaries",
    "load_campaign_table",
    "load_campaigns",
    "load_clicks",
    "load_contact_activity",
    "load_contact_lists",
    "load_contact_rates",
    "load_contact_summary",
    "load_contacts",
    "load_custom_fields",
    "load_did_not_opens",
    "load_forwards",
    "load_landing_adds",
    "load_landing_clicks",
    "load_landing_opens",
    "load_landing_sms_optins",
    "load_landing_unique_opens",
    "load_landing_updates",
    "load_links",
    "load_opens",
    "load_optouts",
    "load_resends",
    "load_segments",
    "load_send_history",
    "load_sends",
    "load_sms_summaries",
    "load_tags",
    "load_unique_opens",
    "plan",
    "plot",
    "unnest",
    "widgets",
]

accessor.register()

_ON_FIRST_USE = frozenset({"analysis", "plot", "widgets"})
_OF_WIDGETS = frozenset({"ActivityPicker", "CampaignPicker", "Explorer"})


def __getattr__(name: str) -> Any:
    """Import the parts that are heavy, or that need heavy packages, when they are first used."""
    if name in _ON_FIRST_USE:
        return import_module(f"ccframes.{name}")
    if name in _OF_WIDGETS:
        return getattr(import_module("ccframes.widgets"), name)
    raise AttributeError(f"module 'ccframes' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
