"""Run the notebooks in an environment made from `binder/` alone, as Binder makes it.

The environment is made under `.venvs/`, in the two layers of Binder: third parties, kept until
`binder/` changes, and ccframes, installed each time by `binder/postBuild`. Run it as
`python -m tools.binder`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools.matrix import ROOT, MatrixError, call

BINDER = ROOT / "binder"
HOME = ROOT / ".venvs" / "binder"
BIN = HOME / "bin"
KERNEL = "ccframes-binder"


def main() -> int:
    """Make the environment, say how big it is, and run the notebooks; return 1 if one fails."""
    try:
        seconds = third_parties()
        install_ccframes()
    except MatrixError as error:
        print(f"binder: no environment\n{error}")
        return 1
    print(
        f"binder: {megabytes(HOME):,.0f} MB, its third parties installed "
        f"in {seconds:.0f} s with Python {sys.version.split()[0]} "
        f"(Binder's: {(BINDER / 'runtime.txt').read_text().strip()})",
        flush=True,
    )
    return run_notebooks()


def third_parties() -> float:
    """Make the environment unless it is up to date; return the seconds that making it took."""
    record, stamp = needs(), HOME / "needs.json"
    if stamp.is_file():
        made = json.loads(stamp.read_text())
        if made["needs"] == record:
            return float(made["seconds"])
    started = time.monotonic()
    shutil.rmtree(HOME, ignore_errors=True)
    call(sys.executable, "-m", "venv", str(HOME))
    call(str(BIN / "pip"), "install", "-qq", "-r", str(BINDER / "requirements.txt"))
    seconds = time.monotonic() - started
    stamp.write_text(json.dumps({"needs": record, "seconds": seconds}))
    return seconds


def needs() -> list[str]:
    """Return what the environment is made of: another Python or another pin makes it anew."""
    return [sys.version, (BINDER / "requirements.txt").read_text()]


def install_ccframes() -> None:
    """Run `postBuild` as Binder does: in the repository, with the environment's own commands."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    call("env", f"PATH={path}", str(BINDER / "postBuild"))


def megabytes(directory: Path) -> float:
    """Return the size of all files."""
    files = (path for path in directory.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1_000_000


def run_notebooks() -> int:
    """Run the notebooks with nbval, in a kernel of the environment."""
    kernel = HOME / "share" / "jupyter" / "kernels" / KERNEL
    kernel.mkdir(parents=True, exist_ok=True)
    command = [str(BIN / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": KERNEL, "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    notebooks = sorted(str(path) for path in ROOT.glob("notebooks/*.ipynb"))
    pytest = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax")
    return subprocess.run(
        [*pytest, f"--nbval-kernel-name={KERNEL}", *notebooks],
        cwd=ROOT,
        env={**os.environ, "JUPYTER_PATH": str(HOME / "share" / "jupyter"), "PYTHONPATH": ""},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
