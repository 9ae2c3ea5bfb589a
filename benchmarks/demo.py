"""The embedded accounts: how soon there is a frame, and what pages of the large one cost."""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from itertools import cycle
from typing import Any

_PER_MEGABYTE = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
_TRACKED = ("sends", "opens", "unique_opens", "didnotopens", "clicks", "forwards", "bounces")
_PATHS = (
    *(f"/reports/email_reports/{{activity}}/tracking/{kind}" for kind in _TRACKED),
    "/reports/email_reports/{activity}/links",
    "/reports/stats/email_campaign_activities/{activity}",
    "/reports/stats/email_campaigns/{campaign}",
    "/reports/summary_reports/email_campaign_summaries?limit=500",
    "/emails?limit=500",
)


def first() -> dict[str, float]:
    """Return the seconds until there is a frame; this process must be a fresh one."""
    times = [time.perf_counter()]
    import ccframes as ccf  # noqa: PLC0415 - the import is measured

    times.append(time.perf_counter())
    with ccf.connect(demo=True) as client:
        times.append(time.perf_counter())
        client.load("campaign_summaries")
        times.append(time.perf_counter())
    began, imported, connected, loaded = times
    return {
        "import": imported - began,
        "account": connected - imported,
        "frame": loaded - connected,
    }


def large(pages: int) -> dict[str, Any]:
    """Return the seconds of so many first pages, in no order, and the peak of memory."""
    import requests  # noqa: PLC0415 - `first` measures an import

    from ccframes.demo import DemoServer, account  # noqa: PLC0415

    world = account("large").world
    chance = random.Random(20260425)
    taken = []
    with DemoServer(account("large")) as server, requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {server.token}"
        for _, path in zip(range(pages), cycle(_PATHS), strict=False):
            activity = chance.choice(world.mailings.activities)
            ids = {"activity": activity.id, "campaign": activity.campaign_id}
            began = time.perf_counter()
            answer = session.get(server.base_url + path.format_map(ids), timeout=60)
            taken.append(time.perf_counter() - began)
            answer.raise_for_status()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MEGABYTE
    return {"seconds": taken, "megabytes": peak}


if __name__ == "__main__":
    print(json.dumps(first() if sys.argv[1] == "first" else large(int(sys.argv[2]))))
