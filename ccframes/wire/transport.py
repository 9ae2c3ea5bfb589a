"""The transport: one GET at a time, paced, retried, its errors named."""

from __future__ import annotations

import ipaddress
import logging
import re
import sys
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote, urlencode, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from ccframes.errors import (
    AuthError,
    ConfigError,
    PagingError,
    QuotaExceededError,
    ThrottledError,
    TransportError,
)
from ccframes.wire.answers import Answer, Passing, Preparing, page_in
from ccframes.wire.auth import BearerAuth, Origin
from ccframes.wire.connection import InProcessAdapter, PacedAdapter, sending_in
from ccframes.wire.pace import Cancelled, cancellable, pause_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from requests.adapters import HTTPAdapter
    from tenacity import RetryCallState

    from ccframes.page import Page
    from ccframes.wire.auth import TokenSource
    from ccframes.wire.pace import Pace

__all__ = ["DEFAULT_BASE_URL", "Cancelled", "Transport"]

DEFAULT_BASE_URL = "https://api.cc.email/v3"

logger = logging.getLogger("ccframes")

_CONNECTIONS = 32
_THROTTLES = 10
_LONGEST_BACKOFF = 30.0
_PREPARATIONS = 11
_PREPARATION_WAITS = (2.0, 30.0)
"""The first and the longest wait for what is being prepared, in backoffs: 1, 2, 4, 8, 15, 15, …
seconds where the backoff is half of one, two minutes in all."""


class Transport:
    """Fetch pages of the API.

    Parameters
    ----------
    tokens : TokenSource
        Where the access token comes from.
    pace : Pace
        What lets requests out.
    base_url : str
        Address below which all paths are; the token is sent to its origin only.
    timeout : float or tuple of float
        Seconds to wait for a connection and for an answer.
    attempts : int
        How often a request is tried that fails in a way that may pass.
    backoff : float
        Seconds of the first wait between two tries, at most; it doubles with each.
    exchange : callable, optional
        What answers the bytes of a request in place of the network.

    Raises
    ------
    ConfigError
        The address or the timeout cannot be used, or there is no network.
    """

    def __init__(
        self,
        tokens: TokenSource,
        pace: Pace,
        *,
        base_url: str = DEFAULT_BASE_URL,
        timeout: float | tuple[float, float] = (5, 60),
        attempts: int = 5,
        backoff: float = 0.5,
        exchange: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._base_url = _checked_base(base_url)
        self._origin = Origin.of(self._base_url)
        self._tokens = tokens
        self._pace = pace
        self._timeout = _checked_timeout(timeout)
        self._closed = False
        self._attempts = attempts
        self._backoff = backoff
        self._session = _session(
            InProcessAdapter(exchange) if exchange else _networked(),
            trust_env=not _is_loopback(self._origin.host),
        )
        self._counting = threading.Lock()
        self._sent = 0

    @property
    def requests_sent(self) -> int:
        """Requests really written so far, retries included."""
        with self._counting:
            return self._sent

    def close(self) -> None:
        """Close the connections; nothing can be sent after that."""
        self._closed = True
        self._session.close()

    def url(self, path: str, params: Mapping[str, str | Sequence[str]] | None = None) -> str:
        """Return the URL of a path below the base URL; a sequence repeats its parameter."""
        query = urlencode(params or {}, doseq=True)
        return f"{self._base_url}{path}{'?' if query else ''}{query}"

    def next_url(self, href: str) -> str:
        """Return the URL that a next link leads to.

        Raises
        ------
        PagingError
            It leads out of the API that was connected to, or is no link.
        """
        if not isinstance(href, str) or re.search(r"[\x00-\x20\x7f\\]", href):
            _refuse_link("it is no URL")
        if not href.startswith(("/", "http://", "https://")):
            _refuse_link("it is no path")
        try:
            url = urljoin(self._base_url, href)
            origin, parts = Origin.of(url), urlsplit(url)
        except ValueError:
            _refuse_link("it is no URL")
        if origin != self._origin or "@" in parts.netloc:
            _refuse_link(f"it leads to {origin.host or 'another host'} by {origin.scheme}")
        base_path = urlsplit(self._base_url).path
        if not parts.path.startswith(f"{base_path}/") or _climbs(href):
            _refuse_link(f"it leads out of {base_path or '/'}")
        return url

    def get(
        self,
        url: str,
        *,
        cancelled: threading.Event | None = None,
        sent: Callable[[], None] | None = None,
    ) -> Page:
        """Fetch one page.

        Parameters
        ----------
        url : str
            As `url` or `next_url` gave it; it is checked once more.
        cancelled : threading.Event, optional
            Ends every wait when set, with Cancelled.
        sent : callable, optional
            Called for each request that is written, retries included.

        Raises
        ------
        ApiError, TransportError
            As errors.py says; what may pass was tried again before.
        """
        if self._closed:
            raise ConfigError("this client is closed; connect again, and give client= if need be")
        url = self.next_url(url)
        auth = BearerAuth(self._tokens.access_token(), self._origin)
        with cancellable(cancelled), _counted_by(sent):
            try:
                return self._persist(url, auth)
            except AuthError:
                logger.debug("the token was not accepted; trying once more")
            return self._persist(url, auth.renewed(self._tokens))

    def _persist(self, url: str, auth: BearerAuth) -> Page:
        """Try until there is a page, an error, or no patience left."""
        # tenacity takes 75 ms to import, most of what `import ccframes` may take.
        from tenacity import (  # noqa: PLC0415
            Retrying,
            retry_if_exception_type,
            wait_exponential,
            wait_random_exponential,
        )

        first, longest = (self._backoff * each for each in _PREPARATION_WAITS)
        backoff = wait_random_exponential(self._backoff, _LONGEST_BACKOFF)
        preparation = wait_exponential(first, longest)
        patience = _Patience(self._attempts)
        persist = Retrying(
            retry=retry_if_exception_type(Passing),
            stop=patience.ends,
            wait=lambda state: _wait(_fault(state), backoff(state), preparation(state)),
            sleep=pause_for,
            reraise=True,
        )
        try:
            return persist(self._attempt, url, auth)
        except Passing as fault:
            error = fault.error
        raise error

    def _attempt(self, url: str, auth: BearerAuth) -> Page:
        answer = self._exchange(url, auth)
        try:
            return page_in(answer)
        except Passing as fault:
            if isinstance(fault.error, ThrottledError):
                self._pace.throttled(fault.wait)
            raise
        except QuotaExceededError:
            self._pace.exhausted()
            raise

    def _exchange(self, url: str, auth: BearerAuth) -> Answer:
        """Send one request and return what was answered.

        Errors are raised outside the `except` clauses and without the frames below this one:
        those of requests and urllib3 hold the Authorization header.
        """
        path, started = urlsplit(url).path, time.monotonic()
        failure: Cancelled | QuotaExceededError | Passing | TransportError | None = None
        try:
            with sending_in(self._slot):
                response = self._session.get(
                    url, auth=auth, timeout=self._timeout, allow_redirects=False
                )
        except Cancelled as stop:
            failure = stop.with_traceback(None)
        except QuotaExceededError as stop:
            failure = stop.with_traceback(None)
            failure.path = path
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            failure = self._lost(path, error)
        if failure is not None:
            logger.debug("GET %s -> %s", path, type(failure).__name__)
            raise failure
        seconds = time.monotonic() - started
        logger.debug("GET %s -> %d in %.3f s", path, response.status_code, seconds)
        return Answer(
            path=path,
            status=response.status_code,
            content=auth.redact_bytes(response.content),
            content_type=response.headers.get("Content-Type", "").lower(),
            retry_after=response.headers.get("Retry-After", ""),
            redact=auth.redact,
        )

    @contextmanager
    def _slot(self) -> Iterator[None]:
        with self._pace.slot():
            yield
        with self._counting:
            self._sent += 1
        _count.get()()

    def _lost(self, path: str, error: Exception) -> Passing | TransportError:
        """Return what to raise when no answer came."""
        cause = _first_cause(error)
        if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE" in cause.upper():
            return TransportError(
                f"{self._origin.host} showed a certificate that is not trusted ({cause}). Check "
                "base_url; behind a company proxy set REQUESTS_CA_BUNDLE to its certificates"
            )
        return Passing(
            TransportError(
                f"no answer to {path} from {self._origin.host}: {self._happened(error)} "
                f"({cause}). Check the network and try again"
            )
        )

    def _happened(self, error: Exception) -> str:
        connect, read = self._timeout
        said = {
            requests.exceptions.ConnectTimeout: f"no connection within {connect:g} s",
            requests.exceptions.ReadTimeout: f"nothing came for {read:g} s",
            requests.exceptions.ChunkedEncodingError: "the answer broke off",
            requests.exceptions.ContentDecodingError: "the answer could not be decompressed",
            requests.exceptions.ProxyError: "the proxy could not be used",
            requests.exceptions.SSLError: "no secure connection could be made",
        }
        return next(
            (text for kind, text in said.items() if isinstance(error, kind)),
            "the connection failed",
        )


_count: ContextVar[Callable[[], None]] = ContextVar("count", default=lambda: None)


@contextmanager
def _counted_by(sent: Callable[[], None] | None) -> Iterator[None]:
    """Let requests of this thread be counted."""
    before = _count.set(sent or _count.get())
    try:
        yield
    finally:
        _count.reset(before)


class _Patience:
    """How often one request is tried.

    Refusals for being too fast, and answers that are still being prepared, are counted apart.
    """

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._throttles = _THROTTLES
        self._preparations = _PREPARATIONS

    def ends(self, state: RetryCallState) -> bool:
        """Count one more fault, and tell whether it was the last to bear."""
        fault = _fault(state)
        if isinstance(fault, Preparing):
            self._preparations -= 1
        elif isinstance(fault.error, ThrottledError):
            self._throttles -= 1
        else:
            self._attempts -= 1
        return self._attempts <= 0 or self._throttles < 0 or self._preparations < 0


def _fault(state: RetryCallState) -> Passing:
    fault = state.outcome.exception() if state.outcome else None
    assert isinstance(fault, Passing)  # noqa: S101 - only these are tried again
    return fault


def _wait(fault: Passing, backoff: float, preparation: float) -> float:
    if isinstance(fault, Preparing):
        return max(fault.wait or 0.0, preparation)  # "at once" must not spend the tries at once
    if isinstance(fault.error, ThrottledError):
        return 0.0  # the pace makes everyone wait
    return backoff if fault.wait is None else fault.wait


def _networked() -> PacedAdapter:
    if sys.platform == "emscripten":
        raise ConfigError(
            "Python in a browser has no connections of its own, so the API cannot be reached from "
            "here: ccf.connect(demo=True) works; for your own account start Jupyter on your machine"
        )
    return PacedAdapter(_CONNECTIONS)


def _session(adapter: HTTPAdapter, *, trust_env: bool) -> requests.Session:
    session = requests.Session()
    session.trust_env = trust_env
    session.headers.update({"Accept": "application/json", "User-Agent": "ccframes"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


def _checked_timeout(timeout: float | tuple[float, float]) -> tuple[float, float]:
    """Return the seconds to wait for a connection and for an answer, if they make sense."""
    pair = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    if len(pair) != 2 or not all(isinstance(part, int | float) and part > 0 for part in pair):
        raise ConfigError(
            f"timeout must be seconds above 0, or two of them (connect, answer), not {timeout!r}"
        )
    return pair


def _checked_base(base_url: str) -> str:
    """Return the base URL without a slash at its end, if it may be used."""
    if not isinstance(base_url, str) or not re.fullmatch(r"[!-~]+", base_url.strip()):
        raise ConfigError("base_url is no URL; give one like " + DEFAULT_BASE_URL)
    base_url = base_url.strip()
    try:
        origin, parts = Origin.of(base_url), urlsplit(base_url)
    except ValueError:
        raise ConfigError("base_url is no URL; give one like " + DEFAULT_BASE_URL) from None
    if "@" in parts.netloc or parts.query or parts.fragment or _climbs(base_url):
        raise ConfigError("base_url must have no user name, password, query, fragment or dots")
    if origin.scheme not in ("http", "https") or not origin.host:
        raise ConfigError(f"base_url must be like {DEFAULT_BASE_URL}, not {base_url!r}")
    if origin.scheme == "http" and not _is_loopback(origin.host):
        raise ConfigError(
            f"base_url is plain http to {origin.host}, which would show the token to the network; "
            "use https"
        )
    return base_url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _climbs(href: str) -> bool:
    """Tell whether a path has dot segments, plain or percent-encoded."""
    segments = unquote(urlsplit(href).path).replace("\\", "/").split("/")
    return "." in segments or ".." in segments


def _refuse_link(why: str) -> NoReturn:
    raise PagingError(
        f"a link to the next page was not followed: {why}. Nothing was sent; check base_url, and "
        "report this if it is the API's own"
    )


def _first_cause(error: BaseException) -> str:
    """Return what the operating system or the library said first, without the request."""
    reason = getattr(error, "reason", None)
    inner = next(
        (
            item
            for item in (reason, *error.args, error.__cause__, error.__context__)
            if isinstance(item, BaseException) and item is not error
        ),
        None,
    )
    if inner is not None:
        return _first_cause(inner)
    return getattr(error, "strerror", None) or type(error).__name__
