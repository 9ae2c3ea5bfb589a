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
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccframes.plot.canvas import Theme, themed
from ccframes.plot.wording import percent

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_MOST_ROWS = 60
_DIGITS = 3
_SHARES = ("rate", "share", "of_delivered", "of_previous", "ci")
_ENDS = ("low", "high")
_STYLE = """
:root { color-scheme: light; --ink: #14191f; --dim: #4d5560; --line: #dfe3e8; --ground: #fff }
[data-theme=dark] { color-scheme: dark;
  --ink: #f2f5f8; --dim: #a9b4bf; --line: #2e3640; --ground: #15191e }
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
  max-width: 24rem; overflow-wrap: break-word; vertical-align: top }
td.number, th.number { text-align: right } td.number, td.time { white-space: nowrap }
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
        A whole document, in UTF-8 when written; what UTF-8 has no form of is a question mark.
    """
    body = "\n".join(_section(section, theme) for section in sections)
    whole = (
        f'<!DOCTYPE html>\n<html lang="en" data-theme="{escape(theme)}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(words)}</p>\n{body}\n</body>\n</html>\n"
    )
    return whole.encode("utf-8", "replace").decode("utf-8")


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

    Shares, rates and the ends of their intervals are percentages, p-values below 0.001 are said
    to be so, and heads name the zone of instants.

    >>> as_table(pd.DataFrame({"name": ["<b>"], "rate": [0.25]})).count("&lt;b&gt;")
    1
    """
    kinds = _kinds(frame)
    head = "".join(
        f'<th scope="col"{kind.looks}>{escape(name)}</th>'
        for name, kind in zip(map(_heading, frame.columns, frame.dtypes), kinds, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{kind.looks}>{escape(_cell(value, kind.said))}</td>"
            for value, kind in zip(row, kinds, strict=True)
        )
        + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


class _Kind(NamedTuple):
    """What a column is: how its cells look, and how their fractions are said."""

    looks: str
    said: Callable[[float], str]


def _kinds(frame: pd.DataFrame) -> list[_Kind]:
    kinds: list[_Kind] = []
    for name, dtype in zip(map(str, frame.columns), frame.dtypes, strict=True):
        if name in _ENDS and kinds:  # they follow what they are the ends of
            said = kinds[-1].said
        elif _is_share(name, frame):
            said = percent
        else:
            said = _p_value if name.startswith("p_") else _number
        kinds.append(_Kind(_looks(dtype), said))
    return kinds


def _looks(dtype: Any) -> str:
    if pd.api.types.is_numeric_dtype(dtype):
        return ' class="number"'
    return ' class="time"' if pd.api.types.is_datetime64_any_dtype(dtype) else ""


def _is_share(name: str, frame: pd.DataFrame) -> bool:
    estimate = name.removesuffix("_low").removesuffix("_high")
    is_end_of_rate = estimate != name and f"{estimate}_rate" in frame
    return estimate in _SHARES or estimate.endswith(("_rate", "_share")) or is_end_of_rate


def _heading(name: object, dtype: object) -> str:
    return f"{name} [{dtype.tz}]" if isinstance(dtype, pd.DatetimeTZDtype) else str(name)


def _p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else _number(value)


def _number(value: float) -> str:
    """Return a number with the digits that tell."""
    if abs(value) >= 1_000:
        return f"{value:,.0f}"
    if abs(value) >= 1 or not value:
        return f"{value:,.{_DIGITS}f}"
    return f"{value:#.{_DIGITS}g}"


def _cell(value: Any, said: Callable[[float], str]) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):  # as numpy's float64 is
        return said(value)
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    return str(value)
