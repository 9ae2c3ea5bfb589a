"""Chance and ids give the same values on every machine: these were written down once."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from ccframes.demo.chance import Chance, digest
from ccframes.demo.clock import DAY, day, instant, second
from ccframes.demo.ids import link_number, random_uuid, time_uuid
from ccframes.demo.memo import Memo


def test_chance_is_the_same_everywhere() -> None:
    chance = Chance("seed", 1)
    assert [chance.below(1_000) for _ in range(6)] == [581, 13, 918, 707, 879, 374]
    assert digest("a", 1) == digest("a", "1") != digest("a1")


def test_waits_have_their_median_and_a_long_tail() -> None:
    chance = Chance("waits")
    waits = sorted(chance.wait(3_600) for _ in range(4_001))
    assert 3_300 < waits[2_000] < 3_900
    assert waits[-1] > 100 * waits[2_000]


def test_weights_are_kept() -> None:
    chance = Chance("weights")
    drawn = [chance.weigh((("a", 0.2), ("b", 0.8), ("never", 0.0))) for _ in range(5_000)]
    assert 900 < drawn.count("a") < 1_100
    assert "never" not in drawn


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
