"""Marks that pictures share: dots with whiskers, which few contacts leave hollow."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ccframes.plot.canvas import chosen

Floats: TypeAlias = Any

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def marker(number: int) -> str:
    """Return the marker that goes with a colour of the palette.

    >>> marker(1)
    's'
    """
    return _MARKERS[number % len(_MARKERS)]


def whiskers(
    ax: Axes,
    at: Floats,
    middle: Floats,
    ends: tuple[Floats, Floats],
    *,
    hollow: Any,
    upright: bool = False,
    **style: Any,
) -> None:
    """Draw dots with their intervals, lying or upright; a NaN end is no interval."""
    reach = np.maximum([middle - ends[0], ends[1] - middle], 0.0)
    for which, face in ((~hollow, {}), (hollow, {"markerfacecolor": ax.get_facecolor()})):
        if not which.any():
            continue
        looks = chosen(style, Line2D, linestyle="none", elinewidth=1.3, **face)
        if upright:
            ax.errorbar(at[which], middle[which], yerr=reach[:, which], **looks)
        else:
            ax.errorbar(middle[which], at[which], xerr=reach[:, which], **looks)


def sample(label: str, **style: Any) -> Line2D:
    """Return an entry of a legend, of which nothing is drawn."""
    return Line2D([], [], label=label, **style)
