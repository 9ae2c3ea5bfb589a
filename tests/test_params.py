"""Parameters reach the API as it reads them, and unknown ones not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccframes import errors
from ccframes.endpoints import ENDPOINTS
from ccframes.params import query

IDS = [f"c36c8dda-bc12-11f1-aa3a-{number:012x}" for number in range(51)]


@pytest.mark.parametrize(
    ("endpoint", "given", "sent"),
    [
        ("links", {"no_clicks": True}, {"no_clicks": "true"}),
        ("links", {"no_clicks": None}, {}),
        ("clicks", {"url_id": "4374642855454351379"}, {"url_id": "4374642855454351379"}),
        ("clicks", {"url_id": 4374642855454351379}, {"url_id": "4374642855454351379"}),
        ("bounces", {"bounce_code": "B"}, {"bounce_code": ["B"]}),
        ("bounces", {"bounce_code": pd.Series(["B", "V"])}, {"bounce_code": ["B", "V"]}),
        ("campaigns", {"after_date": "2026-01-02"}, {"after_date": "2026-01-02T00:00:00.000Z"}),
        (
            "campaigns",
            {"after_date": datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=-4)))},
            {"after_date": "2026-01-02T07:00:00.000Z"},
        ),
        (
            "campaigns",
            {"before_date": pd.Timestamp("2026-01-02 03:04:05.678", tz="UTC")},
            {"before_date": "2026-01-02T03:04:05.678Z"},
        ),
        (
            "campaigns",
            {"before_date": date(2026, 1, 2)},
            {"before_date": "2026-01-02T00:00:00.000Z"},
        ),
        (
            "campaigns",
            {"before_date": np.datetime64("2026-01-02")},
            {"before_date": "2026-01-02T00:00:00.000Z"},
        ),
        (
            "campaigns",
            {"before_date": datetime(2026, 1, 2, tzinfo=UTC)},
            {"before_date": "2026-01-02T00:00:00.000Z"},
        ),
        ("contacts", {"sms_status": ["explicit", "not_set"]}, {"sms_status": "explicit,not_set"}),
        ("contacts", {"lists": IDS[:25]}, {"lists": ",".join(IDS[:25])}),
        ("contacts", {"tags": IDS[:50] * 2}, {"tags": ",".join(IDS[:50])}),
        ("contacts", {"segment_id": 14, "include": None}, {"segment_id": "14"}),
    ],
)
def test_values_are_spelled_as_the_api_reads_them(
    endpoint: str, given: dict[str, Any], sent: dict[str, Any]
) -> None:
    assert query(ENDPOINTS[endpoint], given) == sent


@pytest.mark.parametrize(
    ("endpoint", "given", "message"),
    [
        ("opens", {"url_id": "1"}, "no parameter 'url_id'"),
        ("campaigns", {"updated_after": "2026-01-01"}, "after_date"),
        ("links", {"no_clicks": "yes"}, "True or False"),
        ("clicks", {"url_id": "12a"}, "digits"),
        ("clicks", {"url_id": "٣"}, "digits"),
        ("clicks", {"url_id": "1&limit=1"}, "digits"),
        ("bounces", {"bounce_code": ["B", "Q"]}, "one of B"),
        ("bounces", {"bounce_code": "BD"}, "one of B"),
        ("bounces", {"bounce_code": []}, "is empty"),
        ("campaigns", {"after_date": 2026}, "not the number"),
        ("campaigns", {"after_date": np.int64(5)}, "not the number"),
        ("campaigns", {"after_date": "someday"}, "must be a time"),
        ("campaigns", {"after_date": ""}, "must be a time"),
        ("contacts", {"sms_status": "active"}, "one of all, explicit"),
        ("contacts", {"lists": IDS[:26]}, "lists takes at most 25 values, not 26; load in several"),
        ("contacts", {"tags": IDS[:51]}, "tags takes at most 50 values, not 51"),
        ("contacts", {"segment_id": "14", "include": "notes"}, "leave out include=, or load once"),
        ("contacts", {"status": "all", "segment_id": "14"}, "segment_id= goes with no other"),
    ],
)
def test_what_cannot_be_is_refused(endpoint: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(errors.ConfigError, match=message):
        query(ENDPOINTS[endpoint], given)


def test_times_without_a_zone_are_those_of_the_accounts_clock() -> None:
    sent = query(ENDPOINTS["campaigns"], {"after_date": "2026-01-02"}, lambda: "US/Eastern")
    assert sent == {"after_date": "2026-01-02T05:00:00.000Z"}
    sent = query(ENDPOINTS["campaigns"], {"after_date": "2026-07-02"}, lambda: "US/Eastern")
    assert sent == {"after_date": "2026-07-02T04:00:00.000Z"}


@pytest.mark.parametrize(
    ("clock", "instant"),
    [
        ("2026-11-01 01:30", "2026-11-01T05:30:00.000Z"),  # comes twice: the first
        ("2026-03-08 02:30", "2026-03-08T07:00:00.000Z"),  # does not come: the next that does
    ],
)
def test_hours_that_come_twice_or_never_are_still_times(clock: str, instant: str) -> None:
    sent = query(ENDPOINTS["campaigns"], {"after_date": clock}, lambda: "US/Eastern")
    assert sent == {"after_date": instant}


def test_the_zone_is_asked_for_only_if_a_time_names_none() -> None:
    def never() -> str:
        raise AssertionError("the zone was asked for")

    query(ENDPOINTS["campaigns"], {"after_date": "2026-01-02T00:00Z"}, never)
    query(ENDPOINTS["links"], {"no_clicks": True}, never)


@pytest.mark.parametrize(
    ("endpoint", "start", "end", "message"),
    [
        ("contact_rates", "2020-01-01", "2025-01-03", "more than the 5 years"),
        ("contact_rates", "2024-02-29", "2029-03-02", "more than the 5 years"),
        ("contact_rates", "2026-01-02", "2026-01-01", "end= is before start="),
        ("contact_summary", "2026-01-02", "2026-01-01", "end= is before start="),
    ],
)
def test_ranges_that_the_api_refuses_are_refused_here(
    endpoint: str, start: str, end: str, message: str
) -> None:
    with pytest.raises(errors.ConfigError, match=message):
        query(ENDPOINTS[endpoint], {"start": start, "end": end})


@pytest.mark.parametrize(
    ("endpoint", "start", "end"),
    [
        ("contact_rates", "2020-01-01", "2025-01-01"),
        ("contact_rates", "2021-11-06T04:00Z", "2026-11-06T05:00Z"),  # 5 years in New York
        ("contact_rates", "2024-02-29", "2029-02-28"),
        ("contact_rates", "2026-01-01", "2026-01-01"),
        ("contact_summary", "2015-01-01", "2026-01-01"),
    ],
)
def test_ranges_up_to_that_are_sent(endpoint: str, start: str, end: str) -> None:
    assert set(query(ENDPOINTS[endpoint], {"start": start, "end": end})) == {"start", "end"}


@pytest.mark.parametrize("word", ["now", "today"])
def test_now_is_this_instant_on_whatever_clock(word: str) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    sent = query(ENDPOINTS["campaigns"], {"after_date": word}, lambda: "Asia/Kathmandu")
    assert before <= datetime.fromisoformat(str(sent["after_date"])) <= datetime.now(UTC)


def test_a_zone_that_cannot_be_had_asks_for_times_with_one() -> None:
    def refused() -> str:
        raise errors.ConfigError("the account's time zone could not be read")

    with pytest.raises(errors.ConfigError, match="after_date names no time zone, and the account"):
        query(ENDPOINTS["campaigns"], {"after_date": "2026-01-02"}, refused)
