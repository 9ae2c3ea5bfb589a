"""Heat maps of shares: a colour for each cell, those that rest on few hatched."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from ccframes.plot import canvas
from ccframes.plot.bars import as_percent

_LIGHT = 0.45
"""Colours brighter than that are written on in black [relative luminance, 0–1]."""
_SMALLEST = 6.5  # the font in cells [points]


def heat_map(
    ax: Axes,
    shares: NDArray[Any],
    few: NDArray[np.bool_],
    *,
    unit: str,
    texts: NDArray[Any] | None = None,
    **style: Any,
) -> None:
    """Draw a share [0–1] for each cell, the first row on top, and a bar that says the colours.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    shares : array of float64
        Rows by columns; blank where NaN.
    few : array of bool
        Which cells rest on few: they are hatched, and do not set the scale.
    unit : str
        What the colours say.
    texts : array of str, optional
        What to write in the cells.
    **style
        Keywords of the map (QuadMesh), over ours.
    """
    shown = np.ma.masked_invalid(shares)
    sure = shown[~few].compressed()
    most = float(sure.max(initial=0.0)) or float(np.nan_to_num(shares).max(initial=0.0)) or 1.0
    ours = canvas.chosen(style, QuadMesh, cmap=canvas.SEQUENTIAL, vmin=0.0, vmax=most)
    rows, columns = (np.arange(number + 1) - 0.5 for number in shares.shape)
    cells = ax.pcolormesh(columns, rows, shown, **ours)
    ax.set_ylim(rows[-1], rows[0])
    ax.grid(visible=False)
    _hatch(ax, cells, few & ~np.isnan(shares))
    if texts is not None:
        _write(ax, cells, texts)
    beyond = bool((shown > float(cells.get_clim()[1] or most)).any())
    bar = ax.figure.colorbar(cells, ax=ax, extend="max" if beyond else "neither")
    as_percent(bar.ax, "y")
    bar.set_label(unit, color=canvas.setting("axes.labelcolor"))
    canvas.settle(bar.ax)


def _hatch(ax: Axes, cells: QuadMesh, which: NDArray[np.bool_]) -> None:
    inks = _inks(cells)
    for ink in np.unique(inks[which]):
        squares = [
            Rectangle((column - 0.5, row - 0.5), 1, 1)
            for row, column in np.argwhere(which & (inks == ink))
        ]
        hatched = PatchCollection(
            squares, facecolor="none", edgecolor=ink, hatch="////", linewidth=0, alpha=0.45
        )
        ax.add_collection(hatched)


def _write(ax: Axes, cells: QuadMesh, texts: NDArray[Any]) -> None:
    """Write in cells, in a font that fits them, on their own colour where they are hatched."""
    inks = _inks(cells)
    width = ax.get_window_extent().width / ax.figure.dpi * 72 / texts.shape[1]
    size = float(np.clip(width / 2.6, _SMALLEST, 8.5))
    grounds = _colours(cells)
    for (row, column), text in np.ndenumerate(texts):
        if text:
            ground: dict[str, Any] = {"facecolor": grounds[row, column], "linewidth": 0, "pad": 0.8}
            centred: dict[str, Any] = {"ha": "center", "va": "center", "color": inks[row, column]}
            ax.text(column, row, text, fontsize=size, bbox=ground, **centred)


def _inks(cells: QuadMesh) -> NDArray[Any]:
    """Return black or white for each cell, whichever can be read on its colour."""
    red, green, blue, _ = np.moveaxis(_colours(cells), -1, 0)
    return np.where(0.2126 * red + 0.7152 * green + 0.0722 * blue > _LIGHT, "black", "white")


def _colours(cells: QuadMesh) -> NDArray[Any]:
    """Return the colour of each cell as red, green, blue and alpha [0–1]."""
    return np.asarray(cells.to_rgba(cells.get_array()))  # type: ignore[arg-type]
