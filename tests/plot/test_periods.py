"""A trend is each period's pooled rate; intervals say over what; gaps stay gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import ConciseDateFormatter, date2num

from ccframes.analysis.performance import rates
from ccframes.analysis.variation import differences
from ccframes.errors import ColumnsError, ConfigError
from ccframes.plot import trend, trend_table
from tests.plot import frames
from tests.plot.artists import note


def sent(*days: str, opens: list[int] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"sent_at": pd.to_datetime([*days], utc=True)})
    return frame.assign(em_sends=200, em_bounces=0, em_opens=opens or 50)


@pytest.mark.parametrize("by", ["W", "M", "QS"])
def test_periods_have_pooled_rates_and_intervals_over_their_campaigns(by: str) -> None:
    frame = frames.emails()
    table = trend_table(frame, ["open_rate", "click_rate"], by, tz="US/Eastern")
    pooled = rates(frame, by, metrics=["open_rate", "click_rate"], tz="US/Eastern")
    columns = ["period", "metric", "numerator", "denominator", "rate", "n", "n_missing"]
    pd.testing.assert_frame_equal(table[columns], pooled[columns])
    for metric in ("open_rate", "click_rate"):
        ours = table[table["metric"] == metric].reset_index(drop=True)
        theirs = differences(frame, by, metric, permutations=1, tz="US/Eastern")
        alone = theirs["low"].isna()
        assert (ours["interval"] == "contacts").tolist() == alone.tolist()
        wilson = pooled[pooled["metric"] == metric].reset_index(drop=True)
        for end in ("low", "high"):
            expected = theirs[end].where(~alone, wilson[end])
            pd.testing.assert_series_equal(ours[end], expected, check_names=False)
        assert ours["campaigns"].tolist() == theirs["campaigns"].tolist()


def test_the_line_passes_through_the_periods_middles_and_breaks_where_there_are_none() -> None:
    ax = trend(sent("2024-01-03", "2024-01-20", "2024-02-10", "2024-05-05"), "open_rate")
    line = ax.lines[0]
    x, y = np.asarray(line.get_xdata(), dtype="datetime64[D]"), np.asarray(line.get_ydata())
    assert len(x) == 5
    assert np.isnan(y).tolist() == [False, False, True, True, False]
    assert x[0] == np.datetime64("2024-01-16")
    assert y[0] == pytest.approx(25)


def test_single_campaigns_are_points_at_their_own_times() -> None:
    frame = sent("2024-01-03T12:00", "2024-01-20T00:00", opens=[40, 60])
    points: Any = trend(frame, "open_rate").collections[0].get_offsets()
    times = np.array(["2024-01-20T00:00", "2024-01-03T12:00"], dtype="datetime64[s]")
    expected = date2num(times)  # type: ignore[no-untyped-call]
    assert points[:, 0].tolist() == pytest.approx(expected.tolist())
    assert points[:, 1].tolist() == pytest.approx([30, 20])


def test_larger_periods_have_larger_marks_and_few_contacts_hollow_ones() -> None:
    frame = sent("2024-01-03", "2024-02-10", "2024-03-10").assign(em_sends=[60, 200, 400])
    ax = trend(frame, "open_rate")
    marks: Any = ax.collections[2]
    assert np.diff(marks.get_sizes()).min() > 0
    grounds = [tuple(face[:3]) for face in marks.get_facecolors()]
    assert grounds[0] == ax.get_facecolor()[:3] != grounds[1] == grounds[2]
    words = note(ax)
    assert "Hollow: fewer than 100 contacts." in words
    assert "400 in the largest" in words


def test_a_period_of_one_campaign_has_a_whisker_and_no_band() -> None:
    ax = trend(sent("2024-01-03"), "open_rate")
    words = note(ax)
    assert "Whiskers: a month of one campaign" in words
    assert "Band" not in words
    (whisker,) = ax.collections[-1].get_segments()  # type: ignore[attr-defined]
    row = trend_table(sent("2024-01-03"), "open_rate").iloc[0]
    assert whisker[:, 1].tolist() == pytest.approx([row["low"] * 100, row["high"] * 100])


def test_emails_without_a_time_are_left_out_and_counted() -> None:
    frame = sent("2024-01-03", "2024-01-20", "2024-02-10")
    frame.loc[1, "sent_at"] = pd.NaT
    table = trend_table(frame, "open_rate")
    assert table["denominator"].tolist() == [200, 200]
    words = note(trend(frame, "open_rate"))
    assert "Left out, without a time of sending: 1." in words


@pytest.mark.parametrize("counts", [{"em_sends": 0, "em_opens": 0}, {"em_sends": pd.NA}])
def test_a_trend_of_what_was_never_delivered_is_empty_and_says_so(counts: dict[str, Any]) -> None:
    frame = sent("2024-01-03", "2024-02-10").assign(**counts).astype({"em_sends": "Int64"})
    ax = trend(frame, "open_rate")
    assert not ax.lines
    assert [text.get_text() for text in ax.texts] == ["no campaign that was delivered, with a time"]
    assert ax.get_xlabel() == "time of sending, by month (UTC)"


def test_points_above_the_picture_are_counted() -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 21)]
    frame = sent(*days, opens=[50] * 19 + [3]).assign(em_sends=[200] * 19 + [3])
    ax = trend(frame, "open_rate")
    assert ax.get_ylim()[1] < 100
    assert "Points above the picture: 1." in note(ax)


def test_dates_format_themselves_and_the_axis_names_its_zone() -> None:
    ax = trend(frames.emails(), tz="US/Eastern")
    assert isinstance(ax.xaxis.get_major_formatter(), ConciseDateFormatter)
    assert ax.get_xlabel() == "time of sending, by month (US/Eastern)"
    ax.figure.canvas.draw()
    assert 2 <= sum(bool(label.get_text()) for label in ax.get_xticklabels()) <= 9


@pytest.mark.parametrize("days", [0, 1, 6, 40, 100, 400, 1_500, 4_000, 9_000])
@pytest.mark.parametrize("by", ["D", "W", "M", "Q", "Y"])
def test_any_span_is_drawn_without_a_warning(days: int, by: str) -> None:
    end = pd.Timestamp("2020-02-28") + pd.Timedelta(days=days)
    ax = trend(sent("2020-02-28", str(end.date())), "open_rate", by)
    ax.figure.canvas.draw()


def test_what_is_no_period_is_refused() -> None:
    with pytest.raises(ConfigError, match="no period"):
        trend(frames.emails(), by="role")
    with pytest.raises(ColumnsError, match="sent_at"):
        trend(frames.emails().drop(columns="sent_at"))
