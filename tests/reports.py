"""Reports as the tests serve them: made of the fixture folders, for one load or many."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

import ccframes as ccf
from ccframes.endpoints import ENDPOINTS
from ccframes.schema import Endpoint
from tests.frames import samples
from tests.serving import activity_id
from tests.wire.misbehaving import Reply, Request, json_reply

VALUES = {"instant": "2026-01-01T00:00Z"}
"""What to give for a parameter that has to be given, by its kind."""

SETTINGS: dict[str, dict[str, Any]] = {
    "campaign_summaries": {"names": False},  # which are another report's
}


@dataclass(frozen=True)
class Report:
    """A report as it is served: the answers to the requests of a load, and the whole frame.

    `rows` is the number of rows of each answer. A walk by cursor asks for the answers one after
    the other, a single one for that of each id, one in batches for those of some ids.
    """

    endpoint: Endpoint
    ids: list[str]
    answers: list[Any]
    rows: list[int]
    whole: pd.DataFrame

    def first(self, answers: int) -> pd.DataFrame:
        """Return the rows of the first answers."""
        return self.whole.head(sum(self.rows[:answers]))

    def place_of(self, path: str) -> int:
        """Tell which of the answers the request is for."""
        if cursor := re.search(r"[?&]next=(\d+)", path):
            return int(cursor[1])
        return self.ids.index(self.asked(path)[0]) // self.endpoint.batch_size if self.ids else 0

    def asked(self, path: str) -> list[str]:
        """Return the ids in a path."""
        pattern = re.sub(r"\{\w+\}", "([^/]+)", f"/v3{self.endpoint.path}")
        found = re.fullmatch(pattern, urlsplit(path).path)
        assert found, f"{path} is not of {self.endpoint.path}"
        return found[1].split(",") if self.ids else []

    def reply(self, request: Request, link: str = "{path}?next={next}") -> Reply:
        """Answer a request; `link` is the form of a link to the next page."""
        place = self.place_of(request.path)
        answer = self.answers[place]
        if self.endpoint.walk == "batch":
            return json_reply(self._batch(request.path, answer))
        if self.endpoint.walk == "single" or place + 1 == len(self.answers):
            return json_reply(answer)
        path, host = urlsplit(request.path).path, request.headers["host"]
        href = link.format(path=path, host=host, next=place + 1)
        return json_reply(answer | {"_links": {"next": {"href": href}}})

    def _batch(self, path: str, answer: Any) -> Any:
        """Return the records that are asked for, in an order that is not that of the ids."""
        asked, key = self.asked(path), self.endpoint.key
        records = [record for record in answer[self.endpoint.records] if record[key] in asked]
        return {self.endpoint.records: records[::-1]}

    def load(self, client: ccf.Client, **settings: Any) -> pd.DataFrame:
        """Load the report as a user does."""
        needed = {
            param.name: VALUES[param.kind] for param in self.endpoint.params if param.required
        }
        if self.endpoint.key:
            settings = {"on_error": "raise"} | settings
        settings |= needed | SETTINGS.get(self.endpoint.name, {})
        ids = [self.ids] if self.ids else []
        if "(" in self.endpoint.loader:  # the details of activities, which another loader joins
            return client.load(self.endpoint.name, *ids, **settings)
        loader: Callable[..., pd.DataFrame] = getattr(ccf, self.endpoint.loader)
        return loader(*ids, client=client, **settings)


@cache
def report_of(name: str) -> Report:
    """Return what the fixture folder makes: at least two answers, if there is more to ask for."""
    endpoint = ENDPOINTS[name]
    made = {"cursor": _linked, "single": _for_each_id, "batch": _in_batches}[endpoint.walk]
    return made(endpoint)


def _linked(endpoint: Endpoint) -> Report:
    pages, whole = samples.pages(endpoint.name), samples.expected(endpoint.name)
    if len(pages) == 1:
        [page] = pages
        pages = [page | {endpoint.records: [record]} for record in page[endpoint.records]]
    ids = [whole[endpoint.key].iloc[0]] if endpoint.key else []
    return Report(endpoint, ids, pages, [len(page[endpoint.records]) for page in pages], whole)


def _for_each_id(endpoint: Endpoint) -> Report:
    pages = samples.pages(endpoint.name)
    counts = [len(ccf.flatten(endpoint.name, [page])) for page in pages]
    if not endpoint.key:
        whole = samples.expected(endpoint.name).head(counts[0])
        return Report(endpoint, [], pages[:1], counts[:1], whole)
    spans = [range(end - count, end) for count, end in zip(counts, accumulate(counts), strict=True)]
    ids = _ids(max(2, len(pages)))
    asked = [(one, number % len(pages)) for number, one in enumerate(ids)]
    answers = [_named(endpoint, pages[page], one) for one, page in asked]
    rows = [counts[page] for _, page in asked]
    taken = [(row, one) for one, page in asked for row in spans[page]]
    return Report(endpoint, ids, answers, rows, _rows(endpoint, taken))


def _in_batches(endpoint: Endpoint) -> Report:
    """Make one full batch and a smaller one, of the records in turn."""
    pages = samples.pages(endpoint.name)
    records = [record for page in pages for record in page[endpoint.records]]
    rows = [endpoint.batch_size, 3]
    ids = _ids(sum(rows))
    taken = [(number % len(records), one) for number, one in enumerate(ids)]
    named = [_named(endpoint, records[row], one) for row, one in taken]
    answers = [{endpoint.records: named[: rows[0]]}, {endpoint.records: named[rows[0] :]}]
    return Report(endpoint, ids, answers, rows, _rows(endpoint, taken))


def _ids(count: int) -> list[str]:
    """Return ids that are in no order which a sort would bring about."""
    return [activity_id(count - number) for number in range(count)]


def _named(endpoint: Endpoint, body: Any, one: str) -> Any:
    """Return a record or page as that of an id, which it may or may not repeat."""
    return body | {endpoint.key: one} if endpoint.key in body else body


def _rows(endpoint: Endpoint, taken: list[tuple[int, str]]) -> pd.DataFrame:
    """Return rows of the expected frame, each by its number, as those of ids."""
    numbers, ids = zip(*taken, strict=True)
    frame = samples.expected(endpoint.name).iloc[list(numbers)].reset_index(drop=True)
    frame[endpoint.key] = pd.Series(ids, dtype=frame[endpoint.key].dtype)
    return frame
