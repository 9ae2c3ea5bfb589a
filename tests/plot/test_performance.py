"""Dots are the table's rates, in its order; what is left out is said; two of a name stay two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from ccframes.analysis import performance
from ccframes.errors import ConfigError
from ccframes.plot import rates, rates_table
from tests.plot import frames
from tests.plot.artists import legend, note, spans, title


def dots(ax: Any, number: int = 0) -> list[tuple[float, float]]:
    """Return the places of the dots of a metric, from the top."""
    marker = ("o", "s", "^")[number]
    found = [
        point
        for line in ax.lines
        if line.get_marker() == marker
        for point in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]
    return sorted(found, key=lambda point: float(point[1]))


def test_each_campaign_has_the_rates_it_has_alone() -> None:
    frame = frames.emails()
    table = rates_table(frame, metrics=["click_rate", "open_rate"])
    newest = frame.sort_values("sent_at", ascending=False, kind="stable")
    assert table["rank"].tolist() == np.repeat(np.arange(len(frame)) + 1, 2).tolist()
    for place in (0, len(frame) - 1):
        alone = performance.rates(newest.iloc[[place]], metrics=["open_rate", "click_rate"])
        shown = table[table["rank"] == place + 1].reset_index(drop=True)
        columns = ["metric", "numerator", "denominator", "rate", "low", "high", "n", "n_missing"]
        pd.testing.assert_frame_equal(shown[columns], alone[columns])


def test_the_dots_and_whiskers_are_the_tables() -> None:
    ax = rates(frames.emails(), top=10)
    table = rates_table(frames.emails())
    for number, metric in enumerate(["open_rate", "click_rate"]):
        shown = table[(table["metric"] == metric) & (table["rank"] <= 10)]
        assert [x for x, _ in dots(ax, number)] == pytest.approx((shown["rate"] * 100).tolist())
    limits = table.loc[table["rank"] <= 10, ["low", "high"]].to_numpy() * 100
    assert spans(ax) == pytest.approx(np.sort(limits, axis=0))


def test_the_pooled_rate_is_a_dashed_line_and_in_the_legend() -> None:
    ax = rates(frames.emails(), metrics="open_rate")
    pooled = performance.rates(frames.emails(), metrics="open_rate")["rate"].item()
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert [line.get_xdata()[0] for line in dashed] == pytest.approx([pooled * 100])  # type: ignore[index]
    assert (rates_table(frames.emails(), metrics="open_rate")["pooled_rate"] == pooled).all()
    assert legend(ax)[0] == f"opened / delivered, pooled {pooled * 100:.1f} %"


def test_the_title_says_how_many_of_how_many_and_the_rest_is_not_drawn() -> None:
    many = frames.many()
    ax = rates(many)
    assert f"the newest 25 of {len(many):,} emails" in title(ax)
    assert len(dots(ax)) == len(ax.get_yticks()) == 25
    best = rates(many, top=7, best_first=True)
    assert f"the best 7 of {len(many):,} emails" in title(best)


def test_rows_without_a_count_are_named_and_have_no_dots() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "em_sends": 900, "em_bounces": 0})
    ax = rates(frame.assign(em_opens=pd.array([None, None], dtype="Int64")), metrics="open_rate")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert np.isnan([x for x, _ in dots(ax)]).all()
    assert ax.get_xlim() == (0, 1)


def test_the_best_are_those_that_are_surely_good() -> None:
    frame = pd.DataFrame(
        {"name": ["few", "sure", "bad"], "em_sends": [2, 900, 900], "em_opens": [2, 600, 100]}
    ).assign(em_bounces=0)
    table = rates_table(frame, metrics="open_rate", best_first=True)
    assert table["label"].tolist() == ["sure", "few", "bad"]


def test_campaigns_of_one_name_are_told_apart_by_their_dates() -> None:
    frame = frames.hostile()
    labels = rates_table(frame, metrics="open_rate")["label"]
    twins = labels[labels.str.startswith("Newsletter")]
    assert len(twins) == twins.nunique() == 2
    assert twins.str.fullmatch(r"Newsletter · \d{4}-\d\d-\d\d").all()
    assert labels.str.len().max() <= 45


def test_resends_are_called_so_and_nameless_campaigns_by_their_id() -> None:
    frame = frames.emails().head(2).assign(role=["resend", "primary_email"])
    frame["name"] = pd.Series(["Gift", None], index=frame.index, dtype=object)
    labels = set(rates_table(frame, metrics="open_rate")["label"])
    assert labels == {"Gift (resend)", frame["campaign_id"].iloc[1][:8]}


def test_groups_come_in_the_order_of_their_keys() -> None:
    ax = rates(frames.emails(), by="role")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["primary_email", "resend"]
    assert "2 groups of" in title(ax)
    by_role = performance.rates(frames.emails(), "role", metrics="open_rate")
    assert [x for x, _ in dots(ax)] == pytest.approx((by_role["rate"] * 100).tolist())


def test_few_contacts_are_hollow_and_that_is_said() -> None:
    frame = pd.DataFrame({"em_sends": [99, 100], "em_bounces": 0, "em_opens": 30})
    ax = rates(frame, metrics="open_rate")
    lines: list[Any] = [line for line in ax.lines if line.get_marker() == "o"]
    faces = {line.get_xdata()[0]: to_hex(line.get_markerfacecolor()) for line in lines}
    assert faces[30.0] != to_hex(ax.get_facecolor()) == faces[30 / 99 * 100]
    assert "fewer than 100 contacts" in note(ax)
    none_few = rates(frame.tail(1), metrics="open_rate")
    assert "fewer" not in note(none_few)


def test_nothing_delivered_has_a_row_without_a_dot_and_that_is_said() -> None:
    frame = pd.DataFrame({"em_sends": [5, 500], "em_bounces": [5, 0], "em_opens": [0, 200]})
    ax = rates(frame, metrics="open_rate")
    assert np.isnan([x for x, _ in dots(ax)]).tolist() == [True, False]
    assert "No dot" in note(ax)


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ConfigError, match="asks for nothing"):
        rates(frames.emails(), metrics=[])
    with pytest.raises(ConfigError, match="at least 1"):
        rates(frames.emails(), top=0)


def test_rates_of_different_wholes_share_an_axis_that_names_neither() -> None:
    ax = rates(frames.emails(), metrics=["open_rate", "click_to_open_rate"])
    assert ax.get_xlabel() == "share [%]"
    assert ax.get_title(loc="left").startswith("Opened / delivered and clicked / opened:")
