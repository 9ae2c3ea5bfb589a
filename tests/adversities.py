"""What may happen to a request: replies that no page can be made of, and the errors they become."""

from __future__ import annotations

from ccframes import errors
from ccframes.schema import Endpoint
from tests.frames import samples
from tests.wire.misbehaving import (
    QUOTA_EXCEEDED,
    THROTTLED,
    UNAUTHORIZED,
    Reply,
    html_reply,
    json_reply,
)

Adversity = tuple[Reply, type[errors.CcframesError]]

_REFUSED = [{"error_key": "x", "error_message": "no"}]

ADVERSITIES: dict[str, Adversity] = {
    "quota": (QUOTA_EXCEEDED, errors.QuotaExceededError),
    "token": (UNAUTHORIZED, errors.AuthError),
    "scope": (json_reply(_REFUSED, 403), errors.ScopeError),
    "gone": (json_reply(_REFUSED, 404), errors.NotFoundError),
    "refused": (html_reply(415), errors.RequestError),
    "server": (html_reply(503), errors.ServerError),
    "throttled": (THROTTLED, errors.ThrottledError),
    "reset": (Reply(reset=True), errors.TransportError),
    "cut": (Reply(b'{"tracking_activities": [', cut_after=9), errors.TransportError),
    "cut json": (Reply(b'{"tracking_activities": ['), errors.TransportError),
    "login page": (html_reply(200), errors.TransportError),
    "no report": (json_reply("nothing"), errors.SchemaError),
}
"""Those that any report may meet."""


def adversities(endpoint: Endpoint) -> dict[str, Adversity]:
    """Return what the report may meet that stops its load."""
    met = ADVERSITIES | {
        "preparing": (json_reply(samples.pages(endpoint.name)[0], 202), errors.TransportError)
    }
    if endpoint.missing_is_none:
        del met["gone"]
    if endpoint.records:
        met["other report"] = (json_reply({"other_report": []}), errors.SchemaError)
    if any(column.required and column.place == "record" for column in endpoint.columns):
        bare = samples.body(endpoint, {})
        met["field gone"] = (json_reply(bare), errors.SchemaError)
    return met
