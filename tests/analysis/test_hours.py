"""Rates by hour add up to the whole, and find the hours that were planted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from ccframes.analysis.hours import read_hours, send_hours
from ccframes.analysis.performance import rates
from ccframes.analysis.timing import time_to_open
from ccframes.demo.causes import Causes
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from ccframes.frames.measures import RATES, counts_of
from tests.analysis.accounts import Frames, account_of

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
SENT = ["campaign_activity_id", "sent_at", "role"]
NO_MACHINES = Causes(proxied=0.0, scanned=0.0, images_off=0.0)


def sent_activities(account: Frames) -> pd.DataFrame:
    return account.activity_stats.merge(account.activities[SENT], on="campaign_activity_id")


def one_by_one(frame: pd.DataFrame, tz: str) -> pd.DataFrame:
    counts = counts_of(frame)
    local = frame["sent_at"].dt.tz_convert(tz)
    grouped = counts.groupby([local.dt.day_name(), local.dt.hour])
    return grouped[["opens", "delivered"]].sum()


@pytest.mark.parametrize("tz", ["UTC", "US/Eastern", "Asia/Tokyo"])
def test_each_hour_pools_the_emails_that_were_sent_then(tz: str) -> None:
    frame = sent_activities(account_of())
    hours = send_hours(frame, tz=tz)
    assert hours["weekday"].tolist() == [day for day in DAYS for _ in range(24)]
    assert hours["hour"].tolist() == list(range(24)) * 7
    assert hours["n"].sum() == len(frame)
    some = hours[hours["n"] > 0].set_index(["weekday", "hour"])
    expected = one_by_one(frame, tz)
    assert len(some) == len(expected)
    for (day, hour), opens, delivered in expected.itertuples(name=None):
        row = some.loc[(day, hour)]
        assert (row["numerator"], row["denominator"]) == (opens, delivered)
        assert row["rate"] == pytest.approx(opens / delivered, abs=1e-12)
        assert (row["low"], row["high"]) == pytest.approx(
            proportion_confint(opens, delivered, method="wilson"), abs=1e-9
        )
    empty = hours[hours["n"] == 0]
    assert (empty["denominator"] == 0).all()
    assert empty[["rate", "low", "high"]].isna().all(axis=None)


def test_weekdays_and_hours_alone_are_the_margins_of_both() -> None:
    frame = sent_activities(account_of())
    both = send_hours(frame, metric="bounce_rate")
    for name, size in (("weekday", 7), ("hour", 24)):
        alone = send_hours(frame, metric="bounce_rate", by=name)
        margin = both.groupby(name, observed=False)[["numerator", "denominator", "n"]].sum()
        assert len(alone) == size
        assert alone[["numerator", "denominator", "n"]].equals(margin.reset_index(drop=True))
    turned = send_hours(frame, by=["hour", "weekday"])
    assert turned.columns.tolist()[:2] == ["hour", "weekday"]
    assert turned["hour"].tolist() == [hour for hour in range(24) for _ in DAYS]


def test_dtypes_are_the_same_for_no_rows() -> None:
    frame = sent_activities(account_of("some seed", contacts=300, weeks=60))
    full, empty = send_hours(frame), send_hours(frame.head(0))
    assert full.dtypes.astype(str).tolist() == empty.dtypes.astype(str).tolist()
    assert len(empty) == 7 * 24
    assert empty["n"].sum() == 0
    assert full["weekday"].cat.ordered
    assert full["metric"].cat.categories.tolist() == [rate.name for rate in RATES]
    assert full["hour"].dtype == full["numerator"].dtype == "Int64"


def test_summaries_have_their_own_time_of_sending() -> None:
    summaries = account_of().campaign_summaries
    hours = send_hours(summaries, metric="complaint_rate", by="weekday")
    assert hours["numerator"].sum() == summaries["unique_abuse"].sum()


def test_an_email_without_a_count_is_left_out_of_its_hour_and_counted_as_in_rates() -> None:
    opens = pd.array([400, 400, 400, None], dtype="Int64")
    frame = pd.DataFrame({"em_sends": 1_000, "em_bounces": 0, "em_opens": opens})
    frame["sent_at"] = pd.Timestamp("2026-01-05T10:30Z")
    hours = send_hours(frame)
    [row] = hours[hours["n"] > 0].to_dict("records")
    [pooled] = rates(frame, metrics="open_rate").to_dict("records")
    told = ["numerator", "denominator", "rate", "low", "high", "n", "n_missing"]
    assert [row[name] for name in told] == [pooled[name] for name in told]
    assert [row[name] for name in ("numerator", "denominator", "n", "n_missing")] == [
        *(1_200, 3_000, 3, 1)
    ]
    assert hours["n_missing"].sum() == 1
    assert send_hours(frame, metric="delivery_rate")["n_missing"].sum() == 0


def test_hours_say_on_whose_clock_and_at_which_level_they_are() -> None:
    hours = send_hours(sent_activities(account_of()), tz="Asia/Tokyo", ci=0.5)
    assert hours[["time_zone_id", "ci"]].drop_duplicates().to_numpy().tolist() == [
        ["Asia/Tokyo", 0.5]
    ]
    _, times = human_times("attentive")
    assert read_hours(times, tz="Asia/Tokyo")["time_zone_id"].eq("Asia/Tokyo").all()
    own = read_hours(times, tz=dict.fromkeys(times["contact_id"], "Asia/Tokyo"), ci=0.5)
    assert own["time_zone_id"].isna().all()
    assert own["ci"].eq(0.5).all()


def test_rows_that_were_sent_nobody_knows_when_are_named() -> None:
    frame = sent_activities(account_of())
    frame.loc[[0, 5], "sent_at"] = pd.NaT
    with pytest.warns(PartialResultWarning, match="^2 of .* no sent_at"):
        assert send_hours(frame)["n"].sum() == len(frame) - 2


def test_the_planted_best_hour_is_found() -> None:
    flat = replace(NO_MACHINES, season=(1.0,) * 12)
    for seed in ("first", "second"):
        frame = sent_activities(account_of(seed, weeks=150, causes=flat))
        frame = frame[frame["role"] == "primary_email"]
        hours = send_hours(frame, tz="US/Eastern", by="hour")
        assert np.nanargmax(hours["rate"]) == flat.best_hour == 17


def human_times(seed: str) -> tuple[Frames, pd.DataFrame]:
    account = account_of(seed, contacts=1_000, weeks=100, causes=NO_MACHINES)
    return account, time_to_open(account.opens, account.sends, bounces=account.bounces)


def test_attention_is_found_by_each_contacts_own_clock() -> None:
    account, times = human_times("attentive")
    planted = np.array(account.truth.planted.attention_hour)
    zones = {one: account.truth.contact(one)["zone"] for one in times["contact_id"].unique()}

    def likeness(tz: Any) -> float:
        read = read_hours(times, tz=tz, by="hour")["rate"].to_numpy()
        return float(np.corrcoef(read, planted)[0, 1])

    own, account_zone, utc = likeness(zones), likeness("US/Eastern"), likeness("UTC")
    assert own > 0.95
    assert own > account_zone + 0.03
    assert account_zone > utc + 0.5
    night = read_hours(times, tz=pd.Series(zones), by="hour")["rate"]
    assert night[:5].sum() < 0.03 * night.sum()


def test_reading_hours_add_up_to_the_open_rate() -> None:
    _, times = human_times("attentive")
    for by in ("weekday", "hour", ["weekday", "hour"]):
        hours = read_hours(times, tz="Europe/London", by=by)
        assert (hours["denominator"] == len(times)).all()
        assert hours["numerator"].sum() == times["observed"].sum()
        assert hours["rate"].sum() == pytest.approx(times["observed"].mean())
        assert (hours["low"] <= hours["rate"]).all()
        assert (hours["rate"] <= hours["high"]).all()


def test_contacts_without_a_zone_are_named_and_not_counted() -> None:
    _, times = human_times("attentive")
    left_out = times["contact_id"].iloc[0]
    zones = dict.fromkeys(times["contact_id"].unique(), "Asia/Tokyo")
    del zones[left_out]
    missing = int((times["contact_id"] == left_out).sum())
    with pytest.warns(PartialResultWarning, match=f"^{missing} of .* without a zone"):
        hours = read_hours(times, tz=zones)
    assert (hours["denominator"] == len(times) - missing).all()


def test_nothing_read_is_a_whole_week_of_nothing() -> None:
    _, times = human_times("attentive")
    hours = read_hours(times.head(0))
    assert len(hours) == 7 * 24
    assert hours["numerator"].sum() == hours["denominator"].sum() == 0
    assert hours["rate"].isna().all()
    assert hours.dtypes.astype(str).tolist() == read_hours(times).dtypes.astype(str).tolist()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"metric": "joy"}, "open_rate, click_rate"),
        ({"by": "month"}, "'weekday', 'hour' or both"),
        ({"by": []}, "'weekday', 'hour' or both"),
        ({"by": ["hour", "hour"]}, "'weekday', 'hour' or both"),
        ({"tz": "Mars/Olympus"}, "no time zone"),
        ({"ci": 95}, "ci=95"),
    ],
)
def test_what_cannot_be_used_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        send_hours(account_of("some seed", contacts=300, weeks=60).campaign_summaries, **wrong)


def test_frames_that_lack_what_is_needed_are_told_where_to_find_it() -> None:
    frame = sent_activities(account_of("some seed", contacts=300, weeks=60))
    with pytest.raises(ColumnsError, match=r"'sent_at'; load_campaign_table\(\)"):
        send_hours(frame.drop(columns="sent_at"))
    with pytest.raises(ColumnsError, match="em_sends"):
        send_hours(frame.drop(columns="em_sends"))
    with pytest.raises(ColumnsError, match=r"'first_at'; time_to_open\(\)"):
        read_hours(frame)
