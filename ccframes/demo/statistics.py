"""Counts and percentages as the API states them, all derived from the rows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ccframes.demo.events import CODES, DEVICE_TYPES
from ccframes.endpoints import BOUNCE_CODES, BOUNCE_STATS, STAT_DEVICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ccframes.demo.events import Outcome

_PERSONS = ("sends", "opens", "clicks", "bounces", "optouts", "forwards")


def campaign_counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return the 19 statistics of a campaign: persons over all its mailings, and events."""
    counts = {f"em_{kind}": _persons(outcomes, kind) for kind in _PERSONS}
    counts["em_not_opened"] = max(0, counts["em_sends"] - counts["em_opens"] - counts["em_bounces"])
    return counts | _devices(outcomes, "opens") | _devices(outcomes, "clicks")


def activity_counts(outcome: Outcome) -> dict[str, int]:
    """Return the 27 statistics of an activity."""
    codes = np.bincount(outcome.bounces["code"], minlength=len(CODES)).tolist()
    bounces = {
        f"em_bounces_{BOUNCE_STATS[code]}": codes[CODES.index(code)] for code in BOUNCE_CODES
    }
    return campaign_counts([outcome]) | {"em_abuse": _persons([outcome], "abuse")} | bounces


def unique_counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return the counts of persons that the campaign summaries show."""
    counts = {kind: _persons(outcomes, kind) for kind in (*_PERSONS, "abuse")}
    not_opened = max(0, counts["sends"] - counts["opens"] - counts["bounces"])
    return counts | {"not_opened": not_opened}


def link_counts(outcome: Outcome) -> dict[int, int]:
    """Return how many contacts clicked each link, by its place in the email."""
    clicks = outcome.clicks
    return Counter(np.unique(clicks[["person", "link"]])["link"].tolist())


def percents(counts: Mapping[str, int]) -> dict[str, float]:
    """Return the percentages of a campaign; `click` is of the openers, as the API has it."""
    delivered = counts["em_sends"] - counts["em_bounces"]
    opens, clicks = counts["em_opens_all"], counts["em_clicks_all"]
    return {
        "open": _percent(counts["em_opens"], delivered),
        "click": _percent(counts["em_clicks"], counts["em_opens"]),
        "did_not_open": _percent(counts["em_not_opened"], delivered),
        "bounce": _percent(counts["em_bounces"], counts["em_sends"]),
        "unsubscribe": _percent(counts["em_optouts"], delivered),
        "desktop_open": _percent(counts["em_opens_all_computer"], opens),
        "mobile_open": _percent(_mobile(counts, "em_opens_all"), opens),
        "desktop_click": _percent(counts["em_clicks_all_computer"], clicks),
        "mobile_click": _percent(_mobile(counts, "em_clicks_all"), clicks),
    }


def aggregate_percents(summaries: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the percentages pooled over one page of campaign summaries."""
    total: Counter[str] = Counter()
    for summary in summaries:
        for kind, count in (summary.get("unique_counts") or {}).items():
            total[kind] += int(count or 0)
    delivered = total["sends"] - total["bounces"]
    return {
        "click": _percent(total["clicks"], total["opens"]),
        "open": _percent(total["opens"], delivered),
        "did_not_open": _percent(total["not_opened"], delivered),
        "bounce": _percent(total["bounces"], total["sends"]),
        "unsubscribe": _percent(total["optouts"], delivered),
    }


def _persons(outcomes: Sequence[Outcome], kind: str) -> int:
    return len(np.unique(np.concatenate([getattr(each, kind)["person"] for each in outcomes])))


def _devices(outcomes: Sequence[Outcome], kind: str) -> dict[str, int]:
    """Return the events of a kind, and how they divide among the devices."""
    devices = np.concatenate([getattr(each, kind)["device"] for each in outcomes])
    counts = np.bincount(devices, minlength=len(DEVICE_TYPES)).tolist()
    by_name = {device or "none": count for device, count in zip(DEVICE_TYPES, counts, strict=True)}
    each = {f"em_{kind}_all_{device}": by_name[device] for device in STAT_DEVICES}
    return {f"em_{kind}_all": len(devices)} | each


def _mobile(counts: Mapping[str, int], key: str) -> int:
    return counts[f"{key}_mobile"] + counts[f"{key}_tablet"]


def _percent(part: int, whole: int) -> float:
    return round(100.0 * part / whole, 2) if whole > 0 else 0.0
