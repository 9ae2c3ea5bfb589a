"""What a function made becomes a widget: legible, inert, and nowhere else."""

from __future__ import annotations

import base64
from typing import Any

import ipywidgets
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from ccframes.widgets.rendering import as_html, html_of, rendered

HOSTILE = "<img src=x onerror=alert(1)>"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class Rich:
    def _repr_html_(self) -> str:
        return "<b>rich</b>"


class Pictured:
    def _repr_png_(self) -> bytes:
        return PNG


def drawn() -> Any:
    figure = Figure()
    ax = figure.subplots()
    ax.set_title("Opens & clicks of\n“save \\$5”", loc="left")
    ax.set(xlabel="hours", ylabel="share")
    return ax


def test_axes_are_a_picture_whose_alternative_is_what_is_written_on_them() -> None:
    html = as_html(drawn())
    assert html.startswith('<figure><img src="data:image/png;base64,')
    assert 'alt="Plot. Opens &amp; clicks of “save $5”, x: hours, y: share"' in html


@pytest.mark.parametrize("wrap", [lambda ax: ax.figure, lambda ax: [ax, ax], lambda ax: {"a": ax}])
def test_figures_and_several_axes_of_one_are_one_picture(wrap: Any) -> None:
    assert as_html(wrap(drawn())).count("<img") == 1


def test_axes_of_a_subfigure_show_the_whole_figure() -> None:
    figure = Figure()
    grid = figure.add_gridspec(1, 2)
    left, right = (figure.add_subfigure(grid[0, column]) for column in (0, 1))
    left.subplots().set_title("Left")
    right.subplots().set_title("Right")
    assert as_html(left.axes[0]) == as_html(figure)


def test_a_frame_is_a_table_with_its_index_where_that_says_something() -> None:
    frame = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["a", HOSTILE], name="who"))
    html = as_html(frame)
    assert "who</th>" in html
    assert "&lt;img" in html
    assert HOSTILE not in html
    assert as_html(frame.reset_index(drop=True)).count("<th ") == 1
    assert ">n</th>" in as_html(frame["n"])


def test_of_a_long_frame_the_first_rows_are_shown_and_it_is_said_of_how_many() -> None:
    html = as_html(pd.DataFrame({"n": range(1_000)}))
    assert "of 1,000 rows" in html
    assert html.count("<tr>") < 100


def test_text_and_objects_are_escaped() -> None:
    assert as_html(HOSTILE) == "<pre>&lt;img src=x onerror=alert(1)&gt;</pre>"
    assert "<pre>&lt;object at" in as_html(object())


def test_what_can_show_itself_does() -> None:
    assert as_html(Rich()) == "<b>rich</b>"
    assert base64.b64encode(PNG).decode() in as_html(Pictured())


def test_a_widget_is_shown_as_it_is() -> None:
    widget = ipywidgets.IntSlider()
    assert rendered(lambda: widget) is widget


def test_a_function_that_draws_on_pyplot_and_returns_nothing_shows_what_it_drew() -> None:
    shown = rendered(lambda: plt.title("Drawn") and None)
    assert 'alt="Plot. Drawn"' in shown.value
    assert plt.get_fignums() == []


def test_a_figure_that_was_open_before_stays_open() -> None:
    before = plt.figure()
    rendered(lambda: plt.subplots()[1])
    assert plt.get_fignums() == [before.number]
    plt.close(before)


def test_a_function_that_makes_nothing_says_so() -> None:
    assert "nothing to show" in rendered(lambda: None).value


def test_what_is_printed_stands_below_what_is_returned() -> None:
    shown = rendered(lambda: print(HOSTILE) or "made")
    assert shown.value == f"<pre>made</pre><pre>{'&lt;img src=x onerror=alert(1)&gt;'}\n</pre>"


def test_the_html_of_widgets_in_widgets_is_found() -> None:
    inner = ipywidgets.VBox([ipywidgets.HTML("<p>a</p>"), ipywidgets.Button()])
    assert html_of(ipywidgets.VBox([inner, ipywidgets.HTML("<p>b</p>")])) == "<p>a</p><p>b</p>"
