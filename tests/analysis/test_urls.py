"""One spelling for each place, and no address that is too strange to be spelled."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccframes.analysis.urls import destination_of, domain_of

HOSTILE = (
    *("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "", " "),
    *("http://[::1", "http://]", "https://exa mple.com/x", "http://", "http://...", "https:///x"),
    *("http://h℀.example/", "//host.example/path", "example.org:8080/x", "www.garden.example"),
    *("http://a:99999999/", "http://a:b/", "http://xn--\N{SNOWMAN}/", "http://xn--a.example/"),
    *("https://" + "a" * 2_000, "https://a/" + "%00" * 700, "https://" + "a." * 1_000, "\x00\n"),
    *("http://user:secret@[fe80::1%25eth0]:80/", "https://a@b@c.example/", "mailto:a@b.example"),
    *('=HYPERLINK("http://example.com","x")', "tel:+1-555", "http://\u202egnp.exe", "\ud800"),
)
PIECES = ("http", "https:", "//", "/", "?", "&", "#", "=", "@", ":", "[", "]", ".", "%", "www.")
ADDRESSES = (
    st.text()
    | st.lists(st.sampled_from([*PIECES, "utm_x", "a", "é", "ß", "8", " "]), max_size=12).map(
        "".join
    )
    | st.sampled_from(HOSTILE)
)


@given(ADDRESSES, st.booleans())
@example("https://a.example//?b=&a=1&&utm_id=2", True)
def test_any_text_has_one_spelling_which_is_its_own(url: str, keep_query: bool) -> None:
    place = destination_of(url, keep_query=keep_query)
    assert destination_of(place, keep_query=keep_query) == place
    assert domain_of(place) == domain_of(url)


@pytest.mark.parametrize("url", HOSTILE)
def test_what_is_no_address_of_the_web_stays_as_it_is(url: str) -> None:
    if domain_of(url) in {None, "javascript:", "data:", "vbscript:", "mailto:", "tel:"}:
        assert destination_of(url) == url.strip()
    else:
        assert destination_of(url).startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "url",
    [
        "https://garden.example/Blog",
        "https://garden.example/Blog/",
        " HTTPS://Garden.EXAMPLE./Blog?utm_source=mail&UTM_Medium=x ",
        "https://garden.example:443/Blog#top",
        "https://garden.example:/Blog?page=2",
        "https://reader:secret@garden.example/Blog",
    ],
)
def test_spellings_of_one_place_are_one(url: str) -> None:
    assert destination_of(url) == "https://garden.example/Blog"
    assert domain_of(url) == "garden.example"


@pytest.mark.parametrize(
    "url",
    [
        "http://garden.example/Blog",
        "https://garden.example/blog",
        "https://www.garden.example/Blog",
        "https://garden.example:8443/Blog",
        "https://garden.example/Blog/2",
    ],
)
def test_places_that_may_differ_stay_apart(url: str) -> None:
    assert destination_of(url) == url


def test_an_international_host_has_one_spelling() -> None:
    spellings = (
        "https://xn--bcher-kva.example",
        "https://BÜCHER.example/",
        "https://bücher.example",
    )
    assert {destination_of(url) for url in spellings} == {"https://bücher.example"}
    assert {domain_of(url) for url in spellings} == {"bücher.example"}


def test_meaningful_parameters_may_be_kept() -> None:
    url = "https://shop.example/?q=seeds&gclid=1&sort=new&UTM_campaign=x&fbclid=&mc_cid=2"
    assert destination_of(url) == "https://shop.example"
    assert destination_of(url, keep_query=True) == "https://shop.example?q=seeds&sort=new"
    turned = "https://shop.example?sort=new&q=seeds"
    assert destination_of(turned, keep_query=True) == "https://shop.example?q=seeds&sort=new"
    assert destination_of(turned, keep_query=True, ignore=["S*"]) == "https://shop.example?q=seeds"
    assert destination_of(turned, keep_query=True, ignore=[]) == destination_of(
        turned, keep_query=True
    )


def test_a_host_in_front_of_the_real_one_deceives_nobody() -> None:
    assert domain_of("https://bank.example@evil.example/login") == "evil.example"
    assert destination_of("https://bank.example@evil.example/") == "https://evil.example"
