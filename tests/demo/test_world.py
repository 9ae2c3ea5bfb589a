"""The invariants of the account, over every activity and campaign of the default world."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import pytest

from ccframes.demo import WorldAccount, account
from ccframes.demo.behaviour import INCIDENT
from ccframes.demo.documents import Record
from ccframes.demo.people import NEVER
from ccframes.demo.words import BLOCKING_PROVIDER
from ccframes.demo.world import World
from ccframes.endpoints import BOUNCE_CODES, STAT_DEVICES

if TYPE_CHECKING:
    from ccframes.demo.people import NEVER
from ccframes.demo.programme import Activity, Campaign

ACCOUNT = cast("WorldAccount", account("default"))
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
    outcomes = [world.outcome(activity) for activity in ACTIVITIES]
    openers = [{event.contact for event in outcome.opens} for outcome in outcomes]
    clamped = [
        len(outcome.sends) < len(who) + len(outcome.bounces)
        for outcome, who in zip(outcomes, openers, strict=True)
    ]
    clickers = [{event.contact for event in outcome.clicks} for outcome in outcomes]
    codes = {event.code for outcome in outcomes for event in outcome.bounces}
    reasons = {event.reason for outcome in outcomes for event in outcome.optouts}
    causes = {event.cause for o in outcomes for event in (*o.opens, *o.clicks)}
    bounced = [{event.contact for event in outcome.bounces} for outcome in outcomes]
    assert any(clamped)
    assert any(a & b for a, b in zip(bounced, openers, strict=True))
    assert any(a - b for a, b in zip(clickers, openers, strict=True))
    assert codes == set(BOUNCE_CODES)
    assert "" in reasons
    assert len(reasons) > 4
    assert causes == {"person", "proxy", "scanner"}
    assert any(outcome.forwards for outcome in outcomes)
    assert any(outcome.abuse for outcome in outcomes)


def test_the_world_has_the_sizes_it_should(world: World) -> None:
    statuses = Counter(campaign.status for campaign in world.programme.campaigns)
    roles = Counter(activity.role for activity in ACTIVITIES)
    last = max(ACTIVITIES, key=lambda activity: activity.sent_at * (activity.role != "resend"))
    names = [campaign.name for campaign in world.programme.campaigns]
    assert set(statuses) >= {"Done", "Draft", "Scheduled", "Removed"}
    assert 110 <= len(names) == len(set(names)) <= 130
    assert max(map(len, names)) == 80
    assert 20 <= roles["resend"] <= 32
    assert len(world.outcome(last).sends) > 1_000
    assert any(not person.first_name for person in world.people)
    assert any(record.get("deleted_at") for record in ACCOUNT.records("sends", ACTIVITIES[9].id))


def test_nobody_gets_anything_after_leaving(world: World) -> None:
    for activity in ACTIVITIES:
        assert all(
            event.at < event.contact.stay.left_at + 600 for event in world.outcome(activity).sends
        )


def test_nobody_is_deleted_before_leaving_or_in_the_future(world: World) -> None:
    deleted = [person.stay for person in world.people if person.stay.deleted_at < NEVER]
    assert len(deleted) > 50
    assert all(stay.left_at <= stay.deleted_at <= world.now for stay in deleted)


def test_one_provider_blocks_for_two_weeks(world: World) -> None:
    blocked: Counter[bool] = Counter()
    for activity in ACTIVITIES:
        if INCIDENT[0] <= activity.sent_at < INCIDENT[1]:
            for event in world.outcome(activity).bounces:
                at_provider = event.contact.address.endswith(BLOCKING_PROVIDER)
                blocked[at_provider] += event.code == "Z"
    assert blocked[True] > 20 * max(1, blocked[False])


def test_machines_open_within_seconds_and_people_later(world: World) -> None:
    outcome = world.outcome(ACTIVITIES[60])
    sent_at = {event.contact: event.at for event in outcome.sends}
    waits = {
        cause: [
            event.at - sent_at[event.contact] for event in outcome.opens if event.cause == cause
        ]
        for cause in ("proxy", "person")
    }
    assert max(waits["proxy"]) <= 20
    assert sorted(waits["person"])[len(waits["person"]) // 2] > 3_600
    assert max(waits["person"]) > 5 * 24 * 3_600


def test_ids_have_the_forms_of_the_api(world: World) -> None:
    for activity in world.activities.values():
        assert UUID(activity.id).version == UUID(activity.campaign_id).version == 4
        assert all(link.url_id.isdecimal() and len(link.url_id) <= 19 for link in activity.links)
    assert {UUID(person.id).version for person in world.people} == {1}
    assert len({person.id for person in world.people}) == len(world.people)
    assert any(int(a.links[0].url_id) > 2**53 for a in ACTIVITIES)


def everything_of(small: WorldAccount) -> dict[str, Any]:
    answers: dict[str, Any] = {
        name: small.records(name) for name in ("campaigns", "campaign_summaries")
    }
    for activity in small.world.programme.sent:
        answers |= {f"{name} {activity.id}": small.records(name, activity.id) for name in TRACKING}
    return answers


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    same = [everything_of(WorldAccount(World("s", contacts=90, weeks=9))) for _ in range(2)]
    other = everything_of(WorldAccount(World("t", contacts=90, weeks=9)))
    assert same[0] == same[1]
    assert same[0] != other


def test_the_order_of_asking_changes_nothing() -> None:
    forward, backward = (WorldAccount(World("s", contacts=90, weeks=9)) for _ in range(2))
    ids = [activity.id for c in forward.world.programme.campaigns for activity in c.sent]
    for each in ids:
        forward.records("opens", each)
    for each in reversed(ids):
        backward.records("opens", each)
    assert [forward.records("opens", each) for each in ids] == [
        backward.records("opens", each) for each in ids
    ]
