"""Answers of the server against the provider's own description of the API."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccframes.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccframes.demo.world import World
    from ccframes.schema import Endpoint
    from tests.demo.conftest import Caller

ROOT = Path(__file__).parents[2]
DESCRIPTIONS = sorted((ROOT.parent / "shared" / "wire").glob("*.swagger.json"))
DIGEST = "4348bf72ab26e3c4f26fcd7ebb7b5c7d89b0e7037156dd2979d9655f69c3dc0e"
LINKS_OPTIONAL = {"OptoutsTrackingActivitiesPage", "BouncesTrackingActivitiesPage"}
"""Pages of which the description requires `_links`, which the last page of all leaves out."""
SEEN_LIVE = {"document_id"}
"""Fields that were seen in live answers, or are in newer descriptions."""
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


class Description:
    """The provider's Swagger file, as far as answers are concerned."""

    def __init__(self, path: Path) -> None:
        self.content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    def answer_to(self, endpoint: Endpoint) -> dict[str, Any]:
        responses = self.content["paths"][endpoint.path]["get"]["responses"]
        schema: dict[str, Any] = responses["200"]["schema"]
        return schema

    def faults(self, value: Any, schema: dict[str, Any], at: str = "$") -> Iterator[str]:
        """Give every place where a value contradicts the schema."""
        name = schema.get("$ref", "").rpartition("/")[2]
        schema = self.content["definitions"][name] if name else schema
        if not isinstance(value, TYPES[schema.get("type", "object")]):
            yield f"{at}: {value!r} is no {schema.get('type')}"
        elif isinstance(value, dict):
            yield from self._faults_of_object(value, schema, at, name)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from self.faults(item, schema["items"], f"{at}[{number}]")
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{at}: {value!r} is none of {schema['enum']}"

    def _faults_of_object(
        self, value: dict[str, Any], schema: dict[str, Any], at: str, name: str
    ) -> Iterator[str]:
        properties = schema.get("properties", {})
        required = set(schema.get("required", ()))
        if name in LINKS_OPTIONAL:
            required.discard("_links")
        for key in required - set(value):
            yield f"{at}: {key} is missing"
        for key in set(value) - set(properties) - SEEN_LIVE:
            yield f"{at}: {key} is unknown"
        for key in set(value) & set(properties):
            yield from self.faults(value[key], properties[key], f"{at}.{key}")


def ids_for(endpoint: Endpoint, world: World) -> list[str]:
    """Return ids that fill the path: an old, a big, a resent and the smallest mailing."""
    sent = [campaign for campaign in world.programme.campaigns if campaign.sent]
    resent = next(campaign for campaign in sent if len(campaign.sent) > 1)
    board = next(campaign for campaign in sent if "Board" in campaign.sent[0].lists)
    some = [sent[0], sent[-3], resent, board]
    if endpoint.key == "campaign_id":
        return [campaign.id for campaign in some]
    return [campaign.sent[-1].id for campaign in some]


def answers(caller: Caller, world: World, endpoint: Endpoint) -> Iterator[bytes]:
    """Give a sample of the answers of an endpoint: first and second pages of some ids."""
    ids = ids_for(endpoint, world) if endpoint.placeholder else [""]
    keys = [",".join(ids)] if endpoint.walk == "batch" else ids
    for key in keys:
        answer = caller.get(endpoint.path.replace(f"{{{endpoint.placeholder}}}", key))
        yield answer.content
        if "_links" in answer.json():
            yield caller.get(answer.json()["_links"]["next"]["href"]).content


if DESCRIPTIONS:  # which are the provider's, and not part of the project

    @pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda each: each.name)
    @pytest.mark.parametrize("path", DESCRIPTIONS, ids=lambda path: path.name)
    def test_answers_are_as_the_provider_describes_them(
        caller: Caller, world: World, endpoint: Endpoint, path: Path
    ) -> None:
        description = Description(path)
        schema = description.answer_to(endpoint)
        for answer in answers(caller, world, endpoint):
            assert list(description.faults(json.loads(answer), schema)) == []


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda each: each.name)
def test_answers_have_the_fields_of_the_table_and_no_others(
    caller: Caller, world: World, endpoint: Endpoint
) -> None:
    known = {column.source.partition(".")[0] for column in endpoint.columns}
    required = {
        column.source for column in endpoint.columns if column.required and column.place == "record"
    }
    for answer in answers(caller, world, endpoint):
        body = json.loads(answer)
        for record in body[endpoint.records] if endpoint.records else [body]:
            assert required <= set(record) <= known


def test_the_answers_are_the_same_everywhere(caller: Caller, world: World) -> None:
    digest = sha256()
    for endpoint in ENDPOINTS.values():
        for answer in answers(caller, world, endpoint):
            digest.update(answer)
    assert digest.hexdigest() == DIGEST
