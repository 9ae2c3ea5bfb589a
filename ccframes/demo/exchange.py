"""A request and its answer, as the embedded server sees them: no sockets here."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPRESSED_FROM = 1_000
"""Bytes from which the content network in front of the API compresses."""

Broken = Literal["", "cut", "gzip", "reset"]
"""How an answer fails on the way: the connection ends in the body or before the head (`cut`,
`reset`), or the body ends early, compressed if possible, and its length agrees (`gzip`)."""


@dataclass(frozen=True)
class Request:
    """A request line, its headers and its body; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    origin: str = ""
    """Scheme and host the server answers at."""
    body: bytes = b""

    @cached_property
    def path(self) -> str:
        """Path as it was sent: percent-encoded, without the query."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Query parameters with all their values."""
        return parse_qs(self.target.partition("?")[2], keep_blank_values=True)

    @cached_property
    def form(self) -> dict[str, list[str]]:
        """Fields of a form in the body, with all their values."""
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)


@dataclass(frozen=True)
class Answer:
    """A status, a body and headers; `broken` says how it fails on the way.

    Without a content type there is no header that tells of one.
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    broken: Broken = ""

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Answer:
        """Return an answer whose body is that value as JSON."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, msgspec.json.encode(value), named)

    @classmethod
    def html(cls, text: str, status: int = 200, **headers: str) -> Answer:
        """Return an answer that is a web page."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, text.encode(), named, content_type="text/html; charset=utf-8")

    def decoded(self) -> Any:
        """Return the value of a JSON body."""
        return msgspec.json.decode(self.body)

    def encoded_for(self, request: Request) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers that describe it, compressed if that was asked for."""
        described = {"content-type": self.content_type} if self.content_type else {}
        headers = {**described, **self.headers}
        body = self.body
        accepts_gzip = "gzip" in request.headers.get("accept-encoding", "")
        if accepts_gzip and (len(body) >= _COMPRESSED_FROM or self.broken == "gzip"):
            body = gzip.compress(body, compresslevel=1, mtime=0)
            headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
        if self.broken == "gzip":
            body = body[: len(body) // 2]
        return body, headers | {"content-length": str(len(body))}


class Refusal(Exception):
    """The server's reason not to answer a request as it was put."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer

    @classmethod
    def listing(cls, status: int, key: str, message: str) -> Refusal:
        """Return a refusal in the form of the services: an array of errors."""
        return cls(Answer.of([{"error_key": key, "error_message": message}], status))

    @classmethod
    def bare(cls, status: int, key: str, message: str, **headers: str) -> Refusal:
        """Return a refusal in the form of the gateway: one bare object."""
        return cls(Answer.of({"error_key": key, "error_message": message}, status, **headers))


def unauthorized() -> Refusal:
    """Return the one 401: the same for a missing, malformed, unknown or expired token."""
    return Refusal.bare(
        401,
        "unauthorized",
        "Unauthorized",
        x_amzn_ErrorType="UnauthorizedException",
        WWW_Authenticate="Bearer realm=api.cc.email",
    )


def throttled() -> Refusal:
    """Return the 429 of too many requests in a second."""
    return Refusal.bare(429, "throttled", "Too Many Requests")


def quota_exceeded() -> Refusal:
    """Return the 429 of too many requests in a day."""
    return Refusal.bare(429, "quota_exceeded", "Limit Exceeded")
