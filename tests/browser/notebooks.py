"""Cells of the notebooks that the tests show, and frames of campaigns to choose from."""

from __future__ import annotations

from typing import Final

import pandas as pd

from ccframes.demo import DemoServer

IMAGE: Final = '<img src=x onerror="window.pwned=1">'
FORMULA: Final = r"$\frac{1}{2}$ off $x$"
TURNED: Final = "🎉 👩‍👩‍👧 שלום \u202edlrow olleh\u202c مرحبا"
HOSTILE: Final = (IMAGE, FORMULA, TURNED)
"""Names that a browser, a typesetter and a writing direction may take for something else."""

DEMO: Final = """
import json
import ipywidgets
import ccframes as ccf

client = ccf.connect(demo=True)
campaigns = ccf.load_campaign_summaries()
picker = ccf.CampaignPicker(campaigns)
picker
"""

GIVEN: Final = """
import json
import ipywidgets
import ccframes as ccf
from tests.browser.notebooks import HOSTILE, campaigns_called, many_campaigns

picker = ccf.CampaignPicker({campaigns})
picker
"""
"""A picker of campaigns that an expression makes."""

WITNESS: Final = """
told = []
witness = ipywidgets.Text(description="Told", value="[]")


def tell(change):
    told.append(list(change["new"]))
    witness.value = json.dumps(told)


picker.observe(tell, "value")
witness
"""
"""What an observer of the value was told, as JSON in a text field."""


def connected_to(server: DemoServer) -> str:
    """Return the cell that shows a picker of the campaigns that a server has."""
    account = f"token={server.token!r}, base_url={server.base_url!r}, rate=100"
    return DEMO.replace("demo=True", account)


def campaigns_called(*names: str) -> pd.DataFrame:
    """Return campaigns with these names, the first one the newest."""
    count = len(names)
    return pd.DataFrame(
        {
            "campaign_id": [f"id-{number}" for number in range(count)],
            "name": pd.array(names, dtype="str"),
            "campaign_type": [
                ("Newsletter", "Announcement")[number % 2] for number in range(count)
            ],
            "last_sent_date": pd.date_range("2026-06-30", periods=count, freq="-3h", tz="UTC"),
            "unique_sends": range(1_000, 1_000 + count),
            "unique_opens": range(300, 300 + count),
            "unique_clicks": 50,
            "unique_bounces": 10,
        }
    )


def many_campaigns(count: int) -> pd.DataFrame:
    """Return so many campaigns, each with a number in its name."""
    kinds = ("Newsletter", "Sale", "Invitation", "Résumé of the month")
    return campaigns_called(*(f"{kinds[n % 4]} {n * 7919 % count:05d}" for n in range(count)))
