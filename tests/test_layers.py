"""Imports point down only, and a wrong one is found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"


def lint(where: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=where, capture_output=True, text=True, check=False
    )


def test_the_package_keeps_to_its_layers() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "wrong", "broken"),
    [
        ("schema.py", "ccframes.client", "Imports point down only"),
        ("errors.py", "ccframes.schema", "Imports point down only"),
        ("frames/__init__.py", "ccframes.wire", "Imports point down only"),
        ("frames/__init__.py", "requests", "Frames never speak HTTP"),
        ("wire/__init__.py", "pandas", "The wire and the embedded account never see pandas"),
        ("demo/__init__.py", "pandas", "The wire and the embedded account never see pandas"),
        ("demo/__init__.py", "ccframes.client", "The embedded account knows the table"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, module: str, wrong: str, broken: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "ccframes", tmp_path / "ccframes")
    with (tmp_path / "ccframes" / module).open("a") as source:
        source.write(f"\nimport {wrong}\n")

    result = lint(tmp_path)

    assert result.returncode == 1, result.stdout + result.stderr
    verdicts = [line for line in result.stdout.splitlines() if line.startswith(broken)]
    assert any("BROKEN" in verdict for verdict in verdicts), result.stdout


def test_a_module_without_a_place_in_the_layers_is_found(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "ccframes", tmp_path / "ccframes")
    (tmp_path / "ccframes" / "helpers.py").touch()

    result = lint(tmp_path)

    assert result.returncode == 1
    assert "ccframes.helpers" in result.stdout + result.stderr
