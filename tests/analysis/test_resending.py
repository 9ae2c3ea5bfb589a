"""Resends add those who opened nothing before, told apart by what they opened first."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from ccframes.analysis.resending import resend_lift
from ccframes.errors import ColumnsError, PartialResultWarning
from ccframes.frames.measures import counts_of
from tests.analysis.accounts import account_of
from tests.analysis.events import events, rows_of

ACCOUNT = account_of("resending", contacts=300, weeks=60)
TABLE = ACCOUNT.activity_stats.merge(
    ACCOUNT.activities[["campaign_activity_id", "name", "role", "sent_at"]],
    on="campaign_activity_id",
)
PAIR = pd.DataFrame(
    {
        "campaign_id": ["c", "c"],
        "campaign_activity_id": ["first", "again"],
        "role": ["primary_email", "resend"],
        "em_sends": [10, 7],
        "em_bounces": [1, 0],
        "em_opens": [3, 2],
    }
)


def test_there_is_a_row_for_each_resend_with_its_primary_email() -> None:
    lift = resend_lift(TABLE)
    assert len(lift) == (TABLE["role"] == "resend").sum() > 3
    by_id = TABLE.set_index("campaign_activity_id")
    for activity, role in (("primary_id", "primary_email"), ("resend_id", "resend")):
        rows = by_id.loc[lift[activity]]
        assert (rows["role"] == role).all()
        assert rows["campaign_id"].tolist() == lift["campaign_id"].tolist()


def test_statistics_are_added_up_over_the_delivered_of_the_primary_email() -> None:
    lift = resend_lift(TABLE)
    counts = counts_of(TABLE).set_index(TABLE["campaign_activity_id"])
    first, again = counts.loc[lift["primary_id"]], counts.loc[lift["resend_id"]]
    assert lift["delivered"].tolist() == first["delivered"].tolist()
    assert lift["opens_after"].tolist() == (first["opens"].array + again["opens"].array).tolist()
    assert lift["resend_optouts"].tolist() == again["optouts"].tolist()
    assert lift["resend_complaints"].tolist() == again["complaints"].tolist()
    assert lift["late"].isna().all()
    assert ((lift["low"] <= lift["added_rate"]) & (lift["added_rate"] <= lift["high"])).all()


def test_counting_contacts_gives_the_same_where_nobody_opened_both() -> None:
    added_up = resend_lift(TABLE)
    for sends in (None, ACCOUNT.sends):
        counted = resend_lift(TABLE, opens=ACCOUNT.opens, sends=sends)
        assert (counted["late"] == 0).all()
        differ = ["late", "counted"]
        assert_frame_equal(counted.drop(columns=differ), added_up.drop(columns=differ))


def test_contacts_count_where_they_opened_first() -> None:
    opens = events(
        [
            ("first", "early", 1),
            ("first", "both, the primary before the resend", 1),
            ("again", "both, the primary before the resend", 4),
            ("first", "late", 5),
            ("first", "late", 6),
            ("first", "late, then the resend", 4),
            ("again", "late, then the resend", 5),
            ("again", "by the resend", 4),
            ("again", "by the resend, then the primary", 4),
            ("first", "by the resend, then the primary", 6),
        ]
    )
    sends = events([("again", "late", 3), ("again", "by the resend", 3.1)])
    [row] = rows_of(resend_lift(PAIR, opens=opens, sends=sends))
    assert (row.opens_before, row.late, row.added, row.opens_after) == (2, 2, 2, 6)
    assert row.resend_opens == 4
    assert (row.delivered, row.rate_before, row.rate_after) == (9, 2 / 9, 6 / 9)


def test_the_frame_may_say_when_the_resend_went_out() -> None:
    opens = events([("first", "ann", 2), ("again", "ben", 5)])
    sent_at = pd.Series(["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"])
    [row] = rows_of(resend_lift(PAIR.assign(sent_at=sent_at), opens=opens))
    assert (row.opens_before, row.late, row.added) == (0, 1, 1)


def test_nothing_is_guessed_where_nothing_says_when() -> None:
    with pytest.raises(ColumnsError, match="nothing says when the resends went out"):
        resend_lift(PAIR, opens=events([("again", "ann", 1), ("first", "ann", 1)]))
    with pytest.raises(ColumnsError, match="1 of the resends went out, again the first"):
        resend_lift(
            PAIR,
            opens=events([("again", "ann", 1), ("first", "ann", 1)]),
            sends=events([("first", "ann", 1)]),
        )


def test_what_is_left_out_or_not_loaded_is_warned_of() -> None:
    with pytest.warns(PartialResultWarning, match="1 resends are left out, again the first"):
        assert len(resend_lift(PAIR.tail(1))) == 0
    with pytest.warns(PartialResultWarning, match="1 activities that were opened have no row"):
        resend_lift(PAIR, opens=events([("again", "ann", 9)]), sends=events([("again", "ann", 3)]))


def test_resends_of_unknown_campaigns_are_no_resends_of_each_others_primary_emails() -> None:
    unknown = pd.concat([PAIR, PAIR.assign(campaign_activity_id=["other", "more"])])
    with pytest.warns(PartialResultWarning, match="2 resends are left out, again the first"):
        assert len(resend_lift(unknown.assign(campaign_id=None))) == 0


def test_campaigns_without_a_resend_have_no_row() -> None:
    assert len(resend_lift(PAIR.head(1))) == 0


def test_frames_read_back_from_csv_give_the_same() -> None:
    table, opens = (
        pd.read_csv(io.StringIO(frame.to_csv(index=False))) for frame in (TABLE, ACCOUNT.opens)
    )
    assert_frame_equal(
        resend_lift(table, opens=opens), resend_lift(TABLE, opens=ACCOUNT.opens), check_dtype=False
    )


def test_no_rows_give_typed_frames_and_inputs_stay_as_they_are() -> None:
    table, opens = TABLE.copy(), ACCOUNT.opens.copy()
    full = resend_lift(table, opens=opens)
    for empty in (resend_lift(table.head(0)), resend_lift(table.head(0), opens=opens.head(0))):
        assert empty.dtypes.equals(full.dtypes)
    assert_frame_equal(table, TABLE)
    assert_frame_equal(opens, ACCOUNT.opens)


def test_frames_without_roles_or_counts_name_the_loader() -> None:
    with pytest.raises(ColumnsError, match=r"'role'; load_campaign_table\(\)"):
        resend_lift(ACCOUNT.activity_stats)
    with pytest.raises(ColumnsError, match="em_sends or unique_sends"):
        resend_lift(PAIR.drop(columns="em_sends"))
