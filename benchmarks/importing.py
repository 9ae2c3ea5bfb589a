"""What `import ccframes` adds to the imports that it needs anyway."""

from __future__ import annotations

import subprocess
import sys

_TIMED = "import time; began = time.perf_counter(); import {}; print(time.perf_counter() - began)"
NEEDED_ANYWAY = "pandas, requests"
OURS = "pandas, requests, ccframes"


def measure(runs: int) -> dict[str, list[float]]:
    """Return seconds of both imports, each in a fresh interpreter, taking turns."""
    taken: dict[str, list[float]] = {NEEDED_ANYWAY: [], OURS: []}
    for _ in range(runs + 1):
        for modules, seconds in taken.items():
            seconds.append(_seconds(modules))
    return {modules: seconds[1:] for modules, seconds in taken.items()}


def _seconds(modules: str) -> float:
    shown = subprocess.run(
        [sys.executable, "-c", _TIMED.format(modules)], capture_output=True, text=True, check=True
    ).stdout
    return float(shown)
