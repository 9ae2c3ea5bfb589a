"""What quirks do to a whole answer: faults of single requests, and headers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ccframes.demo.exchange import Answer, quota_exceeded, throttled, unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from ccframes.demo.quirks import Fault, Quirks

_HTML = "<html><body><h1>Something went wrong</h1></body></html>"
_BROKEN = {
    "cut": lambda answer: replace(answer, broken="cut"),
    "gzip": lambda answer: replace(answer, broken="gzip"),
    "reset": lambda answer: replace(answer, broken="reset"),
    "truncated": lambda answer: replace(answer, body=answer.body[: len(answer.body) // 2]),
    "empty": lambda answer: replace(answer, body=b""),
}
_REPLACED = {
    401: lambda: unauthorized().answer,
    429: lambda: throttled().answer,
    "quota": lambda: quota_exceeded().answer,
    "html": lambda: Answer.html(_HTML),
}


def answered(quirks: Quirks, number: int, serve: Callable[[], Answer]) -> Answer:
    """Return the answer to the request of that number, with the fault it has, if any."""
    fault = quirks.fault_of(number)
    answer = serve() if fault is None or fault in _BROKEN else _replaced(fault)
    if answer.status in {429, 503} and quirks.retry_after:
        answer = replace(answer, headers={**answer.headers, "retry-after": str(quirks.retry_after)})
    if answer.content_type == "application/json":
        answer = _retyped(quirks, answer)
    return _BROKEN[fault](answer) if fault in _BROKEN else answer


def _replaced(fault: Fault) -> Answer:
    if fault in _REPLACED:
        return _REPLACED[fault]()
    return Answer.html(_HTML, int(fault))


def _retyped(quirks: Quirks, answer: Answer) -> Answer:
    if quirks.duplicate_keys and answer.body:
        answer = replace(answer, body=_doubled(answer))
    return replace(answer, content_type=quirks.content_type or answer.content_type)


def _doubled(answer: Answer) -> bytes:
    """Return the body of an object with its first key, and value, there twice."""
    value: Any = answer.decoded()
    if not isinstance(value, dict) or not value:
        return answer.body
    first = next(iter(value))
    return Answer.of({first: value[first]}).body[:-1] + b"," + answer.body[1:]
