"""Chance and ids give the same values on every machine: these were written down once."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import numpy as np

from ccframes.demo.chance import Chance, digest
from ccframes.demo.clock import DAY, day, instant, second
from ccframes.demo.draws import Draws, key_of, mixed
from ccframes.demo.ids import link_number, random_uuid, time_uuid
from ccframes.demo.memo import Memo
from ccframes.demo.zones import ZONES, hour_of, local, offset, weekday_of


def draws(count: int) -> Draws:
    return Draws(mixed(np.arange(count, dtype=np.uint64) ^ key_of("things")))


def test_chance_is_the_same_everywhere() -> None:
    chance = Chance("seed", 1)
    assert [chance.below(1_000) for _ in range(6)] == [581, 13, 918, 707, 879, 374]
    assert digest("a", 1) == digest("a", "1") != digest("a1")


def test_draws_are_the_same_everywhere() -> None:
    first = mixed(np.array([0x9E3779B97F4A7C15], dtype=np.uint64))
    assert first.tolist() == [0x6E789E6AA1B965F4]  # the second number of splitmix64 from 0
    assert draws(5).below("purpose", 1_000).tolist() == [373, 298, 493, 167, 810]
    assert draws(5).wait("purpose", 3_600).tolist() == [2149, 1532, 3505, 726, 15368]


def test_a_draw_depends_on_the_thing_and_the_purpose_alone() -> None:
    every, some = draws(1_000), np.arange(1_000) % 7 == 3
    assert np.array_equal(every.only(some).share("a"), every.share("a")[some])
    assert abs(np.corrcoef(every.share("a"), every.share("b"))[0, 1]) < 0.1


def test_shares_are_even_and_weights_are_kept() -> None:
    share = draws(50_000).share("even")
    assert 0 <= share.min() < share.max() < 1
    assert np.all(np.abs(np.histogram(share, 20, (0, 1))[0] - 2_500) < 250)
    picked = np.bincount(draws(50_000).pick("weights", (0.2, 0.8, 0.0)), minlength=3)
    assert np.all(np.abs(picked - [10_000, 40_000, 0]) < 500)


def test_waits_have_their_median_and_a_long_tail() -> None:
    waits = np.sort(draws(4_001).wait("waits", 3_600))
    assert 3_300 < waits[2_000] < 3_900
    assert waits[-1] > 100 * waits[2_000]


def test_weights_of_single_decisions_are_kept() -> None:
    chance = Chance("weights")
    drawn = [chance.weigh((("a", 0.2), ("b", 0.8), ("never", 0.0))) for _ in range(5_000)]
    assert 900 < drawn.count("a") < 1_100
    assert "never" not in drawn


def test_wall_clocks_have_summer_time() -> None:
    noon = [
        second(2025, 3, 9, 6),
        second(2025, 3, 9, 7),
        second(2025, 11, 2, 6),
        second(2025, 7, 1),
    ]
    eastern, tokyo = (
        [zone.name for zone in ZONES].index(name) for name in ("US/Eastern", "Asia/Tokyo")
    )
    at = np.array(noon)
    assert hour_of(local(at, np.full(4, eastern))).tolist() == [1, 3, 1, 20]
    assert hour_of(local(at, np.full(4, tokyo))).tolist() == [15, 16, 15, 9]
    assert weekday_of(np.array([second(2024, 1, 2)])).tolist() == [1]
    assert offset(second(2025, 7, 1)) == -4 * 3_600


def test_time_uuids_hold_the_time_they_were_made() -> None:
    made = UUID(time_uuid(second(2025, 6, 1), "contact", 1))
    assert made.version == 1
    assert (made.time - 0x01B21DD213814000) // 10_000_000 == second(2025, 6, 1)


def test_other_ids_are_of_version_4_and_links_have_up_to_19_digits() -> None:
    assert UUID(random_uuid("campaign", 1)).version == 4
    assert {len(link_number(each)) for each in range(50)} == {13, 19}


def test_instants_and_days_are_written_as_the_api_does() -> None:
    assert instant(second(2025, 1, 2, 3)) == "2025-01-02T03:00:00.000Z"
    assert day(second(2025, 1, 2, 3) + DAY) == "2025-01-03"


def test_a_memo_makes_once_what_is_used_and_forgets_the_rest() -> None:
    made: list[int] = []
    memo = Memo[int](size=2)

    def make(value: int) -> int:
        made.append(value)
        return value

    for value in (1, 2, 1, 3, 1, 2):
        assert memo.get(value, partial(make, value)) == value
    assert made == [1, 2, 3, 2]
