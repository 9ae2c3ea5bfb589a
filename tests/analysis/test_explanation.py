"""Each reason for a difference is named and measured, and together they are the difference."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccframes.analysis.explanation import REASONS, explain
from ccframes.analysis.performance import rates
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from tests.analysis.accounts import account_of

METRICS = ("open_rate", "click_rate", "click_to_open_rate", "bounce_rate", "optout_rate")
SMALL = {"contacts": 200, "weeks": 60}


def account() -> Any:
    return account_of("reasons", **SMALL)


def campaign_table() -> pd.DataFrame:
    frames = account()
    roles = frames.activities[["campaign_activity_id", "role"]]
    percents = frames.campaign_stats[["campaign_id", "open_percent"]]
    percents = percents.rename(columns={"open_percent": "campaign_open_percent"})
    return pd.DataFrame(frames.activity_stats.merge(roles).merge(percents))


def steps(found: pd.DataFrame) -> dict[str, float]:
    return dict(zip(found["reason"], found["difference"], strict=True))


def stats_of(rows: list[tuple[int, ...]], **more: Any) -> pd.DataFrame:
    """Campaign stats of (sends, bounces, opens), with the percents that the API would give."""
    frame = pd.DataFrame(rows, columns=["em_sends", "em_bounces", "em_opens"])
    delivered = frame["em_sends"] - frame["em_bounces"]
    not_opened = (delivered - frame["em_opens"]).clip(lower=0)
    open_percent = (frame["em_opens"] / delivered * 100).round(2).where(delivered > 0, 0.0)
    did_not = (not_opened / delivered * 100).round(2).where(delivered > 0, 0.0)
    ids = [f"campaign {number}" for number in range(len(frame))]
    return frame.assign(
        campaign_id=ids, open_percent=open_percent, did_not_open_percent=did_not, **more
    )


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("weighting", ["pooled", "campaign"])
@pytest.mark.parametrize("report", ["campaign_stats", "activity_stats", "campaign_summaries"])
def test_the_differences_add_up_from_our_number_to_theirs(
    metric: str, weighting: Any, report: str
) -> None:
    frame = getattr(account(), report)
    found = explain(frame, metric, weighting=weighting)
    assert found["reason"].tolist() == list(REASONS)
    assert found["ours"].iloc[0] == rates(frame, metrics=metric)["rate"].item()
    assert found["ours"].iloc[1:].tolist() == found["theirs"].iloc[:-1].tolist()
    whole = found["theirs"].iloc[-1] - found["ours"].iloc[0]
    assert found["difference"].sum() == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("metric", METRICS)
def test_of_campaign_stats_the_reasons_leave_nothing_to_explain(metric: str) -> None:
    found = steps(explain(account().campaign_stats, metric))
    assert abs(found["rest"]) < 1e-12
    assert abs(found["rounding"]) < 5e-5
    assert abs(found["weighting"]) > 1e-4


def test_activities_differ_by_vacation_replies_and_by_counting_a_resend_apart() -> None:
    frames = account()
    found = explain(frames.activity_stats, campaigns=frames.campaign_stats, weighting="pooled")
    differences = steps(found)
    assert differences["vacation"] > 0
    assert differences["level"] > 0.01
    pooled = rates(frames.campaign_stats, metrics="open_rate")["rate"].item()
    assert found.set_index("reason").loc["level", "theirs"] == pytest.approx(pooled, rel=1e-12)
    assert abs(differences["rest"]) < 1e-12
    vacation = frames.activity_stats["em_bounces_vacation"].sum()
    assert found["explanation"].iloc[0].startswith(f"{vacation} vacation replies")


def test_the_campaign_tables_own_percents_stand_for_the_counts_of_campaigns() -> None:
    exact = explain(account().activity_stats, campaigns=account().campaign_stats)
    near = explain(campaign_table())
    assert steps(near)["level"] == pytest.approx(steps(exact)["level"], abs=1e-3)
    assert near["theirs"].iloc[-1] == pytest.approx(
        account().campaign_stats["open_percent"].mean() / 100, rel=1e-12
    )
    assert abs(steps(near)["rest"]) < 1e-12


def test_the_apis_click_percent_is_of_those_who_opened() -> None:
    found = explain(account().campaign_stats, "click_rate", weighting="pooled")
    step = found.set_index("reason").loc["denominator"]
    of_openers = rates(account().campaign_stats, metrics="click_to_open_rate")["rate"].item()
    assert step["theirs"] == of_openers
    assert "those delivered" in step["explanation"]
    assert "those who opened" in step["explanation"]


def test_a_campaign_with_nothing_delivered_counts_as_0_percent_there() -> None:
    found = steps(explain(stats_of([(10, 0, 5), (4, 4, 0)])))
    assert found["nothing_delivered"] == pytest.approx(-0.25)
    assert found["rest"] == pytest.approx(0)


def test_not_opened_stops_at_0() -> None:
    frame = stats_of([(10, 2, 9), (10, 0, 5)])
    found = explain(frame, theirs="did_not_open_percent")
    assert steps(found)["clamp"] == pytest.approx((1 - 9 / 8) / 2)
    assert found["theirs"].iloc[-1] == pytest.approx(0.75)
    assert steps(found)["rest"] == pytest.approx(0)
    assert steps(explain(frame))["clamp"] == 0


@pytest.mark.parametrize(("percent", "decimals"), [(33.0, 0), (33.3, 1), (33.33, 2)])
def test_percents_are_rounded_as_the_column_shows(percent: float, decimals: int) -> None:
    frame = stats_of([(3, 0, 1)]).assign(open_percent=percent)
    found = explain(frame)
    assert steps(found)["rounding"] == pytest.approx(percent / 100 - 1 / 3)
    assert f"to {decimals} decimals" in found["explanation"].iloc[6]
    assert steps(found)["rest"] == pytest.approx(0)


def test_a_dashboards_number_is_taken_as_it_is_said_to_be_made() -> None:
    frame = stats_of([(100, 20, 40), (10, 0, 1)])
    by_sends = (0.4 + 0.1) / 2 * 100
    found = explain(frame, theirs=by_sends, over="sends")
    assert steps(found)["rest"] == pytest.approx(0, abs=1e-12)
    assert steps(found)["denominator"] == pytest.approx(41 / 110 - 41 / 90)
    unexplained = explain(frame, theirs=by_sends + 3, over="sends")
    assert steps(unexplained)["rest"] == pytest.approx(0.03)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)), min_size=1),
    st.sampled_from([None, "did_not_open_percent"]),
    st.sampled_from(["pooled", "campaign"]),
)
def test_whatever_the_counts_the_reasons_explain_the_apis_percents(
    rows: list[tuple[int, int, int]], theirs: Any, weighting: Any
) -> None:
    frame = stats_of([(left + bounces, bounces, opens) for left, bounces, opens in rows])
    found = explain(frame, theirs=theirs, weighting=weighting)
    if found["difference"].notna().all():
        # a unit of the last decimal, where a half may have been rounded the other way
        assert abs(steps(found)["rest"]) <= 1.01e-4


def test_campaigns_without_stats_are_said_to_be_left_out() -> None:
    frames = account()
    found = explain(frames.activity_stats, campaigns=frames.campaign_stats.iloc[3:])
    assert "Of 3 campaigns there are no stats" in found["explanation"].iloc[2]


def test_rows_that_count_twice_or_have_no_counts_are_told() -> None:
    frame = account().campaign_stats
    with pytest.warns(PartialResultWarning, match=r'rows .*drop_duplicates\("campaign_id"\)'):
        explain(pd.concat([frame, frame.tail(1)]))
    opens = frame["em_opens"].mask(frame.index == 0)
    with pytest.warns(PartialResultWarning, match="1 of .* rows lack a count that open_rate needs"):
        explain(frame.assign(em_opens=opens))


def test_percents_that_are_no_numbers_or_there_twice_are_refused() -> None:
    frame = account().campaign_stats
    with pytest.raises(ColumnsError, match="open_percent: numbers of percent are needed"):
        explain(frame.assign(open_percent="55 %"))
    with pytest.raises(ColumnsError, match="several columns 'open_percent'"):
        explain(pd.concat([frame, frame[["open_percent"]]], axis=1))


def test_an_empty_frame_gives_an_empty_typed_frame() -> None:
    frame = account().campaign_stats
    full, empty = explain(frame), explain(frame.head(0))
    assert len(empty) == 0
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()


def test_what_cannot_be_used_is_refused_with_what_can() -> None:
    frame = account().campaign_stats
    with pytest.raises(ConfigError, match="no percent beside 'forward_rate'"):
        explain(frame, "forward_rate")
    with pytest.raises(ConfigError, match="did_not_open_percent"):
        explain(frame, "click_rate", theirs="did_not_open_percent")
    with pytest.raises(ConfigError, match="delivered, sends, opens"):
        explain(frame, over="contacts")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="pooled, campaign"):
        explain(frame, weighting="mean")  # type: ignore[arg-type]
    with pytest.raises(ColumnsError, match="load_campaign_stats"):
        explain(account().activity_stats, theirs="did_not_open_percent")
    with pytest.raises(ColumnsError, match=r"campaigns: .*'campaign_id'"):
        explain(account().activity_stats, campaigns=frame.drop(columns="campaign_id"))
