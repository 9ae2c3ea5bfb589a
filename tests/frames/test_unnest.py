"""Columns that hold several items, as frames of one row per item."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ccframes as ccf
from ccframes.demo import DemoServer, account
from ccframes.endpoints import ENDPOINTS
from ccframes.errors import ColumnsError, UnknownFieldWarning
from ccframes.frames.conform import STR
from ccframes.schema import Nested
from tests.frames import samples
from tests.serving import client_of

CONTACT, OTHER = "1618ae62-4752-11e9-9c8a-fa163e6b01c1", "4399ce90-5b89-11e7-ba80-00163e498a18"
PARTS = [
    *("list_memberships", "taggings", "custom_fields", "phone_numbers"),
    *("street_addresses", "notes"),
]

# Columns of several items, with the report that has them in its own answer.
NESTED = [
    pytest.param(name, nested, id=f"{name}.{path}")
    for name, endpoint in ENDPOINTS.items()
    for path, nested in endpoint.nested.items()
    if path in endpoint.by_name
]
EVERY = pytest.mark.parametrize(("report", "nested"), NESTED)


def contacts(*records: dict[str, Any]) -> pd.DataFrame:
    """The frame of these contacts, ids given to those without."""
    numbered = ({"contact_id": f"c{number}", **each} for number, each in enumerate(records))
    return ccf.flatten("contacts", {"contacts": list(numbered)})


def dtypes_of(nested: Nested) -> dict[str, str]:
    return {column.name: column.dtype for column in (*nested.keys, *nested.fields)}


# --- the same columns whatever comes ----------------------------------------------------------


def emptied(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.head(0)


def without_items(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.assign(**{column: pd.array([None] * len(frame), dtype=STR)})


def with_missing_as_objects(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.assign(**{column: np.full(len(frame), np.nan)})


@EVERY
def test_full_frames_have_the_described_columns_and_dtypes(report: str, nested: Nested) -> None:
    frame = ccf.flatten(report, samples.page_texts(report))
    items = ccf.unnest(frame, nested.column.name)
    assert len(items)
    assert samples.names_of_dtypes(items) == dtypes_of(nested)
    assert list(items.columns) == ccf.describe(f"{report}.{nested.path}")["column"].tolist()
    assert isinstance(items.index, pd.RangeIndex)


@EVERY
@pytest.mark.parametrize("change", [emptied, without_items, with_missing_as_objects])
def test_frames_without_items_make_no_rows_of_the_same_columns(
    report: str, nested: Nested, change: Callable[[pd.DataFrame, str], pd.DataFrame]
) -> None:
    frame = ccf.flatten(report, samples.page_texts(report))
    items = ccf.unnest(change(frame, nested.column.name), nested.column.name)
    assert len(items) == 0
    assert list(samples.names_of_dtypes(items).items()) == list(dtypes_of(nested).items())
    assert isinstance(items.index, pd.RangeIndex)


def test_every_documented_field_of_the_fixtures_is_a_column_and_nothing_is_warned_of() -> None:
    record = samples.pages("contacts")[1]["contacts"][0]
    frame = ccf.flatten("contacts", samples.page_texts("contacts"))
    for part in ("phone_numbers", "street_addresses", "notes"):
        rows = ccf.unnest(frame, part)
        rows = rows[rows["contact_id"] == record["contact_id"]].reset_index(drop=True)
        for name, value in record[part][0].items():
            if str(rows[name].dtype) == "str":
                assert rows[name].tolist() == [value]
            else:
                assert rows[name].tolist() == [pd.Timestamp(value).tz_convert("UTC")]


# --- rows -------------------------------------------------------------------------------------


def test_rows_come_in_the_order_of_the_frame_and_then_of_the_items_and_repeats_stay() -> None:
    frame = contacts(
        {"list_memberships": ["b", "a", "b"]},
        {"list_memberships": []},
        {},
        {"list_memberships": None},
        {"list_memberships": ["a"]},
    )
    rows = ccf.unnest(frame.iloc[::-1], "list_memberships")
    assert rows.to_numpy().tolist() == [["c4", "a"], ["c0", "b"], ["c0", "a"], ["c0", "b"]]


def test_objects_become_their_fields_and_missing_ones_are_missing() -> None:
    frame = contacts(
        {"custom_fields": [{"custom_field_id": "f", "value": "=1+1"}, None]},
        {"custom_fields": [{"custom_field_id": "g", "choice_ids": ["000001", "000002"]}]},
    )
    fields = ccf.unnest(frame, "custom_fields")
    assert samples.values(fields["contact_id"]) == ["c0", "c0", "c1"]
    assert samples.values(fields["custom_field_id"]) == ["f", None, "g"]
    assert samples.values(fields["value"]) == ["=1+1", None, None]
    choices = ccf.unnest(fields, "choice_ids")
    assert choices.to_dict("list") == {
        "contact_id": ["c1", "c1"],
        "custom_field_id": ["g", "g"],
        "choice_id": ["000001", "000002"],
    }


def test_ids_of_a_row_are_those_that_the_frame_has() -> None:
    sends = ccf.flatten("send_history", [[{"send_id": 7, "segment_ids": [14, 2]}]])
    sends["campaign_activity_id"] = "a"
    assert ccf.unnest(sends, "segment_ids").to_dict("list") == {
        "campaign_activity_id": ["a", "a"],
        "send_id": [7, 7],
        "segment_id": ["14", "2"],
    }
    some = sends[["segment_ids", "campaign_activity_id"]].assign(campaign_id="k")
    assert ccf.unnest(some, "segment_ids").columns.tolist() == [
        *("campaign_id", "campaign_activity_id", "segment_id")
    ]


def test_an_items_own_copy_of_the_rows_id_is_kept_only_where_it_differs() -> None:
    def choices(*own: str) -> pd.DataFrame:
        items = [{"custom_field_id": each, "choice_id": 1} for each in own]
        record = {"custom_field_id": "f", "label": "L", "type": "T", "choices": items}
        frame = ccf.flatten("custom_fields", {"custom_fields": [record]})
        return ccf.unnest(frame, "choices")

    assert "custom_field_id_" not in choices("f", "f")
    differing = choices("f", "g")
    assert differing["custom_field_id"].tolist() == ["f", "f"]
    assert differing["custom_field_id_"].tolist() == ["f", "g"]


def test_an_items_own_copy_of_an_id_that_the_row_lacks_is_kept() -> None:
    sends = pd.DataFrame(
        {"send_id": pd.array([None], dtype="Int64"), "segment_ids": '[{"send_id":1}]'}
    )
    with pytest.warns(UnknownFieldWarning, match="'send_id'"):
        segments = ccf.unnest(sends, "segment_ids")
    assert samples.values(segments["send_id"]) == [None]
    assert samples.values(segments["send_id_"]) == [1]


def test_the_frame_is_left_as_it_is_and_needs_no_attrs() -> None:
    frame = ccf.flatten("contacts", samples.page_texts("contacts"))
    before = frame.copy()
    told = ccf.unnest(frame, "taggings")
    pd.testing.assert_frame_equal(frame, before)
    assert told.attrs["ccframes"] == frame.attrs["ccframes"] | {"endpoint": "contacts.taggings"}
    frame.attrs = {}
    untold = ccf.unnest(frame, "taggings")
    assert untold.attrs == {}
    pd.testing.assert_frame_equal(told, untold)


# --- drift and hostile text -------------------------------------------------------------------


def test_fields_that_the_table_does_not_know_follow_with_a_warning() -> None:
    frame = contacts({"notes": [{"note_id": "n", "by": {"name": "Ann"}, "contact_id": "other"}]})
    notes, warned = samples.heard(lambda: ccf.unnest(frame, "notes"))
    assert notes.columns.tolist() == [
        *("contact_id", "note_id", "created_at", "content", "by_name", "contact_id_")
    ]
    assert notes[["contact_id", "by_name", "contact_id_"]].iloc[0].tolist() == [
        "c0",
        "Ann",
        "other",
    ]
    assert sorted(warned) == [
        f"notes: unknown field {name!r}, kept as a further column"
        for name in ("by_name", "contact_id")
    ]


def test_values_that_do_not_fit_are_kept_as_sent() -> None:
    frame = contacts({"notes": [{"created_at": "yesterday"}, {"content": 5}]})
    notes, warned = samples.heard(lambda: ccf.unnest(frame, "notes"))
    assert samples.values(notes["created_at_as_sent"]) == ["yesterday", None]
    assert notes["created_at"].isna().all()
    assert samples.values(notes["content"]) == [None, "5"]
    assert len(warned) == 1


def test_ids_that_became_objects_and_an_object_for_an_array_are_read_all_the_same() -> None:
    frame = contacts(
        {"list_memberships": [{"list_id": "a", "since": 2026}, "b"]},
        {"phone_numbers": {"phone_number": "1"}},
    )
    lists, warned = samples.heard(lambda: ccf.unnest(frame, "list_memberships"))
    assert lists["list_id"].tolist() == ["a", "b"]
    assert samples.values(lists["since"]) == [2026, None]
    assert len(warned) == 1
    numbers = ccf.unnest(frame, "phone_numbers")
    assert numbers["contact_id"].tolist() == ["c1"]
    assert numbers["phone_number"].tolist() == ["1"]


@pytest.mark.parametrize("cell", ["555-1234", "[{", "{]", "[" * 100_000, "12", '"x"', "\ud800"])
def test_text_that_is_no_json_is_kept_as_a_further_column(cell: str) -> None:
    frame = contacts({}).astype({"phone_numbers": object})
    frame.loc[0, "phone_numbers"] = cell
    numbers, warned = samples.heard(lambda: ccf.unnest(frame, "phone_numbers"))
    assert numbers["phone_numbers"].tolist() == [cell.replace("\ud800", "\ufffd")]
    assert numbers["phone_number"].isna().all()
    assert len(warned) == 1


def test_cells_that_are_empty_or_an_empty_array_make_no_rows() -> None:
    frame = pd.DataFrame(
        {"contact_id": ["a", "b"], "notes": ["", "[]"], "taggings": ["", ""]}, dtype=STR
    )
    assert len(ccf.unnest(frame, "notes")) == len(ccf.unnest(frame, "taggings")) == 0


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
IDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters=","), min_size=1)
)


@given(st.lists(IDS, min_size=1))
@example([["[1]"], ["{", "}"], ["null"], ["<script>"], ["[", "]"]])
def test_ids_come_out_as_they_went_in(rows: list[list[str]]) -> None:
    frame = contacts(*({"taggings": ids} for ids in rows))
    tags = ccf.unnest(frame, "taggings")
    assert list(zip(tags["contact_id"], tags["tag_id"], strict=True)) == [
        (f"c{number}", tag) for number, ids in enumerate(rows) for tag in ids
    ]


@given(st.lists(st.lists(TEXT), min_size=1))
@example([["},{", "]", '"'], ["=1+1", "\u202e", "a\nb", "\x00"]])
def test_texts_come_out_as_they_went_in(rows: list[list[str]]) -> None:
    frame = contacts(*({"notes": [{"content": text} for text in texts]} for texts in rows))
    notes = ccf.unnest(frame, "notes")
    assert list(zip(notes["contact_id"], notes["content"], strict=True)) == [
        (f"c{number}", text) for number, texts in enumerate(rows) for text in texts
    ]


# --- frames that cannot be used ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        (lambda f: f, "first_name", "'first_name' is no column .* unnested: list_memberships, tag"),
        (lambda f: f, "nothing", "'nothing' is no column that holds several items"),
        (
            lambda f: f.drop(columns="notes"),
            "notes",
            r"no column 'notes', .*load_contacts\(\) gives",
        ),
        (lambda f: pd.concat([f, f["notes"]], axis=1), "notes", "or more than one; load_contacts"),
        (lambda f: f, "choice_ids", r"unnest\(…, 'custom_fields'\) gives a frame"),
        (lambda f: f, "segment_ids", r"activities\(details=True\) or load_send_history\(\) gives"),
        (lambda f: f.set_index("contact_id"), "notes", r"no column contact_id .*reset_index\(\)"),
        (lambda f: pd.concat([f, f["contact_id"]], axis=1), "notes", "or more than one"),
        (lambda f: f.assign(notes=5), "notes", "'notes' holds int .*dtype='str'"),
        (lambda f: f[["contact_id"]], "x", "that can be unnested: contact_list_ids, segment_ids"),
        (lambda f: f["notes"], "notes", "Series is no DataFrame"),
    ],
)
def test_frames_that_cannot_be_used_are_refused_with_the_way_out(
    change: Callable[[pd.DataFrame], pd.DataFrame], column: str, message: str
) -> None:
    frame = ccf.flatten("contacts", samples.page_texts("contacts"))
    with pytest.raises(ColumnsError, match=message):
        ccf.unnest(change(frame), column)


# --- the embedded account ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def client() -> Iterator[ccf.Client]:
    with (
        DemoServer(account()) as server,
        client_of(server.base_url, server.token) as connected,
    ):
        yield connected


@pytest.fixture(scope="module")
def everyone(client: ccf.Client) -> pd.DataFrame:
    return ccf.load_contacts(status="all", include=PARTS, client=client)


def counts_of(ids: pd.Series[Any], within: pd.Series[Any]) -> list[int]:
    return ids.value_counts().reindex(within, fill_value=0).tolist()


def test_memberships_are_as_many_as_the_lists_and_tags_count(
    client: ccf.Client, everyone: pd.DataFrame
) -> None:
    lists = ccf.load_contact_lists(include_membership_count="all", client=client)
    memberships = ccf.unnest(everyone, "list_memberships")
    assert counts_of(memberships["list_id"], lists["list_id"]) == lists["membership_count"].tolist()
    tags = ccf.load_tags(include_count=True, client=client)
    taggings = ccf.unnest(everyone[everyone["deleted_at"].isna()], "taggings")
    assert counts_of(taggings["tag_id"], tags["tag_id"]) == tags["contacts_count"].tolist()


@pytest.mark.parametrize("part", PARTS[2:])
def test_parts_of_all_contacts_are_the_items_of_their_json(
    everyone: pd.DataFrame, part: str
) -> None:
    rows = ccf.unnest(everyone, part)
    cells = everyone[["contact_id", part]].dropna()
    sent = [
        (contact, item[name])
        for contact, cell in cells.itertuples(index=False, name=None)
        for item in json.loads(cell)
        for name in list(item)[:1]
    ]
    assert len(sent) > 10
    assert list(rows.iloc[:, :2].itertuples(index=False, name=None)) == sent


def test_choices_of_contacts_join_to_those_of_the_custom_fields(
    client: ccf.Client, everyone: pd.DataFrame
) -> None:
    made = ccf.unnest(ccf.unnest(everyone, "custom_fields"), "choice_ids")
    choices = ccf.unnest(ccf.load_custom_fields(client=client), "choices")
    named = made.merge(choices, on=["custom_field_id", "choice_id"])
    assert len(named) == len(made) > 0
    assert named["choice_label"].notna().all()


def test_parts_that_were_not_included_make_no_rows(client: ccf.Client) -> None:
    bare = ccf.load_contacts(client=client)
    for part in PARTS:
        assert len(ccf.unnest(bare, part)) == 0
