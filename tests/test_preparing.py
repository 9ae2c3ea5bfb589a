"""Contacts of a segment that the API has to prepare: waited for, never taken for none."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pytest

import ccframes as ccf
from ccframes import errors
from ccframes.demo import DemoServer, Quirks
from tests.serving import activity_id, client_of, served
from tests.wire.misbehaving import MisbehavingServer, Reply, Request, json_reply

CONTACTS = [{"contact_id": activity_id(number), "first_name": "Ada"} for number in range(700)]
NEXT = "/v3/contacts?cursor=bGltaXQ9NTAwJm5leHQ9NTAw"
STILL = json_reply({"contacts": CONTACTS[:9], "status": "processing"}, 202)
"""What may come with a 202: the same schema, and records even."""


@contextmanager
def segment(**quirks: Any) -> Iterator[tuple[ccf.Client, DemoServer]]:
    """Serve an account of one segment, 14."""
    account = {"segment_contacts": {"14": CONTACTS}}
    with served(account, quirks=Quirks(**quirks)) as connection:
        yield connection


@pytest.mark.parametrize(("preparing", "requests"), [("never", 2), ("once", 3)])
def test_the_contacts_of_a_segment_come_whole_whether_prepared_or_not(
    preparing: str, requests: int
) -> None:
    with segment(preparing=preparing) as (client, server):
        frame = ccf.load_contacts(segment_id=14, client=client)
        assert server.requests.count == requests
    assert list(frame["contact_id"]) == [contact["contact_id"] for contact in CONTACTS]
    assert frame.attrs["ccframes"]["complete"]
    assert frame.attrs["ccframes"]["requests"] == requests


def test_a_segment_that_is_never_ready_is_an_error_and_no_empty_frame() -> None:
    with segment(preparing="always") as (client, server):
        with pytest.raises(errors.TransportError, match=r"preparing.*segment.*Load again"):
            ccf.load_contacts(segment_id=14, client=client)
        assert server.requests.count == 12


def page(first: int, *, href: str = "") -> Reply:
    links = {"_links": {"next": {"href": href}}} if href else {}
    return json_reply({"contacts": CONTACTS[first : first + 500], **links})


def test_what_comes_with_a_202_becomes_no_row_on_any_page() -> None:
    script = [STILL, STILL, page(0, href=NEXT), STILL, page(500)]
    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        frame = ccf.load_contacts(segment_id=14, client=client)
    assert list(frame["contact_id"]) == [contact["contact_id"] for contact in CONTACTS]


def test_a_further_page_that_is_never_ready_interrupts_the_load_which_can_go_on() -> None:
    script = [page(0, href=NEXT), *[STILL] * 12, page(500)]
    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        with pytest.raises(errors.LoadInterrupted) as caught:
            ccf.load_contacts(segment_id=14, client=client)
        assert isinstance(caught.value.__cause__, errors.TransportError)
        assert len(caught.value.partial) == 500
        assert len(caught.value.resume()) == 700


def test_ctrl_c_while_a_segment_is_prepared_stops_at_once() -> None:
    def script(request: Request) -> Reply:
        return STILL if request.number else page(0, href=NEXT)

    with MisbehavingServer(script) as server, client_of(server.base_url) as client:
        client.transport._backoff = 1_000

        def interrupt() -> None:
            server.wait_for_requests(2)
            signal.raise_signal(signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(errors.LoadInterrupted, match="Ctrl-C") as caught:
            ccf.load_contacts(segment_id=14, client=client)
        thread.join()
    assert isinstance(caught.value.__cause__, KeyboardInterrupt)
    assert len(caught.value.partial) == 500


def test_an_answer_without_content_is_no_contacts_and_an_empty_body_is_a_fault() -> None:
    nothing = Reply(raw=b"HTTP/1.1 204 No Content\r\n\r\n")
    with MisbehavingServer([nothing]) as server, client_of(server.base_url) as client:
        frame = ccf.load_contacts(segment_id=14, client=client)
    pd.testing.assert_frame_equal(frame, ccf.flatten("contacts", {"contacts": []}))
    with (
        MisbehavingServer([Reply(b"")]) as server,
        client_of(server.base_url) as client,
        pytest.raises(errors.TransportError, match="0 bytes"),
    ):
        ccf.load_contacts(segment_id=14, client=client)
