"""The OAuth endpoints: asked over HTTP as applications and browsers do."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ccframes.demo import DemoServer, Quirks, account
from ccframes.demo.oauth import DEVICE_GRANT, Application, UnknownApplication

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOUR, DAY = 3_600, 86_400
SCOPE = "campaign_data contact_data account_read offline_access"
HERE = "http://localhost:8765/callback"
PUBLIC = Application("public", redirect_uris=(HERE,), name="<b>Wren & Co</b>")
WEB = Application("web", secret="s:e+c/ret", redirect_uris=("https://app.example/cb?x=1",))
VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
DEAD = {
    "error": "invalid_grant",
    "error_description": "The refresh token is invalid or expired.",
}


class Browser:
    """An application and its user, with a clock of their own."""

    def __init__(self, **settings: Any) -> None:
        self.now = 1_780_000_000.0
        self.server = DemoServer(
            account("empty"), applications=(PUBLIC, WEB), clock=lambda: self.now, **settings
        ).start()

    def post(self, path: str, *, auth: str = "", **form: str) -> requests.Response:
        headers = {"Authorization": auth} if auth else {}
        return requests.post(
            self.server.auth_url + path,
            data=form,
            headers=headers,
            timeout=10,
            allow_redirects=False,
        )

    def visit(self, path: str, **query: str) -> requests.Response:
        url = self.server.auth_url + path
        return requests.get(url, params=query, timeout=10, allow_redirects=False)

    def emails(self, token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(self.server.base_url + "/emails", headers=headers, timeout=10)

    def begin(self, scope: str = SCOPE) -> dict[str, Any]:
        answer = self.post(
            "/device/authorize", client_id="public", response_type="code", scope=scope
        )
        assert answer.status_code == 200
        return dict(answer.json())

    def poll(self, device: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = self.post(
            "/token", client_id="public", device_code=device["device_code"], grant_type=DEVICE_GRANT
        )
        return answer.status_code, answer.json()

    def connect(self, scope: str = SCOPE) -> dict[str, Any]:
        device = self.begin(scope)
        self.server.authority.approve(device["user_code"])
        return self.poll(device)[1]

    def refresh(self, token: str, client_id: str = "public") -> requests.Response:
        return self.post(
            "/token", grant_type="refresh_token", refresh_token=token, client_id=client_id
        )

    def ask(self, **changes: str) -> requests.Response:
        query = {
            "client_id": "public",
            "redirect_uri": HERE,
            "response_type": "code",
            "scope": SCOPE,
            "state": 'st"<&',
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return self.visit("/authorize", **(query | changes))

    def answer(self, page: requests.Response, decision: str = "allow") -> dict[str, str]:
        """Press a button of the consent page, and return what the application is told."""
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        return told(self.post("/authorize", **hidden, decision=decision))

    def redeem(self, code: str, **changes: str) -> requests.Response:
        form = {
            "client_id": "public",
            "redirect_uri": HERE,
            "code": code,
            "code_verifier": VERIFIER,
            "grant_type": "authorization_code",
        }
        return self.post("/token", **(form | changes))


def told(answer: requests.Response) -> dict[str, str]:
    """Return what a redirection tells the application."""
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["location"])
    assert parts._replace(query="", fragment="").geturl() in {HERE, "https://app.example/cb"}
    return {name: value for name, [value] in parse_qs(parts.query or parts.fragment).items()}


def basic(client_id: str, secret: str) -> str:
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.server.stop()


@pytest.fixture
def browser_with() -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def open_with(**settings: Any) -> Browser:
        opened.append(Browser(**settings))
        return opened[-1]

    yield open_with
    for browser in opened:
        browser.server.stop()


# --- access tokens ----------------------------------------------------------------------------


def test_a_token_tells_the_api_key_and_lives_a_day(browser: Browser) -> None:
    body = browser.connect()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == DAY
    assert body["scope"] == SCOPE
    [_, claims, _] = body["access_token"].split(".")
    told = json.loads(urlsafe_b64decode(claims + "=="))
    assert (told["cid"], told["exp"] - told["iat"]) == ("public", DAY)
    browser.now += DAY - 1
    assert browser.emails(body["access_token"]).status_code == 200
    browser.now += 1
    assert browser.emails(body["access_token"]).status_code == 401


def test_expired_malformed_and_missing_tokens_get_the_same_401(browser: Browser) -> None:
    expired = browser.connect()["access_token"]
    browser.now += DAY
    answers = [browser.emails(token) for token in (expired, "x.y.z", "")]
    answers.append(requests.get(browser.server.base_url + "/emails", timeout=10))
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.content for answer in answers} == {
        b'{"error_key":"unauthorized","error_message":"Unauthorized"}'
    }


def test_a_token_is_good_for_its_scopes(browser: Browser) -> None:
    token = browser.connect("contact_data")["access_token"]
    assert browser.emails(token).status_code == 403


def test_each_api_key_has_a_pace_of_its_own(browser_with: Callable[..., Browser]) -> None:
    browser = browser_with(throttle=1)
    tokens = [browser.connect()["access_token"] for _ in range(2)]
    statuses = [browser.emails(token).status_code for token in [*tokens, browser.server.token]]
    assert statuses == [200, 429, 200]


def test_a_token_may_wear_out(browser_with: Callable[..., Browser]) -> None:
    browser = browser_with(quirks=Quirks(token_uses=2))
    body = browser.connect()
    assert [browser.emails(body["access_token"]).status_code for _ in range(3)] == [200, 200, 401]
    fresh = browser.refresh(body["refresh_token"]).json()
    assert browser.emails(fresh["access_token"]).status_code == 200


# --- the device flow --------------------------------------------------------------------------


def test_a_device_waits_for_its_user(browser: Browser) -> None:
    device = browser.begin()
    assert device["expires_in"] == 600
    assert device["interval"] == 5
    assert browser.poll(device)[1]["error"] == "authorization_pending"
    page = requests.get(device["verification_uri_complete"], timeout=10)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    done = browser.post("/activate", **hidden, decision="allow")
    assert "Allowed" in done.text
    browser.now += 5
    status, body = browser.poll(device)
    assert status == 200
    assert browser.emails(body["access_token"]).status_code == 200
    assert "refresh_token" in body
    browser.now += 5
    assert browser.poll(device)[1]["error"] == "invalid_grant"


def test_a_device_that_polls_too_often_is_slowed_down(browser: Browser) -> None:
    device = browser.begin()
    errors = []
    for wait in (0, 1, 5, 15, 11):
        browser.now += wait
        status, body = browser.poll(device)
        errors.append(body["error"])
        assert status == 400
        assert set(body) == {"error", "error_description"}
    pending, slow = "authorization_pending", "slow_down"
    assert errors == [pending, slow, slow, pending, slow]


def test_a_device_may_be_refused_or_too_late(browser: Browser) -> None:
    refused, late = browser.begin(), browser.begin()
    browser.server.authority.deny(refused["user_code"])
    assert browser.poll(refused)[1]["error"] == "access_denied"
    browser.now += 600
    assert browser.poll(late)[1]["error"] == "expired_token"
    with pytest.raises(UnknownApplication):
        browser.server.authority.approve(late["user_code"])


def test_the_user_may_type_the_code(browser: Browser) -> None:
    device = browser.begin()
    asking = requests.get(device["verification_uri"], timeout=10)
    assert 'name="user_code"' in asking.text
    typed = browser.visit("/activate", user_code=device["user_code"].lower().replace("-", " "))
    assert "Allow" in typed.text
    wrong = browser.visit("/activate", user_code="<script>alert(1)</script>")
    assert (wrong.status_code, "<script>" in wrong.text) == (400, False)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "web"}, 401, "invalid_client"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
    ],
)
def test_a_device_is_refused(
    browser: Browser, form: dict[str, str], status: int, error: str
) -> None:
    right = {"client_id": "public", "response_type": "code", "scope": SCOPE}
    answer = browser.post("/device/authorize", **(right | form))
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_consent_may_be_given_beforehand(browser: Browser) -> None:
    browser.server.authority.consent = "allow"
    assert "access_token" in browser.poll(browser.begin())[1]
    assert "code" in told(browser.ask())
    browser.server.authority.consent = "deny"
    assert browser.poll(browser.begin())[1]["error"] == "access_denied"
    assert told(browser.ask())["error"] == "access_denied"


# --- codes ------------------------------------------------------------------------------------


def test_a_code_is_exchanged_for_tokens(browser: Browser) -> None:
    page = browser.ask()
    assert "&lt;b&gt;Wren &amp; Co&lt;/b&gt;" in page.text
    assert "<b>" not in page.text
    answer = browser.answer(page)
    assert answer["state"] == 'st"<&'
    body = browser.redeem(answer["code"]).json()
    assert browser.emails(body["access_token"]).status_code == 200
    assert browser.refresh(body["refresh_token"]).status_code == 200


def test_a_code_is_good_once_and_for_five_minutes(browser: Browser) -> None:
    code = browser.answer(browser.ask())["code"]
    assert browser.redeem(code).status_code == 200
    assert browser.redeem(code).json()["error"] == "invalid_grant"
    late = browser.answer(browser.ask())["code"]
    browser.now += 300
    assert browser.redeem(late).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "form",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": ""},
        {"redirect_uri": HERE + "/"},
        {"redirect_uri": ""},
        {"code": "guess"},
    ],
)
def test_a_code_needs_its_verifier_and_address(browser: Browser, form: dict[str, str]) -> None:
    code = browser.answer(browser.ask())["code"]
    answer = browser.redeem(**({"code": code} | form))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_short_verifier_is_refused_even_if_it_fits(browser: Browser) -> None:
    challenge = urlsafe_b64encode(sha256(b"short").digest()).rstrip(b"=").decode()
    code = browser.answer(browser.ask(code_challenge=challenge))["code"]
    assert browser.redeem(code, code_verifier="short").json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"state": ""}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_an_application_is_told_of_errors(
    browser: Browser, query: dict[str, str], error: str
) -> None:
    answer = told(browser.ask(**query))
    assert answer["error"] == error
    assert answer.get("state", "") == query.get("state", 'st"<&')


@pytest.mark.parametrize(
    "query",
    [
        {"client_id": "<script>alert(1)</script>"},
        {"redirect_uri": "https://evil.example/<script>"},
        {"redirect_uri": HERE + "?more"},
        {"redirect_uri": ""},
    ],
)
def test_nobody_unknown_is_redirected_to_or_echoed(browser: Browser, query: dict[str, str]) -> None:
    answer = browser.ask(**query)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert not any(text and text in answer.text for text in query.values())
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_consent_is_given_once(browser: Browser) -> None:
    page = browser.ask()
    assert browser.answer(page, "deny")["error"] == "access_denied"
    [consent] = re.findall(r'name="request" value="([^"]*)"', page.text)
    assert browser.post("/authorize", request=consent, decision="allow").status_code == 400


def test_a_confidential_client_proves_itself(browser: Browser) -> None:
    web = {"client_id": "web", "redirect_uri": WEB.redirect_uris[0], "code_challenge": ""}
    form = {"grant_type": "authorization_code", "redirect_uri": WEB.redirect_uris[0]}
    for auth in ("", basic("web", "wrong"), basic("public", ""), "Basic !", "Bearer x"):
        code = browser.answer(browser.ask(**web))["code"]
        answer = browser.post("/token", auth=auth, **form, code=code)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    code = browser.answer(browser.ask(**web))["code"]
    answer = browser.post("/token", auth=basic("web", "s:e%2Bc/ret"), **form, code=code)
    assert answer.status_code == 200
    refresh = {"grant_type": "refresh_token", "refresh_token": answer.json()["refresh_token"]}
    assert browser.post("/token", client_id="web", **refresh).status_code == 401
    assert browser.refresh(refresh["refresh_token"]).json() == DEAD
    assert browser.post("/token", auth=basic("web", "s:e%2Bc/ret"), **refresh).status_code == 200


def test_an_implicit_token_is_in_the_fragment_and_cannot_be_refreshed(browser: Browser) -> None:
    page = browser.ask(response_type="token", code_challenge="")
    answer = browser.answer(page)
    assert answer["expires_in"] == "28800"
    assert "refresh_token" not in answer
    assert browser.emails(answer["access_token"]).status_code == 200


# --- refreshing -------------------------------------------------------------------------------


def test_a_rotating_token_is_good_once(browser: Browser) -> None:
    first = browser.connect()["refresh_token"]
    second = browser.refresh(first).json()["refresh_token"]
    assert second != first
    reused = browser.refresh(first)
    assert (reused.status_code, reused.json()) == (400, DEAD)
    assert browser.refresh(second).status_code == 200
    assert reused.headers["cache-control"] == "no-store"


def test_a_long_lived_token_stays(browser_with: Callable[..., Browser]) -> None:
    browser = browser_with(quirks=Quirks(refresh_tokens="long-lived"))
    token = browser.connect()["refresh_token"]
    assert {browser.refresh(token).json()["refresh_token"] for _ in range(3)} == {token}


@pytest.mark.parametrize("kind", ["rotating", "long-lived"])
def test_a_token_unused_for_180_days_is_dead(
    browser_with: Callable[..., Browser], kind: Any
) -> None:
    browser = browser_with(quirks=Quirks(refresh_tokens=kind))
    token = browser.connect()["refresh_token"]
    browser.now += 179 * DAY
    token = browser.refresh(token).json()["refresh_token"]
    browser.now += 179 * DAY
    token = browser.refresh(token).json()["refresh_token"]
    browser.now += 180 * DAY
    assert browser.refresh(token).json() == DEAD


def test_without_offline_access_there_is_no_refresh_token(browser: Browser) -> None:
    assert "refresh_token" not in browser.connect("campaign_data")


def test_the_device_flow_may_give_none(browser_with: Callable[..., Browser]) -> None:
    assert "refresh_token" not in browser_with(quirks=Quirks(device_refresh=False)).connect()


# --- HTTP -------------------------------------------------------------------------------------


def test_unknown_grants_pages_and_methods(browser: Browser) -> None:
    answer = browser.post("/token", client_id="public", grant_type="password")
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert browser.visit("/keys").status_code == 404
    assert browser.visit("/token").headers["allow"] == "POST"


def test_an_answer_without_a_body_has_no_content_type(browser: Browser) -> None:
    quirks = Quirks(duplicate_keys=True, content_type="text/plain")
    browser.server.quirks = quirks
    refused = browser.visit("/token")
    assert refused.status_code == 405
    assert "content-type" not in refused.headers
    browser.server.authority.consent = "allow"
    redirected = browser.ask()
    assert redirected.status_code == 302
    assert "content-type" not in redirected.headers


def test_what_has_expired_is_forgotten(browser: Browser) -> None:
    authority = browser.server.authority
    browser.ask()
    browser.begin()
    browser.now += 3 * 3_600
    browser.ask()
    assert (len(authority._consents), len(authority._devices)) == (1, 0)
    browser.connect()
    browser.now += 181 * DAY
    browser.connect()
    tokens = authority._tokens
    assert len(tokens._access) == 2  # the server's own, and the new one
    assert len(tokens._refresh) == 1


def test_a_scope_asked_for_twice_is_given_once(browser: Browser) -> None:
    scope = "campaign_data contact_data campaign_data"
    assert browser.connect(scope)["scope"] == "campaign_data contact_data"


def test_a_body_too_long_is_not_read(browser: Browser) -> None:
    answer = browser.post("/token", client_id="x" * 70_000)
    assert (answer.status_code, set(answer.json())) == (413, {"message"})
    assert answer.headers["connection"] == "close"


def test_the_log_knows_no_secrets(browser: Browser) -> None:
    browser.answer(browser.ask())
    assert browser.server.requests.of("oauth") == [
        ("/oauth2/default/v1/authorize", 200),
        ("/oauth2/default/v1/authorize", 302),
    ]
