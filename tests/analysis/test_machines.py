"""What tells machines from people.

The rules' defaults were chosen on the seeds "tune 1" to "tune 3"; those of JUDGES were not looked
at before.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccframes.analysis.machines import human_only, suspect_machine
from ccframes.demo.causes import Causes
from ccframes.errors import ColumnsError
from tests.analysis.accounts import Frames, account_of

JUDGES = ("judge north", "judge east", "judge south")
SIZE = {"contacts": 600, "weeks": 60}
SENT = pd.Timestamp("2026-03-02T10:00:00Z")


def is_machine(account: Frames, report: str) -> Any:
    """Return the truth about each row of a report."""
    causes = [
        row.cause
        for activity in account.world.mailings.activities
        for row in account.truth.rows(report, activity.id)
    ]
    return np.array(causes) != "person"


def flags(account: Frames, report: str, **rules: Any) -> Any:
    suspects = suspect_machine(getattr(account, report), account.sends, **rules)
    return suspects["suspect"].to_numpy(dtype=bool)


def events(*rows: tuple[float, str], contact: str = "c", activity: str = "a") -> pd.DataFrame:
    """Return events so many seconds after the send; a link's id may be empty."""
    return pd.DataFrame(
        {
            "campaign_activity_id": activity,
            "contact_id": contact,
            "created_time": [SENT + pd.Timedelta(seconds=seconds) for seconds, _ in rows],
            "url_id": [link or None for _, link in rows],
        }
    )


def sends(*activities: str) -> pd.DataFrame:
    return pd.concat([events((0, ""), activity=each) for each in activities], ignore_index=True)


@pytest.mark.parametrize("seed", JUDGES)
@pytest.mark.parametrize(("report", "least"), [("clicks", 0.95), ("opens", 0.9)])
def test_machines_of_accounts_not_tuned_on_are_found(seed: str, report: str, least: float) -> None:
    account = account_of(seed, **SIZE)
    machine, flagged = is_machine(account, report), flags(account, report)
    hits = (machine & flagged).sum()
    assert machine.sum() > 100
    assert hits / flagged.sum() >= least
    assert hits / machine.sum() >= least


@pytest.mark.parametrize("seed", JUDGES)
def test_knowing_the_links_nobody_clicked_loses_no_scanner(seed: str) -> None:
    account = account_of(seed, **SIZE)
    machine, flagged = is_machine(account, "clicks"), flags(account, "clicks", links=account.links)
    assert (machine & flagged).sum() / machine.sum() >= 0.95
    assert (machine & flagged).sum() / flagged.sum() >= 0.95


@pytest.mark.parametrize("report", ["opens", "clicks"])
def test_where_there_are_no_machines_hardly_anybody_is_suspect(report: str) -> None:
    people = Causes(proxied=0.0, scanned=0.0)
    account = account_of("judge north", causes=people, **SIZE)
    assert flags(account, report).mean() < 0.01


def test_the_answer_has_the_rows_and_the_index_of_the_events() -> None:
    account = account_of("judge north", **SIZE)
    shuffled = account.clicks.sample(frac=0.5, random_state=3)
    before = shuffled.copy()
    suspects = suspect_machine(shuffled, account.sends)
    assert suspects.index.equals(shuffled.index)
    assert suspects["created_time"].equals(shuffled["created_time"])
    pd.testing.assert_frame_equal(shuffled, before)


@pytest.mark.parametrize(
    ("seconds", "instant"), [(0, True), (10, True), (10.001, False), (-1, False)]
)
def test_an_event_within_seconds_of_the_send_is_a_machines(seconds: float, instant: bool) -> None:
    [row] = suspect_machine(events((seconds, "")), sends("a")).itertuples()
    assert (row.instant, row.suspect, row.seconds) == (instant, instant, seconds)


def test_the_last_send_before_the_event_counts() -> None:
    twice = pd.concat([sends("a"), events((3600, ""))], ignore_index=True)
    found = suspect_machine(events((3605, ""), (1800, "")), twice)
    assert found["seconds"].tolist() == [5.0, 1800.0]


def test_an_event_without_a_send_breaks_no_rule_of_time() -> None:
    found = suspect_machine(events((1, "")), sends("another"))
    assert not found["suspect"].any()
    assert found["seconds"].isna().all()


@pytest.mark.parametrize(("mail", "habitual"), [(4, True), (8, True), (9, False)])
def test_quick_opens_are_a_machines_if_they_are_the_rule(mail: int, habitual: bool) -> None:
    names = [f"a{number}" for number in range(mail)]
    opened = pd.concat([events((40, ""), activity=name) for name in names[:4]], ignore_index=True)
    found = suspect_machine(opened, sends(*names))
    assert found["habitual"].tolist() == [habitual] * 4


def test_two_quick_opens_are_no_habit() -> None:
    opened = pd.concat([events((40, ""), activity=name) for name in "ab"], ignore_index=True)
    assert not suspect_machine(opened, sends("a", "b"))["suspect"].any()


def test_whoever_clicks_nearly_every_link_within_a_minute_is_a_machine() -> None:
    everything = events((5000, "1"), (5020, "2"), (5050, "3"), (9000, "1"))
    found = suspect_machine(everything, sends("a"))
    assert found["burst"].tolist() == [True, True, True, False]


def test_whoever_clicks_three_of_many_links_is_a_reader() -> None:
    some = events((5000, "1"), (5020, "2"), (5050, "3"))
    links = pd.DataFrame({"campaign_activity_id": "a", "url_id": [str(n) for n in range(1, 6)]})
    assert not suspect_machine(some, sends("a"), links=links)["suspect"].any()
    assert suspect_machine(some, sends("a"), links=links, burst_share=0.6)["suspect"].all()


def test_the_same_link_again_and_again_is_no_burst() -> None:
    assert not suspect_machine(events(*[(5000, "1")] * 5), sends("a"))["suspect"].any()


def test_two_links_in_the_same_second_are_a_machines() -> None:
    found = suspect_machine(events((5000, "1"), (5001, "2"), (5003, "3")), sends("a"))
    assert found["at_once"].tolist() == [True, True, False]


def test_the_reason_names_each_rule_that_is_broken_with_its_bound() -> None:
    found = suspect_machine(events((2, "1"), (2.5, "2"), (500, "1")), sends("a"), instant_within=5)
    assert found["reason"].tolist() == [
        "within 5 s of the send; two links within 1 s",
        "within 5 s of the send; two links within 1 s",
        "",
    ]


def test_opens_and_clicks_in_one_frame_are_judged_each_by_its_rules() -> None:
    account = account_of("judge north", **SIZE)
    both = pd.concat([account.opens, account.clicks], ignore_index=True)
    found = suspect_machine(both, account.sends)
    assert not found["burst"].iloc[: len(account.opens)].any()
    assert found["burst"].iloc[len(account.opens) :].sum() == (
        suspect_machine(account.clicks, account.sends)["burst"].sum()
    )


def test_frames_read_back_from_csv_are_judged_alike() -> None:
    account = account_of("judge north", contacts=200, weeks=20)

    def again(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.read_csv(StringIO(frame.to_csv(index=False)))

    found = suspect_machine(again(account.clicks), again(account.sends), links=again(account.links))
    expected = suspect_machine(account.clicks, account.sends, links=account.links)
    assert found["reason"].tolist() == expected["reason"].tolist()


def test_no_events_give_an_empty_typed_frame() -> None:
    account = account_of("judge north", contacts=200, weeks=20)
    full = suspect_machine(account.clicks, account.sends)
    for none in (account.clicks.head(0), account.opens.head(0)):
        for sent in (account.sends, account.sends.head(0)):
            empty = suspect_machine(none, sent, links=account.links.head(0))
            assert empty.dtypes.to_dict() == full.dtypes.to_dict()
            assert len(empty) == 0


@pytest.mark.parametrize("lacking", ["events", "sends", "links"])
def test_a_frame_that_lacks_a_column_is_named_with_its_loader(lacking: str) -> None:
    frames = {
        "events": events((1, "1")),
        "sends": sends("a"),
        "links": pd.DataFrame({"campaign_activity_id": ["a"], "url_id": ["1"]}),
    }
    frames[lacking] = frames[lacking].drop(columns="campaign_activity_id")
    with pytest.raises(ColumnsError, match=rf"^{lacking}: .* 'campaign_activity_id'; load_"):
        suspect_machine(frames["events"], frames["sends"], links=frames["links"])


def test_without_machines_the_other_rows_are_as_they_were() -> None:
    account = account_of("judge north", **SIZE)
    suspects = suspect_machine(account.opens, account.sends)
    kept = human_only(account.opens, suspects)
    flagged = suspects["suspect"].to_numpy(dtype=bool)
    pd.testing.assert_frame_equal(kept, account.opens[~flagged])
    assert kept.attrs["ccframes"]["machines_dropped"] == flagged.sum()
    assert "machines_dropped" not in account.opens.attrs["ccframes"]
    assert kept.attrs["ccframes"].items() > account.opens.attrs["ccframes"].items()


def test_rows_of_which_it_is_not_said_stay() -> None:
    suspects = suspect_machine(events((1, ""), (2, "")), sends("a"))
    suspects.loc[0, "suspect"] = pd.NA
    assert human_only(events((1, ""), (2, "")), suspects).index.tolist() == [0]


def test_rows_with_the_same_index_are_told_apart() -> None:
    twice = pd.concat([events((1, "")), events((900, ""))])
    assert human_only(twice, suspect_machine(twice, sends("a")))["created_time"].tolist() == [
        SENT + pd.Timedelta(seconds=900)
    ]


def test_suspects_of_other_events_are_refused() -> None:
    suspects = suspect_machine(events((1, ""), (2, "")), sends("a"))
    with pytest.raises(ColumnsError, match="2 rows are not about these 1 events"):
        human_only(events((1, "")), suspects)


@pytest.mark.parametrize(
    "others",
    [
        events((2, ""), (1, "")),
        events((1, ""), (2, ""), contact="d"),
        events((1, ""), (2, ""), activity="b"),
    ],
    ids=["another order", "another contact", "another activity"],
)
def test_suspects_with_the_index_of_these_events_but_of_others_are_refused(
    others: pd.DataFrame,
) -> None:
    suspects = suspect_machine(events((1, ""), (2, "")), sends("a"))
    with pytest.raises(ColumnsError, match="2 rows are not about these 2 events"):
        human_only(others, suspects)


def test_suspects_that_do_not_say_of_what_they_are_are_refused() -> None:
    suspects = suspect_machine(events((1, "")), sends("a"))
    with pytest.raises(ColumnsError, match=r"suspects: .* 'contact_id'"):
        human_only(events((1, "")), suspects.drop(columns="contact_id"))


def test_suspects_read_back_from_csv_are_those_of_their_events() -> None:
    account = account_of("judge north", **SIZE)
    suspects = suspect_machine(account.opens, account.sends)
    read = pd.read_csv(StringIO(suspects.to_csv(index=False)))
    pd.testing.assert_frame_equal(
        human_only(account.opens, read), human_only(account.opens, suspects)
    )
