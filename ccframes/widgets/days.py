"""Instants as the days of a zone, which people look for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.analysis.clocks import known_zone
from ccframes.widgets.listing import column


def zone_in(rows: pd.DataFrame) -> str:
    """Return the zone that rows say they are of; UTC where they do not."""
    zones = column(rows, "time_zone_id").dropna()
    return str(zones.iloc[0]) if len(zones) else "UTC"


def local(instants: pd.Series[Any], zone: str) -> pd.Series[Any]:
    """Return instants as the clock of a zone shows them; what is no instant is missing."""
    if not isinstance(instants.dtype, pd.DatetimeTZDtype):
        instants = pd.to_datetime(instants, utc=True, errors="coerce")
    shown: pd.Series[Any] = instants.dt.tz_convert(known_zone(zone)).dt.tz_localize(None)
    return shown


def as_day(instant: Any) -> str:
    """Return the day of an instant as a line begins with it."""
    return "no date" if pd.isna(instant) else f"{instant:%Y-%m-%d}"
