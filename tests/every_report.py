"""A frame of every report of the embedded account, and what analysis and plots make of them."""

from __future__ import annotations

import io
from typing import Any

import matplotlib
import pandas as pd
from matplotlib import pyplot
from matplotlib.axes import Axes

import ccframes as ccf
from ccframes.demo import account
from ccframes.endpoints import ENDPOINTS
from ccframes.schema import Endpoint

LOADED = [endpoint for endpoint in ENDPOINTS.values() if "(" not in endpoint.loader]


def every_report(client: ccf.Client) -> dict[str, pd.DataFrame]:
    """Return the frames of all loaders and of some analyses, what a plot drew, a picker chose."""
    frames = {endpoint.name: loaded(endpoint, client) for endpoint in LOADED}
    axes = ccf.plot.opens_over_time(frames["opens"])
    picker = ccf.CampaignPicker(frames["campaign_summaries"], client=client)
    picker.value = frames["campaign_summaries"].head(2)
    return frames | {
        "rates": ccf.analysis.rates(frames["campaign_summaries"]),
        "time_to_open": ccf.analysis.time_to_open(frames["opens"], frames["sends"]),
        "picture": pd.DataFrame({"svg": [drawn(axes)]}),
        "picked": ccf.load_clicks(picker, client=client),
        "campaign_table": ccf.load_campaign_table(
            frames["campaign_summaries"].head(3), client=client, progress=True
        ),
    }


def drawn(axes: Axes) -> str:
    """Return the picture as text, which is the same whenever the same is drawn."""
    figure, out = axes.get_figure(root=True), io.StringIO()
    assert figure
    with matplotlib.rc_context({"svg.hashsalt": "ccframes"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    pyplot.close("all")
    return out.getvalue()


def loaded(endpoint: Endpoint, client: ccf.Client, **params: Any) -> pd.DataFrame:
    """Load a report of a few ids of the embedded account, over all of its time."""
    whole = {"start": "2024-01-01", "end": "2026-12-31", "start_at": "2024-01-01"}
    params |= {param.name: whole[param.name] for param in endpoint.params if param.required}
    load = getattr(ccf, endpoint.loader)
    return load(*ids_for(endpoint, client), client=client, **params)  # type: ignore[no-any-return]


def ids_for(endpoint: Endpoint, client: ccf.Client) -> list[Any]:
    """Return the ids that a loader takes, in a list, or none if it takes none."""
    if not endpoint.key:
        return []
    if endpoint.key == "contact_id":
        return [ccf.load_contacts(client=client)["contact_id"].iloc[100:400:100]]
    if not endpoint.takes_campaigns and endpoint.key == "campaign_activity_id":
        return [[page.id for page in account().world.landing_pages]]
    campaigns = ccf.load_campaigns(client=client).query("current_status == 'Done'")
    tested = campaigns[campaigns["type"] == "AB_TEST"].head(1)
    return [pd.concat([campaigns.head(3), tested])]
