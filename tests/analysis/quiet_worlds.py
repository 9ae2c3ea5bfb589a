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
from ccframes.demo.words import PROVIDERS
from ccframes.demo.world import World

SEEDS = 200
QUIET = Causes(
    half_tired_after=1e12,
    newcomer=1.0,
    leaving=0.0,  # who unsubscribes opens that email, and does so in the first months
    blocked=0.0,
)


class Quiet(NamedTuple):
    """The events of one account, without its board, who were first to join and open everything."""

    sends: pd.DataFrame
    opens: pd.DataFrame
    bounces: pd.DataFrame


def quiet_worlds() -> Iterator[Quiet]:
    """Yield an account for each seed."""
    yield from map(_quiet, range(SEEDS))


@cache
def _quiet(seed: int) -> Quiet:
    world = World(f"quiet {seed}", contacts=200, weeks=26, causes=QUIET)
    outcomes = [world.outcome(activity) for activity in world.mailings.activities]
    names = np.array([name for name, _ in PROVIDERS])[world.people.provider]
    frames = []
    for report in ("sends", "opens", "bounces"):
        events = np.concatenate([getattr(outcome, report) for outcome in outcomes])
        frames.append(_frame(events[events["person"] >= FOUNDERS], names))
    return Quiet(*frames)


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
