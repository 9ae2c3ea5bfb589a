"""Loaders of the reports on SMS campaigns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.frames.docs import documented


@documented("sms_summaries")
def load_sms_summaries(
    *,
    start_at: Any,
    end_at: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load the unique counts of every SMS campaign sent in a time, newest first.

    Parameters
    ----------
    start_at, end_at : anything pandas takes as a time
        The time considered, until now if there is no `end_at`; in the account's zone where it
        names none.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> sms = ccf.load_sms_summaries(start_at="2024-01-01")
    >>> bool((sms["unique_delivers"] <= sms["unique_sends"]).all())
    True
    """
    return (client or default_client()).load(
        "sms_summaries",
        params={"start_at": start_at, "end_at": end_at},
        progress=progress,
        max_pages=max_pages,
    )
