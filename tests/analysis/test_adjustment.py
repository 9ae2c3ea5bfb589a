"""Adjusted rates are those of weighted least squares, and say so where there is nothing to say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as oracle
from scipy import stats

from ccframes.analysis.clusters import excess_of
from ccframes.analysis.variation import differences
from ccframes.errors import ColumnsError, ConfigError

ADJUSTED = ["adjusted_rate", "adjusted_low", "adjusted_high"]


def campaigns(seed: int = 0, rows: int = 60) -> pd.DataFrame:
    """Draw campaigns with an effect of the hour, and greater ones of subject and list."""
    draws = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "hour": draws.choice([9, 12, 17], rows),
            "subject": draws.choice([*"abcdefgh"], rows),
            "list": draws.choice([*"xy"], rows),
            "em_sends": draws.integers(400, 3_000, rows),
            "em_bounces": 0,
        }
    )
    chance = 0.2 + 0.02 * (frame["hour"] == 17) + 0.2 * (frame["list"] == "y")
    chance += frame["subject"].map({one: 0.02 * place for place, one in enumerate("abcdefgh")})
    return frame.assign(em_opens=draws.binomial(frame["em_sends"], chance))


HOURS = ["hour_9", "hour_12", "hour_17"]


def fitted(frame: pd.DataFrame, *names: str) -> Any:
    """Fit the campaigns' rates with a constant for each level but the first."""
    opens, sends = (frame[name].to_numpy(dtype=float) for name in ("em_opens", "em_sends"))
    dummies = pd.get_dummies(frame[[*names]].astype(str), drop_first=True, dtype=float)
    weights = excess_of(opens, sends)[1]
    return oracle.WLS(opens / sends, oracle.add_constant(dummies), weights).fit()


def test_rates_and_intervals_are_those_of_weighted_least_squares() -> None:
    frame = campaigns()
    found = differences(frame, "hour", adjust=("subject", "list"), permutations=9, ci=0.9)
    fit = fitted(frame, "hour", "subject", "list")
    sends = frame.groupby("hour")["em_sends"].sum().to_numpy(dtype=float)
    centre = np.eye(3) - sends / sends.sum()
    effects = centre @ fit.params.reindex(HOURS, fill_value=0.0)
    covariance = fit.cov_params().reindex(index=HOURS, columns=HOURS, fill_value=0.0)
    error = np.sqrt(np.diag(centre @ covariance.to_numpy() @ centre.T))
    rate = frame["em_opens"].sum() / sends.sum() + effects
    reach = stats.t.ppf(0.95, fit.df_resid) * error
    for name, expected in zip(ADJUSTED, (rate, rate - reach, rate + reach), strict=True):
        assert found[name].to_numpy() == pytest.approx(expected, rel=1e-9)
    assert found["compared"].tolist() == found["campaigns"].tolist()


@pytest.mark.parametrize("seed", range(3))
def test_the_p_value_is_near_that_of_the_f_test(seed: int) -> None:
    frame = campaigns(seed)
    full, less = fitted(frame, "hour", "subject", "list"), fitted(frame, "subject", "list")
    expected = full.compare_f_test(less)[1]
    found = differences(frame, "hour", adjust=("subject", "list"), permutations=4_999)
    assert found["p_overall"].iloc[0] == pytest.approx(expected, abs=0.02)
    assert found["p_overall"].iloc[0] < differences(frame, "hour")["p_overall"].iloc[0]


def test_groups_that_are_what_is_adjusted_for_cannot_be_compared() -> None:
    found = differences(campaigns(), "list", adjust=("list", "subject"), permutations=9)
    assert found["p_overall"].isna().all()
    assert found[ADJUSTED].isna().all(axis=None)
    assert found["rate"].notna().all()


def test_a_group_that_shares_nothing_with_the_others_has_no_adjusted_rate() -> None:
    frame = campaigns()
    apart = frame.assign(hour=3, subject="of its own").head(4)
    found = differences(
        pd.concat([frame, apart], ignore_index=True), "hour", adjust="subject", permutations=9
    )
    assert found["hour"].tolist() == [3, 9, 12, 17]
    assert found[ADJUSTED].isna().all(axis=1).tolist() == [True, False, False, False]
    assert found["compared"].tolist()[0] == 4
    without = differences(frame, "hour", adjust="subject", permutations=9)
    order = found["adjusted_rate"].rank().iloc[1:].tolist()
    assert order == without["adjusted_rate"].rank().tolist()


def test_a_campaign_alone_with_its_subject_tells_nothing_of_the_groups() -> None:
    frame = campaigns()
    alone = frame.assign(subject="once", em_opens=0).head(1)
    found = differences(
        pd.concat([frame, alone], ignore_index=True), "hour", adjust="subject", permutations=9
    )
    assert found["compared"].sum() == len(frame)
    assert found["campaigns"].sum() == len(frame) + 1


@pytest.mark.parametrize("opens", [0, 100])
def test_nobody_or_everybody_everywhere_is_no_difference(opens: int) -> None:
    frame = campaigns().assign(em_opens=opens, em_sends=100)
    found = differences(frame, "hour", adjust=["subject", "list"], permutations=9)
    assert found["p_overall"].tolist() == [1.0] * 3
    assert found["adjusted_rate"].to_numpy() == pytest.approx(opens / 100)


def test_periods_of_the_sending_can_be_adjusted_for() -> None:
    frame = campaigns().assign(sent_at=pd.date_range("2025-01-01", periods=60, freq="5D", tz="UTC"))
    quarter = frame["sent_at"].dt.quarter
    found = differences(frame, "hour", adjust="Q", permutations=9)
    named = differences(frame.assign(quarter=quarter), "hour", adjust="quarter", permutations=9)
    pd.testing.assert_frame_equal(found, named)


def test_two_campaigns_or_none_cannot_be_compared() -> None:
    full = differences(campaigns(), "hour", adjust="subject", permutations=9)
    for rows in (0, 1, 2):
        found = differences(campaigns().head(rows), "hour", adjust="subject", permutations=9)
        assert found.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
        assert found["p_overall"].isna().all()


def test_what_cannot_be_adjusted_for_is_refused() -> None:
    with pytest.raises(ColumnsError, match="no column 'season'"):
        differences(campaigns(), "hour", adjust="season")
    with pytest.raises(ColumnsError, match="'sent_at'"):
        differences(campaigns(), "hour", adjust="Q")
    with pytest.raises(ConfigError, match="at least 1"):
        differences(campaigns(), "hour", adjust="list", permutations=0)
