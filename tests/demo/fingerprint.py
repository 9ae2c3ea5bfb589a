"""One number for everything an account says, to compare machines and versions.

Nothing but the embedded account and the standard library is imported, so that it also runs where
there is neither pandas nor pytest.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ccframes.demo.tracking import EMAIL_EVENTS, LANDING_EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccframes.demo.documents import WorldAccount

FINGERPRINT = "d83143e9e4ca53f7d63838bfce66ecf62debab30ed8286068104df787153a51b"
"""That of every twentieth of the default account: equal on Python 3.11, 3.12 and 3.13 with numpy
1.26, 2.0 and 2.4."""
LISTS = (
    *("campaigns", "campaign_summaries", "sms_summaries", "contacts", "contact_lists", "tags"),
    *("custom_fields", "segments"),
)
OF_A_CAMPAIGN = ("campaign_activities", "campaign_stats")
OF_AN_ACTIVITY = (
    *("campaign_activity_details", "activity_stats", "links", "send_history", "resends"),
    "schedules",
)
OF_A_CONTACT = ("contact_activity", "contact_summary")


def fingerprint(account: WorldAccount, every: int) -> str:
    """Return a digest of all records, of every so many-th campaign, activity and contact."""
    digest = sha256()
    for answer in answers(account, every):
        digest.update(json.dumps(answer, sort_keys=True).encode())
    return digest.hexdigest()


def answers(account: WorldAccount, every: int) -> Iterator[Any]:
    world = account.world
    yield account.document("account")
    for endpoint in LISTS:
        yield account.records(endpoint)[:300]
    for page in world.landing_pages:
        yield [account.records(endpoint, page.id)[:300] for endpoint in LANDING_EVENTS]
    for contact in world.people.ids[: 40 * every : every]:
        yield [list(account.records(endpoint, contact)) for endpoint in OF_A_CONTACT]
    for activity in world.mailings.activities[::every]:
        key = activity.id
        yield [account.document(endpoint, activity.campaign_id) for endpoint in OF_A_CAMPAIGN]
        yield [account.document(endpoint, key) for endpoint in OF_AN_ACTIVITY]
        yield account.document("ab_tests", key) if activity.trial else None
        yield [account.records(endpoint, key)[:300] for endpoint in EMAIL_EVENTS]
        yield [account.truth.rows(endpoint, key)[:300] for endpoint in EMAIL_EVENTS]
