"""Which endpoint a path leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from ccframes.demo.rules import BEYOND_THE_TABLE
from ccframes.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from ccframes.schema import Endpoint

PREFIX: Final = "/v3"


@dataclass(frozen=True)
class Route:
    """An endpoint and the id, or ids, of the path."""

    endpoint: Endpoint
    key: str


class Routes:
    """The paths of the table and those beyond it; fixed paths come before ids."""

    def __init__(self) -> None:
        endpoints = {each.path: each for each in (*BEYOND_THE_TABLE, *ENDPOINTS.values())}
        ordered = sorted(endpoints.values(), key=lambda each: bool(each.placeholder))
        self._patterns = [(_pattern(each), each) for each in ordered]
        self.endpoints = tuple(ordered)

    def of(self, path: str) -> Route | None:
        """Return the route of a path, None where there is none."""
        for pattern, endpoint in self._patterns:
            found = pattern.fullmatch(path)
            if found:
                return Route(endpoint, unquote(found[1]) if endpoint.placeholder else "")
        return None


def _pattern(endpoint: Endpoint) -> re.Pattern[str]:
    return re.compile(PREFIX + re.sub(r"\{\w+\}", "([^/]+)", endpoint.path))
