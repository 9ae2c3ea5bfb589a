"""Text for a terminal: aligned, cut to its width, and without anything that it would obey."""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

_HEAD_ROWS = 10
_CELL = 20  # columns of the terminal for a cell of a table's head
_LAST_CELL = 24  # least room for a last column that takes what is left


def printable(text: str) -> str:
    r"""Return text that a terminal shows and does not obey: no control or direction characters.

    >>> printable("a\x1b[31mb\u202ec")
    'a�[31mbc'
    """
    return "".join(map(_harmless, text))


def _harmless(letter: str) -> str:
    if letter.isspace():
        return " "
    kind = unicodedata.category(letter)
    if kind == "Cf" or "\ufe00" <= letter <= "\ufe0f":  # direction, joiners, emoji style
        return ""
    return "\N{REPLACEMENT CHARACTER}" if kind.startswith("C") else letter


def complain(message: str) -> None:
    """Say something on one line beside the output."""
    click.echo(f"ccframes: {' '.join(printable(message).split())}", err=True)


def echo_head(frame: pd.DataFrame) -> None:
    """Print the first rows, in as many columns as fit."""
    head = frame.head(_HEAD_ROWS)
    names = [printable(str(name)) for name in frame.columns]
    columns = [[name, *map(shown, head.iloc[:, at])] for at, name in enumerate(names)]
    widths = [max(map(width_of, column)) for column in columns]
    # the first column is whole: it has the ids that other reports ask for
    widths[1:] = [
        min(width, max(_CELL, width_of(name)))
        for width, name in zip(widths[1:], names[1:], strict=True)
    ]
    ends = accumulate(width + 2 for width in widths)
    fit = max(1, sum(end - 2 <= _terminal_width() for end in ends))
    fitting = [
        [cut(cell, width) for cell in column]
        for column, width in zip(columns[:fit], widths[:fit], strict=True)
    ]
    header, *rows = zip(*fitting, strict=True)
    echo_table(header, rows, right={at for at in range(fit) if _is_number(frame, at)})
    if fit < len(names):
        click.echo(wrapped(f"and {len(names) - fit} more columns: {', '.join(names[fit:])}"))
    click.echo(f"{len(frame):,} rows, {len(names)} columns; --out FILE keeps them all")


def _is_number(frame: pd.DataFrame, at: int) -> bool:
    import pandas as pd  # noqa: PLC0415

    return bool(pd.api.types.is_numeric_dtype(frame.dtypes.iloc[at]))


def shown(value: Any) -> str:
    """Return a value as a terminal shows it."""
    import pandas as pd  # noqa: PLC0415

    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    return printable(f"{value:,}" if isinstance(value, int) else str(value))


def echo_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int] | set[int] = frozenset(),
    wrap: bool = False,
) -> None:
    """Print aligned columns; the last takes the room that is left, cut or wrapped to it."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(map(width_of, column)) for column in columns]
    room = max(_LAST_CELL, _terminal_width() - sum(width + 2 for width in widths[:-1]))
    widths[-1] = min(widths[-1], room)
    indent = " " * (sum(widths[:-1]) + 2 * len(widths[:-1]))
    for row in (header, ["─" * width for width in widths], *rows):
        last = textwrap.wrap(row[-1], room) or [""] if wrap else [cut(row[-1], widths[-1])]
        cells = [*row[:-1], last[0]]
        click.echo(
            "  ".join(
                _padded(cell, width, at in right)
                for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
            ).rstrip()
        )
        for line in last[1:]:
            click.echo(indent + line)


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - width_of(text))
    return gap + text if right else text + gap


def cut(text: str, width: int) -> str:
    """Return the text, or as much of it as fits with an ellipsis."""
    if width_of(text) <= width:
        return text
    kept, room = "", width - 1
    for letter in text:
        room -= width_of(letter)
        if room < 0:
            break
        kept += letter
    return kept + "…"


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0
        if unicodedata.category(letter) in {"Mn", "Me"}
        else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def wrapped(text: str) -> str:
    """Return the text broken into lines of the terminal's width."""
    return textwrap.fill(text, _terminal_width())


def _terminal_width() -> int:
    return max(60, shutil.get_terminal_size((100, 24)).columns)
