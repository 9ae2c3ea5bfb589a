"""The OAuth endpoints over HTTP: JSON for applications, and plain pages for their users."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from ccframes.demo.exchange import Answer, Request
from ccframes.demo.oauth import Authority, OAuthError, Redirected, UnknownApplication

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ccframes.demo.quirks import Quirks

AUTH_PREFIX: Final = "/oauth2/default/v1"

_PAGE_HEADERS = {
    "cache_control": "no-store",
    "content_security_policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "referrer_policy": "no-referrer",
    "x_content_type_options": "nosniff",
}
_SCOPE_WORDS = {
    "account_read": "see the account's data",
    "account_update": "change the account's data",
    "campaign_data": "see and change campaigns and their reports",
    "contact_data": "see and change contacts",
    "billing_data": "see and change billing data",
    "offline_access": "stay connected",
}


@dataclass(frozen=True)
class Portal:
    """Answers the requests below AUTH_PREFIX."""

    authority: Authority

    def answer(self, request: Request, quirks: Quirks) -> Answer:
        """Return the answer to a request."""
        answers: dict[str, dict[str, Callable[[], Answer]]] = {
            "/authorize": {
                "GET": lambda: self._authorize(request),
                "POST": lambda: self._decide(request),
            },
            "/token": {"POST": lambda: self._token(request, quirks)},
            "/device/authorize": {"POST": lambda: self._begin_device(request)},
            "/activate": {
                "GET": lambda: self._activate(request),
                "POST": lambda: self._judge(request),
            },
        }
        methods = answers.get(request.path.removeprefix(AUTH_PREFIX), {})
        if not methods:
            return _message("Not found", "There is no such page.", 404)
        if request.method not in methods:
            return Answer(405, b"", {"allow": ", ".join(methods)}, content_type="")
        try:
            return methods[request.method]()
        except OAuthError as error:
            return _json(error.body, error.status)
        except UnknownApplication:
            problem = "The link is wrong, was used before, or has expired."
            return _message("This request cannot be answered", problem, 400)

    def _authorize(self, request: Request) -> Answer:
        try:
            consent = self.authority.ask(request.query)
        except Redirected as redirected:
            return _redirect(redirected.address)
        if self.authority.consent != "ask":
            allowed = self.authority.consent == "allow"
            return _redirect(self.authority.decide(consent.id, allowed=allowed))
        hidden = {"request": consent.id}
        return _consent(consent.application.name, consent.grant.scopes, hidden)

    def _decide(self, request: Request) -> Answer:
        allowed = _field(request, "decision") == "allow"
        return _redirect(self.authority.decide(_field(request, "request"), allowed=allowed))

    def _token(self, request: Request, quirks: Quirks) -> Answer:
        authorization = request.headers.get("authorization", "")
        return _json(self.authority.exchange(request.form, authorization, quirks))

    def _begin_device(self, request: Request) -> Answer:
        page = f"{request.origin}{AUTH_PREFIX}/activate"
        return _json(self.authority.begin_device(request.form, page))

    def _activate(self, request: Request) -> Answer:
        user_code = request.query.get("user_code", [""])[-1]
        if not user_code:
            return _ask_for_code()
        device = self.authority.device_of(user_code)
        if device is None:
            raise UnknownApplication
        hidden = {"user_code": device.user_code}
        return _consent(device.application.name, device.grant.scopes, hidden)

    def _judge(self, request: Request) -> Answer:
        allowed = _field(request, "decision") == "allow"
        judge = self.authority.approve if allowed else self.authority.deny
        judge(_field(request, "user_code"))
        return _message("Allowed" if allowed else "Refused", "You may close this page.")


def _field(request: Request, name: str) -> str:
    return request.form.get(name, [""])[-1]


def _json(body: object, status: int = 200) -> Answer:
    return Answer.of(body, status, cache_control="no-store", pragma="no-cache")


def _redirect(address: str) -> Answer:
    headers = {"location": address, "cache-control": "no-store"}
    return Answer(302, b"", headers, content_type="")


def _consent(application: str, scopes: Iterable[str], hidden: dict[str, str]) -> Answer:
    """Return the page that asks a user; its form goes to where the page came from."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    wishes = "".join(f"<li>{escape(_SCOPE_WORDS[scope])}</li>" for scope in scopes)
    return _page(
        f"{application} asks for access",
        f"<p>It wants to:</p><ul>{wishes}</ul>"
        f'<form method="post" action="?">{fields}'
        '<button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Deny</button></form>',
    )


def _ask_for_code() -> Answer:
    return _page(
        "Connect a device",
        '<form action="?"><label>Code: <input name="user_code" autofocus></label> '
        "<button>Continue</button></form>",
    )


def _message(title: str, text: str, status: int = 200) -> Answer:
    return _page(title, f"<p>{escape(text)}</p>", status)


def _page(title: str, content: str, status: int = 200) -> Answer:
    """Return a page; the title is escaped here, the content must be already."""
    return Answer.html(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        "<style>body{font:16px sans-serif;max-width:32em;margin:4em auto}</style></head>"
        f"<body><h1>{escape(title)}</h1>{content}"
        "<p><small>This is the embedded account of ccframes, on your own machine.</small></p>"
        "</body></html>",
        status,
        **_PAGE_HEADERS,
    )
