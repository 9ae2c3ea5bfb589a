"""Where a link leads: one spelling of an address, whatever was appended to count it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import translate
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

TRACKING_PARAMETERS: Final = (
    *("utm_*", "mtm_*", "pk_*", "hsa_*", "vero_*", "oly_*"),
    *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "_ga", "_gl", "fbclid", "msclkid", "yclid"),
    *("twclid", "ttclid", "li_fat_id", "igshid", "igsh", "mc_cid", "mc_eid", "mkt_tok", "_hsenc"),
    *("_hsmi", "__hstc", "__hssc", "__hsfp", "s_cid", "ml_subscriber", "ml_subscriber_hash"),
)
"""Parameters that say who clicked where, and not what is shown; `*` stands for anything."""

_UNSAID: Final = {"http": ":80", "https": ":443", "ftp": ":21"}
"""Schemes with a host, and the port that goes without saying."""
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)  # no dot: that is a host's name
_PLACE: Final = re.compile(r"(?:.*@)?(?P<host>\[[^\]\s]*\]|[^:\s]+)(?P<port>:\d*)?")


class _Address(NamedTuple):
    """An address of the web, taken apart; the scheme and the host in one spelling."""

    scheme: str
    host: str
    port: str
    path: str
    query: str


def destination_of(
    url: str, *, keep_query: bool = False, ignore: Sequence[str] = TRACKING_PARAMETERS
) -> str:
    """Return an address in the spelling that it shares with all that lead to the same place.

    Scheme and host are in lower case, the host in Unicode, without the port that goes without
    saying, and without user name and password; the query, the fragment and slashes at the end are
    gone. The path stays as it is. What is not of the web (`mailto:`, `javascript:`), has no
    scheme or cannot be taken apart stays as it is, without spaces around it.

    Parameters
    ----------
    url : str
        Any text.
    keep_query : bool, default False
        Keep the parameters of the query, in alphabetical order, but for those of `ignore`.
    ignore : list of str
        Names of parameters, in any case; `*` stands for anything.

    Returns
    -------
    str
        The address in that spelling; what is no address of the web, without spaces around it.

    Notes
    -----
    Two addresses in one spelling lead to one place as a rule, not by any promise: a page may
    depend on what is left out of its query. Paths differ by case, and stay as they are.

    Examples
    --------
    >>> destination_of("HTTPS://Garden.Example:443/Blog/?utm_source=mail&page=2#top")
    'https://garden.example/Blog'
    >>> destination_of("https://garden.example/?utm_source=mail&page=2", keep_query=True)
    'https://garden.example?page=2'

    Source: RFC 3986, 6.2 (what makes addresses alike); RFC 3490 (hosts in Unicode).
    """
    text = url.strip()
    address = _taken_apart(text)
    if address is None:
        return text
    query = _kept(address.query, _matching(tuple(ignore))) if keep_query else ""
    place = f"{address.scheme}://{address.host}{address.port}{address.path.rstrip('/')}"
    return f"{place}?{query}" if query else place


def domain_of(url: str) -> str | None:
    """Return the host of an address without `www.`; of others the scheme, if there is one.

    Parameters
    ----------
    url : str
        Any text.

    Returns
    -------
    str or None
        The host in lower case and in Unicode; of what is not of the web its scheme with the
        colon, such as `mailto:`; None for text that has neither.

    Notes
    -----
    A host is not shortened to the name that was registered, which takes a list that changes:
    `shop.garden.example` and `garden.example` are two.

    Examples
    --------
    >>> [domain_of(url) for url in ("https://www.Garden.example/x", "mailto:a@b.example", "x y")]
    ['garden.example', 'mailto:', None]

    Source: RFC 3986, 3.1 and 3.2.2; RFC 3490 (hosts in Unicode).
    """
    text = url.strip()
    address = _taken_apart(text)
    if address is not None:
        return address.host.removeprefix("www.")
    scheme = _SCHEME.match(text)
    named = scheme[0].lower() if scheme else ""
    return named if named.removesuffix(":") not in {"", *_UNSAID} else None


def _taken_apart(text: str) -> _Address | None:
    """Return the parts of an address of the web; None where it is none or cannot be read."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    place = _PLACE.fullmatch(parts.netloc)
    if parts.scheme not in _UNSAID or place is None or not place["host"].strip("."):
        return None
    port = place["port"] or ""
    unsaid = port in {":", _UNSAID[parts.scheme]}
    host = _in_unicode(place["host"].lower().rstrip("."))
    return _Address(parts.scheme, host, "" if unsaid else port, parts.path, parts.query)


def _in_unicode(host: str) -> str:
    """Return the host as people write it; as it is where it is no name that could be registered."""
    try:
        return host.encode("idna").decode("idna")
    except UnicodeError:
        return host


def _kept(query: str, ignored: re.Pattern[str]) -> str:
    pieces = [piece for piece in query.split("&") if piece]
    return "&".join(sorted(each for each in pieces if not ignored.match(each.partition("=")[0])))


@cache
def _matching(names: tuple[str, ...]) -> re.Pattern[str]:
    # without names it must match nothing, where an empty pattern would match everything
    return re.compile("|".join(map(translate, names)) or r"(?!)", re.IGNORECASE)
