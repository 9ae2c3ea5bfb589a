"""Bars from 0, the first on top, as rankings draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ccframes.plot import canvas


def ranked(
    ax: Axes,
    names: Sequence[str],
    values: Any,
    said: Sequence[str],
    style: dict[str, Any],
    *,
    ends: tuple[Any, Any] | None = None,
    colours: Sequence[str] | None = None,
) -> None:
    """Draw bars from 0, the first on top, each with its name, its interval and what is said of it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    names, said : sequence of str
        What stands before each bar and after it.
    values : array of float64
        How long the bars are.
    style : dict
        Keywords of the bars, over ours.
    ends : two arrays of float64, optional
        Intervals; NaN where one has no end.
    colours : sequence of str, optional
        A colour for each bar.
    """
    places = np.arange(len(names))
    ours = canvas.chosen(style, Rectangle, color=colours or canvas.colour(0), height=0.68)
    ax.barh(places, values, **ours)
    low, high = (np.where(np.isnan(end), values, end) for end in ends or (values, values))
    if ends is not None:
        rim = withStroke(linewidth=3, foreground=ax.get_facecolor())  # seen on bars of any colour
        ink = canvas.setting("text.color")
        ax.hlines(places, low, high, color=ink, linewidth=1.3, path_effects=[rim])
    for place, end, text in zip(places, np.fmax(high, values), said, strict=True):
        ax.annotate(
            text,
            (end, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    ax.set_yticks(places, names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    _make_room(ax, float(np.fmax(high, values).max()), max(map(len, said)))


def _make_room(ax: Axes, longest: float, characters: int) -> None:
    """Let the axis end where the text after the longest bar does."""
    wide = min(0.6, characters / canvas.characters(ax, "legend.fontsize") + 0.03)
    ax.set_xlim(0, (longest or 1.0) / (1 - wide))


def as_percent(ax: Axes, axis: str = "x") -> None:
    """Let an axis of shares [0–1] show them as percentages, without more digits than they need."""
    shown = FuncFormatter(lambda share, _: f"{round(100 * share, 6):g}")
    {"x": ax.xaxis, "y": ax.yaxis}[axis].set_major_formatter(shown)


def as_counts(ax: Axes, axis: str = "x") -> None:
    """Let an axis of counts show whole numbers only."""
    which = {"x": ax.xaxis, "y": ax.yaxis}[axis]
    which.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    which.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
