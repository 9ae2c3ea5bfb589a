"""Where plots are drawn: axes and figures in our style, which no other plot ever sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from ccframes.errors import ConfigError
from ccframes.plot.lettering import drawable, further_fonts

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
SEQUENTIAL = "cividis"
"""The colour map of heat maps: even in lightness, and the same to colour-blind eyes."""

_STYLES = Path(__file__).parent / "styles"


@contextmanager
def themed(theme: Theme = "light") -> Iterator[None]:
    """Let artists that are made within the block have our style.

    Raises
    ------
    ConfigError
        There is no such theme.
    """
    with mpl.rc_context(cast("Any", _sheet(theme))):
        yield


@contextmanager
def axes(
    ax: Axes | None, *, theme: Theme = "light", size: tuple[float, float] = (7.0, 4.2)
) -> Iterator[Axes]:
    """Yield the axes to draw on, new ones of that size [inch] unless they are given.

    What is drawn within the block has our style; given axes keep their ground and spines.
    """
    with themed(theme):
        drawn = plt.subplots(figsize=size)[1] if ax is None else ax
        yield drawn
        _settle(drawn)


@contextmanager
def panels(
    fig: Figure | SubFigure | None,
    layout: Sequence[Sequence[str]],
    *,
    theme: Theme = "light",
    size: tuple[float, float] = (11.0, 8.0),
    **mosaic: Any,
) -> Iterator[dict[str, Axes]]:
    """Yield the axes of a figure by name, laid out as `Figure.subplot_mosaic` takes it."""
    with themed(theme):
        drawn = plt.figure(figsize=size) if fig is None else fig
        found = drawn.subplot_mosaic([list(row) for row in layout], **mosaic)
        yield found
        for each in found.values():
            _settle(each)


def label(ax: Axes, *, title: str = "", x: str = "", y: str = "") -> None:
    """Write title and axis labels; they may hold names that other people wrote."""
    if title:
        ax.set_title(drawable(title))
    ax.set_xlabel(drawable(x))
    ax.set_ylabel(drawable(y))


def say_empty(ax: Axes, why: str) -> None:
    """Say in the middle of axes why they show nothing."""
    ax.text(0.5, 0.5, drawable(why), ha="center", va="center", transform=ax.transAxes, alpha=0.8)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(visible=False)


def colour(number: int = 0) -> str:
    """Return a colour of the palette, by its number; to be called within `axes` or `panels`."""
    colours = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    return str(colours[number % len(colours)])


def _settle(ax: Axes) -> None:
    """Fix what would otherwise be styled when the figure is drawn, outside of our block."""
    now = cast("dict[str, Any]", mpl.rcParams)
    for axis in ("x", "y"):
        ax.tick_params(
            axis=axis,
            which="both",
            color=now[f"{axis}tick.color"],
            labelcolor=now[f"{axis}tick.labelcolor"],
            labelsize=now[f"{axis}tick.labelsize"],
            labelfontfamily=now["font.family"],
        )


@cache
def _sheet(theme: Theme) -> dict[str, Any]:
    if theme not in THEMES:
        raise ConfigError(f"theme must be one of {', '.join(THEMES)}, not {theme!r}")
    sheet = mpl.rc_params_from_file(_STYLES / f"{theme}.mplstyle", use_default_template=False)
    return dict(sheet.items()) | {"font.family": ["DejaVu Sans", *further_fonts()]}
