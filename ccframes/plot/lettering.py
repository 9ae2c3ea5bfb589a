"""Text in pictures: names that other people wrote, made fit to be drawn."""

from __future__ import annotations

import unicodedata
from functools import cache

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

_BLANK = "□"
_LONGEST = 34


def drawable(text: object) -> str:
    r"""Return text that matplotlib draws as it is written, without a warning.

    Dollar signs begin no formula, control and direction characters are gone, and characters that
    no font here has become one square for each run of them.

    >>> print(drawable("save $5, not $10"))
    save \$5, not \$10
    """
    kept: list[str] = []
    for char in " ".join(str(text).split()):
        if unicodedata.category(char) in {"Cc", "Cf", "Cs"} or _is_selector(char):
            continue
        drawn = char if _has_glyph(ord(char), tuple(mpl.rcParams["font.family"])) else _BLANK
        if drawn != _BLANK or kept[-1:] != [_BLANK]:
            kept.append(drawn)
    return "".join(kept).replace("$", r"\$")


def shortened(text: object, longest: int = _LONGEST) -> str:
    """Return text cut to so many characters, an ellipsis in place of the rest.

    >>> shortened("The harbour garden's newsletter of the month of May", 20)
    "The harbour garden's…"
    """
    whole = " ".join(str(text).split())
    return whole if len(whole) <= longest else whole[:longest].rstrip() + "…"


def name_of(text: object, longest: int = _LONGEST) -> str:
    """Return a name as it stands in a picture: short, and fit to be drawn."""
    return drawable(shortened(text, longest))


def _is_selector(char: str) -> bool:
    """Tell whether a character only chooses another's form, as emoji have it."""
    return "\ufe00" <= char <= "\ufe0f"


@cache
def _has_glyph(code: int, families: tuple[str, ...]) -> bool:
    return any(get_font(path).get_char_index(code) for path in _font_paths(families))


@cache
def _font_paths(families: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(findfont(FontProperties(family=[family])) for family in families)


@cache
def further_fonts() -> tuple[str, ...]:
    """Return fonts of this machine for scripts that matplotlib's own font lacks."""
    there = {font.name for font in fontManager.ttflist}
    return tuple(name for name in _WIDE_FONTS if name in there)


_WIDE_FONTS = (
    *("Noto Sans CJK JP", "Noto Sans CJK SC", "Hiragino Sans", "Yu Gothic", "Microsoft YaHei"),
    *("Arial Unicode MS", "Noto Emoji", "Symbola", "Segoe UI Symbol", "Apple Symbols"),
)
