from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from ccframes.analysis.humans import human_rates
from ccframes.analysis.machines import suspect_machine
from ccframes.errors import ColumnsError
from tests.analysis.accounts import Frames, account_of


@pytest.fixture(scope="module")
def account() -> Frames:
    return account_of("judge west", contacts=400, weeks=40)


@pytest.fixture(scope="module")
def rates(account: Frames) -> pd.DataFrame:
    return human_rates(account.activity_stats, account.sends, account.opens, account.clicks)


def test_each_activity_has_both_rates_over_the_same_delivered(
    account: Frames, rates: pd.DataFrame
) -> None:
    stats = account.activity_stats
    assert rates["campaign_activity_id"].tolist() == (
        stats["campaign_activity_id"].repeat(2).tolist()
    )
    assert rates["metric"].tolist() == ["open_rate", "click_rate"] * len(stats)
    delivered = stats["em_sends"] - stats["em_bounces"] + stats["em_bounces_vacation"]
    assert rates["delivered"].tolist() == delivered.repeat(2).tolist()


def test_with_machines_the_contacts_are_those_the_api_counts(
    account: Frames, rates: pd.DataFrame
) -> None:
    by_metric = rates.groupby("metric", observed=True)["contacts"]
    assert by_metric.get_group("open_rate").tolist() == account.activity_stats["em_opens"].tolist()
    assert by_metric.get_group("click_rate").tolist() == (
        account.activity_stats["em_clicks"].tolist()
    )


def test_who_is_known_by_machines_alone_is_not_among_the_human_contacts(
    account: Frames, rates: pd.DataFrame
) -> None:
    truth = [
        len(
            {
                row.contact_id
                for row in account.truth.rows("opens", activity)
                if row.cause == "person"
            }
        )
        for activity in account.activity_stats["campaign_activity_id"]
    ]
    opens = rates[rates["metric"] == "open_rate"]
    assert (opens["human_contacts"] - truth).abs().sum() <= 0.02 * sum(truth)
    assert (opens["contacts"] - opens["human_contacts"]).equals(opens["machine_only"])
    assert opens["human_contacts"].sum() < 0.8 * opens["contacts"].sum()


@pytest.mark.parametrize("ci", [0.8, 0.95])
def test_intervals_are_wilsons(account: Frames, ci: float) -> None:
    rates = human_rates(account.activity_stats, account.sends, account.opens, ci=ci)
    for prefix in ("", "human_"):
        low, high = proportion_confint(
            rates[f"{prefix}contacts"].to_numpy(dtype=float),
            rates["delivered"].to_numpy(dtype=float),
            alpha=1 - ci,
            method="wilson",
        )
        np.testing.assert_allclose(rates[f"{prefix}low"], low, atol=1e-9)
        np.testing.assert_allclose(rates[f"{prefix}high"], high, atol=1e-9)
    assert (rates["ci"] == ci).all()


def test_suspects_by_rules_of_ones_own_are_used(account: Frames) -> None:
    suspects = suspect_machine(account.opens, account.sends).assign(suspect=False)
    rates = human_rates(
        account.activity_stats, account.sends, account.opens, open_suspects=suspects
    )
    assert rates["human_rate"].equals(rates["rate"].rename("human_rate"))
    assert (rates["machine_only"] == 0).all()


def test_events_without_statistics_have_counts_and_no_rates(account: Frames) -> None:
    few = account.activity_stats.tail(2)
    rates = human_rates(few, account.sends, account.opens, account.clicks)
    others = rates[~rates["campaign_activity_id"].isin(few["campaign_activity_id"])]
    assert len(rates) == 2 * account.opens["campaign_activity_id"].nunique()
    assert others["delivered"].isna().all()
    assert others[["rate", "low", "human_high"]].isna().all(axis=None)
    assert rates["contacts"].sum() == (
        account.activity_stats[["em_opens", "em_clicks"]].to_numpy(dtype=int).sum()
    )


def test_an_activity_nobody_opened_has_a_rate_of_nought_and_one_not_delivered_has_none() -> None:
    stats = pd.DataFrame(
        {"campaign_activity_id": ["a", "b"], "em_sends": [5, 0], "em_bounces": [0, 0]}
    )
    nothing = pd.DataFrame(columns=["campaign_activity_id", "contact_id", "created_time"])
    rates = human_rates(stats, nothing, nothing)
    assert rates["rate"].tolist() == [0.0, pytest.approx(np.nan, nan_ok=True)]
    assert rates["low"].iloc[0] == 0.0


def test_nothing_gives_an_empty_typed_frame(account: Frames, rates: pd.DataFrame) -> None:
    empty = human_rates(
        account.activity_stats.head(0),
        account.sends.head(0),
        account.opens.head(0),
        account.clicks.head(0),
    )
    assert empty.dtypes.to_dict() == rates.dtypes.to_dict()
    assert len(empty) == 0


def test_suspects_of_events_in_another_order_are_refused(account: Frames) -> None:
    suspects = suspect_machine(account.opens, account.sends)
    opens = account.opens.iloc[::-1].reset_index(drop=True)
    with pytest.raises(ColumnsError, match="are not about these"):
        human_rates(account.activity_stats, account.sends, opens, open_suspects=suspects)


def test_statistics_without_counts_are_refused(account: Frames) -> None:
    with pytest.raises(ColumnsError, match="load_activity_stats"):
        human_rates(account.activities, account.sends, account.opens)
