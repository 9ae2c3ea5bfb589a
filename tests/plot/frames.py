"""Frames to be drawn: an account's, few, none, many, and such with names that want to do harm."""

from __future__ import annotations

from functools import cache

import pandas as pd

from tests.analysis.accounts import account_of

HOSTILE = (
    "save $5, not $10",
    "<script>alert('x')</script>",
    "x" * 200,
    "Newsletter",
    "Newsletter",
    "\u202eevil\u2066",
    "🌻🌻 $\\frac{1}{2}$",
    "長い名前\nのニュース",
)


@cache
def _account() -> pd.DataFrame:
    frames = account_of("plots", contacts=300, weeks=30)
    columns = ["campaign_activity_id", "role", "name", "subject", "sent_at"]
    return pd.DataFrame(
        frames.activity_stats.merge(frames.activities[columns], on="campaign_activity_id")
    )


def emails() -> pd.DataFrame:
    """Return the sent activities of an account with their statistics, as the campaign table has."""
    return _account().copy()


def campaigns() -> pd.DataFrame:
    """Return the campaign summaries of the same account."""
    return account_of("plots", contacts=300, weeks=30).campaign_summaries.copy()


def one() -> pd.DataFrame:
    return emails().head(1)


def none() -> pd.DataFrame:
    return emails().head(0)


def many() -> pd.DataFrame:
    """Return more than 400 campaigns."""
    base = emails()
    copies = [
        base.assign(
            campaign_id=base["campaign_id"] + f"-{number}",
            campaign_activity_id=base["campaign_activity_id"] + f"-{number}",
            name=base["name"] + f" {number}",
            sent_at=base["sent_at"] - pd.Timedelta(weeks=30 * number),
        )
        for number in range(1 + 400 // base["campaign_id"].nunique())
    ]
    return pd.concat(copies, ignore_index=True)


def hostile() -> pd.DataFrame:
    return emails().head(len(HOSTILE)).assign(name=list(HOSTILE), role="primary_email")


CASES = {
    "account": emails,
    "campaigns": campaigns,
    "one": one,
    "none": none,
    "many": many,
    "hostile": hostile,
}
