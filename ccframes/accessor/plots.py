"""`df.ccf.plot`: the pictures that fit a frame, and the tables of what they draw."""

from __future__ import annotations

import pandas as pd

from ccframes import plot
from ccframes.accessor import wants
from ccframes.accessor.offers import Offer, fitting


class PlotAccessor:
    """The pictures that fit a frame; each returns its Axes, and has a twin that returns a table.

    Examples
    --------
    >>> import ccframes as ccf
    >>> counts = pd.DataFrame({"em_sends": [90], "em_bounces": 0, "em_opens": 30, "em_clicks": 3})
    >>> counts.ccf.plot.funnel_table()["count"].tolist()
    [90, 90, 30, 3]
    """

    __slots__ = ("_frame",)

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __dir__(self) -> list[str]:
        return sorted(fitting(type(self), self._frame))

    def __repr__(self) -> str:
        """Say what is offered."""
        return f"<df.ccf.plot: offers {', '.join(dir(self))}>"

    bounces = Offer(plot.bounces, wants.DRAWN["bounces"])
    bounces_table = Offer(plot.bounces_table, wants.DRAWN["bounces"])
    compare = Offer(plot.compare, wants.DRAWN["compare"])
    compare_table = Offer(plot.compare_table, wants.DRAWN["compare"])
    devices = Offer(plot.devices, wants.DRAWN["devices"])
    devices_table = Offer(plot.devices_table, wants.DRAWN["devices"])
    engagement = Offer(plot.engagement, wants.DRAWN["engagement"])
    engagement_table = Offer(plot.engagement_table, wants.DRAWN["engagement"])
    funnel = Offer(plot.funnel, wants.DRAWN["funnel"])
    funnel_table = Offer(plot.funnel_table, wants.DRAWN["funnel"])
    hours = Offer(plot.hours, wants.DRAWN["hours"])
    hours_table = Offer(plot.hours_table, wants.DRAWN["hours"])
    links = Offer(plot.links, wants.DRAWN["links"])
    links_table = Offer(plot.links_table, wants.DRAWN["links"])
    opens_over_time = Offer(plot.opens_over_time, wants.DRAWN["opens_over_time"])
    opens_over_time_table = Offer(plot.opens_over_time_table, wants.DRAWN["opens_over_time"])
    rates = Offer(plot.rates, wants.DRAWN["rates"])
    rates_table = Offer(plot.rates_table, wants.DRAWN["rates"])
    retention = Offer(plot.retention, wants.DRAWN["retention"])
    retention_table = Offer(plot.retention_table, wants.DRAWN["retention"])
    summary = Offer(plot.summary, wants.DRAWN["summary"])
    summary_table = Offer(plot.summary_table, wants.DRAWN["summary"])
    trend = Offer(plot.trend, wants.DRAWN["trend"])
    trend_table = Offer(plot.trend_table, wants.DRAWN["trend"])
