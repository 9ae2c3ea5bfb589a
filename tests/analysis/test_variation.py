"""Groups of campaigns that differ are found to, and those that do not no more than allowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ccframes.analysis.comparison import compare
from ccframes.analysis.performance import rates
from ccframes.analysis.variation import differences
from ccframes.demo.causes import Causes
from ccframes.demo.world import World
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from tests.analysis.accounts import Frames, account_of
from tests.analysis.quiet_worlds import SEEDS, quiet_worlds

ALLOWED = 0.05


def primaries(frames: Frames) -> pd.DataFrame:
    """The statistics of the primary emails: when sent, by whom, what their subjects truly do."""
    sent = {one.id: one for one in frames.world.programme.sent}
    stats_of = frames.activity_stats
    found = stats_of[stats_of["campaign_activity_id"].isin(list(sent))]
    activities = [sent[one] for one in found["campaign_activity_id"]]
    return found.assign(
        hour=[one.sent_at // 3_600 % 24 for one in activities],
        sender=[one.sender[0] for one in activities],
        appeal=[round(one.appeal, 3) for one in activities],
    )


def more_than_allowed(found: int, trials: int) -> bool:
    """Whether so many would be found by chance in less than one of a thousand."""
    return bool(stats.binomtest(found, trials, ALLOWED, alternative="greater").pvalue < 0.001)


@pytest.mark.parametrize("adjust", [(), ("lists", "Q")], ids=["alone", "adjusted"])
@pytest.mark.parametrize("by", ["hour", "sender"])
def test_where_no_effect_is_planted_none_is_found_more_often_than_allowed(
    by: str, adjust: tuple[str, ...]
) -> None:
    p_values = [
        differences(world.emails, by, permutations=499, adjust=adjust)["p_overall"].iloc[0]
        for world in quiet_worlds()
    ]
    assert not more_than_allowed(sum(bool(p < ALLOWED) for p in p_values), SEEDS)
    assert stats.kstest(p_values, "uniform").pvalue > 0.001


def test_comparing_arms_without_an_effect_finds_none_more_often_than_allowed() -> None:
    found = sum(
        bool((compare(world.emails, by="sender")["p_adjusted"] < ALLOWED).any())
        for world in quiet_worlds()
    )
    assert not more_than_allowed(found, SEEDS)


@pytest.mark.parametrize("seed", ["not tuned on 1", "not tuned on 2", "not tuned on 3"])
def test_the_planted_subjects_are_found_and_in_their_order(seed: str) -> None:
    frame = primaries(account_of(seed))
    level = pd.qcut(frame["appeal"], 3, labels=["dull", "fair", "good"])
    found = differences(frame.assign(level=level), "level")
    assert found["p_overall"].iloc[0] < 0.001
    assert found["level"].tolist() == ["dull", "fair", "good"]
    assert found["rate"].is_monotonic_increasing


@pytest.mark.parametrize("seed", ["at five 1", "at five 2", "at five 3"])
def test_an_hour_of_great_effect_is_found(seed: str) -> None:
    at_five = Causes(send_hour=tuple(1.5 if hour == 17 else 1.0 for hour in range(24)))
    frames = Frames(World(seed, causes=at_five))
    details = frames.activities[["campaign_activity_id", "sent_at"]]
    frame = primaries(frames).merge(details, on="campaign_activity_id")
    found = differences(
        frame, lambda given: given["sent_at"].dt.tz_convert("US/Eastern").dt.hour.rename("at")
    )
    assert found["p_overall"].iloc[0] < 0.01
    assert found["at"].iloc[found["rate"].argmax()] == at_five.best_hour == 17


def test_the_rates_are_the_pooled_ones_with_wider_intervals() -> None:
    frame = primaries(account_of("rates of groups", contacts=200, weeks=60))
    found, pooled = differences(frame, "sender"), rates(frame, "sender", metrics="open_rate")
    same = ["sender", "metric", "numerator", "denominator", "rate", "n", "n_missing"]
    pd.testing.assert_frame_equal(found[same], pooled[same])
    assert (found["high"] - found["low"] > pooled["high"] - pooled["low"]).all()


def test_of_campaigns_of_one_size_the_interval_is_that_of_their_mean() -> None:
    opens = [30, 42, 35, 51, 28]
    frame = pd.DataFrame({"em_opens": opens, "em_sends": 100, "em_bounces": 0, "group": "x"})
    found = differences(frame, "group", ci=0.9).iloc[0]
    each = np.array(opens) / 100
    expected = stats.t.interval(0.9, 4, loc=each.mean(), scale=stats.sem(each))
    assert (found["low"], found["high"]) == pytest.approx(expected, rel=1e-9)
    assert np.isnan(found["p_overall"])


def test_few_campaigns_have_the_p_value_of_all_their_orders() -> None:
    opens = [150, 160, 170, 155, 190, 200, 215, 205]
    frame = pd.DataFrame(
        {"em_opens": opens, "em_sends": 500, "em_bounces": 0, "hour": [7] * 4 + [17] * 4}
    )
    found = differences(frame, "hour", permutations=20_000)["p_overall"].iloc[0]
    assert found == pytest.approx(2 / 70, abs=0.005)


def test_a_seed_gives_one_p_value_and_another_nearly_the_same() -> None:
    frame = primaries(account_of("rates of groups", contacts=200, weeks=60))
    one, again, other = (
        differences(frame, "hour", seed=seed)["p_overall"].iloc[0] for seed in (1, 1, 2)
    )
    assert one == again
    assert one == pytest.approx(other, abs=0.03)


def test_shuffling_in_portions_loses_no_shuffle(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = primaries(account_of("rates of groups", contacts=200, weeks=60))
    whole = differences(frame, "hour", permutations=999)
    monkeypatch.setattr("ccframes.analysis.permutation._AT_ONCE", 7 * len(frame))
    pd.testing.assert_frame_equal(differences(frame, "hour", permutations=999), whole)


@pytest.mark.parametrize("opens", [0, 100])
def test_nobody_or_everybody_everywhere_is_no_difference(opens: int) -> None:
    frame = pd.DataFrame(
        {"em_opens": opens, "em_sends": 100, "em_bounces": 0, "group": [*"xxxyyy"]}
    )
    assert differences(frame, "group")["p_overall"].tolist() == [1.0, 1.0]


def test_one_campaign_has_a_rate_without_an_interval() -> None:
    frame = pd.DataFrame(
        {"em_opens": [3, 4, 5], "em_sends": 10, "em_bounces": 0, "group": [*"xxy"]}
    )
    found = differences(frame, "group").iloc[1]
    assert found["rate"] == 0.5
    assert found[["low", "high"]].isna().all()


def test_missing_counts_and_groups_are_kept_in_sight() -> None:
    frame = pd.DataFrame(
        {
            "em_opens": pd.array([3, 4, None, 5], dtype="Int64"),
            "em_sends": 10,
            "em_bounces": 0,
            "group": ["x", "x", "x", None],
        }
    )
    found = differences(frame, "group")
    assert found["n"].tolist() == [2, 1]
    assert found["n_missing"].tolist() == [1, 0]
    assert found["group"].isna().tolist() == [False, True]


@pytest.mark.parametrize("by", ["campaign_type", ["campaign_type", "M"], "Q"])
def test_an_empty_frame_gives_an_empty_typed_frame(by: Any) -> None:
    frame = account_of("rates of groups", contacts=200, weeks=60).campaign_summaries
    full, empty = differences(frame, by, permutations=9), differences(frame.head(0), by)
    assert len(empty) == 0
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()


def test_campaigns_that_count_twice_are_told() -> None:
    frame = account_of("rates of groups", contacts=200, weeks=60).campaign_summaries
    twice = pd.concat([frame, frame.head(1)])
    with pytest.warns(PartialResultWarning, match=f"^1 of {len(twice)} rows have a campaign_id"):
        differences(twice, "campaign_type", permutations=9)


def test_what_cannot_be_used_is_refused() -> None:
    frame = account_of("rates of groups", contacts=200, weeks=60).campaign_stats
    with pytest.raises(ConfigError, match="at least 1"):
        differences(frame, "campaign_id", permutations=0)
    with pytest.raises(ConfigError, match="between 0 and 1"):
        differences(frame, "campaign_id", ci=2)
    with pytest.raises(ColumnsError, match="rename"):
        differences(frame.assign(n=1), "n")
    with pytest.raises(ColumnsError, match="no column 'list'"):
        differences(frame, "list")
    lists = frame.assign(lists=frame["campaign_id"].map(lambda campaign: [campaign, "vip"]))
    with pytest.raises(ColumnsError, match="lists: groups are made of single values"):
        differences(lists, "lists")
    with pytest.raises(ColumnsError, match="lists: groups are made of single values"):
        differences(lists, "campaign_id", adjust="lists")
