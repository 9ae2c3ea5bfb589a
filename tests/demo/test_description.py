"""Answers of the server against the table, and a number for all of them together.

test_openapi.py holds them against the provider's own description.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from ccframes.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccframes.demo.world import World
    from ccframes.schema import Endpoint
    from tests.demo.conftest import Caller

DIGEST = "7b08e090ee6b72800ac5dbb7db9b80e73135b2a9cbf15ac62b824ca3a7dc1caf"
"""Equal with every supported Python, pandas and numpy."""
RANGE = {"start": "2023-06-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
NEEDED = {
    "contact_rates": RANGE,
    "contact_summary": RANGE,
    "sms_summaries": {"start_at": "2023-06-01T00:00:00Z"},
}
"""Parameters without which there is no answer."""


def ids_for(endpoint: Endpoint, world: World) -> list[str]:
    """Return ids that fill the path: for emails an old, a big, a resent and the smallest one."""
    sent = [campaign for campaign in world.programme.campaigns if campaign.sent]
    resent = next(campaign for campaign in sent if len(campaign.sent) > 1)
    board = next(campaign for campaign in sent if "Board" in campaign.sent[0].lists)
    some = [sent[0], sent[-3], resent, board]
    if "landing_pages" in endpoint.path:
        return [page.id for page in world.landing_pages]
    if endpoint.name == "ab_tests":
        return [each.id for each in world.mailings.activities if each.trial]
    if endpoint.key == "contact_id":
        return world.people.ids[:2_000:400]
    if endpoint.key == "campaign_id":
        return [campaign.id for campaign in some]
    return [campaign.sent[-1].id for campaign in some]


def answers(caller: Caller, world: World, endpoint: Endpoint) -> Iterator[bytes]:
    """Give a sample of the answers of an endpoint: first and second pages of some ids."""
    ids = ids_for(endpoint, world) if endpoint.placeholder else [""]
    keys = [",".join(ids)] if endpoint.walk == "batch" else ids
    for key in keys:
        path = endpoint.path.replace(f"{{{endpoint.placeholder}}}", key)
        answer = caller.get(path, **NEEDED.get(endpoint.name, {}))
        assert answer.status_code == 200
        yield answer.content
        if "_links" in answer.json():
            yield caller.get(answer.json()["_links"]["next"]["href"]).content


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda each: each.name)
def test_answers_have_the_fields_of_the_table_and_no_others(
    caller: Caller, world: World, endpoint: Endpoint
) -> None:
    known = {column.source.partition(".")[0] for column in endpoint.columns}
    required = {
        column.source.partition(".")[0]
        for column in endpoint.columns
        if column.required and column.place == "record"
    }
    for answer in answers(caller, world, endpoint):
        body = json.loads(answer)
        records = body[endpoint.records] if endpoint.records else body
        for record in records if isinstance(records, list) else [records]:
            assert required <= set(record) <= known


def test_the_answers_are_the_same_everywhere(caller: Caller, world: World) -> None:
    digest = sha256()
    for endpoint in ENDPOINTS.values():
        for answer in answers(caller, world, endpoint):
            digest.update(answer)
    assert digest.hexdigest() == DIGEST
