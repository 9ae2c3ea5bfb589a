"""What holds for every plot of rates: axes given or new, any frame, both themes, no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cbook import is_math_text
from matplotlib.text import Text

from ccframes import plot
from ccframes.errors import ColumnsError, ConfigError
from ccframes.plot.canvas import THEMES, Theme
from tests.plot import frames

Plot = Callable[..., Axes]


def by_name(frame: pd.DataFrame, **keywords: Any) -> Axes:
    by = "name" if "name" in frame else "campaign_id"
    return plot.compare(frame, by=by, unit="contact", **keywords)


PLOTS: dict[str, Plot] = {
    "compare": by_name,
    "devices": plot.devices,
    "funnel": plot.funnel,
    "rates": plot.rates,
    "trend": plot.trend,
}
EACH = pytest.mark.parametrize("name", PLOTS)


def texts(ax: Axes) -> list[str]:
    assert ax.figure is not None
    return [text.get_text() for text in ax.figure.findobj(Text) if text.get_text()]


@EACH
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("case", ["account", "one", "none", "many", "hostile"])
def test_every_frame_is_drawn_labelled_and_nothing_is_a_formula(
    name: str, case: str, theme: Theme
) -> None:
    ax = PLOTS[name](frames.CASES[case](), theme=theme)
    ax.figure.canvas.draw()
    assert ax.get_title(loc="left")
    assert ax.get_xlabel().endswith((")", "]", "email"))
    assert not any(is_math_text(text) is True for text in texts(ax))
    assert not any("\u202e" in text or "x" * 60 in text for text in texts(ax))
    assert len(plt.get_fignums()) == 1


@EACH
def test_no_data_draws_nothing_but_says_why(name: str) -> None:
    ax = PLOTS[name](frames.none())
    assert not ax.lines
    assert not ax.patches
    assert not ax.collections
    assert ax.get_legend() is None
    assert len(ax.texts) == 1


@EACH
def test_given_axes_are_drawn_on_and_returned(name: str) -> None:
    figure, axes = plt.subplots(1, 2)
    assert PLOTS[name](frames.emails(), ax=axes[1]) is axes[1]
    assert not axes[0].texts
    assert not axes[0].get_title(loc="left")
    assert plt.get_fignums() == [figure.number]


@EACH
def test_the_frame_stays_as_it_was_and_its_index_does_not_matter(name: str) -> None:
    frame = frames.emails().set_index(pd.Index([0] * len(frames.emails())))
    before = frame.copy(deep=True)
    ax = PLOTS[name](frame)
    pd.testing.assert_frame_equal(frame, before)
    assert ax.get_title(loc="left") == PLOTS[name](frames.emails()).get_title(loc="left")


@EACH
def test_a_frame_without_counts_is_refused_with_the_loaders_that_have_them(name: str) -> None:
    with pytest.raises(ColumnsError, match="load_"):
        PLOTS[name](pd.DataFrame({"name": ["x"]}))
    assert not plt.get_fignums()


@EACH
def test_a_level_that_is_none_is_refused_before_anything_is_drawn(name: str) -> None:
    with pytest.raises(ConfigError, match="between 0 and 1"):
        PLOTS[name](frames.emails(), ci=95)
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    "table",
    [
        plot.devices_table,
        plot.funnel_table,
        plot.rates_table,
        plot.trend_table,
        lambda frame: plot.compare_table(frame, by="role"),
    ],
)
def test_tables_of_no_data_are_empty_and_typed_alike(table: Callable[..., pd.DataFrame]) -> None:
    full, empty = table(frames.emails()), table(frames.none())
    assert len(empty) == 0 < len(full)
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()


def test_shares_begin_at_0() -> None:
    for name in ("funnel", "rates", "devices"):
        assert PLOTS[name](frames.emails()).get_xlim()[0] == 0
    assert plot.trend(frames.emails()).get_ylim()[0] == 0


@pytest.mark.parametrize("name", ["funnel", "rates", "trend"])
def test_style_reaches_the_main_artist_by_any_alias(name: str) -> None:
    ax = PLOTS[name](frames.emails(), alpha=0.25)
    drawn = [*ax.patches, *ax.lines]
    assert any(artist.get_alpha() == 0.25 for artist in drawn)
    assert np.isfinite(ax.get_xlim()).all()
