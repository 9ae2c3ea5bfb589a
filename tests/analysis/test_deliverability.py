"""Bounces are counted as the statistics count them, by whatever is asked for."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given
from pandas.testing import assert_frame_equal

from ccframes.analysis.deliverability import BOUNCE_KINDS, bounce_summary, repeat_bouncers
from ccframes.endpoints.email_reports import BOUNCE_CODES
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from tests.analysis.accounts import account_of
from tests.analysis.events import Row, events, random_mail, rows_of

ACCOUNT = account_of("deliverability", contacts=400, weeks=60)
STAT_OF_CODE = {
    "B": "nonexistent_address",
    "D": "undeliverable",
    "F": "mailbox_full",
    "S": "suspended",
    "V": "vacation",
    "X": "other",
    "Z": "blocked",
}


def test_each_code_has_the_bounces_that_the_statistics_count() -> None:
    summary = bounce_summary(ACCOUNT.bounces, ACCOUNT.sends, by="bounce_code")
    found = dict(zip(summary["bounce_code"], summary["bounces"], strict=True))
    assert found == {
        code: count
        for code, key in STAT_OF_CODE.items()
        if (count := ACCOUNT.activity_stats[f"em_bounces_{key}"].sum())
    }
    assert (summary["sends"] == len(ACCOUNT.sends)).all()


def test_every_documented_code_is_of_a_kind() -> None:
    assert set(BOUNCE_KINDS) == set(BOUNCE_CODES)


def test_each_activity_has_the_bounces_that_its_statistics_count() -> None:
    summary = bounce_summary(ACCOUNT.bounces, ACCOUNT.sends, by="campaign_activity_id")
    stats = ACCOUNT.activity_stats.set_index("campaign_activity_id")
    theirs = stats.loc[summary["campaign_activity_id"]]
    assert len(summary) == len(stats)
    assert summary["bounces"].tolist() == theirs["em_bounces"].tolist()
    assert summary["sends"].tolist() == theirs["em_sends"].tolist()
    assert summary["delivered"].tolist() == theirs["em_bounces_vacation"].tolist()


def test_groups_add_up_whatever_they_are() -> None:
    for by in ("provider", "bounce_code", "M", ["provider", "bounce_code"], ["Q", "provider"], []):
        summary = bounce_summary(ACCOUNT.bounces, ACCOUNT.sends, by=by, tz="US/Eastern")
        assert summary["bounces"].sum() == len(ACCOUNT.bounces)
        kinds = summary[["hard", "soft", "delivered", "unknown"]].sum(axis=1)
        assert kinds.tolist() == summary["bounces"].tolist()
        if "bounce_code" not in by:
            assert summary["sends"].sum() == len(ACCOUNT.sends)


def test_a_summary_says_its_level_and_of_periods_the_zone() -> None:
    given = ACCOUNT.bounces, ACCOUNT.sends
    months = bounce_summary(*given, by=["M", "provider"], tz="Asia/Tokyo", ci=0.5)
    assert months[["time_zone_id", "ci"]].drop_duplicates().to_numpy().tolist() == [
        ["Asia/Tokyo", 0.5]
    ]
    assert "time_zone_id" not in bounce_summary(*given)


def test_kinds_can_be_set_and_codes_without_one_are_unknown() -> None:
    sends = events([("a", "ann", 0), ("a", "ben", 0)])
    bounces = events([("a", "ann", 1, "D"), ("a", "ben", 1, "?")], "bounce_code")
    summary = bounce_summary(bounces, sends, by="bounce_code", kinds={"D": "hard"})
    kinds = dict(zip(summary["bounce_code"], summary["kind"], strict=True))
    assert kinds == {"D": "hard", "?": "unknown"}
    with pytest.raises(ConfigError, match="squishy"):
        bounce_summary(bounces, sends, kinds={"D": "squishy"})


def test_a_bounce_that_the_frame_has_twice_counts_once() -> None:
    twice = pd.concat([ACCOUNT.bounces, ACCOUNT.bounces])
    assert_frame_equal(
        bounce_summary(twice, ACCOUNT.sends), bounce_summary(ACCOUNT.bounces, ACCOUNT.sends)
    )


def test_addresses_without_a_domain_are_a_group_without_a_name() -> None:
    sends = events([("a", "ann", 0, "ann"), ("a", "ben", 0, "b@x.example")], "email_address")
    summary = bounce_summary(sends.head(1).assign(bounce_code="B"), sends, by="provider")
    assert summary["provider"].isna().tolist() == [True, False]
    assert summary["share"].tolist() == [1, 0]


def test_bounces_of_other_emails_are_counted_in_a_warning() -> None:
    bounces = events([("b", "ann", 1, "B")], "bounce_code")
    with pytest.warns(PartialResultWarning, match="1 of 1 bounces"):
        assert bounce_summary(bounces, events([("a", "ann", 0)]), by=[])["bounces"].tolist() == [0]


@given(random_mail())
def test_repeat_bouncers_are_what_going_through_the_rows_finds(
    drawn: tuple[list[Row], list[Row], list[Row]],
) -> None:
    sent, _, bounced = drawn
    found = repeat_bouncers(events(bounced, "bounce_code"), events(sent), at_least=1)
    lost = [row for row in bounced if row[3] != "V"]
    assert set(found["contact_id"]) == {row[1] for row in lost}
    for person in rows_of(found):
        mine = [row for row in lost if row[1] == person.contact_id]
        emails = [row[:2] for row in sent if row[1] == person.contact_id]
        assert person.bounces == len(mine)
        assert person.hard == sum(row[3] == "B" for row in mine)
        assert person.codes == ", ".join(sorted({row[3] for row in mine}))
        assert person.sent == len(emails)
        day = pd.Timestamp("2026-01-01", tz="UTC")
        assert person.first_bounce == day + pd.Timedelta(days=min(row[2] for row in mine))
        assert person.last_bounce == day + pd.Timedelta(days=max(row[2] for row in mine))
        failed = {row[:2] for row in mine}
        last = max(row[2] for row in sent if row[:2] in failed)
        later = sum(row[2] > last for row in sent if row[1] == person.contact_id)
        assert later <= person.sent_since <= len(emails) - len(failed)
        assert person.came_through == (person.sent_since > 0)


def test_those_who_bounced_less_often_are_left_out_and_the_worst_come_first() -> None:
    found = repeat_bouncers(ACCOUNT.bounces, ACCOUNT.sends, at_least=3)
    assert found["bounces"].min() >= 3
    everybody = repeat_bouncers(ACCOUNT.bounces, ACCOUNT.sends, at_least=1)
    assert len(found) == (everybody["bounces"] >= 3).sum() < len(everybody)
    assert found["bounces"].is_monotonic_decreasing
    assert found["came_through"].nunique() == 2


def test_addresses_that_ceased_to_exist_never_came_through() -> None:
    found = repeat_bouncers(ACCOUNT.bounces, ACCOUNT.sends, at_least=1)
    suspended = found[found["codes"].str.contains("S")]
    assert len(suspended)
    assert not suspended["came_through"].any()


def test_frames_read_back_from_csv_give_the_same() -> None:
    again = [
        pd.read_csv(io.StringIO(frame.to_csv(index=False)))
        for frame in (ACCOUNT.bounces, ACCOUNT.sends)
    ]
    for of in (bounce_summary, repeat_bouncers):
        assert_frame_equal(of(*again), of(ACCOUNT.bounces, ACCOUNT.sends))


def test_no_rows_give_typed_frames_and_inputs_stay_as_they_are() -> None:
    bounces, sends = ACCOUNT.bounces, ACCOUNT.sends.copy()
    for of in (
        bounce_summary,
        repeat_bouncers,
        lambda *given: bounce_summary(*given, by=["M", "provider"]),
    ):
        full = of(bounces, sends)
        assert of(bounces.head(0), sends).dtypes.equals(full.dtypes)
        assert of(bounces.head(0), sends.head(0)).dtypes.equals(full.dtypes)
    assert_frame_equal(sends, ACCOUNT.sends)


def test_wrong_use_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="at_least=0"):
        repeat_bouncers(ACCOUNT.bounces, ACCOUNT.sends, at_least=0)
    of_zones = ACCOUNT.sends.assign(time_zone_id="UTC")
    with pytest.raises(ColumnsError, match="time_zone_id"):
        bounce_summary(ACCOUNT.bounces, of_zones, by=["M", "time_zone_id"])
    with pytest.raises(ColumnsError, match="'weather'"):
        bounce_summary(ACCOUNT.bounces, ACCOUNT.sends, by="weather")
    with pytest.raises(ColumnsError, match=r"load_bounces\(\)"):
        bounce_summary(ACCOUNT.opens, ACCOUNT.sends)
    with pytest.raises(ColumnsError, match=r"email_address.*load_sends\(\)"):
        bounce_summary(ACCOUNT.bounces, ACCOUNT.sends.drop(columns="email_address"))
