"""The embedded account's authorization server: who may have which tokens. No HTTP here."""

from __future__ import annotations

import re
import secrets
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote_plus, urlencode

from ccframes.demo.tokens import IMPLICIT_LIFE, SCOPES, Grant, Tokens

if TYPE_CHECKING:
    from ccframes.demo.quirks import Quirks

Form = Mapping[str, list[str]]

CODE_LIFE = 300
CONSENT_LIFE = 3_600
LATE = 3_600
"""Seconds for which what has expired is still known: who comes late is told so."""
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


class OAuthError(Exception):
    """An error of the OAuth endpoints, with the status it has where it is not redirected."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "error_description": description}


class UnknownApplication(Exception):
    """No application has that id, or not that address: nothing may be redirected there."""


class Redirected(Exception):
    """A request with an error that its application is told of at this address."""

    def __init__(self, address: str) -> None:
        super().__init__("redirected")
        self.address = address


@dataclass(frozen=True)
class Application:
    """An application as it is registered in the provider's portal.

    Attributes
    ----------
    client_id : str
        Its API key.
    secret : str
        Empty for a public client, which uses PKCE or the device flow.
    redirect_uris : tuple of str
        Where it may be answered; compared letter by letter.
    name : str
        What the consent page calls it.
    """

    client_id: str
    secret: str = field(default="", repr=False)
    redirect_uris: tuple[str, ...] = ()
    name: str = "An application"


DEMO_APPLICATIONS = (
    Application(
        "ccframes-demo",
        redirect_uris=("http://localhost:8765/callback", "http://127.0.0.1:8765/callback"),
        name="ccframes",
    ),
)
"""What is registered unless others are given: a public client."""


@dataclass(frozen=True)
class Consent:
    """A request of an application that waits for its user on the consent page."""

    id: str
    application: Application
    grant: Grant
    redirect_uri: str
    state: str
    response_type: str
    expires_at: float
    challenge: str = ""


@dataclass(frozen=True)
class _Code:
    consent: Consent
    expires_at: float


@dataclass
class Device:
    """A device that waits for its user."""

    application: Application
    grant: Grant
    code: str
    user_code: str
    expires_at: float
    interval: float
    verdict: Literal["pending", "allowed", "denied"] = "pending"
    polled_at: float = float("-inf")


class Authority:
    """Asks users, and gives tokens to applications.

    A code or rotating refresh token that is used again is refused (`invalid_grant`). The tokens
    that came of it stay good, as the contract asks no more.

    Parameters
    ----------
    tokens : Tokens
        Where tokens come from; its clock is the authority's.
    applications : tuple of Application
        Those that are registered.
    consent : {"ask", "allow", "deny"}
        Whether users are asked, or have answered; may be exchanged at any time.
    device_interval, device_life : float
        Seconds between two polls, and until a device's codes expire.
    """

    def __init__(
        self,
        tokens: Tokens,
        applications: tuple[Application, ...] = DEMO_APPLICATIONS,
        consent: Literal["ask", "allow", "deny"] = "ask",
        device_interval: float = 5,
        device_life: float = 600,
    ) -> None:
        self.consent = consent
        self.device_interval = device_interval
        self.device_life = device_life
        self._tokens = tokens
        self._applications = {each.client_id: each for each in applications}
        self._consents: dict[str, Consent] = {}
        self._codes: dict[str, _Code] = {}
        self._devices: dict[str, Device] = {}
        self._lock = RLock()

    # --- the user -------------------------------------------------------------------------

    def ask(self, query: Form) -> Consent:
        """Return the request of an application, which waits for `decide`.

        Raises
        ------
        UnknownApplication
            There is nobody to tell.
        Redirected
            The application is to be told of an error.
        """
        application = self._applications.get(_one(query, "client_id"))
        redirect_uri = _one(query, "redirect_uri")
        if application is None or redirect_uri not in application.redirect_uris:
            raise UnknownApplication
        consent = Consent(
            secrets.token_urlsafe(24),
            application,
            _grant(application, query),
            redirect_uri,
            _one(query, "state"),
            _one(query, "response_type"),
            self._tokens.clock() + CONSENT_LIFE,
            _one(query, "code_challenge"),
        )
        try:
            _check_request(consent, _one(query, "code_challenge_method"))
        except OAuthError as error:
            raise Redirected(_redirect(consent, error.body)) from None
        with self._lock:
            self._forget_expired()
            self._consents[consent.id] = consent
        return consent

    def decide(self, consent_id: str, *, allowed: bool) -> str:
        """Return the address that the user goes to after the decision, which is final.

        Raises
        ------
        UnknownApplication
            Nothing of that id waits.
        """
        with self._lock:
            consent = self._consents.pop(consent_id, None)
            if consent is None or self._tokens.clock() >= consent.expires_at:
                raise UnknownApplication
            if not allowed:
                return _redirect(consent, OAuthError("access_denied", "The user refused.").body)
            if consent.response_type == "token":
                return _redirect(consent, self._tokens.issue(consent.grant, IMPLICIT_LIFE))
            code = secrets.token_urlsafe(32)
            self._forget_expired()
            self._codes[code] = _Code(consent, self._tokens.clock() + CODE_LIFE)
            return _redirect(consent, {"code": code})

    def _forget_expired(self) -> None:
        before = self._tokens.clock() - LATE
        waiting: tuple[dict[str, Any], ...] = (self._consents, self._codes, self._devices)
        for each in waiting:
            for key in [key for key in each if each[key].expires_at <= before]:
                del each[key]

    def device_of(self, user_code: str) -> Device | None:
        """Return the device that shows this code and waits; letters and hyphen as one likes."""
        typed = re.sub(r"[^A-Z]", "", user_code.upper())
        for device in tuple(self._devices.values()):
            waits = device.verdict == "pending" and self._tokens.clock() < device.expires_at
            if waits and device.user_code.replace("-", "") == typed:
                return device
        return None

    def approve(self, user_code: str) -> None:
        """Allow the device that shows this code what it asks for. Raises UnknownApplication."""
        self._judge(user_code, "allowed")

    def deny(self, user_code: str) -> None:
        """Refuse the device that shows this code. Raises UnknownApplication."""
        self._judge(user_code, "denied")

    def _judge(self, user_code: str, verdict: Literal["allowed", "denied"]) -> None:
        device = self.device_of(user_code)
        if device is None:
            raise UnknownApplication
        device.verdict = verdict

    # --- the application ------------------------------------------------------------------

    def begin_device(self, form: Form, page: str) -> dict[str, Any]:
        """Return the codes for a device, whose user is to go to that page. Raises OAuthError."""
        application = self._public(form)
        if _one(form, "response_type") != "code":
            raise OAuthError("unsupported_response_type", "response_type must be code.")
        grant = _grant(application, form)
        _check_scopes(grant)
        device = Device(
            application,
            grant,
            secrets.token_urlsafe(32),
            "-".join(_letters(4) for _ in range(2)),
            self._tokens.clock() + self.device_life,
            self.device_interval,
        )
        with self._lock:
            self._forget_expired()
            self._devices[device.code] = device
        return {
            "device_code": device.code,
            "user_code": device.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={device.user_code}",
            "expires_in": int(self.device_life),
            "interval": device.interval,
        }

    def exchange(self, form: Form, authorization: str, quirks: Quirks) -> dict[str, Any]:
        """Return the tokens for a code, a device or a refresh token. Raises OAuthError."""
        kinds = {
            "authorization_code": self._exchange_code,
            "refresh_token": self._exchange_refresh,
            DEVICE_GRANT: self._exchange_device,
        }
        kind = _one(form, "grant_type")
        if kind not in kinds:
            raise OAuthError("unsupported_grant_type", "The grant_type is not supported.")
        application = self._confidential(authorization) if authorization else self._public(form)
        with self._lock:
            return kinds[kind](form, application, quirks)

    def _exchange_code(self, form: Form, application: Application, _: Quirks) -> dict[str, Any]:
        code = self._codes.pop(_one(form, "code"), None)
        if (
            code is None
            or self._tokens.clock() >= code.expires_at
            or code.consent.application != application
            or code.consent.redirect_uri != _one(form, "redirect_uri")
        ):
            raise OAuthError("invalid_grant", "The authorization code is invalid or has expired.")
        if code.consent.challenge and not _verifies(_one(form, "code_verifier"), code.consent):
            raise OAuthError("invalid_grant", "PKCE verification failed.")
        return self._tokens_for(code.consent.grant)

    def _exchange_refresh(
        self, form: Form, application: Application, quirks: Quirks
    ) -> dict[str, Any]:
        found = self._tokens.refresh(
            _one(form, "refresh_token"), application.client_id, quirks.refresh_tokens
        )
        if found is None:
            raise OAuthError("invalid_grant", "The refresh token is invalid or expired.")
        grant, token = found
        return {**self._tokens.issue(grant), "refresh_token": token}

    def _exchange_device(
        self, form: Form, application: Application, quirks: Quirks
    ) -> dict[str, Any]:
        device = self._devices.get(_one(form, "device_code"))
        if device is None or device.application != application:
            raise OAuthError("invalid_grant", "The device code is invalid or has expired.")
        self._check_poll(device)
        del self._devices[device.code]
        return self._tokens_for(device.grant, refreshable=quirks.device_refresh)

    def _check_poll(self, device: Device) -> None:
        """Raise OAuthError unless the device may have its tokens now."""
        now = self._tokens.clock()
        soon, device.polled_at = now < device.polled_at + device.interval, now
        if now >= device.expires_at:
            raise OAuthError("expired_token", "The device code has expired.")
        if soon:
            device.interval += 5
            raise OAuthError("slow_down", "The device polls too often.")
        decided = {"allow": "allowed", "deny": "denied"}.get(self.consent, "pending")
        verdict = decided if device.verdict == "pending" else device.verdict
        if verdict == "denied":
            raise OAuthError("access_denied", "The user refused.")
        if verdict == "pending":
            raise OAuthError("authorization_pending", "The user has not decided yet.")

    def _tokens_for(self, grant: Grant, *, refreshable: bool = True) -> dict[str, Any]:
        body = self._tokens.issue(grant)
        if refreshable and "offline_access" in grant.scopes:
            body["refresh_token"] = self._tokens.issue_refresh(grant)
        return body

    def _public(self, form: Form) -> Application:
        """Return the application that names itself in a form; it must have no secret."""
        application = self._applications.get(_one(form, "client_id"))
        if application is None or application.secret:
            raise _invalid_client()
        return application

    def _confidential(self, authorization: str) -> Application:
        """Return the application of a Basic header."""
        scheme, _, text = authorization.partition(" ")
        try:
            decoded = b64decode(text, validate=True).decode()
        except (Base64Error, ValueError):
            raise _invalid_client() from None
        client_id, _, secret = (unquote_plus(part) for part in decoded.partition(":"))
        application = self._applications.get(client_id)
        if application is None or scheme.casefold() != "basic" or not application.secret:
            raise _invalid_client()
        if not compare_digest(application.secret.encode(), secret.encode()):
            raise _invalid_client()
        return application


def _one(form: Form, name: str) -> str:
    """Return the value of a field that is there once; empty otherwise."""
    values = form.get(name, ())
    return values[0] if len(values) == 1 else ""


def _grant(application: Application, form: Form) -> Grant:
    """Return what a form asks for, each scope once."""
    return Grant(application.client_id, tuple(dict.fromkeys(_one(form, "scope").split())))


def _check_request(consent: Consent, method: str) -> None:
    """Raise OAuthError where a request to authorize lacks something."""
    if consent.response_type not in {"code", "token"}:
        raise OAuthError("unsupported_response_type", "response_type must be code or token.")
    if not consent.state:
        raise OAuthError("invalid_request", "state is required.")
    _check_scopes(consent.grant)
    needs_challenge = consent.response_type == "code" and not consent.application.secret
    if needs_challenge and not consent.challenge:
        raise OAuthError("invalid_request", "A public client must send a code_challenge.")
    if consent.challenge and method != "S256":
        raise OAuthError("invalid_request", "code_challenge_method must be S256.")


def _check_scopes(grant: Grant) -> None:
    if not grant.scopes or not SCOPES.issuperset(grant.scopes):
        raise OAuthError("invalid_scope", "One or more scopes are not configured.")


def _verifies(verifier: str, consent: Consent) -> bool:
    """Tell whether a PKCE verifier is that of the challenge."""
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return bool(_VERIFIER.fullmatch(verifier)) and compare_digest(
        digest, consent.challenge.encode()
    )


def _redirect(consent: Consent, answer: Mapping[str, Any]) -> str:
    """Return the address of an application with an answer in its query, or fragment."""
    text = urlencode({**answer, **({"state": consent.state} if consent.state else {})})
    if consent.response_type == "token":
        return f"{consent.redirect_uri}#{text}"
    return f"{consent.redirect_uri}{'&' if '?' in consent.redirect_uri else '?'}{text}"


def _letters(count: int) -> str:
    return "".join(secrets.choice(_USER_CODE_LETTERS) for _ in range(count))


def _invalid_client() -> OAuthError:
    return OAuthError("invalid_client", "Client authentication failed.", 401)
