"""Comparisons find what is there, and no more often than allowed what is not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import power as power_oracle

from ccframes.analysis.clusters import clusters_of
from ccframes.analysis.comparison import compare, sample_size
from ccframes.analysis.contrasts import contrast
from ccframes.analysis.grouping import Groups
from ccframes.analysis.performance import named_rate
from ccframes.analysis.proportions import equality_test, holm, newcombe, ratio_interval
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from tests.analysis.accounts import account_of

SMALL = {"contacts": 200, "weeks": 60}


def arms(*rows: tuple[int, int], **more: Any) -> pd.DataFrame:
    """Emails of (opens, delivered), one row each, called "0", "1", ..."""
    frame = pd.DataFrame(rows, columns=["em_opens", "em_sends"]).assign(em_bounces=0)
    return frame.assign(**{"arm": [str(number) for number in range(len(rows))], **more})


def campaigns(seed: int, *sizes: int, lift: float = 0.0) -> pd.DataFrame:
    """Campaigns of arms that differ in size and in rate as campaigns do; the last has a lift."""
    draws = np.random.default_rng(seed)
    arm = np.repeat(np.arange(len(sizes)), sizes)
    sends = (draws.choice([60, 300, 1200], size=len(arm)) * draws.uniform(0.5, 1, len(arm))).astype(
        int
    )
    raised = np.where(arm == len(sizes) - 1, 1 + lift, 1.0)
    chance = np.clip(0.4 * raised * np.exp(draws.normal(0, 0.28, len(arm))), 0, 0.95)
    return pd.DataFrame(
        {"em_sends": sends, "em_bounces": 0, "em_opens": draws.binomial(sends, chance)}
    ).assign(arm=arm.astype(str))


def primaries(seed: str, **size: Any) -> pd.DataFrame:
    """The statistics of the primary emails, with what their subjects truly do."""
    frames = account_of(seed, **size)
    appeal = frames.activity_stats["campaign_activity_id"].map(frames.truth.subjects)
    return frames.activity_stats.assign(appeal=appeal).dropna(subset="appeal")


def test_arms_of_one_email_have_the_intervals_and_tests_of_proportions() -> None:
    frame = arms((300, 1000), (400, 990), (310, 1005))
    found = compare(frame, by="arm")
    table = ([400, 310], [990, 1005], [300], [1000])
    assert found["unit"].tolist() == ["contact"] * 2
    assert found[["arm", "baseline"]].to_numpy().tolist() == [["1", "0"], ["2", "0"]]
    for name, ends, less in (
        ("difference", newcombe(*table), 0),
        ("lift", ratio_interval(*table), 1),
    ):
        assert found[f"{name}_low"].tolist() == (ends[0] - less).tolist()
        assert found[f"{name}_high"].tolist() == (ends[1] - less).tolist()
    assert found["p_value"].tolist() == equality_test(*table).tolist()
    assert found["p_adjusted"].tolist() == holm(found["p_value"]).tolist()
    assert found["difference"].tolist() == [400 / 990 - 0.3, 310 / 1005 - 0.3]
    assert found["lift"].tolist() == pytest.approx([400 / 990 / 0.3 - 1, 310 / 1005 / 0.3 - 1])


@pytest.mark.parametrize("unit", ["contact", "campaign"])
def test_each_arm_says_the_level_of_its_intervals(unit: Any) -> None:
    found = compare(campaigns(1, 5, 5, 5), by="arm", unit=unit, ci=0.5)
    assert found["ci"].tolist() == [0.5, 0.5]


def test_two_frames_are_the_arms_a_and_b() -> None:
    frame = arms((300, 1000), (400, 1000))
    found = compare(frame.head(1), frame.tail(1))
    pd.testing.assert_frame_equal(
        found.drop(columns=["arm", "baseline"]),
        compare(frame, by="arm").drop(columns=["arm", "baseline"]),
    )
    assert found[["arm", "baseline"]].to_numpy().tolist() == [["b", "a"]]
    turned = compare(frame.head(1), frame.tail(1), baseline="b")
    assert turned["difference"].item() == -found["difference"].item()
    assert turned["p_value"].item() == pytest.approx(found["p_value"].item(), rel=1e-12)


def test_frames_of_different_reports_can_be_compared() -> None:
    frames = account_of("reports", **SMALL)
    found = compare(frames.campaign_summaries.head(9), frames.activity_stats.head(9))
    assert found["unit"].item() == "campaign"
    assert found["rate"].notna().all()


def test_the_unit_is_the_contact_only_where_each_arm_is_one_row() -> None:
    frame = arms((30, 100), (40, 100), (35, 100))
    assert compare(frame.head(2), by="arm")["unit"].tolist() == ["contact"]
    several = frame.assign(arm=["x", "x", "y"])
    assert compare(several, by="arm")["unit"].tolist() == ["campaign"]
    assert compare(several, by="arm", unit="contact")["unit"].tolist() == ["contact"]


def test_the_variance_over_campaigns_is_the_jackknifes() -> None:
    frame = campaigns(7, 6, 9)
    clusters = clusters_of_arms(frame)
    for arm in (0, 1):
        opens = frame.loc[frame["arm"] == str(arm), "em_opens"].to_numpy()
        sends = frame.loc[frame["arm"] == str(arm), "em_sends"].to_numpy()
        without = [
            np.delete(opens, one).sum() / np.delete(sends, one).sum() for one in range(len(opens))
        ]
        whole = opens.sum() / sends.sum()
        n = len(opens)
        expected = (n - 1) / n * ((np.array(without) - whole) ** 2).sum()
        assert clusters.variance()[arm] == pytest.approx(expected, rel=1e-9)


def test_campaigns_of_one_size_are_compared_by_welchs_t_test() -> None:
    frame = campaigns(3, 8, 12).assign(em_sends=500)
    frame["em_opens"] = np.minimum(frame["em_opens"], 500)
    found = compare(frame, by="arm", ci=0.9)
    rate = frame["em_opens"] / 500
    first, second = (rate[frame["arm"] == arm] for arm in "01")
    expected = stats.ttest_ind(second, first, equal_var=False)
    assert found["p_value"].item() == pytest.approx(expected.pvalue, rel=1e-9)
    ends = expected.confidence_interval(0.9)
    assert found["difference_low"].item() == pytest.approx(ends.low, rel=1e-9)
    assert found["difference_high"].item() == pytest.approx(ends.high, rel=1e-9)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), lift=st.floats(-0.4, 0.4))
def test_over_campaigns_difference_lift_and_p_value_say_the_same(seed: int, lift: float) -> None:
    row = compare(campaigns(seed, 6, 8, lift=lift), by="arm").iloc[0]
    is_found = row["p_value"] < 0.05
    assert is_found == (row["difference_low"] > 0 or row["difference_high"] < 0)
    assert is_found == (row["lift_low"] > 0 or row["lift_high"] < 0)
    assert row["lift_low"] <= row["lift"] <= row["lift_high"]


def test_a_primary_email_and_its_resend_are_one_campaign() -> None:
    frame = campaigns(5, 6, 6)
    split = pd.concat([frame, frame], ignore_index=True)
    split["campaign_activity_id"] = split.index.astype(str)
    ids = [str(number) for number in range(len(frame))]
    together = compare(split.assign(campaign_id=ids * 2), by="arm")
    apart = compare(split, by="arm")
    alone = compare(frame, by="arm")
    assert together["p_value"].item() == pytest.approx(alone["p_value"].item(), rel=1e-9)
    assert apart["p_value"].item() < alone["p_value"].item()


def test_campaigns_in_both_arms_are_paired() -> None:
    frame = campaigns(11, 12).assign(em_sends=400, campaign_id=[str(n) for n in range(12)])
    frame["em_opens"] = np.minimum(frame["em_opens"], 300)
    better = frame.assign(em_opens=frame["em_opens"] + np.arange(12) % 3 + 4)
    found = compare(frame, better, unit="campaign")
    expected = stats.ttest_rel(better["em_opens"], frame["em_opens"])
    assert found["p_value"].item() == pytest.approx(expected.pvalue, rel=1e-6)
    unpaired = compare(frame, better.drop(columns="campaign_id"), unit="campaign")
    assert unpaired["p_value"].item() > 0.05 > found["p_value"].item()


@pytest.mark.parametrize("sizes", [(5, 5), (5, 60), (20, 20), (60, 60)], ids=str)
def test_campaigns_that_do_not_differ_are_seldom_found_to(sizes: tuple[int, int]) -> None:
    trials = 1_000
    found = sum(
        contrast(clusters_of_arms(campaigns(seed, *sizes)), 1, 0).p_value() < 0.05
        for seed in range(trials)
    )
    assert 0.01 <= found / trials <= 0.075


def test_contacts_as_units_would_find_differences_between_like_campaigns() -> None:
    trials = 200
    found = sum(
        compare(campaigns(seed, 10, 10), by="arm", unit="contact")["p_value"].item() < 0.05
        for seed in range(trials)
    )
    assert found / trials > 0.4


@pytest.mark.parametrize("seed", ["unseen one", "unseen two", "unseen three"])
def test_the_planted_subjects_are_found(seed: str) -> None:
    frame = primaries(seed)
    found = compare(frame, by=lambda given: given["appeal"] >= 1, baseline=False).iloc[0]
    assert found["unit"] == "campaign"
    assert found["p_adjusted"] < 0.001
    assert found["verdict"].startswith("higher by")


def test_a_verdict_says_what_was_found() -> None:
    higher = compare(arms((300, 1000), (400, 1000)), by="arm")
    assert higher["verdict"].item() == "higher by 10.0 points (5.8 to 14.1)"
    lower = compare(arms((300, 1000), (400, 1000)), by="arm", baseline="1")
    assert lower["verdict"].item() == "lower by 10.0 points (5.8 to 14.1)"


def test_a_verdict_says_what_it_takes_to_tell() -> None:
    by_contact = compare(arms((300, 1000), (310, 1000)), by="arm", worth=0.05)
    needed = sample_size(0.3, 0.05)
    assert by_contact["verdict"].item() == (
        "the data cannot tell: the difference lies between −3.0 and +5.0 points; "
        f"about {needed:,} contacts per arm are needed to see a lift of 5 %"
    )
    by_campaign = compare(campaigns(1, 6, 6), by="arm")
    assert "campaigns per arm are needed to see a lift of 10 %" in by_campaign["verdict"].item()


def test_small_rates_are_told_with_the_decimals_they_need() -> None:
    found = compare(arms((20, 100_000), (60, 100_000)), by="arm")
    assert found["verdict"].item() == "higher by 0.040 points (0.023 to 0.059)"


def test_one_of_many_arms_has_to_differ_more() -> None:
    frame = arms((300, 1000), (345, 1000), *[(301, 1000)] * 6)
    alone, among = compare(frame.head(2), by="arm"), compare(frame, by="arm")
    assert alone["p_value"].item() == among["p_value"].iloc[0]
    assert alone["verdict"].item().startswith("higher")
    assert "one of several arms may show by chance" in among["verdict"].iloc[0]


def test_one_campaign_an_arm_tells_nothing_of_how_campaigns_differ() -> None:
    found = compare(arms((300, 1000), (400, 1000)), by="arm", unit="campaign").iloc[0]
    assert math.isnan(found["p_value"])
    assert math.isnan(found["difference_low"])
    assert "several campaigns" in found["verdict"]


@pytest.mark.parametrize("unit", ["contact", "campaign"])
def test_an_arm_of_nothing_has_no_numbers(unit: Any) -> None:
    found = compare(arms((30, 100), (0, 0)), by="arm", unit=unit).iloc[0]
    assert math.isnan(found["rate"])
    assert math.isnan(found["p_value"])
    assert found["verdict"].startswith("nothing to compare")


def test_a_baseline_of_none_has_no_lift_but_a_difference() -> None:
    found = compare(arms((0, 100), (5, 100)), by="arm").iloc[0]
    assert found["lift"] == math.inf
    assert found["lift_high"] == math.inf
    assert found["difference"] == 0.05


def test_missing_counts_are_counted() -> None:
    frame = pd.concat([campaigns(1, 5, 5), campaigns(2, 1, 1).assign(em_opens=None)])
    found = compare(frame.astype({"em_opens": "Int64"}), by="arm").iloc[0]
    assert (found["n"], found["n_missing"]) == (5, 2)


def test_rows_without_an_arm_are_an_arm() -> None:
    found = compare(arms((30, 100), (31, 100), (29, 100), arm=["x", None, "y"]), by="arm")
    assert found["arm"].tolist() == ["y", "(missing)"]


def test_an_arm_is_named_by_its_period_or_its_columns() -> None:
    sent = pd.to_datetime(["2024-01-05", "2024-02-05"], utc=True)
    frame = arms((30, 100), (31, 100), sent_at=sent, role=["x", "y"])
    assert compare(frame, by="M", baseline="2024-02-01")["arm"].tolist() == ["2024-01-01"]
    assert compare(frame, by=["role", "arm"], baseline=("y", "1"))["arm"].tolist() == ["x, 0"]


def test_an_empty_frame_gives_an_empty_typed_frame() -> None:
    frame = arms((30, 100), (31, 100))
    full = compare(frame, by="arm")
    for empty in (
        compare(frame.head(0), by="arm"),
        compare(frame.head(0), frame.head(0)),
        compare(frame.head(0), by="arm", unit="campaign"),
        compare(frame.head(1), by="arm"),
    ):
        assert len(empty) == 0
        assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()


def test_rows_that_count_twice_in_an_arm_are_told() -> None:
    frame = campaigns(3, 6, 6).assign(campaign_id=[str(number) for number in range(12)])
    twice = pd.concat([frame, frame.head(2)])
    compare(frame, frame)
    for question in ({"b": frame}, {"by": "arm"}):
        with pytest.warns(PartialResultWarning, match="^2 of 14 rows have a campaign_id"):
            compare(twice, **question)


def test_the_frames_stay_as_they_were() -> None:
    frame = campaigns(1, 5, 5)
    before = frame.copy(deep=True)
    compare(frame, by="arm")
    compare(frame, frame)
    pd.testing.assert_frame_equal(frame, before)


def test_what_cannot_be_used_is_refused_with_what_can() -> None:
    frame = arms((30, 100), (31, 100))
    with pytest.raises(ConfigError, match="two frames, or one and by="):
        compare(frame)
    with pytest.raises(ConfigError, match="two frames, or one and by="):
        compare(frame, frame, by="arm")
    with pytest.raises(ConfigError, match="there are 0, 1"):
        compare(frame, by="arm", baseline="2")
    with pytest.raises(ConfigError, match="contact, campaign"):
        compare(frame, by="arm", unit="list")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="there are delivery_rate"):
        compare(frame, by="arm", metric="opens")
    with pytest.raises(ColumnsError, match="no column 'role'"):
        compare(frame, by="role")


@given(
    rate=st.floats(0.001, 0.6),
    lift=st.floats(-0.5, 0.5).filter(lambda lift: abs(lift) > 0.02),
    power=st.floats(0.6, 0.99),
    alpha=st.floats(0.001, 0.1),
)
def test_sample_sizes_are_those_of_statsmodels(
    rate: float, lift: float, power: float, alpha: float
) -> None:
    other = rate * (1 + lift)
    spread = math.sqrt((rate * (1 - rate) + other * (1 - other)) / 2)
    # the half of alpha that lies in the right direction: the other is no difference seen
    expected = power_oracle.NormalIndPower().solve_power(
        abs(other - rate) / spread, power=power, alpha=alpha / 2, ratio=1, alternative="larger"
    )
    rounding = 1e-6 * expected
    assert -rounding <= sample_size(rate, lift, power, alpha) - expected <= 1 + rounding


def test_a_lift_is_seen_as_often_as_the_sample_size_promises() -> None:
    n, draws = sample_size(0.3, 0.2), np.random.default_rng(1)
    trials = 4_000
    one, other = draws.binomial(n, 0.36, trials), draws.binomial(n, 0.3, trials)
    seen = (equality_test(one, n, other, n) < 0.05).mean()
    assert seen == pytest.approx(0.8, abs=0.025)


@pytest.mark.parametrize(
    "question",
    [
        (0, 0.1),
        (1, 0.1),
        (0.3, 0),
        (0.6, 0.8),
        (0.3, -1.1),
        (0.3, 1e-17),
        (0.3, 0.1, 1),
        (0.3, 0.1, 0.8, 0),
    ],
)
def test_a_sample_size_that_there_is_not_is_refused(question: tuple[float, ...]) -> None:
    with pytest.raises(ConfigError, match="between 0 and 1"):
        sample_size(*question)


def clusters_of_arms(frame: pd.DataFrame) -> Any:
    counts = frame[["em_opens", "em_sends"]].astype("Int64")
    counts.columns = pd.Index(["opens", "delivered"])
    arm = frame["arm"].astype(int).to_numpy()
    groups = Groups(pd.DataFrame({"arm": np.unique(arm)}), arm)
    return clusters_of(counts, np.arange(len(frame)), groups, named_rate("open_rate"))
