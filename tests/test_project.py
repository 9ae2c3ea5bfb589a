"""What the project promises around its code: version, commands, licence, clean files."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

import ccframes

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text()
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

FORBIDDEN = {  # in pieces, so that this file does not hold them itself
    "a path of somebody's machine": [
        r"(?<![\w.])/(wo" + r"rk|ro" + r"ot|home/\w+)/",
        "/tmp/ba" + "sh",
    ],
    "the host of a package registry": [
        "py" + r"pi\.org",
        "python" + "hosted",
        "npm" + r"js\.",
        r"deb\.deb" + "ian",
    ],
    "a word of a workplace": [
        r"\.lib" + "rary/",
        r"\bissues (sho" + "w|cl" + "ose)",
        "Clau" + "de",
        "Anthr" + "opic",
    ],
}
OUTSIDE = r"\.\./sha" + "red"  # an optional path, for tests and CI alone


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = (ROOT / name for name in listed.split("\0") if name)
    return [file for file in files if file.is_file()]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE))


def test_the_version_is_said_once() -> None:
    assert ccframes.__version__ == PROJECT["version"] == version("ccframes")


def test_the_changelog_has_what_is_unreleased() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()


def test_every_make_target_has_help() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    helped = re.findall(r"^  make (\w+) +\S", shown, flags=re.MULTILINE)
    assert set(helped) == targets()
    assert targets() >= {"help", "demo", "test", "check", "bench", "lab"}


@pytest.mark.parametrize("command", ["demo", "test"])
def test_the_commands_of_the_readme_are_there(command: str) -> None:
    assert f"make {command}" in README
    assert command in targets()


def test_files_hold_nothing_of_anybodys_machine() -> None:
    found = []
    for file in tracked():
        text = file.read_bytes().decode("utf-8", "replace")
        name = file.relative_to(ROOT)
        found += [
            f"{name}: {what}: {match[0]}"
            for what, patterns in FORBIDDEN.items()
            for match in re.finditer("|".join(patterns), text, flags=re.IGNORECASE)
        ]
        if name.parts[0] not in {"tests", ".ci"} and re.search(OUTSIDE, text):
            found.append(f"{name}: a path outside the project")
    assert not found, "\n".join(found)


def test_import_brings_nothing_that_loading_does_not_need() -> None:
    extras = ("matplotlib", "ipywidgets", "duckdb", "ccframes.plot", "ccframes.widgets")
    code = f"import sys, ccframes; print([name for name in {extras} if name in sys.modules])"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert shown.strip() == "[]"


def test_the_wheel_holds_the_licence_and_the_types_marker(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        (licence,) = (name for name in names if name.endswith("/licenses/LICENSE"))
        assert "2026, the ccframes developers" in archive.read(licence).decode()
    assert {"ccframes/py.typed", "ccframes/cli/starter.ipynb"} <= set(names)
    assert not [name for name in names if name.startswith("tests")]
