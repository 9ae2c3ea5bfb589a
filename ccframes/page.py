"""One answer of the API: its JSON text, decoded as far as somebody asks."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, TypeAlias

import msgspec

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Linked(msgspec.Struct):
    """Any object; only its links are decoded, the rest is checked and passed over."""

    links: Any = msgspec.field(name="_links", default=None)


_LINKS = msgspec.json.Decoder(_Linked)

Form: TypeAlias = msgspec.json.Decoder[Any]
"""Decodes the pages of one report into an envelope with `records` and `links`, and no others."""


class Page:
    """An answer of the API, as text or already decoded."""

    def __init__(self, text: bytes | None = None, *, body: Any = None) -> None:
        self.text = text if text is None else text.removeprefix(_BYTE_ORDER_MARK)
        self._formed: Any = None
        if text is None:
            self.body = body

    @classmethod
    def decode(cls, text: bytes, form: Form | None = None) -> Page:
        """Return the page of a JSON text; raise ValueError where it is none, or is cut.

        A page that has the form of its report, if that is given, is gone through only once.
        """
        page = cls(text)
        if form is None or page.formed(form) is None:
            text.decode()  # the decoders do not look into strings that nobody asks for
            page.next_href  # noqa: B018 - finding the link checks the whole text
        return page

    @property
    def is_blank(self) -> bool:
        """Whether the answer had no content at all (204), which is not the same as `null`."""
        return self.text is None and self.body is None

    def formed(self, form: Form) -> Any:
        """Return the envelope in the form of the page's report; None where it has another form."""
        if self._formed is None and self.text is not None:
            try:
                self._formed = form.decode(self.text)
            except ValueError:
                return None
        return self._formed

    @classmethod
    def of(cls, body: Any) -> Page:
        """Return the page of an answer that is decoded; its lone surrogates become U+FFFD too."""
        try:
            msgspec.json.encode(body)  # the fast way to see that there are none
        except (ValueError, TypeError, OverflowError):
            body = _without_lone_surrogates(body)
        return cls(body=body)

    @cached_property
    def body(self) -> Any:
        """The decoded answer; ValueError where the text is no JSON.

        The fast decoder refuses lone surrogate escapes, which real names contain: such pages
        are decoded by the standard library, and the surrogates become U+FFFD.
        """
        try:
            return msgspec.json.decode(self.text or b"")
        except msgspec.DecodeError:
            return _without_lone_surrogates(json.loads(self.text or b""))

    @cached_property
    def next_href(self) -> Any:
        """The link to the next page; None on the last one, whatever form its absence takes.

        Raises ValueError where the text is no JSON.
        """
        link = self._links()
        for key in ("next", "href"):
            link = link.get(key) if isinstance(link, dict) else link
        return link or None

    def _links(self) -> Any:
        if self._formed is not None:
            return self._formed.links
        if self.text is not None:
            try:
                return _LINKS.decode(self.text).links
            except msgspec.DecodeError:
                pass
        return self.body.get("_links") if isinstance(self.body, dict) else None

    def exact_body(self) -> Any:
        """Decode once more with every number as it was sent: whole ones whole, others as text."""
        if self.text is None:
            return self.body
        return _without_lone_surrogates(json.loads(self.text, parse_float=str))


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
