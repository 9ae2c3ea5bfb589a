"""Access and refresh tokens of the embedded account: issued, accepted, worn out."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Literal

import msgspec

from ccframes.demo.clock import DAY

SCOPES: Final = frozenset(
    {
        "account_read",
        "account_update",
        "campaign_data",
        "contact_data",
        "billing_data",
        "offline_access",
    }
)
ACCESS_LIFE: Final = DAY
IMPLICIT_LIFE: Final = 28_800
REFRESH_LIFE: Final = 180 * DAY
"""Seconds after which a refresh token that is not used dies."""

_ISSUER = "https://identity.constantcontact.com/oauth2/aus1lm3ry9mF7x2Ja0h8"
_SIGNATURE_BYTES = 256


@dataclass(frozen=True)
class Grant:
    """What a user allows an application: its API key and the scopes."""

    client_id: str
    scopes: tuple[str, ...]


@dataclass
class Access:
    """What an access token is good for."""

    client_id: str
    scopes: frozenset[str]
    expires_at: float = float("inf")
    uses: int = 0


@dataclass
class _Refresh:
    grant: Grant
    used_at: float


@dataclass
class Tokens:
    """The tokens that are good now, by a clock of seconds since 1970."""

    clock: Callable[[], float]
    _access: dict[str, Access] = field(default_factory=dict, init=False)
    _refresh: dict[str, _Refresh] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def add(self, token: str, access: Access) -> None:
        """Accept a token from now on."""
        with self._lock:
            self._access[token] = access

    def accept(self, token: str, most_uses: int = 0) -> Access | None:
        """Return what a token is good for; None if it is unknown, expired or used up."""
        with self._lock:
            access = self._access.get(token)
            if access is None or self.clock() >= access.expires_at:
                return None
            if most_uses and access.uses >= most_uses:
                return None
            access.uses += 1
            return access

    def issue(self, grant: Grant, life: int = ACCESS_LIFE) -> dict[str, Any]:
        """Return a new access token as the token endpoint tells of it."""
        now = self.clock()
        with self._lock:
            alive = {each: known for each, known in self._access.items() if known.expires_at > now}
            self._access = alive
        token = _looking_like_jwt(grant, int(now), life)
        self.add(token, Access(grant.client_id, frozenset(grant.scopes), now + life))
        return {
            "token_type": "Bearer",
            "expires_in": life,
            "access_token": token,
            "scope": " ".join(grant.scopes),
        }

    def issue_refresh(self, grant: Grant) -> str:
        """Return a new refresh token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            now, refresh = self.clock(), self._refresh
            self._refresh = {
                each: known for each, known in refresh.items() if now - known.used_at < REFRESH_LIFE
            }
            self._refresh[token] = _Refresh(grant, now)
        return token

    def refresh(
        self, token: str, client_id: str, kind: Literal["rotating", "long-lived"]
    ) -> tuple[Grant, str] | None:
        """Return what a refresh token stands for, and the one to use next; None if it is dead.

        A rotating token that is used again is dead, and no more: the tokens that came of it live.
        """
        with self._lock:
            known, now = self._refresh.get(token), self.clock()
            if known is None or known.grant.client_id != client_id:
                return None
            if now - known.used_at >= REFRESH_LIFE:
                return None
            known.used_at = now
            if kind == "rotating":
                del self._refresh[token]
                token = secrets.token_urlsafe(32)
                self._refresh[token] = known
            return known.grant, token


def _looking_like_jwt(grant: Grant, now: int, life: int) -> str:
    """Return a token whose claims can be read; its signature is chance, as nobody checks it."""
    header = {"kid": "demo", "alg": "RS256"}
    claims = {
        "ver": 1,
        "jti": f"AT.{secrets.token_urlsafe(32)}",
        "iss": _ISSUER,
        "aud": "https://api.cc.email/v3",
        "iat": now,
        "exp": now + life,
        "cid": grant.client_id,
        "uid": secrets.token_hex(10),
        "scp": list(grant.scopes),
        "auth_time": now,
        "sub": "reader@reports.example",
        "platform_user_id": secrets.token_hex(16),
    }
    parts = [msgspec.json.encode(header), msgspec.json.encode(claims)]
    parts.append(secrets.token_bytes(_SIGNATURE_BYTES))
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
