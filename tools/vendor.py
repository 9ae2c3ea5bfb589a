"""Run the tests of the vendor's own Python client against the embedded account.

It needs an older urllib3 than ccframes takes by itself, so it lives in an environment of its own
under `.venvs/`. Run it as `python -m tools.vendor`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.matrix import ROOT, MatrixError, call, package

CLIENT = "constant-contact-api-client==1.5.0"
HOME = ROOT / ".venvs" / "vendor-client"
NOT_NEEDED = {"matplotlib", "ipywidgets"}
VENDOR_TESTS = "tests/demo/test_vendor_client.py"


def main() -> int:
    """Make the environment if need be and run the tests in it; return 1 if one fails."""
    try:
        python = environment(HOME)
    except MatrixError as error:
        print(f"vendor: no environment\n{error}")
        return 1
    command = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", VENDOR_TESTS)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "CI": "1"}, check=False).returncode


def environment(home: Path) -> str:
    """Return the environment's Python, made anew unless it is up to date."""
    wanted, python = needs(), str(home / "bin" / "python")
    stamp, record = home / "needs.txt", "\n".join([sys.version, *wanted])
    if stamp.is_file() and stamp.read_text() == record:
        return python
    shutil.rmtree(home, ignore_errors=True)
    call(sys.executable, "-m", "venv", "--without-pip", str(home))
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "-qq")
    call(*pip, *wanted)
    call(*pip, "--no-deps", "--editable", str(ROOT))
    stamp.write_text(record)
    return python


def needs() -> list[str]:
    """Return what these tests need, from pyproject.toml, and the client."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [
        CLIENT,
        *(need for need in project["dependencies"] if package(need) not in NOT_NEEDED),
        *(need for need in project["optional-dependencies"]["test"] if package(need) == "pytest"),
    ]


if __name__ == "__main__":
    sys.exit(main())
