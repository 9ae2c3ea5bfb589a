"""What pictures say of their numbers: over what, of how many, and how sure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from ccframes.analysis.performance import named_rate

FEW = 100
"""Shares of fewer contacts than that are drawn hollow or faded, as the note below says."""

_WORDS = {
    "sends": "sent",
    "delivered": "delivered",
    "bounced": "bounced",
    "opens": "opened",
    "clicks": "clicked",
    "optouts": "unsubscribed",
    "complaints": "reported as spam",
    "forwards": "forwarded",
}


def fraction(metric: str) -> str:
    """Return what a rate is made of.

    >>> fraction("click_to_open_rate")
    'clicked / opened'
    """
    rate = named_rate(metric)
    return f"{_WORDS[rate.numerator]} / {_WORDS[rate.denominator]}"


def fractions(metrics: Iterable[str]) -> str:
    """Return what rates are made of, to begin a title with.

    >>> fractions(["open_rate", "click_rate"])
    'Opened and clicked / delivered'
    """
    found = [named_rate(metric) for metric in metrics]
    if len({rate.denominator for rate in found}) == 1:
        parts = _and([_WORDS[rate.numerator] for rate in found])
        said = f"{parts} / {_WORDS[found[0].denominator]}"
    else:
        said = _and([fraction(rate.name) for rate in found])
    return said[:1].upper() + said[1:]


def share_axis(metrics: Iterable[str]) -> str:
    """Return the label of an axis that rates share.

    >>> share_axis(["open_rate", "click_rate"]), share_axis(["open_rate", "click_to_open_rate"])
    ('share of delivered [%]', 'share [%]')
    """
    wholes = {named_rate(metric).denominator for metric in metrics}
    return f"share of {_WORDS[wholes.pop()]} [%]" if len(wholes) == 1 else "share [%]"


def unit_of(frame: pd.DataFrame) -> str:
    """Return what a row of the frame is: an activity is an email to its reader.

    >>> unit_of(pd.DataFrame(columns=["campaign_id"]))
    'campaign'
    """
    return "email" if "campaign_activity_id" in frame else "campaign"


def scope(frame: pd.DataFrame) -> str:
    """Return how many campaigns and emails a frame tells of.

    >>> scope(pd.DataFrame({"campaign_id": ["a", "a"], "campaign_activity_id": ["x", "y"]}))
    '2 emails of 1 campaign'
    """
    said = counted(len(frame), unit_of(frame))
    if unit_of(frame) == "email" and "campaign_id" in frame:
        said += f" of {counted(frame['campaign_id'].nunique(), 'campaign')}"
    return said


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "campaign"), counted(1_200, "campaign")
    ('1 campaign', '1,200 campaigns')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """Return a share as a percentage; small ones keep two digits that tell.

    >>> percent(0.4263), percent(0.00207), percent(0.0), percent(float("nan"))
    ('42.6 %', '0.21 %', '0 %', '–')
    """
    if np.isnan(share):
        return "–"
    if share in (0, 1):
        return f"{share:.0%}".replace("%", " %")
    return f"{share * 100:.1f} %" if abs(share) >= 0.01 else f"{share * 100:#.2g} %"


def between(low: float, high: float) -> str:
    """Return the ends of an interval [%], as they follow a percentage.

    >>> between(0.316, 0.507)
    '(31.6 to 50.7)'
    """
    return f"({percent(low)} to {percent(high)})".replace(" %", "")


def told(table: pd.DataFrame, name: str, otherwise: Any) -> Any:
    """Return what a table says of itself in a column; of one without rows, what was asked for.

    >>> told(pd.DataFrame({"time_zone_id": ["Asia/Tokyo"]}), "time_zone_id", "UTC")
    'Asia/Tokyo'
    """
    return table[name].iloc[0] if len(table) else otherwise


def reached(sent: Any, delivered: Any) -> str:
    """Return what emails are shares of: delivered, or sent where nothing was taken off that.

    >>> reached(100, 98), reached(100, 100)
    ('delivered', 'sent')
    """
    return "sent" if sent == delivered else "delivered"


def level(ci: float) -> str:
    """Return the level of an interval.

    >>> level(0.95)
    '95 %'
    """
    return f"{round(ci * 100, 6):g} %"


def hundredths(shares: pd.Series[Any]) -> Any:
    """Return shares as percentages, an array of floats; NaN where they are missing."""
    return shares.to_numpy(dtype="float64", na_value=np.nan) * 100


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
