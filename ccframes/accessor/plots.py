"""`df.ccf.plot`: the pictures that fit a frame, and the tables of what they draw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from ccframes import plot
from ccframes.accessor import wants
from ccframes.accessor.offers import fitting, offered

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

    from ccframes.analysis.calendars import Unit as TimeUnit
    from ccframes.analysis.comparison import Unit
    from ccframes.analysis.grouping import By
    from ccframes.plot.canvas import Theme
    from ccframes.plot.readers import EngagementBy


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

    @offered(wants.DRAWN["bounces"], plot.bounces)
    def bounces(
        self,
        sends: pd.DataFrame | None = None,
        *,
        by: str | None = None,
        over: str | None = None,
        tz: str = "UTC",
        ci: float = 0.95,
        top: int = 12,
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw which share of the emails bounced, by code or by provider, with intervals."""
        return plot.bounces(
            self._frame,
            sends,
            by=by,
            over=over,
            tz=tz,
            ci=ci,
            top=top,
            ax=ax,
            theme=theme,
            **style,
        )

    @offered(wants.DRAWN["bounces"], plot.bounces_table)
    def bounces_table(
        self,
        sends: pd.DataFrame | None = None,
        *,
        by: str | None = None,
        over: str | None = None,
        tz: str = "UTC",
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return bounces by code or provider, as shares of what was sent."""
        return plot.bounces_table(self._frame, sends, by=by, over=over, tz=tz, ci=ci)

    @offered(wants.DRAWN["compare"], plot.compare)
    def compare(
        self,
        b: pd.DataFrame | None = None,
        metric: str = "open_rate",
        *,
        by: By = None,
        unit: Unit | None = None,
        ci: float = 0.95,
        baseline: Any = None,
        worth: float = 0.1,
        tz: str = "UTC",
        top: int = 12,
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw by how many points arms differ from the baseline, with intervals and verdicts."""
        return plot.compare(
            self._frame,
            b,
            metric,
            by=by,
            unit=unit,
            ci=ci,
            baseline=baseline,
            worth=worth,
            tz=tz,
            top=top,
            ax=ax,
            theme=theme,
            **style,
        )

    @offered(wants.DRAWN["compare"], plot.compare_table)
    def compare_table(
        self,
        b: pd.DataFrame | None = None,
        metric: str = "open_rate",
        *,
        by: By = None,
        unit: Unit | None = None,
        ci: float = 0.95,
        baseline: Any = None,
        worth: float = 0.1,
        tz: str = "UTC",
    ) -> pd.DataFrame:
        """Return the numbers of `compare`: those of `analysis.comparison.compare`."""
        return plot.compare_table(
            self._frame, b, metric, by=by, unit=unit, ci=ci, baseline=baseline, worth=worth, tz=tz
        )

    @offered(wants.DRAWN["devices"], plot.devices)
    def devices(
        self, *, ci: float = 0.95, ax: Axes | None = None, theme: Theme = "light", **style: Any
    ) -> Axes:
        """Draw on which devices emails were opened and clicked, as bars of shares from 0."""
        return plot.devices(self._frame, ci=ci, ax=ax, theme=theme, **style)

    @offered(wants.DRAWN["devices"], plot.devices_table)
    def devices_table(self, *, ci: float = 0.95) -> pd.DataFrame:
        """Return the numbers of `devices`."""
        return plot.devices_table(self._frame, ci=ci)

    @offered(wants.DRAWN["engagement"], plot.engagement)
    def engagement(
        self,
        opens: pd.DataFrame | None = None,
        *,
        by: EngagementBy = "opens_last_n",
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw how many contacts open how much, or how long ago they last did."""
        return plot.engagement(self._frame, opens, by=by, ax=ax, theme=theme, **style)

    @offered(wants.DRAWN["engagement"], plot.engagement_table)
    def engagement_table(
        self,
        opens: pd.DataFrame | None = None,
        *,
        by: EngagementBy = "opens_last_n",
        **more: Any,
    ) -> pd.DataFrame:
        """Count contacts by how much, or how lately, they open."""
        return plot.engagement_table(self._frame, opens, by=by, **more)

    @offered(wants.DRAWN["funnel"], plot.funnel)
    def funnel(
        self, *, ci: float = 0.95, ax: Axes | None = None, theme: Theme = "light", **style: Any
    ) -> Axes:
        """Draw how many contacts were sent to, reached, opened and clicked, as bars from 0."""
        return plot.funnel(self._frame, ci=ci, ax=ax, theme=theme, **style)

    @offered(wants.DRAWN["funnel"], plot.funnel_table)
    def funnel_table(self, *, ci: float = 0.95) -> pd.DataFrame:
        """Return the numbers of `funnel`."""
        return plot.funnel_table(self._frame, ci=ci)

    @offered(wants.DRAWN["hours"], plot.hours)
    def hours(
        self,
        *,
        tz: Any = "UTC",
        metric: str = "open_rate",
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw rates by weekday and hour, of sending or of reading."""
        return plot.hours(self._frame, tz=tz, metric=metric, ax=ax, theme=theme, **style)

    @offered(wants.DRAWN["hours"], plot.hours_table)
    def hours_table(
        self, *, tz: Any = "UTC", metric: str = "open_rate", ci: float = 0.95
    ) -> pd.DataFrame:
        """Return rates by weekday and hour: of sending, or of reading."""
        return plot.hours_table(self._frame, tz=tz, metric=metric, ci=ci)

    @offered(wants.DRAWN["links"], plot.links)
    def links(
        self,
        clicks: pd.DataFrame | None = None,
        *,
        stats: pd.DataFrame | None = None,
        by: str = "destination",
        ci: float = 0.95,
        top: int = 15,
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw how many contacts clicked each link, destination or domain."""
        return plot.links(
            self._frame,
            clicks,
            stats=stats,
            by=by,
            ci=ci,
            top=top,
            ax=ax,
            theme=theme,
            **style,
        )

    @offered(wants.DRAWN["links"], plot.links_table)
    def links_table(
        self, clicks: pd.DataFrame | None = None, *, by: str = "destination", **more: Any
    ) -> pd.DataFrame:
        """Return links, destinations or domains, the most clicked first."""
        return plot.links_table(self._frame, clicks, by=by, **more)

    @offered(wants.DRAWN["opens_over_time"], plot.opens_over_time)
    def opens_over_time(
        self,
        sends: pd.DataFrame | None = None,
        *,
        bounces: pd.DataFrame | None = None,
        until: Any = None,
        unit: TimeUnit = "auto",
        tz: str = "UTC",
        ci: float = 0.95,
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw by when emails are opened."""
        return plot.opens_over_time(
            self._frame,
            sends,
            bounces=bounces,
            until=until,
            unit=unit,
            tz=tz,
            ci=ci,
            ax=ax,
            theme=theme,
            **style,
        )

    @offered(wants.DRAWN["opens_over_time"], plot.opens_over_time_table)
    def opens_over_time_table(
        self,
        sends: pd.DataFrame | None = None,
        *,
        bounces: pd.DataFrame | None = None,
        until: Any = None,
        unit: TimeUnit = "auto",
        tz: str = "UTC",
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return the numbers that `opens_over_time` draws."""
        return plot.opens_over_time_table(
            self._frame, sends, bounces=bounces, until=until, unit=unit, tz=tz, ci=ci
        )

    @offered(wants.DRAWN["rates"], plot.rates)
    def rates(
        self,
        by: By = None,
        metrics: str | Iterable[str] = ("open_rate", "click_rate"),
        *,
        top: int = 25,
        best_first: bool = False,
        ci: float = 0.95,
        tz: str = "UTC",
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw rates of campaigns, or of groups of them, as dots with their intervals."""
        return plot.rates(
            self._frame,
            by,
            metrics,
            top=top,
            best_first=best_first,
            ci=ci,
            tz=tz,
            ax=ax,
            theme=theme,
            **style,
        )

    @offered(wants.DRAWN["rates"], plot.rates_table)
    def rates_table(
        self,
        by: By = None,
        metrics: str | Iterable[str] = ("open_rate", "click_rate"),
        *,
        best_first: bool = False,
        ci: float = 0.95,
        tz: str = "UTC",
    ) -> pd.DataFrame:
        """Return the numbers of `rates`, of all campaigns or groups."""
        return plot.rates_table(self._frame, by, metrics, best_first=best_first, ci=ci, tz=tz)

    @offered(wants.DRAWN["retention"], plot.retention)
    def retention(
        self,
        opens: pd.DataFrame | None = None,
        *,
        bounces: pd.DataFrame | None = None,
        period: str = "Q",
        tz: str = "UTC",
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw how generations of contacts open as they age."""
        return plot.retention(
            self._frame, opens, bounces=bounces, period=period, tz=tz, ax=ax, theme=theme, **style
        )

    @offered(wants.DRAWN["retention"], plot.retention_table)
    def retention_table(
        self,
        opens: pd.DataFrame | None = None,
        *,
        bounces: pd.DataFrame | None = None,
        period: str = "Q",
        tz: str = "UTC",
    ) -> pd.DataFrame:
        """Return how generations of contacts open as they age."""
        return plot.retention_table(self._frame, opens, bounces=bounces, period=period, tz=tz)

    @offered(wants.DRAWN["summary"], plot.summary)
    def summary(
        self,
        *,
        opens: pd.DataFrame | None = None,
        sends: pd.DataFrame | None = None,
        clicks: pd.DataFrame | None = None,
        links: pd.DataFrame | None = None,
        bounces: pd.DataFrame | None = None,
        fig: Figure | SubFigure | None = None,
        theme: Theme = "light",
    ) -> dict[str, Axes]:
        """Draw a campaign on one page: rates, funnel, openings, devices, links and bounces."""
        return plot.summary(
            self._frame,
            opens=opens,
            sends=sends,
            clicks=clicks,
            links=links,
            bounces=bounces,
            fig=fig,
            theme=theme,
        )

    @offered(wants.DRAWN["summary"], plot.summary_table)
    def summary_table(self, *, ci: float = 0.95) -> pd.DataFrame:
        """Return every rate of a campaign, its emails pooled."""
        return plot.summary_table(self._frame, ci=ci)

    @offered(wants.DRAWN["trend"], plot.trend)
    def trend(
        self,
        metrics: str | Iterable[str] = ("open_rate", "click_rate"),
        by: str = "M",
        *,
        ci: float = 0.95,
        tz: str = "UTC",
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw rates over the time of sending: each period pooled, and each campaign faintly."""
        return plot.trend(self._frame, metrics, by, ci=ci, tz=tz, ax=ax, theme=theme, **style)

    @offered(wants.DRAWN["trend"], plot.trend_table)
    def trend_table(
        self,
        metrics: str | Iterable[str] = ("open_rate", "click_rate"),
        by: str = "M",
        *,
        ci: float = 0.95,
        tz: str = "UTC",
    ) -> pd.DataFrame:
        """Return the periods' numbers of `trend`."""
        return plot.trend_table(self._frame, metrics, by, ci=ci, tz=tz)
