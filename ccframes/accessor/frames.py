"""`df.ccf`: the analysis that fits a frame, as methods; each is one call of the function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from ccframes import analysis
from ccframes.accessor import wants
from ccframes.accessor.offers import fitting, offered
from ccframes.analysis.local_times import local_time
from ccframes.errors import UnfitFrameError
from ccframes.frames.glossary import glossary
from ccframes.frames.recognition import nearest, reports_of
from ccframes.frames.unnest import unnest
from ccframes.naming import named

if TYPE_CHECKING:
    from ccframes.accessor.plots import PlotAccessor
    from ccframes.analysis.clocks import Zones
    from ccframes.analysis.codes import Lookup
    from ccframes.analysis.comparison import Unit
    from ccframes.analysis.curves import By as Columns
    from ccframes.analysis.destinations import By as LinkBy
    from ccframes.analysis.explanation import Over
    from ccframes.analysis.grouping import By
    from ccframes.analysis.performance import Weighting
    from ccframes.client import Client
    from ccframes.load import OnError

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

    @offered(wants.ACTIVITIES, named)
    def named(
        self,
        *,
        client: Client | None = None,
        progress: bool | None = None,
        on_error: OnError = "warn",
    ) -> pd.DataFrame:
        """Join campaign_id, campaign name, role and subject."""
        return named(self._frame, client=client, progress=progress, on_error=on_error)

    @offered(wants.INSTANTS, local_time)
    def local_time(
        self, tz: str | None = None, columns: str | Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Return the frame with what the clock on the wall said at its instants."""
        return local_time(self._frame, tz, columns)

    @offered(wants.SEVERAL, unnest)
    def unnest(self, column: str) -> pd.DataFrame:
        """Make a tidy frame of a column whose cells hold several items."""
        return unnest(self._frame, column)

    # --- frames with counts -----------------------------------------------------------------

    @offered(wants.COUNTS, analysis.rates)
    def rates(
        self,
        by: By = None,
        *,
        weighting: Weighting = "pooled",
        ci: float = 0.95,
        metrics: str | Iterable[str] | None = None,
        tz: str = "UTC",
    ) -> pd.DataFrame:
        """Return every rate of the campaigns or activities, or of groups of them."""
        return analysis.rates(self._frame, by, weighting=weighting, ci=ci, metrics=metrics, tz=tz)

    @offered(wants.COUNTS, analysis.compare)
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
    ) -> pd.DataFrame:
        """Compare a rate with another frame's, or of the arms of this one."""
        return analysis.compare(
            self._frame, b, metric, by=by, unit=unit, ci=ci, baseline=baseline, worth=worth, tz=tz
        )

    @offered(wants.COUNTS, analysis.differences)
    def differences(
        self,
        by: By,
        metric: str = "open_rate",
        *,
        adjust: str | Sequence[str] = (),
        ci: float = 0.95,
        permutations: int = 9_999,
        seed: int = 0,
        tz: str = "UTC",
    ) -> pd.DataFrame:
        """Return a rate of each group of campaigns, and whether the groups differ at all."""
        return analysis.differences(
            self._frame,
            by,
            metric,
            adjust=adjust,
            ci=ci,
            permutations=permutations,
            seed=seed,
            tz=tz,
        )

    @offered(wants.COUNTS, analysis.explain)
    def explain(
        self,
        metric: str = "open_rate",
        *,
        campaigns: pd.DataFrame | None = None,
        theirs: float | str | None = None,
        over: Over | None = None,
        weighting: Weighting = "campaign",
    ) -> pd.DataFrame:
        """Return why our rate differs from the API's percent, or from a dashboard's number."""
        return analysis.explain(
            self._frame,
            metric,
            campaigns=campaigns,
            theirs=theirs,
            over=over,
            weighting=weighting,
        )

    @offered(wants.SENT_COUNTS, analysis.send_hours)
    def send_hours(
        self,
        *,
        tz: str = "UTC",
        metric: str = "open_rate",
        by: str | Sequence[str] = ("weekday", "hour"),
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return a rate by weekday and hour of sending."""
        return analysis.send_hours(self._frame, tz=tz, metric=metric, by=by, ci=ci)

    @offered(wants.ROLES, analysis.resend_lift)
    def resend_lift(
        self,
        *,
        opens: pd.DataFrame | None = None,
        sends: pd.DataFrame | None = None,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return how many contacts each resend to non-openers reached besides, and its cost."""
        return analysis.resend_lift(self._frame, opens=opens, sends=sends, ci=ci)

    @offered(wants.ACTIVITY_COUNTS, analysis.human_rates)
    def human_rates(
        self,
        sends: pd.DataFrame,
        opens: pd.DataFrame,
        clicks: pd.DataFrame | None = None,
        *,
        open_suspects: pd.DataFrame | None = None,
        click_suspects: pd.DataFrame | None = None,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return each activity's open and click rates, with and without what machines did."""
        return analysis.human_rates(
            self._frame,
            sends,
            opens,
            clicks,
            open_suspects=open_suspects,
            click_suspects=click_suspects,
            ci=ci,
        )

    # --- sends ------------------------------------------------------------------------------

    @offered(wants.SENDS, analysis.engagement)
    def engagement(
        self,
        opens: pd.DataFrame,
        clicks: pd.DataFrame | None = None,
        *,
        bounces: pd.DataFrame | None = None,
        now: Any = None,
        last: int = 10,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return what each contact was sent, opened and clicked, and how long ago."""
        return analysis.engagement(
            self._frame, opens, clicks, bounces=bounces, now=now, last=last, ci=ci
        )

    @offered(wants.SENDS, analysis.engagement_matrix)
    def engagement_matrix(
        self,
        opens: pd.DataFrame,
        *,
        clicks: pd.DataFrame | None = None,
        sparse: bool | Literal["auto"] = "auto",
    ) -> pd.DataFrame:
        """Return contacts by activities: not sent, sent, opened or clicked."""
        return analysis.engagement_matrix(self._frame, opens, clicks=clicks, sparse=sparse)

    @offered(wants.SENDS, analysis.cohorts)
    def cohorts(
        self,
        opens: pd.DataFrame,
        *,
        bounces: pd.DataFrame | None = None,
        period: str = "Q",
        tz: str = "UTC",
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return how each generation of contacts opens, period after period."""
        return analysis.cohorts(self._frame, opens, bounces=bounces, period=period, tz=tz, ci=ci)

    @offered(wants.SENDS, analysis.fatigue)
    def fatigue(
        self,
        opens: pd.DataFrame,
        *,
        bounces: pd.DataFrame | None = None,
        joined: Lookup | None = None,
        by: Lookup | None = None,
        unit_months: int = 1,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return how contacts open by how long they have been on the list."""
        return analysis.fatigue(
            self._frame,
            opens,
            bounces=bounces,
            joined=joined,
            by=by,
            unit_months=unit_months,
            ci=ci,
        )

    @offered(wants.SENDS, analysis.fatigue_trend)
    def fatigue_trend(
        self,
        opens: pd.DataFrame,
        *,
        bounces: pd.DataFrame | None = None,
        joined: Lookup | None = None,
        by: Lookup | None = None,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return by how much contacts open less with each month on the list."""
        return analysis.fatigue_trend(
            self._frame, opens, bounces=bounces, joined=joined, by=by, ci=ci
        )

    # --- opens, clicks, bounces, links ------------------------------------------------------

    @offered(wants.OPENS, analysis.time_to_open)
    def time_to_open(
        self,
        sends: pd.DataFrame,
        *,
        until: Any = None,
        bounces: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Return how long each contact took to open each email first, or has not so far."""
        return analysis.time_to_open(self._frame, sends, until=until, bounces=bounces)

    @offered(wants.CLICKS, analysis.time_to_click)
    def time_to_click(
        self,
        sends: pd.DataFrame,
        *,
        until: Any = None,
        bounces: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Return how long each contact took to click in each email first, or has not so far."""
        return analysis.time_to_click(self._frame, sends, until=until, bounces=bounces)

    @offered(wants.READ, analysis.suspect_machine)
    def suspect_machine(
        self,
        sends: pd.DataFrame,
        *,
        links: pd.DataFrame | None = None,
        instant_within: float = 10.0,
        soon_within: float = 60.0,
        habit_emails: int = 3,
        habit_share: float = 0.5,
        burst_links: int = 3,
        burst_share: float = 0.8,
        burst_within: float = 60.0,
        at_once_within: float = 1.0,
    ) -> pd.DataFrame:
        """Say of each open or click whether it looks like a machine's, and by which rules."""
        return analysis.suspect_machine(
            self._frame,
            sends,
            links=links,
            instant_within=instant_within,
            soon_within=soon_within,
            habit_emails=habit_emails,
            habit_share=habit_share,
            burst_links=burst_links,
            burst_share=burst_share,
            burst_within=burst_within,
            at_once_within=at_once_within,
        )

    @offered(wants.READ, analysis.human_only)
    def human_only(self, suspects: pd.DataFrame) -> pd.DataFrame:
        """Return the opens or clicks that no rule takes for a machine's."""
        return analysis.human_only(self._frame, suspects)

    @offered(wants.BOUNCES, analysis.bounce_summary)
    def bounce_summary(
        self,
        sends: pd.DataFrame,
        *,
        by: str | Sequence[str] = ("bounce_code", "provider"),
        tz: str = "UTC",
        kinds: Mapping[str, str] = analysis.BOUNCE_KINDS,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return how many emails bounced, by code and by provider, or by what else is asked."""
        return analysis.bounce_summary(self._frame, sends, by=by, tz=tz, kinds=kinds, ci=ci)

    @offered(wants.BOUNCES, analysis.bounce_spikes)
    def bounce_spikes(
        self,
        sends: pd.DataFrame,
        *,
        by: str = "provider",
        period: str = "email",
        alpha: float = 0.05,
        factor: float = 2.0,
        least: int = 20,
        guard_days: float = 28.0,
        most: float = 0.1,
        replies: Collection[str] = ("V",),
        tz: str = "UTC",
    ) -> pd.DataFrame:
        """Return which emails a provider refused far more often than it does as a rule."""
        return analysis.bounce_spikes(
            self._frame,
            sends,
            by=by,
            period=period,
            alpha=alpha,
            factor=factor,
            least=least,
            guard_days=guard_days,
            most=most,
            replies=replies,
            tz=tz,
        )

    @offered(wants.BOUNCES, analysis.repeat_bouncers)
    def repeat_bouncers(
        self,
        sends: pd.DataFrame,
        *,
        at_least: int = 2,
        kinds: Mapping[str, str] = analysis.BOUNCE_KINDS,
    ) -> pd.DataFrame:
        """Return the contacts whose mail bounced again and again."""
        return analysis.repeat_bouncers(self._frame, sends, at_least=at_least, kinds=kinds)

    @offered(wants.LINKS, analysis.link_ranking)
    def link_ranking(
        self,
        clicks: pd.DataFrame | None = None,
        *,
        stats: pd.DataFrame | None = None,
        by: LinkBy = "link",
        keep_query: bool = False,
        ignore: Sequence[str] = analysis.TRACKING_PARAMETERS,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Rank links, or the places they lead to, by their clicks."""
        return analysis.link_ranking(
            self._frame,
            clicks,
            stats=stats,
            by=by,
            keep_query=keep_query,
            ignore=ignore,
            ci=ci,
        )

    # --- what the analysis made -------------------------------------------------------------

    @offered(wants.TIMES, analysis.time_curve)
    def time_curve(
        self,
        by: Columns = None,
        ci: float = 0.95,
        at: Sequence[float] | None = None,
        *,
        points: int = 500,
    ) -> pd.DataFrame:
        """Return which share of contacts has opened, or clicked, by which time after sending."""
        return analysis.time_curve(self._frame, by, ci, at, points=points)

    @offered(wants.TIMES, analysis.time_quantiles)
    def time_quantiles(
        self,
        q: float | Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
        by: Columns = None,
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return by which time after sending a share of contacts has opened, or clicked."""
        return analysis.time_quantiles(self._frame, q, by, ci)

    @offered(wants.FIRST_TIMES, analysis.read_hours)
    def read_hours(
        self,
        *,
        tz: Zones = "UTC",
        by: str | Sequence[str] = ("weekday", "hour"),
        ci: float = 0.95,
    ) -> pd.DataFrame:
        """Return at which weekday and hour emails are first opened, or clicked."""
        return analysis.read_hours(self._frame, tz=tz, by=by, ci=ci)

    @offered(wants.PEOPLE, analysis.never_opened)
    def never_opened(self, *, last: int | None = None) -> pd.DataFrame:
        """Return the contacts who opened none of the last emails delivered to them."""
        return analysis.never_opened(self._frame, last=last)


def _unlike(frame: pd.DataFrame) -> str:
    """Say of a frame that is from no report which one it is most like, and what it lacks."""
    name, lacking = nearest(frame)
    if not name:
        return "no report's frame"
    more = f" and {len(lacking) - _NAMED} more" if len(lacking) > _NAMED else ""
    return f"no report's frame, most like {name} but for {', '.join(lacking[:_NAMED])}{more}"
