"""An answer is decoded as far as somebody asks, and its next link found in whatever form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccframes.page import Page

HREF = "/v3/emails?next=bGltaXQ9MSZuZXh0PTI="

LAST: list[dict[str, Any]] = [
    {},
    {"_links": None},
    {"_links": {}},
    {"_links": []},
    {"_links": ""},
    {"_links": {"next": None}},
    {"_links": {"next": {}}},
    {"_links": {"next": ""}},
    {"_links": {"next": {"href": None}}},
    {"_links": {"next": {"href": ""}}},
    {"_links": {"self": {"href": "/v3/emails"}}},
    {"records": [{"_links": {"next": {"href": HREF}}}]},
]


@pytest.mark.parametrize("body", LAST, ids=json.dumps)
def test_last_page_has_no_next_link_whatever_form_its_absence_takes(body: dict[str, Any]) -> None:
    assert Page.decode(json.dumps(body).encode()).next_href is None
    assert Page(body=body).next_href is None


@pytest.mark.parametrize("body", [{"_links": {"next": {"href": HREF}}}, {"_links": {"next": HREF}}])
def test_next_link_is_found_as_an_object_and_as_a_text(body: dict[str, Any]) -> None:
    assert Page.decode(json.dumps({"records": [1], **body}).encode()).next_href == HREF
    assert Page(body=body).next_href == HREF


@pytest.mark.parametrize("href", [5, ["/v3/emails"], True])
def test_link_that_is_no_text_is_handed_on_to_be_refused(href: Any) -> None:
    body = {"_links": {"next": {"href": href}}}
    assert Page.decode(json.dumps(body).encode()).next_href == href


@pytest.mark.parametrize("text", [b"[]", b"null", b"3", b'"_links"', b'[{"_links": {}}]'])
def test_answer_that_is_no_object_has_no_next_link(text: bytes) -> None:
    page = Page.decode(text)
    assert page.next_href is None
    assert page.body == json.loads(text)


WHOLE = json.dumps({"records": [{"a": 1, "b": [1.5, None, "x"]}], "_links": {}}).encode()


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_text_that_is_cut_anywhere_is_a_value_error(length: int) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the decoders word it in many ways
        Page.decode(WHOLE[:length])


@pytest.mark.parametrize("text", [b"<html></html>", b"{} {}", b"{'a': 1}", b'{"a": 1,}'])
def test_text_that_is_no_json_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the decoders word it in many ways
        Page.decode(text)


def test_byte_order_mark_is_taken_off() -> None:
    page = Page.decode(b"\xef\xbb\xbf" + WHOLE)
    assert page.text == WHOLE
    assert page.body == json.loads(WHOLE)


def test_finding_the_link_leaves_the_records_undecoded() -> None:
    page = Page.decode(WHOLE)
    assert "body" not in vars(page)
    assert page.body["records"] == [{"a": 1, "b": [1.5, None, "x"]}]


SURROGATES = {
    "a\ud83d": "a\ufffd",
    "\ude00b": "\ufffdb",
    "\ude00\ud83d": "\ufffd\ufffd",
    "\ud83dx\ude00": "\ufffdx\ufffd",
    "\U0001f600": "\U0001f600",
    "\ufeffa": "\ufeffa",
}


@pytest.mark.parametrize(("sent", "read"), SURROGATES.items(), ids=ascii)
def test_lone_surrogates_become_the_replacement_character(sent: str, read: str) -> None:
    body = {sent: [sent, {"a": sent}], "_links": {"next": {"href": HREF}}}
    page = Page.decode(json.dumps(body).encode())
    assert page.body == {read: [read, {"a": read}], "_links": {"next": {"href": HREF}}}
    assert page.exact_body() == page.body
    assert Page.of(body).body == page.body
    assert page.next_href == HREF


def test_exact_body_keeps_every_number_as_it_was_sent() -> None:
    text = b'{"a": 123456789012345678901234, "b": 1.10, "c": 1e3, "d": 0, "e": true}'
    exact = {"a": 123456789012345678901234, "b": "1.10", "c": "1e3", "d": 0, "e": True}
    assert Page.decode(text).exact_body() == exact


@pytest.mark.parametrize("body", [{"a": 10**400}, {"a": float("nan")}, {"a": 1.5}, [], None])
def test_decoded_answers_are_taken_as_they_are(body: Any) -> None:
    page = Page.of(body)
    assert repr(page.body) == repr(page.exact_body()) == repr(body)
