"""Times from sending to the first open or click: one for each email, and none is lost."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ccframes as ccf
from ccframes.analysis.timing import time_to_click, time_to_open
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from tests.analysis.accounts import account_of

START = pd.Timestamp("2026-01-05T09:00:00Z")
DTYPES = {
    "campaign_activity_id": "str",
    "contact_id": "str",
    "sent_at": "datetime64[us, UTC]",
    "first_at": "datetime64[us, UTC]",
    "seconds": "float64",
    "observed": "boolean",
}
Rows = list[tuple[str, str, int]]


def table(rows: Rows, **more: list[Any]) -> pd.DataFrame:
    """Events of an activity and a contact, so many seconds after the start."""
    activities, contacts, seconds = zip(*rows, strict=True) if rows else ((), (), ())
    return pd.DataFrame(
        {
            "campaign_activity_id": pd.Series(activities, dtype="str"),
            "contact_id": pd.Series(contacts, dtype="str"),
            "created_time": START + pd.to_timedelta(pd.Series(seconds, dtype="int64"), unit="s"),
        }
        | more
    )


def by_hand(opens: Rows, sends: Rows) -> list[tuple[str, str, float, bool]]:
    """What a person would do with pencil and paper."""
    end = max([at for _, _, at in [*opens, *sends]], default=0)
    sent: dict[tuple[str, str], int] = {}
    for activity, contact, at in sends:
        sent[activity, contact] = min(at, sent.get((activity, contact), at))
    found: list[tuple[str, str, float, bool]] = []
    for (activity, contact), at in sent.items():
        mine = [then for a, c, then in opens if (a, c) == (activity, contact)]
        found.append((activity, contact, max(0, min(mine, default=end) - at), bool(mine)))
    return found


ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(0, 9)), max_size=12
)


@settings(deadline=None)
@given(ROWS, ROWS)
@pytest.mark.filterwarnings("ignore::ccframes.errors.PartialResultWarning")
def test_every_email_has_the_time_that_one_finds_by_hand(opens: Rows, sends: Rows) -> None:
    times = time_to_open(table(opens), table(sends))
    assert {name: str(dtype) for name, dtype in times.dtypes.items()} == DTYPES
    columns = ["campaign_activity_id", "contact_id", "seconds", "observed"]
    assert list(times[columns].itertuples(index=False, name=None)) == by_hand(opens, sends)


@settings(deadline=None)
@given(ROWS, ROWS)
def test_events_of_other_emails_are_counted_in_a_warning(clicks: Rows, sends: Rows) -> None:
    sent = {(activity, contact) for activity, contact, _ in sends}
    others = [row for row in clicks if row[:2] not in sent]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        time_to_click(table(clicks), table(sends))
    said = [str(one.message) for one in caught if "not among the sends" in str(one.message)]
    assert [one.startswith(f"{len(others)} of {len(clicks)} clicks") for one in said] == (
        [True] if others else []
    )


def test_an_open_from_before_the_sending_takes_no_time_and_is_named() -> None:
    with pytest.warns(PartialResultWarning, match="1 of 1 emails have opens from before"):
        times = time_to_open(table([("a", "x", 1)]), table([("a", "x", 5)]))
    assert times["seconds"].tolist() == [0.0]
    assert times["first_at"].tolist() == [START + pd.Timedelta(seconds=1)]


def test_who_has_not_opened_by_then_is_watched_until_then_only() -> None:
    opens, sends = table([("a", "x", 8)]), table([("a", "x", 1), ("a", "y", 2), ("a", "z", 7)])
    until = START + pd.Timedelta(seconds=5)
    times = time_to_open(opens, sends, until=until)
    assert times["contact_id"].tolist() == ["x", "y"]
    assert times["seconds"].tolist() == [4.0, 3.0]
    assert not times["observed"].any()
    assert times["first_at"].isna().all()
    later = time_to_open(opens, sends, until="2026-01-05T09:01:00Z")
    assert later["seconds"].tolist() == [7.0, 58.0, 53.0]
    assert later["observed"].tolist() == [True, False, False]


def test_bounced_emails_are_left_out_and_vacation_replies_are_not() -> None:
    sends = table([("a", contact, 0) for contact in "xyz"])
    bounces = table([("a", "x", 1), ("a", "y", 1)], bounce_code=["B", "V"])
    opens = table([("a", "y", 5)])
    for codes in ("category", "str", "object"):
        times = time_to_open(opens, sends, bounces=bounces.astype({"bounce_code": codes}))
        assert times["contact_id"].tolist() == ["y", "z"]
    with pytest.warns(PartialResultWarning, match="1 of 1 opens .*bounced"):
        time_to_open(table([("a", "x", 5)]), sends, bounces=bounces)


def test_emails_without_an_id_or_a_time_stay_and_have_no_open() -> None:
    sends = table([("a", "x", 0), ("a", "y", 0), ("a", "z", 0)])
    sends.loc[0, "contact_id"] = None
    sends.loc[1, "created_time"] = None
    opens = table([("a", "y", 5), ("a", "x", 5)])
    opens.loc[1, "contact_id"] = None
    with pytest.warns(PartialResultWarning, match="1 of 2 opens"):
        times = time_to_open(opens, sends)
    assert times["observed"].tolist() == [False, True, False]
    assert times["seconds"].isna().tolist() == [False, True, False]


def test_frames_are_left_as_they_were() -> None:
    account = account_of("some seed", contacts=300, weeks=60)
    opens, sends = account.opens.copy(), account.sends.copy()
    time_to_open(opens, sends)
    pd.testing.assert_frame_equal(opens, account.opens)
    pd.testing.assert_frame_equal(sends, account.sends)


def test_no_rows_give_a_typed_frame() -> None:
    nothing = ccf.flatten("opens", []), ccf.flatten("sends", [])
    times = time_to_open(*nothing)
    assert {name: str(dtype) for name, dtype in times.dtypes.items()} == DTYPES
    assert len(times) == 0
    sends = account_of("some seed", contacts=300, weeks=60).sends
    assert not time_to_open(nothing[0], sends)["observed"].any()


def test_frames_from_a_csv_file_give_the_same() -> None:
    account = account_of("some seed", contacts=300, weeks=60)
    frames = [account.clicks, account.sends, account.bounces]
    read = [pd.read_csv(io.StringIO(frame.to_csv(index=False))) for frame in frames]
    clicks, sends, bounces = read
    pd.testing.assert_frame_equal(
        time_to_click(clicks, sends, bounces=bounces),
        time_to_click(account.clicks, account.sends, bounces=account.bounces),
    )


def test_the_latest_opens_are_recognised_where_that_is_possible() -> None:
    account = account_of("some seed", contacts=300, weeks=60)
    assert time_to_open(account.opens, account.sends)["observed"].any()
    for latest in (account.unique_opens.head(3), account.unique_opens[:]):
        with pytest.warns(PartialResultWarning, match=r"load_unique_opens\(\)"):
            time_to_open(latest, account.sends)
    nameless = account.unique_opens.copy()
    nameless.attrs = {}
    with pytest.warns(PartialResultWarning, match=r"load_unique_opens\(\)"):
        time_to_open(nameless, account.sends)
    assert time_to_open(nameless.head(99), account.sends)["observed"].sum() == 99


def test_a_frame_that_lacks_a_column_is_told_where_to_find_it() -> None:
    opens, sends = table([("a", "x", 1)]), table([("a", "x", 0)])
    with pytest.raises(ColumnsError, match=r"sends: .*'created_time'.*load_sends\(\)"):
        time_to_open(opens, sends.drop(columns="created_time"))
    with pytest.raises(ColumnsError, match=r"clicks: .*'contact_id'.*load_clicks\(\)"):
        time_to_click(opens.drop(columns="contact_id"), sends)
    with pytest.raises(ColumnsError, match=r"bounces: .*'bounce_code'.*load_bounces\(\)"):
        time_to_open(opens, sends, bounces=opens)


@pytest.mark.parametrize("until", ["yesterday evening", object(), pd.NaT])
def test_until_is_an_instant(until: Any) -> None:
    with pytest.raises(ConfigError, match="is no instant"):
        time_to_open(table([]), table([]), until=until)


def test_every_open_of_an_account_is_found_again() -> None:
    account = account_of()
    times = time_to_open(account.opens, account.sends, bounces=account.bounces)
    first = account.opens.groupby(["campaign_activity_id", "contact_id"])["created_time"].min()
    found = times[times["observed"]].set_index(["campaign_activity_id", "contact_id"])["first_at"]
    pd.testing.assert_series_equal(found.sort_index(), first.sort_index(), check_names=False)
    undelivered = account.bounces["bounce_code"] != "V"
    assert len(times) == len(account.sends) - undelivered.sum()
    assert np.isclose(
        (times["first_at"] - times["sent_at"]).dt.total_seconds().dropna(),
        times.loc[times["observed"], "seconds"],
    ).all()
