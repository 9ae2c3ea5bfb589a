"""Fatigue is found where it was planted, by how much, and not where it was not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from ccframes.analysis.ageing import cohorts, fatigue, fatigue_trend
from ccframes.demo.causes import Causes
from ccframes.errors import ConfigError
from tests.analysis.accounts import Frames, account_of
from tests.analysis.events import events, rows_of
from tests.analysis.quiet_worlds import SEEDS, quiet_worlds

ACCOUNT = account_of("ageing", contacts=300, weeks=60)
UNTUNED = ("first look", "second look", "third look")
HUMAN = Causes(proxied=0.0, images_off=0.0, leaving=0.0)
"""Nobody opens but people who are seen to, and nobody has to open in order to leave."""


@pytest.mark.parametrize("seed", UNTUNED)
def test_planted_fatigue_is_found_among_opens_by_machines(seed: str) -> None:
    account = account_of(seed)
    [trend] = rows_of(fatigue_trend(account.sends, account.opens, bounces=account.bounces))
    assert trend.high < 0
    assert trend.p_value < 0.001


@pytest.mark.parametrize("seed", UNTUNED)
def test_the_adjusted_rates_follow_the_planted_curve(seed: str) -> None:
    curve = half_years(account_of(seed, causes=HUMAN))
    # the middle of each half year stands for it; the simulator's months have 30 days
    months = (curve.index.to_numpy(dtype="float64") + 3) * 30.44 / 30
    planted = pd.Series(1 / (1 + months / HUMAN.half_tired_after), index=curve.index)
    planted *= curve["adjusted_rate"][6] / planted[6]
    reach = (curve["adjusted_high"] - curve["adjusted_low"]) / 2
    off = (curve["adjusted_rate"] - planted).abs().drop(index=[0, 6])
    assert len(off) == 5
    assert (off <= reach[off.index] + reach[6]).all()
    assert curve["adjusted_rate"].is_monotonic_decreasing


def half_years(account: Frames) -> pd.DataFrame:
    """Return fatigue by half years from joining, the board apart, who open everything for ever."""
    board = [
        contact
        for contact in account.sends["contact_id"].unique()
        if account.truth.contact(contact)["affinity"] == 1
    ]
    sends, opens, bounces = (
        frame[~frame["contact_id"].isin(board)]
        for frame in (account.sends, account.opens, account.bounces)
    )
    joined = account.contacts.set_index("contact_id")["created_at"]
    found = fatigue(sends, opens, bounces=bounces, joined=joined, unit_months=6)
    return found.set_index("months")


def test_false_alarms_are_as_frequent_as_the_p_value_says() -> None:
    p_values = np.array(
        [
            fatigue_trend(world.sends, world.opens, bounces=world.bounces)["p_value"].item()
            for world in quiet_worlds()
        ]
    )
    for alpha in (0.05, 0.2):
        margin = 2.6 * np.sqrt(alpha * (1 - alpha) * SEEDS)  # 99 % of binomial counts
        assert abs((p_values < alpha).sum() - alpha * SEEDS) <= margin


def test_a_season_is_not_taken_for_fatigue() -> None:
    # everybody opens less from email to email, the new as the old
    rng = np.random.default_rng(3)
    sends = events(
        (f"{email}", f"{contact}", 30 * email)
        for email in range(12)
        for contact in range(40 * email, 40 * email + 200)
    )
    month = sends["campaign_activity_id"].astype(int)
    opens = sends[rng.random(len(sends)) < 0.9 - month / 15]
    [trend] = rows_of(fatigue_trend(sends, opens))
    assert trend.low < 0 < trend.high
    by_age = fatigue(sends, opens)
    assert by_age["open_rate"].iloc[0] - by_age["open_rate"].iloc[3] > 0.1
    assert (
        (by_age["adjusted_low"] < trend.open_rate) & (trend.open_rate < by_age["adjusted_high"])
    ).all()


def test_where_all_joined_together_age_cannot_be_told_from_the_calendar() -> None:
    sends = events((f"{n}", contact, 40 * n) for n in range(4) for contact in "abcdef")
    trend, by_age = fatigue_trend(sends, sends.head(6)), fatigue(sends, sends.head(6))
    assert trend[["slope", "low", "high", "p_value"]].isna().all(axis=None)
    assert by_age[["adjusted_rate", "adjusted_low", "adjusted_high"]].isna().all(axis=None)
    assert by_age["open_rate"].tolist() == [1, 0, 0, 0]


def test_groups_of_activities_are_looked_at_by_themselves() -> None:
    lists = ACCOUNT.campaign_activity_details.set_index("campaign_activity_id")["contact_list_ids"]
    every = fatigue_trend(ACCOUNT.sends, ACCOUNT.opens, by=lists)
    for text in every["contact_list_ids"]:
        sends, opens = (
            frame[frame["campaign_activity_id"].map(lists) == text]
            for frame in (ACCOUNT.sends, ACCOUNT.opens)
        )
        alone = fatigue_trend(
            sends, opens, joined=ACCOUNT.sends.groupby("contact_id")["created_time"].min()
        )
        ours = every[every["contact_list_ids"] == text].drop(columns="contact_list_ids")
        assert_frame_equal(ours.reset_index(drop=True), alone)
    assert every["delivered"].sum() == len(ACCOUNT.sends)


def test_activities_that_no_group_names_are_a_group_without_a_name() -> None:
    named = {ACCOUNT.sends["campaign_activity_id"].iloc[0]: "first"}
    groups = fatigue(ACCOUNT.sends, ACCOUNT.opens, by=named)
    assert groups["group"].dropna().unique().tolist() == ["first"]
    assert groups["delivered"].sum() == len(ACCOUNT.sends)


def test_groups_may_be_lists_and_are_in_their_order_whatever_that_of_the_rows() -> None:
    sends = events([("a", "ann", 0), ("b", "ann", 9), ("c", "ben", 9)])
    lists = {"a": ["news", "vip"], "b": ["all"]}
    for rows in (sends, sends[::-1]):
        groups = fatigue_trend(rows, rows.head(0), by=lists)["group"].tolist()
        assert groups[:2] == ["['all']", "['news', 'vip']"]
        assert pd.isna(groups[2])


def test_ages_are_counted_from_joining_and_in_the_unit() -> None:
    sends = events([("a", "ann", 0), ("b", "ann", 100), ("b", "ben", 100)])
    joined = {"ben": pd.Timestamp("2025-10-01", tz="UTC")}
    assert fatigue(sends, sends.head(0))["months"].tolist() == [0, 3]
    assert fatigue(sends, sends.head(0), joined=joined)["months"].tolist() == [0, 3, 6]
    assert fatigue(sends, sends.head(0), joined=joined, unit_months=6)["months"].tolist() == [0, 6]


def test_every_email_is_in_one_generation_and_age() -> None:
    frame = cohorts(ACCOUNT.sends, ACCOUNT.opens, period="M", tz="America/New_York")
    assert frame["delivered"].sum() == len(ACCOUNT.sends)
    assert frame["opened"].sum() == len(ACCOUNT.unique_opens)
    assert ((frame["low"] <= frame["open_rate"]) | frame["low"].isna()).all()


def test_generations_begin_with_the_period_in_the_zone_of_the_first_email() -> None:
    sends = events([("a", "ann", 89.99), ("b", "ann", 100), ("c", "ann", 400)])
    quarters = cohorts(sends, sends.tail(1), period="Q", tz="Asia/Tokyo")
    assert quarters["cohort"].unique().tolist() == [pd.Timestamp("2026-04-01")]
    assert quarters["age"].tolist() == [0, 3]
    assert cohorts(sends, sends.tail(1), period="Q")["age"].tolist() == [0, 1, 4]
    assert cohorts(sends, sends.tail(1), period="Y")["age"].tolist() == [0, 1]


@pytest.mark.parametrize(("period", "unit"), [("M", "month"), ("Q", "quarter"), ("Y", "year")])
def test_generations_say_what_they_are_counted_in_and_at_which_level(
    period: str, unit: str
) -> None:
    frame = cohorts(ACCOUNT.sends, ACCOUNT.opens, period=period, tz="Asia/Tokyo", ci=0.5)
    told = frame[["unit", "time_zone_id", "ci"]].drop_duplicates()
    assert told.to_numpy().tolist() == [[unit, "Asia/Tokyo", 0.5]]


def test_generations_tell_what_was_sent_from_what_was_delivered() -> None:
    frame = cohorts(ACCOUNT.sends, ACCOUNT.opens, bounces=ACCOUNT.bounces)
    assert frame["sent"].sum() == len(ACCOUNT.sends)
    assert frame["sent"].sum() > frame["delivered"].sum()
    assert (frame["sent"] >= frame["delivered"]).all()


def test_bounced_emails_are_of_no_age() -> None:
    bounced = ACCOUNT.bounces[ACCOUNT.bounces["bounce_code"] != "V"]
    lost = bounced.merge(ACCOUNT.opens, on=["campaign_activity_id", "contact_id"], how="left")
    for of in (cohorts, fatigue, fatigue_trend):
        frame = of(ACCOUNT.sends, ACCOUNT.opens, bounces=ACCOUNT.bounces)
        assert frame["delivered"].sum() == len(ACCOUNT.sends) - lost["device_type"].isna().sum()


def test_no_rows_give_typed_frames() -> None:
    none, named = ACCOUNT.sends.head(0), {ACCOUNT.sends["campaign_activity_id"].iloc[0]: "x"}
    for of in (cohorts, fatigue, fatigue_trend):
        assert of(none, none).dtypes.equals(of(ACCOUNT.sends, ACCOUNT.opens).dtypes)
    for of in (fatigue, fatigue_trend):
        full = of(ACCOUNT.sends, ACCOUNT.opens, by=named)
        assert of(none, none, by=named).dtypes.equals(full.dtypes)


def test_wrong_use_is_refused_in_words() -> None:
    given = ACCOUNT.sends, ACCOUNT.opens
    with pytest.raises(ConfigError, match="period='fortnight'"):
        cohorts(*given, period="fortnight")
    with pytest.raises(ConfigError, match="tz='Atlantis/Capital'"):
        cohorts(*given, tz="Atlantis/Capital")
    with pytest.raises(ConfigError, match="unit_months=0"):
        fatigue(*given, unit_months=0)
    with pytest.raises(ConfigError, match=r"unit_months=1\.5"):
        fatigue(*given, unit_months=1.5)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="ci=95"):
        fatigue_trend(*given, ci=95)
    groups = ACCOUNT.sends.drop_duplicates("campaign_activity_id")
    months = groups.set_index("campaign_activity_id")["created_time"].rename("months")
    with pytest.raises(ConfigError, match=r"by= is called 'months'.*rename it"):
        fatigue(*given, by=months)
    with pytest.raises(ConfigError, match="by=: an id has two values"):
        fatigue_trend(*given, by=pd.Series(["x", "y"], index=["a", "a"]))
