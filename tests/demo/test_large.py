"""The large account: millions of events, made page by page, by the generator of the default one."""

from __future__ import annotations

import sys
from itertools import cycle
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ccframes.demo import DemoServer, account
from ccframes.demo.chance import Chance
from ccframes.demo.events import CODES, DEVICE_TYPES, pairs
from ccframes.endpoints import STAT_DEVICES
from tests.demo.conftest import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccframes.demo.events import Events, Outcome
    from ccframes.demo.programme import Activity

ACCOUNT = account("large")
KINDS = ("sends", "opens", "clicks", "forwards", "optouts", "bounces", "abuse")
REPORTS = ("sends", "opens", "unique_opens", "did_not_opens", "clicks", "bounces")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(ACCOUNT) as running:
        yield running


def persons(of: Events) -> set[int]:
    return set(of["person"].tolist())


def check(activity: Activity, outcome: Outcome) -> None:
    """Check the invariants of one mailing: its counts are those of its columns."""
    counts = ACCOUNT.document("activity_stats", activity.id)["stats"]
    for kind in KINDS:
        events = getattr(outcome, kind)
        assert counts[f"em_{kind}"] == len(persons(events))
        assert np.isin(events["person"], outcome.sends["person"]).all()
        assert (np.diff(events["at"]) <= 0).all()
    for kind in ("opens", "clicks"):
        devices = np.bincount(getattr(outcome, kind)["device"], minlength=len(DEVICE_TYPES))
        named = {device or "none": devices[place] for place, device in enumerate(DEVICE_TYPES)}
        assert {each: counts[f"em_{kind}_all_{each}"] for each in STAT_DEVICES} == named
        assert counts[f"em_{kind}_all"] == devices.sum()
    breakdown = [count for key, count in counts.items() if key.startswith("em_bounces_")]
    assert sum(breakdown) == counts["em_bounces"] == np.count_nonzero(outcome.bounces["code"])
    assert len(breakdown) == len(CODES) - 1
    rest = counts["em_sends"] - counts["em_opens"] - counts["em_bounces"]
    assert counts["em_not_opened"] == max(0, rest)
    assert len(outcome.unique_opens) == counts["em_opens"]
    reacted = persons(outcome.opens) | persons(outcome.bounces)
    assert persons(outcome.did_not_opens) == persons(outcome.sends) - reacted


def test_counts_are_those_of_the_events_over_all_activities() -> None:
    world, total, clamped = ACCOUNT.world, 0, 0
    for campaign in world.programme.campaigns:
        outcomes = world.outcomes(campaign)
        for activity, outcome in zip(campaign.sent, outcomes, strict=True):
            check(activity, outcome)
            total += sum(len(getattr(outcome, kind)) for kind in KINDS)
            clamped += len(outcome.sends) < len(outcome.unique_opens) + len(outcome.bounces)
        if outcomes:
            counts = ACCOUNT.document("campaign_stats", campaign.id)["stats"]
            openers = set.union(*(persons(outcome.opens) for outcome in outcomes))
            assert counts["em_opens"] == len(openers)
            assert counts["em_opens_all"] == sum(len(outcome.opens) for outcome in outcomes)
        for resend in outcomes[1:]:
            assert persons(resend.sends) <= persons(outcomes[0].did_not_opens)
    assert len(world.programme.campaigns) >= 400
    assert total >= 3_000_000
    assert clamped


def test_rows_are_the_events_of_a_sample_of_activities() -> None:
    for activity in ACCOUNT.world.mailings.activities[::60]:
        outcome = ACCOUNT.world.outcome(activity)
        links = ACCOUNT.document("links", activity.id)["link_click_counts"]
        pairs_of_link = {
            (link, person) for link, person in outcome.clicks[["link", "person"]].tolist()
        }
        assert sum(link["unique_clicks"] for link in links) == len(pairs_of_link)
        for kind in KINDS[:-1]:
            rows = list(ACCOUNT.records(kind, activity.id))
            events = getattr(outcome, kind)
            assert [row["contact_id"] for row in rows] == [
                ACCOUNT.world.people.ids[person] for person in events["person"].tolist()
            ]


def test_a_contacts_story_is_its_part_of_every_mailing() -> None:
    world = ACCOUNT.world
    for person in (0, 777, 4_321):
        story = world.story(person)
        for mailing, activity in list(enumerate(world.mailings.activities))[::45]:
            outcome = world.outcome(activity)
            for kind in KINDS:
                own, all_ = getattr(story, kind), getattr(outcome, kind)
                assert np.array_equal(
                    own[own["mailing"] == mailing], all_[all_["person"] == person]
                )
        assert len(np.unique(pairs(story.sends))) == len(story.sends)


def test_any_page_is_served_in_milliseconds(server: DemoServer) -> None:
    asking, chance, times = Caller(server), Chance("pages"), []
    activities = ACCOUNT.world.mailings.activities
    campaigns = [each.id for each in ACCOUNT.world.programme.campaigns if each.sent]
    paths = cycle(
        [
            *("/reports/email_reports/{activity}/tracking/" + kind for kind in TRACKED),
            "/reports/stats/email_campaign_activities/{activity}",
            "/reports/stats/email_campaigns/{campaign}",
            "/reports/summary_reports/email_campaign_summaries?limit=50",
            "/reports/email_reports/{activity}/links",
        ]
    )
    with asking.session:
        for _, path in zip(range(120), paths, strict=False):
            ids = {"activity": chance.pick(activities).id, "campaign": chance.pick(campaigns)}
            start = perf_counter()
            assert asking.get(path.format_map(ids)).status_code == 200
            times.append(perf_counter() - start)
    assert median(times) < 0.05


TRACKED = ("sends", "opens", "unique_opens", "didnotopens", "clicks", "bounces")


def test_memory_is_bounded_while_pages_are_read() -> None:
    resource = pytest.importorskip("resource", reason="Windows counts memory in its own way")
    for activity in ACCOUNT.world.mailings.activities[::30]:
        for report in REPORTS:
            rows = ACCOUNT.records(report, activity.id)
            for start in range(0, len(rows), 500):
                assert rows[start : start + 500]
    unit = 1 if sys.platform == "darwin" else 1_024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit < 500_000_000
