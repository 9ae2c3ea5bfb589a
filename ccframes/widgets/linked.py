"""`Linked`: what a function makes of a choice; what it needs is loaded in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Protocol, TypeAlias, cast

import ipywidgets
import pandas as pd
import traitlets

from ccframes.client import Client, default_client
from ccframes.errors import CcframesError, ConfigError, LoadInterrupted
from ccframes.plan import Plan
from ccframes.progress import Standing
from ccframes.warn import heard_by
from ccframes.widgets import looks
from ccframes.widgets.background import Home, Latest, Outcome
from ccframes.widgets.layout import close_within
from ccframes.widgets.notice import Notice
from ccframes.widgets.rendering import Rendered, html_of, rendered
from ccframes.widgets.still import verbatim
from ccframes.wire.pace import Cancelled

STATES = ("empty", "reckoning", "asking", "loading", "done", "cancelled", "failed")

_PAUSE = 0.2
"""Seconds in which another choice may follow, before anything is sent for this one."""

_AT_ONCE = 0.05  # seconds

_SETTLED = ("empty", "done")
_EARLIER = "What is shown below is of an earlier choice."


@dataclass(frozen=True)
class Chosen:
    """What was chosen at one instant; loaders take it as they take the picker.

    Attributes
    ----------
    value : tuple
        What the picker's value was.
    frame : pandas.DataFrame or None
        The rows of it, of a picker that has rows.
    """

    value: Any
    frame: pd.DataFrame | None


class HasChoices(Protocol):
    """What is asked of a picker."""

    value: Any

    def observe(self, handler: Callable[[Any], None], names: str) -> None:
        """Call the handler after each change of the value."""

    def unobserve(self, handler: Callable[[Any], None], names: str) -> None:
        """Call it no more."""


Load: TypeAlias = Callable[..., Any]
Reckon: TypeAlias = Callable[[Chosen], Plan | None]


class Linked(ipywidgets.VBox):
    """What a function makes of what is chosen in a picker; `picker.bind()` makes it.

    Parameters
    ----------
    picker : Picker
        Whose choice it follows.
    function : callable
        Makes what is shown: Axes or a Figure, a frame, text, a widget, anything that a notebook
        can show. It is given what `load` returned; without `load`, the rows that are chosen. It
        is called on the kernel's event loop, so what takes time belongs into `load`.
    load : callable, optional
        A loader, or a function that is given what is chosen (with `.value` and `.frame`; loaders
        take it as it is). It is called in the background. If a loader is interrupted, what came
        is kept, and going on loads only the rest.
    plan : str or callable, optional
        Name of the report whose cost is told before it is loaded, or a function that is given
        what is chosen and returns a Plan. Of a loader it is known.
    client : Client, optional
        The client for loaders and plans; by default the one that `connect()` made last.

    Attributes
    ----------
    state : str
        "empty" (nothing is chosen), "reckoning", "asking", "loading", "done", "cancelled" or
        "failed"; it can be observed.
    loaded : object
        What was last loaded; it stays until something else is.
    error : Exception or None
        Why it failed or was cancelled.

    Raises
    ------
    ConfigError
        A client is given that nothing would use.

    Notes
    -----
    A newer choice supersedes what is being loaded for an older one, whose answer is dropped.
    `close()` ends it: it follows the picker no more.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> picker = ccf.CampaignPicker()
    >>> linked = picker.bind(ccf.plot.links, load=ccf.load_links)
    >>> linked.state
    'empty'
    >>> picker.value = picker.campaigns["campaign_id"].head(1)
    >>> linked.state, "url_id" in linked.loaded
    ('done', True)
    """

    state = traitlets.Enum(STATES, "empty", read_only=True)
    loaded = traitlets.Any(None, read_only=True)
    error = traitlets.Any(None, read_only=True)
    _follows = False

    def __init__(
        self,
        picker: HasChoices,
        function: Callable[[Any], Any],
        *,
        load: Load | None = None,
        plan: str | Reckon | None = None,
        client: Client | None = None,
    ) -> None:
        self._picker = picker
        self._function = function
        self._client = client
        self._is_loader = _is_loader(load)
        if client and not self._is_loader and not isinstance(plan, str):
            raise ConfigError(
                "client= is for a loader or a report's plan; a function of your own takes its "
                "client by itself, as in load=lambda chosen: load_opens(chosen, client=mine)"
            )
        self._load = partial(load, client=client) if load and self._is_loader else load
        self._reckon = _reckoning(load, plan, client)
        self._home = Home()
        self._latest = Latest(self._home)
        self._cost = ""
        self.notice = Notice()
        self.output = ipywidgets.VBox(layout=ipywidgets.Layout(min_width="0"))
        super().__init__([looks.style(), self.notice, self.output])
        self.add_class("ccframes")
        picker.observe(self._follow, "value")
        self._follows = True
        self.refresh()

    def refresh(self) -> None:
        """Load and show anew what is chosen."""
        self._home.bring(self._begin)

    def reload(self) -> None:
        """Load and show anew what is chosen, whatever is kept of it."""
        self.refresh()

    def cancel(self) -> None:
        """Cancel what is being loaded."""
        self._latest.cancel()

    def close(self) -> None:
        """Follow the picker no more, and remove what is shown."""
        if self._follows:
            self._follows = False
            self._picker.unobserve(self._follow, "value")
            self._latest.drop()
            self._put()
            close_within(self)
        super().close()

    def __repr__(self) -> str:
        """Say how it stands."""
        return f"<{type(self).__name__}: {self.state}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        return {
            **bundle,
            "text/plain": self.notice.text or self.state,
            "text/html": verbatim(f"<p>{escape(self.notice.text)}</p>{html_of(self.output)}"),
        }

    # --- from a choice to what is shown: all of this happens at home --------------------------

    def _follow(self, change: Any) -> None:
        self.refresh()

    def _begin(self) -> None:
        chosen = Chosen(self._picker.value, getattr(self._picker, "frame", None))
        self._cost = ""
        self._latest.drop()
        if not any(chosen.value):
            self._put()
            self._stand("empty", "Nothing is chosen.")
        elif self._load is None:
            self._show(chosen.value if chosen.frame is None else chosen.frame)
        elif self._reckon is None:
            self._start(partial(self._load, chosen), after=_PAUSE)
        else:
            self._stand("reckoning", "Reckoning what it takes …", "Cancel", self.cancel)
            weigh = partial(self._weigh, partial(self._load, chosen))
            self._latest.start(partial(self._reckon, chosen), weigh, after=_PAUSE)

    def _weigh(self, load: Callable[[], Any], outcome: Outcome[Plan | None]) -> None:
        """Load if the requests left today suffice for it, and otherwise ask."""
        if outcome.error:
            self._fail(outcome.error)
            return
        plan = outcome.value
        self._cost = "" if plan is None else f"{plan}."
        if plan is None or plan.fits_today:
            self._start(load)
        else:
            said = "This takes more requests than are left today. Nothing of it has been loaded."
            self._stand("asking", said, "Load anyway", self._starting(load))

    def _start(self, work: Callable[[], Any], after: float = 0.0) -> None:
        self._stand("loading", "Loading …", "Cancel", self.cancel)
        self._latest.start(work, self._finish, meanwhile=self._tell, after=after)

    def _starting(self, work: Callable[[], Any]) -> Callable[[], None]:
        """Return what starts the work at home, wherever the button's message comes."""
        return partial(self._home.bring, partial(self._start, work))

    def _tell(self, standing: Standing) -> None:
        self._stand("loading", _under_way(standing), "Cancel", self.cancel)

    def _finish(self, outcome: Outcome[Any]) -> None:
        if outcome.error:
            self._fail(outcome.error)
        else:
            self.set_trait("loaded", outcome.value)
            self._show(outcome.value, _done(outcome), outcome.warnings)

    def _show(self, given: Any, said: str = "", warnings: tuple[str, ...] = ()) -> None:
        heard: list[str] = []
        try:
            with heard_by(heard.append):
                shown = rendered(partial(self._function, given))
        except Exception as error:  # noqa: BLE001 - told in place
            self._fail(error)
            return
        self._put(shown)
        again = "Load again" if self._load else ""
        self._stand("done", said, again, self.reload, notes=(*warnings, *heard))

    def _put(self, *shown: ipywidgets.Widget) -> None:
        """Show these widgets, and close what was made to be shown before them."""
        before, self.output.children = self.output.children, shown
        for widget in before:
            if isinstance(widget, Rendered):
                widget.close()

    def _fail(self, error: Exception) -> None:
        is_cancelled = isinstance(error, Cancelled) or isinstance(error.__cause__, Cancelled)
        state = "cancelled" if is_cancelled else "failed"
        stop = error if isinstance(error, LoadInterrupted) and self._is_loader else None
        if stop:
            resume = self._starting(lambda: stop.resume(self._client or default_client()))
            kept = "What came is kept; going on loads only the rest."
            self._stand(state, f"{_why(stop)} {kept}", "Go on", resume, error=error)
        else:
            self._stand(state, _why(error), "Try again", self.refresh, error=error)

    # --- what is said -------------------------------------------------------------------------

    def _stand(
        self,
        state: str,
        said: str,
        action: str = "",
        act: Callable[[], None] = lambda: None,
        *,
        notes: tuple[str, ...] = (),
        error: Exception | None = None,
    ) -> None:
        """Say how things stand; whoever observes the state finds everything else as it is then."""
        is_earlier = bool(self.output.children) and state not in _SETTLED
        (self.output.add_class if is_earlier else self.output.remove_class)(looks.EARLIER)
        lines = (*notes, self._cost, _EARLIER if is_earlier else "")
        self.notice.say(said, notes=lines, action=action, act=act, alert=state == "failed")
        self.set_trait("error", error)
        self.set_trait("state", state)


class Bindable:
    """A widget with a value that something else can follow; all pickers are."""

    def bind(
        self,
        function: Callable[[Any], Any],
        *,
        load: Load | None = None,
        plan: str | Reckon | None = None,
        client: Client | None = None,
    ) -> Linked:
        """Show what a function makes of the choice, and again whenever that changes.

        Parameters
        ----------
        function : callable
            Makes what is shown: Axes or a Figure, a frame, text, a widget, anything that a
            notebook can show. It is given what `load` returned; without `load`, the rows chosen.
        load : callable, optional
            A loader, or a function of what is chosen; it is called in the background.
        plan : str or callable, optional
            The report whose cost is told first, or a function of what is chosen that returns a
            Plan. Of a loader it is known.
        client : Client, optional
            The client for loaders and plans; by default the one that `connect()` made last.

        Returns
        -------
        Linked
            A widget; `close()` ends it.

        Raises
        ------
        ConfigError
            A client is given that nothing would use.

        Examples
        --------
        >>> import ccframes as ccf
        >>> client = ccf.connect(demo=True)
        >>> picker = ccf.CampaignPicker()
        >>> linked = picker.bind(ccf.plot.links_table, load=ccf.load_links)
        >>> picker.value = picker.campaigns["campaign_id"].head(1)
        >>> linked
        <Linked: done>
        """
        return Linked(cast("HasChoices", self), function, load=load, plan=plan, client=client)


def _under_way(standing: Standing) -> str:
    return (
        f"Loading {standing.name}: {standing.answers:,} of {standing.expected:,} requests, "
        f"{standing.rows:,} rows …"
    )


def _done(outcome: Outcome[Any]) -> str:
    rows = f": {len(outcome.value):,} rows" if isinstance(outcome.value, pd.DataFrame) else ""
    took = f"in {outcome.seconds:.1f} s" if outcome.seconds >= _AT_ONCE else "at once"
    return f"Loaded {took}{rows}."


def _why(error: Exception) -> str:
    """Say what went wrong; of an interruption without what one would do about it in a cell."""
    if isinstance(error, LoadInterrupted):
        return str(error).partition("\n")[0].removesuffix(".") + "."
    if isinstance(error, CcframesError):
        return ". ".join([str(error).removesuffix("."), *getattr(error, "__notes__", ())])
    return "Cancelled." if isinstance(error, Cancelled) else f"{type(error).__name__}: {error}"


def _is_loader(load: Load | None) -> bool:
    return getattr(load, "__module__", "").startswith("ccframes.loaders")


def _reckoning(
    load: Load | None, plan: str | Reckon | None, client: Client | None
) -> Reckon | None:
    """Return what reckons the cost: as was said, or of the report that a loader loads."""
    if plan is None and load is not None and _is_loader(load):
        plan = load.__name__.removeprefix("load_")
    if not isinstance(plan, str):
        return plan
    name = plan
    return lambda chosen: (client or default_client()).plan(name, chosen)
