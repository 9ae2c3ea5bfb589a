"""Loaders of the reports on landing pages."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.frames.docs import documented
from ccframes.load import OnError


@documented("landing_clicks")
def load_landing_clicks(
    activities: Any,
    *,
    contacts_filter: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load which contacts clicked which links of landing pages.

    Parameters
    ----------
    contacts_filter : str, optional
        Only contacts whose first name, last name or address has this in it.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_landing_clicks([]).shape[0]
    0
    """
    return (client or default_client()).load(
        "landing_clicks",
        activities,
        params={"contacts_filter": contacts_filter},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("landing_unique_opens")
def load_landing_unique_opens(
    activities: Any,
    *,
    contacts_filter: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load which contacts opened landing pages.

    Parameters
    ----------
    contacts_filter : str, optional
        Only contacts whose first name, last name or address has this in it.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_landing_unique_opens([]).shape[0]
    0
    """
    return (client or default_client()).load(
        "landing_unique_opens",
        activities,
        params={"contacts_filter": contacts_filter},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("landing_opens")
def load_landing_opens(
    activities: Any,
    *,
    contacts_filter: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load every open of landing pages, repeats included.

    Parameters
    ----------
    contacts_filter : str, optional
        Only contacts whose first name, last name or address has this in it.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_landing_opens([]).shape[0]
    0
    """
    return (client or default_client()).load(
        "landing_opens",
        activities,
        params={"contacts_filter": contacts_filter},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("landing_updates")
def load_landing_updates(
    activities: Any,
    *,
    contacts_filter: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load which contacts changed their details on landing pages.

    Parameters
    ----------
    contacts_filter : str, optional
        Only contacts whose first name, last name or address has this in it.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_landing_updates([]).shape[0]
    0
    """
    return (client or default_client()).load(
        "landing_updates",
        activities,
        params={"contacts_filter": contacts_filter},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("landing_adds")
def load_landing_adds(
    activities: Any,
    *,
    contacts_filter: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load which contacts joined through landing pages.

    Parameters
    ----------
    contacts_filter : str, optional
        Only contacts whose first name, last name or address has this in it.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_landing_adds([]).shape[0]
    0
    """
    return (client or default_client()).load(
        "landing_adds",
        activities,
        params={"contacts_filter": contacts_filter},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )


@documented("landing_sms_optins")
def load_landing_sms_optins(
    activities: Any,
    *,
    contacts_filter: Any = None,
    client: Client | None = None,
    progress: bool | None = None,
    on_error: OnError = "raise",
    max_pages: int | None = None,
) -> pd.DataFrame:
    """Load which contacts opted in to SMS through landing pages.

    Parameters
    ----------
    contacts_filter : str, optional
        Only contacts whose first name, last name or address has this in it.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> ccf.load_landing_sms_optins([]).shape[0]
    0
    """
    return (client or default_client()).load(
        "landing_sms_optins",
        activities,
        params={"contacts_filter": contacts_filter},
        progress=progress,
        on_error=on_error,
        max_pages=max_pages,
    )
