"""A Jupyter server on loopback, for JupyterLab and Voila, that knows nothing of the user's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import requests

ROOT = Path(__file__).resolve().parent.parent
_PATIENCE = 90  # seconds, on a machine that has much else to do
_QUIET = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


@dataclass(frozen=True)
class Jupyter:
    """A running server, the folder of its notebooks, and the environment of its kernels."""

    url: str
    folder: Path
    environment: dict[str, str]

    def write(self, name: str, *cells: str) -> None:
        """Write a notebook of these cells, run by nobody yet."""
        notebook = {
            "cells": [_cell(number, code) for number, code in enumerate(cells)],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.folder / f"{name}.ipynb").write_text(json.dumps(notebook))

    def convert(self, name: str, to: Literal["notebook", "html"], *options: str) -> Path:
        """Run a notebook and keep its outputs, or make an HTML page of it; return the file."""
        command = [sys.executable, "-m", "nbconvert", f"{name}.ipynb", "--to", to, *options]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return self.folder / f"{name}.{'ipynb' if to == 'notebook' else to}"

    def end_kernels(self) -> None:
        """End all kernels, so that the next test has the machine for itself."""
        for kernel in self.kernels():
            requests.delete(f"{self.url}/api/kernels/{kernel['id']}", timeout=_PATIENCE)

    def kernels(self) -> list[dict[str, Any]]:
        """Return the kernels that run."""
        answer = requests.get(f"{self.url}/api/kernels", timeout=_PATIENCE)
        answer.raise_for_status()
        kernels: list[dict[str, Any]] = answer.json()
        return kernels


@contextmanager
def running(home: Path) -> Iterator[Jupyter]:
    """Start a server whose every file is under `home`, and end it with its kernels."""
    folder, log = home / "notebooks", home / "server.log"
    environment = _environment(home)
    folder.mkdir(parents=True)
    _settle(home / "settings")
    with log.open("w") as out:
        process = subprocess.Popen(
            _command(folder),
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        served = Jupyter(_url(process, home / "runtime", log), folder, environment)
        yield served
        with suppress(requests.RequestException):
            served.end_kernels()
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _cell(number: int, code: str) -> dict[str, Any]:
    return {
        "id": f"cell-{number}",
        "cell_type": "code",
        "source": code,
        "metadata": {},
        "execution_count": None,
        "outputs": [],
    }


def _command(folder: Path) -> list[str]:
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": 0,
        "ServerApp.root_dir": folder,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.disable_check_xsrf": True,  # tests speak to it without a page, too
        "IdentityProvider.token": "",  # it stands on loopback for minutes, in a folder of its own
        "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": "",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "VoilaConfiguration.show_tracebacks": True,
    }
    given = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", *given]


def _environment(home: Path) -> dict[str, str]:
    """Return this environment, with folders of their own for all that Jupyter keeps."""
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "XDG_STATE_HOME": "state",
        "XDG_CONFIG_HOME": "xdg-config",
        "XDG_DATA_HOME": "xdg-data",
    }
    return (
        os.environ
        | {name: str(home / folder) for name, folder in folders.items()}
        | {
            "PYTHONPATH": os.pathsep.join(
                [*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT)]
            ),
        }
    )


def _settle(settings: Path) -> None:
    for plugin, values in _QUIET.items():
        file = settings / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))


def _url(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Return where it listens, when it does."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            with suppress(ValueError, requests.RequestException):
                url = str(json.loads(file.read_text())["url"]).rstrip("/")
                requests.get(f"{url}/api", timeout=_PATIENCE).raise_for_status()
                return url
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    raise RuntimeError(f"Jupyter did not start:\n{log.read_text()}")
