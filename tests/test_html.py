"""Pages need nothing else, and what strangers wrote is text in them."""

from __future__ import annotations

import io
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.image import imread

from ccframes.html import Section, as_table, page, picture

HOSTILE = '<img src=x onerror="alert(1)"> & \u202e "quoted" \U0001f33b'


class Parsed(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]


def hostile_page(**section: Any) -> Parsed:
    table = pd.DataFrame({HOSTILE: [HOSTILE], "rate": [0.25]})
    shown = Section(HOSTILE, words=HOSTILE, code=HOSTILE, table=table, **section)
    return Parsed(page(HOSTILE, HOSTILE, [shown]))


def test_hostile_text_is_text_everywhere() -> None:
    parsed = hostile_page(draw=lambda ax: ax.set_title("x"), alternative=HOSTILE)
    tags = {tag for tag, _ in parsed.elements}
    assert not tags & {"script", "iframe", "object", "link", "a", "form"}
    [image] = parsed.of("img")
    assert image["alt"] == HOSTILE
    assert "onerror" not in image
    assert (
        parsed.text.count(HOSTILE) == 8
    )  # title, heading, words, three of the section, a column and a cell


def test_a_page_loads_and_runs_nothing() -> None:
    parsed = hostile_page(draw=lambda ax: ax.plot([1, 2]))
    [policy] = [meta for meta in parsed.of("meta") if meta.get("http-equiv")]
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    sources = [attrs.get("src") or attrs.get("href") for _, attrs in parsed.elements]
    assert {source[:22] for source in sources if source} == {"data:image/png;base64,"}


def test_headings_table_and_language_are_there_for_those_who_listen() -> None:
    parsed = hostile_page()
    assert parsed.of("html") == [{"lang": "en", "data-theme": "light"}]
    assert len(parsed.of("h1")) == len(parsed.of("h2")) == 1
    assert {attrs["scope"] for attrs in parsed.of("th")} == {"col"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_are_drawn_on_the_ground_of_the_theme_and_leave_no_figure(theme: Any) -> None:
    drawn = picture(Section("x", draw=lambda ax: ax.plot([1, 2])), theme)
    corner = imread(io.BytesIO(drawn))[0, 0, :3]
    assert (corner.mean() > 0.9) == (theme == "light")
    assert not plt.get_fignums()


def test_a_picture_of_panels_has_the_figure_to_itself() -> None:
    seen: list[int] = []
    picture(Section("x", draw_panels=lambda figure: seen.append(len(figure.axes))))
    assert seen == [0]


def test_missing_values_are_dashes_and_numbers_are_grouped() -> None:
    frame = pd.DataFrame(
        {
            "count": pd.array([1234567, None], dtype="Int64"),
            "rate": [0.12345, None],
            "at": pd.DatetimeIndex(["2026-01-02 03:04:05", pd.NaT], tz="UTC"),
        }
    )
    assert cells(frame) == ["1,234,567", "12.3 %", "2026-01-02 03:04", "–", "–", "–"]


def cells(frame: pd.DataFrame) -> list[str]:
    """Return what stands in the cells of a frame's table, row by row."""
    return [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", as_table(frame))]


@pytest.mark.parametrize(
    "names",
    [
        *(("rate",), ("open_rate",), ("click_share",), ("of_delivered",), ("ci",)),
        *(("rate", "low", "high"), ("baseline_rate", "baseline_low", "baseline_high")),
        ("of_delivered", "of_delivered_low", "of_delivered_high"),
    ],
)
def test_shares_and_the_ends_of_their_intervals_are_percentages_that_tell(
    names: tuple[str, ...],
) -> None:
    shares = [0.00049, 0.4263, 1.0][: len(names)]
    assert (
        cells(pd.DataFrame([shares], columns=[*names]))
        == (["0.049 %", "42.6 %", "100 %"][: len(names)])
    )


def test_what_is_no_share_is_no_percentage_and_keeps_digits_that_tell() -> None:
    numbers = {
        "effect": 1.5,
        "low": 0.00049,
        "high": 1234.5,
        "difference_low": -0.0123,
        "zero": 0.0,
    }
    assert cells(pd.DataFrame([numbers])) == ["1.500", "0.000490", "1,234", "-0.0123", "0.000"]


def test_small_p_values_are_said_to_be_small_and_not_0() -> None:
    frame = pd.DataFrame({"p_value": [2e-5, 0.001], "p_adjusted": [0.0, 0.25]})
    assert cells(frame) == ["< 0.001", "< 0.001", "0.00100", "0.250"]


def test_heads_name_the_zone_of_instants() -> None:
    at = pd.Timestamp("2026-01-02T03:04Z")
    frame = pd.DataFrame({"at": [at], "there": [at.tz_convert("Asia/Tokyo")], "day": ["x"]})
    heads = re.findall(r"<th [^>]*>(.*?)</th>", as_table(frame))
    assert heads == ["at [UTC]", "there [Asia/Tokyo]", "day"]
    assert cells(frame)[:2] == ["2026-01-02 03:04", "2026-01-02 12:04"]


def test_numbers_and_times_are_told_apart_since_they_are_not_broken_into_lines() -> None:
    frame = pd.DataFrame({"rate": [0.5], "at": [pd.Timestamp("2026-01-02")], "name": ["a b"]})
    assert re.findall(r"<td([^>]*)>", as_table(frame)) == [' class="number"', ' class="time"', ""]


def test_a_cell_may_hold_several_items() -> None:
    assert cells(pd.DataFrame({"lists": [["a", "<b>"], None]})) == ["['a', '<b>']", "–"]


def test_text_that_utf_8_has_no_form_of_is_a_question_mark() -> None:
    text = page("caf\udce9", "x", [Section("\ud800")])
    assert "<h1>caf?</h1>" in text
    assert "<h2>?</h2>" in text
    assert text.encode()


def test_a_long_table_says_how_many_rows_it_leaves_out() -> None:
    text = page("x", "", [Section("x", table=pd.DataFrame({"a": range(1_000)}))])
    assert "The first 60 of 1,000 rows." in text
    assert text.count("<tr>") == 61


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\0")))
def test_any_cell_reads_back_as_it_was(text: str) -> None:
    parsed = Parsed(as_table(pd.DataFrame({"a": [text]})))
    assert "".join(parsed.text) == f"a{text}"
