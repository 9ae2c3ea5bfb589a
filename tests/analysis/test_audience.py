"""What contacts were sent and made of it agrees with the rows, counted one by one."""

from __future__ import annotations

import io
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from pandas.testing import assert_frame_equal

from ccframes.analysis.audience import engagement, engagement_matrix, never_opened
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from tests.analysis.accounts import account_of
from tests.analysis.events import Row, events, random_mail, rows_of

ACCOUNT = account_of("audience", contacts=200, weeks=40)


@settings(deadline=None)
@given(random_mail())
def test_every_number_is_what_going_through_the_rows_finds(
    drawn: tuple[list[Row], list[Row], list[Row]],
) -> None:
    sent, opened, bounced = drawn
    people = engagement(
        events(sent), events(opened), bounces=events(bounced, "bounce_code"), last=3
    )
    opens = {row[:2] for row in opened}
    lost = {row[:2] for row in bounced if row[3] != "V"} - opens
    mail = defaultdict(list)
    for activity, contact, day in sorted(sent, key=lambda row: (row[2], order_of(sent, row))):
        mail[contact].append((activity, day))
    for person in rows_of(people):
        emails = mail[person.contact_id]
        got = [
            (activity, person.contact_id) in opens
            for activity, _ in emails
            if (activity, person.contact_id) not in lost
        ]
        assert person.sent == len(emails)
        assert (person.delivered, person.opened) == (len(got), sum(got))
        assert (person.last_n, person.opens_last_n) == (min(3, len(got)), sum(got[-3:]))
        assert person.unopened_run == next(
            (place for place, read in enumerate(reversed(got)) if read), len(got)
        )
        assert person.never_opened is pd.NA if not got else person.never_opened == (not any(got))
        assert np.isnan(person.open_rate) if not got else person.open_rate == sum(got) / len(got)


def order_of(sent: list[Row], row: Row) -> int:
    """Return the place of the row's activity among those that the sends name."""
    return list(dict.fromkeys(each[0] for each in sent)).index(row[0])


def test_the_counts_add_up_to_those_of_the_statistics() -> None:
    people = engagement(ACCOUNT.sends, ACCOUNT.opens, ACCOUNT.clicks)
    stats = ACCOUNT.activity_stats
    for ours, theirs in (("sent", "em_sends"), ("opened", "em_opens"), ("clicked", "em_clicks")):
        assert people[ours].sum() == stats[theirs].sum()


def test_unique_opens_give_the_same_as_opens() -> None:
    assert_frame_equal(
        engagement(ACCOUNT.sends, ACCOUNT.unique_opens), engagement(ACCOUNT.sends, ACCOUNT.opens)
    )


def test_the_address_is_the_one_last_mailed_to() -> None:
    sends = events([("a", "ann", 1, "old@x"), ("b", "ann", 9, "new@x")], "email_address")
    assert engagement(sends, sends.head(0))["email_address"].tolist() == ["new@x"]


def test_contacts_of_whom_no_email_counts_have_no_address_and_no_dates_of_others() -> None:
    rows = [("a", "ann", 1, "ann@x"), ("a", "ben", None, "ben@x"), ("a", "cleo", 3, "cleo@x")]
    rows.append(("a", "dan", None, "dan@x"))
    sends = events(rows, "email_address")
    with pytest.warns(PartialResultWarning, match="2 of 4 sends name no activity"):
        people = engagement(sends, sends.head(0)).set_index("contact_id")
    assert people["sent"].tolist() == [1, 0, 1, 0]
    known = people.loc[["ann", "cleo"]]
    assert known["email_address"].tolist() == ["ann@x", "cleo@x"]
    assert known["first_sent"].dt.day.tolist() == known["last_sent"].dt.day.tolist() == [2, 4]
    columns = ["email_address", "first_sent", "last_sent"]
    assert people.loc[["ben", "dan"], columns].isna().all(axis=None)


def test_days_are_counted_to_the_newest_event_or_to_what_is_said() -> None:
    sends = events([("a", "ann", 0), ("a", "ben", 0)])
    opens = events([("a", "ann", 2), ("a", "ben", 6)])
    assert engagement(sends, opens)["days_since_open"].tolist() == [4, 0]
    later = engagement(sends, opens, now="2026-01-11T12:00Z")
    assert later["days_since_open"].tolist() == [8.5, 4.5]


def test_opens_of_other_emails_are_said_not_to_count_and_do_not() -> None:
    sends = events([("a", "ann", 0)])
    with pytest.warns(PartialResultWarning, match="1 of 2 opens"):
        people = engagement(sends, events([("a", "ann", 2), ("other", "ann", 9)]))
    assert people["last_opened"].tolist() == [pd.Timestamp("2026-01-03", tz="UTC")]


def test_intervals_hold_the_rate_and_widen_with_the_level() -> None:
    narrow, wide = (engagement(ACCOUNT.sends, ACCOUNT.opens, ci=ci) for ci in (0.5, 0.99))
    assert (
        (wide["open_low"] <= narrow["open_low"]) & (narrow["open_low"] <= wide["open_rate"])
    ).all()
    assert (wide["open_high"] > narrow["open_high"])[narrow["open_high"] < 1].all()


def test_never_opened_are_those_who_opened_none_of_so_many() -> None:
    people = engagement(ACCOUNT.sends, ACCOUNT.opens, last=5)
    quiet = never_opened(people, last=5)
    by_count = people[(people["opens_last_n"] == 0) & (people["last_n"] == 5)]
    assert set(quiet["contact_id"]) == set(by_count["contact_id"])
    assert 0 < len(quiet) < len(people)
    assert quiet["unopened_run"].is_monotonic_decreasing
    assert set(never_opened(people)["contact_id"]) == set(
        people.loc[people["opened"] == 0, "contact_id"]
    )


@pytest.mark.parametrize("sparse", [True, False, "auto"])
def test_the_matrix_has_the_furthest_step_of_each_email(sparse: bool) -> None:
    matrix = engagement_matrix(ACCOUNT.sends, ACCOUNT.opens, clicks=ACCOUNT.clicks, sparse=sparse)
    keys = ["campaign_activity_id", "contact_id"]
    steps = pd.concat(
        frame[keys].assign(step=step)
        for step, frame in ((1, ACCOUNT.sends), (2, ACCOUNT.opens), (3, ACCOUNT.clicks))
    )
    expected = steps.groupby(keys)["step"].max().unstack(keys[0], fill_value=0)
    expected = expected.loc[matrix.index, matrix.columns].astype("int8")
    assert (np.asarray(matrix) == expected.to_numpy()).all()
    sent_at = ACCOUNT.sends.groupby(keys[0])["created_time"].min()
    assert sent_at[matrix.columns].is_monotonic_increasing


def test_the_matrix_takes_what_needs_less_memory() -> None:
    full, thin = events((f"{n}", "ann", n) for n in range(9)), events([("0", "ann", 0)])
    thin = pd.concat([thin, events((f"{n}", f"{n}", n) for n in range(9))])
    for sends, is_sparse in ((full, False), (thin, True)):
        matrix = engagement_matrix(sends, sends.head(0))
        assert isinstance(matrix.dtypes.iloc[0], pd.SparseDtype) == is_sparse


def test_frames_read_back_from_csv_give_the_same() -> None:
    reports = ("sends", "opens", "clicks", "bounces")
    frames = [getattr(ACCOUNT, name) for name in reports]
    again = [pd.read_csv(io.StringIO(frame.to_csv(index=False))) for frame in frames]
    for of in (engagement, lambda *given, bounces: engagement_matrix(*given[:2], clicks=given[2])):
        assert_frame_equal(of(*frames[:3], bounces=frames[3]), of(*again[:3], bounces=again[3]))


def test_no_rows_give_typed_frames_and_inputs_stay_as_they_are() -> None:
    none, some = ACCOUNT.sends.head(0), ACCOUNT.sends.copy()
    full = engagement(some, ACCOUNT.opens, ACCOUNT.clicks)
    assert engagement(none, none, none).dtypes.equals(full.dtypes)
    assert engagement(some, none).dtypes.equals(full.dtypes)
    assert engagement_matrix(none, none).shape == (0, 0)
    assert len(never_opened(full.head(0), last=1)) == 0
    assert_frame_equal(some, ACCOUNT.sends)


def test_wrong_use_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="last=0"):
        engagement(ACCOUNT.sends, ACCOUNT.opens, last=0)
    with pytest.raises(ConfigError, match="now='soon'"):
        engagement(ACCOUNT.sends, ACCOUNT.opens, now="soon")
    with pytest.raises(ConfigError, match="now=NaT"):
        engagement(ACCOUNT.sends, ACCOUNT.opens, now=pd.NaT)
    doubled = pd.concat([ACCOUNT.opens, ACCOUNT.opens[["contact_id"]]], axis=1)
    with pytest.raises(ColumnsError, match=r"opens: .*several columns 'contact_id'"):
        engagement(ACCOUNT.sends, doubled)
    with pytest.raises(ConfigError, match="sparse="):
        engagement_matrix(ACCOUNT.sends, ACCOUNT.opens, sparse="yes")  # type: ignore[arg-type]
    with pytest.raises(ColumnsError, match=r"analysis\.engagement\(\)"):
        never_opened(ACCOUNT.sends)
    with pytest.raises(ConfigError, match="last=-1"):
        never_opened(engagement(ACCOUNT.sends, ACCOUNT.opens), last=-1)


@pytest.mark.parametrize("report", ["sends", "opens", "clicks", "bounces"])
@pytest.mark.parametrize("column", ["campaign_activity_id", "created_time"])
def test_events_that_lack_a_column_are_named_with_their_loader(report: str, column: str) -> None:
    frames = {name: getattr(ACCOUNT, name) for name in ("sends", "opens", "clicks", "bounces")}
    frames[report] = frames[report].drop(columns=column)
    with pytest.raises(ColumnsError, match=rf"{report}: .*'{column}'.*load_{report}\(\)"):
        engagement(**frames)
