"""Every column of a frame is described by what the table says of it, or said to be unknown."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.endpoints import CAMPAIGN_TABLE, ENDPOINTS
from ccframes.frames.glossary import glossary
from tests.frames import samples

DESCRIBED = ["column", "unit", "meaning", "pii", "required"]


def said_of(frame: pd.DataFrame, column: str) -> dict[str, Any]:
    return dict(glossary(frame).set_index("column").loc[column])


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_report_is_described_as_by_its_name(name: str) -> None:
    told = ccf.describe(name)
    told = told[~told["source"].str.startswith("joined: ")].reset_index(drop=True)
    found = glossary(samples.expected(name))
    assert found["column"].tolist() == told["column"].tolist()
    assert (found["unit"] == told["unit"]).all()
    assert (found["pii"].astype(bool) == told["pii"]).all()
    meanings = zip(found["meaning"], told["meaning"], strict=True)
    assert all(ours.find(meaning) >= 0 for ours, meaning in meanings)


def test_the_order_and_dtypes_are_the_frames() -> None:
    frame = samples.expected("links")[["unique_clicks", "url_id"]].astype({"unique_clicks": float})
    frame = frame.assign(campaign_activity_id="one", link_url="", list_action="")
    assert glossary(frame)["column"].tolist() == list(frame.columns)
    assert glossary(frame)["dtype"].iloc[0] == "float64"


def test_where_reports_differ_each_is_named() -> None:
    meaning = said_of(samples.expected("opens"), "created_time")["meaning"]
    assert "When it happened (opens)" in meaning
    assert "When the contact last opened (unique_opens)" in meaning


def test_joined_names_are_those_of_campaigns() -> None:
    frame = samples.expected("opens").assign(name="", subject="")
    assert said_of(frame, "name")["meaning"] == "Campaign name"
    assert said_of(frame, "name")["source"] == "joined: name"
    assert said_of(frame, "subject")["unit"] == "text"


def test_a_name_that_has_many_meanings_without_an_activity_has_each_with_its_report() -> None:
    said = said_of(pd.DataFrame({"name": [""], "mine": [1]}), "name")
    assert said["unit"] == "text"
    assert "Campaign name (campaigns)" in said["meaning"]
    assert "Its name (contact_lists)" in said["meaning"]


def test_computed_rates_have_the_units_of_the_campaign_table() -> None:
    frame = samples.expected("activity_stats").assign(open_rate=0.5, delivered=1)
    assert said_of(frame, "open_rate")["unit"] == "rate 0–1"
    assert said_of(frame, "delivered")["unit"] == "contacts"
    assert said_of(frame, "open_rate")["source"] == "computed"


def test_of_an_unknown_column_it_is_not_said_that_it_is_not_personal() -> None:
    frame = samples.expected("sends").assign(phone="555", sent_at_local=0, email_address_as_sent="")
    assert said_of(frame, "phone")["pii"] is pd.NA
    assert "unknown" in said_of(frame, "phone")["meaning"]
    assert "email_address" in said_of(frame, "email_address_as_sent")["meaning"]
    assert said_of(frame, "email_address_as_sent")["pii"] is pd.NA


def test_columns_that_are_made_of_others_are_known_beside_them() -> None:
    frame = samples.expected("sends").assign(created_time_local=0)
    assert said_of(frame, "created_time_local")["unit"] == "time in time_zone_id"
    alone = pd.DataFrame({"created_time_local": [0]})
    assert "unknown" in said_of(alone, "created_time_local")["meaning"]


def test_the_campaign_table_is_described_whole() -> None:
    frame = pd.DataFrame(columns=[column.name for column in CAMPAIGN_TABLE.columns])
    pd.testing.assert_series_equal(
        glossary(frame)["meaning"], ccf.describe("campaign_table")["meaning"], check_dtype=False
    )


def test_any_frame_will_do() -> None:
    assert glossary(pd.DataFrame()).empty
    assert list(glossary(pd.DataFrame()).columns) == list(glossary(samples.expected("tags")))
    odd = pd.DataFrame([[1, 2, 3]], columns=pd.Index([1, ("a", "b"), 1], dtype=object))
    assert glossary(odd)["column"].tolist() == ["1", "('a', 'b')", "1"]
