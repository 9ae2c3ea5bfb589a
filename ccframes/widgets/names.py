"""Names that other people wrote, made fit for a line of a list, and for being searched."""

from __future__ import annotations

import unicodedata
from typing import Any

import pandas as pd

_LONGEST = 72
_JOINERS = "\u200c\u200d"  # emoji and Persian are written with them
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_NAMELESS = "(no name)"


def legible(text: Any, longest: int = _LONGEST) -> str:
    r"""Return a name as one line that cannot disturb its neighbours.

    Line breaks are spaces, control and direction characters are gone, what is too long ends with
    an ellipsis, and the name is isolated: right-to-left text in it turns nothing around it.

    >>> legible("June\n\u202esale")
    '\u2068June sale\u2069'
    >>> legible(None)
    '(no name)'
    """
    shown = in_one_line(text, longest)
    return f"{_ISOLATE}{shown}{_END_OF_ISOLATE}" if shown else _NAMELESS


def in_one_line(text: Any, longest: int = _LONGEST) -> str:
    r"""Return what can be read of a text that stands alone; empty where nothing can.

    >>> in_one_line("June\n\u202esale")
    'June sale'
    """
    whole = "" if pd.isna(text) else " ".join(_kept(str(text)).split())
    if len(whole) <= longest:
        return whole
    return whole[:longest].rstrip(f" {_JOINERS}") + "…"


def _kept(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_as_shown(char) for char in text)


def _as_shown(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"  # half of a pair, which no message can carry
    if category == "Cf" and char not in _JOINERS:
        return ""
    return " " if category == "Cc" else char


def folded(text: Any) -> str:
    """Return text as searches compare it: without case, accents and invisible characters.

    >>> folded("Crème BRÛLÉE"), folded("Straße")
    ('creme brulee', 'strasse')
    """
    if pd.isna(text):
        return ""
    if (written := str(text)).isascii():
        return written.casefold()
    plain = unicodedata.normalize("NFKD", written).casefold()
    apart = unicodedata.normalize("NFKD", plain)  # since folding joins some again
    return "".join(char for char in apart if unicodedata.category(char) not in {"Mn", "Cf", "Cs"})
