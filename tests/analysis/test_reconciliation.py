"""Reconciling explains what is explained, and names what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

import pandas as pd
import pytest

from ccframes.analysis.checks import amount_of
from ccframes.analysis.reconciliation import reconcile
from ccframes.demo import account
from ccframes.errors import ColumnsError, ConfigError
from tests.analysis.accounts import Frames, account_of

EVENTS = (
    *("sends", "opens", "unique_opens", "did_not_opens"),
    *("clicks", "forwards", "optouts", "bounces"),
)
REPORTS = (
    "activity_stats",
    *EVENTS,
    *("links", "campaign_stats", "campaign_summaries", "campaign_activities", "contacts"),
)
Reports = dict[str, pd.DataFrame]


def reports_of(account: Frames) -> Reports:
    return {name: getattr(account, name) for name in REPORTS}


def unexplained(reports: Reports) -> pd.DataFrame:
    report = reconcile(reports)
    return report[~report["explained"]]


@pytest.fixture(scope="module")
def clean() -> Reports:
    return reports_of(account_of("reconcile me", contacts=700, weeks=30))


@pytest.fixture(scope="module")
def busiest(clean: Reports) -> list[str]:
    """Activities, those with most clicks first: all have rows of every kind that is used."""
    stats = clean["activity_stats"]
    primary = stats[stats["em_optouts"].gt(0) & stats["em_bounces"].gt(1)]
    return list(primary.sort_values("em_clicks_all", ascending=False)["campaign_activity_id"])


@pytest.fixture(scope="module")
def lagging() -> Reports:
    return reports_of(Frames(account("lagging").world))


def test_every_difference_of_the_default_account_is_explained() -> None:
    found = reconcile(reports_of(account_of()))
    assert found["explained"].all()
    assert (found["difference"] != 0).sum() > 300


def test_every_difference_of_lagging_statistics_is_explained_and_some_by_their_time(
    lagging: Reports,
) -> None:
    found = reconcile(lagging)
    assert found["explained"].all()
    late = found["explanation"].str.contains("newer than last_refresh_time")
    assert set(found.loc[late, "check"].astype(str)) >= {
        "em_opens_all = rows of opens",
        "em_clicks_all = rows of clicks",
        "em_not_opened = contacts of did_not_opens",
    }


# --- planted faults ---------------------------------------------------------------------------


def of(frame: pd.DataFrame, activity: str) -> pd.Series:
    return frame["campaign_activity_id"] == activity


def without(frame: pd.DataFrame, rows: pd.Index) -> pd.DataFrame:
    return frame.drop(index=rows).reset_index(drop=True)


def drop_page(reports: Reports, one: str, _: str) -> None:
    opens = reports["opens"]
    reports["opens"] = without(opens, opens.index[of(opens, one)][20:70])


def repeat_page(reports: Reports, one: str, _: str) -> None:
    clicks = reports["clicks"]
    page = clicks[of(clicks, one)].iloc[10:30]
    reports["clicks"] = pd.concat([clicks, page], ignore_index=True)


def move_rows(reports: Reports, one: str, other: str) -> None:
    opens = reports["opens"].copy()
    opens.loc[opens.index[of(opens, one)][5:9], "campaign_activity_id"] = other
    reports["opens"] = opens


def lose_device(reports: Reports, one: str, _: str) -> None:
    opens = reports["opens"].copy()
    seen = opens.index[of(opens, one) & opens["device_type"].notna()]
    opens.loc[seen[3], "device_type"] = None
    reports["opens"] = opens


def shift_times(reports: Reports, one: str, _: str) -> None:
    opens = reports["opens"].copy()
    opens.loc[of(opens, one), "created_time"] -= pd.Timedelta(hours=5)
    reports["opens"] = opens


def change_code(reports: Reports, one: str, _: str) -> None:
    bounces = reports["bounces"].copy()
    row = bounces.index[of(bounces, one)][0]
    bounces.loc[row, "bounce_code"] = "X" if bounces.loc[row, "bounce_code"] != "X" else "D"
    reports["bounces"] = bounces


def collapse_repeats(reports: Reports, one: str, _: str) -> None:
    opens = reports["opens"]
    again = of(opens, one) & opens.duplicated(["campaign_activity_id", "contact_id"])
    reports["opens"] = without(opens, opens.index[again])


def lose_contact(reports: Reports, one: str, _: str) -> None:
    clicks = reports["clicks"]
    contact = clicks.loc[of(clicks, one), "contact_id"].iloc[0]
    for name in EVENTS:
        frame = reports[name]
        rows = frame.index[of(frame, one) & (frame["contact_id"] == contact)]
        reports[name] = without(frame, rows)


def move_click(reports: Reports, one: str, _: str) -> None:
    clicks = reports["clicks"].copy()
    links = sorted(clicks.loc[of(clicks, one), "url_id"].unique())
    alone = ~clicks.duplicated(["campaign_activity_id", "contact_id"], keep=False)
    row = clicks.index[of(clicks, one) & alone & (clicks["url_id"] == links[0])][0]
    clicks.loc[row, "url_id"] = links[1]
    reports["clicks"] = clicks


def add_optout(reports: Reports, one: str, _: str) -> None:
    optouts, sends = reports["optouts"], reports["sends"]
    left = optouts.loc[of(optouts, one), "contact_id"]
    stranger = sends[of(sends, one) & ~sends["contact_id"].isin(left)].iloc[[0]]
    again = stranger.assign(tracking_activity_type="em_optouts")
    reports["optouts"] = pd.concat([optouts, again], ignore_index=True)


def cut_walk(reports: Reports, one: str, _: str) -> None:
    sends = reports["sends"]
    reports["sends"] = without(sends, sends.index[of(sends, one)][100:])


def forget_activity(reports: Reports, one: str, _: str) -> None:
    forgotten = reports["bounces"]
    reports["bounces"] = without(forgotten, forgotten.index[of(forgotten, one)])


def raise_link(reports: Reports, one: str, _: str) -> None:
    links = reports["links"].copy()
    links.loc[links.index[of(links, one)][0], "unique_clicks"] += 1
    reports["links"] = links


def lose_silent_contact(reports: Reports, one: str, _: str) -> None:
    silent = reports["did_not_opens"]
    reports["did_not_opens"] = without(silent, silent.index[of(silent, one)][:1])


@dataclass
class Fault:
    """What was done to the rows, and what of it must be said."""

    plant: Callable[[Reports, str, str], None]
    check: str
    says: str
    difference: int | None = None
    activities: int = 1


FAULTS = {
    "a page is missing": Fault(
        drop_page, "em_opens_all = rows of opens", "rows of opens: 50 missing", -50
    ),
    "a page came twice": Fault(
        repeat_page, "em_clicks_all = rows of clicks", "a page may have come twice", 20
    ),
    "rows have another activity's id": Fault(
        move_rows, "em_opens_all = rows of opens", "rows of opens: 4", activities=2
    ),
    "a device is lost": Fault(
        lose_device, "em_opens_all_none = rows of opens on none", "rows of opens on none: 1 more", 1
    ),
    "times are shifted": Fault(
        shift_times, "no row of opens before its send", "read in another zone"
    ),
    "repeats are collapsed": Fault(
        collapse_repeats, "em_opens_all = rows of opens", "repeats may have been collapsed"
    ),
    "a contact's rows are missing": Fault(
        lose_contact, "em_sends = contacts of sends", "contacts of sends: 1 missing", -1
    ),
    "a click is on another link": Fault(
        move_click, "unique_clicks = contacts of clicks on the link", "clicks on this link: 1"
    ),
    "somebody unsubscribed who did not": Fault(
        add_optout, "em_optouts = contacts of optouts", "contacts of optouts: 1 more", 1
    ),
    "a walk was cut": Fault(cut_walk, "em_sends = contacts of sends", "contacts of sends: "),
    "an activity was not loaded": Fault(
        forget_activity, "em_bounces = contacts of bounces", "was the report loaded"
    ),
    "a link has a click too many": Fault(
        raise_link,
        "unique_clicks = contacts of clicks on the link",
        "contacts of clicks on this link: 1 missing",
        -1,
    ),
    "somebody silent is missing": Fault(
        lose_silent_contact,
        "did_not_opens = contacts of sends, not of opens, not of bounces",
        "in did_not_opens and should not be, or the other way round: 1",
        1,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_where_it_is_and_nowhere_else(
    name: str, clean: Reports, busiest: list[str]
) -> None:
    fault, affected = FAULTS[name], set(busiest[: FAULTS[name].activities])
    reports = dict(clean)
    fault.plant(reports, *busiest[:2])
    found = unexplained(reports)
    assert set(found["campaign_activity_id"].dropna()) == affected
    stats = clean["activity_stats"]
    campaigns = stats.loc[stats["campaign_activity_id"].isin(affected), "campaign_id"]
    assert set(found["campaign_id"]) == set(campaigns)
    said = found[found["check"] == fault.check]
    assert len(said)
    assert said["explanation"].str.contains(fault.says, regex=False).all()
    if fault.difference is not None:
        assert said["difference"].tolist() == [fault.difference]


def test_a_changed_bounce_code_is_named_on_both_sides(clean: Reports, busiest: list[str]) -> None:
    reports = dict(clean)
    change_code(reports, *busiest[:2])
    found = unexplained(reports)
    assert set(found["campaign_activity_id"]) == {busiest[0]}
    assert sorted(found["difference"]) == [-1, 1]
    assert found["check"].str.startswith("em_bounces_").all()


def test_a_moved_click_is_named_with_both_links(clean: Reports, busiest: list[str]) -> None:
    reports = dict(clean)
    move_click(reports, *busiest[:2])
    found = unexplained(reports)
    assert found["url_id"].nunique() == 2
    assert sorted(found["difference"]) == [-1, 1]


def test_lost_rows_of_lagging_statistics_are_not_taken_for_lag(lagging: Reports) -> None:
    found = reconcile(lagging)
    late = found["explanation"].str.contains("newer than last_refresh_time")
    [one, *_] = found.loc[
        late & (found["check"] == "em_opens_all = rows of opens"), "campaign_activity_id"
    ]
    opens = lagging["opens"]
    oldest = opens.index[of(opens, one)][-2:]
    said = unexplained(lagging | {"opens": without(opens, oldest)})
    assert set(said["campaign_activity_id"].dropna()) == {one}
    [text] = said.loc[said["check"] == "em_opens_all = rows of opens", "explanation"]
    assert text.startswith("rows of opens: 2 missing; newer than last_refresh_time, and not")


def test_unique_opens_that_were_not_loaded_are_not_taken_for_late_ones(lagging: Reports) -> None:
    unique, check = lagging["unique_opens"], "em_opens = contacts of unique_opens"
    one = unique["campaign_activity_id"].iloc[0]
    said = unexplained(lagging | {"unique_opens": without(unique, unique.index[of(unique, one)])})
    assert said.loc[said["check"] == check, "campaign_activity_id"].tolist() == [one]


def test_a_unique_open_too_many_is_not_taken_for_a_late_one(
    clean: Reports, busiest: list[str]
) -> None:
    stats, unique, silent = (clean[name] for name in ("activity_stats", *EVENTS[2:4]))
    stranger = (
        unique[of(unique, busiest[0])]
        .tail(1)
        .assign(contact_id=silent.loc[of(silent, busiest[0]), "contact_id"].iloc[0])
    )
    more = pd.concat([unique, stranger], ignore_index=True)
    [row] = unexplained({"activity_stats": stats, "unique_opens": more}).itertuples()
    assert (row.campaign_activity_id, row.difference) == (busiest[0], 1)


def test_more_silent_contacts_than_vacation_replies_can_explain_are_a_fault(clean: Reports) -> None:
    stats, silent = clean["activity_stats"], clean["did_not_opens"]
    one = stats.loc[stats["em_bounces_vacation"] == 0, "campaign_activity_id"].iloc[0]
    stranger = silent[of(silent, one)].tail(1).assign(contact_id="nobody")
    more = pd.concat([silent, stranger], ignore_index=True)
    [row] = unexplained({"activity_stats": stats, "did_not_opens": more}).itertuples()
    assert (row.campaign_activity_id, row.difference) == (one, 1)


def test_an_open_in_the_instant_of_its_send_is_none_before_it(
    clean: Reports, busiest: list[str]
) -> None:
    reports = {name: clean[name].copy() for name in ("activity_stats", "sends", "opens")}
    opens, sends = reports["opens"], reports["sends"]
    row = opens.index[of(opens, busiest[0])][0]
    mine = of(sends, busiest[0]) & (sends["contact_id"] == opens.loc[row, "contact_id"])
    sent_at = sends.loc[mine, "created_time"].iloc[0]
    for seconds, faults in ((0, 0), (1, 1)):
        opens.loc[row, "created_time"] = sent_at - pd.Timedelta(seconds=seconds)
        assert len(unexplained(reports)) == faults


@pytest.mark.parametrize(
    ("key", "more", "days", "check"),
    [
        ("em_opens", -1, 0, "em_opens of campaign stats ≤ sum over its activities"),
        ("em_opens_all", 1, 0, "em_opens_all of campaign stats = sum over its activities"),
        ("em_opens_all", 1, 1, None),
        ("em_opens_all", -1, 1, "em_opens_all of campaign stats = sum over its activities"),
    ],
)
def test_a_campaign_is_explained_only_by_more_that_was_counted_later(
    clean: Reports, busiest: list[str], key: str, more: int, days: int, check: str | None
) -> None:
    stats, campaigns = clean["activity_stats"], clean["campaign_stats"].copy()
    one = stats.loc[of(stats, busiest[0]), "campaign_id"].iloc[0]
    row = campaigns.index[campaigns["campaign_id"] == one][0]
    campaigns.loc[row, key] += more
    campaigns.loc[row, "last_refresh_time"] = stats["last_refresh_time"].max() + pd.Timedelta(
        days=days
    )
    found = unexplained({"activity_stats": stats, "campaign_stats": campaigns})
    assert found["check"].isin([check]).sum() == (check is not None)
    assert set(found["campaign_id"]) <= {one}


def test_campaigns_are_not_judged_by_some_of_their_activities(clean: Reports) -> None:
    activities = clean["campaign_activities"]
    resent = activities.loc[activities["role"] == "resend", "campaign_id"].iloc[0]
    [primary] = activities.loc[
        (activities["campaign_id"] == resent) & (activities["role"] == "primary_email"),
        "campaign_activity_id",
    ]
    found = reconcile(clean, activities=[primary])
    assert set(found["campaign_activity_id"]) == {primary}
    assert found["explained"].all()


@pytest.mark.parametrize(
    ("missing", "unit", "said"),
    [(500, "rows", True), (250, "rows", False), (500, "contacts", False)],
)
def test_rows_are_said_to_be_full_pages_where_they_are(missing: int, unit: str, said: bool) -> None:
    assert ("full pages" in amount_of(-missing, unit, "opens")) == said


# --- subsets, selections and forms ------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "activity_stats"])
def test_any_report_can_be_held_against_the_statistics_alone(name: str, clean: Reports) -> None:
    stats = clean["activity_stats"]
    assert unexplained({"activity_stats": stats, name: clean[name]}).empty


def test_rows_of_some_activities_are_checked_when_these_are_named(
    clean: Reports, busiest: list[str]
) -> None:
    few = busiest[:3]
    opens = clean["opens"]
    some = clean | {"opens": opens[opens["campaign_activity_id"].isin(few)]}
    assert not unexplained(some).empty
    found = reconcile(some, activities=few)
    assert found["explained"].all()
    assert set(found["campaign_activity_id"].dropna()) == set(few)


def test_rows_of_a_permalink_are_explained_by_its_role(clean: Reports, busiest: list[str]) -> None:
    activities = clean["campaign_activities"]
    permalink = activities.loc[activities["role"] == "permalink", "campaign_activity_id"].iloc[0]
    opens = clean["opens"]
    stray = opens[of(opens, busiest[0])].head(2).assign(campaign_activity_id=permalink)
    reports = {
        "activity_stats": clean["activity_stats"],
        "opens": pd.concat([opens, stray], ignore_index=True),
    }
    found = unexplained(reports)
    assert found["campaign_activity_id"].tolist() == [permalink]
    assert found["check"].tolist() == ["no rows of opens without statistics"]
    assert unexplained(reports | {"campaign_activities": activities}).empty


def test_contacts_that_are_absent_are_explained_if_they_were_deleted(clean: Reports) -> None:
    contacts = clean["contacts"]
    kept = contacts[contacts["deleted_at"].isna()]
    found = reconcile(clean | {"contacts": kept})
    absent = found[found["check"] == "no contact of sends is absent from contacts"]
    assert absent["found"].sum() > 0
    assert absent["explained"].all()
    lost = kept[kept["contact_id"] != clean["sends"]["contact_id"].iloc[0]]
    assert not unexplained(clean | {"contacts": lost}).empty


def test_frames_read_back_from_csv_give_the_same(clean: Reports) -> None:
    def again(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.read_csv(StringIO(frame.to_csv(index=False)), dtype={"url_id": str})

    found = reconcile({name: again(frame) for name, frame in clean.items()})
    pd.testing.assert_frame_equal(found, reconcile(clean))


def test_a_count_the_api_does_not_give_is_missing_and_no_fault(clean: Reports) -> None:
    stats = clean["activity_stats"].assign(em_opens=pd.Series(dtype="Int64"))
    found = reconcile({"activity_stats": stats, "opens": clean["opens"]})
    opens = found[found["check"] == "em_opens = contacts of opens"]
    assert opens["expected"].isna().all()
    assert opens["found"].notna().all()
    assert opens["explained"].all()
    assert set(opens["explanation"]) == {"this count is not given"}


def test_a_sum_of_which_the_api_does_not_give_a_part_is_missing_and_no_fault(
    clean: Reports,
) -> None:
    stats = clean["activity_stats"].assign(em_opens_all_mobile=pd.Series(dtype="Int64"))
    found = reconcile({"activity_stats": stats})
    sums = found[found["check"] == "em_opens_all = sum over devices"]
    assert sums["expected"].notna().all()
    assert sums["found"].isna().all()
    assert sums["explained"].all()
    assert set(sums["explanation"]) == {"this count is not given"}


def test_of_statistics_loaded_twice_the_newer_count(clean: Reports) -> None:
    stats = clean["activity_stats"]
    older = stats.assign(
        em_opens_all=stats["em_opens_all"] - 1,
        last_refresh_time=stats["last_refresh_time"] - pd.Timedelta(days=1),
    )
    both = pd.concat([stats, older], ignore_index=True)
    assert unexplained(clean | {"activity_stats": both}).empty


def test_nothing_gives_an_empty_typed_frame(clean: Reports) -> None:
    empty = reconcile({name: frame.head(0) for name, frame in clean.items()})
    assert len(empty) == 0
    full = reconcile(clean).dtypes.drop("check").to_dict()
    assert empty.dtypes.drop("check").to_dict() == full


def test_frames_are_not_changed(clean: Reports) -> None:
    before = {name: frame.copy() for name, frame in clean.items()}
    reconcile(clean)
    for name, frame in clean.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_what_cannot_be_checked_is_refused(clean: Reports) -> None:
    with pytest.raises(ConfigError, match="no check needs 'tags'; frames may be: activity_stats"):
        reconcile(clean | {"tags": clean["opens"]})
    with pytest.raises(ConfigError, match=r"load_activity_stats\(\)"):
        reconcile({"opens": clean["opens"]})
    with pytest.raises(ConfigError, match=r"reports by their names .* not list"):
        reconcile([clean["opens"]])  # type: ignore[arg-type]
    with pytest.raises(ColumnsError, match=r"opens: .*several columns 'campaign_activity"):
        reconcile(clean | {"opens": pd.concat([clean["opens"], clean["sends"]], axis=1)})
    with pytest.raises(ColumnsError, match=r"clicks: .* 'url_id'; load_clicks\(\)"):
        reconcile(clean | {"clicks": clean["opens"]})
