"""Devices: bars are shares of all opens or clicks, and intervals are over campaigns."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from ccframes.endpoints import STAT_DEVICES
from ccframes.errors import ColumnsError
from ccframes.plot import devices, devices_table
from tests.plot import frames
from tests.plot.artists import bars, legend, note, widths


def test_shares_are_of_all_events_and_come_to_one() -> None:
    frame, table = frames.emails(), devices_table(frames.emails())
    for kind in ("opens", "clicks"):
        rows = table[table["kind"] == kind]
        counts = [int(frame[f"em_{kind}_all_{device}"].sum()) for device in STAT_DEVICES]
        assert rows["device"].tolist() == list(STAT_DEVICES)
        assert rows["count"].tolist() == counts
        assert set(rows["total"]) == {int(frame[f"em_{kind}_all"].sum())}
        assert rows["share"].sum() == pytest.approx(1)


def test_intervals_hold_what_leaving_out_campaigns_does() -> None:
    frame, table = frames.emails(), devices_table(frames.emails())
    row = table[(table["kind"] == "opens") & (table["device"] == "mobile")].iloc[0]
    assert row["low"] < row["share"] < row["high"]
    sums = frame.groupby("campaign_id")[["em_opens_all_mobile", "em_opens_all"]].sum()
    left = (sums.sum() - sums).astype("float64")
    shares = left["em_opens_all_mobile"] / left["em_opens_all"]
    n = row["campaigns"]
    assert n == len(sums)
    error = np.sqrt((n - 1) / n * ((shares - row["share"]) ** 2).sum())
    assert 1.9 * error < row["high"] - row["share"] < 2.7 * error


def test_bars_are_the_shares_from_0() -> None:
    ax, table = devices(frames.emails()), devices_table(frames.emails())
    assert widths(ax) == pytest.approx((table["share"] * 100).tolist())
    assert {bar.get_x() for bar in bars(ax)} == {0}
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["computer", "mobile", "tablet", "other", "not captured"]
    places = [bar.get_y() + bar.get_height() / 2 for bar in bars(ax)]
    assert all(step > 0 for step in np.diff(places[:5]))
    assert all(abs(one - round(one)) < 0.5 for one in places)


def test_bars_do_not_overlap() -> None:
    spans = sorted(
        (bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars(devices(frames.emails()))
    )
    assert all(after[0] >= before[1] - 1e-9 for before, after in pairwise(spans))


def test_kinds_differ_by_hatch_as_well_and_the_legend_has_their_totals() -> None:
    frame = frames.emails()
    ax = devices(frame)
    assert {bar.get_hatch() or "" for bar in bars(ax)} == {"", "///"}
    assert legend(ax) == [
        f"opens ({frame['em_opens_all'].sum():,} in all)",
        f"clicks ({frame['em_clicks_all'].sum():,} in all)",
    ]


def test_what_distorts_the_split_is_said() -> None:
    words = note(devices(frames.emails()))
    assert "interval over campaigns" in words
    assert "Privacy proxies" in words


def test_one_campaign_has_no_interval_and_that_is_said() -> None:
    table = devices_table(frames.one())
    assert table[["low", "high"]].isna().all(axis=None)
    assert devices(frames.one()).texts[0].get_text().startswith("No interval")


def test_a_kind_without_events_is_not_drawn_and_few_events_are_faded() -> None:
    few = frames.one()
    few.loc[:, few.columns.str.contains("em_opens_all|em_clicks_all")] = 0
    few.loc[:, ["em_opens_all", "em_opens_all_computer"]] = 10
    ax = devices(few)
    assert widths(ax) == [100, 0, 0, 0, 0]
    assert {bar.get_alpha() for bar in bars(ax)} == {0.45}
    assert "fewer than 100: faded" in legend(ax)[0]


def test_rows_without_counts_are_left_out_and_counted() -> None:
    frame = frames.emails().head(4)
    frame.loc[frame.index[0], "em_opens_all_mobile"] = pd.NA
    table = devices_table(frame)
    mobile = (table["kind"] == "opens") & (table["device"] == "mobile")
    assert table.loc[mobile, ["n", "n_missing"]].to_numpy().tolist() == [[3, 1]]
    assert (table.loc[~mobile, "n_missing"] == 0).all()


def test_summaries_do_not_know_devices() -> None:
    with pytest.raises(ColumnsError, match="load_activity_stats"):
        devices(frames.campaigns())
