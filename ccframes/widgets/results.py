"""How emails did, as a list says it and sorts by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ccframes.errors import ColumnsError
from ccframes.frames.measures import counts_of, rates_of
from ccframes.widgets.listing import Order

_TITLES = {"click_to_open_rate": "Click-to-open rate", "optout_rate": "Opt-out rate"}


@dataclass(frozen=True)
class Results:
    """Sends [contacts] and rates [0–1] of rows; missing where the report does not tell them."""

    sends: pd.Series[Any]
    rates: dict[str, pd.Series[Any]]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Results:
        """Return what the counts of a report make of them."""
        try:
            counts = counts_of(rows)
        except ColumnsError:
            return cls(pd.Series(pd.NA, index=rows.index, dtype="Int64"), {})
        return cls(counts["sends"], rates_of(counts))

    def lines(self) -> list[list[str]]:
        """Return what a line says of them, row by row: sends, and the open rate."""
        nothing = pd.Series(pd.NA, index=self.sends.index, dtype="Float64")
        rates = self.rates.get("open_rate", nothing)
        return [_said(*both) for both in zip(self.sends, rates, strict=True)]

    def orders(self) -> list[Order]:
        """Return how rows can be sorted by what is known of them."""
        orders = [Order("Most sends first", self.sends, ascending=False)]
        for name, rate in self.rates.items():
            title = _TITLES.get(name, name.replace("_", " ").capitalize())
            orders.append(Order(f"{title}, highest first", rate, ascending=False))
            orders.append(Order(f"{title}, lowest first", rate))
        return [order for order in orders if order.by.notna().any()]


def _said(sends: Any, open_rate: Any) -> list[str]:
    said = [] if pd.isna(sends) else [f"{sends:,} sends"]
    return said if pd.isna(open_rate) else [*said, f"{100 * open_rate:.1f} % opened"]
