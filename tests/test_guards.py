"""Tests reach loopback and nothing else, find nothing of the user's, and are not skipped in CI."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_loopback_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org", b"example.org"])
def test_nothing_else_is_reached(host: str) -> None:
    with pytest.raises(RuntimeError, match="loopback only"):
        socket.create_connection((host, 443), timeout=1)


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_a_bare_socket_is_refused_too(method: str) -> None:
    with socket.socket() as bare, pytest.raises(RuntimeError, match="loopback only"):
        getattr(bare, method)(("192.0.2.1", 443))


def test_a_datagram_is_refused_too() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as bare,
        pytest.raises(RuntimeError, match="loopback only"),
    ):
        bare.sendto(b"", ("192.0.2.1", 53))


def test_the_users_token_is_not_seen() -> None:
    assert "CCFRAMES_TOKEN" not in os.environ


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_state_directory_of_its_own(turn: int) -> None:
    state = Path(os.environ["XDG_STATE_HOME"])
    assert not state.exists()
    state.mkdir(parents=True)


SKIPS = {
    "test_in_a_test.py": "def test_it(): pytest.skip('not today')",
    "test_of_a_module.py": "pytest.skip('not today', allow_module_level=True)",
    "test_of_an_import.py": "pytest.importorskip('not_installed_anywhere', reason='not today')",
}


@pytest.mark.parametrize(("variable", "status"), [("CI", 1), ("CCFRAMES_EXPECT", 1), ("", 0)])
def test_a_skip_is_a_failure_in_ci_and_in_the_matrix(
    tmp_path: Path, variable: str, status: int
) -> None:
    for name, skip in SKIPS.items():
        (tmp_path / name).write_text(f"import pytest\n{skip}\n")
    (tmp_path / "test_good.py").write_text("def test_it(): pass\n")
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    switches = {"CI", "CCFRAMES_EXPECT"}
    plain = {key: value for key, value in os.environ.items() if key not in switches}

    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=plain
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        | ({variable: "pandas=any"} if variable else {}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == status, result.stdout
    blamed = [
        name for name in SKIPS if f"a skipped test is a failure here: {name}" in result.stdout
    ]
    assert blamed == (list(SKIPS) if status else [])
