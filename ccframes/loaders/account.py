"""The loader of the account itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.frames.docs import documented


@documented("account")
def load_account(
    *,
    extra_fields: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Load the account: who owns it, and in which time zone its days are counted.

    Parameters
    ----------
    extra_fields : str or iterable of str, optional
        What to send in addition: physical_address, company_logo.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_account()["time_zone_id"].notna().all()
    np.True_
    """
    return (client or default_client()).load(
        "account",
        params={"extra_fields": extra_fields},
        progress=progress,
    )
