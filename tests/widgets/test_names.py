"""Names of other people: one line, isolated, inert, and found whatever their case and accents."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccframes.widgets.names import folded, legible
from tests.widgets.rows import HOSTILE

ANY_TEXT = st.text(st.characters(codec=None))
ISOLATE, END = "\u2068", "\u2069"


@given(ANY_TEXT)
def test_a_name_is_one_isolated_line_without_control_and_direction_characters(text: str) -> None:
    shown = legible(text)

    if shown != "(no name)":
        assert (shown[0], shown[-1]) == (ISOLATE, END)
        inner = shown[1:-1]
        assert inner == inner.strip()
        unwanted = {c for c in inner if unicodedata.category(c) in {"Cc", "Cs", "Cf"}}
        assert unwanted <= {"\u200c", "\u200d"}
    json.dumps(shown, ensure_ascii=False).encode()  # as a message carries it


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\tand\x00more", "two lines and more"),
        ("sale\u202egnp.exe\u2066", "salegnp.exe"),
        ("half a pair \ud83d", "half a pair \ufffd"),
        ("👩‍👩‍👧 שלום", "👩‍👩‍👧 שלום"),
        ("save $5, not $10", "save $5, not $10"),
        ("<b>", "<b>"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_what_can_be_read_of_a_name_stays(text: str, shown: str) -> None:
    assert legible(text) == f"{ISOLATE}{shown}{END}"


@pytest.mark.parametrize("text", ["", None, float("nan"), " \n ", "\u202e\u200f"])
def test_a_name_of_which_nothing_can_be_read_says_so(text: object) -> None:
    assert legible(text) == "(no name)"


def test_a_long_name_is_cut_and_says_so() -> None:
    assert legible("x" * 3_000) == f"{ISOLATE}{'x' * 72}…{END}"
    assert legible("x" * 72) == f"{ISOLATE}{'x' * 72}{END}"
    assert legible("one two", 4) == f"{ISOLATE}one…{END}"
    assert legible("👩‍👩‍👧", 2) == f"{ISOLATE}👩…{END}"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("STRASSE", "Straße"),
        ("ŁÓDŹ ŻÓŁTA", "łódź żółta"),
        ("İstanbul", "istanbul"),
        ("ﬁne print", "fine"),
        ("Νέα Ελλάς", "νεα ελλασ"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("sale\u202e", "sale"),
        ("𝗕𝗼𝗹𝗱", "bold"),
    ],
)
def test_a_search_finds_text_in_whatever_case_and_accents(text: str, typed: str) -> None:
    assert folded(typed) in folded(text)


@given(ANY_TEXT)
@example("𝘼")
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_can_be_folded(name: str | None) -> None:
    assert isinstance(folded(name), str)
