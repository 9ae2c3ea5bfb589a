"""Access tokens: where they come from, and the one origin that they are sent to."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from requests.auth import AuthBase

from ccframes.errors import ConfigError

if TYPE_CHECKING:
    from requests import PreparedRequest

_DEFAULT_PORTS = {"http": 80, "https": 443}


class TokenSource(Protocol):
    """Where access tokens come from.

    Attributes
    ----------
    key : str
        Hash that names the API key in the ledger; neither the key nor the token.
    """

    key: str

    def access_token(self) -> str:
        """Return the token to use now."""

    def renew(self, rejected: str) -> str:
        """Return a token to try once after `rejected` got a 401; it may be the same one."""


class StaticToken:
    """A token that the caller gave; it cannot be renewed.

    Raises
    ------
    ConfigError
        The token is empty, or has characters that no token has.

    Examples
    --------
    >>> StaticToken("secret")
    StaticToken(...)
    """

    def __init__(self, token: str) -> None:
        self._token = _checked(token)
        self.key = api_key_id(self._token)

    def access_token(self) -> str:
        """Return the token."""
        return self._token

    def renew(self, rejected: str) -> str:
        """Return the same token: the API now and then answers 401 to a good one."""
        return self._token

    def __repr__(self) -> str:
        return "StaticToken(...)"


class Origin(NamedTuple):
    """Scheme, host and port: what a token may be sent to."""

    scheme: str
    host: str
    port: int | None

    @classmethod
    def of(cls, url: str) -> Origin:
        """Return the origin of an absolute URL; raise ValueError where its port is none."""
        parts = urlsplit(url)
        return cls(
            parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme)
        )


class BearerAuth(AuthBase):
    """Put a token on requests to one origin, and on no others.

    Being an `auth=`, it also keeps requests from looking into `~/.netrc`.
    """

    def __init__(self, token: str, origin: Origin) -> None:
        self._token = _checked(token)
        self._origin = origin

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Add the Authorization header if the request goes to the origin."""
        if Origin.of(r.url or "") == self._origin:
            r.headers["Authorization"] = f"Bearer {self._token}"
        return r

    def renewed(self, tokens: TokenSource) -> BearerAuth:
        """Return what to try after this token got a 401."""
        return BearerAuth(tokens.renew(self._token), self._origin)

    def redact(self, text: str) -> str:
        """Return the text without the token, should an answer have repeated it."""
        return text.replace(self._token, "[token]")

    def redact_bytes(self, content: bytes) -> bytes:
        """Return an answer's body without the token."""
        return content.replace(self._token.encode(), b"[token]")

    def __repr__(self) -> str:
        return "BearerAuth(...)"


def api_key_id(token: str) -> str:
    """Return a hash that names the API key of a token.

    Tokens of one application share the pace and the quota. Where the token is a JWT its client
    id is hashed, so that a renewed token keeps its ledger; else the token itself.
    """
    claims = _claims(token)
    named = next((claims[name] for name in ("cid", "client_id") if claims.get(name)), token)
    return hashlib.sha256(str(named).encode("utf-8", "replace")).hexdigest()[:32]


def _claims(token: str) -> dict[str, Any]:
    """Return the claims of a JWT, unverified; none of anything else."""
    _, _, payload = token.partition(".")
    payload = payload.partition(".")[0]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _checked(token: object) -> str:
    if not isinstance(token, str) or not token.strip():
        raise ConfigError("the access token is empty; give token=, or set CCFRAMES_TOKEN")
    stripped = token.strip()
    if not re.fullmatch(r"[!-~]+", stripped):
        raise ConfigError(
            "the access token has white space, control or non-ASCII characters in it; "
            "give the token alone, on one line and without the word Bearer"
        )
    return stripped
