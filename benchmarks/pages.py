"""Pages of clicks such as the API sends them; the same in every run."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

PAGE_ROWS = 500
CAMPAIGN_ACTIVITY = "98edac88-f4bc-408c-9e64-acd890384231"

_FIRST = ["Maddie", "Ann", "Jo", "Zoë", "Luis", "Mei", "Ada", "Per"]
_LAST = ["Brown", "Li", "O'Neil", "García", "Nguyễn", "Smith", "Östberg", "Kaya"]
_DEVICES = ["computer", "mobile", "tablet", "other"]
_LINKS = [
    (url_id, f"https://www.example.com/garden/page-{number}?utm_source=mail&utm_id={number}")
    for number, url_id in enumerate(
        ["1100407204171", "4374642855454351379", "1100407204172", "902", "7711223344556677889"]
    )
]
_NEWEST = datetime(2026, 4, 25, 11, 6, 38)


def click_pages(count: int) -> Iterator[bytes]:
    """Yield pages of 500 clicks, newest first, each as it would arrive."""
    chance = random.Random(20260425)
    for number in range(count):
        page: dict[str, Any] = {
            "tracking_activities": [
                _click(chance, number * PAGE_ROWS + row) for row in range(PAGE_ROWS)
            ]
        }
        if number + 1 < count:
            page["_links"] = {"next": {"href": f"/v3/reports/clicks?next={number + 1}"}}
        yield json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()


def _click(chance: random.Random, number: int) -> dict[str, str]:
    contact = str(uuid.UUID(int=chance.getrandbits(128)))
    click = {
        "contact_id": contact,
        "campaign_activity_id": CAMPAIGN_ACTIVITY,
        "tracking_activity_type": "em_clicks",
        "email_address": f"reader-{contact[:8]}@example.com",
    }
    draw = chance.random()
    if draw < 0.8:
        click["first_name"] = _FIRST[number % len(_FIRST)]
        click["last_name"] = _LAST[number // 8 % len(_LAST)]
    if draw < 0.9:
        click["device_type"] = _DEVICES[int(draw * 40) % len(_DEVICES)]
    click["url_id"], click["link_url"] = _LINKS[int(draw * 1000) % len(_LINKS)]
    instant = _NEWEST - timedelta(seconds=number, milliseconds=int(draw * 1000))
    click["created_time"] = instant.isoformat(timespec="milliseconds") + "Z"
    if draw > 0.99:
        click["deleted_at"] = "2026-05-01"
    return click
