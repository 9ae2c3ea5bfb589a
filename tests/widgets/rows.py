"""Campaigns to choose from: ordinary ones, many, and such with names that want to do harm."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pandas as pd

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</option></select><script>alert(1)</script>",
    "🎉🌻👩‍👩‍👧 שלום עולם مرحبا",
    "sale\u202egnp.exe\u2066\u200f",
    "save $5, not $10: $x^2$",
    "two\nlines\tand\x00more\x1b[31m",
    "half a pair \ud83d",
    "x" * 3_000,
    "",
    None,
)


def id_of(number: int) -> str:
    return str(UUID(int=number + 1, version=4))


def campaigns(count: int = 6, *, names: tuple[str | None, ...] = ()) -> pd.DataFrame:
    """Return campaign summaries, newest first: every third a coupon, every fifth a draft."""
    number = np.arange(count)
    sent = pd.Timestamp("2026-06-25 14:00", tz="UTC") - pd.to_timedelta(7 * number, unit="D")
    given = [*names, *(f"Newsletter {one}" for one in range(len(names), count))]
    return pd.DataFrame(
        {
            "campaign_id": pd.Series([id_of(one) for one in range(count)], dtype="str"),
            "name": pd.Series(given[:count], dtype="object"),
            "campaign_type": pd.Series(np.where(number % 3, "Newsletter", "Coupon"), dtype="str"),
            "current_status": pd.Series(np.where(number % 5, "Done", "Removed"), dtype="str"),
            "last_sent_date": pd.Series(sent).dt.as_unit("us"),
            "unique_sends": pd.Series(100 + number, dtype="Int64"),
            "unique_bounces": pd.Series(number % 7, dtype="Int64"),
            "unique_opens": pd.Series(40 + number % 11, dtype="Int64"),
            "unique_clicks": pd.Series(number % 13, dtype="Int64"),
        }
    )
