"""Rows are typed block by block; how many blocks there were cannot be seen in the frame."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.endpoints import ENDPOINTS
from ccframes.frames import flatten as module
from ccframes.frames.flatten import Rows, assemble
from ccframes.page import Page
from tests.frames import samples
from tests.frames.samples import CAMPAIGN_STATS, CLICKS, Body, Report, values

MANY: dict[str, tuple[Report, list[Body]]] = {
    "plain": (CLICKS, [CLICKS.page({}, {}), CLICKS.page({"last_name": "b"})]),
    "empty pages": (CLICKS, [CLICKS.page(), CLICKS.page({}), CLICKS.page(), CLICKS.page()]),
    "words in later blocks": (
        CLICKS,
        [
            CLICKS.page({"device_type": "mobile"}, {"device_type": None}),
            CLICKS.page({"device_type": "watch"}, {"device_type": "tv"}),
            CLICKS.page({"device_type": "tv"}, {"device_type": "watch"}),
            CLICKS.page({"device_type": "radio"}, {"device_type": "tablet"}),
        ],
    ),
    "new fields in later blocks": (
        CLICKS,
        [
            CLICKS.page({}, {}),
            CLICKS.page({"b": 1}, {"a": {"x": True}}),
            CLICKS.page({"b": 2.5}, {}),
            CLICKS.page({"c": "c"}),
        ],
    ),
    "rejects in later blocks": (
        CLICKS,
        [
            CLICKS.page({}, {}, {}),
            CLICKS.page({"created_time": "soon"}, {"deleted_at": "never"}),
            CLICKS.page({}, {"created_time": 5}),
        ],
    ),
    "counts": (
        CAMPAIGN_STATS,
        [
            CAMPAIGN_STATS.page({}, {"stats": None}),
            CAMPAIGN_STATS.page({"stats": {"em_sends": "x", "em_new": 1}}),
            CAMPAIGN_STATS.page({"stats": {"em.new": 2}, "percents": {"open": "y"}}),
        ],
    ),
}


def block_sizes(endpoint_name: str, pages: list[Body]) -> list[int]:
    rows = Rows(ENDPOINTS[endpoint_name])
    for page in pages:
        rows.add(Page(samples.text(page)))
    return [block.rows for block in rows.blocks()]


@pytest.mark.parametrize("case", MANY)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_many_small_blocks_make_the_frame_of_one(
    case: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, pages = MANY[case]
    assert len(block_sizes(report.name, pages)) == 1
    one, warned_of_one = samples.heard(lambda: report.frame(*pages))
    monkeypatch.setattr(module, "BLOCK_ROWS", size)
    if size == 1:
        assert len(block_sizes(report.name, pages)) > 1
    many, warned_of_many = samples.heard(lambda: report.frame(*pages))
    pd.testing.assert_frame_equal(many, one)
    assert warned_of_many == warned_of_one


def test_blocks_hold_the_rows_in_order_and_lose_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_ROWS", 7)
    pages = [
        CLICKS.page(*({"url_id": str(10 * page + row)} for row in range(page % 4)))
        for page in range(20)
    ]
    sent = [record["url_id"] for page in pages for record in page["tracking_activities"]]
    assert max(block_sizes("clicks", pages)) < 7 + 4
    assert values(CLICKS.frame(*pages)["url_id"]) == sent


@pytest.mark.parametrize("size", [1, 3, 100])
def test_several_walks_make_one_frame_in_their_order(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BLOCK_ROWS", size)
    walks: list[Any] = []
    for walk in ("a", "b", "c"):
        rows = Rows(CLICKS.endpoint)
        for page in (1, 2):
            changes = ({"url_id": f"{walk}{page}{row}"} for row in range(3 - page))
            rows.add(Page(samples.text(CLICKS.page(*changes))))
        walks.append(rows)
    empty = Rows(CLICKS.endpoint)
    frame = assemble(CLICKS.endpoint, [empty, *walks, empty])
    assert values(frame["url_id"]) == [f"{w}{n}" for w in "abc" for n in ("10", "11", "20")]
    assert [rows.count for rows in walks] == [3, 3, 3]
    pd.testing.assert_frame_equal(assemble(CLICKS.endpoint, walks), frame)


def test_walk_that_filled_blocks_stays_behind_the_shorter_ones_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BLOCK_ROWS", 2)
    walks = [Rows(CLICKS.endpoint) for _ in range(4)]
    for rows, ids in zip(walks, ["a", "bc", "d", "efg"], strict=True):
        for url_id in ids:
            rows.add(Page(samples.text(CLICKS.page({"url_id": url_id}))))
    assert values(assemble(CLICKS.endpoint, walks)["url_id"]) == list("abcdefg")


def test_no_walk_makes_the_empty_frame() -> None:
    frame = assemble(CLICKS.endpoint, [])
    pd.testing.assert_frame_equal(frame, ccf.flatten("clicks", []))
    assert samples.names_of_dtypes(frame) == {
        column.name: column.dtype for column in CLICKS.endpoint.columns
    }


KEYED = [name for name, endpoint in ENDPOINTS.items() if endpoint.key and endpoint.walk != "batch"]


def without_key(name: str) -> Any:
    """The first fixture page without the key, neither in the records nor beside them."""
    endpoint = ENDPOINTS[name]
    page = samples.pages(name)[0]
    records = page[endpoint.records] if endpoint.records else page
    for part in (page, *(records if isinstance(records, list) else ())):
        if isinstance(part, dict):
            part.pop(endpoint.key, None)
    return page


@pytest.mark.parametrize("form", ["fast", "by key"])
@pytest.mark.parametrize("name", KEYED)
def test_id_that_was_asked_for_is_the_key_of_every_row_that_lacks_it(name: str, form: str) -> None:
    page = without_key(name)
    rows = Rows(ENDPOINTS[name], key_id="asked")
    rows.add(Page(samples.text(page)) if form == "fast" else Page.of(page))
    frame = assemble(ENDPOINTS[name], [rows])
    assert values(frame[ENDPOINTS[name].key]) == ["asked"] * rows.count
    assert rows.count > 0
    others = frame.drop(columns=ENDPOINTS[name].key)
    whole = samples.expected(name).drop(columns=ENDPOINTS[name].key).head(rows.count)
    categories = list(whole.select_dtypes("category"))
    pd.testing.assert_frame_equal(others.drop(columns=categories), whole.drop(columns=categories))


@pytest.mark.parametrize("name", sorted(samples.ARRAYS))
def test_bare_array_without_rows_is_an_empty_frame_whoever_was_asked_for(name: str) -> None:
    rows = Rows(ENDPOINTS[name], key_id="asked")
    rows.add(Page(b"[]"))
    assert len(assemble(ENDPOINTS[name], [rows])) == 0


def test_id_that_was_asked_for_fills_the_key_that_the_answer_omits() -> None:
    page = {"link_click_counts": [{"url_id": "1"}, {"url_id": "2"}]}
    rows = Rows(ENDPOINTS["links"], key_id="asked")
    rows.add(Page(samples.text(page)))
    rows.add(Page(samples.text({**page, "campaign_activity_id": "answered"})))
    frame = assemble(ENDPOINTS["links"], [rows])
    assert values(frame["campaign_activity_id"]) == ["asked"] * 2 + ["answered"] * 2
