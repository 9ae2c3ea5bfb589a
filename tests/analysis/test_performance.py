"""Rates over groups: over what, with which interval, beside the API's percents."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ccframes.analysis.performance import METRICS, rates
from ccframes.analysis.proportions import wilson
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from ccframes.frames.measures import RATES, counts_of
from tests.analysis.accounts import account_of

DTYPES = {
    "metric": "category",
    "numerator": "Int64",
    "denominator": "Int64",
    "rate": "float64",
    "low": "float64",
    "high": "float64",
    "n": "Int64",
    "n_missing": "Int64",
    "weighting": "category",
    "api_percent": "float64",
}
SMALL = {"contacts": 200, "weeks": 40}


def account() -> Any:
    return account_of("rates", **SMALL)


def campaign_table() -> pd.DataFrame:
    """Activities with their roles, and beside them their campaign's percents."""
    frames = account()
    roles = frames.activities[["campaign_activity_id", "role", "sent_at"]]
    percents = frames.campaign_stats[["campaign_id", "open_percent", "bounce_percent"]]
    percents = percents.rename(columns=lambda name: name.replace("open_p", "campaign_open_p"))
    percents = percents.rename(columns=lambda name: name.replace("bounce_p", "campaign_bounce_p"))
    table = frames.activity_stats.merge(roles, on="campaign_activity_id")
    return pd.DataFrame(table.merge(percents, on="campaign_id"))


@pytest.mark.parametrize("report", ["campaign_summaries", "campaign_stats", "activity_stats"])
def test_pooled_rates_are_sums_over_sums_with_wilsons_interval(report: str) -> None:
    frame = getattr(account(), report)
    found, counts = rates(frame), counts_of(frame)
    assert found["metric"].tolist() == list(METRICS)
    for rate, (_, row) in zip(RATES, found.iterrows(), strict=True):
        if counts[rate.numerator].isna().all():
            assert pd.isna(row["numerator"])
            assert np.isnan(row["rate"])
            assert (row["n"], row["n_missing"]) == (0, len(frame))
            continue
        part, whole = int(counts[rate.numerator].sum()), int(counts[rate.denominator].sum())
        assert (row["numerator"], row["denominator"], row["n"]) == (part, whole, len(frame))
        assert row["rate"] == part / whole
        assert (row["low"], row["high"]) == wilson(part, whole)


def test_the_mean_of_campaigns_has_students_interval() -> None:
    frame = account().campaign_stats
    (row,) = rates(frame, weighting="campaign", ci=0.9, metrics="open_rate").to_dict("records")
    counts = counts_of(frame).astype("float64")
    each = counts["opens"] / counts["delivered"]
    expected = stats.t.interval(0.9, len(each) - 1, loc=each.mean(), scale=stats.sem(each))
    assert row["rate"] == pytest.approx(each.mean(), rel=1e-12)
    assert (row["low"], row["high"]) == pytest.approx(expected, rel=1e-9)
    assert row["numerator"] == counts["opens"].sum()


def test_one_campaign_has_a_mean_but_no_interval_of_it() -> None:
    one = rates(account().campaign_stats.head(1), weighting="campaign", metrics="open_rate")
    assert one["rate"].notna().all()
    assert one[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("by", ["group", ["group", "half"], lambda frame: frame["group"]])
@pytest.mark.parametrize("weighting", ["pooled", "campaign"])
def test_each_group_has_the_rates_it_would_have_alone(by: Any, weighting: Any) -> None:
    frame = account().campaign_stats
    frame = frame.assign(group=["x", "y", None] * (len(frame) // 3) + ["x"] * (len(frame) % 3))
    frame["half"] = pd.Categorical(
        np.where(frame.index % 2, "odd", "even"), categories=["odd", "even", "never"]
    )
    found = rates(frame, by, weighting=weighting)
    keys = [by] if isinstance(by, str) else by if isinstance(by, list) else ["group"]
    for key, alone in frame.groupby(keys, dropna=False, observed=True):
        chosen = np.logical_and.reduce(
            [
                found[name].isna() if pd.isna(value) else found[name] == value
                for name, value in zip(keys, key, strict=True)
            ]
        )
        pd.testing.assert_frame_equal(
            found.loc[chosen, list(DTYPES)].reset_index(drop=True),
            rates(alone, weighting=weighting),
        )
    assert len(found) == len(frame[keys].drop_duplicates()) * len(METRICS)


def test_a_period_begins_in_the_accounts_time_zone() -> None:
    instants = [*pd.to_datetime(["2024-02-01T03:00Z", "2024-02-01T06:00Z"], utc=True), pd.NaT]
    frame = pd.DataFrame(
        {"em_sends": [10, 20, 30], "em_bounces": [0, 0, 0], "em_opens": [1, 2, 3]}
    ).assign(sent_at=instants)
    at_home = rates(frame, "M", tz="US/Eastern", metrics="open_rate")
    assert at_home["period"].tolist()[:2] == [
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-02-01"),
    ]
    assert at_home["denominator"].tolist() == [10, 20, 30]
    assert pd.isna(at_home["period"].iloc[2])
    assert rates(frame, "MS", metrics="open_rate")["denominator"].tolist() == [30, 30]
    assert rates(frame, "M")["period"].dtype == "datetime64[us]"


@pytest.mark.parametrize("alias", ["D", "W", "W-SUN", "M", "ME", "Q", "QS", "Y", "YE"])
def test_periods_read_back_from_text_are_the_same(alias: str) -> None:
    frame = account().campaign_summaries
    text = pd.read_csv(io.StringIO(frame.to_csv(index=False)))
    pd.testing.assert_frame_equal(rates(text, alias), rates(frame, alias))


def test_the_apis_percents_stand_beside_ours_weighted_alike() -> None:
    frame = account().campaign_stats  # without vacation replies, ours are the API's but rounded
    weightings: tuple[Any, Any] = ("pooled", "campaign")
    for weighting in weightings:
        found = rates(frame, weighting=weighting).set_index("metric")
        beside = ["open_rate", "click_to_open_rate", "bounce_rate", "optout_rate"]
        assert found.loc[beside, "api_percent"].tolist() == pytest.approx(
            (found.loc[beside, "rate"] * 100).tolist(), abs=0.005
        )
        others = found.index.difference(beside)
        assert found.loc[others, "api_percent"].isna().all()


def test_a_campaigns_percent_counts_once_and_goes_with_its_primary_email() -> None:
    table, percents = campaign_table(), account().campaign_stats
    assert table["campaign_id"].duplicated().any()
    mean = rates(table, weighting="campaign", metrics="open_rate")["api_percent"].item()
    assert mean == pytest.approx(percents["open_percent"].mean(), rel=1e-12)
    by_role = rates(table, "role", weighting="campaign", metrics="open_rate")
    percent = dict(zip(by_role["role"], by_role["api_percent"], strict=True))
    assert percent["primary_email"] == pytest.approx(mean, rel=1e-12)
    assert np.isnan(percent["resend"])
    nameless = rates(table.drop(columns="role"), weighting="campaign", metrics="open_rate")
    assert nameless["api_percent"].item() == pytest.approx(mean, rel=1e-12)


def test_missing_counts_are_counted_and_add_to_neither_sum() -> None:
    frame = pd.DataFrame(
        {"em_sends": [10, 10, 5], "em_bounces": [0, 0, 5], "em_opens": [4, None, 0]}
    )
    pooled = rates(frame, metrics="open_rate").iloc[0]
    assert (pooled["numerator"], pooled["denominator"]) == (4, 10)
    assert (pooled["n"], pooled["n_missing"]) == (2, 1)
    mean = rates(frame, metrics="open_rate", weighting="campaign").iloc[0]
    assert (mean["n"], mean["n_missing"], mean["rate"]) == (1, 2, 0.4)


def test_nothing_delivered_has_no_rate() -> None:
    frame = pd.DataFrame({"em_sends": [5], "em_bounces": [5], "em_opens": [0]})
    row = rates(frame, metrics="open_rate").iloc[0]
    assert row["denominator"] == 0
    assert row[["rate", "low", "high"]].isna().all()


def test_more_opens_than_delivered_are_shown_without_an_interval() -> None:
    frame = pd.DataFrame({"em_sends": [5], "em_bounces": [1], "em_opens": [5]})
    row = rates(frame, metrics="open_rate").iloc[0]
    assert row["rate"] == 1.25
    assert row[["low", "high"]].isna().all()


def test_metrics_come_in_their_own_order_whatever_the_order_asked_for() -> None:
    found = rates(account().campaign_stats, metrics=["click_rate", "open_rate", "open_rate"])
    assert found["metric"].tolist() == ["open_rate", "click_rate"]
    assert found["metric"].cat.categories.tolist() == list(METRICS)


@pytest.mark.parametrize("weighting", ["pooled", "campaign"])
@pytest.mark.parametrize("by", [None, "campaign_type", ["campaign_type", "M"]])
def test_an_empty_frame_gives_an_empty_typed_frame(by: Any, weighting: Any) -> None:
    frame = account().campaign_summaries
    full, empty = (rates(each, by, weighting=weighting) for each in (frame, frame.head(0)))
    assert len(empty) == 0
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
    assert {name: str(full[name].dtype) for name in DTYPES} == DTYPES


def test_the_frame_stays_as_it_was_and_its_index_does_not_matter() -> None:
    frame = account().campaign_summaries.drop(columns="campaign_id")
    twice = pd.concat([frame, frame])
    before = twice.copy(deep=True)
    found = rates(twice, "campaign_type")
    pd.testing.assert_frame_equal(twice, before)
    once = rates(frame, "campaign_type")
    assert found["numerator"].tolist() == (once["numerator"] * 2).tolist()
    assert isinstance(found.index, pd.RangeIndex)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.sampled_from("abc")), min_size=1)
)
def test_the_groups_together_are_the_whole(rows: list[tuple[int, int, str]]) -> None:
    frame = pd.DataFrame(
        {
            "em_sends": [sends + bounces for sends, bounces, _ in rows],
            "em_bounces": [bounces for _, bounces, _ in rows],
            "key": [key for *_, key in rows],
        }
    )
    parts, whole = (rates(frame, by, metrics="bounce_rate") for by in ("key", None))
    for column in ("numerator", "denominator", "n", "n_missing"):
        assert parts[column].sum() == whole[column].item()
    assert whole["n"].item() + whole["n_missing"].item() == len(frame)


def biggest(frame: pd.DataFrame) -> Any:
    return (frame["em_sends"] > frame["em_sends"].median()).rename("biggest")


@pytest.mark.parametrize(
    "by",
    [
        lambda rows: biggest(rows.sort_values("em_opens", kind="stable")),
        lambda rows: biggest(rows).sort_index(ascending=False),
    ],
    ids=["sorted by values", "backwards"],
)
def test_a_function_may_give_its_values_in_another_order(by: Any) -> None:
    frame = account().campaign_stats
    pd.testing.assert_frame_equal(rates(frame, by), rates(frame, biggest))


def test_values_in_the_order_of_the_rows_stay_with_them_whatever_their_index() -> None:
    frame = account().campaign_stats.sort_values("em_opens")
    expected = rates(frame.reset_index(drop=True), biggest)
    for indexed in (
        frame,
        frame.set_index("campaign_id"),
        pd.concat([frame, frame]).head(len(frame)),
    ):
        own = biggest(indexed)
        for values in (own, own.to_numpy()):
            found = rates(indexed, lambda _, values=values: values)  # type: ignore[misc]
            named = found.rename(columns={"group": "biggest"}).astype({"biggest": "boolean"})
            pd.testing.assert_frame_equal(named, expected)


@pytest.mark.parametrize("report", ["activity_stats", "campaign_stats", "campaign_summaries"])
def test_rows_that_count_twice_are_told(report: str) -> None:
    frame = getattr(account(), report)
    twice = pd.concat([frame, frame.head(3)], ignore_index=True)
    key = "campaign_activity_id" if report == "activity_stats" else "campaign_id"
    said = f"^3 of {len(twice)} rows have a {key} that another row of their group has"
    with pytest.warns(PartialResultWarning, match=said):
        rates(twice, "campaign_id" if report == "activity_stats" else None)


def test_rows_that_count_once_in_their_group_are_not_told() -> None:
    table = campaign_table()
    assert table["campaign_id"].duplicated().any()
    rates(table)
    rates(pd.concat([table.head(5), table.tail(5)]))
    rates(table.assign(campaign_activity_id=None))
    on_two_lists = pd.concat([table.assign(list_id="first"), table.assign(list_id="second")])
    assert rates(on_two_lists, "list_id", metrics="open_rate")["n"].tolist() == [len(table)] * 2


def test_what_cannot_be_used_is_refused_with_what_can() -> None:
    frame = account().campaign_stats
    with pytest.raises(ConfigError, match="there are delivery_rate, open_rate"):
        rates(frame, metrics="opens")
    with pytest.raises(ConfigError, match="asks for nothing"):
        rates(frame, metrics=[])
    with pytest.raises(ConfigError, match="pooled, campaign"):
        rates(frame, weighting="mean")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="between 0 and 1"):
        rates(frame, ci=95)
    with pytest.raises(ColumnsError, match="no column 'sender'"):
        rates(frame, "sender")
    with pytest.raises(ColumnsError, match="load_campaign_table"):
        rates(frame, "M")
    with pytest.raises(ColumnsError, match="rename"):
        rates(frame.assign(rate=1), "rate")
    with pytest.raises(ColumnsError, match="one value for each"):
        rates(frame, lambda given: given["em_sends"].head(1))
    with pytest.raises(ColumnsError, match="groups by nothing"):
        rates(frame, [])
    with pytest.raises(ColumnsError, match="load_activity_stats"):
        rates(pd.DataFrame({"a": [1]}))
