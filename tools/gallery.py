"""Make the gallery: each plot on the embedded account, with the call that draws it and its table.

`make gallery` writes build/gallery.html and, for the dark theme, build/gallery-dark.html.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

import ccframes as ccf
from ccframes import plot
from ccframes.html import Section, page
from ccframes.plot.canvas import THEMES, Theme

BUILD = Path(__file__).resolve().parent.parent / "build"
_LATEST = 3

CALLS = {
    "funnel": "table",
    "rates": "table",
    "trend": "table",
    "devices": "table",
    "compare": 'table, by="role"',
    "opens_over_time": "opens, sends, bounces=bounces",
    "hours": 'table, tz="US/Eastern"',
    "links": "links, clicks",
    "bounces": "bounces, sends",
    "engagement": "all_sends, all_opens",
    "retention": "all_sends, all_opens",
    "summary": "table.head(1), opens=opens, sends=sends, links=links, clicks=clicks, "
    "bounces=bounces",
}
"""Each plot with its arguments, as one would write them."""


def main() -> int:
    """Write the gallery in both themes."""
    BUILD.mkdir(exist_ok=True)
    frames = loaded()
    for theme in THEMES:
        out = BUILD / f"gallery{'' if theme == 'light' else f'-{theme}'}.html"
        out.write_text(gallery(frames, theme), encoding="utf-8")
        print(out.relative_to(BUILD.parent))
    return 0


def loaded() -> dict[str, pd.DataFrame]:
    """Load what the plots are drawn from."""
    with ccf.connect(demo=True):
        table = ccf.load_campaign_table()
        latest = table["campaign_activity_id"].head(_LATEST)
        return {
            "table": table,
            "all_sends": ccf.load_sends(table, progress=False),
            "all_opens": ccf.load_opens(table, progress=False),
            "sends": ccf.load_sends(latest),
            "opens": ccf.load_opens(latest),
            "clicks": ccf.load_clicks(latest),
            "bounces": ccf.load_bounces(latest),
            "links": ccf.load_links(latest, no_clicks=True),
        }


def gallery(frames: dict[str, pd.DataFrame], theme: Theme) -> str:
    """Return the page of a theme."""
    words = (
        "Every plot of ccframes on the embedded account: the call, the picture, and the numbers in "
        "it. `table` is the campaign table, the other frames are of its last three emails."
    )
    sections = [section(name, frames, theme) for name in CALLS]
    return page("The plots of ccframes", words, sections, theme=theme)


def section(name: str, frames: dict[str, pd.DataFrame], theme: Theme) -> Section:
    """Return the part of the page that shows a plot."""
    draw, numbers = getattr(plot, name), getattr(plot, f"{name}_table")
    args, keywords = _given(CALLS[name], frames)
    drawing = {"theme": theme, **keywords}
    counting = {} if name == "summary" else keywords  # which counts in its first frame only
    has_panels = "fig" in inspect.signature(draw).parameters
    summary = (inspect.getdoc(draw) or "").split("\n\n")[0]
    return Section(
        name,
        " ".join(summary.split()),
        code=f"ccf.plot.{name}({CALLS[name]})",
        draw=None if has_panels else lambda ax: draw(*args, ax=ax, **drawing),
        draw_panels=(lambda figure: draw(*args, fig=figure, **drawing)) if has_panels else None,
        alternative=f"The plot {name}; its numbers (ccf.plot.{name}_table) are in the table below.",
        table=numbers(*args, **counting),
        size=(13.0, 10.5) if has_panels else SIZES.get(name, (8.6, 4.4)),
    )


SIZES = {"rates": (8.6, 8.6), "compare": (8.6, 2.6), "devices": (8.6, 3.2), "funnel": (8.6, 3.2)}
"""Pictures of another size than most [inch]."""


def _given(call: str, frames: dict[str, pd.DataFrame]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments that a call is written with."""
    take: Callable[..., Any] = lambda *args, **keywords: (args, keywords)  # noqa: E731
    return eval(f"take({call})", {"take": take, **frames})  # type: ignore[no-any-return]


if __name__ == "__main__":
    sys.exit(main())
