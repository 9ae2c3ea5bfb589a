"""The reports of a whole embedded account as the loaders give them, made without HTTP."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

import ccframes as ccf
from ccframes.demo import account
from ccframes.demo.documents import WorldAccount
from ccframes.demo.events import CODES, DEVICE_TYPES
from ccframes.frames.conform import STR

REPORTS: Final = ("sends", "opens", "clicks", "bounces")
"""The reports with one row per event that are made."""


def reports_of(name: str) -> dict[str, pd.DataFrame]:
    """Return events, links, activity statistics and the table of campaigns of an account."""
    made: Any = account(name)
    sent = made.world.mailings.activities
    events = {report: _events(made, report) for report in REPORTS}
    results = [made.document("activity_stats", one.id) for one in sent]
    stats = ccf.flatten("activity_stats", {"results": results})
    return {
        **events,
        "activity_stats": stats,
        "links": ccf.flatten("links", [made.document("links", one.id) for one in sent]),
        "table": _table(made, stats),
    }


def _events(made: WorldAccount, report: str) -> pd.DataFrame:
    """Return the events of all activities, with the columns that analyses read.

    Addresses are those that contacts have now, whichever they had then.
    """
    world = made.world
    sent, people = world.mailings.activities, world.people
    events = np.concatenate([getattr(world.outcome(one), report) for one in sent])
    frame = pd.DataFrame(
        {
            "campaign_activity_id": _taken([one.id for one in sent], events["mailing"]),
            "contact_id": _taken(people.ids, events["person"]),
            "created_time": pd.to_datetime(events["at"], unit="s", utc=True).as_unit("us"),
            "email_address": _taken(people.addresses, events["person"]),
        }
    )
    if report in ("opens", "clicks"):
        frame["device_type"] = _coded(events["device"], DEVICE_TYPES)
    if report == "clicks":
        every = [link for one in sent for link in one.links]
        starts = np.cumsum([0, *(len(one.links) for one in sent)])
        place = starts[events["mailing"]] + events["link"]
        frame["url_id"] = _taken([link.url_id for link in every], place)
        frame["link_url"] = _taken([link.url for link in every], place)
    if report == "bounces":
        frame["bounce_code"] = _coded(events["code"], CODES)
    return frame


def _table(made: WorldAccount, stats: pd.DataFrame) -> pd.DataFrame:
    """Return the statistics beside what the campaign table says of each activity."""
    known = pd.DataFrame(
        [
            (one.id, one.role, one.subject, one.sent_at, ", ".join(one.lists))
            for one in made.world.mailings.activities
        ],
        columns=["campaign_activity_id", "role", "subject", "sent_at", "contact_list_ids"],
    )
    sent_at = pd.to_datetime(known["sent_at"], unit="s", utc=True).astype("datetime64[us, UTC]")
    return stats.merge(known.assign(sent_at=sent_at), on="campaign_activity_id")


def _taken(texts: list[str], places: Any) -> Any:
    return pd.array(texts, dtype=STR).take(places)


def _coded(places: Any, names: tuple[str, ...]) -> Any:
    """Return categories; the first name is that of what is missing."""
    return pd.Categorical.from_codes(places - 1, pd.Index(names[1:], dtype=STR))
