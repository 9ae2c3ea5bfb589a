"""The panels of the explorer, as data: what each loads, draws and counts, and its code."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from ccframes import plot
from ccframes.html import Section, as_image, first_rows, picture
from ccframes.overview import period
from ccframes.plot.canvas import Theme
from ccframes.spreadsheet import spelled
from ccframes.widgets.kept import PARAMS, TABLE

Frames = Mapping[str, pd.DataFrame]
_DPI = 100
_VARIABLES = {TABLE: "table"}


@dataclass(frozen=True)
class Panel:
    """One way to look at campaigns.

    Attributes
    ----------
    title, words : str
        What it is called, and what it shows.
    plot : str
        The plot it draws; `<plot>_table` has its numbers.
    frames : tuple of str
        The reports that the plot is given, in their order.
    named : tuple of str
        Those that it is given by keyword, which is called like the report.
    settings : callable
        Returns further keywords, for these frames.
    size : tuple of float
        Of the picture [inch].
    has_panels : bool
        Whether it draws on a whole figure; the numbers are then of the first frame alone.
    """

    title: str
    words: str
    plot: str
    frames: tuple[str, ...] = (TABLE,)
    named: tuple[str, ...] = ()
    settings: Callable[[Frames], Mapping[str, Any]] = lambda frames: {}
    size: tuple[float, float] = (8.6, 4.4)
    has_panels: bool = False

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports that it needs."""
        return (*self.frames, *self.named)

    def numbers(self, frames: Frames) -> pd.DataFrame:
        """Return the table of what is drawn."""
        given, keywords = self._given(frames)
        count: Callable[..., pd.DataFrame] = getattr(plot, f"{self.plot}_table")
        return count(*given, **({} if self.has_panels else keywords))

    def picture(self, frames: Frames, theme: Theme) -> bytes:
        """Return the picture as PNG."""
        given, keywords = self._given(frames)
        draw = partial(getattr(plot, self.plot), *given, theme=theme, **keywords)
        if self.has_panels:
            section = Section(self.title, draw_panels=lambda fig: draw(fig=fig), size=self.size)
        else:
            section = Section(self.title, draw=lambda ax: draw(ax=ax), size=self.size)
        return picture(section, theme, dpi=_DPI)

    def code(self, campaigns: Sequence[str], frames: Frames, theme: Theme) -> str:
        """Return a cell that makes the same table and the same picture, once connected."""
        settings = {name: repr(value) for name, value in self.settings(frames).items()}
        named = {name: _variable(name) for name in self.named}
        given = [_variable(name) for name in self.frames]
        counted = {} if self.has_panels else named | settings
        drawn = named | settings | ({} if theme == "light" else {"theme": repr(theme)})
        return "\n".join(
            [
                "import ccframes as ccf",
                "",
                *_listed(campaigns),
                *(_loading(report) for report in self.reports),
                f"numbers = ccf.plot.{self.plot}_table({_arguments(given, counted)})",
                f"ccf.plot.{self.plot}({_arguments(given, drawn)})",
            ]
        )

    def _given(self, frames: Frames) -> tuple[list[pd.DataFrame], dict[str, Any]]:
        named = {name: frames[name] for name in self.named}
        return [frames[name] for name in self.frames], named | dict(self.settings(frames))


class Sight(NamedTuple):
    """What is seen of campaigns in a panel."""

    html: str
    numbers: pd.DataFrame
    code: str


def look(panel: Panel, campaigns: Sequence[str], frames: Frames, theme: Theme) -> Sight:
    """Return what is seen: the picture, its numbers and their download, and its code."""
    numbers = panel.numbers(frames)
    code = panel.code(campaigns, frames, theme)
    alternative = f"{panel.title}. {panel.words} The numbers follow."
    html = (
        f"<h3>{escape(panel.title)}</h3><p>{escape(panel.words)}</p>"
        f'<figure class="{"wide panels" if panel.has_panels else ""}">'
        f"{as_image(panel.picture(frames, theme), alternative)}</figure>"
        f"<p>{_download(numbers, f'{panel.plot}.csv')}</p>"
        f"<details><summary>The numbers</summary>{first_rows(numbers)}</details>"
        "<details><summary>The code: how to do this in a cell</summary>"
        f"<pre><code>{escape(code)}</code></pre></details>"
    )
    return Sight(html, numbers, code)


def _download(numbers: pd.DataFrame, name: str) -> str:
    text, quoted = spelled(numbers)
    data = base64.b64encode(text.to_csv(index=False, lineterminator="\n").encode()).decode()
    said = f"Download the numbers ({len(numbers):,} rows, CSV)"
    note = " An apostrophe is before text that a spreadsheet would evaluate." if quoted else ""
    return f'<a download="{name}" href="data:text/csv;base64,{data}">{said}</a>.{note}'


# --- code -----------------------------------------------------------------------------------------


def _variable(report: str) -> str:
    return _VARIABLES.get(report, report)


def _listed(campaigns: Sequence[str]) -> list[str]:
    return ["campaigns = [", *(f"    {one!r}," for one in campaigns), "]"]


def _loading(report: str) -> str:
    if report == TABLE:
        return f"{_variable(report)} = ccf.load_{report}(campaigns)"
    asked = {"campaigns": "campaigns"} | {k: repr(v) for k, v in PARAMS.get(report, {}).items()}
    return f"{_variable(report)} = ccf.load_{report}({_arguments([], asked)})"


def _arguments(given: Sequence[str], keywords: Mapping[str, str]) -> str:
    return ", ".join([*given, *(f"{name}={value}" for name, value in keywords.items())])


# --- the panels -----------------------------------------------------------------------------------

PANELS = (
    Panel(
        "Summary",
        "Rates, the way from sending to clicking, and what the events tell, on one page.",
        "summary",
        named=("opens", "sends", "clicks", "links", "bounces"),
        size=(13.0, 10.5),
        has_panels=True,
    ),
    Panel(
        "Funnel",
        "How many emails were sent, delivered, opened and clicked.",
        "funnel",
        size=(8.6, 3.2),
    ),
    Panel(
        "Trend",
        "Rates over the time of sending.",
        "trend",
        settings=lambda frames: {"by": period(frames[TABLE])},
    ),
    Panel(
        "Opens over time",
        "How soon emails were opened after they had been sent.",
        "opens_over_time",
        frames=("opens", "sends"),
        named=("bounces",),
    ),
    Panel(
        "Devices", "On which devices emails were opened and clicked.", "devices", size=(8.6, 3.2)
    ),
    Panel("Links", "Which links were clicked.", "links", frames=("links", "clicks")),
    Panel("Bounces", "What was not delivered, and why.", "bounces", frames=("bounces", "sends")),
    Panel(
        "Comparison",
        "Whether open rates differ by more than chance, among the contacts of these campaigns. "
        "Campaigns of one name are one arm; it takes two arms.",
        "compare",
        settings=lambda frames: {"by": "name", "unit": "contact"},
    ),
)
