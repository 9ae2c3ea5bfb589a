"""The examples of the provider's overview page load to exactly the values printed there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import ccframes as ccf
from ccframes.endpoints import ENDPOINTS

OVERVIEW = Path(__file__).parent / "fixtures" / "overview"
SEED = Path(__file__).resolve().parents[2] / "shared" / "seed" / "email_reporting_overview.txt"

# By report: the values printed on the page, in the columns where they must be found.
PRINTED: dict[str, dict[str, Any]] = {
    "campaign_summaries": {
        "campaign_id": "4399ce90-5b89-13e7-ba80-00163e498a99",
        "campaign_type": "Newsletter",
        "last_sent_date": "2020-09-17T06:18:39+00:00",
        "unique_sends": 15,
        "unique_opens": 6,
        "unique_clicks": 2,
        "unique_forwards": 1,
        "unique_optouts": 1,
        "unique_abuse": 0,
        "unique_bounces": 6,
        "unique_not_opened": 3,
    },
    "campaign_stats": {
        "campaign_id": "b9bdddca-89e6-4f97-b3d7-f6c15a2de446",
        "em_bounces": 6,
        "em_clicks": 2,
        "em_clicks_all": 2,
        "em_clicks_all_computer": 0,
        "em_clicks_all_mobile": 1,
        "em_clicks_all_tablet": 0,
        "em_clicks_all_other": 1,
        "em_clicks_all_none": 0,
        "em_forwards": 1,
        "em_not_opened": 3,
        "em_opens": 6,
        "em_opens_all": 6,
        "em_opens_all_computer": 0,
        "em_opens_all_mobile": 5,
        "em_opens_all_tablet": 0,
        "em_opens_all_other": 1,
        "em_opens_all_none": 0,
        "em_optouts": 1,
        "em_sends": 15,
        "bounce_percent": 40.0,
        "click_percent": 33.3,
        "desktop_click_percent": 50.0,
        "desktop_open_percent": 16.7,
        "did_not_open_percent": 33.3,
        "mobile_click_percent": 50.0,
        "mobile_open_percent": 83.3,
        "open_percent": 66.7,
        "unsubscribe_percent": 11.1,
        "last_refresh_time": "2021-05-21T13:48:58.084000+00:00",
    },
    "activity_stats": {
        "campaign_id": "cd0037ad-779a-4b3f-9161-43f062c6dd70",
        "campaign_activity_id": "c8cdf384-15ca-4dcc-9b6f-4c91121fdc23",
        "campaign_activity_type": 10,
        "em_clicks": 2,
        "em_opens_all_mobile": 2,
        "em_clicks_all_none": 0,
        "em_bounces": 6,
        "em_clicks_all": 2,
        "em_opens_all_computer": 1,
        "em_abuse": 0,
        "em_clicks_all_mobile": 1,
        "em_bounces_blocked": 1,
        "em_bounces_other": 1,
        "em_opens": 6,
        "em_opens_all": 6,
        "em_clicks_all_computer": 0,
        "em_opens_all_other": 3,
        "em_not_opened": 3,
        "em_bounces_nonexistent_address": 1,
        "em_bounces_suspended": 0,
        "em_opens_all_none": 0,
        "em_clicks_all_tablet": 0,
        "em_sends": 15,
        "em_optouts": 1,
        "em_forwards": 1,
        "em_bounces_undeliverable": 1,
        "em_opens_all_tablet": 0,
        "em_bounces_mailbox_full": 1,
        "em_clicks_all_other": 1,
        "em_bounces_vacation": 1,
        "last_refresh_time": "2020-09-25T16:11:36+00:00",
    },
    "forwards": {
        "contact_id": "4399f5a0-5b89-11e7-ba80-00163e498a37",
        "campaign_activity_id": "c8cdf384-15ca-4dcc-9b6f-4c91121fdc23",
        "tracking_activity_type": "em_forwards",
        "email_address": "jake_dodge@jakedodgepancakes.com",
        "created_time": "2019-05-16T21:14:00+00:00",
    },
}
EVERY = pytest.mark.parametrize("name", PRINTED)


def example(name: str) -> bytes:
    return (OVERVIEW / f"{name}.json").read_bytes()


def examples_in(text: str) -> list[Any]:
    """The JSON objects that a text prints, each from a line with a brace to the next prose."""
    blocks = re.findall(r'^\{\n(?:[]\[{}"].*\n)+', text, flags=re.MULTILINE)
    # the page forgot the last brace of its first example
    return [json.loads(block + "}" * (block.count("{") - block.count("}"))) for block in blocks]


@EVERY
@pytest.mark.parametrize("form", ["text", "dict"])
def test_example_loads_to_exactly_the_values_printed(name: str, form: str) -> None:
    sent = example(name)
    frame = ccf.flatten(name, sent if form == "text" else json.loads(sent))
    assert list(frame.columns) == [column.name for column in ENDPOINTS[name].columns]
    assert len(frame) == 1
    row = frame.iloc[0].dropna().to_dict()
    times = {column: time.isoformat() for column, time in row.items() if hasattr(time, "isoformat")}
    assert row | times == PRINTED[name]


def test_dotted_and_underscored_examples_give_the_same_nineteen_stat_columns() -> None:
    stats: dict[str, list[str]] = {}
    for name in ("campaign_stats", "activity_stats"):
        frame = ccf.flatten(name, example(name))
        stats[name] = [c for c in frame.dropna(axis=1).columns if c.startswith("em_")]
    assert b'"em_opens.all.mobile"' in example("activity_stats")
    assert b'"em_opens_all_mobile"' in example("campaign_stats")
    assert len(stats["campaign_stats"]) == 19
    assert stats["activity_stats"][:19] == stats["campaign_stats"]
    assert all(c == "em_abuse" or "em_bounces_" in c for c in stats["activity_stats"][19:])


@EVERY
def test_example_that_links_to_a_next_page_is_marked_incomplete(name: str) -> None:
    complete = ccf.flatten(name, example(name)).attrs["ccframes"]["complete"]
    assert complete is (name != "campaign_summaries")


def test_each_example_is_tested() -> None:
    assert {path.stem for path in OVERVIEW.glob("*.json")} == set(PRINTED)


if SEED.is_file():  # a skipped test is a failure in CI, where the page is not

    def test_stored_examples_are_those_of_the_page() -> None:
        printed = examples_in(SEED.read_text(encoding="utf-8"))
        assert printed == [json.loads(example(name)) for name in PRINTED]
