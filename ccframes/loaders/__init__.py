"""The loaders: one explicit function for each report; the table completes their documentation."""

from ccframes.loaders.account import (
    load_account,
)
from ccframes.loaders.audience import (
    load_contact_lists,
    load_contacts,
    load_custom_fields,
    load_segments,
    load_tags,
)
from ccframes.loaders.campaigns import (
    load_ab_tests,
    load_campaign_activities,
    load_campaign_table,
    load_campaigns,
    load_resends,
    load_send_history,
)
from ccframes.loaders.contact_reports import (
    load_contact_activity,
    load_contact_rates,
    load_contact_summary,
)
from ccframes.loaders.email_reports import (
    load_activity_stats,
    load_bounces,
    load_campaign_stats,
    load_campaign_summaries,
    load_clicks,
    load_did_not_opens,
    load_forwards,
    load_links,
    load_opens,
    load_optouts,
    load_sends,
    load_unique_opens,
)
from ccframes.loaders.landing_pages import (
    load_landing_adds,
    load_landing_clicks,
    load_landing_opens,
    load_landing_sms_optins,
    load_landing_unique_opens,
    load_landing_updates,
)
from ccframes.loaders.planning import (
    plan,
)
from ccframes.loaders.sms import (
    load_sms_summaries,
)

__all__ = [
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
]
