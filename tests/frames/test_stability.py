"""Whatever comes, the declared columns, their order and their dtypes are the same."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.endpoints import ENDPOINTS
from ccframes.errors import UnknownFieldWarning
from ccframes.frames.flatten import Rows, assemble
from ccframes.page import Page
from ccframes.schema import Endpoint, column_name
from tests.frames import samples
from tests.frames.samples import Body

EVERY = pytest.mark.parametrize("name", ENDPOINTS)
FORMS = pytest.mark.parametrize("form", ["dict", "bytes", "str"])


def as_form(pages: list[Any], form: str) -> list[Any]:
    if form == "dict":
        return copy.deepcopy(pages)
    texts = [samples.text(page) for page in pages]
    return list(texts) if form == "bytes" else [text.decode() for text in texts]


def flattened(name: str, pages: list[Any], form: str) -> pd.DataFrame:
    return ccf.flatten(name, as_form(pages, form))


def records_of(endpoint: Endpoint, page: Any) -> list[Body]:
    """The records of a page, whichever of its three forms it has."""
    if endpoint.records:
        page = page[endpoint.records]
    return page if isinstance(page, list) else [page]


def first_record(endpoint: Endpoint) -> tuple[Body, Body]:
    """The first fixture record, and what stands beside it on its page."""
    page = samples.pages(endpoint.name)[0]
    if not endpoint.records:
        return records_of(endpoint, page)[0], {}
    record = page.pop(endpoint.records)[0]
    page.pop("_links", None)
    return record, page


def null_page(endpoint: Endpoint) -> Any:
    """One record with every declared field in its place and null."""
    places: dict[str, Body] = {"record": {}, "page": {}}
    for column in endpoint.columns:
        group, _, key = column.source.rpartition(".")
        place = places[column.place]
        (place.setdefault(group, {}) if group else place)[key] = None
    return samples.body(endpoint, places["record"], **places["page"])


def null_groups_page(endpoint: Endpoint) -> Any:
    """The same with the groups themselves null."""
    page = null_page(endpoint)
    record = records_of(endpoint, page)[0]
    for group in endpoint.groups:
        (record if group in record else page)[group] = None
    return page


def one_row(endpoint: Endpoint) -> Any:
    record, beside = first_record(endpoint)
    return samples.body(endpoint, record, **beside)


def full(endpoint: Endpoint) -> list[Any]:
    return samples.pages(endpoint.name)


def empty(endpoint: Endpoint) -> list[Any]:
    has_list = endpoint.records or endpoint.name in samples.ARRAYS
    return [samples.body(endpoint)] if has_list else []


ANSWERS: dict[str, Callable[[Endpoint], list[Any]]] = {
    "full": full,
    "one row": lambda endpoint: [one_row(endpoint)],
    "all null": lambda endpoint: [null_page(endpoint)],
    "null groups": lambda endpoint: [null_groups_page(endpoint)],
    "empty": empty,
    "no page": lambda endpoint: [],
    "empty, then full": lambda endpoint: empty(endpoint) + full(endpoint),
    "all null, then full": lambda endpoint: [null_page(endpoint), *full(endpoint)],
}


@EVERY
@FORMS
@pytest.mark.parametrize("answer", ANSWERS)
def test_columns_order_and_dtypes_are_the_tables_whatever_comes(
    name: str, answer: str, form: str
) -> None:
    endpoint = ENDPOINTS[name]
    frame = flattened(name, ANSWERS[answer](endpoint), form)
    assert list(samples.names_of_dtypes(frame).items()) == [
        (column.name, column.dtype) for column in endpoint.columns
    ]
    assert isinstance(frame.index, pd.RangeIndex)
    for column in endpoint.columns:
        if column.dtype == "category":
            assert tuple(frame[column.name].cat.categories) == column.vocabulary
            assert str(frame[column.name].cat.categories.dtype) == "str"


@EVERY
@pytest.mark.parametrize("page", [null_page, null_groups_page])
def test_nulls_make_one_row_of_missing_values(name: str, page: Callable[[Endpoint], Any]) -> None:
    frame = ccf.flatten(name, page(ENDPOINTS[name]))
    assert len(frame) == 1
    assert frame.isna().all(axis=None)


@EVERY
def test_empty_answers_make_no_rows(name: str) -> None:
    assert len(ccf.flatten(name, empty(ENDPOINTS[name]))) == 0


@EVERY
def test_empty_and_null_pages_add_nothing_to_the_rows_of_others(name: str) -> None:
    frame = ccf.flatten(name, empty(ENDPOINTS[name]) + full(ENDPOINTS[name]))
    pd.testing.assert_frame_equal(frame, samples.expected(name))


# --- fields that the table does not know -----------------------------------------------------


def extended(endpoint: Endpoint) -> tuple[Any, dict[str, Any]]:
    """A page of one row with new fields everywhere, and the columns they must make."""
    record, beside = first_record(endpoint)
    record |= {"extra_top": "x", "extra_object": {"inner": 7, "deep": {"flag": True}}}
    further = {"extra_top": "x", "extra_object_inner": 7, "extra_object_deep_flag": True}
    for group in sorted(endpoint.groups - beside.keys()):
        record.setdefault(group, {})["extra_in_group"] = 1.5
        further[column_name(f"{group}.extra_in_group")] = 1.5
    for group in endpoint.groups & beside.keys():
        beside[group]["extra_in_group"] = 2
        further[column_name(f"{group}.extra_in_group")] = 2
    if endpoint.records:
        beside |= {"extra_beside": "y", "extra_list": [1, 2]}
        further |= {"extra_beside": "y", "extra_list": "1,2"}
    return samples.body(endpoint, record, **beside), further


@EVERY
@FORMS
def test_new_fields_follow_the_declared_columns_with_one_warning_each(name: str, form: str) -> None:
    endpoint = ENDPOINTS[name]
    page, further = extended(endpoint)
    frame, warned = samples.heard(lambda: flattened(name, [page, one_row(endpoint), page], form))
    declared = len(endpoint.columns)
    assert list(samples.names_of_dtypes(frame).items())[:declared] == [
        (column.name, column.dtype) for column in endpoint.columns
    ]
    assert set(frame.columns[declared:]) == set(further)
    for column, value in further.items():
        assert samples.values(frame[column]) == [value, None, value]
    assert sorted(warned) == sorted(
        f"{name}: unknown field {column!r}, kept as a further column" for column in further
    )


@EVERY
@FORMS
def test_new_fields_leave_the_declared_values_as_they_are(name: str, form: str) -> None:
    endpoint = ENDPOINTS[name]
    page, _ = extended(endpoint)
    with pytest.warns(UnknownFieldWarning):
        frame = flattened(name, [page], form)
    pd.testing.assert_frame_equal(
        frame.iloc[:, : len(endpoint.columns)], samples.expected(name).head(1)
    )


@EVERY
def test_new_fields_are_warned_of_once_for_each_set_of_what_was_warned_of(name: str) -> None:
    endpoint = ENDPOINTS[name]
    page, further = extended(endpoint)
    warned: set[str] = set()

    def load(into: set[str]) -> int:
        rows = Rows(endpoint)
        rows.add(Page(samples.text(page)))
        return len(samples.heard(lambda: assemble(endpoint, [rows], into))[1])

    assert [load(warned), load(warned), load(set())] == [len(further), 0, len(further)]


# --- types of the unknown, and names that clash ----------------------------------------------

UNKNOWN: dict[str, list[Any]] = {
    "boolean": [True, None, False],
    "Int64": [1, None, 2**63 - 1],
    "float64": [1, None, 2.5],
    "str": ["a", None, "1"],
}


@pytest.mark.parametrize("report", [samples.CLICKS, samples.CAMPAIGNS], ids=str)
@pytest.mark.parametrize("dtype", UNKNOWN)
def test_new_fields_have_the_plainest_dtype_that_holds_them(
    report: samples.Report, dtype: str
) -> None:
    page = report.page(*({"extra": value} for value in UNKNOWN[dtype]))
    with pytest.warns(UnknownFieldWarning, match="'extra'"):
        extra = report.frame(page)["extra"]
    assert str(extra.dtype) == dtype
    assert samples.values(extra) == UNKNOWN[dtype]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ([1, "a", None], ["1", "a", None]),
        ([True, 1], ["true", "1"]),
        ([[1, "b"], []], ["1,b", ""]),
        ([[{"a": "é"}], None], ['[{"a":"é"}]', None]),
        ([None, None], [None, None]),
    ],
)
def test_new_fields_of_mixed_kinds_are_kept_as_text(sent: list[Any], kept: list[Any]) -> None:
    page = samples.CLICKS.page(*({"extra": value} for value in sent))
    with pytest.warns(UnknownFieldWarning, match="'extra'"):
        extra = samples.CLICKS.frame(page)["extra"]
    assert str(extra.dtype) == "str"
    assert samples.values(extra) == kept


@pytest.mark.parametrize("number", [2**63, 12345678901234567890, 10**30, -(10**30)])
@pytest.mark.parametrize("form", ["dict", "bytes"])
def test_new_fields_keep_every_digit_of_long_numbers(number: int, form: str) -> None:
    page = samples.CLICKS.page({"extra": number}, {"extra": 1})
    with pytest.warns(UnknownFieldWarning, match="'extra'"):
        frame = flattened("clicks", [page], form)
    assert samples.values(frame["extra"]) == [str(number), "1"]


def test_new_fields_that_would_have_one_name_are_all_kept() -> None:
    page = samples.CAMPAIGN_STATS.page(
        {"x": 1, "em_opens": 4, "stats": {"em_opens": 3, "x": 2}}, x="beside"
    )
    frame, warned = samples.heard(lambda: samples.CAMPAIGN_STATS.frame(page))
    further = frame.iloc[0, len(samples.CAMPAIGN_STATS.endpoint.columns) :]
    assert frame["em_opens"].tolist() == [3]
    assert further.to_dict() == {"x": 2, "x_": 1, "em_opens_": 4, "x__": "beside"}
    assert len(warned) == len(further)


def test_new_fields_that_would_have_one_name_stay_apart_on_every_page() -> None:
    both = samples.CAMPAIGNS.page({"x": 1}, x=10)
    one = samples.CAMPAIGNS.page({}, x=20)
    with pytest.warns(UnknownFieldWarning):
        frame = samples.CAMPAIGNS.frame(both, one)
    assert samples.values(frame["x"]) == [1, None]
    assert samples.values(frame["x_"]) == [10, 20]


def test_what_was_sent_is_kept_beside_a_new_field_of_that_name() -> None:
    page = samples.CLICKS.page({"created_time": "soon", "created_time_as_sent": "mine"})
    with pytest.warns(UnknownFieldWarning):
        frame = samples.CLICKS.frame(page)
    assert frame["created_time_as_sent"].tolist() == ["mine"]
    assert frame["created_time_as_sent_"].tolist() == ["soon"]
