"""`df.ccf.plot`: the pictures that fit a frame, and the tables of what they draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ccframes import plot
from ccframes.accessor import wants
from ccframes.accessor.offers import fitting, offered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ccframes.plot.canvas import Theme


class PlotAccessor:
    """The pictures that fit a frame; each returns its Axes, and has a twin that returns a table.

    Examples
    --------
    >>> import ccframes as ccf
    >>> counts = pd.DataFrame({"em_sends": [90], "em_bounces": 0, "em_opens": 30, "em_clicks": 3})
    >>> counts.ccf.plot.funnel_table()["contacts"].tolist()
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

    @offered(wants.COUNTS, plot.funnel)
    def funnel(
        self, *, ci: float = 0.95, ax: Axes | None = None, theme: Theme = "light", **style: Any
    ) -> Axes:
        """Draw how many contacts were sent to, reached, opened and clicked."""
        return plot.funnel(self._frame, ci=ci, ax=ax, theme=theme, **style)

    @offered(wants.COUNTS, plot.funnel_table)
    def funnel_table(self, *, ci: float = 0.95) -> pd.DataFrame:
        """Count the contacts that each step of the emails reached."""
        return plot.funnel_table(self._frame, ci=ci)

    @offered(wants.COUNTS, plot.rates)
    def rates(
        self,
        metrics: str | Sequence[str] = ("open_rate", "click_rate"),
        *,
        top: int = 25,
        ci: float = 0.95,
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw the rates of campaigns or emails beside each other, each with its interval."""
        return plot.rates(self._frame, metrics, top=top, ci=ci, ax=ax, theme=theme, **style)

    @offered(wants.COUNTS, plot.rates_table)
    def rates_table(
        self,
        metrics: str | Sequence[str] = ("open_rate", "click_rate"),
        *,
        top: int = 25,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return rates of each campaign or email, the last sent first."""
        return plot.rates_table(self._frame, metrics, top=top, ci=ci)

    @offered(wants.SENT_COUNTS, plot.trend)
    def trend(
        self,
        metrics: str | Sequence[str] = ("open_rate", "click_rate"),
        *,
        period: str = "M",
        ci: float = 0.95,
        tz: str = "UTC",
        ax: Axes | None = None,
        theme: Theme = "light",
        **style: Any,
    ) -> Axes:
        """Draw rates by period of sending, with intervals, over the single campaigns."""
        return plot.trend(
            self._frame, metrics, period=period, ci=ci, tz=tz, ax=ax, theme=theme, **style
        )

    @offered(wants.SENT_COUNTS, plot.trend_table)
    def trend_table(
        self,
        metrics: str | Sequence[str] = ("open_rate", "click_rate"),
        *,
        period: str = "M",
        ci: float = 0.95,
        tz: str = "UTC",
    ) -> pd.DataFrame:
        """Return rates by period of sending, pooled over the campaigns or emails of each."""
        return plot.trend_table(self._frame, metrics, period=period, ci=ci, tz=tz)

    @offered(wants.DEVICES, plot.devices)
    def devices(self, *, ax: Axes | None = None, theme: Theme = "light", **style: Any) -> Axes:
        """Draw the shares of devices in opens and in clicks."""
        return plot.devices(self._frame, ax=ax, theme=theme, **style)

    @offered(wants.DEVICES, plot.devices_table)
    def devices_table(self) -> pd.DataFrame:
        """Count opens and clicks by device."""
        return plot.devices_table(self._frame)

    @offered(wants.ARMS, plot.compare)
    def compare(self, *, ax: Axes | None = None, theme: Theme = "light", **question: Any) -> Axes:
        """Draw by how much the rate of each arm differs from the baseline's."""
        return plot.compare(self._frame, ax=ax, theme=theme, **question)

    @offered(wants.ARMS, plot.compare_table)
    def compare_table(self, **question: Any) -> pd.DataFrame:
        """Return what `compare` says of the arms of the frame."""
        return plot.compare_table(self._frame, **question)
