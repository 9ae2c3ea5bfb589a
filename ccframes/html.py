"""Pages of tables and pictures that need nothing else: no network, no script, no Python.

Everything that comes from an account is other people's text: it is escaped, and the page forbids
itself to load or run anything.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccframes.plot.canvas import Theme, themed

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_MOST_ROWS = 60
_DIGITS = 3
_STYLE = """
:root { color-scheme: light dark; --ink: #14191f; --dim: #4d5560; --line: #dfe3e8; --ground: #fff }
[data-theme=dark] { --ink: #f2f5f8; --dim: #a9b4bf; --line: #2e3640; --ground: #15191e }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; color: var(--ink);
  background: var(--ground); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem }
p, figcaption { color: var(--dim); margin: .3rem 0 .8rem } figure { margin: 0 }
img { max-width: 100%; height: auto }
pre { padding: .7rem; border: 1px solid var(--line); overflow-x: auto; font-size: .85rem }
details { margin: .5rem 0 } summary { cursor: pointer; color: var(--dim) }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem; text-align: left;
  max-width: 24rem; overflow-wrap: anywhere; vertical-align: top }
td.number, th.number { text-align: right }
"""


@dataclass(frozen=True)
class Section:
    """A part of a page: a heading, words, a picture with its alternative text, and numbers.

    `draw` draws on the axes that it is given, `draw_panels` on a figure, of that size [inch]. The
    table is folded away unless it is `open`.
    """

    heading: str
    words: str = ""
    code: str = ""
    draw: Callable[[Axes], object] | None = None
    draw_panels: Callable[[Figure], object] | None = None
    alternative: str = ""
    table: pd.DataFrame | None = None
    open: bool = False
    size: tuple[float, float] = (8.6, 4.4)


def page(title: str, words: str, sections: Sequence[Section], *, theme: Theme = "light") -> str:
    """Return a page as HTML.

    Parameters
    ----------
    title, words : str
        Heading of the page, and what it shows, over what.
    sections : sequence of Section
        Its parts, in their order.
    theme : {"light", "dark"}
        Colours of the page and its pictures.

    Returns
    -------
    str
        A whole document, in UTF-8 when written.
    """
    body = "\n".join(_section(section, theme) for section in sections)
    return (
        f'<!DOCTYPE html>\n<html lang="en" data-theme="{escape(theme)}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(words)}</p>\n{body}\n</body>\n</html>\n"
    )


def _section(section: Section, theme: Theme) -> str:
    parts = [f"<h2>{escape(section.heading)}</h2>"]
    if section.words:
        parts.append(f"<p>{escape(section.words)}</p>")
    if section.code:
        parts.append(f"<pre><code>{escape(section.code)}</code></pre>")
    if section.draw or section.draw_panels:
        parts.append(_picture(section, theme))
    if section.table is not None:
        parts.append(_numbers(section))
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _picture(section: Section, theme: Theme) -> str:
    return f"<figure>{as_image(picture(section, theme), section.alternative)}</figure>"


def as_image(png: bytes, alternative: str) -> str:
    """Return a picture as an HTML element that holds all of it.

    >>> as_image(b"", "Bars of “A & B”")
    '<img src="data:image/png;base64," alt="Bars of “A &amp; B”">'
    """
    data = base64.b64encode(png).decode()
    return f'<img src="data:image/png;base64,{data}" alt="{escape(alternative)}">'


def picture(section: Section, theme: Theme = "light", *, dpi: int = 120) -> bytes:
    """Return a section's picture as PNG; no figure of pyplot's is made."""
    with themed(theme):
        figure = Figure(figsize=section.size)
        if section.draw_panels:
            section.draw_panels(figure)
        elif section.draw:
            section.draw(figure.add_subplot())
        written = io.BytesIO()
        figure.savefig(written, format="png", dpi=dpi)
    return written.getvalue()


def _numbers(section: Section) -> str:
    assert section.table is not None  # noqa: S101 - who calls has looked
    state = " open" if section.open else ""
    return f"<details{state}><summary>The numbers</summary>{first_rows(section.table)}</details>"


def first_rows(frame: pd.DataFrame) -> str:
    """Return the first rows of a frame as an HTML table, and say how many there are beyond."""
    shown = frame.head(_MOST_ROWS)
    left = len(frame) - len(shown)
    note = f"<p>The first {len(shown)} of {len(frame):,} rows.</p>" if left else ""
    return f'{note}<div class="wide">{as_table(shown)}</div>'


def as_table(frame: pd.DataFrame) -> str:
    """Return a frame as an HTML table, every cell escaped; missing values are dashes.

    >>> as_table(pd.DataFrame({"name": ["<b>"], "rate": [0.25]})).count("&lt;b&gt;")
    1
    """
    numeric = [pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes]
    head = "".join(
        f'<th scope="col"{_kind(is_number)}>{escape(str(name))}</th>'
        for name, is_number in zip(frame.columns, numeric, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{_kind(is_number)}>{escape(_cell(value))}</td>"
            for value, is_number in zip(row, numeric, strict=True)
        )
        + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _kind(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):  # as numpy's float64 is
        return f"{value:,.{_DIGITS}f}" if abs(value) < 1_000 else f"{value:,.0f}"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    return str(value)
