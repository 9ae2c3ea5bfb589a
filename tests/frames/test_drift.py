"""The answers drift from what the API documents; no value is lost or changed by that.

Each case is tried on a report whose pages are decoded straight into columns (clicks) and, where
it makes sense, on reports that are taken apart key by key (campaigns, campaign_stats).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import ccframes as ccf
from ccframes.endpoints import ENDPOINTS
from ccframes.errors import ConfigError, PartialResultWarning, SchemaError, UnknownFieldWarning
from ccframes.frames.flatten import Rows
from ccframes.page import Page
from tests.frames import samples
from tests.frames.samples import CAMPAIGN_STATS, CAMPAIGNS, CLICKS, Report, values

REPORTS = pytest.mark.parametrize("report", [CLICKS, CAMPAIGNS, CAMPAIGN_STATS], ids=str)
FAST = [name for name, endpoint in ENDPOINTS.items() if endpoint.walk == "cursor"]
EVENTS = [
    name
    for name in FAST
    if ENDPOINTS[name].records == "tracking_activities" and not ENDPOINTS[name].groups
]


def utc(*parts: int) -> pd.Timestamp:
    return pd.Timestamp(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("name", EVENTS)
def test_plain_pages_of_events_are_decoded_straight_into_columns(name: str) -> None:
    for text in samples.page_texts(name):
        page = Page(text)
        Rows(ENDPOINTS[name]).add(page)
        assert "body" not in vars(page), "the page was taken apart key by key"


# --- the twenty-two cases --------------------------------------------------------------------


@REPORTS
def test_unknown_field_from_page_3_on(report: Report) -> None:
    old, new = report.page({}, {}), report.page({"color": "red"}, {})
    with pytest.warns(UnknownFieldWarning, match="unknown field 'color'") as warned:
        frame = report.frame(old, old, new, new)
    assert values(frame["color"]) == [None] * 4 + ["red", None] * 2
    assert frame.columns.get_loc("color") == len(report.endpoint.columns)
    assert len(warned) == 1
    pd.testing.assert_frame_equal(frame.drop(columns="color"), report.frame(*[old] * 4))


@REPORTS
def test_nested_unknown_object(report: Report) -> None:
    page = report.page({}, {"geo": {"city": "Oslo", "point": {"lat": 59.9}}}, {"geo": None})
    with pytest.warns(UnknownFieldWarning, match="'geo_"):
        frame = report.frame(page)
    assert values(frame["geo_city"]) == [None, "Oslo", None]
    assert values(frame["geo_point_lat"]) == [None, 59.9, None]


@REPORTS
def test_explicit_nulls(report: Report) -> None:
    nulls = dict.fromkeys([report.text, report.time, report.id], None)
    frame = report.frame(report.page({report.text: "a"}, nulls), report.page(nulls))
    assert values(frame[report.text]) == ["a", None, None]
    assert values(frame[report.time]) == [utc(2019, 4, 25, 11, 8), None, None]
    assert values(frame[report.id])[1:] == [None, None]


@REPORTS
def test_column_absent_everywhere(report: Report) -> None:
    frame = report.frame(report.page({}, {}), report.page({}))
    assert values(frame[report.optional]) == [None] * 3
    assert str(frame[report.optional].dtype) == "str"


@REPORTS
def test_optional_column_first_seen_on_the_last_page(report: Report) -> None:
    frame = report.frame(report.page({}), report.page({}), report.page({report.optional: "Brown"}))
    assert values(frame[report.optional]) == [None, None, "Brown"]


@REPORTS
def test_key_twice_in_one_record_gives_the_last_value(report: Report) -> None:
    text = samples.text(report.page({report.text: "first"}))
    key = json.dumps(report.text).encode()
    twice = text.replace(key + b':"first"', key + b':"first",' + key + b':"last"')
    assert twice != text
    assert values(report.frame(twice)[report.text]) == ["last"]


@REPORTS
def test_id_as_a_number_on_one_page(report: Report) -> None:
    frame = report.frame(
        report.page({report.id: "7"}), report.page({report.id: 4374642855454351379}, {})
    )
    assert values(frame[report.id]) == ["7", "4374642855454351379", report.plain.get(report.id)]


@REPORTS
def test_id_as_a_number_everywhere(report: Report) -> None:
    frame = report.frame(report.page({report.id: 9007199254740993}), report.page({report.id: 0}))
    assert values(frame[report.id]) == ["9007199254740993", "0"]
    assert str(frame[report.id].dtype) == "str"


@REPORTS
def test_id_with_leading_zeros(report: Report) -> None:
    frame = report.frame(report.page({report.id: "0049920742166"}, {report.id: "000"}))
    assert values(frame[report.id]) == ["0049920742166", "000"]


@REPORTS
@pytest.mark.parametrize("number", [2**63, 2**64 + 1, 123456789012345678901234567890])
def test_id_as_a_number_beyond_64_bits(report: Report, number: int) -> None:
    page = report.page({report.id: number}, {report.id: "1"})
    assert values(report.frame(page)[report.id]) == [str(number), "1"]
    assert values(ccf.flatten(report.name, page)[report.id]) == [str(number), "1"]


@REPORTS
def test_id_as_a_decimal_number_keeps_its_digits(report: Report) -> None:
    page = samples.text(report.page({report.id: 7.5}, {report.id: "1"}))
    frame = report.frame(page.replace(b"7.5", b"1.10"), page.replace(b"7.5", b"1e3"))
    assert values(frame[report.id]) == ["1.10", "1", "1e3", "1"]


@REPORTS
def test_brackets_and_commas_inside_texts(report: Report) -> None:
    tricky = ['},{"a":1', "]", '}],"_links":{', 'say "hi"\\', "a\nb\tc"]
    frame = report.frame(report.page(*({report.text: text} for text in tricky)))
    assert values(frame[report.text]) == tricky


@REPORTS
def test_pretty_printed_pages(report: Report) -> None:
    page = report.page({report.text: "a  b"}, {report.optional: "c"})
    pretty = json.dumps(page, indent=4).replace("\n", "\r\n").encode()
    pd.testing.assert_frame_equal(report.frame(b" \n" + pretty + b"\n"), report.frame(page))


@REPORTS
def test_times_of_mixed_precision_and_offset(report: Report) -> None:
    times = {
        "2019-05-16T21:14:00.000Z": utc(2019, 5, 16, 21, 14),
        "2019-05-16T21:14:00Z": utc(2019, 5, 16, 21, 14),
        "2019-05-16T17:14:00.5-04:00": utc(2019, 5, 16, 21, 14, 0, 500000),
        "2019-05-16T17:14:00-0500": utc(2019, 5, 16, 22, 14),
        "2019-05-16T21:14:00.123456789Z": utc(2019, 5, 16, 21, 14, 0, 123456),
        "2019-05-16": utc(2019, 5, 16),
        "1901-01-01T00:00:00Z": utc(1901, 1, 1),
        "9999-12-31T23:59:59.999Z": utc(9999, 12, 31, 23, 59, 59, 999000),
    }
    changes: list[dict[str, Any]] = [{report.time: time} for time in times]
    together = report.frame(report.page(*changes))
    apart = report.frame(*map(report.page, changes))
    assert values(together[report.time]) == list(times.values())
    assert values(apart[report.time]) == list(times.values())
    assert str(together[report.time].dtype) == "datetime64[us, UTC]"


@REPORTS
def test_time_that_cannot_be_parsed_is_kept_as_it_was_sent(report: Report) -> None:
    sent = ["soon", "2019-04-25T11:08:00Z", "2019-13-45", None]
    pages = [report.page({report.time: time}) for time in sent]
    with pytest.warns(UnknownFieldWarning, match=f"some values of '{report.time}'") as warned:
        frame = report.frame(*pages)
    assert values(frame[report.time]) == [None, utc(2019, 4, 25, 11, 8), None, None]
    assert values(frame[f"{report.time}_as_sent"]) == ["soon", None, "2019-13-45", None]
    assert frame.columns[-1] == f"{report.time}_as_sent"
    assert len(warned) == 1


@pytest.mark.parametrize("form", ["fast", "by key"])
def test_deleted_at_as_date_and_as_date_time(form: str) -> None:
    days = ["2019-08-10", "2019-08-10T23:59:59.999Z", "2019-08-10T20:00:00-05:00", None]
    page = CLICKS.page(*({"deleted_at": day} for day in days), {})
    frame = CLICKS.frame(page) if form == "fast" else ccf.flatten("clicks", page)
    tenth, eleventh = pd.Timestamp("2019-08-10"), pd.Timestamp("2019-08-11")
    assert values(frame["deleted_at"]) == [tenth, tenth, eleventh, None, None]
    assert str(frame["deleted_at"].dtype) == "datetime64[us]"


@REPORTS
@pytest.mark.parametrize("form", ["text", "dict"])
def test_lone_surrogate_becomes_the_replacement_character(report: Report, form: str) -> None:
    page = report.page(
        *({report.text: name} for name in ("a\ud83d", "\ude00b", "a\udc00\ud800b", "\U0001f600"))
    )
    sent = json.dumps(page)
    assert "\\ud83d" in sent
    frame = ccf.flatten(report.name, sent if form == "text" else json.loads(sent))
    assert values(frame[report.text]) == ["a\ufffd", "\ufffdb", "a\ufffd\ufffdb", "\U0001f600"]


@REPORTS
def test_names_that_look_like_something_else_stay_text(report: Report) -> None:
    names = ["1.50", "NaN", "null", "2020-01-01", "007", "true", "None", "inf", "<NA>", "NaT", ""]
    column = report.frame(report.page(*({report.text: name} for name in names)))[report.text]
    assert column.tolist() == names
    assert str(column.dtype) == "str"


@REPORTS
def test_empty_list_of_records(report: Report) -> None:
    empty = samples.body(report.endpoint)
    assert len(report.frame(empty)) == 0
    assert len(report.frame(report.page({}), empty, report.page({}))) == 2


@REPORTS
def test_null_for_the_list_of_records_is_an_empty_one(report: Report) -> None:
    null = {report.endpoint.records: None}
    assert len(report.frame(null)) == 0
    assert len(report.frame(report.page({}), null, report.page({}))) == 2


@REPORTS
def test_missing_list_of_records_is_an_error(report: Report) -> None:
    with pytest.raises(SchemaError, match=f"the answer has no '{report.endpoint.records}'"):
        report.frame(report.page({}), {"other": []})


@REPORTS
def test_key_order_shuffled(report: Report) -> None:
    record = {**report.plain, report.text: "a", report.optional: "b"}
    backwards = dict(reversed(record.items()))
    page = samples.body(report.endpoint, backwards, record)
    straight = samples.body(report.endpoint, record, record)
    shuffled = {"_links": {}, **page}
    pd.testing.assert_frame_equal(report.frame(shuffled), report.frame(straight))
    assert list(report.frame(shuffled).columns) == [c.name for c in report.endpoint.columns]


@REPORTS
def test_byte_order_mark(report: Report) -> None:
    page = report.page({report.text: "\ufeffa"})
    marked = b"\xef\xbb\xbf" + samples.text(page)
    assert values(report.frame(marked)[report.text]) == ["\ufeffa"]
    pd.testing.assert_frame_equal(ccf.flatten(report.name, marked.decode()), report.frame(page))


# --- drift beyond the twenty-two -------------------------------------------------------------


@REPORTS
def test_time_as_a_number_is_kept_as_it_was_sent(report: Report) -> None:
    page = report.page({report.time: 1556190480000}, {}, {report.time: 0}, {report.time: True})
    with pytest.warns(UnknownFieldWarning, match=f"some values of '{report.time}'"):
        frame = report.frame(page)
    assert values(frame[report.time]) == [None, utc(2019, 4, 25, 11, 8), None, None]
    assert values(frame[f"{report.time}_as_sent"]) == ["1556190480000", None, "0", "true"]


@REPORTS
@pytest.mark.parametrize("word", ["now", "today", "NaT", "null"])
def test_time_as_a_word_is_never_taken_for_a_time_or_for_nothing(report: Report, word: str) -> None:
    with pytest.warns(UnknownFieldWarning, match=f"some values of '{report.time}'"):
        frame = report.frame(report.page({report.time: word}, {}))
    assert values(frame[report.time]) == [None, utc(2019, 4, 25, 11, 8)]
    assert values(frame[f"{report.time}_as_sent"]) == [word, None]


@REPORTS
def test_empty_text_for_a_time_is_a_missing_one(report: Report) -> None:
    frame = report.frame(report.page({report.time: ""}, {}))
    assert values(frame[report.time]) == [None, utc(2019, 4, 25, 11, 8)]


COUNTS = [("3129", 3129), (12, 12), (12.0, 12), ("12.0", 12), (" 7 ", 7), ("-1", -1), (None, None)]


def test_counts_as_texts_and_as_decimals_are_counts() -> None:
    page = CAMPAIGN_STATS.page(*({"stats": {"em_sends": count}} for count, _ in COUNTS))
    assert values(CAMPAIGN_STATS.frame(page)["em_sends"]) == [number for _, number in COUNTS]


def test_counts_are_the_same_on_a_page_that_is_decoded_exactly() -> None:
    page = {"link_click_counts": [{"url_id": 2**70, "unique_clicks": 12.0}]}
    frame = ccf.flatten("links", samples.text(page))
    assert (values(frame["url_id"]), values(frame["unique_clicks"])) == ([str(2**70)], [12])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a few", "a few"),
        (True, "true"),
        (1.5, "1.5"),
        (2**70, str(2**70)),
        ([3], "3"),
        ("NaN", "NaN"),
        ("1e999999999", "1e999999999"),
        ("", ""),
        ({"n": 1}, '{"n":1}'),
    ],
)
def test_count_that_is_none_is_kept_as_it_was_sent(sent: Any, kept: str) -> None:
    page = CAMPAIGN_STATS.page({"stats": {"em_sends": sent}}, {})
    with pytest.warns(UnknownFieldWarning, match="some values of 'em_sends'"):
        frame = ccf.flatten("campaign_stats", page)
    assert values(frame["em_sends"]) == [None, 15]
    assert values(frame["em_sends_as_sent"]) == [kept, None]


def test_percent_that_is_none_is_kept_as_it_was_sent() -> None:
    percents = ["66.7", 3, "n/a", "inf", False, None]
    page = CAMPAIGN_STATS.page(*({"percents": {"open": percent}} for percent in percents))
    with pytest.warns(UnknownFieldWarning, match="some values of 'open_percent'"):
        frame = CAMPAIGN_STATS.frame(page)
    assert values(frame["open_percent"]) == [66.7, 3.0, None, None, None, None]
    assert values(frame["open_percent_as_sent"]) == [None, None, "n/a", "inf", "false", None]


def test_underscored_key_wins_over_the_dotted_one_with_a_warning_where_they_differ() -> None:
    differ = {"em_opens.all": 1, "em_opens_all": 2}
    page = CAMPAIGN_STATS.page({"stats": differ}, {"stats": dict(reversed(differ.items()))})
    with pytest.warns(UnknownFieldWarning, match="the underscored one was taken") as warned:
        frame = CAMPAIGN_STATS.frame(page)
    assert values(frame["em_opens_all"]) == [2, 2]
    assert len(warned) == 1


def test_both_spellings_of_a_key_are_one_column() -> None:
    spelt = [
        {"em_opens.all": 3, "em_opens_all": 3},
        {"em_opens.all": 4, "em_opens_all": None},
        {"em_opens.all": 5},
        {"em_opens_all": 6},
    ]
    frame = CAMPAIGN_STATS.frame(CAMPAIGN_STATS.page(*({"stats": stats} for stats in spelt)))
    assert values(frame["em_opens_all"]) == [3, 4, 5, 6]


def test_words_out_of_the_vocabulary_are_further_categories_with_one_warning() -> None:
    page = CLICKS.page({"device_type": "watch"}, {}, {"device_type": "tv"}, {"device_type": None})
    with pytest.warns(UnknownFieldWarning, match="'watch', 'tv'") as warned:
        frame = CLICKS.frame(page)
    assert values(frame["device_type"]) == ["watch", "computer", "tv", None]
    vocabulary = CLICKS.endpoint.by_name["device_type"].vocabulary
    assert tuple(frame["device_type"].cat.categories) == (*vocabulary, "watch", "tv")
    assert len(warned) == 1


def test_group_that_is_no_object_is_kept_as_a_further_column() -> None:
    with pytest.warns(UnknownFieldWarning, match="'stats'"):
        frame = CAMPAIGN_STATS.frame(CAMPAIGN_STATS.page({"stats": "not yet"}, {}))
    assert values(frame["em_sends"]) == [None, 15]
    assert values(frame["stats"]) == ["not yet", None]


def test_page_percents_of_an_array_of_two_are_kept_as_a_further_column() -> None:
    page = {
        "bulk_email_campaign_summaries": [{"campaign_id": "a"}],
        "aggregate_percents": [{"open": 1}, {"open": 2}],
    }
    with pytest.warns(UnknownFieldWarning, match="'aggregate_percents'"):
        frame = ccf.flatten("campaign_summaries", page)
    assert values(frame["aggregate_open_percent"]) == [None]
    assert values(frame["aggregate_percents"]) == ['[{"open":1},{"open":2}]']


def test_field_of_the_records_that_is_declared_beside_them_is_kept_as_a_further_column() -> None:
    page = samples.pages("campaign_activities")[0]
    page["campaign_activities"][1]["current_status"] = "DONE"
    with pytest.warns(UnknownFieldWarning, match="'current_status_'"):
        frame = ccf.flatten("campaign_activities", page)
    assert values(frame["current_status"]) == ["Draft", "Draft"]
    assert values(frame["current_status_"]) == [None, "DONE"]


def test_activity_id_beside_the_records_is_no_unknown_field() -> None:
    activity = CLICKS.plain["campaign_activity_id"]
    frame = CLICKS.frame(CLICKS.page({}, campaign_activity_id=activity))
    pd.testing.assert_frame_equal(frame, CLICKS.frame(CLICKS.page({})))
    assert len(CLICKS.frame({"tracking_activities": [], "campaign_activity_id": activity})) == 0


# --- groups, arrays and kinds of the further reports -------------------------------------------

CONTACT = {"contact_id": "a", "email_address": {"address": "maddieb@gmail.com"}}


def contacts(*changes: dict[str, Any]) -> pd.DataFrame:
    return ccf.flatten("contacts", {"contacts": [{**CONTACT, **change} for change in changes]})


def test_address_within_its_group_is_the_column_of_the_groups_name() -> None:
    frame = contacts({}, {"email_address": None}, {"email_address": {}})
    assert values(frame["email_address"]) == ["maddieb@gmail.com", None, None]
    assert "email_address_address" not in frame


def test_address_that_is_no_group_is_kept_as_a_further_column() -> None:
    with pytest.warns(UnknownFieldWarning, match="'email_address_'"):
        frame = contacts({}, {"email_address": "b@example.com"})
    assert values(frame["email_address"]) == ["maddieb@gmail.com", None]
    assert values(frame["email_address_"]) == [None, "b@example.com"]


def test_group_in_an_array_of_one_is_that_group() -> None:
    frame = contacts({"sms_channel": [{"sms_address": "0225550100"}]}, {"sms_channel": []})
    assert values(frame["sms_channel_sms_address"]) == ["0225550100", None]
    assert len(frame.columns) == len(ENDPOINTS["contacts"].columns)


def test_parts_of_contacts_are_ids_with_commas_or_json_and_missing_where_there_are_none() -> None:
    one, two = {"note_id": "1", "content": 'é "x"'}, {"note_id": "2"}
    frame = contacts(
        {"taggings": ["a"], "notes": [one]},
        {"taggings": ["a", "b"], "notes": [one, two]},
        {"taggings": [], "notes": []},
        {"taggings": None, "notes": None},
        {},
    )
    assert values(frame["taggings"]) == ["a", "a,b", None, None, None]
    notes = [None if cell is None else json.loads(cell) for cell in values(frame["notes"])]
    assert notes == [[one], [one, two], None, None, None]
    assert "é" in frame["notes"][0]


def test_permission_out_of_the_vocabulary_is_a_further_category() -> None:
    with pytest.warns(UnknownFieldWarning, match="'maybe'"):
        frame = contacts({"email_address": {"permission_to_send": "maybe"}})
    assert values(frame["email_address_permission_to_send"]) == ["maybe"]


YES_AND_NO = [(True, True), (False, False), ("true", True), ("FALSE", False), (None, None)]


def test_yes_and_no_as_texts_are_yes_and_no() -> None:
    lists = [{"list_id": "a", "name": "b", "favorite": sent} for sent, _ in YES_AND_NO]
    frame = ccf.flatten("contact_lists", {"lists": lists})
    assert values(frame["favorite"]) == [meant for _, meant in YES_AND_NO]
    assert str(frame["favorite"].dtype) == "boolean"


@pytest.mark.parametrize(("sent", "kept"), [(1, "1"), ("yes", "yes"), ("", ""), ([True], "true")])
def test_yes_or_no_that_is_neither_is_kept_as_it_was_sent(sent: Any, kept: str) -> None:
    lists = [{"list_id": "a", "name": "b", "favorite": value} for value in (sent, True)]
    with pytest.warns(UnknownFieldWarning, match="some values of 'favorite'"):
        frame = ccf.flatten("contact_lists", {"lists": lists})
    assert values(frame["favorite"]) == [None, True]
    assert values(frame["favorite_as_sent"]) == [kept, None]


def test_rates_as_texts_are_rates_and_stay_between_0_and_1() -> None:
    rates = [0.6, "0.6", 1, 0]
    rest = {"contact_id": "a", "included_activities_count": 1, "average_click_rate": 0}
    frame = ccf.flatten("contact_rates", [{**rest, "average_open_rate": rate} for rate in rates])
    assert values(frame["average_open_rate"]) == [0.6, 0.6, 1.0, 0.0]


@pytest.mark.parametrize("form", ["text", "decoded"])
def test_numbers_of_segments_are_text_with_every_digit(form: str) -> None:
    page = {"segments": [{"segment_id": 14}, {"segment_id": 2**53 + 1}, {"segment_id": "007"}]}
    frame = ccf.flatten("segments", samples.text(page) if form == "text" else page)
    assert values(frame["segment_id"]) == ["14", str(2**53 + 1), "007"]
    history = [{"send_id": 1, "segment_ids": [2**53 + 1, 57]}]
    frame = ccf.flatten("send_history", samples.text(history) if form == "text" else [history])
    assert values(frame["segment_ids"]) == [f"{2**53 + 1},57"]


def test_bare_array_is_given_in_a_list_or_as_its_records_alike() -> None:
    history = samples.pages("send_history")[1]
    frame = ccf.flatten("send_history", [history])
    pd.testing.assert_frame_equal(frame, ccf.flatten("send_history", history))
    pd.testing.assert_frame_equal(frame, ccf.flatten("send_history", samples.text(history)))


@pytest.mark.parametrize("answer", [[[3]], [[None]], [["a", {}]], b"3", b'["a"]'])
def test_bare_arrays_of_anything_but_objects_are_errors(answer: Any) -> None:
    with pytest.raises(SchemaError, match="not an array of objects"):
        ccf.flatten("send_history", answer)


def test_explicit_null_for_a_required_field_beside_the_records_is_let_pass() -> None:
    page = samples.pages("contact_summary")[0]
    frame = ccf.flatten("contact_summary", {**page, "contact_id": None})
    assert values(frame["contact_id"]) == [None]
    del page["contact_id"]
    with pytest.raises(SchemaError, match="'contact_id'"):
        ccf.flatten("contact_summary", page)


# --- what is refused, and what is said -------------------------------------------------------


@pytest.mark.parametrize("column", [c for c in CLICKS.endpoint.columns if c.required])
@pytest.mark.parametrize("form", ["fast", "by key"])
def test_absent_required_field_is_an_error_that_names_it(column: Any, form: str) -> None:
    page = CLICKS.page({}, {})
    del page["tracking_activities"][1][column.source]
    with pytest.raises(SchemaError, match=f"record 1 .* '{column.source}'"):
        ccf.flatten("clicks", samples.text(page) if form == "fast" else page)


@pytest.mark.parametrize("answer", [b"null", b"[]", b'"text"', b"3", b'{"tracking_activities":3}'])
def test_answers_of_another_form_are_errors(answer: bytes) -> None:
    with pytest.raises(SchemaError, match=r"^clicks: "):
        ccf.flatten("clicks", answer)


@pytest.mark.parametrize("records", [[None], [3], [{}, "a"], [[{}]], {"a": 1}])
def test_records_that_are_no_objects_are_errors(records: Any) -> None:
    with pytest.raises(SchemaError, match="not an array of objects"):
        ccf.flatten("campaigns", {"campaigns": records})


@pytest.mark.parametrize("text", ["", "<html>", '{"tracking_activities":[', b"\xff\xfe"])
def test_text_that_is_no_json_is_a_config_error(text: str | bytes) -> None:
    with pytest.raises(ConfigError, match="no JSON"):
        ccf.flatten("clicks", text)


def test_unknown_report_is_a_config_error_that_names_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"'open'.*campaign_summaries"):
        ccf.flatten("open", {})


def test_what_the_api_could_not_answer_is_warned_of_and_marked() -> None:
    errors = [{"error_key": "a.b", "error_message": "Could not find"}]
    page = CAMPAIGN_STATS.page({}, errors=errors)
    with pytest.warns(PartialResultWarning, match="Could not find"):
        frame = CAMPAIGN_STATS.frame(page)
    assert values(frame["em_sends"]) == [15]
    provenance = frame.attrs["ccframes"]
    assert (provenance["complete"], provenance["errors"]) == (False, errors)
    assert json.loads(json.dumps(provenance)) == provenance


def test_errors_without_results_are_an_empty_frame_with_a_warning() -> None:
    with pytest.warns(PartialResultWarning):
        assert len(CAMPAIGN_STATS.frame({"errors": [{"error_key": "a"}]})) == 0


# --- both ways to the columns agree ----------------------------------------------------------

TEXT = st.text(max_size=8)
WORDS = st.sampled_from(["computer", "mobile", "watch", ""])
TIMES = st.datetimes(min_value=datetime(1700, 1, 1), timezones=st.just(UTC)).map(
    datetime.isoformat
) | st.sampled_from(["2019-04-25T11:08:00.000Z", "2019-04-25", "", "soon", "now"])
DAYS = st.dates(min_value=datetime(1700, 1, 1).date()).map(str) | TIMES


def fields(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Records of an event report, with optional fields there, null or absent."""
    of_dtype = {"str": TEXT, "category": WORDS, "datetime64[us, UTC]": TIMES}
    kinds = {column.source: of_dtype.get(column.dtype, DAYS) for column in ENDPOINTS[name].columns}
    needed = {c.source for c in ENDPOINTS[name].columns if c.required}
    return st.fixed_dictionaries(
        {source: kind for source, kind in kinds.items() if source in needed},
        optional={
            source: st.none() | kind for source, kind in kinds.items() if source not in needed
        },
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.parametrize("name", ["clicks", "bounces", "optouts", "contact_activity"])
def test_decoded_straight_or_taken_apart_key_by_key_the_frame_is_the_same(
    name: str, data: st.DataObject
) -> None:
    split = data.draw(st.lists(st.lists(fields(name), max_size=4), max_size=3))
    pages = [{"tracking_activities": records} for records in split]
    fast, warned_fast = samples.heard(lambda: ccf.flatten(name, [*map(samples.text, pages)]))
    by_key, warned_by_key = samples.heard(lambda: ccf.flatten(name, pages))
    pd.testing.assert_frame_equal(fast, by_key)
    assert warned_fast == warned_by_key
    records = [record for page in split for record in page]
    for column in ENDPOINTS[name].columns:
        if column.dtype in {"str", "category"}:
            sent = [record.get(column.source) for record in records]
            assert values(fast[column.name]) == sent


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.dictionaries(st.sampled_from("abc") | st.text(max_size=4), JSON), max_size=4))
@example([{"a": 1}, {"a": {"b": 2}}])
@example([{"_links": {"next": None}}])
@example([{"{": {"": None}}, {"{": {"}": {"{0}": 1}}}])
def test_any_new_fields_leave_the_declared_columns_whole(extras: list[dict[str, Any]]) -> None:
    page = CLICKS.page(*({**extra, **CLICKS.plain} for extra in extras))
    frame, _ = samples.heard(lambda: CLICKS.frame(page))
    declared = frame[[column.name for column in CLICKS.endpoint.columns]]
    pd.testing.assert_frame_equal(declared, CLICKS.frame(CLICKS.page(*({} for _ in extras))))
