"""Our style applies to what we draw and to nothing else; names are drawn as text."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.cbook import is_math_text
from matplotlib.colors import to_hex

from ccframes.errors import ConfigError
from ccframes.plot import canvas
from ccframes.plot.canvas import THEMES, Theme
from ccframes.plot.lettering import drawable, name_of, shortened

THEMED = pytest.mark.parametrize("theme", THEMES)


@THEMED
def test_new_axes_have_the_ground_of_their_theme(theme: Theme) -> None:
    with canvas.axes(None, theme=theme) as ax:
        pass
    ground = {"light": "#ffffff", "dark": "#15191e"}[theme]
    assert to_hex(ax.get_facecolor()) == to_hex(ax.figure.get_facecolor()) == ground


@THEMED
def test_ticks_that_appear_when_the_figure_is_drawn_have_the_theme(theme: Theme) -> None:
    with canvas.axes(None, theme=theme) as ax:
        ax.plot([0, 1], [0, 1])
    ax.set_xlim(0, 1_000)
    ax.figure.canvas.draw()
    wanted = {"light": "#2b323a", "dark": "#d5dbe1"}[theme]
    labels = [*ax.get_xticklabels(), *ax.get_yticklabels()]
    assert {to_hex(label.get_color()) for label in labels} == {wanted}


def test_given_axes_are_drawn_on_and_no_figure_is_made() -> None:
    _, ax = plt.subplots()
    before = plt.get_fignums()
    with canvas.axes(ax, theme="dark") as drawn:
        pass
    assert drawn is ax
    assert plt.get_fignums() == before
    assert to_hex(ax.get_facecolor()) == to_hex(mpl.rcParams["axes.facecolor"])


def test_panels_are_laid_out_on_the_figure_given() -> None:
    figure = plt.figure()
    with canvas.panels(figure, [["a", "b"], ["c", "c"]]) as found:
        assert set(found) == {"a", "b", "c"}
    figure.canvas.draw()
    assert {ax.figure.figure for ax in found.values()} == {figure}
    left, right, below = (found[name].get_window_extent() for name in "abc")
    assert left.x1 < right.x0
    assert below.y1 < min(left.y0, right.y0)
    assert below.width > 1.5 * left.width


def test_long_labels_of_one_panel_take_no_room_from_those_above_it() -> None:
    with canvas.panels(None, [["a", "b"], ["c", "d"]]) as found:
        found["c"].set_yticks([0], ["a label that is rather long"])
    found["a"].figure.canvas.draw()
    assert found["c"].get_window_extent().width < 0.8 * found["a"].get_window_extent().width


def test_colours_differ_from_each_other_and_between_themes() -> None:
    palettes = {}
    for theme in THEMES:
        with canvas.themed(theme):
            palettes[theme] = {canvas.colour(number) for number in range(7)}
    assert all(len(palette) == 7 for palette in palettes.values())
    assert not palettes["light"] & palettes["dark"]


def test_an_unknown_theme_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="light, dark"), canvas.axes(None, theme="pink"):  # type: ignore[arg-type]
        pass
    assert not plt.get_fignums()


def test_axes_that_show_nothing_say_why() -> None:
    with canvas.axes(None) as ax:
        canvas.label(ax, title="Opens", x="hour", y="contacts")
        canvas.say_empty(ax, "no campaigns")
    assert [text.get_text() for text in ax.texts] == ["no campaigns"]
    assert (ax.get_title(loc="left"), ax.get_xlabel()) == ("Opens", "hour")


@given(st.text())
def test_any_text_is_drawn_as_text_and_without_a_warning(text: str) -> None:
    figure, ax = plt.subplots()
    try:
        with canvas.themed():
            drawn = ax.text(0, 0, drawable(text))
            figure.canvas.draw()
        assert not is_math_text(drawn.get_text())
    finally:
        plt.close(figure)


@given(st.text(max_size=200), st.integers(5, 60))
def test_names_are_cut_to_their_length(text: str, longest: int) -> None:
    assert len(shortened(text, longest)) <= longest + 1
    assert len(name_of(text, longest).replace("\\", "")) <= longest + 1


def test_what_no_font_has_is_one_square_for_each_run() -> None:
    assert drawable("\U0001fae8\U0001fae8 yes \U0001fae8") == "□ yes □"
    assert drawable("a\u202eb\u200dc") == "abc"
