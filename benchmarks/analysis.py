"""All of the analysis on one account: seconds of each part, and the peak of memory."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import pandas as pd

from benchmarks.accounts import REPORTS, reports_of
from ccframes import analysis

Reports: TypeAlias = dict[str, pd.DataFrame]

_PER_MEGABYTE = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
BESIDE: Final = ("subject", "Q", "contact_list_ids")
PARTS: Final[dict[str, Callable[[Reports], Any]]] = {
    "rates": lambda of: analysis.rates(of["table"], "M"),
    "explain": lambda of: analysis.explain(of["table"]),
    "compare": lambda of: analysis.compare(of["table"], by="role"),
    "differences": lambda of: analysis.differences(of["table"], _hour),
    "differences, adjusted": lambda of: analysis.differences(of["table"], _hour, adjust=BESIDE),
    "send_hours": lambda of: analysis.send_hours(of["table"], tz="US/Eastern"),
    "suspect_machine, opens": lambda of: of.setdefault(
        "open suspects", analysis.suspect_machine(of["opens"], of["sends"])
    ),
    "suspect_machine, clicks": lambda of: of.setdefault(
        "click suspects",
        analysis.suspect_machine(of["clicks"], of["sends"], links=of["links"]),
    ),
    "human_only": lambda of: analysis.human_only(of["opens"], of["open suspects"]),
    "human_rates": lambda of: analysis.human_rates(
        *(of[name] for name in ("activity_stats", "sends", "opens", "clicks")),
        open_suspects=of["open suspects"],
        click_suspects=of["click suspects"],
    ),
    "time_to_open": lambda of: of.setdefault(
        "times", analysis.time_to_open(of["opens"], of["sends"], bounces=of["bounces"])
    ),
    "time_to_click": lambda of: analysis.time_to_click(of["clicks"], of["sends"]),
    "time_curve": lambda of: analysis.time_curve(of["times"], "campaign_activity_id", points=50),
    "time_quantiles": lambda of: analysis.time_quantiles(of["times"], by="campaign_activity_id"),
    "read_hours": lambda of: analysis.read_hours(of["times"], tz="US/Eastern"),
    "link_ranking": lambda of: analysis.link_ranking(
        of["links"], of["clicks"], stats=of["activity_stats"], by="destination"
    ),
    "engagement": lambda of: of.setdefault(
        "people",
        analysis.engagement(of["sends"], of["opens"], of["clicks"], bounces=of["bounces"]),
    ),
    "never_opened": lambda of: analysis.never_opened(of["people"], last=5),
    "engagement_matrix": lambda of: analysis.engagement_matrix(
        of["sends"], of["opens"], clicks=of["clicks"]
    ),
    "cohorts": lambda of: analysis.cohorts(of["sends"], of["opens"], bounces=of["bounces"]),
    "fatigue": lambda of: analysis.fatigue(of["sends"], of["opens"], bounces=of["bounces"]),
    "fatigue_trend": lambda of: analysis.fatigue_trend(
        of["sends"], of["opens"], bounces=of["bounces"]
    ),
    "bounce_summary": lambda of: analysis.bounce_summary(of["bounces"], of["sends"]),
    "repeat_bouncers": lambda of: analysis.repeat_bouncers(of["bounces"], of["sends"]),
    "bounce_spikes": lambda of: analysis.bounce_spikes(of["bounces"], of["sends"]),
    "resend_lift": lambda of: analysis.resend_lift(of["table"], opens=of["opens"]),
    "reconcile": lambda of: analysis.reconcile(
        {name: of[name] for name in ("activity_stats", "links", *REPORTS)}
    ),
}
"""What is measured, in an order in which each has what it needs of those before."""


def _hour(table: pd.DataFrame) -> Any:
    return (
        pd.to_datetime(table["sent_at"], utc=True)
        .dt.tz_convert("US/Eastern")
        .dt.hour.rename("hour")
    )


def main(name: str) -> dict[str, Any]:
    """Run each part once; this process must be a fresh one."""
    frames = reports_of(name)
    loaded = _peak()
    seconds = {}
    for part, run in PARTS.items():
        began = time.perf_counter()
        run(frames)
        seconds[part] = time.perf_counter() - began
    return {
        "events": sum(len(frames[report]) for report in REPORTS),
        "campaigns": int(frames["table"]["campaign_id"].nunique()),
        "seconds": seconds,
        "megabytes": _peak(),
        "megabytes_before": loaded,
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MEGABYTE


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
