"""Run the frame tests with each pandas we support, with and without pyarrow.

In one combination the plots are drawn too, with the oldest matplotlib that we support.

The environment that runs this script is one of the combinations; the others are made under
`.venvs/`, with what the frame tests need and no more, and remade when those needs change.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PANDAS = ("2.3", "3.1")
ORACLE_FOR = {"2.3"}  # lifelines cannot be installed beside pandas 3
OLDEST_MATPLOTLIB = (  # what the stored pictures of tests/plot were drawn with
    "matplotlib==3.9.4",
    "pyparsing<3.3",  # later ones warn of how it uses them
)
NOT_NEEDED = {"pandas", "matplotlib", "ipywidgets"}  # pandas: the combination says which


@dataclass(frozen=True)
class Combination:
    """One environment of the matrix."""

    pandas: str
    pyarrow: bool

    def __str__(self) -> str:
        return f"pandas={self.pandas},pyarrow={'yes' if self.pyarrow else 'no'}"

    @property
    def draws(self) -> bool:
        """Whether it has the oldest matplotlib that we support, to draw all plots with."""
        return self.pandas == PANDAS[0] and self.pyarrow

    @property
    def home(self) -> Path:
        """Where its environment is made."""
        return ROOT / ".venvs" / str(self).replace("=", "-").replace(",", "-")


class MatrixError(Exception):
    """An environment could not be made."""


def main() -> int:
    """Run all combinations, two at a time; return 1 if one of them fails."""
    combinations = [Combination(pandas, arrow) for pandas in PANDAS for arrow in (True, False)]
    print(f"matrix: {' | '.join(map(str, combinations))}", flush=True)
    with ThreadPoolExecutor(max_workers=2) as pool:
        failed = [
            str(combination)
            for combination, good in zip(combinations, pool.map(run, combinations), strict=True)
            if not good
        ]
    print(f"matrix: FAILED: {' | '.join(failed)}" if failed else "matrix: all combinations hold")
    return 1 if failed else 0


def run(combination: Combination) -> bool:
    """Make the combination's environment if need be, run the tests in it, print what they say."""
    started = time.monotonic()
    try:
        python = sys.executable if is_this_one(combination) else environment(combination)
    except MatrixError as error:
        print(f"\n== {combination}: no environment\n{error}", flush=True)
        return False
    ready = time.monotonic()
    result = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests_of(combination)],
        cwd=ROOT,
        env={**os.environ, "CCFRAMES_EXPECT": str(combination)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(
        f"\n== {combination}: environment {ready - started:.0f} s, "
        f"tests {time.monotonic() - ready:.0f} s\n{result.stdout}",
        flush=True,
    )
    return result.returncode == 0


def is_this_one(combination: Combination) -> bool:
    """Whether the running environment is that combination."""
    arrow = importlib.util.find_spec("pyarrow") is not None
    return version("pandas").startswith(f"{combination.pandas}.") and combination.pyarrow == arrow


def environment(combination: Combination) -> str:
    """Return the combination's Python, its environment made anew unless it is up to date."""
    wanted = needs(combination)
    stamp = combination.home / "needs.txt"
    record = "\n".join([sys.version, *wanted])
    python = str(combination.home / "bin" / "python")
    if stamp.is_file() and stamp.read_text() == record:
        return python
    shutil.rmtree(combination.home, ignore_errors=True)
    call(sys.executable, "-m", "venv", "--without-pip", str(combination.home))
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "-qq")
    call(*pip, *wanted)
    call(*pip, "--no-deps", "--editable", str(ROOT))
    stamp.write_text(record)
    return python


def needs(combination: Combination) -> list[str]:
    """Return what the frame tests need, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    return [
        f"pandas=={combination.pandas}.*",
        *(need for need in project["dependencies"] if package(need) not in NOT_NEEDED),
        *(need for need in extras["test"] if package(need) in {"pytest", "hypothesis"}),
        *(extras["parquet"] if combination.pyarrow else ()),
        *(extras["oracle"] if combination.pandas in ORACLE_FOR else ()),
        *(OLDEST_MATPLOTLIB if combination.draws else ()),
    ]


def package(need: str) -> str:
    """Return the package that a requirement asks for."""
    return re.split(r"[^\w.-]", need, maxsplit=1)[0].lower()


def tests_of(combination: Combination) -> list[str]:
    """Return the tests that must hold in a combination: of frames in all, of plots in one."""
    tests = ROOT / "tests"
    found = [
        tests / "frames",
        tests / "analysis" / "test_public.py",
        *sorted(tests.glob("test_matrix*.py")),
        *(tests / name for name in ("accessor", "plot") if combination.draws),
    ]
    return [
        str(path.relative_to(ROOT))
        for path in found
        if any(path.glob("**/test_*.py")) or path.is_file()
    ]


def call(*command: str) -> None:
    """Run a command; raise MatrixError with what it said if it fails."""
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise MatrixError(f"{' '.join(command)}\n{result.stdout}{result.stderr}")


if __name__ == "__main__":
    sys.exit(main())
