"""Many small accounts in which nothing was planted: what is found in them is found by chance."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ccframes.demo.causes import Causes
from ccframes.demo.events import CODES
from ccframes.demo.people import FOUNDERS
from ccframes.demo.programme import Activity
from ccframes.demo.words import PROVIDERS
from ccframes.demo.world import World

SEEDS = 200
QUIET = Causes(
    half_tired_after=1e12,
    newcomer=1.0,
    leaving=0.0,  # who unsubscribes opens that email, and does so in the first months
    blocked=0.0,
    send_hour=(1.0,) * 24,
)


class Quiet(NamedTuple):
    """What an account's reports say, without its board, who were first to join and open everything.

    The emails are the primary ones: their counts, when and by whom each was sent, and its subject.
    """

    sends: pd.DataFrame
    opens: pd.DataFrame
    bounces: pd.DataFrame
    emails: pd.DataFrame


def quiet_worlds() -> Iterator[Quiet]:
    """Yield an account for each seed."""
    yield from map(_quiet, range(SEEDS))


@cache
def _quiet(seed: int) -> Quiet:
    world = World(f"quiet {seed}", contacts=200, weeks=26, causes=QUIET)
    outcomes = [world.outcome(activity) for activity in world.mailings.activities]
    names = np.array([name for name, _ in PROVIDERS])[world.people.provider]

    def frame(report: str) -> pd.DataFrame:
        events = np.concatenate([getattr(outcome, report) for outcome in outcomes])
        return _frame(events[events["person"] >= FOUNDERS], names)

    sends, opens, bounces = frame("sends"), frame("opens"), frame("bounces")
    emails = _emails(world.mailings.activities, sends, opens, bounces)
    return Quiet(sends, opens, bounces, emails)


def _frame(events: Any, providers: Any) -> pd.DataFrame:
    """Return what the loaders give, with short ids and without what no test of chance reads."""
    person = events["person"]
    frame = pd.DataFrame(
        {
            "campaign_activity_id": events["mailing"].astype(str),
            "contact_id": person.astype(str),
            "created_time": pd.to_datetime(events["at"], unit="s", utc=True),
            "email_address": np.char.add("x@", providers[person].astype(str)),
        }
    )
    return frame.assign(bounce_code=np.array(CODES)[events["code"]])


def _emails(
    activities: tuple[Activity, ...],
    sends: pd.DataFrame,
    opens: pd.DataFrame,
    bounces: pd.DataFrame,
) -> pd.DataFrame:
    """Return what the statistics count of each primary email that has sends."""
    counts = pd.DataFrame(
        {
            "em_sends": _contacts(sends),
            "em_bounces": _contacts(bounces),
            "em_bounces_vacation": _contacts(bounces[bounces["bounce_code"] == "V"]),
            "em_opens": _contacts(opens),
        }
    ).fillna(0)
    sent = {str(number): one for number, one in enumerate(activities)}
    counts = counts[[sent[number].role == "primary_email" for number in counts.index]]
    of = [sent[number] for number in counts.index]
    return counts.astype("Int64").assign(
        campaign_id=[one.campaign_id for one in of],
        sent_at=pd.to_datetime([one.sent_at for one in of], unit="s", utc=True),
        hour=[one.sent_at // 3_600 % 24 for one in of],
        sender=[one.sender[0] for one in of],
        subject=[one.subject for one in of],
        lists=[", ".join(one.lists) for one in of],
    )


def _contacts(events: pd.DataFrame) -> Any:
    pairs = events.drop_duplicates(["campaign_activity_id", "contact_id"])
    return pairs["campaign_activity_id"].value_counts()
