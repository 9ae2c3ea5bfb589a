"""What was drawn, as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle


def bars(ax: Axes) -> list[Rectangle]:
    return [patch for patch in ax.patches if isinstance(patch, Rectangle)]


def widths(ax: Axes) -> list[float]:
    return [bar.get_width() for bar in bars(ax)]


def spans(ax: Axes) -> Any:
    """Return the horizontal ends of all whiskers, in order."""
    collections: Any = ax.collections
    segments = [line for whiskers in collections for line in whiskers.get_segments()]
    return np.sort([line[:, 0] for line in segments if len(line)], axis=0)


def note(ax: Axes) -> str:
    """Return what stands below the axes, in one line."""
    return ax.texts[0].get_text().replace("\n", " ")


def title(ax: Axes) -> str:
    return ax.get_title(loc="left").replace("\n", " ")


def legend(ax: Axes) -> list[str]:
    found = ax.get_legend()
    assert found is not None
    return [text.get_text() for text in found.get_texts()]
