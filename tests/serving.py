"""Accounts and clients that several test modules need."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ccframes.client import Client
from ccframes.demo import DemoServer, StaticAccount
from ccframes.wire.auth import StaticToken
from ccframes.wire.pace import MemoryLedger

Record = dict[str, Any]
TOKEN = "sesame-open-1234567890"


def activity_id(number: int) -> str:
    """Return the id of a numbered activity."""
    return str(uuid.UUID(int=number, version=4))


def opens_of(activity: str, count: int, first: int = 0) -> list[Record]:
    """Return opens, newest first, each told apart by its address."""
    return [
        {
            "contact_id": activity_id(number),
            "campaign_activity_id": activity,
            "tracking_activity_type": "em_opens",
            "email_address": f"{number}@reader.example",
            "device_type": ("computer", "mobile", "tablet", "other")[number % 4],
            "created_time": f"2026-01-{28 - number % 28:02d}T10:00:00.000Z",
        }
        for number in range(first, first + count)
    ]


def opens_page(activity: str, count: int, *, first: int = 0, href: Any = None) -> Record:
    """Return a page of opens, with a link to the next if given."""
    page: Record = {"tracking_activities": opens_of(activity, count, first)}
    return page if href is None else page | {"_links": {"next": {"href": href}}}


def client_of(base_url: str, token: str = TOKEN, **settings: Any) -> Client:
    """Return a client that nothing slows down and that shares nothing."""
    settings = {"rate": None, "daily_quota": None, "ledger": MemoryLedger()} | settings
    client = Client(StaticToken(token), base_url=base_url, **settings)
    client.transport._backoff = 0.0001
    return client


@contextmanager
def served(answers: Mapping[str, Any], **settings: Any) -> Iterator[tuple[Client, DemoServer]]:
    """Serve an account of given records, and yield a client of it and the server."""
    with (
        DemoServer(StaticAccount(answers), **settings) as server,
        client_of(server.base_url, server.token) as client,
    ):
        yield client, server


def addresses(rows: Sequence[Record]) -> list[str]:
    """Return what tells the rows apart."""
    return [row["email_address"] for row in rows]
