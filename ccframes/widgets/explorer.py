"""`Explorer`: an account to walk through; campaigns are chosen, and panels show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import ipywidgets
import pandas as pd
import traitlets

from ccframes.client import Client, default_client
from ccframes.errors import ConfigError
from ccframes.plan import Plan
from ccframes.plot.canvas import THEMES, Theme
from ccframes.progress import watched_by
from ccframes.widgets.campaigns import CampaignPicker
from ccframes.widgets.kept import Kept
from ccframes.widgets.layout import field
from ccframes.widgets.linked import Chosen, Linked
from ccframes.widgets.panels import PANELS, Frames, Panel, look
from ccframes.widgets.rendering import Rendered

_BY_TITLE = {panel.title: panel for panel in PANELS}
_AT_REST = ("text/plain", "text/html")


class Loaded(NamedTuple):
    """What was loaded for a panel."""

    panel: Panel
    campaigns: Sequence[str]
    frames: Frames


class Explorer(ipywidgets.VBox):
    """Choose campaigns, and look at them: a picture, its numbers, its code, and a download.

    Parameters
    ----------
    client : Client, optional
        The account; by default that of the client that `connect()` made last.
    campaigns : pandas.DataFrame, optional
        Campaigns to choose from, as `CampaignPicker` takes them; by default all sent ones.
    theme : "light" or "dark"
        The style of the pictures. All else has the colours of the front end.

    Attributes
    ----------
    picker : CampaignPicker
        Where campaigns are chosen; assign to its `value` to choose.
    panel : str
        The panel that is shown: "Summary", "Funnel", "Trend", "Opens over time", "Devices",
        "Links", "Bounces" or "Comparison". Assign to it to show another.
    code : str
        The code that makes the table and the picture which are shown.
    numbers : pandas.DataFrame or None
        That table.

    Notes
    -----
    What was loaded for one panel, or for one choice, is not loaded for the next. "Load again"
    forgets it.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> explorer = ccf.Explorer()
    >>> explorer.picker.value = explorer.picker.campaigns["campaign_id"].head(2)
    >>> explorer.panel = "Funnel"
    >>> explorer.numbers["step"].tolist()
    ['sent', 'delivered', 'opened', 'clicked']
    """

    panel = traitlets.Enum(list(_BY_TITLE), PANELS[0].title)
    numbers = traitlets.Instance(pd.DataFrame, allow_none=True, read_only=True)
    code = traitlets.Unicode(read_only=True)

    def __init__(
        self,
        client: Client | None = None,
        *,
        campaigns: pd.DataFrame | None = None,
        theme: Theme = "light",
    ) -> None:
        if theme not in THEMES:
            raise ConfigError(f"theme must be one of {', '.join(THEMES)}, not {theme!r}")
        self._client = client
        self._theme = theme
        self._kept: dict[Client, Kept] = {}
        with watched_by(lambda standing: None):  # a progress bar would stay above the widget
            self.picker = CampaignPicker(campaigns, client=client)
        self.panels = _buttons("Show", list(_BY_TITLE))
        self.linked = _Panels(self)
        super().__init__([self.picker, self.panels, self.linked])
        traitlets.link((self, "panel"), (self.panels, "value"))
        self.observe(lambda change: self.linked.refresh(), "panel")
        self.linked.observe(self._clear, "state")

    @property
    def kept(self) -> Kept:
        """What is kept of the account that is looked at."""
        client = self._client or default_client()
        return self._kept.setdefault(client, Kept(client))

    def forget(self) -> None:
        """Keep nothing, and wait for nothing; what is asked for from now on is loaded."""
        self._kept = {}

    def close(self) -> None:
        """Remove it and all that is in it."""
        if self.comm is not None:  # it is open
            for part in self.children:
                part.close()
            for rest in (self.panels.style, self.panels.layout, self.layout):
                rest.close()
        super().close()

    def __repr__(self) -> str:
        """Say which panel it shows, and of how many campaigns."""
        return f"<Explorer: {self.panel} of {len(self.picker.value):,} chosen>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        parts = [part._repr_mimebundle_() for part in (self.picker, self.linked)]
        joined = {kind: "\n".join(part[kind] for part in parts) for kind in _AT_REST}
        return {**bundle, **joined}

    def plan(self, chosen: Chosen) -> Plan | None:
        """Return what the panel costs for what is chosen; None where all of it is kept."""
        return self.kept.plan(_BY_TITLE[self.panel].reports, chosen.value)

    def load(self, chosen: Chosen) -> Loaded:
        """Load what the panel needs of what is chosen."""
        panel = _BY_TITLE[self.panel]
        return Loaded(panel, chosen.value, self.kept.load(panel.reports, chosen.value))

    def look(self, loaded: Loaded) -> Rendered:
        """Return what is seen in the panel."""
        sight = look(*loaded, self._theme)
        self.set_trait("numbers", sight.numbers)
        self.set_trait("code", sight.code)
        return Rendered(sight.html)

    def _clear(self, change: Any) -> None:
        if change["new"] == "empty":
            self.set_trait("numbers", None)
            self.set_trait("code", "")


def _buttons(description: str, options: list[str]) -> ipywidgets.ToggleButtons:
    keywords = field("auto")
    keywords["style"]["button_width"] = "auto"
    return ipywidgets.ToggleButtons(options=options, description=description, **keywords)


class _Panels(Linked):
    """What follows the picker of an explorer; to reload is to forget what is kept."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        super().__init__(explorer.picker, explorer.look, load=explorer.load, plan=explorer.plan)

    def reload(self) -> None:
        self._explorer.forget()
        super().reload()
