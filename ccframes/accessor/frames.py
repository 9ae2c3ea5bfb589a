"""`df.ccf`: the analysis that fits a frame, as methods; each is one call of the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ccframes import analysis
from ccframes.accessor import wants
from ccframes.accessor.offers import Offer, fitting
from ccframes.analysis.local_times import local_time
from ccframes.errors import UnfitFrameError
from ccframes.frames.glossary import glossary
from ccframes.frames.recognition import nearest, reports_of
from ccframes.frames.unnest import unnest
from ccframes.naming import named

if TYPE_CHECKING:
    from ccframes.accessor.plots import PlotAccessor

_ALWAYS = ("describe", "report")
_NAMED = 6


class FrameAccessor:
    """What ccframes offers on a frame.

    A method is there where the frame's columns and the kinds of its events fit it, whatever its
    attrs say; `dir(df.ccf)` lists those. To ask for another raises UnfitFrameError, which names
    what is missing and the loader that has it.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(2)
    >>> opens, sends = ccf.load_opens(campaigns), ccf.load_sends(campaigns)
    >>> opens.ccf.report
    'opens or unique_opens'
    >>> opens.ccf.time_to_open(sends).ccf.time_quantiles(0.5)["n"].tolist() == [len(sends)]
    True
    >>> sends.ccf.time_to_open(sends)
    Traceback (most recent call last):
    ccframes.errors.UnfitFrameError: time_to_open: the frame has rows of em_sends ...
    """

    __slots__ = ("_frame",)

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __dir__(self) -> list[str]:
        plot = ["plot"] if self._can_be_drawn() else []
        return sorted([*_ALWAYS, *plot, *fitting(type(self), self._frame)])

    def __repr__(self) -> str:
        """Say what the frame is taken for, and what is offered."""
        report = self.report
        offers = [name for name in dir(self) if name not in _ALWAYS]
        return (
            f"<df.ccf: {report or _unlike(self._frame)}; offers {', '.join([*offers, *_ALWAYS])}>"
        )

    @property
    def report(self) -> str:
        """The report that the frame is from, told by its columns and kinds of events.

        Several are named where nothing tells them apart, as in "opens or unique_opens", or where
        rows of several are in one frame; the text is empty if it is none that ccframes loads.
        """
        return " or ".join(reports_of(self._frame))

    @property
    def plot(self) -> PlotAccessor:
        """The pictures that fit the frame: `df.ccf.plot.funnel()`."""
        if not self._can_be_drawn():
            raise UnfitFrameError(
                "plot: no picture fits the frame; load_campaign_table() gives one that most fit"
            )
        from ccframes.accessor.plots import PlotAccessor  # noqa: PLC0415 - matplotlib is heavy

        return PlotAccessor(self._frame)

    def _can_be_drawn(self) -> bool:
        return any(not each.problem(self._frame) for each in wants.DRAWN.values())

    # --- the frame itself -------------------------------------------------------------------

    def describe(self) -> pd.DataFrame:
        """Say what each column of the frame is: unit, source, meaning, personal data or not.

        One row per column, in the frame's order; `ccframes.frames.glossary.glossary` has more.
        """
        return glossary(self._frame)

    named = Offer(named, wants.ACTIVITIES)
    local_time = Offer(local_time, wants.INSTANTS)
    unnest = Offer(unnest, wants.SEVERAL)

    # --- frames with counts -----------------------------------------------------------------

    rates = Offer(analysis.rates, wants.COUNTS)
    compare = Offer(analysis.compare, wants.COUNTS)
    differences = Offer(analysis.differences, wants.COUNTS)
    explain = Offer(analysis.explain, wants.COUNTS)
    send_hours = Offer(analysis.send_hours, wants.SENT_COUNTS)
    resend_lift = Offer(analysis.resend_lift, wants.ROLES)
    human_rates = Offer(analysis.human_rates, wants.ACTIVITY_COUNTS)

    # --- sends ------------------------------------------------------------------------------

    engagement = Offer(analysis.engagement, wants.SENDS)
    engagement_matrix = Offer(analysis.engagement_matrix, wants.SENDS)
    cohorts = Offer(analysis.cohorts, wants.SENDS)
    fatigue = Offer(analysis.fatigue, wants.SENDS)
    fatigue_trend = Offer(analysis.fatigue_trend, wants.SENDS)

    # --- opens, clicks, bounces, links ------------------------------------------------------

    time_to_open = Offer(analysis.time_to_open, wants.OPENS)
    time_to_click = Offer(analysis.time_to_click, wants.CLICKS)
    suspect_machine = Offer(analysis.suspect_machine, wants.READ)
    human_only = Offer(analysis.human_only, wants.READ)
    bounce_summary = Offer(analysis.bounce_summary, wants.BOUNCES)
    bounce_spikes = Offer(analysis.bounce_spikes, wants.BOUNCES)
    repeat_bouncers = Offer(analysis.repeat_bouncers, wants.BOUNCES)
    link_ranking = Offer(analysis.link_ranking, wants.LINKS)

    # --- what the analysis made -------------------------------------------------------------

    time_curve = Offer(analysis.time_curve, wants.TIMES)
    time_quantiles = Offer(analysis.time_quantiles, wants.TIMES)
    read_hours = Offer(analysis.read_hours, wants.FIRST_TIMES)
    never_opened = Offer(analysis.never_opened, wants.PEOPLE)


def _unlike(frame: pd.DataFrame) -> str:
    """Say of a frame that is from no report which one it is most like, and what it lacks."""
    name, lacking = nearest(frame)
    if not name:
        return "no report's frame"
    more = f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
    return f"no report's frame, most like {name} but for {', '.join(lacking[:_NAMED])}{more}"
