"""THE TABLE: one entry for each endpoint of the API, by family.

The URL, the walk, the frame, the loader's documentation, `describe()`, the embedded account's
routes and the parametrised tests all come from here. Add an endpoint by adding an entry.
"""

from ccframes.endpoints.account import ACCOUNT
from ccframes.endpoints.audience import AUDIENCE
from ccframes.endpoints.campaign_table import CAMPAIGN_TABLE
from ccframes.endpoints.campaigns import CAMPAIGNS, REPORTED_ROLES, ROLES
from ccframes.endpoints.contact_reports import CONTACT_REPORTS
from ccframes.endpoints.email_reports import (
    BOUNCE_CODES,
    BOUNCE_STATS,
    EMAIL_REPORTS,
    EMAIL_TRACKING_TYPES,
    STAT_DEVICES,
)
from ccframes.endpoints.landing_pages import LANDING_PAGES
from ccframes.endpoints.shared import DEVICES
from ccframes.endpoints.sms import SMS
from ccframes.errors import ConfigError
from ccframes.schema import Endpoint, Table

__all__ = [
    "BOUNCE_CODES",
    "BOUNCE_STATS",
    "CAMPAIGN_TABLE",
    "DEVICES",
    "EMAIL_TRACKING_TYPES",
    "ENDPOINTS",
    "REPORTED_ROLES",
    "ROLES",
    "STAT_DEVICES",
    "UNREAD",
    "endpoint_named",
    "report_named",
]

ENDPOINTS: dict[str, Endpoint] = {
    endpoint.name: endpoint
    for family in (
        EMAIL_REPORTS,
        CAMPAIGNS,
        CONTACT_REPORTS,
        LANDING_PAGES,
        SMS,
        AUDIENCE,
        ACCOUNT,
    )
    for endpoint in family
}
"""Every endpoint by name; a name is its loader's without `load_`."""

UNREAD = {
    "/account/user/privileges": "what the user may do; no report",
    "/contacts/counts": "counts of what load_contacts gives one by one",
    "/contacts/{contact_id}": "one of what load_contacts gives",
}
"""Endpoints of the API that no loader reads, and why."""


def endpoint_named(name: str) -> Endpoint:
    """Return the endpoint of that name (`opens`) or loader (`load_opens`)."""
    found = ENDPOINTS.get(name.removeprefix("load_")) if isinstance(name, str) else None
    if found is None:
        if name == CAMPAIGN_TABLE.name:
            raise ConfigError(f"{name} is joined from several reports: {CAMPAIGN_TABLE.loader}()")
        raise ConfigError(f"no report is called {name!r}; there are: {', '.join(ENDPOINTS)}")
    return found


def report_named(name: str) -> Endpoint | Table:
    """Return the endpoint, or the joined table, of that name or loader."""
    if isinstance(name, str) and name.removeprefix("load_") == CAMPAIGN_TABLE.name:
        return CAMPAIGN_TABLE
    return endpoint_named(name)
