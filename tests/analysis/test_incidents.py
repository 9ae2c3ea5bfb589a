"""The planted incident is flagged, with its reason, and nothing where there was none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from ccframes.analysis.incidents import bounce_spikes
from ccframes.demo.causes import Causes
from ccframes.errors import ColumnsError, ConfigError
from tests.analysis.accounts import account_of
from tests.analysis.events import events
from tests.analysis.quiet_worlds import SEEDS, quiet_worlds

ACCOUNT = account_of()
INCIDENT = account_of().truth.planted


@pytest.mark.parametrize("seed", ["harbour garden", "first storm", "second storm"])
def test_exactly_the_emails_to_the_blocking_provider_in_those_weeks_are_flagged(seed: str) -> None:
    account = account_of(seed)
    spikes = bounce_spikes(account.bounces, account.sends)
    flagged = spikes[spikes["flagged"]]
    span = [
        pd.Timestamp(at, unit="s", tz="UTC")
        for at in (INCIDENT.blocked_from, INCIDENT.blocked_until)
    ]
    during = spikes["first_sent"].between(span[0], span[1]) & (
        spikes["provider"] == INCIDENT.blocking_provider
    )
    assert set(flagged.index) == set(spikes.index[during & spikes["p_value"].notna()])
    assert len(flagged) >= 2
    assert (flagged["bounce_code"] == "Z").all()
    assert ((flagged["bounce_rate"] - INCIDENT.blocked).abs() < 0.2).all()


def test_the_reason_says_what_happened_and_what_is_usual() -> None:
    spikes = bounce_spikes(ACCOUNT.bounces, ACCOUNT.sends, period="W")
    first = spikes[spikes["flagged"]].iloc[0]
    assert first["reason"] == (
        f"{first['bounce_rate'] * 100:.1f} % of {first['sends']} emails to quartz.example were not "
        "delivered, mostly Z (blocked by the receiving provider); "
        f"of {first['usual_sends']:,} others {first['usual_rate'] * 100:.1f} %"
    )
    assert first["period"] == pd.Timestamp("2025-03-10")
    assert spikes[~spikes["flagged"]]["reason"].isna().all()


def test_nothing_is_flagged_in_the_same_account_without_the_incident() -> None:
    calm = account_of(causes=Causes(blocked=0.0))
    assert not bounce_spikes(calm.bounces, calm.sends)["flagged"].any()


@pytest.mark.parametrize("period", ["email", "W"])
def test_false_alarms_are_no_more_frequent_than_alpha_says(period: str) -> None:
    alarmed = sum(
        bounce_spikes(world.bounces, world.sends, period=period)["flagged"].any()
        for world in quiet_worlds()
    )
    # 99 % of binomial counts; Holm and small counts make it fewer
    assert alarmed <= 0.05 * SEEDS + 2.4 * np.sqrt(0.05 * 0.95 * SEEDS)


def test_chance_that_differs_from_email_to_email_is_no_incident() -> None:
    rng = np.random.default_rng(11)
    sends = mailings(emails=40, contacts=100)
    alarmed = 0
    for _ in range(100):
        share = rng.beta(1.0, 19.0, 40)[sends["campaign_activity_id"].astype(int)]
        alarmed += int(flags(sends[rng.random(len(sends)) < share], sends).any())
    assert alarmed <= 0.05 * 100 + 2.4 * np.sqrt(0.05 * 0.95 * 100)


def test_one_incident_does_not_hide_another() -> None:
    sends = mailings(emails=40, contacts=100)
    number = sends["campaign_activity_id"].astype(int)
    contact = sends["contact_id"].astype(int)
    lost = (contact < 70) & number.isin([4, 5, 14]) | (contact == number)
    assert flags(sends[lost], sends).tolist() == [each in {4, 5, 14} for each in range(40)]


def test_vacation_replies_and_small_increases_are_no_incident() -> None:
    sends = mailings(emails=20, contacts=2000)
    number, contact = (sends[name].astype(int) for name in ("campaign_activity_id", "contact_id"))
    more = sends[(contact < 200) | (number == 7) & (contact < 320)]
    assert not flags(more, sends).any()
    assert flags(more, sends, factor=1.5).sum() == 1
    away = sends[(number == 7) & (contact < 1000)]
    assert not flags(away, sends, code="V").any()
    assert flags(away, sends, code="V", replies=()).sum() == 1


def test_too_few_emails_are_not_judged() -> None:
    sends = mailings(emails=20, contacts=10)
    spikes = bounce_spikes(sends.head(10).assign(bounce_code="Z"), sends)
    assert spikes["p_value"].isna().all()
    assert not spikes["flagged"].any()
    assert (
        bounce_spikes(sends.head(10).assign(bounce_code="Z"), sends, least=10)["flagged"].sum() == 1
    )


def test_the_order_of_the_rows_changes_nothing() -> None:
    sends = mailings(4, 50)
    lost = sends[150:154].assign(bounce_code=["D", "S", "D", "S"])
    lost = pd.concat([lost, lost.head(1).assign(bounce_code="Z")])
    found = bounce_spikes(lost, sends)
    assert found["bounce_code"].tolist()[3] == "S"
    assert_frame_equal(bounce_spikes(lost[::-1], sends[::-1]), found)


def test_no_rows_give_typed_frames_and_inputs_stay_as_they_are() -> None:
    bounces, sends = ACCOUNT.bounces, ACCOUNT.sends.copy()
    for period in ("email", "M"):
        full = bounce_spikes(bounces, sends, period=period)
        for some in (sends.head(0), sends.head(50)):
            empty = bounce_spikes(bounces.head(0), some, period=period)
            assert empty.dtypes.equals(full.dtypes)
    assert_frame_equal(sends, ACCOUNT.sends)


def test_wrong_use_is_refused_in_words() -> None:
    given = ACCOUNT.bounces, ACCOUNT.sends
    with pytest.raises(ConfigError, match="period='hour'"):
        bounce_spikes(*given, period="hour")
    with pytest.raises(ConfigError, match="alpha=0"):
        bounce_spikes(*given, alpha=0)
    with pytest.raises(ConfigError, match="alpha=2"):
        bounce_spikes(*given, alpha=2)
    with pytest.raises(ConfigError, match="guard_days=inf"):
        bounce_spikes(*given, guard_days=np.inf)
    with pytest.raises(ConfigError, match="name of one column"):
        bounce_spikes(*given, by=["provider"])  # type: ignore[arg-type]
    with pytest.raises(ColumnsError, match=r"columns of its own called .'sends'"):
        bounce_spikes(given[0], given[1].assign(sends="many"), by="sends")
    with pytest.raises(ColumnsError, match=r"'weather'; load_sends\(\)"):
        bounce_spikes(*given, by="weather")


def mailings(emails: int, contacts: int) -> pd.DataFrame:
    """Return an email each month to all contacts of one provider."""
    return events(
        (
            (f"{email}", f"{contact}", 35 * email, "x@mail.example")
            for email in range(emails)
            for contact in range(contacts)
        ),
        "email_address",
    )


def flags(
    lost: pd.DataFrame, sends: pd.DataFrame, code: str = "D", **rules: object
) -> pd.Series[bool]:
    """Return which emails are flagged where these sends bounced, oldest first."""
    return bounce_spikes(lost.assign(bounce_code=code), sends, **rules)["flagged"]  # type: ignore[arg-type]
