"""What an answer of the API means: a page, a fault that may pass, or an error."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from ccframes.errors import (
    ApiError,
    AuthError,
    CcframesError,
    NotFoundError,
    QuotaExceededError,
    RequestError,
    ScopeError,
    ServerError,
    ThrottledError,
    TransportError,
)
from ccframes.page import Page
from ccframes.wire.pace import next_reset

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_WAIT = 60.0
_LONGEST_QUOTE = 300

_ADVICE: dict[type[ApiError], str] = {
    AuthError: "The access token is missing, expired or not accepted: get a new one, and connect "
    "again with it",
    NotFoundError: "Check the id: drafts and permalink activities have no reports, and what was "
    "deleted is gone",
    RequestError: "Check the ids and filters that were given",
    ServerError: "Try again later; https://status.constantcontact.com tells of outages",
    ThrottledError: "More requests a second are sent on this API key than it may send: stop other "
    "programs that use it, or connect with a lower rate=",
}
_SCOPE = (
    "The token lacks a scope: authorise the application again with campaign_data (email reports), "
    "contact_data (contacts) or account_read (account)"
)
_PRIVILEGE = (
    "The user who authorised the token lacks a privilege: ask the account's owner for a role that "
    "sees reports, or authorise as another user"
)


class Passing(Exception):
    """A fault that may pass.

    Attributes
    ----------
    error : CcframesError
        What to raise if it does not.
    wait : float or None
        Seconds after which the server asked to be tried again.
    """

    def __init__(self, error: CcframesError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class Preparing(Passing):
    """The API is still making what was asked for: it answered 202, and its body is no page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came, without the request that asked for it.

    `redact` takes the token out of text that the server may have repeated it in.
    """

    path: str
    status: int
    content: bytes = field(repr=False)
    content_type: str = ""
    retry_after: str = ""
    redact: Callable[[str], str] = str


def page_in(answer: Answer) -> Page:
    """Return the page of an answer.

    Raises
    ------
    Passing
        It is worth asking again.
    CcframesError
        It is not.
    """
    if answer.status >= 300:
        raise _refusal(answer)
    if answer.status == 202:
        raise _preparing(answer)
    if answer.status == 204 and not answer.content.strip():
        return Page(body=None)
    try:
        return Page.decode(answer.content)
    except (ValueError, RecursionError):
        pass
    raise _undecodable(answer)


def _preparing(answer: Answer) -> Preparing:
    return Preparing(
        TransportError(
            f"{answer.path} answered 202: the API is still preparing what was asked for, as it "
            "does with the contacts of a segment. Load again in some minutes"
        ),
        _seconds(answer.retry_after),
    )


def _undecodable(answer: Answer) -> Exception:
    if "html" in answer.content_type or answer.content.lstrip().startswith(b"<"):
        return TransportError(
            f"{answer.path} answered {answer.status} with a web page instead of JSON. Log in to "
            "the network if it asks for that in a browser, and check base_url and the proxy"
        )
    return Passing(
        TransportError(
            f"{answer.path} answered {answer.status} with {len(answer.content):,} bytes that are "
            "not JSON, perhaps cut short. Try again later, and check the proxy if there is one"
        ),
        _seconds(answer.retry_after),
    )


def _refusal(answer: Answer) -> Exception:
    if answer.status < 400:
        return TransportError(
            f"{answer.path} answered {answer.status}, a redirect, which is never followed since "
            "the token must not go elsewhere. Check base_url"
        )
    key, message = (_quote(text, answer.redact) for text in _said(answer.content))
    kind = _kind(answer.status, key, message)
    error = kind(
        _explain(kind, answer, key, message),
        status_code=answer.status,
        path=answer.path,
        error_key=key,
        error_message=message,
    )
    if isinstance(error, QuotaExceededError):
        error.resets_at = next_reset(time.time())
    return Passing(error, _seconds(answer.retry_after)) if error.retryable else error


def _kind(status: int, key: str, message: str) -> type[ApiError]:
    if status == 429:
        spent = key == "quota_exceeded" or (not key and message.lower() == "limit exceeded")
        return QuotaExceededError if spent else ThrottledError
    if status >= 500:
        return ServerError
    return {401: AuthError, 403: ScopeError, 404: NotFoundError}.get(status, RequestError)


def _explain(kind: type[ApiError], answer: Answer, key: str, message: str) -> str:
    said = ": ".join(text for text in (key, message) if text)
    return f"{answer.path} answered {answer.status}{f' ({said})' if said else ''}. " + _advise(
        kind, said
    )


def _advise(kind: type[ApiError], said: str) -> str:
    if kind is QuotaExceededError:
        return (
            "The API key's requests of today are spent: "
            f"go on from {next_reset(time.time()):%Y-%m-%d %H:%M} UTC"
        )
    if kind is not ScopeError:
        return _ADVICE[kind]
    if "scope" in said.lower():
        return _SCOPE
    if "privilege" in said.lower():
        return _PRIVILEGE
    return f"{_SCOPE}. Or: {_PRIVILEGE}. Or the application was deactivated"


def _said(content: bytes) -> tuple[str, str]:
    """Return the key and message of an error body, which may be of any form."""
    try:
        body = Page.decode(content).body
    except (ValueError, RecursionError):
        return "", ""
    if isinstance(body, list):
        body = next((item for item in body if isinstance(item, dict)), {})
    if not isinstance(body, dict):
        return "", _text(body)
    return (
        _first_text(body, "error_key", "error"),
        _first_text(body, "error_message", "error_description", "message", "Message"),
    )


def _first_text(body: dict[str, Any], *names: str) -> str:
    return next((text for name in names if (text := _text(body.get(name)))), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _quote(text: str, redact: Callable[[str], str]) -> str:
    """Return foreign text fit for a message: on one line, not too long, without the token."""
    printable = re.sub(r"[^\x20-\x7e\xa0-\uffff]+", " ", redact(text)).strip()
    return printable if len(printable) <= _LONGEST_QUOTE else f"{printable[:_LONGEST_QUOTE]}…"


def _seconds(retry_after: str) -> float | None:
    """Return what a Retry-After header asks for, a number of seconds or a date."""
    if retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(retry_after).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, wait), _LONGEST_WAIT)
