"""The campaign table's columns and dtypes are the same whatever pieces came."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS
from ccframes.frames.wide import wide_table
from tests.frames import samples

CAMPAIGN, PRIMARY, RESEND = (f"{digit}" * 8 + "-1111-4111-8111-111111111111" for digit in "abc")
LAST = pd.Timestamp("2026-03-05T15:00:00", tz="UTC")
EVERY: dict[str, Any] = {
    "campaign_activities": {
        "campaign_id": CAMPAIGN,
        "name": "<b>Spring</b> 🌱",
        "type": "NEWSLETTER",
        "campaign_activities": [
            {"campaign_activity_id": PRIMARY, "role": "primary_email"},
            {"campaign_activity_id": RESEND, "role": "resend"},
            {"campaign_activity_id": CAMPAIGN, "role": "permalink"},
        ],
    },
    "campaign_activity_details": {
        "campaign_id": CAMPAIGN,
        "campaign_activity_id": PRIMARY,
        "subject": "Come",
        "from_name": "A",
        "from_email": "a@b.example",
        "reply_to_email": "a@b.example",
        "contact_list_ids": ["l1", "l2"],
    },
    "resends": [
        {
            "campaign_activity_id": PRIMARY,
            "resend_subject": "Come again",
            "resend_date": "2026-03-05T15:00:00Z",
            "resend_status": "DONE",
            "delay_minutes": 720,
        }
    ],
    "activity_stats": {
        "results": [
            {
                "campaign_id": CAMPAIGN,
                "campaign_activity_id": PRIMARY,
                "stats": {
                    "em_sends": 100,
                    "em_bounces": 10,
                    "em_bounces_vacation": 2,
                    "em_opens": 46,
                    "em_clicks": 23,
                },
            }
        ]
    },
    "campaign_stats": {
        "results": [{"campaign_id": CAMPAIGN, "percents": {"open": 51.1}, "stats": {}}]
    },
}
PIECES = {
    name: ccf.flatten(name, [page] if isinstance(page, list) else page)
    for name, page in EVERY.items()
}
DECLARED = [(column.name, column.dtype) for column in CAMPAIGN_TABLE.columns]


@pytest.mark.parametrize("lacking", [*PIECES, "everything", "nothing"])
@pytest.mark.parametrize("zone", ["Asia/Kathmandu", None])
def test_columns_order_and_dtypes_are_the_tables(lacking: str, zone: str | None) -> None:
    pieces = {name: frame for name, frame in PIECES.items() if lacking not in (name, "everything")}
    table = wide_table(pieces, {CAMPAIGN: LAST}, zone)
    assert list(samples.names_of_dtypes(table).items()) == DECLARED
    assert isinstance(table.index, pd.RangeIndex)
    assert set(table["campaign_id"]) == {CAMPAIGN}


def test_no_campaigns_make_no_rows() -> None:
    table = wide_table({}, {}, None)
    assert list(samples.names_of_dtypes(table).items()) == DECLARED
    assert len(table) == 0


def test_a_primary_and_its_resend_have_what_is_theirs() -> None:
    table = wide_table(PIECES, {CAMPAIGN: LAST}, "Asia/Kathmandu")
    assert samples.values(table["role"]) == ["resend", "primary_email"]
    assert samples.values(table["subject"]) == ["Come again", "Come"]
    assert samples.values(table["from_name"]) == ["A", "A"]
    assert samples.values(table["contact_list_ids"]) == ["l1,l2", "l1,l2"]
    assert samples.values(table["sent_at"]) == [LAST, LAST - pd.Timedelta(hours=12)]
    local = pd.Timestamp("2026-03-05T20:45:00")
    assert samples.values(table["sent_at_local"]) == [local, local - pd.Timedelta(hours=12)]
    assert samples.values(table["em_sends"]) == [None, 100]
    assert samples.values(table["delivered"]) == [None, 92]
    assert samples.values(table["bounced"]) == [None, 8]
    assert samples.values(table["open_rate"]) == [None, 0.5]
    assert samples.values(table["click_rate"]) == [None, 0.25]
    assert samples.values(table["click_to_open_rate"]) == [None, 0.5]
    assert samples.values(table["campaign_open_percent"]) == [51.1, 51.1]


def test_a_delay_in_days_serves_where_minutes_are_missing() -> None:
    resends = PIECES["resends"].assign(delay_minutes=pd.array([None], dtype="Int64"))
    days = resends.assign(delay_days=pd.array([3], dtype="Int64"))
    for frame, sent_at in ((days, LAST - pd.Timedelta(days=3)), (resends, None)):
        table = wide_table({**PIECES, "resends": frame}, {CAMPAIGN: LAST}, None)
        by_role = table.set_index("role")["sent_at"]
        assert by_role["resend"] == LAST
        assert samples.values(by_role)[list(by_role.index).index("primary_email")] == sent_at


def test_a_resend_that_waits_has_no_row_and_the_primary_was_sent_last() -> None:
    [resend] = EVERY["resends"]
    waiting = ccf.flatten(
        "resends", [[resend | {"resend_status": "SCHEDULED", "resend_date": None}]]
    )
    table = wide_table({**PIECES, "resends": waiting}, {CAMPAIGN: LAST}, None)
    assert samples.values(table["role"]) == ["primary_email"]
    assert samples.values(table["sent_at"]) == [LAST]


def test_every_source_of_a_column_is_an_endpoint_and_a_field_of_it() -> None:
    for column in CAMPAIGN_TABLE.columns:
        endpoint, _, source = column.source.partition(": ")
        if endpoint != "computed" and column.name != "sent_at":
            assert endpoint in CAMPAIGN_TABLE.sources
            assert source in ENDPOINTS[endpoint].by_source
