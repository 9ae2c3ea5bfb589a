"""The large account: millions of events, made page by page, by the generator of the default one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ccframes.demo import DemoServer, account, campaign_reports, derived
from ccframes.demo.chance import Chance
from ccframes.demo.contact_records import ContactRecords
from ccframes.demo.events import CAUSES, CODES, DEVICE_TYPES, pairs
from ccframes.endpoints import STAT_DEVICES
from tests.demo.conftest import Caller
from tests.demo.recovery import (
    Mailing,
    effects_of,
    is_machine_open,
    is_scanner_click,
    mailing_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccframes.demo.draws import Mask
    from ccframes.demo.events import Events, Outcome
    from ccframes.demo.programme import Activity, Campaign

ACCOUNT = account("large")
ROOT = Path(__file__).resolve().parents[2]
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


def check_links_and_rows(activity: Activity, outcome: Outcome) -> None:
    """Check that links count distinct contacts, and that reports have a row for each event."""
    links = ACCOUNT.document("links", activity.id)["link_click_counts"]
    clicked = np.unique(outcome.clicks[["link", "person"]])["link"]
    counts = np.bincount(clicked, minlength=len(links)).tolist()
    assert [link["unique_clicks"] for link in links] == counts
    assert counts[-1] == 0
    for kind in (*KINDS[:-1], "unique_opens", "did_not_opens"):
        assert len(ACCOUNT.records(kind, activity.id)) == len(getattr(outcome, kind))


def check_campaign(campaign: Campaign, outcomes: Sequence[Outcome]) -> None:
    """Check that a campaign counts persons and events over primary email and resend."""
    counts = ACCOUNT.document("campaign_stats", campaign.id)["stats"]
    for kind in KINDS[:-1]:
        everyone = set.union(*(persons(getattr(outcome, kind)) for outcome in outcomes))
        assert counts[f"em_{kind}"] == len(everyone)
    for kind in ("opens", "clicks"):
        assert counts[f"em_{kind}_all"] == sum(len(getattr(each, kind)) for each in outcomes)
    for resend in outcomes[1:]:
        assert persons(resend.sends) <= persons(outcomes[0].did_not_opens)


@dataclass
class Survey:
    """What one look at every mailing finds: making them all takes long enough."""

    events: int = 0
    clamped: int = 0
    mailings: list[Mailing] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    """Events that an analyst takes for a machine's, and the sends exposed to the incident."""
    misjudged: int = 0

    def look(self, activity: Activity, outcome: Outcome) -> None:
        self.events += sum(len(getattr(outcome, kind)) for kind in KINDS)
        self.clamped += len(outcome.sends) < len(outcome.unique_opens) + len(outcome.bounces)
        machine, scanner = is_machine_open(outcome), is_scanner_click(outcome)
        self.found["opens"] += len(machine)
        self.found["proxy"] += int(np.count_nonzero(machine))
        self.found["clicks"] += len(scanner)
        self.found["scanner"] += int(np.count_nonzero(scanner))
        self._judge(machine, outcome.opens, "proxy")
        self._judge(scanner, outcome.clicks, "scanner")
        self._look_for_the_incident(outcome)
        if activity.role == "primary_email" and not activity.trial:
            readers = len(persons(outcome.opens[~machine]))
            appeal = ACCOUNT.truth.subjects[activity.id]
            self.mailings.append(mailing_of(activity, appeal, len(outcome.sends), readers))

    def _judge(self, found: Mask, events: Events, cause: str) -> None:
        wrong = found != (events["cause"] == CAUSES.index(cause))
        self.misjudged += int(np.count_nonzero(wrong))

    def _look_for_the_incident(self, outcome: Outcome) -> None:
        planted, addresses = ACCOUNT.truth.planted, ACCOUNT.world.people.addresses
        for kind in ("sends", "bounces"):
            events = getattr(outcome, kind)
            during = (planted.blocked_from <= events["at"]) & (events["at"] < planted.blocked_until)
            for person, code in events[during][["person", "code"]].tolist():
                at_provider = addresses[person].endswith(planted.blocking_provider)
                blocked = kind == "bounces" and CODES[code] == "Z"
                self.found["exposed"] += at_provider and kind == "sends"
                self.found["blocked"] += at_provider and blocked
        by_incident = outcome.bounces["cause"] == CAUSES.index("incident")
        self.found["incident"] += int(np.count_nonzero(by_incident))


@pytest.fixture(scope="module")
def survey() -> Survey:
    """Check the invariants of every activity and campaign, and tell what was seen."""
    world, seen = ACCOUNT.world, Survey()
    for campaign in world.programme.campaigns:
        outcomes = world.outcomes(campaign)
        for activity, outcome in zip(campaign.sent, outcomes, strict=True):
            check(activity, outcome)
            check_links_and_rows(activity, outcome)
            seen.look(activity, outcome)
        if outcomes:
            check_campaign(campaign, outcomes)
    return seen


def test_counts_are_those_of_the_events_over_all_activities(survey: Survey) -> None:
    assert len(ACCOUNT.world.programme.campaigns) >= 400
    assert survey.events >= 3_000_000
    assert survey.clamped


def test_machines_are_found_exactly(survey: Survey) -> None:
    found = survey.found
    assert survey.misjudged == 0
    assert 0.2 < found["proxy"] / found["opens"] < 0.5
    assert 0.1 < found["scanner"] / found["clicks"] < 0.6


def test_blocked_sends_are_as_planted(survey: Survey) -> None:
    found = survey.found
    assert found["blocked"] == found["incident"] > 500
    assert abs(found["blocked"] / found["exposed"] - ACCOUNT.truth.planted.blocked) < 0.1


def test_season_and_best_hour_are_found(survey: Survey) -> None:
    planted, effects = ACCOUNT.truth.planted, effects_of(survey.mailings)
    season = np.array(planted.season) / np.mean(planted.season)
    assert np.abs(effects.season - season).max() < 0.04
    assert effects.best_hour == planted.best_hour
    hours = np.array([planted.send_hour[hour] for hour in effects.hours])
    assert np.corrcoef(hours, list(effects.hours.values()))[0, 1] > 0.98


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


def test_summaries_and_counts_are_made_once(
    server: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = Counter[str]()

    class Instant(datetime):
        def __gt__(self, other: Any) -> bool:
            compared["instants"] += 1
            return super().__gt__(other)

    monkeypatch.setattr(derived, "instant_of", Instant.fromisoformat)
    paths = {
        "/reports/summary_reports/email_campaign_summaries": {"limit": "500"},
        "/contacts/counts": {"include": "new_subscriber"},
        "/contact_tags": {"include_count": "true"},
    }
    asking = Caller(server)
    with asking.session:
        first = [asking.get(path, **params).json() for path, params in paths.items()]
        assert 0 < compared["instants"] < 3 * len(ACCOUNT.records("contacts"))
        monkeypatch.setattr(campaign_reports, "unique_counts", None)
        monkeypatch.setattr(ContactRecords, "_taggings", None)
        assert first == [asking.get(path, **params).json() for path, params in paths.items()]


TRACKED = ("sends", "opens", "unique_opens", "didnotopens", "clicks", "bounces")


READING = f"""
from pathlib import Path
from ccframes.demo import account

large = account("large")
for activity in large.world.mailings.activities[::30]:
    for report in {REPORTS}:
        rows = large.records(report, activity.id)
        for start in range(0, len(rows), 500):
            assert rows[start : start + 500]
print(Path("/proc/self/status").read_text())
"""


def test_memory_is_bounded_while_pages_are_read() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells the peak of this process; getrusage knows the parent's too")
    run = subprocess.run(
        [sys.executable, "-c", READING], capture_output=True, text=True, check=True, cwd=ROOT
    )
    [peak] = re.findall(r"VmHWM:\s+(\d+) kB", run.stdout)
    assert 20_000 < int(peak) < 500_000
