"""The embedded account's HTTP server: loopback only, quiet, and prompt to start and stop.

Where there are no sockets or threads, as in a browser, it answers bytes with bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from os import getpid
from signal import SIG_DFL, SIGTERM, default_int_handler, signal
from threading import Event, Lock, current_thread, main_thread
from typing import TYPE_CHECKING, Any, Literal, Self

from ccframes.demo.accounts import account
from ccframes.demo.exchange import Answer, Refusal, Request
from ccframes.demo.faults import answered
from ccframes.demo.gate import Gate
from ccframes.demo.listener import HOST, Listener, exchanged
from ccframes.demo.log import RequestLog, Served
from ccframes.demo.oauth import DEMO_APPLICATIONS, Application, Authority
from ccframes.demo.portal import AUTH_PREFIX, Portal
from ccframes.demo.quirks import Quirks
from ccframes.demo.routes import PREFIX
from ccframes.demo.service import PRIVILEGES, Service
from ccframes.demo.tokens import SCOPES, Access, Tokens

if TYPE_CHECKING:
    from ccframes.demo.documents import Account

Intercept = Callable[[Request], Answer | None]


class DemoServer:
    """A server for an embedded account on a port of 127.0.0.1, and on nothing else.

    Parameters
    ----------
    account : Account
        What is served.
    port : int, optional
        Where; 0 for a free one, and None for none at all: then `exchange` alone answers.
    token : str, optional
        An access token that is accepted without end; by default one of this server's own.
    scopes, privileges : frozenset of str
        What that token and its user may do; by default all.
    applications : tuple of Application
        Who may ask for further tokens, at `auth_url`.
    throttle : int, optional
        Requests in a second from which on the answer is 429 `throttled`; by default no limit.
    window : {"sliding", "fixed"}
        Whether a second is any second, or one of the clock.
    daily_quota : int, optional
        Requests in a UTC day from which on the answer is 429 `quota_exceeded`.
    clock : callable
        Seconds since 1970, for throttle, quota and the lives of tokens.
    latency : float
        Seconds before each answer.
    quirks : Quirks
        Departures from the usual form; may be exchanged while the server runs.
    intercept : callable, optional
        Asked first for each request; an Answer that it returns is sent as it is.

    Attributes
    ----------
    requests : RequestLog
        What was answered.
    failures : list of Exception
        What went wrong in answering; each such request got a 500.
    authority : Authority
        Who grants tokens; tests approve and deny there.

    Raises
    ------
    ConfigError
        The port cannot be had.

    Examples
    --------
    >>> from ccframes.demo import DemoServer, StaticAccount
    >>> with DemoServer(StaticAccount({"campaigns": []})) as server:
    ...     server.base_url.endswith("/v3"), server.requests.count
    (True, 0)
    """

    def __init__(
        self,
        account: Account,
        *,
        port: int | None = 0,
        token: str = "",
        scopes: frozenset[str] = SCOPES,
        privileges: frozenset[str] = PRIVILEGES,
        applications: tuple[Application, ...] = DEMO_APPLICATIONS,
        throttle: int | None = None,
        window: Literal["sliding", "fixed"] = "sliding",
        daily_quota: int | None = None,
        clock: Callable[[], float] = time.time,
        latency: float = 0.0,
        quirks: Quirks | None = None,
        intercept: Intercept | None = None,
    ) -> None:
        self.requests = RequestLog()
        self.failures: list[Exception] = []
        self.quirks = quirks or Quirks()
        self.latency = latency
        self.intercept = intercept
        self._clock = clock
        self._numbered = 0
        self._lock = Lock()
        self._stopping = Event()
        self._listener = None if port is None else Listener(self.respond, port)
        self.token = token or _own_token(self.origin)
        tokens = Tokens(clock)
        tokens.add(self.token, Access("", scopes))
        self.authority = Authority(tokens, applications)
        self._portal = Portal(self.authority)
        gate = Gate(clock, throttle, window, daily_quota)
        self._service = Service(account, tokens, gate, privileges)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self._listener.origin if self._listener else f"http://{HOST}"

    @property
    def closed(self) -> bool:
        """Whether it was stopped."""
        return self._stopping.is_set()

    @property
    def base_url(self) -> str:
        """What stands here for `https://api.cc.email/v3`."""
        return self.origin + PREFIX

    @property
    def auth_url(self) -> str:
        """What stands here for `https://authz.constantcontact.com/oauth2/default/v1`."""
        return self.origin + AUTH_PREFIX

    def start(self) -> Self:
        """Begin to answer.

        Raises
        ------
        RuntimeError
            No thread can be started; the port is free again.
        """
        if self._listener:
            self._listener.start()
        return self

    def stop(self) -> None:
        """Stop answering and close every connection; once stopped, a server stays stopped."""
        self._stopping.set()
        if self._listener:
            self._listener.close()

    def wait(self) -> None:
        """Return when the server is stopped, or raise KeyboardInterrupt at Ctrl-C."""
        while not self._stopping.wait(0.2):  # with a time limit, as Windows is deaf without one
            pass

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def exchange(self, asked: bytes) -> bytes:
        r"""Return the bytes that answer those of a request, without any socket or thread.

        Examples
        --------
        >>> from ccframes.demo import DemoServer, StaticAccount
        >>> server = DemoServer(StaticAccount({}), port=None)
        >>> server.exchange(b"GET /v3/emails HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")[:25]
        b'HTTP/1.1 401 Unauthorized'
        """
        return exchanged(asked, self)

    def respond(self, request: Request, refusal: Answer | None = None) -> tuple[int, Answer]:
        """Return the number of the request and its answer, after the latency.

        A request that came without sense, or from elsewhere, gets the refusal.
        """
        with self._lock:
            came_at = self._clock()
            self._numbered += 1
            number = self._numbered
        wait = self.latency + self.quirks.wait_of(number)
        if wait:
            self._stopping.wait(wait)
        answer = refusal or self._answer(number, request)
        self._remember(came_at, request, answer)
        return number, answer

    def _answer(self, number: int, request: Request) -> Answer:
        try:
            return self._found_answer(number, request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is to have an answer
            self.failures.append(error)
            problem = f"The embedded account failed: {type(error).__name__}"
            return Refusal.listing(500, "internal_error", problem).answer

    def _found_answer(self, number: int, request: Request) -> Answer:
        intercepted = self.intercept(request) if self.intercept else None
        if intercepted is not None:
            return intercepted
        quirks = self.quirks
        office = self._portal if _is_oauth(request) else self._service
        return answered(quirks, number, lambda: office.answer(request, quirks))

    def _remember(self, came_at: float, request: Request, answer: Answer) -> None:
        status = 0 if answer.broken == "reset" else answer.status
        if _is_oauth(request):  # states and codes are nobody's business
            self.requests.add(Served(came_at, "oauth", request.path, status))
            return
        route = self._service.routes.of(request.path)
        name = route.endpoint.name if route else ""
        self.requests.add(Served(came_at, name, request.target, status))


def serve(
    name: str = "default",
    *,
    announce: Callable[[str, str], object],
    port: int = 0,
    throttle: int | None = None,
    daily_quota: int | None = None,
    quirks: Quirks | Mapping[str, Any] | str | None = None,
) -> None:
    """Serve an embedded account to any client until Ctrl-C or SIGTERM.

    Parameters
    ----------
    name : str
        An account's, see `account`.
    announce : callable
        Called once with the base URL and an access token, when the server answers.
    port, throttle, daily_quota
        See DemoServer.
    quirks : Quirks, mapping or str, optional
        See Quirks.of.

    Raises
    ------
    ConfigError
        There is no such account or quirk, or the port cannot be had.
    """
    bent = Quirks.of(quirks)
    with (
        _terminable(),
        DemoServer(
            account(name), port=port, throttle=throttle, daily_quota=daily_quota, quirks=bent
        ) as server,
        suppress(KeyboardInterrupt),
    ):
        announce(server.base_url, server.token)
        server.wait()


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does, where signals come: in the main thread."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal(SIGTERM, default_int_handler)
    try:
        yield
    finally:
        signal(SIGTERM, before or SIG_DFL)


def _is_oauth(request: Request) -> bool:
    return request.path.startswith(AUTH_PREFIX + "/")


def _own_token(origin: str) -> str:
    """Return a token that no other server on this machine accepts now."""
    return "demo-" + sha256(f"{getpid()}:{origin}".encode()).hexdigest()[:40]
