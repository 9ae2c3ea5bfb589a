"""Where plots are drawn: axes and figures in our style, which no other plot ever sees."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure, SubFigure

from ccframes.errors import ConfigError
from ccframes.plot.lettering import drawable, further_fonts

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
SEQUENTIAL = "cividis"
"""The colour map of heat maps: even in lightness, and the same to colour-blind eyes."""

_STYLES = Path(__file__).parent / "styles"
Size: TypeAlias = Literal["axes.titlesize", "legend.fontsize"]
_WIDTHS: dict[Size, float] = {"axes.titlesize": 0.58, "legend.fontsize": 0.52}
"""How wide characters are, by what they are used for; a title is bold. Over the font's size."""

_USUAL_TICK = 10  # characters of a tick's label that the margin of new axes holds
_GROWN = 1.08  # by how much a layout engine widens axes over what they are at first
_KEY = 36.0  # the width of a legend's entry besides its text [points]
_LINE = 1.4  # the height of a line over the size of its font


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
        settle(drawn)


@contextmanager
def panels(
    fig: Figure | SubFigure | None,
    layout: Sequence[Sequence[str]],
    *,
    theme: Theme = "light",
    size: tuple[float, float] = (11.0, 8.0),
) -> Iterator[dict[str, Axes]]:
    """Yield axes by name, laid out as `Figure.subplot_mosaic` takes it.

    Each has a subfigure of its own, so that long labels of one take no room from another.
    """
    with themed(theme):
        drawn = plt.figure(figsize=size) if fig is None else fig
        grid = drawn.add_gridspec(len(layout), len(layout[0]))
        found = {
            name: drawn.add_subfigure(grid[rows, columns]).subplots()
            for name, rows, columns in _cells(layout)
        }
        yield found
        for each in found.values():
            settle(each)


def _cells(layout: Sequence[Sequence[str]]) -> Iterator[tuple[str, slice, slice]]:
    """Yield each name in a layout, with the rows and the columns that it spans."""
    for name in dict.fromkeys(name for row in layout for name in row):
        rows = [number for number, row in enumerate(layout) if name in row]
        columns = [number for number, each in enumerate(layout[rows[0]]) if each == name]
        yield name, slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def label(ax: Axes, *, title: str = "", x: str = "", y: str = "", note: str = "") -> None:
    """Write title, axis labels and, below all, a note; they may hold names others wrote.

    Title and note are broken into lines as wide as the axes, so ticks with long labels come first.
    """
    if title:
        ax.set_title(fitted(ax, title, "axes.titlesize"))
    ax.set_xlabel(drawable(x))
    ax.set_ylabel(drawable(y))
    if note:
        ax.annotate(
            fitted(ax, note, "legend.fontsize"),
            xy=(0, 0),
            xycoords=("axes fraction", ax.xaxis.label),
            xytext=(0, -6),
            textcoords="offset points",
            va="top",
            fontsize=mpl.rcParams["legend.fontsize"],
            alpha=0.85,
        )


def fitted(ax: Axes, text: str, size: Size) -> str:
    """Return text in lines that fit over or under axes, in a font of the size set for that."""
    whole = drawable(text).replace(" %", "\xa0%")  # a number stays with its unit
    return textwrap.fill(whole, characters(ax, size)).replace("\xa0", " ")


def characters(ax: Axes, size: Size) -> int:
    """Return how many characters stand side by side in axes, about, in the font of that size."""
    return int(_room(ax) / (_WIDTHS[size] * float(mpl.rcParams[size])))


def legend(ax: Axes, handles: Sequence[Artist]) -> None:
    """Write the legend between title and axes, where it covers no data; after `label`."""
    size = float(mpl.rcParams["legend.fontsize"])
    longest = max(len(str(handle.get_label())) for handle in handles)
    widest = longest * size * _WIDTHS["legend.fontsize"] + _KEY
    columns = max(1, min(len(handles), int(_room(ax) / widest)))
    ax.legend(
        handles=list(handles),
        ncols=columns,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.2,
        borderpad=0.2,
    )
    rows = -(-len(handles) // columns)
    pad = float(mpl.rcParams["axes.titlepad"]) + (rows * _LINE + 0.2) * size
    ax.set_title(ax.get_title(loc="left"), pad=pad)


def date_axis(ax: Axes) -> None:
    """Let the x axis show dates, as many as there is room for, each part once."""
    # fewer than 8 make the locator warn of some spans, more overlap in a panel
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def chosen(style: Mapping[str, Any], artist: type[Artist], **ours: Any) -> dict[str, Any]:
    """Return the keywords of an artist: ours, and over them those of the caller, by any alias.

    >>> from matplotlib.lines import Line2D
    >>> chosen({"lw": 3}, Line2D, linewidth=1, color="k")
    {'linewidth': 3, 'color': 'k'}
    """
    return ours | normalize_kwargs(dict(style), artist)


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


def setting(name: str) -> Any:
    """Return a setting of the theme; to be called within `axes` or `panels`."""
    return cast("dict[str, Any]", mpl.rcParams)[name]


def _room(ax: Axes) -> float:
    """Return how wide axes will be [points], as far as one can tell before they are laid out."""
    points = ax.get_window_extent().width / ax.figure.dpi * 72
    if ax.figure.get_layout_engine() is not None:
        names = (len(name.get_text()) for name in ax.get_yticklabels())
        beyond = max(0, max(names, default=0) - _USUAL_TICK)
        wide = _WIDTHS["legend.fontsize"] * float(mpl.rcParams["ytick.labelsize"])
        points = points * _GROWN - beyond * wide
    return max(150.0, points)


def settle(ax: Axes) -> None:
    """Fix what would otherwise be styled when the figure is drawn, outside of our block."""
    for axis in ("x", "y"):
        ax.tick_params(
            axis=axis,
            which="both",
            color=setting(f"{axis}tick.color"),
            labelcolor=setting(f"{axis}tick.labelcolor"),
            labelsize=setting(f"{axis}tick.labelsize"),
            labelfontfamily=setting("font.family"),
        )


@cache
def _sheet(theme: Theme) -> dict[str, Any]:
    if theme not in THEMES:
        raise ConfigError(f"theme must be one of {', '.join(THEMES)}, not {theme!r}")
    sheet = mpl.rc_params_from_file(_STYLES / f"{theme}.mplstyle", use_default_template=False)
    return dict(sheet.items()) | {"font.family": ["DejaVu Sans", *further_fonts()]}
