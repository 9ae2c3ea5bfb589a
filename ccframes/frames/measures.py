"""Delivered, and the rates: which counts they are made of, whatever report they come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ccframes.endpoints.rates import RATES, Rate
from ccframes.errors import ColumnsError

__all__ = ["RATES", "SPELLINGS", "Rate", "counts_of", "rates_of", "share"]

SPELLINGS = {
    "sends": ("em_sends", "unique_sends"),
    "bounces": ("em_bounces", "unique_bounces"),
    "vacation": ("em_bounces_vacation",),
    "opens": ("em_opens", "unique_opens"),
    "clicks": ("em_clicks", "unique_clicks"),
    "forwards": ("em_forwards", "unique_forwards"),
    "optouts": ("em_optouts", "unique_optouts"),
    "complaints": ("em_abuse", "unique_abuse"),
}
"""Each count's columns: of the two statistics, and of the summaries. All count contacts."""

_MOST = 2**53  # up to which floats are exact
_LOADERS = (
    "load_campaign_table(), load_activity_stats(), load_campaign_stats() and "
    "load_campaign_summaries() give frames with counts"
)


def counts_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that rates are made of, under one name whatever report they come from.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign summaries, campaign stats, activity stats, or the campaign table.

    Returns
    -------
    pandas.DataFrame
        One row per row of the frame, with its index: sends, delivered, bounced, opens, clicks,
        optouts, complaints, forwards [contacts], `Int64`. A count that the report does not have
        is missing. Delivered is sends less bounces, plus vacation replies where the report
        counts them: such an email was delivered. Bounced is the rest of the sends.

    Raises
    ------
    ColumnsError
        It is no frame, it has neither the statistics' nor the summaries' sends and bounces, or a
        count is there twice or no whole number.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ColumnsError(f"a DataFrame is needed, not {type(frame).__name__}; {_LOADERS}")
    counts = pd.DataFrame(
        {name: _count(frame, columns) for name, columns in SPELLINGS.items()}, index=frame.index
    )
    missing = [SPELLINGS[name] for name in ("sends", "bounces") if not _present(frame, name)]
    if missing:
        raise ColumnsError(
            f"the frame has no {' and no '.join(' or '.join(names) for names in missing)}; "
            f"{_LOADERS}"
        )
    counts["delivered"] = counts["sends"] - counts["bounces"] + counts["vacation"].fillna(0)
    counts["bounced"] = counts["sends"] - counts["delivered"]
    return counts[
        [
            *("sends", "delivered", "bounced", "opens", "clicks"),
            *("optouts", "complaints", "forwards"),
        ]
    ]


def share(part: Any, whole: Any) -> Any:
    """Return one count over another as `float64`; missing where there is nothing to be part of.

    >>> share(pd.Series([1, 2, None], dtype="Int64"), pd.Series([4, 0, 4], dtype="Int64")).tolist()
    [0.25, nan, nan]
    """
    over = whole.astype("float64")
    return part.astype("float64") / over.where(over > 0, np.nan)


def rates_of(counts: pd.DataFrame) -> dict[str, Any]:
    """Return every rate of counts as `counts_of` gives them, by name, `float64`."""
    return {rate.name: share(counts[rate.numerator], counts[rate.denominator]) for rate in RATES}


def _present(frame: pd.DataFrame, count: str) -> bool:
    return any(name in frame for name in SPELLINGS[count])


def _count(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series[Any]:
    name = next((name for name in columns if name in frame), None)
    if name is None:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    found: Any = frame[name]
    if isinstance(found, pd.DataFrame):
        raise ColumnsError(f"the frame has {found.shape[1]} columns {name!r}; keep one of them")
    # as objects, since instants would be read as numbers
    numbers = pd.to_numeric(found.astype(object), errors="coerce").astype("float64")
    odd = found.notna() & ~(numbers.abs() < _MOST) | (numbers % 1 > 0)
    if odd.any():
        raise ColumnsError(
            f"{name}: {found[odd].tolist()[0]!r} is no count; whole numbers are needed, or nothing "
            "where they are not known"
        )
    counts: pd.Series[Any] = numbers.astype("Int64")
    return counts
