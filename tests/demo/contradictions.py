"""Where the server contradicts the provider's description on purpose, each by name.

The contract (CONTRACT.md) tells of each, at the place that is named with it. An amendment makes
the description say what the API does; with all of them no answer may contradict it, and without
any one of them some answer must: what does not occur any more has to leave this table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Description = dict[str, Any]


class Contradiction(NamedTuple):
    """Something the description says that the API does not do."""

    name: str
    contract: str
    """Where CONTRACT.md documents it: table B by row, other sections by name."""
    amend: Callable[[Description], None]


def _links_are_optional(description: Description) -> None:
    for definition in description["definitions"].values():
        required = definition.get("required", [])
        if "_links" in required:
            required.remove("_links")


def _emails_have_documents(description: Description) -> None:
    activity = description["definitions"]["EmailCampaignActivity"]
    activity["properties"]["document_id"] = {"type": "string", "format": "uuid"}


def _anything_may_be_throttled(description: Description) -> None:
    for operations in description["paths"].values():
        operations["get"]["responses"].setdefault("429", {"description": "Too many requests."})


CONTRADICTIONS = (
    Contradiction("the last page has no _links", "B8 B9", _links_are_optional),
    Contradiction("email activities have a document_id", "A9", _emails_have_documents),
    Contradiction("429 comes from any endpoint", "B40 0.2", _anything_may_be_throttled),
)
