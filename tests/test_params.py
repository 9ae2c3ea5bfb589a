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
