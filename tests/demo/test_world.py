"""The invariants of the account, over every activity and campaign of the default world."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import pytest

from ccframes.demo import WorldAccount, account
from ccframes.demo.documents import Record
from ccframes.demo.mailings import NEVER
from ccframes.demo.world import World
from ccframes.endpoints import STAT_DEVICES

if TYPE_CHECKING:
    from ccframes.demo.programme import Activity, Campaign
    from tests.demo.conftest import Caller

ACCOUNT = account("default")
SENT = [campaign for campaign in ACCOUNT.world.programme.campaigns if campaign.sent]
ACTIVITIES = [activity for campaign in SENT for activity in campaign.sent]
TRACKING = (
    "sends",
    "opens",
    "unique_opens",
    "did_not_opens",
    "clicks",
    "forwards",
    "optouts",
    "bounces",
)

Rows = dict[str, list[Record]]

every_campaign = pytest.mark.parametrize("campaign", SENT, ids=lambda each: each.id[:8])


@pytest.fixture(scope="module", params=ACTIVITIES, ids=lambda each: each.id[:8])
def activity(request: pytest.FixtureRequest) -> Activity:
    return cast("Activity", request.param)


@pytest.fixture(scope="module")
def of(activity: Activity) -> Rows:
    """Rows of the activity's tracking reports."""
    return rows(activity)


@pytest.fixture(scope="module")
def counts(activity: Activity) -> dict[str, int]:
    """Return the statistics of the activity."""
    return cast("dict[str, int]", ACCOUNT.document("activity_stats", activity.id)["stats"])


def rows(activity: Activity) -> Rows:
    return {name: list(ACCOUNT.records(name, activity.id)) for name in TRACKING}


def contacts(records: list[Record]) -> set[str]:
    return {record["contact_id"] for record in records}


def test_whoever_reacts_was_sent_to(of: Rows) -> None:
    sent = contacts(of["sends"])
    assert len(sent) == len(of["sends"]) > 0
    for name in TRACKING:
        assert contacts(of[name]) <= sent


def test_counts_are_those_of_the_rows(of: Rows, counts: dict[str, int]) -> None:
    for name in ("sends", "opens", "clicks", "forwards", "optouts", "bounces"):
        assert counts[f"em_{name}"] == len(contacts(of[name]))
    for name in ("opens", "clicks"):
        devices = Counter(record.get("device_type", "none") for record in of[name])
        assert counts[f"em_{name}_all"] == len(of[name])
        assert {each: counts[f"em_{name}_all_{each}"] for each in STAT_DEVICES} == {
            each: devices[each] for each in STAT_DEVICES
        }
    assert len(counts) == 27


def test_bounce_codes_add_up(of: Rows, counts: dict[str, int]) -> None:
    breakdown = [count for key, count in counts.items() if key.startswith("em_bounces_")]
    assert sum(breakdown) == counts["em_bounces"] == len(of["bounces"])


def test_unique_opens_are_the_latest_of_each_contact(of: Rows, counts: dict[str, int]) -> None:
    latest: dict[str, str] = {}
    for record in of["opens"]:
        latest[record["contact_id"]] = max(
            record["created_time"], latest.get(record["contact_id"], "")
        )
    assert {r["contact_id"]: r["created_time"] for r in of["unique_opens"]} == latest
    assert len(of["unique_opens"]) == counts["em_opens"]


def test_did_not_opens_are_the_sends_without_openers_and_bounced(of: Rows) -> None:
    reacted = contacts(of["opens"]) | contacts(of["bounces"])
    expected = {
        (r["contact_id"], r["created_time"]) for r in of["sends"] if r["contact_id"] not in reacted
    }
    assert {(r["contact_id"], r["created_time"]) for r in of["did_not_opens"]} == expected


def test_not_opened_is_clamped_at_zero(counts: dict[str, int]) -> None:
    rest = counts["em_sends"] - counts["em_opens"] - counts["em_bounces"]
    assert counts["em_not_opened"] == max(0, rest)


def test_rows_are_newest_first_and_after_the_send(of: Rows) -> None:
    for records in of.values():
        times = [record["created_time"] for record in records]
        assert all(earlier >= later for earlier, later in pairwise(times))
    sent_at = {record["contact_id"]: record["created_time"] for record in of["sends"]}
    for name in TRACKING:
        assert all(r["created_time"] >= sent_at[r["contact_id"]] for r in of[name])


def test_link_counts_are_distinct_contacts(
    activity: Activity, of: Rows, counts: dict[str, int]
) -> None:
    links = ACCOUNT.document("links", activity.id)["link_click_counts"]
    pairs = {(record["url_id"], record["contact_id"]) for record in of["clicks"]}
    clicked = Counter(url_id for url_id, _ in pairs)
    assert {link["url_id"]: link["unique_clicks"] for link in links} == {
        link["url_id"]: clicked[link["url_id"]] for link in links
    }
    assert sum(link["unique_clicks"] for link in links) >= counts["em_clicks"]
    assert links[-1]["unique_clicks"] == 0


@every_campaign
def test_campaigns_count_persons_over_primary_and_resend(campaign: Campaign) -> None:
    of = [rows(activity) for activity in campaign.sent]
    document = ACCOUNT.document("campaign_stats", campaign.id)
    counts = document["stats"]
    for name in ("sends", "opens", "clicks", "forwards", "optouts", "bounces"):
        persons = {person for each in of for person in contacts(each[name])}
        assert counts[f"em_{name}"] == len(persons)
    for name in ("opens", "clicks"):
        assert counts[f"em_{name}_all"] == sum(len(each[name]) for each in of)
    assert len(counts) == 19
    percents = document["percents"]
    assert all(percent >= 0 for percent in percents.values())
    assert percents["desktop_open"] + percents["mobile_open"] <= 100.01


@every_campaign
def test_a_resend_goes_to_those_who_had_not_opened(campaign: Campaign) -> None:
    for resend in campaign.sent[1:]:
        left = contacts(list(ACCOUNT.records("did_not_opens", campaign.sent[0].id)))
        assert contacts(list(ACCOUNT.records("sends", resend.id))) <= left


def test_summaries_say_what_the_campaign_stats_say() -> None:
    for summary in ACCOUNT.records("campaign_summaries"):
        counts = ACCOUNT.document("campaign_stats", summary["campaign_id"])["stats"]
        unique = dict(summary["unique_counts"])
        abuse = unique.pop("abuse")
        assert {f"em_{key}": count for key, count in unique.items()} == {
            f"em_{key}": counts[f"em_{key}"] for key in unique
        }
        assert 0 <= abuse <= counts["em_optouts"]


def test_the_world_has_what_trips_careless_code(world: World) -> None:
    of = [rows(activity) for activity in ACTIVITIES]
    clamped = [len(each["sends"]) < len(each["unique_opens"]) + len(each["bounces"]) for each in of]
    codes = {row["bounce_code"] for each in of for row in each["bounces"]}
    reasons = {row.get("opt_out_reason") for each in of for row in each["optouts"]}
    assert any(clamped)
    assert any(contacts(each["bounces"]) & contacts(each["opens"]) for each in of)
    assert any(contacts(each["clicks"]) - contacts(each["opens"]) for each in of)
    assert codes == {"B", "D", "F", "S", "V", "X", "Z"}
    assert None in reasons
    assert len(reasons) > 4
    assert any(each["forwards"] for each in of)
    assert any(len(world.outcome(activity).abuse) for activity in ACTIVITIES)


def test_the_world_has_the_sizes_it_should(world: World) -> None:
    statuses = Counter(campaign.status for campaign in world.programme.campaigns)
    roles = Counter(activity.role for activity in ACTIVITIES)
    names = [campaign.name for campaign in world.programme.campaigns]
    assert set(statuses) == {"Done", "Draft", "Scheduled", "Executing", "Error", "Removed"}
    assert 110 <= len(names) == len(set(names)) <= 130
    assert max(map(len, names)) == 80
    assert 20 <= roles["resend"] <= 32
    assert max(len(world.outcome(activity).sends) for activity in ACTIVITIES) > 1_000
    assert any(not first for first, _ in world.people.names)
    assert any(record.get("deleted_at") for record in ACCOUNT.records("sends", ACTIVITIES[9].id))


def test_nobody_gets_anything_after_leaving(world: World) -> None:
    for activity in ACTIVITIES:
        sends = world.outcome(activity).sends
        assert (sends["at"] < world.people.stays.left_at[sends["person"]]).all()


def test_nobody_is_deleted_before_leaving_or_in_the_future(world: World) -> None:
    stays = world.people.stays
    deleted = stays.deleted_at < NEVER
    assert deleted.sum() > 50
    assert (stays.left_at <= stays.deleted_at).all()
    assert (stays.deleted_at[deleted] <= world.now).all()


def test_ids_have_the_forms_of_the_api(world: World) -> None:
    for activity in world.activities.values():
        assert UUID(activity.id).version == UUID(activity.campaign_id).version == 4
        assert all(link.url_id.isdecimal() and len(link.url_id) <= 19 for link in activity.links)
    assert {UUID(contact).version for contact in world.people.ids} == {1}
    assert len(world.people.numbers) == len(world.people)
    assert any(int(a.links[0].url_id) > 2**53 for a in ACTIVITIES)


def everything_of(small: WorldAccount) -> dict[str, Any]:
    answers: dict[str, Any] = {
        name: small.records(name) for name in ("campaigns", "campaign_summaries")
    }
    for activity in small.world.programme.sent:
        answers |= {
            f"{name} {activity.id}": list(small.records(name, activity.id)) for name in TRACKING
        }
    return answers


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    same = [everything_of(WorldAccount(World("s", contacts=90, weeks=9))) for _ in range(2)]
    other = everything_of(WorldAccount(World("t", contacts=90, weeks=9)))
    assert same[0] == same[1]
    assert same[0] != other


def test_the_order_of_asking_changes_nothing() -> None:
    forward, backward = (WorldAccount(World("s", contacts=90, weeks=9)) for _ in range(2))
    ids = [activity.id for activity in forward.world.mailings.activities]
    there = [list(forward.records("opens", each)) for each in ids]
    back = [list(backward.records("opens", each)) for each in reversed(ids)]
    assert there == back[::-1]


def test_lagging_statistics_count_the_rows_until_they_were_refreshed() -> None:
    lagging = WorldAccount(World("s", contacts=300, weeks=30, lag=40 * 24 * 3_600))
    behind = 0
    for activity in lagging.world.mailings.activities:
        document = lagging.document("activity_stats", activity.id)
        opens = lagging.records("opens", activity.id)
        until = [row for row in opens if row["created_time"] <= document["last_refresh_time"]]
        assert document["stats"]["em_opens_all"] == len(until)
        behind += len(until) < len(opens)
    assert behind > 2


# --- contacts, landing pages and text messages agree with the emails --------------------------

CONTACTS = {record["contact_id"]: record for record in ACCOUNT.records("contacts")}
LANDING = ("opens", "unique_opens", "clicks", "updates", "adds", "sms_optins")


def test_a_contacts_activity_is_its_rows_in_all_reports() -> None:
    kinds = ("sends", "opens", "clicks", "bounces", "optouts", "forwards")
    own: dict[str, Counter[tuple[str, str, str]]] = {key: Counter() for key in list(CONTACTS)[::97]}
    for activity in ACTIVITIES:
        for kind in kinds:
            for row in ACCOUNT.records(kind, activity.id):
                if row["contact_id"] in own:
                    entry = (activity.id, f"em_{kind}", row["created_time"])
                    own[row["contact_id"]][entry] += 1
    assert sum(map(len, own.values())) > 500
    for key, rows_of in own.items():
        told = Counter(
            (row["campaign_activity_id"], row["tracking_activity_type"], row["created_time"])
            for row in ACCOUNT.records("contact_activity", key)
            if row["tracking_activity_type"].startswith("em_")
        )
        assert told == rows_of
        summary = ACCOUNT.records("contact_summary", key)
        assert sum(each["em_opens"] for each in summary) == sum(
            count for (_, kind, _), count in told.items() if kind == "em_opens"
        )


def test_a_send_history_counts_the_sends() -> None:
    for activity in ACTIVITIES:
        [sent] = ACCOUNT.document("send_history", activity.id)
        assert sent["count"] == len(ACCOUNT.records("sends", activity.id))
        assert sent["send_status"] == "COMPLETED"
    [errored] = [each for each in ACCOUNT.world.programme.campaigns if each.status == "Error"]
    [failed] = ACCOUNT.document("send_history", errored.activities[0].id)
    assert (failed["send_status"], failed["count"]) == ("ERRORED", 0)


@every_campaign
def test_resends_are_told_of_on_the_primary_email(campaign: Campaign) -> None:
    told = ACCOUNT.document("resends", campaign.sent[0].id)
    assert [each["resend_subject"] for each in told] == [
        activity.subject for activity in campaign.sent[1:]
    ]


def test_ab_tests_are_those_of_campaigns_of_that_type() -> None:
    tests = {activity.campaign_id for activity in ACTIVITIES if activity.trial}
    assert tests == {campaign.id for campaign in SENT if campaign.type == "AB_TEST"}
    with pytest.raises(LookupError):
        ACCOUNT.document("ab_tests", SENT[0].sent[0].id)


def test_lists_and_tags_count_their_members() -> None:
    lists: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for record in CONTACTS.values():
        lists.update(record["list_memberships"])
        tags.update(() if "deleted_at" in record else record["taggings"])
    for each in ACCOUNT.records("contact_lists"):
        assert each["membership_count"] == lists[each["list_id"]]
    for each in ACCOUNT.records("tags"):
        assert each["contacts_count"] == tags[each["tag_id"]] > 0


def test_contacts_who_opted_out_say_what_the_report_says() -> None:
    for activity in ACTIVITIES:
        for row in ACCOUNT.records("optouts", activity.id):
            address = CONTACTS[row["contact_id"]]["email_address"]
            assert address["permission_to_send"] == "unsubscribed"
            assert address.get("opt_out_reason") == row.get("opt_out_reason")
            assert address["opt_out_date"][:19] == row["created_time"][:19]


def test_contacts_are_newest_first_and_some_have_no_email_address() -> None:
    created = [record["created_at"] for record in CONTACTS.values()]
    assert created == sorted(created, reverse=True)
    texted = [each for each in CONTACTS.values() if "email_address" not in each]
    assert len(texted) == 30
    assert any("sms_channel" in each for each in texted)


def test_contacts_can_be_asked_for_by_their_consent_to_text_messages(caller: Caller) -> None:
    for state in ("explicit", "unsubscribed"):
        found = caller.walk("/contacts", "contacts", sms_status=state, status="all", limit=500)
        assert {each["contact_id"] for each in found} == {
            key
            for key, each in CONTACTS.items()
            for consent in each.get("sms_channel", {}).get("sms_channel_consents", ())
            if consent["sms_consent_permission"] == state
        }
        assert found


def test_landing_pages_have_every_kind_of_event(world: World) -> None:
    for page in world.landing_pages:
        of = {kind: list(ACCOUNT.records(f"landing_{kind}", page.id)) for kind in LANDING}
        assert contacts(of["unique_opens"]) == contacts(of["opens"])
        assert len(of["unique_opens"]) == len(contacts(of["opens"])) < len(of["opens"])
        pairs = [(row["contact_id"], row["url_id"]) for row in of["clicks"]]
        assert len(set(pairs)) == len(pairs) > len(contacts(of["clicks"]))
        for kind in LANDING:
            assert of[kind]
            assert contacts(of[kind]) <= contacts(of["opens"])
        for row in of["adds"]:
            created_at = CONTACTS[row["contact_id"]]["created_at"]
            assert created_at[:19] == row["created_time"][:19]
        assert all(row["sms_channel"]["state"] in {"E", "O"} for row in of["sms_optins"])


def test_sms_campaigns_count_whom_they_reached() -> None:
    summaries = ACCOUNT.records("sms_summaries")
    assert len(summaries) >= 5
    for each in summaries:
        counts = each["unique_counts"]
        assert counts["sends"] >= counts["delivers"] >= counts["clicks"] >= 0
        assert counts["delivers"] >= counts["optouts"]
        assert each["last_sent_date"].endswith(("-04:00", "-05:00"))
