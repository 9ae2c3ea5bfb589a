"""An independent validator, fed the provider's description, asks everything of the server.

The description is not part of the project: without it there are no such tests.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.errors import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ccframes.demo import DemoServer, account
from tests.demo.contradictions import CONTRADICTIONS, Contradiction

DESCRIPTIONS = sorted(
    (Path(__file__).parents[3] / "shared" / "wire").glob("*.swagger.json"),
)
JUDGES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
GENERATED = 6
"""Requests that the validator makes up for an operation, valid ones and invalid ones each."""
UNKNOWN = "00000000-0000-4000-8000-000000000000"
MALFORMED = "not-an-id"
WORDS = {"contacts_filter": "an", "email": "nobody@example.com", "name": "Newsletter"}
START, END = "2023-06-01T00:00:00.000Z", "2027-01-01T00:00:00Z"


class Asked(NamedTuple):
    """A request and how it was answered."""

    label: str
    case: Any
    answer: Any
    due: set[int]
    """Statuses that the answer may have."""


# --- the description --------------------------------------------------------------------------


@cache
def description_of(path: Path) -> Any:
    description = json.loads(path.read_text(encoding="utf-8"))
    close(description["definitions"])
    return description


def close(value: Any) -> None:
    """Let no object have fields that are not described."""
    children = value.values() if isinstance(value, dict) else value
    for child in children if isinstance(value, dict | list) else ():
        close(child)
    if isinstance(value, dict) and isinstance(value.get("properties"), dict):
        value.setdefault("additionalProperties", False)


def amended(path: Path, contradictions: Sequence[Contradiction]) -> Any:
    """Return the description as the validator reads it, with these contradictions mended."""
    description = deepcopy(description_of(path))
    for contradiction in contradictions:
        contradiction.amend(description)
    return schemathesis.openapi.from_dict(description)


def operations_of(schema: Any) -> list[Any]:
    return [found.ok() for found in schema.get_all_operations()]


# --- what is asked ----------------------------------------------------------------------------


@cache
def ids_of(path: str) -> list[str]:
    """Return ids that fill the path: some of each kind there is."""
    world = account("default").world
    campaigns = [campaign.id for campaign in world.programme.campaigns if campaign.sent]
    removed = {each.id for each in world.programme.campaigns if each.status == "Removed"}
    activities = [
        *(activity.id for activity in world.mailings.activities[::24]),
        next(activity.id for activity in world.mailings.activities if activity.trial),
        *(
            each.id
            for each in world.activities.values()
            if not each.sent_at and each.role == "primary_email" and each.campaign_id not in removed
        ),
    ]
    if "landing_pages" in path:
        return [page.id for page in world.landing_pages]
    if "{campaign_ids}" in path:
        return [",".join(campaigns[:150]), campaigns[0], ",".join(campaigns[::40])]
    if "{campaign_activity_ids}" in path:
        return [",".join(activities[:10]), activities[0], f"{activities[0]},{UNKNOWN}"]
    if "{campaign_activity_id}" in path:
        return activities
    return [*world.people.ids[::400], world.people.ids[3]] if "{contact_id}" in path else campaigns


def required_of(operation: Any) -> dict[str, str]:
    """Return values of the parameters without which there is no answer."""
    usual = {"start": START, "end": END, "start_at": START}
    query = [each for each in operation.definition.raw["parameters"] if each["in"] == "query"]
    return {each["name"]: usual[each["name"]] for each in query if each.get("required")}


def queries_of(operation: Any) -> Iterator[tuple[dict[str, Any], set[int]]]:
    """Give queries and the statuses due: each parameter in turn, valid and not, or missing."""
    query = required_of(operation)
    yield query, {200}
    for name in query:
        yield {key: value for key, value in query.items() if key != name}, {400}
        yield query | {name: "last tuesday"}, {400}
    yield query | {"updated_since": "ever"}, {200}  # unknown ones are ignored
    for described in operation.definition.raw["parameters"]:
        if described["in"] == "query" and described["name"] not in query:
            for value, due in values_of(operation.path, described):
                yield query | {described["name"]: value}, due


def values_of(path: str, described: dict[str, Any]) -> Iterator[tuple[Any, set[int]]]:
    name = described["name"]
    if name == "limit":
        largest = limit_of(path)
        yield from ((limit, {200}) for limit in (1, largest))
        yield from ((limit, {400}) for limit in (0, largest + 1, -1, "abc", ""))
    elif name == "segment_id":
        yield from ((14, {200, 202}), ("abc", {400}), (999_999, {404}))
    elif name in {"lists", "tags"}:
        yield from ((UNKNOWN, {200}), (MALFORMED, {400}), (",".join([UNKNOWN] * 51), {400}))
    elif name == "sort_by":
        yield from (("name", {200}), ("date", {200}), ("size", {400}))
    elif name == "tracking_activities_list":
        yield from (("em_sends,em_opens", {200}), ("em_sends,nothing", {400}))
    elif name == "tracking_activity_type":
        yield from ((["em_sends", "em_opens"], {200}), (["nothing"], {400}))
    elif name in WORDS:
        yield WORDS[name], {200}
    else:
        yield from typical_values(name, described)


def typical_values(name: str, described: dict[str, Any]) -> Iterator[tuple[Any, set[int]]]:
    """Give values that go by what the description says of a parameter."""
    choices = described.get("enum") or described.get("items", {}).get("enum")
    if described.get("format") == "date-time" or name == "end_at":
        yield from ((END, {200}), ("2024-05-01T00:00:00-05:00", {200}), ("yesterday", {400}))
    elif choices:
        yield from ((choice, {200}) for choice in choices)
        yield "nothing", {400}
        if described.get("format") == "csv":
            yield ",".join(choices), {200}
    elif described["type"] == "boolean":
        yield from (("true", {200}), ("false", {200}), ("perhaps", {400}))
    else:
        yield from ((49_920_742_166, {200}), ("abc", {400}))


def limit_of(path: str) -> int:
    """Return the largest limit, as the contract has it."""
    special = {
        "activity_details": 100,
        "sms_campaign_summaries": 50,
        "contact_lists": 1_000,
        "contact_custom_fields": 100,
        "segments": 1_000,
    }
    return special.get(path.rpartition("/")[2], 500)


class Asker:
    """Asks a server and remembers what it said."""

    def __init__(self, server: DemoServer, operation: Any) -> None:
        self.server = server
        self.operation = operation
        self.headers = {"Authorization": f"Bearer {server.token}"}
        self.path = operation.path
        self.key = next(iter(self.path.split("{")[1:]), "}").partition("}")[0]
        self.asked: list[Asked] = []

    def ask(self, key: str, query: dict[str, Any], due: set[int], **headers: str) -> Any:
        path_parameters = {self.key: key} if self.key else {}
        case = self.operation.Case(path_parameters=path_parameters, query=query)
        return self.put(case, due, **headers)

    def put(self, case: Any, due: set[int], **headers: str) -> Any:
        answer = case.call(base_url=self.server.base_url, headers=self.headers | headers)
        self.asked.append(Asked(self.operation.label, case, answer, due))
        return answer

    def everything(self) -> list[Asked]:
        keys = ids_of(self.path) if self.key else [""]
        for query, due in queries_of(self.operation):
            self.ask(keys[0], query, self._with_absent(due))
        for key in keys[1:]:
            self.ask(key, required_of(self.operation), self._with_absent({200}))
        self._walk(keys[0])
        self._wrong_ids()
        self._wrong_manners(keys[0])
        self._made_up(GenerationMode.POSITIVE, keys[0])
        if self._takes_parameters:  # any text may be an id: nothing else can be wrong
            self._made_up(GenerationMode.NEGATIVE, keys[0])
        return self.asked

    @property
    def _takes_parameters(self) -> bool:
        return any(each["in"] == "query" for each in self.operation.definition.raw["parameters"])

    @property
    def _has_limit(self) -> bool:
        return any(each["name"] == "limit" for each in self.operation.definition.raw["parameters"])

    def _with_absent(self, due: set[int]) -> set[int]:
        """Most emails have no A/B test."""
        return due | {404} if self.path.endswith("abtest") else due

    def _walk(self, key: str) -> None:
        """Follow the cursors to the end."""
        limited = any(
            each["name"] == "limit" for each in self.operation.definition.raw["parameters"]
        )
        query = required_of(self.operation) | (
            {"limit": limit_of(self.path) // 5} if limited else {}
        )
        answer = self.ask(key, query, self._with_absent({200}))
        for turn in count():
            body = answer.json()
            links = body.get("_links") if isinstance(body, dict) else None
            if not links:
                return
            assert turn < 100
            following = parse_qs(urlsplit(links["next"]["href"]).query)
            answer = self.ask(key, {name: value[-1] for name, value in following.items()}, {200})

    def _wrong_ids(self) -> None:
        if not self.key:
            return
        partly = self.key == "campaign_activity_ids"
        query = required_of(self.operation)
        self.ask(UNKNOWN, query, {200} if partly else {404})
        self.ask(MALFORMED, query, {404})
        if self.key.endswith("_ids"):
            self.ask(f"{ids_of(self.path)[0]},{MALFORMED}", query, {400, 404})
            self.ask(",".join([UNKNOWN[:-3] + f"{n:03}" for n in range(151)]), query, {400})

    def _wrong_manners(self, key: str) -> None:
        query = required_of(self.operation)
        self.ask(key, query, {401}, Authorization="Bearer stolen")
        with_415 = "415" in self.operation.definition.raw["responses"]
        content = {"Content-Type": "text/plain"}
        self.ask(key, query, {415} if with_415 else self._with_absent({200}), **content)
        if self._has_limit:
            self.ask(key, query | {"next": "nothing", "cursor": "nothing"}, {400})

    def _made_up(self, mode: GenerationMode, key: str) -> None:
        """Ask what the validator makes up, of an id that there is if it should be valid."""

        @settings(
            max_examples=GENERATED,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(self.operation.as_strategy(generation_mode=mode))
        def made_up(case: Any) -> None:
            if self.key and mode is GenerationMode.POSITIVE:
                case.path_parameters[self.key] = key
            self.put(case, set())

        made_up()


def faults(asked: Asked) -> Iterator[str]:
    """Give what the validator, or the contract, has against an answer."""
    try:
        asked.case.validate_response(asked.answer, checks=JUDGES)
    except FailureGroup as group:
        yield from (f"{asked.label}: {failure}" for failure in group.exceptions)
    if asked.due and asked.answer.status_code not in asked.due:
        yield f"{asked.label} {asked.case.query}: {asked.answer.status_code}, not {asked.due}"


# --- the verdicts -----------------------------------------------------------------------------


def throttled_answers(schema: Any) -> Iterator[Asked]:
    """Ask a server that is too busy."""
    with DemoServer(account("default"), throttle=0) as server:
        for operation in operations_of(schema):
            asker = Asker(server, operation)
            asker.ask(ids_of(operation.path)[0], required_of(operation), {429})
            yield from asker.asked


@pytest.fixture(scope="module", params=DESCRIPTIONS, ids=lambda path: path.name)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture(scope="module")
def asked(path: Path, server: DemoServer) -> list[Asked]:
    """Return all that was asked of all operations, and the answers."""
    schema = amended(path, CONTRADICTIONS)
    every = [Asker(server, operation).everything() for operation in operations_of(schema)]
    return [each for some in every for each in some] + list(throttled_answers(schema))


if DESCRIPTIONS:  # which are the provider's, and not part of the project

    def test_no_answer_contradicts_the_description(path: Path, asked: list[Asked]) -> None:
        found = [fault for each in asked for fault in faults(each)]
        assert found == []

    def test_everything_was_asked(path: Path, asked: list[Asked]) -> None:
        statuses: dict[str, set[int]] = defaultdict(set)
        for each in asked:
            statuses[each.label].add(each.answer.status_code)
        described = description_of(path)["paths"]
        assert {label.removeprefix("GET ") for label in statuses} == set(described)
        assert all({200, 401, 429} <= found for found in statuses.values())
        assert set.union(*statuses.values()) >= {200, 400, 401, 404, 415, 429}

    @pytest.mark.parametrize("contradiction", CONTRADICTIONS, ids=lambda each: each.name)
    def test_each_listed_contradiction_occurs(
        path: Path, asked: list[Asked], contradiction: Contradiction
    ) -> None:
        rest = [each for each in CONTRADICTIONS if each is not contradiction]
        operations = {each.label: each for each in operations_of(amended(path, rest))}
        assert any(list(faults(reread(each, operations[each.label]))) for each in asked)


def reread(asked: Asked, operation: Any) -> Asked:
    """Return the request and its answer as another description has them."""
    case = operation.Case(path_parameters=asked.case.path_parameters, query=asked.case.query)
    return asked._replace(case=case)
