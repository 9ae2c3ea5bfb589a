"""What was planted is found beside all else that was planted, in accounts not used to tune."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ccframes.analysis.variation import differences
from ccframes.demo.causes import Causes
from ccframes.demo.world import World
from tests.analysis.accounts import Frames

SEEDS = ("untouched", "unturned", "unopened")
ALLOWED = 0.05


@cache
def emails(seed: str) -> pd.DataFrame:
    """The primary emails of a busy account, with what the campaign table says of them."""
    frames = Frames(World(seed, editions=3))
    table = frames.activity_stats.merge(frames.activities, on=["campaign_activity_id"])
    lists = frames.campaign_activity_details[["campaign_activity_id", "contact_list_ids"]]
    table = table[table["role"] == "primary_email"].merge(lists, on="campaign_activity_id")
    return table.assign(
        hour=table["sent_at"].dt.tz_convert("US/Eastern").dt.hour,
        appeal=table["campaign_activity_id"].map(frames.truth.subjects),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_hour_of_sending_is_found_and_which_is_best(seed: str) -> None:
    found = differences(
        emails(seed), "hour", adjust=("subject", "Q", "contact_list_ids"), permutations=1_999
    )
    assert found["p_overall"].iloc[0] < 0.001
    assert found["hour"].iloc[found["adjusted_rate"].argmax()] == Causes().best_hour == 17
    planted = [Causes().send_hour[hour] for hour in found["hour"]]
    assert np.corrcoef(found["adjusted_rate"], planted)[0, 1] > 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_the_subjects_are_found_in_their_order(seed: str) -> None:
    frame = emails(seed)
    found = differences(
        frame, "subject", adjust=("hour", "Q", "contact_list_ids"), permutations=1_999
    )
    assert found["p_overall"].iloc[0] < 0.001
    told = found[found["compared"] >= 5]
    planted = told["subject"].map(frame.groupby("subject")["appeal"].first())
    assert len(told) > 20
    assert stats.spearmanr(told["adjusted_rate"], planted).statistic > 0.9


def test_hours_dealt_by_lot_are_found_no_more_often_than_allowed() -> None:
    draws, frame = np.random.default_rng(20260425), emails(SEEDS[0]).head(120)
    p_values = [
        differences(
            frame.assign(hour=draws.permutation(frame["hour"])),
            "hour",
            adjust=("subject", "Q", "contact_list_ids"),
            permutations=199,
        )["p_overall"].iloc[0]
        for _ in range(200)
    ]
    found = sum(p <= ALLOWED for p in p_values)
    assert stats.binomtest(found, 200, ALLOWED, alternative="greater").pvalue > 0.001
    assert stats.kstest(p_values, "uniform", alternative="greater").pvalue > 0.001
