"""Bars from 0, the first on top, as rankings draw them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import StrMethodFormatter

from ccframes.plot import canvas


def ranked(ax: Axes, names: list[str], values: Any, said: list[str], style: dict[str, Any]) -> None:
    """Draw bars from 0, the first on top, each with its name and what is said of it."""
    places = np.arange(len(names))
    colours = style.pop("color", None)
    ours = canvas.chosen(style, Rectangle)
    ax.barh(places, values, color=colours or canvas.colour(0), height=0.68, **ours)
    ax.set_yticks(places, names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    for place, value, text in zip(places, values, said, strict=True):
        ax.annotate(
            text,
            (value, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    if any(said):
        ax.set_xlim(0, max(1.0, float(np.max(values))) * 1.12)
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
