"""What Binder installs fits what ccframes needs; `make binder` runs the notebooks in it."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = {
    requirement.name: requirement.specifier
    for line in (BINDER / "requirements.txt").read_text().splitlines()
    if line and not line.startswith("#")
    for requirement in [Requirement(line)]
}


def test_every_line_pins_one_version() -> None:
    assert PINS
    for name, specifier in PINS.items():
        assert re.fullmatch(r"==[\w.]+", str(specifier)), name


@pytest.mark.parametrize("need", PROJECT["dependencies"])
def test_what_ccframes_needs_is_pinned_within_its_range(need: str) -> None:
    wanted = Requirement(need)
    version = str(PINS[wanted.name]).removeprefix("==")
    assert version in wanted.specifier


def test_it_is_small_and_has_the_dashboards_server() -> None:
    assert "voila" in PINS
    assert not {"pyarrow", "duckdb", "ccframes"} & PINS.keys()


def test_its_python_is_one_that_ccframes_runs_on() -> None:
    named = re.fullmatch(r"python-(3\.\d+)\n", (BINDER / "runtime.txt").read_text())
    assert named
    assert named[1] in SpecifierSet(PROJECT["requires-python"])
    assert f"Programming Language :: Python :: {named[1]}" in PROJECT["classifiers"]


def test_post_build_stops_at_the_first_failure(tmp_path: Path) -> None:
    pip = tmp_path / "pip"
    pip.write_text("#!/bin/sh\nexit 7\n")
    pip.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run([BINDER / "postBuild"], env={**os.environ, "PATH": path}, check=False)
    assert done.returncode == 7
