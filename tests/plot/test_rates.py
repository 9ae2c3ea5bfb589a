"""The plots of rates draw the numbers of their tables, and say over what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from ccframes import analysis, plot
from ccframes.endpoints import STAT_DEVICES
from ccframes.errors import ColumnsError, ConfigError
from ccframes.frames.measures import counts_of
from ccframes.plot.canvas import THEMES
from tests.analysis.accounts import account_of

HOSTILE = (
    *("<script>alert(1)</script>", "\U0001f33b \u202eevil", "$5 & $6 off", "日本語", "x" * 200),
    *('=HYPERLINK("x")', "שלום", "Same", "Same", "a\nb", "", "\u200b"),
)
DRAWN: dict[str, Callable[..., Axes]] = {
    "funnel": plot.funnel,
    "rates": plot.rates,
    "trend": plot.trend,
    "devices": plot.devices,
    "compare": lambda frame, **more: plot.compare(frame, by="role", **more),
}
EVERY = pytest.mark.parametrize("draw", DRAWN.values(), ids=list(DRAWN))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """The campaign table's columns that plots read, of a small account."""
    account = account_of("pictures", contacts=200, weeks=60)
    stats = account.activity_stats.drop(columns="campaign_id")
    return account.activities.merge(stats, on="campaign_activity_id")


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def of_row(row: pd.DataFrame) -> pd.DataFrame:
    return row.reset_index(drop=True)


# --- all of them --------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("rows", [0, 1, 2, 1_000])
def test_any_number_of_campaigns_is_drawn_with_a_title_and_units(
    draw: Callable[..., Axes], theme: Any, rows: int, table: pd.DataFrame
) -> None:
    many = pd.concat([table] * (1 + rows // len(table)), ignore_index=True)
    ax = draw(many.head(rows), theme=theme)
    ax.figure.canvas.draw()
    assert ax.get_title(loc="left")
    assert "[" in ax.get_xlabel() + ax.get_ylabel() or "contacts" in ax.get_xlabel()
    assert len(plt.get_fignums()) == 1


@EVERY
def test_no_campaigns_are_said_to_be_none(draw: Callable[..., Axes], table: pd.DataFrame) -> None:
    ax = draw(table.head(0))
    assert not ax.patches
    assert not ax.lines
    assert len(texts(ax)) == 1


@EVERY
def test_given_axes_are_drawn_on_and_returned(
    draw: Callable[..., Axes], table: pd.DataFrame
) -> None:
    ax = Figure().subplots()
    assert draw(table, ax=ax) is ax
    assert not plt.get_fignums()


@EVERY
def test_frames_are_left_as_they_are(draw: Callable[..., Axes], table: pd.DataFrame) -> None:
    before = table.copy(deep=True)
    draw(table)
    pd.testing.assert_frame_equal(table, before)


@EVERY
def test_frames_without_counts_are_refused_with_the_loader_that_has_them(
    draw: Callable[..., Axes],
) -> None:
    with pytest.raises(ColumnsError, match="load_"):
        draw(pd.DataFrame({"role": ["primary_email"], "sent_at": [pd.Timestamp(0, tz="UTC")]}))


@pytest.mark.parametrize("draw", [plot.rates, DRAWN["trend"]])
def test_an_unknown_metric_is_refused(draw: Callable[..., Axes], table: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="open_rate"):
        draw(table, "opening")


# --- funnel -------------------------------------------------------------------------------------


def test_the_bars_of_a_funnel_are_its_counts(table: pd.DataFrame) -> None:
    counts = counts_of(table)
    drawn: Any = plot.funnel(table)
    widths = [bar.get_width() for bar in drawn.patches]
    assert widths == [counts[step].sum() for step in ("sends", "delivered", "opens", "clicks")]


def test_a_funnel_says_how_many_emails_or_campaigns_it_is_over(table: pd.DataFrame) -> None:
    assert f"over {len(table)} emails" in plot.funnel(table).get_title(loc="left")
    summaries = account_of("pictures", contacts=200, weeks=60).campaign_summaries
    assert "over 1 campaign" in plot.funnel(summaries.head(1)).get_title(loc="left")


@given(sends=st.integers(0, 500), data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_shares_of_a_funnel_are_parts_of_what_they_say(sends: int, data: Any) -> None:
    bounces = data.draw(st.integers(0, sends))
    opens = data.draw(st.integers(0, sends - bounces))
    clicks = data.draw(st.integers(0, opens))
    frame = pd.DataFrame(
        {"em_sends": [sends], "em_bounces": [bounces], "em_opens": [opens], "em_clicks": [clicks]}
    )
    steps: Any = plot.funnel_table(frame).set_index("step")
    assert steps["contacts"].tolist() == [sends, sends - bounces, opens, clicks]
    for step, over in (("opens", "delivered"), ("clicks", "opens"), ("delivered", "sends")):
        whole = steps.loc[over, "contacts"]
        expected = steps.loc[step, "contacts"] / whole if whole else np.nan
        assert steps.loc[step, "of_previous"] == pytest.approx(expected, nan_ok=True)
    known = steps.dropna(subset=["low"])
    assert (
        (known["low"] <= known["of_delivered"]) & (known["of_delivered"] <= known["high"])
    ).all()


def test_a_row_in_which_a_count_is_missing_is_not_in_the_funnel(table: pd.DataFrame) -> None:
    holed = table.copy()
    holed.loc[0, "em_clicks"] = pd.NA
    steps = plot.funnel_table(holed)
    assert steps["n"].unique().tolist() == [len(table) - 1]
    assert steps["contacts"].tolist() == plot.funnel_table(table.iloc[1:])["contacts"].tolist()


# --- rates --------------------------------------------------------------------------------------


def test_dots_and_whiskers_are_the_rates_and_their_intervals(table: pd.DataFrame) -> None:
    ax = plot.rates(table, "open_rate")
    numbers = plot.rates_table(table, "open_rate")
    drawn = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(drawn) == pytest.approx(sorted(numbers["rate"]))
    whiskers = [
        tuple(segment[:, 0])
        for lines in ax.collections
        if isinstance(lines, LineCollection)
        for segment in lines.get_segments()
    ]
    expected = sorted(zip(numbers["low"], numbers["high"], strict=True))
    np.testing.assert_allclose(sorted(whiskers), expected)
    assert ax.get_xlim()[0] == 0


def test_the_last_sent_come_first_and_the_title_says_how_many_are_shown(
    table: pd.DataFrame,
) -> None:
    ax = plot.rates(table, top=3)
    newest = table.sort_values("sent_at", ascending=False)["sent_at"].head(3)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert [label[-10:] for label in labels] == newest.dt.strftime("%Y-%m-%d").tolist()
    assert f"the 3 last sent of {len(table)} emails" in " ".join(ax.get_title(loc="left").split())


def test_small_denominators_are_pale(table: pd.DataFrame) -> None:
    frame = table.head(2).assign(em_sends=[5_000, 50], em_bounces=0, em_bounces_vacation=0)
    frame = frame.assign(em_opens=[1_000, 10])
    lines: list[Any] = [
        line for line in plot.rates(frame, "open_rate").lines if line.get_marker() == "o"
    ]
    assert {len(line.get_xdata()): line.get_alpha() for line in lines} == {1: 0.4}
    assert sorted(line.get_alpha() for line in lines) == [0.4, 1.0]


def test_hostile_names_are_legible_and_two_of_one_name_stay_two(table: pd.DataFrame) -> None:
    frame = table.head(len(HOSTILE)).assign(name=list(HOSTILE))
    ax = plot.rates(frame)
    ax.figure.canvas.draw()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(labels) == len(HOSTILE) == len(set(labels))
    assert sum(label.startswith("Same · ") for label in labels) == 2
    assert sum(label.startswith("(no name) · ") for label in labels) == 2
    assert max(map(len, labels)) < 60


# --- trend --------------------------------------------------------------------------------------


def test_the_lines_of_a_trend_are_the_pooled_rates_of_the_periods(table: pd.DataFrame) -> None:
    ax = plot.trend(table, ("open_rate", "click_rate"), period="Q")
    numbers = plot.trend_table(table, ("open_rate", "click_rate"), period="Q")
    expected = analysis.rates(table, "Q", metrics=["open_rate", "click_rate"])
    assert len(numbers) == len(expected)
    lines = [line for line in ax.lines if line.get_linestyle() == "-"]
    for line, name in zip(lines, ("open_rate", "click_rate"), strict=True):
        of_metric = numbers[numbers["metric"] == name]
        assert line.get_ydata() == pytest.approx(of_metric["rate"].to_numpy())
        assert of_metric["period"].is_monotonic_increasing
    assert ax.get_ylim()[0] == 0
    assert "by quarter of sending" in ax.get_title(loc="left")


def test_every_single_campaign_is_a_dot_of_the_trend(table: pd.DataFrame) -> None:
    dots: list[Any] = [
        line for line in plot.trend(table, "open_rate").lines if line.get_marker() == "."
    ]
    assert len(dots[0].get_ydata()) == len(table)


def test_a_trend_counts_its_days_in_the_zone_that_its_axis_names(table: pd.DataFrame) -> None:
    late = table.head(1).assign(sent_at=pd.Timestamp("2026-01-01T02:00", tz="UTC"))
    assert plot.trend_table(late)["period"].iloc[0] == pd.Timestamp("2026-01-01")
    eastern = plot.trend_table(late, tz="US/Eastern")["period"].iloc[0]
    assert eastern == pd.Timestamp("2025-12-01")
    assert "US/Eastern" in plot.trend(late, tz="US/Eastern").get_xlabel()


# --- devices ------------------------------------------------------------------------------------


def test_bars_of_devices_fill_the_whole_and_are_the_shares(table: pd.DataFrame) -> None:
    ax: Any = plot.devices(table)
    numbers = plot.devices_table(table)
    widths = np.array([bar.get_width() for bar in ax.patches]).reshape(len(STAT_DEVICES), 2)
    assert widths.sum(axis=0) == pytest.approx([1.0, 1.0])
    assert widths.T.ravel() == pytest.approx(numbers["share"].to_numpy())
    assert numbers["count"].tolist()[0] == table["em_opens_all_computer"].sum()
    legend = ax.get_legend()
    assert legend is not None
    assert "not captured" in [text.get_text() for text in legend.get_texts()]


# --- compare ------------------------------------------------------------------------------------


def test_differences_are_drawn_in_points_with_their_intervals_and_verdicts(
    table: pd.DataFrame,
) -> None:
    ax = plot.compare(table, by="role")
    found = analysis.compare(table, by="role")
    [lines] = [each for each in ax.collections if isinstance(each, LineCollection)]
    [segment] = lines.get_segments()
    ends = found[["difference_low", "difference_high"]].iloc[0] * 100
    assert segment[:, 0] == pytest.approx(ends.to_numpy())
    assert any(text in found["verdict"].iloc[0] for text in texts(ax))
    assert sum(ax.get_xlim()) == pytest.approx(0)


def test_a_comparison_that_was_made_is_drawn_as_it_is(table: pd.DataFrame) -> None:
    found = analysis.compare(table, by="role", metric="click_rate")
    assert plot.compare_table(found) is found
    assert plot.compare(found).get_title(loc="left").startswith("Click rate against")
