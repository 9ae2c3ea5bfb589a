"""What frames have to be for what is offered on them: their columns, and who loads them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from ccframes.accessor.offers import Wants
from ccframes.analysis.local_times import is_instant
from ccframes.analysis.mail import EVENT
from ccframes.endpoints import ENDPOINTS, STAT_DEVICES
from ccframes.frames.measures import SPELLINGS

_OF_COUNTS = (
    "load_campaign_table(), load_activity_stats(), load_campaign_stats() or "
    "load_campaign_summaries()"
)


def _all_of(*columns: str) -> tuple[tuple[str, ...], ...]:
    return tuple((column,) for column in columns)


def _events(*reports: str, further: tuple[str, ...] = ()) -> Wants:
    return Wants(
        _all_of(*EVENT, *further),
        " or ".join(f"{ENDPOINTS[report].loader}()" for report in reports),
        frozenset(ENDPOINTS[report].event for report in reports),
    )


_NESTED = {nested.column.name for each in ENDPOINTS.values() for nested in each.nested.values()}
_COUNTED = (SPELLINGS["sends"], SPELLINGS["bounces"])

COUNTS: Final = Wants(_COUNTED, _OF_COUNTS)
SENT_COUNTS: Final = Wants(
    (*_COUNTED, ("sent_at", "last_sent_date")),
    "load_campaign_table() or load_campaign_summaries()",
)
ACTIVITY_COUNTS: Final = Wants(
    (*_COUNTED, *_all_of("campaign_activity_id")),
    "load_campaign_table() or load_activity_stats()",
)
ROLES: Final = Wants(
    (*_COUNTED, *_all_of("campaign_id", "campaign_activity_id", "role")), "load_campaign_table()"
)
_BY_DEVICE = _all_of(
    *(f"em_{kind}_all" for kind in ("opens", "clicks")),
    *(f"em_{kind}_all_{device}" for kind in ("opens", "clicks") for device in STAT_DEVICES),
)
_OF_DEVICES = "load_campaign_table(), load_activity_stats() or load_campaign_stats()"
DEVICES: Final = Wants(_BY_DEVICE, _OF_DEVICES)
DEVICE_COUNTS: Final = Wants((*_COUNTED, *_BY_DEVICE), _OF_DEVICES)

SENDS: Final = _events("sends")
OPENS: Final = _events("opens", "unique_opens")
CLICKS: Final = _events("clicks")
BOUNCES: Final = _events("bounces", further=("bounce_code",))
READ: Final = _events("opens", "unique_opens", "clicks")
LINKS: Final = Wants(
    _all_of("campaign_activity_id", "url_id", "link_url", "unique_clicks"), "load_links()"
)

TIMES: Final = Wants(_all_of("seconds", "observed"), "time_to_open() or time_to_click()")
FIRST_TIMES: Final = Wants(_all_of("contact_id", "first_at"), "time_to_open() or time_to_click()")
PEOPLE: Final = Wants(_all_of("unopened_run", "never_opened"), "engagement()")
LAST_EMAILS: Final = Wants(_all_of("last_n", "opens_last_n", "never_opened"), "engagement()")
ARMS: Final = Wants(_all_of("arm", "difference_low", "verdict"), "compare()")
HOURS: Final = Wants(_all_of("weekday", "hour", "rate"), "send_hours() or read_hours()")
COHORTS: Final = Wants(_all_of("cohort", "age", "open_rate"), "cohorts()")
RANKED: Final = Wants(_all_of("clickers", "emails_clicked"), "link_ranking()")
BOUNCED: Final = Wants(_all_of("bounces", "share"), "bounce_summary()")

ACTIVITIES: Final = Wants(
    _all_of("campaign_activity_id"), "load_opens(), load_activity_stats() or the like"
)
SEVERAL: Final = Wants(
    (tuple(sorted(_NESTED)),), "load_contacts(include=...) or load_campaign_table()"
)


class _Instants(Wants):
    """What has instants, by whatever name."""

    def problem(self, frame: pd.DataFrame) -> str:
        if any(is_instant(frame, name) for name in frame.columns):
            return ""
        return f"the frame has no column of instants; {self.loaders} gives a frame with them"


INSTANTS: Final = _Instants((), "load_opens(), load_campaign_table() or the like")

DRAWN: Final = {
    "bounces": BOUNCES | BOUNCED,
    "compare": COUNTS | ARMS,
    "devices": DEVICES,
    "engagement": LAST_EMAILS | SENDS,
    "funnel": COUNTS,
    "hours": SENT_COUNTS | FIRST_TIMES | HOURS,
    "links": LINKS | RANKED,
    "opens_over_time": OPENS,
    "rates": COUNTS,
    "retention": SENDS | COHORTS,
    "summary": DEVICE_COUNTS,
    "trend": SENT_COUNTS,
}
"""What each picture wants; many draw what the analysis made as well as what it is made of."""
