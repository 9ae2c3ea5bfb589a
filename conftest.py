"""What holds for every test: it reaches loopback only and sees nothing of the user's.

It stands at the root because the docstring examples of `ccframes/` need it as `tests/` do.
"""

from __future__ import annotations

import contextlib
import importlib
import ipaddress
import itertools
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RUN = pytest.StashKey[tuple[tempfile.TemporaryDirectory[str], pytest.MonkeyPatch]]()
_STATE_VARIABLES = ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
_EXPECT = "CCFRAMES_EXPECT"  # what tools/matrix.py says of the environment it runs; tests read it
_serial = itertools.count()


class ForeignSocketError(RuntimeError):
    """A test tried to reach something that is not on this machine.

    No OSError: it must not be taken for a network fault, retried and wrapped.
    """


# --- loopback only --------------------------------------------------------------------------


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    raise ForeignSocketError(
        f"a test tried to reach {host!r}; tests speak to loopback only: serve what you need "
        "with the embedded account or a server on 127.0.0.1"
    )


def _guarded_method(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:
        address = args[-1]  # sendto() has the flags before the address
        inet = self.family in {socket.AF_INET, socket.AF_INET6}
        if inet and not _is_loopback(address[0]):
            _refuse(address[0])
        return original(self, *args)

    return guarded


def _guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_loopback(host):
            _refuse(host)
        return original(host, *args, **kwargs)

    return guarded


_GUARDED = {
    name: _guarded_method(getattr(socket.socket, name))
    for name in ("connect", "connect_ex", "sendto")
}
_LOOKUP = _guarded_lookup(socket.getaddrinfo)


def _guard(patch: pytest.MonkeyPatch) -> None:
    for name, guarded in _GUARDED.items():
        patch.setattr(socket.socket, name, guarded)
    patch.setattr(socket, "getaddrinfo", _LOOKUP)


# --- nothing of the user's ------------------------------------------------------------------


def _isolate(patch: pytest.MonkeyPatch, home: Path) -> None:
    for variable in _STATE_VARIABLES:
        patch.setenv(variable, str(home / variable.lower()))
    for variable in os.environ:
        if variable.startswith("CCFRAMES_") and variable != _EXPECT:
            patch.delenv(variable)


def pytest_configure(config: pytest.Config) -> None:
    # here and not in a fixture: collection and the kernels of notebooks come before fixtures
    homes = tempfile.TemporaryDirectory(prefix="ccframes-tests-", ignore_cleanup_errors=True)
    patch = pytest.MonkeyPatch()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    _isolate(patch, Path(homes.name) / "run")
    _guard(patch)
    if config.getoption("nbval_lax", False):
        patch.setenv("TQDM_DISABLE", "1")  # a bar appears where a machine is slow, as output
    config.stash[_RUN] = (homes, patch)
    with contextlib.suppress(ImportError):  # notebooks are run where there is none
        _let_examples_take_their_time()


def _let_examples_take_their_time() -> None:
    from hypothesis import settings  # noqa: PLC0415

    settings.register_profile("unhurried", settings(deadline=None))
    settings.load_profile("unhurried")


def pytest_unconfigure(config: pytest.Config) -> None:
    homes, patch = config.stash[_RUN]
    patch.undo()
    homes.cleanup()


@pytest.fixture(autouse=True)
def _on_its_own(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a state directory of its own: the ledger of one is not another's."""
    homes, _ = pytestconfig.stash[_RUN]
    _isolate(monkeypatch, Path(homes.name) / str(next(_serial)))
    _guard(monkeypatch)  # again, since some pytest plugins give the sockets back after each test


@pytest.fixture(autouse=True)
def _no_client_left() -> Iterator[None]:
    """Close the client that a test made the default one."""
    yield
    client = sys.modules.get("ccframes.client")
    if client is not None and client._default is not None:
        client._default.close()


@pytest.fixture(scope="session", autouse=True)
def _docstring_names(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["ccf"] = importlib.import_module("ccframes")
    doctest_namespace["pd"] = importlib.import_module("pandas")


# --- in CI and in the matrix a skipped test is a failure --------------------------------------


def _skipped(config: pytest.Config) -> list[pytest.TestReport | pytest.CollectReport]:
    if not (os.environ.get("CI") or os.environ.get(_EXPECT)):
        return []
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    return list(reporter.stats.get("skipped", [])) if reporter else []


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED} and _skipped(
        session.config
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for report in _skipped(config):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(
            f"a skipped test is a failure here: {report.nodeid}: {reason}", red=True
        )


# --- pictures ------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _plots_leave_nothing_behind() -> Iterator[None]:
    """Fail a test after which a figure is open, or a setting of matplotlib's is another."""
    settings = _settings_of_matplotlib()
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    left_open = pyplot.get_fignums() if pyplot else []
    if left_open:
        pyplot.close("all")  # type: ignore[union-attr]
        pytest.fail(f"figures were left open: {left_open}")
    if settings is not None:
        assert _settings_of_matplotlib() == settings


def _settings_of_matplotlib() -> dict[str, object] | None:
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None or "matplotlib.pyplot" not in sys.modules:
        return None
    return dict(matplotlib.rcParams.items())
