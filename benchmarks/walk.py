"""Forty activities over HTTP with latency: walked at once, and one after the other."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import pandas as pd

from ccframes.client import Client
from ccframes.demo import DemoServer, account
from ccframes.wire.auth import StaticToken
from ccframes.wire.pace import MemoryLedger

LATENCY = 0.05
ACTIVITIES = 40


def main(runs: int) -> dict[str, list[float]]:
    """Return seconds of both ways, which take turns; their frames must be equal."""
    with (
        DemoServer(account()) as server,
        Client(
            StaticToken(server.token),
            base_url=server.base_url,
            rate=None,
            daily_quota=None,
            ledger=MemoryLedger(),
        ) as client,
    ):
        campaigns = client.load("campaign_summaries").head(ACTIVITIES)
        activities = client.load("activity_stats", campaigns)["campaign_activity_id"]
        ids = activities.head(ACTIVITIES).tolist()
        server.latency = LATENCY
        return measure(
            {
                "one load": lambda: client.load("opens", ids),
                "one after the other": lambda: pd.concat(
                    [client.load("opens", one) for one in ids], ignore_index=True
                ),
            },
            runs,
        )


def measure(ways: dict[str, Callable[[], pd.DataFrame]], runs: int) -> dict[str, list[float]]:
    """Return the seconds of each way; the first turn is dropped."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs + 1):
        frames = []
        for name, way in ways.items():
            began = time.perf_counter()
            frames.append(way())
            taken[name].append(time.perf_counter() - began)
        first, second = frames
        pd.testing.assert_frame_equal(first, second)
    return {name: seconds[1:] for name, seconds in taken.items()}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
