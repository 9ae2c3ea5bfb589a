"""What an analysis finds in the rows is what was planted."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from ccframes.demo import account
from ccframes.demo.clock import instant
from tests.demo.fingerprint import FINGERPRINT, fingerprint
from tests.demo.recovery import effects_of, mailing_of

if TYPE_CHECKING:
    from ccframes.demo.documents import Record
    from ccframes.demo.programme import Activity

ACCOUNT = account("default")
TRUTH = ACCOUNT.truth
ACTIVITIES = ACCOUNT.world.mailings.activities
SENT_AT = {
    (activity.id, row["contact_id"]): datetime.fromisoformat(row["created_time"])
    for activity in ACTIVITIES
    for row in ACCOUNT.records("sends", activity.id)
}


def delay(row: Record) -> timedelta:
    """Return the time from an email's sending to the event."""
    sent_at = SENT_AT[row["campaign_activity_id"], row["contact_id"]]
    return datetime.fromisoformat(row["created_time"]) - sent_at


def test_the_truth_is_told_in_the_order_of_the_rows() -> None:
    for activity in ACTIVITIES[::4]:
        for endpoint in ("sends", "opens", "unique_opens", "clicks", "bounces", "optouts"):
            served = ACCOUNT.records(endpoint, activity.id)
            told = TRUTH.rows(endpoint, activity.id)
            assert [(row["contact_id"], row["created_time"]) for row in served] == [
                (row.contact_id, row.created_time) for row in told
            ]


def test_machine_opens_are_found_exactly() -> None:
    found = every = 0
    for activity in ACTIVITIES:
        opens = ACCOUNT.records("opens", activity.id)
        every += len(opens)
        found += sum(delay(row) <= timedelta(seconds=20) for row in opens)
    assert found / every == TRUTH.share("opens", "proxy")
    assert 0.2 < found / every < 0.5


def test_the_share_of_proxied_contacts_is_the_planted_one() -> None:
    proxied = [TRUTH.contact(contact)["proxied"] for contact in ACCOUNT.world.people.ids]
    assert abs(sum(proxied) / len(proxied) - TRUTH.planted.proxied) < 0.03
    sends = Counter[bool]()
    for activity in ACTIVITIES[::4]:
        bounced = {row["contact_id"] for row in ACCOUNT.records("bounces", activity.id)}
        proxies = {
            row.contact_id for row in TRUTH.rows("opens", activity.id) if row.cause == "proxy"
        }
        for row in ACCOUNT.records("sends", activity.id):
            if TRUTH.contact(row["contact_id"])["proxied"] and row["contact_id"] not in bounced:
                sends[row["contact_id"] in proxies] += 1
    assert abs(sends[True] / sends.total() - TRUTH.planted.proxy_opens) < 0.01


def test_scanner_clicks_are_found_exactly() -> None:
    found = every = 0
    for activity in ACTIVITIES:
        clicks = ACCOUNT.records("clicks", activity.id)
        quick: dict[str, set[str]] = defaultdict(set)
        for row in clicks:
            if delay(row) <= timedelta(minutes=1):
                quick[row["contact_id"]].add(row["url_id"])
        every += len(clicks)
        found += sum(
            delay(row) <= timedelta(minutes=1) and len(quick[row["contact_id"]]) == 4
            for row in clicks
        )
    assert found / every == TRUTH.share("clicks", "scanner")
    assert 0.1 < found / every < 0.6


def test_blocked_sends_are_found_exactly() -> None:
    planted = TRUTH.planted
    start, end = instant(planted.blocked_from), instant(planted.blocked_until)

    def during(endpoint: str) -> list[Record]:
        return [
            row
            for activity in ACTIVITIES
            for row in ACCOUNT.records(endpoint, activity.id)
            if start <= row["created_time"] < end
            and row["email_address"].endswith(planted.blocking_provider)
        ]

    exposed = len(during("sends"))
    blocked = sum(row["bounce_code"] == "Z" for row in during("bounces"))
    assert blocked == TRUTH.tally("bounces")["incident"] > 50
    assert abs(blocked / exposed - planted.blocked) < 0.1


def open_rate(activity: Activity) -> float:
    """Return the share of the emails that a person opened."""
    opens = TRUTH.rows("opens", activity.id)
    persons = {row.contact_id for row in opens if row.cause == "person"}
    return len(persons) / len(ACCOUNT.records("sends", activity.id))


def test_more_attractive_emails_are_opened_more() -> None:
    primary = [
        each for each in ACTIVITIES if each.role == "primary_email" and "Newsletter" in each.lists
    ]
    attractions = [TRUTH.attraction(activity.id) for activity in primary]
    ranks = sorted(range(len(primary)), key=attractions.__getitem__)
    third = len(ranks) // 3
    low = median(open_rate(primary[rank]) for rank in ranks[:third])
    high = median(open_rate(primary[rank]) for rank in ranks[-third:])
    assert high > 1.2 * low


def test_season_and_best_hour_are_found_in_the_rows() -> None:
    mailings = []
    for activity in ACTIVITIES:
        if activity.id in TRUTH.subjects and not activity.trial:
            opens = ACCOUNT.records("opens", activity.id)
            slow = {row["contact_id"] for row in opens if delay(row) > timedelta(seconds=20)}
            sends, appeal = len(ACCOUNT.records("sends", activity.id)), TRUTH.subjects[activity.id]
            mailings.append(mailing_of(activity, appeal, sends, len(slow)))
    effects = effects_of(mailings)
    season = np.array(TRUTH.planted.season) / np.mean(TRUTH.planted.season)
    assert np.abs(effects.season - season).max() < 0.1
    assert np.corrcoef(effects.season, season)[0, 1] > 0.9
    assert effects.season.argmax() == season.argmax()
    assert effects.best_hour == TRUTH.planted.best_hour


def test_people_open_with_a_long_tail() -> None:
    waits = [
        delay(row).total_seconds()
        for activity in ACTIVITIES[:60]
        for row, true in zip(
            ACCOUNT.records("opens", activity.id), TRUTH.rows("opens", activity.id), strict=True
        )
        if true.cause == "person"
    ]
    assert min(waits) >= 30
    assert 2 * 3_600 < median(waits) < 24 * 3_600
    assert max(waits) > 20 * 24 * 3_600


def test_a_new_contact_opens_more_than_it_does_later() -> None:
    world, planted = ACCOUNT.world, TRUTH.planted
    months = 30 * 86_400
    opened: Counter[str] = Counter()
    likely: Counter[str] = Counter()
    for activity in ACTIVITIES:
        post = world.post(activity)
        joined_at = world.people.stays.joined_at[post.person]
        age = (post.at - joined_at) / months
        openers = world.outcome(activity).opens
        people = set(openers["person"][openers["cause"] == 0].tolist())
        for person, months_there, chance in zip(
            post.person.tolist(), age.tolist(), post.open_probability.tolist(), strict=True
        ):
            group = "new" if months_there < planted.newcomer_months else "old"
            group = "tired" if months_there > planted.half_tired_after else group
            likely[group] += chance
            opened[group] += person in people
            opened[f"{group} emails"] += 1
    shares = {group: opened[group] / opened[f"{group} emails"] for group in likely}
    assert shares["new"] > shares["old"] > shares["tired"]


def test_what_was_planted_can_be_asked_for() -> None:
    planted = TRUTH.planted
    assert planted.best_hour == 17
    assert planted.season[11] == max(planted.season)
    assert set(TRUTH.subjects) == {each.id for each in ACTIVITIES if each.role == "primary_email"}
    [tested, *_] = [each for each in ACTIVITIES if each.trial]
    second = TRUTH.second_subject(tested.id)
    sent = {row["contact_id"] for row in ACCOUNT.records("sends", tested.id)}
    assert second < sent or second == sent
    assert second


def test_the_account_is_the_same_on_every_machine_and_version() -> None:
    assert fingerprint(ACCOUNT, 20) == FINGERPRINT
