"""One answer of the API as decoded JSON, which can be decoded again with exact numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import orjson

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Page:
    """A decoded answer, with the text it came from where that is known."""

    body: Any
    text: bytes | None = None

    @classmethod
    def decode(cls, text: bytes) -> Page:
        """Decode JSON text; raise ValueError where it is none.

        orjson refuses lone surrogate escapes, which real names contain: those pages are
        decoded by the standard library, and the surrogates become U+FFFD.
        """
        text = text.removeprefix(_BYTE_ORDER_MARK)
        try:
            return cls(orjson.loads(text), text)
        except orjson.JSONDecodeError:
            return cls(_without_lone_surrogates(json.loads(text)), text)

    def exact(self) -> Page:
        """Decode once more with every number as it was sent: whole ones whole, others as text."""
        if self.text is None:
            return self
        return Page(_without_lone_surrogates(json.loads(self.text, parse_float=str)))


def _without_lone_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_lone_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {
            _without_lone_surrogates(key): _without_lone_surrogates(item)
            for key, item in value.items()
        }
    return value
