"""What a comparison says, as a plain sentence."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, TypeAlias

Outcome: TypeAlias = Literal["higher", "lower", "undecided"]


class Finding(NamedTuple):
    """A difference, its interval [−1 to 1], whether it counts, and what it takes to see one."""

    difference: float
    low: float
    high: float
    found: bool
    several: bool
    unit: str
    needed: int | None
    worth: float


def verdict(finding: Finding) -> str:
    """Return the sentence.

    >>> verdict(Finding(-0.031, -0.052, -0.01, True, False, "contact", 3_000, 0.1))
    'lower by 3.1 points (1.0 to 5.2)'
    """
    if math.isnan(finding.difference):
        return "nothing to compare: one of the two has nothing in the denominator"
    if math.isnan(finding.low):
        return _without_interval(finding.unit)
    if finding.found:
        return _found(finding)
    low, high = (_points(end, finding, "+") for end in (finding.low, finding.high))
    said = f"the data cannot tell: the difference lies between {low} and {high} points"
    if finding.several and (finding.low > 0 or finding.high < 0):
        said += ", which is no more than one of several arms may show by chance"
    return said + _needed(finding)


def outcome(said: str) -> Outcome:
    """Return what a verdict comes to.

    >>> outcome("lower by 3.1 points (1.0 to 5.2)"), outcome("the data cannot tell: the difference")
    ('lower', 'undecided')
    """
    first = said.split(" ", 1)[0]
    return first if first in ("higher", "lower") else "undecided"  # type: ignore[return-value]


def _found(finding: Finding) -> str:
    word, sign = ("higher", 1) if finding.difference > 0 else ("lower", -1)
    least, most = sorted((sign * finding.low, sign * finding.high))
    size, low, high = (_points(each, finding) for each in (abs(finding.difference), least, most))
    return f"{word} by {size} points ({low} to {high})"


def _without_interval(unit: str) -> str:
    if unit == "campaign":
        return (
            "the data cannot tell: it takes several campaigns in either arm, which do not all have "
            'the same rate; unit="contact" compares the contacts of these campaigns alone'
        )
    return "the data cannot tell: more are counted than there are to count them of"


def _needed(finding: Finding) -> str:
    if finding.needed is None:
        return ""
    return (
        f"; about {finding.needed:,} {finding.unit}s per arm are needed to see a lift of "
        f"{finding.worth * 100:.3g} %".replace("-", "−")
    )


def _points(share: float, finding: Finding, sign: str = "") -> str:
    """Write a share in points, with as many decimals as the interval's width deserves."""
    width = (finding.high - finding.low) * 100
    decimals = min(4, max(1, 1 - math.floor(math.log10(width)))) if width > 0 else 1
    return f"{share * 100:{sign}.{decimals}f}".replace("-", "−")
