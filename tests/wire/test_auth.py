"""Tokens go to one origin, and are shown nowhere."""

import base64
import json

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ccframes.errors import ConfigError
from ccframes.wire.auth import BearerAuth, Origin, StaticToken, api_key_id

TOKEN = "very-secret.token_1"
HOME = Origin.of("https://api.cc.email/v3")


def jwt(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{payload}.c2lnbmF0dXJl"


def authorization(url: str) -> str | None:
    request = requests.Request("GET", url, auth=BearerAuth(TOKEN, HOME)).prepare()
    return request.headers.get("Authorization")


@pytest.mark.parametrize(
    "url", ["https://api.cc.email/v3/emails", "https://API.cc.email:443/v3/emails?next=a=="]
)
def test_the_token_goes_to_its_origin(url: str) -> None:
    assert authorization(url) == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.cc.email/v3/emails",
        "https://api.cc.email:8443/v3/emails",
        "https://api.cc.email.evil.example/v3/emails",
        "https://evil.example/v3/emails",
        "https://api.cc.email@evil.example/v3/emails",
    ],
)
def test_the_token_goes_nowhere_else(url: str) -> None:
    assert TOKEN not in (authorization(url) or "")


@pytest.mark.parametrize("pasted", [f"{TOKEN}\n", f"  {TOKEN}\t", f"\r\n{TOKEN}"])
def test_white_space_around_a_pasted_token_is_dropped(pasted: str) -> None:
    assert StaticToken(pasted).access_token() == TOKEN


@pytest.mark.parametrize(
    "bad", ["", " \n", f"Bearer {TOKEN}", f"{TOKEN}\nX-Evil: 1", f"{TOKEN}\x00", f"{TOKEN}é", None]
)
def test_a_token_that_cannot_be_one_is_refused_without_showing_it(bad: str) -> None:
    with pytest.raises(ConfigError) as caught:
        StaticToken(bad)
    assert TOKEN not in str(caught.value)


def test_no_repr_shows_the_token() -> None:
    shown = f"{StaticToken(TOKEN)!r} {BearerAuth(TOKEN, HOME)!r} {StaticToken(TOKEN).key}"
    assert TOKEN not in shown
    assert TOKEN[:4] not in shown


def test_a_static_token_is_its_own_renewal() -> None:
    tokens = StaticToken(TOKEN)
    assert tokens.renew(tokens.access_token()) == TOKEN


@pytest.mark.parametrize("claim", ["cid", "client_id"])
def test_tokens_of_one_application_share_a_key(claim: str) -> None:
    first, second = jwt({claim: "app", "exp": 1}), jwt({claim: "app", "exp": 2})
    assert first != second
    assert api_key_id(first) == api_key_id(second) == api_key_id("app")
    assert api_key_id(first) != api_key_id(jwt({claim: "other"}))


@pytest.mark.parametrize("claims", [[], "cid", None, {}, {"cid": ""}, {"cid": None}, 5])
def test_a_token_without_a_client_id_is_its_own_key(claims: object) -> None:
    token = jwt(claims)
    assert api_key_id(token) != api_key_id(jwt({"cid": "app"}))
    assert len(api_key_id(token)) == 32


@given(st.text())
def test_any_text_has_a_key(token: str) -> None:
    assert len(api_key_id(token)) == 32


@pytest.mark.parametrize("token", ["a.W10.b", "a." + "W" * 40_000 + ".c", "..", "a.é.b"])
def test_what_only_looks_like_a_jwt_has_a_key(token: str) -> None:
    assert len(api_key_id(token)) == 32
